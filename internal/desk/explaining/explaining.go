// Package explaining owns where a line of an import file comes from: which document, posting line, field, formula and
// row of a lookup made each cell, by the mapping that made the file. It guarantees that what is told is held against
// the bytes that went out.
package explaining

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge/rendering"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Explanation is what explain found.
type Explanation struct {
	File string `json:"file"`
	// Member is the file of a package that the line was asked of; Lines counts in there.
	Member string `json:"member,omitempty"`
	Route  string `json:"route,omitempty"`
	// Sequence, Lines and Documents are of the file.
	Sequence  int64 `json:"sequence"`
	Lines     int   `json:"lines"`
	Documents int   `json:"documents"`
	// Mapping is the mapping that explains; the file was made with the version MadeWith. Changed when the two differ.
	Mapping  string `json:"mapping"`
	Version  string `json:"mapping_hash"`
	MadeWith string `json:"made_with_hash,omitempty"`
	Changed  bool   `json:"mapping_changed"`
	// Same tells that the line made today is byte for byte the one in the file; unknown when the file's bytes have aged
	// out.
	Same  bool `json:"same"`
	Known bool `json:"bytes_known"`
	// Whole tells that the whole file was made again and is the same; that is done only where the document of the line
	// alone does not explain it.
	Whole  bool   `json:"whole_file_same,omitempty"`
	Stored string `json:"in_the_file,omitempty"`
	// Problems are documents of the file that cannot be mapped today.
	Problems []string      `json:"problems,omitempty"`
	Line     *explain.Line `json:"line"`

	plan *mapping.Plan
	// alone tells that what is stored is the member by itself.
	alone bool
}

// revisionsIn are what the replacing documents of an import file were held against, by docId.
func revisionsIn(ctx context.Context, j *journal.Journal, plan *mapping.Plan, parts []records.Part) (map[string]*mapping.Revision, error) {
	out := map[string]*mapping.Revision{}
	for _, p := range parts {
		if p.PostAs != records.PostReplace {
			continue
		}
		rev, missing, err := rendering.Before(ctx, j, plan, p.Basis)
		if err != nil {
			return nil, err
		}
		if missing != "" {
			return nil, &desk.Error{Code: desk.ExitFailed, Err: say.Errorf("document %s of the file posts what it changes, which cannot be made again: %s", p.DocID, missing), Hint: say.F("fisbridge show %s tells what it stands against", p.DocID)}
		}
		out[p.DocID] = rev
	}
	return out, nil
}

// payloads are the documents of an import file, in its order.
func payloads(ctx context.Context, j *journal.Journal, parts []records.Part) iter.Seq2[fis.Envelope, error] {
	return func(yield func(fis.Envelope, error) bool) {
		for _, p := range parts {
			env, err := j.Payload(ctx, p.DocID)
			env.Posting = p.Posting
			if errors.Is(err, ledger.ErrNotFound) {
				err = &desk.Error{Code: desk.ExitFailed, Err: say.Errorf("document %s of the file has no payload in the journal any more, so the file cannot be made again: %w", p.DocID, err), Hint: "payloads age out by the retention rule; fisbridge show tells what is left"}
			}
			if !yield(env, err) || err != nil {
				return
			}
		}
	}
}

// fileLike is the file among those rendered that has these bytes, else this name.
func fileLike(files []*explain.File, name string, stored []byte) (*explain.File, error) {
	var names []string
	var byName *explain.File
	for _, f := range files {
		if bytes.Equal(f.Bytes, stored) {
			return f, nil
		}
		if filepath.Base(f.Name) == name {
			byName = f
		}
		names = append(names, filepath.Base(f.Name))
	}
	switch {
	case byName != nil:
		return byName, nil
	case len(files) == 1:
		return files[0], nil
	case len(files) == 0:
		return nil, &desk.Error{Code: desk.ExitFailed, Err: say.Errorf("these documents make no import file with this mapping")}
	}
	return nil, &desk.Error{Code: desk.ExitFailed, Err: say.Errorf("these documents make %d files (%s), and none is %s", len(files), strings.Join(names, ", "), name), Hint: "give --sequence and --created as they were given to render"}
}

// take fills in the line and compares it with the file.
func (x *Explanation) take(f *explain.File, docs []*explain.Document, stored []byte, line int) error {
	x.Mapping, x.Version = x.plan.Name(), x.plan.Hash()
	x.Changed = x.MadeWith != "" && x.Version != x.MadeWith
	for _, d := range docs {
		if d.Err != nil {
			x.Problems = append(x.Problems, d.Err.Error())
		}
	}
	if f.Err != nil {
		x.Problems = append(x.Problems, f.Err.Error())
	}
	if len(f.Lines) == 0 {
		return x.noLine(f, line)
	}
	if x.Line = f.Lines[0]; x.Member != "" {
		x.Lines = f.Counted
	}
	x.Whole = x.Known && bytes.Equal(stored, f.Bytes)
	if x.Same = x.Whole; !x.Known || x.Whole || len(x.Line.Bytes) == 0 {
		return nil
	}
	plan := x.plan.Layout()
	if x.Line.Member != "" {
		record, _ := plan.Record(x.Line.Record)
		_, plan, _ = plan.Member(record)
		if !x.alone {
			var err error
			if stored, err = memberBytes(stored, x.Line.Member); err != nil {
				return err
			}
		}
	}
	at := *x.Line
	if at.Member != "" {
		at.Line = at.MemberLine
	}
	there := recordAt(stored, plan.LineEnd(), &at)
	if x.Same = bytes.Equal(there, x.Line.Bytes); !x.Same {
		x.Stored = plan.Decode(bytes.TrimSuffix(there, plan.LineEnd()))
	}
	return nil
}

// fewProblems is how many documents that cannot be rendered a message names.
const fewProblems = 5

// noLine is why a line cannot be explained: there is none, or there was one and the mapping of today does not make it.
func (x *Explanation) noLine(f *explain.File, line int) error {
	if len(f.Bytes) > 0 && (x.MadeWith == "" || x.Member != "" && !x.Changed && len(x.Problems) == 0) {
		return &desk.Error{Code: desk.ExitUsage, Err: say.Errorf("%s has %s, so no line %d", x.asked(), wording.Counted(f.Counted, "line"), line)}
	}
	text := fmt.Sprintf("the documents of %s make %s today, so line %d cannot be explained", x.asked(), wording.Counted(f.Counted, "line"), line)
	var hint say.Text
	if x.Changed {
		text += "; the mapping has changed since the file was made"
		hint = "explain it with the mapping as it was: put the former workbook back, or into a copy of the working folder"
	}
	if len(x.Problems) > 0 {
		text += "\n" + wording.SomeOf(x.Problems, fewProblems, "\n")
	}
	return &desk.Error{Code: desk.ExitFailed, Err: errors.New(text), Hint: hint}
}

// recordAt are the bytes of a file where a line should be. Files without line ends have records of one length.
func recordAt(data, end []byte, l *explain.Line) []byte {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if len(end) == 0 {
		from := min((l.Line-1)*len(l.Bytes), len(data))
		return data[from:min(from+len(l.Bytes), len(data))]
	}
	lines := bytes.SplitAfter(data, end)
	if l.Line > len(lines) {
		return nil
	}
	return bytes.Join(lines[l.Line-1:min(l.Line-1+l.Lines, len(lines))], nil)
}

// Cell finds a cell by number, field or heading.
func (x *Explanation) Cell(word string) (*explain.Cell, error) {
	l := x.Line
	var names []string
	number, err := strconv.Atoi(word)
	for i := range l.Cells {
		c := &l.Cells[i]
		if err == nil && c.Column == number || strings.EqualFold(c.Field, word) || c.Heading != "" && strings.EqualFold(c.Heading, word) {
			return c, nil
		}
		names = append(names, c.Field)
	}
	hint := say.F("columns 1 to %d: %s", len(names), strings.Join(names, ", "))
	if near := wording.Nearest(word, names); near != "" {
		hint = say.F("did you mean %s?", near)
	} else if len(names) > 20 {
		hint = say.F("columns 1 to %d; without a column all are told", len(names))
	}
	return nil, &desk.Error{Code: desk.ExitUsage, Err: say.Errorf("the record %s has no column %q", l.Record, word), Hint: hint}
}

// mappingFor is the mapping that explains an import file of the journal: the version it was made with, which the
// journal keeps; of files older than that, the one of their route today. Whether it is that version, its hash tells.
func mappingFor(ctx context.Context, w *desk.Workspace, f records.File) (*mapping.Plan, error) {
	if f.MappingHash != "" { // else it is of a program that kept no versions
		c, err := w.Journal.MappingBytes(ctx, f.MappingHash)
		if err == nil {
			return desk.LoadVersion(w.Config, c)
		}
		if !errors.Is(err, ledger.ErrNotFound) {
			return nil, err
		}
	}
	r, ok := w.Config.Route(f.Route)
	if !ok {
		return nil, &desk.Error{Code: desk.ExitInvalid, Err: say.Errorf("import file %s: the configuration has no route %q any more, so its mapping %s is not known", f.Name, f.Route, f.Mapping),
			Hint: "put the route back into the configuration, or render the documents and explain them with --rendered"}
	}
	plan, findings := mapping.Load(w.Templates(), w.Config.Path(r.Mapping))
	return plan, findings.Err()
}

// AnyMember asks for a line of a package by its place among the records of all members, as they were written.
const AnyMember = "*"

// Line explains a line, counted from 1, of the import file that a word means, and of a member of it where it is a
// package; empty stands for the only one that is made from documents.
func Line(ctx context.Context, w *desk.Workspace, word, member string, line int) (*Explanation, error) {
	f, err := w.File(ctx, word)
	if err != nil {
		return nil, err
	}
	plan, err := mappingFor(ctx, w, f)
	if err != nil {
		return nil, err
	}
	switch member {
	case AnyMember:
		member = ""
	case "":
		member, err = theMember(plan, f.Name)
	default:
		member, err = memberOf(plan, f.Name, member)
	}
	if err != nil {
		return nil, err
	}
	if member == "" && line > f.Lines {
		return nil, &desk.Error{Code: desk.ExitUsage, Err: say.Errorf("import file %s has %s, so no line %d", f.Name, wording.Counted(f.Lines, "line"), line)}
	}
	alone := byDocument
	if member != "" {
		alone = ofMember(member)
	}
	if x, err := alone(ctx, w, f, plan, line); x != nil || err != nil {
		return x, err
	}
	parts, err := w.Journal.Parts(ctx, f.ID)
	if err != nil {
		return nil, err
	}
	revisions, err := revisionsIn(ctx, w.Journal, plan, parts)
	if err != nil {
		return nil, err
	}
	x := newExplanation(f, plan)
	x.Member = member
	opt := options(w, f, line, revisions)
	opt.Member = member
	files, docs, err := explain.Files(plan, opt, payloads(ctx, w.Journal, parts))
	if err != nil {
		return nil, err
	}
	var stored []byte
	if x.Known, err = w.Journal.HasBytes(ctx, f.ID, 0); err == nil && x.Known {
		stored, x.Known, err = w.ClearBytes(f, w.Journal.FileBytes(ctx, f.ID))
	}
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		files = []*explain.File{{}}
	}
	if err := x.take(files[0], docs, stored, line); err != nil {
		return x, err
	}
	return x, takesBack(ctx, w.Journal, parts, x.Line)
}

// onLine wants the record that a line belongs to.
func onLine(line int) func(first, last int) bool {
	return func(first, last int) bool { return first <= line && line <= last }
}

// Rendered is a file that was made from documents on disk, to be explained.
type Rendered struct {
	Name      string
	Stored    []byte
	Plan      *mapping.Plan
	Documents iter.Seq2[fis.Envelope, error]
	// Member is the file of a package whose line is asked for; empty where it is one file, and for all members.
	Member string
	// Route, Sequence and Created are what the file was rendered with.
	Route    string
	Sequence int64
	Created  time.Time
}

// OfRendered explains a line, counted from 1, of a file that was rendered from disk.
func OfRendered(r Rendered, line int) (*Explanation, error) {
	base, err := filepath.Base(r.Name), error(nil)
	beside := len(r.Plan.Layout().Beside(base)) > 0
	switch {
	case beside && r.Member != "" && r.Member != base:
		err = &desk.Error{Code: desk.ExitUsage, Err: say.Errorf("%s lies in the folder by itself", r.Member), Hint: "name it with --rendered, without --member"}
	case beside:
		r.Member = base
	case r.Member == "":
		r.Member, err = theMember(r.Plan, base)
	default:
		r.Member, err = memberOf(r.Plan, base, r.Member)
	}
	if err != nil {
		return nil, err
	}
	files, docs, err := explain.Files(r.Plan, explain.Options{Member: r.Member, Context: mapping.FileContext{Route: r.Route, Sequence: r.Sequence, Created: r.Created}, Want: onLine(line)}, r.Documents)
	if err != nil {
		return nil, err
	}
	if beside { // what lies in the folder is a member
		for _, f := range files {
			if slices.Contains(r.Plan.Layout().Members(f.Name), base) {
				if f.Bytes, err = memberBytes(f.Bytes, base); err != nil {
					return nil, err
				}
				f.Name = base
			}
		}
	}
	file, err := fileLike(files, base, r.Stored)
	if err != nil {
		return nil, err
	}
	x := &Explanation{alone: beside, File: r.Name, Member: r.Member, Route: file.Context.Route, Sequence: file.Context.Sequence, Lines: file.Totals.Lines, Documents: file.Totals.Documents, Known: true, plan: r.Plan}
	return x, x.take(file, docs, r.Stored, line)
}
