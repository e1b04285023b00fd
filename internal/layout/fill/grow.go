package fill

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// calculated is a column of a table that is computed from others, and is no field of ours.
type calculated struct {
	column  int
	formula string // as the table has it
	from    int    // the row for which it is written so
	array   bool
	style   int
}

// growth is how far the rows of a sheet reach when they are filled in.
type growth struct {
	sheet       string
	first, last int
	left, right int          // of what is written
	tables      []xlsx.Table // which the rows belong to
}

// growths are those of all sheets that got rows.
type growths []growth

func (gs growths) of(sheet string) *growth {
	for i := range gs {
		if strings.EqualFold(gs[i].sheet, sheet) {
			return &gs[i]
		}
	}
	return nil
}

// grown is an area that was made for the rows to fill, as long as they are now: one that holds the first of them and ends
// where the tables end that it shares columns with, or further down. Any other stays as it is.
func (g *growth) grown(a xlsx.Area) xlsx.Area {
	end, shared := g.first, false
	for _, t := range g.tables {
		if a.Beside(t.Area) {
			continue
		}
		_, bottom := t.Rows()
		bottom = max(bottom, t.Area.Top+t.Heads)
		if !shared || bottom > end {
			end, shared = bottom, true
		}
	}
	if a.Top <= g.first && a.Bottom >= end && a.Bottom < g.last {
		a.Bottom = g.last
	}
	return a
}

// areas are the ranges of a rule, one behind the other, with blanks between them.
func (gs growths) areas(sheet, list string) string {
	g := gs.of(sheet)
	if g == nil {
		return list
	}
	words := strings.Fields(list)
	for i, word := range words {
		if a, ok := xlsx.ParseArea(word); ok {
			if grown := g.grown(a); grown != a {
				words[i] = grown.String()
			}
		}
	}
	return strings.Join(words, " ")
}

// formula is a formula of a sheet whose ranges reach as far as the rows do. A single cell stays that cell; so does a range
// that grows from row to row, one end of which is held by a $.
func (gs growths) formula(own, source string) string { return gs.ranges(own, source, false) }

// sharedMaster is a formula that further cells share, each with its relative references moved: only a range that $ holds
// in place is the same for all of them, and grows.
func (gs growths) sharedMaster(own, source string) string { return gs.ranges(own, source, true) }

func (gs growths) ranges(own, source string, fixed bool) string {
	return eachReference(source, func(r reference) reference {
		sheet := r.sheet
		if r.sheetText == "" {
			sheet = own
		}
		g := gs.of(sheet)
		if a, ok := r.area(); g != nil && ok && r.isRange && r.topFix == r.bottomFix && (r.topFix != "" || !fixed) {
			r.bottom = g.grown(a).Bottom
		}
		return r
	})
}

// tables finds those of the sheet in which rows are to be filled, and their columns that are calculated; it is false
// where the rows cannot be filled.
func (f *format) tables(c *layout.Check, l *layout.Line, s recordSettings) bool {
	t := &f.records[l.Index]
	book, err := f.open()
	var all []xlsx.Table
	if err == nil {
		all, err = book.Tables(t.sheet)
	}
	if err != nil {
		c.Problem("records."+l.Name+".sheet", t.sheet, "cannot be read: %v", err)
		return false
	}
	ours := map[int]bool{}
	for _, column := range t.columns {
		ours[column] = true
	}
	for _, table := range all {
		begin, end := table.Rows()
		if begin > s.FirstRow || end < s.FirstRow-1 || !holdsAny(table.Area, ours) {
			continue
		}
		if table.Totals > 0 {
			c.Problem("records."+l.Name+".own.first_row", "", "the table %s of %s!%s ends in a row of totals (row %d), which the rows would run into: take it away (Table Design, Total Row)",
				table.Name, f.name, t.sheet, table.Area.Bottom)
			return false
		}
		t.tables = append(t.tables, table)
		for i, column := range table.Columns {
			if at := table.Area.Left + i; column.Formula != "" && !ours[at] {
				t.calculated = append(t.calculated, calculated{column: at, formula: column.Formula, from: begin, array: column.Array})
			}
		}
	}
	return true
}

func holdsAny(a xlsx.Area, columns map[int]bool) bool {
	for column := range columns {
		if column >= a.Left && column <= a.Right {
			return true
		}
	}
	return false
}

// computed reports whether a cell is one of a calculated column.
func (t *target) computed(column, row int) bool {
	for _, c := range t.calculated {
		if c.column == column {
			for _, table := range t.tables {
				begin, end := table.Rows()
				if row >= begin && row <= end && column >= table.Area.Left && column <= table.Area.Right {
					return true
				}
			}
		}
	}
	return false
}
