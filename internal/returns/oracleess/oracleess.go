// Package oracleess reads the report of Oracle's job Import Journals: the table of the batches that it has created, and
// the lines with errors. The report is text that changes with releases and languages, so few words are looked for; a
// file with none of them is refused, for it must never look as if all was well.
package oracleess

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/named"
)

// The facts of a row, in the order of Kind's.
const (
	what = iota
	batch
	first
	period
	code
	message
	facts
)

// Kind is files of kind oracle-ess.
func Kind() layout.Kind {
	return named.Reader{
		Word: "oracle-ess", Unit: "line",
		Facts: []named.Fact{
			{Name: "what", Type: layout.CodeType, Is: "posted, waiting"},
			{Name: "batch", Type: layout.CodeType, Is: "the name of the batch that was created: ours, and what Oracle puts behind it"},
			{Name: "first", Type: layout.CodeType, Is: "our batch: its first word, or its first words to one that ends in the number"},
			{Name: "period", Type: layout.CodeType, Is: "the period"},
			{Name: "code", Type: layout.CodeType, Is: "the code of an error or a warning"},
			{Name: "message", Type: layout.TextType, Is: "the line"},
		},
		Open: func(plan *layout.Plan, in layout.Input, _ any) (named.Rows, error) {
			before, err := named.NewText(plan, in)
			if err != nil {
				return nil, err
			}
			lines, err := named.NewText(plan, in)
			return &reader{before: before, lines: lines}, err
		},
	}
}

var (
	submitted = regexp.MustCompile(`Import Journals: Child job request_id:\s*([0-9]+) has been submitted`)
	failure   = regexp.MustCompile(`(?:^|\s)(E[A-Z][0-9]{2})(?:\s|$)`)
)

// part is the part of the report in which a line stands. An error line begins with its code. In front of the part with
// the errors a code elsewhere in a line is somebody's own word, such as a ledger EU02 in the head of a page or in the name
// of a batch; in that part it is taken for an error wherever it stands, for the form of its lines is not written down.
type part struct{ errors bool }

// code is the code of an error that a line tells of, empty for none; lines come in their order.
func (p *part) code(line string) string {
	switch {
	case strings.Contains(line, "Batch Name") && strings.Contains(line, "Period Name"):
		p.errors = false
		return ""
	case strings.Contains(line, "Unbalanced Journal Entries"):
		p.errors = true
	}
	at := failure.FindStringSubmatchIndex(line)
	if at == nil || !p.errors && strings.TrimSpace(line[:at[2]]) != "" {
		return ""
	}
	return line[at[2]:at[3]]
}

type reader struct {
	part    part
	before  *named.Text // the same lines, for a look at all of them before the first is told; nil once it was had
	lines   *named.Text
	failed  bool // the report has an error: its batches do not hold all that was sent
	known   bool // one of the words was there
	columns []column
	row     named.Row
}

// column is a heading of the table, and where it begins.
type column struct {
	name string
	at   int
}

// lookAhead finds out whether the report has errors, which stand behind the batches.
func (r *reader) lookAhead() error {
	for ahead := (part{}); r.before != nil; {
		line, _, err := r.before.Next()
		switch {
		case errors.Is(err, io.EOF):
			r.before = nil
		case err != nil:
			return err
		case ahead.code(line) != "":
			r.failed, r.before = true, nil
		}
	}
	return nil
}

// Next is the next line that means something.
func (r *reader) Next() (*named.Row, error) {
	if err := r.lookAhead(); err != nil {
		return nil, err
	}
	for {
		line, number, err := r.lines.Next()
		if errors.Is(err, io.EOF) && !r.known {
			return nil, &layout.ContradictionError{Reason: "none of the words of an Import Journals report is in it (Batch Name, Period Name; Child job … has been submitted; a code of an error)"}
		}
		if err != nil {
			return nil, err
		}
		if row, err := r.line(line, number); row != nil {
			return row, err
		}
	}
}

func (r *reader) line(line string, number int) (*named.Row, error) {
	begin := func(word string) []string {
		r.known = true
		r.row = named.Row{Line: number, Raw: line, Facts: make([]string, facts)}
		r.row.Facts[what], r.row.Facts[message] = word, strings.Join(strings.Fields(line), " ")
		return r.row.Facts
	}
	failed := r.part.code(line)
	switch {
	case submitted.MatchString(line):
		begin("waiting")
		return &r.row, nil
	case strings.Contains(line, "Batch Name") && strings.Contains(line, "Period Name"):
		r.known = true
		r.columns = headings(line)
	case strings.Contains(line, "Unbalanced Journal Entries") && failed == "":
		r.columns = nil
	case failed != "":
		begin("")[code] = failed
		return &r.row, &named.Bad{Reason: fmt.Sprintf("an error of the import: %s; find the journal in Oracle, and settle its documents by hand", layout.Clip(r.row.Facts[message]))}
	case r.columns != nil && strings.Trim(line, " -\f") != "":
		f := begin("posted")
		f[batch], f[period] = r.cell(line, "Batch Name"), r.cell(line, "Period Name")
		f[first] = ours(f[batch])
		switch {
		case f[first] == "":
			return &r.row, &named.Bad{Reason: "a line of the table of batches without the name of a batch"}
		case r.failed:
			return &r.row, &named.Bad{Reason: "the batch was created, and the report has errors: the journals that they kept back are not in it; find them in Oracle, and settle the documents by hand"}
		}
		return &r.row, nil
	}
	return nil, nil
}

// ours is what of a batch's name was in the import file: its first word, or its first words to one that ends in the
// number. Oracle writes behind it the source, one letter for the kind of balance, and numbers of its own.
func ours(batch string) string {
	words := strings.Fields(batch)
	if len(words) == 0 {
		return ""
	}
	for i, w := range words {
		if last := w[len(w)-1]; last >= '0' && last <= '9' {
			return strings.Join(words[:i+1], " ")
		}
		if i > 0 && len(w) == 1 {
			break
		}
	}
	return words[0]
}

// headings finds where each column begins: two words stand in one heading, two blanks between headings.
func headings(line string) (out []column) {
	for _, at := range regexp.MustCompile(`\S+(?: \S+)*`).FindAllStringIndex(line, -1) {
		out = append(out, column{line[at[0]:at[1]], len([]rune(line[:at[0]]))})
	}
	return out
}

// cell is what stands below a heading, up to the next one.
func (r *reader) cell(line, heading string) string {
	characters := []rune(line)
	for i, c := range r.columns {
		if c.name != heading {
			continue
		}
		end := len(characters)
		if i+1 < len(r.columns) {
			end = min(end, r.columns[i+1].at)
		}
		return strings.TrimSpace(string(characters[min(c.at, end):end]))
	}
	return ""
}
