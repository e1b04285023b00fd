package mapping

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// The sheets of a mapping workbook that have a meaning of their own. All others are lookup sheets, when a formula names them, or the people's
// own business.
const (
	sheetReadMe    = "Read me"
	sheetColumns   = "Columns"
	sheetSettings  = "Settings"
	sheetFields    = "Fields"
	sheetFunctions = "Functions"
	sheetResults   = "Results"
	sheetPreview   = "Preview"
	sheetTests     = "Tests"
	sheetRoles     = "Result roles"
)

func reservedSheets() []string {
	return []string{sheetReadMe, sheetColumns, sheetSettings, sheetFields, sheetFunctions, sheetResults, sheetPreview, sheetTests, sheetRoles}
}

func isReserved(name string) bool {
	for _, s := range reservedSheets() {
		if wording.Fold(s) == wording.Fold(name) {
			return true
		}
	}
	return false
}

// Options are the rows of the Settings sheet that steer the tool; every other row is a setting for formulas.
const (
	optionTemplate  = "Template"
	optionGroupBy   = "Group by"
	optionMaximum   = "Documents per file"
	optionRounding  = "Rounding"
	optionCardCodes = "Card codes"
)

func optionNames() []string {
	return []string{optionTemplate, optionGroupBy, optionMaximum, optionRounding, optionCardCodes}
}

// The pseudo fields of a record on the Columns sheet.
const (
	pseudoWhen      = "(when)"
	pseudoSummarise = "(summarise by)"
)

// content is a mapping as people wrote it, in either form, before it meets its template.
type content struct {
	file     string
	settings []namedCell
	columns  []columnRow
	// tables are the sheets (or YAML tables) that may be lookup sheets, read when a formula names them.
	tables tableSource
	// results is the Results sheet, tests the Tests sheet; nil when there is none.
	results *sheet
	tests   *sheet
	// order is the sheets in the order in which findings are sorted.
	order []string
}

type namedCell struct {
	name, value cell
	remarks
}

type columnRow struct {
	record, field, value cell
	remarks
	// shown are the template's facts as they stand in the row, by heading, where they are not blank.
	shown map[string]cell
	// unread tells that the value could not be read, which was reported.
	unread bool
}

// remarks are what people wrote beside a value: they change nothing of what comes out, but they are kept.
type remarks struct {
	// note is the Note (of a setting: the Meaning). Where noted is false there is none of the people's own, and the template's is shown.
	note  cell
	noted bool
	// more are the cells of columns that people added, each under its heading.
	more []extraCell
}

type extraCell struct {
	heading string
	value   cell
}

// tableSource gives lookup sheets by name.
type tableSource interface {
	names() []string
	read(name string) (*sheet, error)
}

// collector gathers findings about one file.
type collector struct {
	file string
	list findings.List
}

func (c *collector) add(s findings.Severity, at findings.Place, value, reason, nearest string) {
	c.list = append(c.list, findings.Finding{Severity: s, File: c.file, Sheet: at.Sheet, Cell: at.Ref, Value: value, Reason: reason, Nearest: nearest})
}

func (c *collector) errorf(at cell, nearest, format string, args ...any) {
	c.add(findings.Error, at.Place, at.show(), fmt.Sprintf(format, args...), nearest)
}

func (c *collector) warnf(at cell, format string, args ...any) {
	c.add(findings.Warning, at.Place, at.show(), fmt.Sprintf(format, args...), "")
}

// heading finds the columns of a sheet by what stands above them: column numbers by folded heading.
type heading struct {
	row     int // index into sheet.rows
	columns map[string]int
	cells   []cell
}

// findHeading takes the first row that has all wanted headings, else the one with the most of them within the first rows.
func findHeading(s *sheet, wanted []string) (heading, bool) {
	best, most := -1, 0
	for i, row := range s.rows {
		if i >= 20 {
			break
		}
		hits := 0
		for _, w := range wanted {
			if headingColumn(row, w) >= 0 {
				hits++
			}
		}
		if hits > most {
			best, most = i, hits
		}
		if hits == len(wanted) {
			break
		}
	}
	if best < 0 {
		return heading{}, false
	}
	return readHeading(s, best), true
}

func readHeading(s *sheet, row int) heading {
	h := heading{row: row, columns: map[string]int{}}
	for i, c := range s.rows[row].cells {
		h.cells = append(h.cells, c)
		if key := wording.Fold(c.show()); key != "" {
			if _, twice := h.columns[key]; !twice {
				h.columns[key] = i
			}
		}
	}
	return h
}

func headingColumn(row sheetRow, name string) int {
	for i, c := range row.cells {
		if wording.Fold(c.show()) == wording.Fold(name) {
			return i
		}
	}
	return -1
}

// column is the number of a heading's column, -1 when there is none.
func (h heading) column(name string) int {
	if i, ok := h.columns[wording.Fold(name)]; ok {
		return i
	}
	return -1
}

// names are the headings as written.
func (h heading) names() []string {
	var out []string
	for _, c := range h.cells {
		if s := wording.Clean(c.show()); s != "" {
			out = append(out, s)
		}
	}
	return out
}
