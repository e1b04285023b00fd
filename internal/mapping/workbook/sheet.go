package workbook

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// Kind is what a cell of a workbook (or a scalar of a YAML mapping) holds.
type Kind uint8

const (
	Blank Kind = iota
	Text
	Number
	Bool
	Date
	// Uncalculated is a formula that was saved without its value: reading it as empty would be a silent mistake.
	Uncalculated
	// ErrorCell is a formula that ended in #N/A, #REF! and the like.
	ErrorCell
)

// Cell is one cell as written, with its place. The text is raw: never the display form.
type Cell struct {
	Kind    Kind
	Text    string
	Number  fis.Amount
	date    fis.Date
	flag    bool
	formula bool
	source  string // of the formula, as Excel has it
	merged  bool
	Format  Format
	findings.Place
}

// Sheet is a table of cells. Rows may be short, and rows without cells are left out.
type Sheet struct {
	Name   string
	Rows   []Row
	merged []string
	// hidden tells that people do not see the sheet; hiddenColumns are columns that they do not see.
	hidden        bool
	HiddenColumns map[int]bool
	// Formats are those of whole columns, for cells that are still to come.
	Formats map[int]Format
	// stray counts the cells beyond the last column that is looked at.
	stray      int
	firstStray findings.Place
}

// Format is what a spreadsheet makes of digits that are typed into a cell.
type Format xlsx.Format

const (
	GeneralFormat = Format(xlsx.General)
	TextCells     = Format(xlsx.TextFormat)
	NumberCells   = Format(xlsx.NumberFormat)
	DateCells     = Format(xlsx.DateFormat)
)

type Row struct {
	Number int
	Hidden bool
	Cells  []Cell
}

func (r Row) At(column int) Cell {
	if column < 0 || column >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[column]
}

func (r Row) blank() bool {
	for _, c := range r.Cells {
		if !c.IsBlank() {
			return false
		}
	}
	return true
}

func (c Cell) IsBlank() bool {
	return c.Kind == Blank || c.Kind == Text && wording.Clean(c.Text) == ""
}

// Value is the cell as a value, texts cleaned.
func (c Cell) Value() layout.Value {
	switch c.Kind {
	case Text:
		return layout.Text(wording.Clean(c.Text))
	case Number:
		return layout.Number(c.Number)
	case Bool:
		return layout.Flag(c.flag)
	case Date:
		return layout.Day(c.date)
	}
	return layout.Value{}
}

// Show is the cell for a message.
func (c Cell) Show() string {
	if c.Kind == Text {
		return c.Text
	}
	if c.Kind == Uncalculated || c.Kind == ErrorCell {
		return c.Text
	}
	return c.Value().String()
}

// LooksLikeLookup tells a lookup sheet from a sheet of the people's own: it has a key column that says so, or a default
// row.
func (s *Sheet) LooksLikeLookup() bool {
	if s == nil || len(s.Rows) == 0 {
		return false
	}
	for _, c := range s.Rows[0].Cells {
		if strings.HasSuffix(strings.ToLower(wording.Clean(c.Show())), KeyMark) {
			return true
		}
	}
	for _, row := range s.Rows[1:] {
		if wording.Clean(row.At(0).Show()) == "*" {
			return true
		}
	}
	return false
}
