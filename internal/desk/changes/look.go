package changes

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/internal/mapping/keyed"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// Sides are the version that a change was tried against on a route, and the change.
type Sides struct {
	Route        string
	Older, Newer *mapping.Plan
}

// SidesOf are the two sides of a change, route by route. A route is left out where its version was none, or cannot be
// read any more.
func SidesOf(ctx context.Context, w *desk.Workspace, c Content) (out []Sides, err error) {
	if c.TemplateBody == nil {
		return nil, nil
	}
	newer, _ := mapping.LoadVersion(c.Name, c.Body, c.Template, c.TemplateBody)
	if newer == nil {
		return nil, nil
	}
	for i, route := range c.Routes {
		if i >= len(c.Base) || c.Base[i] == "" {
			continue
		}
		hash, _, _ := strings.Cut(c.Base[i], "/")
		base, err := w.Journal.MappingBytes(ctx, hash)
		if errors.Is(err, ledger.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if older, err := desk.LoadVersion(w.Config, base); err == nil {
			out = append(out, Sides{route, older, newer})
		}
	}
	return out, nil
}

// Diff is what comes out differently on a route.
type Diff struct {
	Route string
	*compare.Diff
}

// Diffs compare the two sides of a change on the documents of the last month and those that are held now, as they are
// at this moment. They have texts of documents, and are for people who may see those.
func Diffs(ctx context.Context, w *desk.Workspace, sides []Sides) (out []Diff, err error) {
	for _, s := range sides {
		var unread error
		d, err := desk.Compare(ctx, s.Older, s.Newer, 0, w.Now().In(w.Config.Schedule.Zone()), documents(ctx, w, []string{s.Route}, w.Now()), func(err error) { unread = errors.Join(unread, err) }, nil)
		if err = errors.Join(err, unread); err != nil {
			return nil, fmt.Errorf("compare the two versions on the documents of route %s: %w", s.Route, err)
		}
		out = append(out, Diff{s.Route, d})
	}
	return out, nil
}

// Snippet is a cell of a workbook with its headings and its row, as a spreadsheet shows them.
type Snippet struct {
	// Letters are those of the columns; HeadRow and Row the numbers of the rows, HeadRow 0 where the cell is a heading.
	Letters      []string
	HeadRow, Row int
	Heads, Cells []string
	// Bad is the place in Cells of the cell that is meant; -1: the whole row is.
	Bad int
}

// mostAround is how many columns a snippet has.
const mostAround = 6

// Snippets give each finding the cell that it is about; nil where it names no cell of a workbook.
func Snippets(body []byte, list findings.List) []*Snippet {
	out := make([]*Snippet, len(list))
	book, err := workbook.Open(body)
	if err != nil {
		return out
	}
	for i, f := range list {
		cell := firstCell(f.Cell)
		row, column := xlsx.RowOf(cell), xlsx.ColumnOf(cell)
		name, has := book.Find(f.Sheet)
		if row < 1 || !has {
			continue
		}
		if sheet, err := book.Sheet(name); err == nil && len(sheet.Rows) > 0 {
			out[i] = snippet(sheet, row, column)
		}
	}
	return out
}

func snippet(sheet *workbook.Sheet, row, column int) *Snippet {
	s := &Snippet{Row: row, Bad: -1}
	var at, head workbook.Row
	if head = sheet.Rows[0]; head.Number != row {
		s.HeadRow = head.Number
	}
	for _, r := range sheet.Rows {
		if r.Number == row {
			at = r
		}
	}
	first := max(0, column-mostAround+2)
	last := max(column, min(first+mostAround-1, max(len(head.Cells), len(at.Cells))-1))
	for c := first; c <= last; c++ {
		if c == column {
			s.Bad = len(s.Cells)
		}
		s.Letters = append(s.Letters, xlsx.ColumnName(c))
		s.Heads = append(s.Heads, shown(head.At(c)))
		s.Cells = append(s.Cells, shown(at.At(c)))
	}
	return s
}

// mostShown is how much of a text a snippet shows.
const mostShown = 60

func shown(c workbook.Cell) string {
	text := keyed.Written(c)
	if r := []rune(text); len(r) > mostShown {
		return string(r[:mostShown]) + "…"
	}
	return text
}
