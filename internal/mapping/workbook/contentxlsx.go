package workbook

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// readXLSX reads a mapping workbook. Columns are found by their headings, never by position.
func readXLSX(file string, data []byte, found *Collector) *Content {
	book, err := Open(data)
	if err != nil {
		found.Add(findings.Error, findings.Place{}, "", say.Of(err), "")
		return nil
	}
	c := &Content{File: file, Order: book.names, Tables: bookTables{book}}
	c.readSettings(book, found)
	c.readColumns(book, found)
	c.Results = optionalSheet(book, SheetResults, found)
	c.Tests = optionalSheet(book, SheetTests, found)
	return c
}

// optionalSheet reads a sheet that need not be there; nil when it is not.
func optionalSheet(book *Workbook, called string, found *Collector) *Sheet {
	name, ok := book.Find(called)
	if !ok {
		noteMissing(book, called, found)
		return nil
	}
	s, err := book.Sheet(name)
	if err != nil {
		found.Add(findings.Error, findings.Place{Sheet: name}, "", say.Of(err), "")
		return nil
	}
	CheckMerged(s, 0, found)
	NoteUnseen(s, Heading{}, nil, found)
	return s
}

// Find looks a sheet up without regard to case and blanks.
func (w *Workbook) Find(name string) (string, bool) {
	for _, n := range w.names {
		if wording.Fold(n) == wording.Fold(name) {
			return n, true
		}
	}
	return "", false
}

// table opens a sheet with known headings; what is missing is reported.
func (c *Content) table(book *Workbook, name string, wanted []string, found *Collector) (*Sheet, Heading, bool) {
	actual, ok := book.Find(name)
	if !ok {
		found.Add(findings.Error, findings.Place{Sheet: name}, "", say.F("the workbook has no sheet %s", name),
			wording.Nearest(name, book.names))
		return nil, Heading{}, false
	}
	s, err := book.Sheet(actual)
	if err != nil {
		found.Add(findings.Error, findings.Place{Sheet: actual}, "", say.Of(err), "")
		return nil, Heading{}, false
	}
	h, ok := FindHeading(s, wanted)
	if !ok {
		found.Add(findings.Error, findings.Place{Sheet: actual}, "", say.F("no row has the headings %s",
			strings.Join(wanted, ", ")), "")
		return nil, Heading{}, false
	}
	for _, w := range wanted {
		if h.Column(w) < 0 {
			ok = false
			found.Add(findings.Error, findings.Place{Sheet: actual, Ref: fmt.Sprint(s.Rows[h.Row].Number)}, "",
				say.F("the heading %s is missing", w), wording.Nearest(w, h.Names()))
		}
	}
	CheckMerged(s, s.Rows[h.Row].Number, found)
	NoteUnseen(s, h, wanted, found)
	checkTwiceHeadings(h, wanted, found)
	return s, h, ok
}

func checkTwiceHeadings(h Heading, wanted []string, found *Collector) {
	for i, c := range h.cells {
		for _, w := range wanted {
			if wording.Fold(c.Show()) == wording.Fold(w) && h.Column(w) != i {
				found.Errorf(c, "", "the heading %s stands twice: here and in %s", w, h.cells[h.Column(w)].Ref)
			}
		}
	}
}

// CheckMerged reports merged cells below the headings: all but one of their cells are blank, whatever they look like.
func CheckMerged(s *Sheet, headingRow int, found *Collector) {
	for _, area := range s.merged {
		if _, to, ok := strings.Cut(area, ":"); ok && xlsx.RowOf(to) >= headingRow {
			found.Add(findings.Error, findings.Place{Sheet: s.Name, Ref: strings.SplitN(area, ":", 2)[0]}, "",
				say.F("the cells %s are merged, so all but the first are blank: unmerge them (Home, Merge & "+
					"Center)", area), "")
		}
	}
}

func (c *Content) readSettings(book *Workbook, found *Collector) {
	s, h, ok := c.table(book, SheetSettings, []string{"Setting", "Value"}, found)
	if !ok {
		return
	}
	name, value := h.Column("Setting"), h.Column("Value")
	known := map[string]bool{"setting": true, "value": true}
	for _, row := range s.Rows[h.Row+1:] {
		n := row.At(name)
		if n.IsBlank() {
			if v := row.At(value); !v.IsBlank() {
				found.Errorf(v, "", "a value without a setting's name")
			}
			continue
		}
		noteHidden(row, n, found)
		v := blankAt(row, value, s.Name)
		NoteBlanks(v, found)
		if Usable(v, found) {
			c.Settings = append(c.Settings, namedCell{n, v, readRemarks(row, h, "Meaning", known)})
		}
	}
}

func (c *Content) readColumns(book *Workbook, found *Collector) {
	s, h, ok := c.table(book, SheetColumns, []string{"Record", "Field", "Value"}, found)
	if !ok {
		return
	}
	record, field, value := h.Column("Record"), h.Column("Field"), h.Column("Value")
	known := map[string]bool{}
	for _, name := range columnHeadings() {
		known[wording.Fold(name)] = true
	}
	for _, row := range s.Rows[h.Row+1:] {
		r, f, v := row.At(record), row.At(field), blankAt(row, value, s.Name)
		if r.IsBlank() && f.IsBlank() {
			if !v.IsBlank() {
				found.Errorf(v, "", "a value without record and field")
			}
			continue
		}
		noteHidden(row, f, found)
		if v.Kind == ErrorCell || v.formula {
			found.Add(findings.Error, v.Place, v.source,
				"Excel took the text for a formula of its own: type it without the equals sign", "")
			c.Columns = append(c.Columns, ColumnRow{Record: r, Field: f, Unread: true})
			continue
		}
		NoteBlanks(v, found)
		c.Columns = append(c.Columns, ColumnRow{r, f, v, readRemarks(row, h, headNote, known), readFacts(row, h),
			false})
	}
}

// readFacts reads what a row says of the template's facts.
func readFacts(row Row, h Heading) map[string]Cell {
	var out map[string]Cell
	for _, name := range []string{HeadType, HeadWidth, HeadRequired, HeadAllowed} {
		if c := row.At(h.Column(name)); !c.IsBlank() {
			if out == nil {
				out = map[string]Cell{}
			}
			out[name] = c
		}
	}
	return out
}

// readRemarks reads the note, and what stands in columns that people added.
func readRemarks(row Row, h Heading, note string, known map[string]bool) remarks {
	var r remarks
	if at := h.Column(note); at >= 0 {
		r.note, r.noted = row.At(at), true
	}
	for i, c := range h.cells {
		name := wording.Clean(c.Show())
		if name == "" || known[wording.Fold(name)] || wording.Fold(name) == wording.Fold(note) || h.Column(name) != i ||
			row.At(i).IsBlank() {
			continue
		}
		r.more = append(r.more, extraCell{name, row.At(i)})
	}
	return r
}

// blankAt is a cell that knows its place even when it is blank.
func blankAt(row Row, column int, sheet string) Cell {
	c := row.At(column)
	c.Place = findings.Place{Sheet: sheet, Ref: xlsx.Ref(column, row.Number)}
	return c
}

// NoteUnseen warns of what counts although nobody sees it: a hidden sheet, or a hidden column with one of the wanted
// headings.
func NoteUnseen(s *Sheet, h Heading, wanted []string, found *Collector) {
	noteStray(s, found)
	if s.hidden {
		found.Add(findings.Warning, findings.Place{Sheet: s.Name}, "", "the sheet is hidden, but it counts", "")
	}
	for _, name := range wanted {
		if at := h.Column(name); at >= 0 && s.HiddenColumns[at] {
			found.Add(findings.Warning, h.cells[at].Place, name, say.F("the column %s is hidden, but it counts",
				name), "")
		}
	}
}

func noteHidden(row Row, at Cell, found *Collector) {
	if row.Hidden {
		found.Warnf(at, "the row is hidden, but it counts")
	}
}

// Usable reports cells that cannot be read for certain.
func Usable(c Cell, found *Collector) bool {
	switch c.Kind {
	case Uncalculated:
		found.Errorf(c, "", "the formula was saved without its value: open the workbook in Excel and save it")
	case ErrorCell:
		found.Errorf(c, "", "the cell is in error")
	default:
		return true
	}
	return false
}

// bookTables are the sheets of a workbook that can be lookup sheets.
type bookTables struct{ book *Workbook }

func (b bookTables) Names() []string {
	var out []string
	for _, n := range b.book.names {
		if !isReserved(n) {
			out = append(out, n)
		}
	}
	return out
}

func (b bookTables) Read(name string) (*Sheet, error) { return b.book.Sheet(name) }
