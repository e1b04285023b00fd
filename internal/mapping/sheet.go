package mapping

import (
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// cellKind is what a cell of a workbook (or a scalar of a YAML mapping) holds.
type cellKind uint8

const (
	blankCell cellKind = iota
	textCell
	numberCell
	boolCell
	dateCell
	// uncalculatedCell is a formula that was saved without its value: reading it as empty would be a silent mistake.
	uncalculatedCell
	// errorCell is a formula that ended in #N/A, #REF! and the like.
	errorCell
)

// cell is one cell as written, with its place. The text is raw: never the display form.
type cell struct {
	kind    cellKind
	text    string
	number  fis.Amount
	date    fis.Date
	flag    bool
	formula bool
	source  string // of the formula, as Excel has it
	merged  bool
	format  cellFormat
	findings.Place
}

// sheet is a table of cells. Rows may be short, and rows without cells are left out.
type sheet struct {
	name   string
	rows   []sheetRow
	merged []string
	// hidden tells that people do not see the sheet; hiddenColumns are columns that they do not see.
	hidden        bool
	hiddenColumns map[int]bool
	// formats are those of whole columns, for cells that are still to come.
	formats map[int]cellFormat
	// stray counts the cells beyond the last column that is looked at.
	stray      int
	firstStray findings.Place
}

// cellFormat is what a spreadsheet makes of digits that are typed into a cell.
type cellFormat xlsx.Format

const (
	generalFormat = cellFormat(xlsx.General)
	textCells     = cellFormat(xlsx.TextFormat)
	numberCells   = cellFormat(xlsx.NumberFormat)
	dateCells     = cellFormat(xlsx.DateFormat)
)

type sheetRow struct {
	number int
	hidden bool
	cells  []cell
}

func (r sheetRow) at(column int) cell {
	if column < 0 || column >= len(r.cells) {
		return cell{}
	}
	return r.cells[column]
}

func (r sheetRow) blank() bool {
	for _, c := range r.cells {
		if !c.isBlank() {
			return false
		}
	}
	return true
}

func (c cell) isBlank() bool {
	return c.kind == blankCell || c.kind == textCell && wording.Clean(c.text) == ""
}

// value is the cell as a value, texts cleaned.
func (c cell) value() layout.Value {
	switch c.kind {
	case textCell:
		return layout.Text(wording.Clean(c.text))
	case numberCell:
		return layout.Number(c.number)
	case boolCell:
		return layout.Flag(c.flag)
	case dateCell:
		return layout.Day(c.date)
	}
	return layout.Value{}
}

// show is the cell for a message.
func (c cell) show() string {
	if c.kind == textCell {
		return c.text
	}
	if c.kind == uncalculatedCell || c.kind == errorCell {
		return c.text
	}
	return c.value().String()
}
