package layout

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// HeaderError says what is wrong with a header row, all at once.
type HeaderError struct {
	Place   string   // line 1, Results!1
	Reason  string   // empty when Missing or Doubled say it
	Missing []string // headings that are not there, with the nearest that is
	Doubled []string // headings that are there more than once
}

func (e *HeaderError) Error() string {
	var parts []string
	if e.Reason != "" {
		parts = append(parts, e.Reason)
	}
	if len(e.Missing) > 0 {
		parts = append(parts, "column missing: "+strings.Join(e.Missing, ", "))
	}
	if len(e.Doubled) > 0 {
		parts = append(parts, "heading there more than once: "+strings.Join(e.Doubled, ", "))
	}
	return e.Place + ": " + strings.Join(parts, "; ")
}

// preamble is how many lines or rows there may be before the headings.
const preamble = 100

// FindHeadings looks for the row of headings: the first that has all of them, behind a title and whatever else a
// program writes before a table. next gives the rows, and where each stands; what is wrong with a single row does not
// matter. When none has them, the error is about the row that has most.
func (l *Line) FindHeadings(next func() (row []string, place string, err error)) (columns []int, width int, err error) {
	var best error
	least := 0
	for range preamble {
		row, place, err := next()
		var bad *LineError
		switch {
		case errors.Is(err, io.EOF) && best != nil:
			return nil, 0, best
		case errors.As(err, &bad):
			if best == nil {
				best, least = err, len(l.Placed)+1
			}
			continue
		case err != nil:
			return nil, 0, err
		}
		columns, err := l.Locate(row, place)
		if err == nil {
			return columns, len(row), nil
		}
		var wrong *HeaderError
		if n := len(l.Placed); errors.As(err, &wrong) && (best == nil || len(wrong.Missing) < least) {
			best, least = err, min(n, len(wrong.Missing))
		}
	}
	return nil, 0, best
}

// Locate finds the column of each field by its heading. Columns may be moved, and others may stand between them.
func (l *Line) Locate(row []string, place string) ([]int, error) {
	at := map[string][]int{}
	for i, heading := range row {
		key := headingKey(TrimBlanks(heading))
		at[key] = append(at[key], i)
	}
	columns := make([]int, len(l.Placed))
	bad, near, parted := &HeaderError{Place: place}, row, ""
	if len(row) == 1 {
		if i := strings.IndexAny(row[0], ";,|\t"); i >= 0 { // the whole line is like no heading
			near, parted = nil, row[0][i:i+1]
		}
	}
	for i, c := range l.Placed {
		columns[i] = -1
		for _, heading := range append([]string{c.Title}, c.Also...) {
			found := at[headingKey(heading)]
			if len(found) > 1 {
				bad.Doubled = append(bad.Doubled, fmt.Sprintf("%q", heading))
			}
			if len(found) > 0 {
				columns[i] = found[0]
				break
			}
		}
		if columns[i] < 0 && !c.Optional {
			bad.Missing = append(bad.Missing, fmt.Sprintf("%q%s", c.Title, nearest(c.Title, near)))
		}
	}
	if parted != "" && len(bad.Missing) > 0 {
		bad.Reason = fmt.Sprintf("the line has one column, for it is parted by %q and not as the format says", parted)
	}
	if len(bad.Missing)+len(bad.Doubled) > 0 {
		return nil, bad
	}
	return columns, nil
}
