package term

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// NewTable is an empty table in the style of all our tables.
func NewTable(out io.Writer, heads ...any) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(out)
	t.SetStyle(table.StyleLight)
	t.Style().Options.SeparateRows = false
	t.AppendHeader(table.Row(heads))
	return t
}

// Grid is a table that fits the width: its last column takes what the others leave, and breaks into lines.
type Grid struct {
	Heads []string
	Right []int // columns (from 0) that are aligned to the right
	rows  [][]string
}

// Add adds a row; its cells are made visible.
func (g *Grid) Add(cells ...string) {
	for i, c := range cells {
		cells[i] = wording.Visible(c)
	}
	g.rows = append(g.rows, cells)
}

// Write writes the table, at most width columns wide where the last column can be broken.
func (g *Grid) Write(out io.Writer, width int) {
	heads := make([]any, len(g.Heads))
	used := 1
	for i, h := range g.Heads {
		heads[i] = h
		if i < len(g.Heads)-1 {
			used += g.ColumnWidth(i) + 3
		}
	}
	t := NewTable(out, heads...)
	t.Style().Format.Header = text.FormatDefault
	last := max(18, width-used-3)
	var columns []table.ColumnConfig
	for _, c := range g.Right {
		columns = append(columns, table.ColumnConfig{Number: c + 1, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(columns)
	for _, r := range g.rows {
		cells := make(table.Row, len(r))
		for i, c := range r {
			if i == len(g.Heads)-1 && utf8.RuneCountInString(c) > last {
				c = text.WrapSoft(Wrap(c, last), last)
			}
			cells[i] = c
		}
		t.AppendRow(cells)
	}
	t.Render()
}

// ColumnWidth is how wide the widest cell of a column is.
func (g *Grid) ColumnWidth(i int) int {
	w := utf8.RuneCountInString(g.Heads[i])
	for _, r := range g.rows {
		if i < len(r) {
			w = max(w, utf8.RuneCountInString(r[i]))
		}
	}
	return w
}

// Item writes one thing in its own line, and what is to be said of it indented below.
func Item(out io.Writer, width int, head, body string) {
	Print(out, "  %s\n", head)
	if body == "" {
		return
	}
	for _, line := range strings.Split(Wrap(wording.Visible(body), width-6), "\n") {
		Print(out, "      %s\n", Own(line))
	}
}

// Tick says whether something holds.
func Tick(holds bool) string { return wording.Either(holds, "✓", "✗") }

// Sign is a tick or a cross; a tilde where it holds, but not without a word beside it.
func Sign(holds, plainly bool) string { return wording.Either(holds && !plainly, "~", Tick(holds)) }

// Heading tells how many rows a list has, and how to see all of them.
func Heading(out io.Writer, title string, total, shown int) {
	more := ""
	if shown < total {
		more = fmt.Sprintf(", the first %d (--all shows all)", shown)
	}
	Print(out, "\n%s: %d%s\n", title, total, more)
}
