package returns

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// Summary counts what became of the lines of one result file.
type Summary struct {
	// Rows is all records that were read: Postings + Payments + Files + Exceptions + Ignored.
	Rows, Postings, Payments, Files, Exceptions, Ignored int
	// IgnoredBy counts the ignored ones by their reason: the use and name of the record, or the word of which nothing
	// follows.
	IgnoredBy map[string]int
	// RestPosted tells that the documents of the import file which the result file does not name are posted: the file
	// was read to its declared end, and the format says so.
	RestPosted bool
	// Kind is of which of several kinds the file says it is; empty where the format takes one alone.
	Kind string
	// Refs are what the name and the last header then say of the import file.
	Refs fis.Refs
}

const (
	maxRaw     = 200 // characters of an exception's line that are kept
	maxReasons = 50  // different reasons in IgnoredBy
)

// Parse reads a result file called name and hands each row to emit (nil: the file is only checked), in flat memory.
// What emit returns ends the reading and comes back unchanged. A file that is not whole is an *IncompleteError; one of
// another kind or beyond the limits a *layout.WrongFileError or *layout.LimitError. After an error the rows that were
// emitted before count for nothing.
func (f *Format) Parse(ctx context.Context, name string, r io.ReaderAt, size int64, lim layout.Limits, emit func(Row) error) (Summary, error) {
	p := &parser{f: f, emit: emit, sum: Summary{IgnoredBy: map[string]int{}}}
	p.section.reset()
	err := p.run(ctx, path.Base(name), r, size, lim)
	var ours *callerError
	if errors.As(err, &ours) {
		return p.sum, ours.err
	}
	if err != nil {
		return p.sum, fmt.Errorf("read %s as %s: %w", path.Base(name), f.Name(), err)
	}
	if p.sum.RestPosted = f.spec.Rest == format.WordPosted; p.sum.RestPosted {
		p.sum.Refs = p.base.Refs
	}
	return p.sum, nil
}

// callerError carries what emit returned past our own wrapping.
type callerError struct{ err error }

func (e *callerError) Error() string { return e.err.Error() }

type parser struct {
	f       *Format
	emit    func(Row) error
	sum     Summary
	base    Row // what the file name and the last header record say of all rows
	section section
	// lost is a line that is a header and could not be read, perhaps one a line that nobody knows; see unheaded.
	lost, perhaps int
}

func (p *parser) run(ctx context.Context, name string, r io.ReaderAt, size int64, lim layout.Limits) error {
	if err := p.begin(name, r, size); err != nil {
		return err
	}
	reader, err := p.f.plan.NewReader(r, size, lim)
	if err != nil {
		return err
	}
	defer reader.Close()
	p.sum.Kind = reader.Says()
	for {
		if p.sum.Rows%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		row, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return p.end()
		}
		var bad *layout.LineError
		var wrong *layout.ContradictionError
		switch {
		case errors.As(err, &wrong):
			return &IncompleteError{Reason: wrong.Error()}
		case err == nil:
			err = p.row(&row)
		case errors.As(err, &bad):
			err = p.badLine(&row, bad)
		}
		if err != nil {
			return err
		}
	}
}

// begin takes references from the file's name and looks at its end.
func (p *parser) begin(name string, r io.ReaderAt, size int64) error {
	p.base = Row{Accepted: -1, Rejected: -1}
	if size == 0 {
		return &IncompleteError{Missing: true, Reason: "the file is empty"}
	}
	if p.f.spec.FinalLineEnd {
		if err := finalLineEnd(r, size, p.f.spec.Layout.Encoding); err != nil {
			return err
		}
	}
	missing, err := p.f.plan.Unfinished(r, size)
	if err != nil {
		return err
	}
	if missing != "" {
		return &IncompleteError{Missing: true, Reason: missing}
	}
	if p.f.name == nil {
		return nil
	}
	groups := p.f.name.FindStringSubmatch(name)
	if groups == nil {
		return fmt.Errorf("the file name does not fit name_pattern %s", p.f.spec.NamePattern)
	}
	p.base.Refs.Named, p.base.Refs.Before, p.base.Refs.After = name, p.f.letters(name), ""
	for i, group := range p.f.name.SubexpNames() {
		if group == "" || groups[i] == "" {
			continue
		}
		if problem := p.base.setRef(format.Role(group), groups[i]); problem != "" {
			return fmt.Errorf("file name: %s", problem)
		}
	}
	return nil
}

// row sorts one good line by the use of its record.
func (p *parser) row(in *layout.Row) error {
	rec := &p.f.records[in.Record]
	switch rec.use {
	case format.UseHeader:
		return p.header(rec, in)
	case format.UseTrailer:
		return p.trailer(rec, in)
	case format.UseIgnore:
		return p.ignore(in, rec.name)
	}
	out := p.base
	out.Line = in.Line
	if p.f.aloud {
		out.Raw = cut(in.Raw, maxRaw)
	}
	d := data{f: p.f, row: &out}
	d.read(rec, in.Values)
	if d.ignored == "" {
		p.unheaded(&d)
	}
	p.section.count(&d)
	switch {
	case d.ignored != "": // of an interim state nothing follows, whatever else the row holds
		return p.ignore(in, d.ignored)
	case d.perhaps != "":
		return p.perhapsOurs(in, &d)
	case len(d.problems) > 0:
		return p.pass(Row{Line: in.Line, Kind: Exception, Refs: out.Refs, Accepted: -1, Rejected: -1,
			Problem: strings.Join(d.problems, "; "), Raw: cut(in.Raw, maxRaw)})
	}
	return p.pass(out)
}

// header begins a section: its values hold for the rows that follow.
func (p *parser) header(rec *record, in *layout.Row) error {
	if err := p.next(in.Line); err != nil {
		return err
	}
	refs := p.base
	d := data{f: p.f, row: &refs}
	d.readHeader(rec, in.Values, &p.section)
	p.section.records++
	if len(d.problems) > 0 {
		p.lose(in.Line)
		return p.exception(in.Line, in.Raw, strings.Join(d.problems, "; "))
	}
	p.base, p.lost, p.perhaps = refs, 0, 0
	return p.ignore(in, "header "+rec.name)
}

// next ends the section before a header.
func (p *parser) next(line int) error {
	switch {
	case p.section.closed, p.section.records == 0:
	case p.f.trailer:
		return &IncompleteError{Missing: true, Line: line, Reason: "a header where the trailer of the part before is missing"}
	default:
		if err := p.section.check(line); err != nil {
			return err
		}
	}
	p.section.reset()
	return nil
}

// trailer ends a section: what it declares must be what was read.
func (p *parser) trailer(rec *record, in *layout.Row) error {
	p.section.records++
	d := data{f: p.f, row: &Row{}}
	d.readHeader(rec, in.Values, &p.section)
	if len(d.problems) > 0 {
		return &IncompleteError{Line: in.Line, Reason: "the trailer cannot be read: " + strings.Join(d.problems, "; ")}
	}
	if err := p.section.check(in.Line); err != nil {
		return err
	}
	p.section.closed = true
	return p.ignore(in, "trailer "+rec.name)
}

// badLine is a line that the layout could not read.
func (p *parser) badLine(in *layout.Row, bad *layout.LineError) error {
	refs := p.badHeader(in)
	p.section.bad()
	text := bad.Reason
	if bad.Value != "" {
		text = strconv.Quote(cut(bad.Value, 60)) + ": " + text
	}
	if bad.Field != "" {
		text = bad.Field + " " + text
	}
	if bad.Field != "" && refs { // its columns are where they belong
		return p.listed(bad.Line, in.Raw, text, p.readable(in))
	}
	return p.exception(bad.Line, in.Raw, text)
}

func (p *parser) exception(line int, raw, problem string) error {
	return p.listed(line, raw, problem, p.base.Refs)
}

func (p *parser) listed(line int, raw, problem string, refs fis.Refs) error {
	return p.pass(Row{Line: line, Kind: Exception, Refs: refs, Accepted: -1, Rejected: -1, Problem: problem, Raw: cut(raw, maxRaw)})
}

func (p *parser) ignore(in *layout.Row, reason string) error {
	p.countIgnored(reason)
	if !p.f.aloud || p.emit == nil {
		return nil
	}
	return p.hand(Row{Line: in.Line, Kind: Ignored, Problem: reason, Raw: cut(in.Raw, maxRaw)})
}

func (p *parser) countIgnored(reason string) {
	p.sum.Rows++
	p.sum.Ignored++
	if _, known := p.sum.IgnoredBy[reason]; !known && len(p.sum.IgnoredBy) >= maxReasons {
		reason = "other"
	}
	p.sum.IgnoredBy[reason]++
}

// perhapsOurs hands on a line of no consequence that has one where it names a document of ours.
func (p *parser) perhapsOurs(in *layout.Row, d *data) error {
	p.countIgnored(d.perhaps)
	if p.emit == nil {
		return nil
	}
	row := *d.row
	row.Kind, row.Perhaps, row.Problem, row.Raw, row.Payment.Doubtful = Ignored, true, d.perhaps, cut(in.Raw, maxRaw), true
	if len(d.problems) > 0 {
		row.Payment.Status = ""
		row.Problem += "; " + strings.Join(d.problems, "; ")
	}
	return p.hand(row)
}

// pass counts a row and hands it on.
func (p *parser) pass(row Row) error {
	p.sum.Rows++
	switch row.Kind {
	case Posting:
		p.sum.Postings++
	case Payment:
		p.sum.Payments++
	case File:
		p.sum.Files++
	default:
		p.sum.Exceptions++
	}
	if p.emit == nil {
		return nil
	}
	return p.hand(row)
}

func (p *parser) hand(row Row) error {
	if err := p.emit(row); err != nil {
		return &callerError{err}
	}
	return nil
}

// end checks that the file did not stop in the middle.
func (p *parser) end() error {
	if p.f.trailer && !p.section.closed {
		return &IncompleteError{Missing: true, Reason: "the trailer is missing: the file is not whole"}
	}
	if p.section.closed {
		return nil
	}
	return p.section.check(0)
}

// cut shortens a text to so many characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	s = strings.ToValidUTF8(s, "�")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}
