package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// mappingFor is the mapping that explains an import file of the journal: the version it was made with, which the journal keeps; of files older
// than that, the one of their route today. Whether it is that version, its hash tells.
func (a *app) mappingFor(ctx context.Context, w *workspace, f journal.File) (*mapping.Plan, error) {
	c, err := w.j.MappingBytes(ctx, f.MappingHash)
	if err == nil {
		v, err := loadVersion(w.cfg, c, "")
		return v.plan, err
	}
	if !errors.Is(err, journal.ErrNotFound) {
		return nil, err
	}
	r, ok := w.cfg.Route(f.Route)
	if !ok {
		return nil, &Error{Code: ExitInvalid, Err: fmt.Errorf("import file %s: the configuration has no route %q any more, so its mapping %s is not known", f.Name, f.Route, f.Mapping),
			Hint: "put the route back into the configuration, or render the documents and explain them with --rendered"}
	}
	plan, findings := mapping.Load(templatesOf(w.cfg.Path(w.cfg.Folders.Templates)), w.cfg.Path(r.Mapping))
	return plan, findings.Err()
}

// explainFiled explains a line of an import file of the journal.
func (a *app) explainFiled(ctx context.Context, w *workspace, o explainOptions) error {
	f, err := oneFile(ctx, w.j, o.file)
	if err != nil {
		return err
	}
	if o.line > f.Lines {
		return &Error{Code: ExitUsage, Err: fmt.Errorf("import file %s has %s, so no line %d", f.Name, wording.Counted(f.Lines, "line"), o.line)}
	}
	plan, err := a.mappingFor(ctx, w, f)
	if err != nil {
		return err
	}
	parts, err := w.j.Parts(ctx, f.ID)
	if err != nil {
		return err
	}
	revisions, err := revisionsIn(ctx, w.j, plan, parts)
	if err != nil {
		return err
	}
	x := &explanation{File: f.Name, Route: f.Route, Sequence: f.Sequence, Lines: f.Lines, Documents: f.Documents, MadeWith: f.MappingHash, plan: plan}
	files, docs, err := plan.Explain(mapping.ExplainOptions{
		Context: mapping.FileContext{Route: f.Route, Sequence: f.Sequence, Created: f.Created.In(w.cfg.Schedule.Zone()), Group: f.Group},
		OneFile: true, Want: o.want, Revisions: revisions,
	}, payloads(ctx, w.j, parts))
	if err != nil {
		return err
	}
	var stored []byte
	if x.Known, err = w.j.HasBytes(ctx, f.ID, 0); err == nil && x.Known {
		stored, err = io.ReadAll(w.j.FileBytes(ctx, f.ID))
	}
	if err != nil {
		return err
	}
	if len(files) == 0 {
		files = []*mapping.ExplainedFile{{}}
	}
	if err := x.take(files[0], docs, stored, o); err != nil {
		return err
	}
	return a.tellExplanation(x, o)
}

// revisionsIn are what the replacing documents of an import file were held against, by docId.
func revisionsIn(ctx context.Context, j *journal.Journal, plan *mapping.Plan, parts []journal.Part) (map[string]*mapping.Revision, error) {
	out := map[string]*mapping.Revision{}
	for _, p := range parts {
		if p.PostAs != journal.PostReplace {
			continue
		}
		rev, missing, err := bridge.Before(ctx, j, plan, p.Basis)
		if err != nil {
			return nil, err
		}
		if missing != "" {
			return nil, &Error{Code: ExitFailed, Err: fmt.Errorf("document %s of the file posts what it changes, which cannot be made again: %s", p.DocID, missing), Hint: "fisbridge show " + p.DocID + " tells what it stands against"}
		}
		out[p.DocID] = rev
	}
	return out, nil
}

// payloads are the documents of an import file, in its order.
func payloads(ctx context.Context, j *journal.Journal, parts []journal.Part) iter.Seq2[fis.Envelope, error] {
	return func(yield func(fis.Envelope, error) bool) {
		for _, p := range parts {
			env, err := j.Payload(ctx, p.DocID)
			if errors.Is(err, journal.ErrNotFound) {
				err = &Error{Code: ExitFailed, Err: fmt.Errorf("document %s of the file has no payload in the journal any more, so the file cannot be made again: %w", p.DocID, err), Hint: "payloads age out by the retention rule; fisbridge show tells what is left"}
			}
			if !yield(env, err) || err != nil {
				return
			}
		}
	}
}

// explainRendered explains a line of a file that was rendered from disk.
func (a *app) explainRendered(_ context.Context, o explainOptions) error {
	if len(o.documents) == 0 {
		return usage(errors.New("--rendered needs --documents, the documents that were rendered"))
	}
	plan, err := a.planFor(o.render)
	if err != nil {
		return err
	}
	stored, err := os.ReadFile(o.rendered)
	if err != nil {
		return fmt.Errorf("read the rendered file: %w", err)
	}
	created, err := a.madeAt(o)
	if err != nil {
		return err
	}
	files, docs, err := plan.Explain(mapping.ExplainOptions{Context: mapping.FileContext{Route: cmp.Or(o.render.route, plan.Name()), Sequence: o.render.sequence, Created: created}, Want: o.want}, a.documents(o.documents))
	if err != nil {
		return err
	}
	file, err := fileLike(files, filepath.Base(o.rendered), stored)
	if err != nil {
		return err
	}
	x := &explanation{File: o.rendered, Route: file.Context.Route, Sequence: file.Context.Sequence, Lines: file.Totals.Lines, Documents: file.Totals.Documents, Known: true, plan: plan}
	if err := x.take(file, docs, stored, o); err != nil {
		return err
	}
	return a.tellExplanation(x, o)
}

// fileLike is the file among those rendered that has these bytes, else this name.
func fileLike(files []*mapping.ExplainedFile, name string, stored []byte) (*mapping.ExplainedFile, error) {
	var names []string
	var byName *mapping.ExplainedFile
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
		return nil, &Error{Code: ExitFailed, Err: errors.New("these documents make no import file with this mapping")}
	}
	return nil, &Error{Code: ExitFailed, Err: fmt.Errorf("these documents make %d files (%s), and none is %s", len(files), strings.Join(names, ", "), name), Hint: "give --sequence and --created as they were given to render"}
}

// take fills in the line and compares it with the file.
func (x *explanation) take(f *mapping.ExplainedFile, docs []*mapping.ExplainedDocument, stored []byte, o explainOptions) error {
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
		return x.noLine(f, o)
	}
	x.Line = f.Lines[0]
	x.Whole = x.Known && bytes.Equal(stored, f.Bytes)
	if x.Same = x.Whole; !x.Known || x.Whole || len(x.Line.Bytes) == 0 {
		return nil
	}
	there := recordAt(stored, x.plan.Layout().LineEnd(), x.Line)
	if x.Same = bytes.Equal(there, x.Line.Bytes); !x.Same {
		x.Stored = x.plan.Layout().Decode(bytes.TrimSuffix(there, x.plan.Layout().LineEnd()))
	}
	return nil
}

// noLine is why a line cannot be explained: there is none, or there was one and the mapping of today does not make it.
func (x *explanation) noLine(f *mapping.ExplainedFile, o explainOptions) error {
	if x.MadeWith == "" && len(f.Bytes) > 0 {
		return &Error{Code: ExitUsage, Err: fmt.Errorf("%s has %s, so no line %d", x.File, wording.Counted(f.Totals.Lines, "line"), o.line)}
	}
	text := fmt.Sprintf("the documents of %s make %s today, so line %d cannot be explained", x.File, wording.Counted(f.Totals.Lines, "line"), o.line)
	hint := ""
	if x.Changed {
		text += "; the mapping has changed since the file was made"
		hint = "explain it with the mapping as it was: put the former workbook back, or into a copy of the working folder"
	}
	if len(x.Problems) > 0 {
		text += "\n" + strings.Join(x.Problems, "\n")
	}
	return &Error{Code: ExitFailed, Err: errors.New(text), Hint: hint}
}

// recordAt are the bytes of a file where a line should be. Files without line ends have records of one length.
func recordAt(data, end []byte, l *mapping.ExplainedLine) []byte {
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

// madeAt is the time the file says it was made at: as given, else when it was written.
func (a *app) madeAt(o explainOptions) (time.Time, error) {
	if o.render.created != "" {
		return a.createdAt(o.render.created)
	}
	info, err := os.Stat(o.rendered)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the rendered file: %w", err)
	}
	return info.ModTime().In(a.zone()), nil
}
