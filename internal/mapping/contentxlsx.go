package mapping

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// readXLSX reads a mapping workbook. Columns are found by their headings, never by position.
func readXLSX(file string, data []byte, found *collector) *content {
	book, err := openWorkbook(data)
	if err != nil {
		found.add(findings.Error, findings.Place{}, "", err.Error(), "")
		return nil
	}
	c := &content{file: file, order: book.names, tables: bookTables{book}}
	c.readSettings(book, found)
	c.readColumns(book, found)
	c.results = optionalSheet(book, sheetResults, found)
	c.tests = optionalSheet(book, sheetTests, found)
	return c
}

// optionalSheet reads a sheet that need not be there; nil when it is not.
func optionalSheet(book *workbook, called string, found *collector) *sheet {
	name, ok := book.find(called)
	if !ok {
		noteMissing(book, called, found)
		return nil
	}
	s, err := book.sheet(name)
	if err != nil {
		found.add(findings.Error, findings.Place{Sheet: name}, "", err.Error(), "")
		return nil
	}
	checkMerged(s, 0, found)
	noteUnseen(s, heading{}, nil, found)
	return s
}

// find looks a sheet up without regard to case and blanks.
func (w *workbook) find(name string) (string, bool) {
	for _, n := range w.names {
		if wording.Fold(n) == wording.Fold(name) {
			return n, true
		}
	}
	return "", false
}

// table opens a sheet with known headings; what is missing is reported.
func (c *content) table(book *workbook, name string, wanted []string, found *collector) (*sheet, heading, bool) {
	actual, ok := book.find(name)
	if !ok {
		found.add(findings.Error, findings.Place{Sheet: name}, "", fmt.Sprintf("the workbook has no sheet %s", name), wording.Nearest(name, book.names))
		return nil, heading{}, false
	}
	s, err := book.sheet(actual)
	if err != nil {
		found.add(findings.Error, findings.Place{Sheet: actual}, "", err.Error(), "")
		return nil, heading{}, false
	}
	h, ok := findHeading(s, wanted)
	if !ok {
		found.add(findings.Error, findings.Place{Sheet: actual}, "", fmt.Sprintf("no row has the headings %s", strings.Join(wanted, ", ")), "")
		return nil, heading{}, false
	}
	for _, w := range wanted {
		if h.column(w) < 0 {
			ok = false
			found.add(findings.Error, findings.Place{Sheet: actual, Ref: fmt.Sprint(s.rows[h.row].number)}, "", fmt.Sprintf("the heading %s is missing", w), wording.Nearest(w, h.names()))
		}
	}
	checkMerged(s, s.rows[h.row].number, found)
	noteUnseen(s, h, wanted, found)
	checkTwiceHeadings(h, wanted, found)
	return s, h, ok
}

func checkTwiceHeadings(h heading, wanted []string, found *collector) {
	for i, c := range h.cells {
		for _, w := range wanted {
			if wording.Fold(c.show()) == wording.Fold(w) && h.column(w) != i {
				found.errorf(c, "", "the heading %s stands twice: here and in %s", w, h.cells[h.column(w)].Ref)
			}
		}
	}
}

// checkMerged reports merged cells below the headings: all but one of their cells are blank, whatever they look like.
func checkMerged(s *sheet, headingRow int, found *collector) {
	for _, area := range s.merged {
		if _, to, ok := strings.Cut(area, ":"); ok && xlsx.RowOf(to) >= headingRow {
			found.add(findings.Error, findings.Place{Sheet: s.name, Ref: strings.SplitN(area, ":", 2)[0]}, "", fmt.Sprintf("the cells %s are merged, so all but the first are blank: unmerge them (Home, Merge & Center)", area), "")
		}
	}
}

func (c *content) readSettings(book *workbook, found *collector) {
	s, h, ok := c.table(book, sheetSettings, []string{"Setting", "Value"}, found)
	if !ok {
		return
	}
	name, value := h.column("Setting"), h.column("Value")
	known := map[string]bool{"setting": true, "value": true}
	for _, row := range s.rows[h.row+1:] {
		n := row.at(name)
		if n.isBlank() {
			if v := row.at(value); !v.isBlank() {
				found.errorf(v, "", "a value without a setting's name")
			}
			continue
		}
		noteHidden(row, n, found)
		v := blankAt(row, value, s.name)
		noteBlanks(v, found)
		if usable(v, found) {
			c.settings = append(c.settings, namedCell{n, v, readRemarks(row, h, "Meaning", known)})
		}
	}
}

func (c *content) readColumns(book *workbook, found *collector) {
	s, h, ok := c.table(book, sheetColumns, []string{"Record", "Field", "Value"}, found)
	if !ok {
		return
	}
	record, field, value := h.column("Record"), h.column("Field"), h.column("Value")
	known := map[string]bool{}
	for _, name := range columnHeadings() {
		known[wording.Fold(name)] = true
	}
	for _, row := range s.rows[h.row+1:] {
		r, f, v := row.at(record), row.at(field), blankAt(row, value, s.name)
		if r.isBlank() && f.isBlank() {
			if !v.isBlank() {
				found.errorf(v, "", "a value without record and field")
			}
			continue
		}
		noteHidden(row, f, found)
		if v.kind == errorCell || v.formula {
			found.add(findings.Error, v.Place, v.source, "Excel took the text for a formula of its own: type it without the equals sign", "")
			c.columns = append(c.columns, columnRow{record: r, field: f, unread: true})
			continue
		}
		noteBlanks(v, found)
		c.columns = append(c.columns, columnRow{r, f, v, readRemarks(row, h, headNote, known), readFacts(row, h), false})
	}
}

// readFacts reads what a row says of the template's facts.
func readFacts(row sheetRow, h heading) map[string]cell {
	var out map[string]cell
	for _, name := range []string{headType, headWidth, headRequired, headAllowed} {
		if c := row.at(h.column(name)); !c.isBlank() {
			if out == nil {
				out = map[string]cell{}
			}
			out[name] = c
		}
	}
	return out
}

// readRemarks reads the note, and what stands in columns that people added.
func readRemarks(row sheetRow, h heading, note string, known map[string]bool) remarks {
	var r remarks
	if at := h.column(note); at >= 0 {
		r.note, r.noted = row.at(at), true
	}
	for i, c := range h.cells {
		name := wording.Clean(c.show())
		if name == "" || known[wording.Fold(name)] || wording.Fold(name) == wording.Fold(note) || h.column(name) != i || row.at(i).isBlank() {
			continue
		}
		r.more = append(r.more, extraCell{name, row.at(i)})
	}
	return r
}

// blankAt is a cell that knows its place even when it is blank.
func blankAt(row sheetRow, column int, sheet string) cell {
	c := row.at(column)
	c.Place = findings.Place{Sheet: sheet, Ref: xlsx.Ref(column, row.number)}
	return c
}

// noteUnseen warns of what counts although nobody sees it: a hidden sheet, or a hidden column with one of the wanted headings.
func noteUnseen(s *sheet, h heading, wanted []string, found *collector) {
	noteStray(s, found)
	if s.hidden {
		found.add(findings.Warning, findings.Place{Sheet: s.name}, "", "the sheet is hidden, but it counts", "")
	}
	for _, name := range wanted {
		if at := h.column(name); at >= 0 && s.hiddenColumns[at] {
			found.add(findings.Warning, h.cells[at].Place, name, fmt.Sprintf("the column %s is hidden, but it counts", name), "")
		}
	}
}

func noteHidden(row sheetRow, at cell, found *collector) {
	if row.hidden {
		found.warnf(at, "the row is hidden, but it counts")
	}
}

// usable reports cells that cannot be read for certain.
func usable(c cell, found *collector) bool {
	switch c.kind {
	case uncalculatedCell:
		found.errorf(c, "", "the formula was saved without its value: open the workbook in Excel and save it")
	case errorCell:
		found.errorf(c, "", "the cell is in error")
	default:
		return true
	}
	return false
}

// bookTables are the sheets of a workbook that can be lookup sheets.
type bookTables struct{ book *workbook }

func (b bookTables) names() []string {
	var out []string
	for _, n := range b.book.names {
		if !isReserved(n) {
			out = append(out, n)
		}
	}
	return out
}

func (b bookTables) read(name string) (*sheet, error) { return b.book.sheet(name) }
