package workbook

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// readXLSX reads a mapping workbook. Columns are found by their headings, never by position.
func readXLSX(file string, data []byte, found *Collector) *Content {
	book, err := Open(data)
	if err != nil {
		found.Add(findings.Error, findings.Place{}, "", say.Of(err), "")
		return nil
	}
	c := &Content{File: file, In: book.language(), Order: book.names, Tables: bookTables{book}}
	found.In = c.In
	c.readSettings(book, found)
	c.readColumns(book, found)
	c.Results = optionalSheet(book, SheetResults, found)
	c.Tests = optionalSheet(book, SheetTests, found)
	c.english()
	return c
}

// optionalSheet reads a sheet that need not be there; nil when it is not.
func optionalSheet(book *Workbook, called string, found *Collector) *Sheet {
	name, ok := book.Find(called)
	if !ok {
		noteMissing(book, called, found)
		return nil
	}
	book.noteTwo(called, found)
	s, err := book.Sheet(name)
	if err != nil {
		found.Add(findings.Error, findings.Place{Sheet: name}, "", say.Of(err), "")
		return nil
	}
	CheckMerged(s, 0, found)
	NoteUnseen(s, Heading{}, nil, found)
	return s
}

// Find looks up a sheet that has a meaning of its own, by its English name.
func (w *Workbook) Find(english string) (string, bool) {
	if all := w.meaning(english); len(all) > 0 {
		return all[0], true
	}
	return "", false
}

// table opens a sheet with known headings; what is missing is reported.
func (c *Content) table(book *Workbook, called string, wanted []string, found *Collector) (*Sheet, Heading, bool) {
	actual, ok := book.Find(called)
	if !ok {
		name := found.Sheet(called)
		found.Add(findings.Error, findings.Place{Sheet: name}, "", say.F("the workbook has no sheet %s", name),
			wording.Nearest(name, book.names))
		return nil, Heading{}, false
	}
	book.noteTwo(called, found)
	s, err := book.Sheet(actual)
	if err != nil {
		found.Add(findings.Error, findings.Place{Sheet: actual}, "", say.Of(err), "")
		return nil, Heading{}, false
	}
	h, ok := FindHeading(s, wanted)
	if !ok {
		found.Add(findings.Error, findings.Place{Sheet: actual}, "", say.F("no row has the headings %s",
			strings.Join(found.In.Names(sheets.Headings, wanted), ", ")), "")
		return nil, Heading{}, false
	}
	for _, w := range wanted {
		if h.Column(w) < 0 {
			ok = false
			found.Add(findings.Error, findings.Place{Sheet: actual, Ref: fmt.Sprint(s.Rows[h.Row].Number)}, "",
				say.F("the heading %s is missing", h.Name(w)), wording.Nearest(h.Name(w), h.Names()))
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
			if at := h.Column(w); at >= 0 && at != i && wording.Fold(c.Show()) == wording.Fold(h.cells[at].Show()) {
				found.Errorf(c, "", "the heading %s stands twice: here and in %s", h.Name(w), h.cells[at].Ref)
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
	s, h, ok := c.table(book, SheetSettings, []string{headSetting, headValue}, found)
	if !ok {
		return
	}
	name, value := h.Column(headSetting), h.Column(headValue)
	known := h.folded(headSetting, headValue)
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
			c.Settings = append(c.Settings, namedCell{n, v, readRemarks(row, h, headMeaning, known)})
		}
	}
}

func (c *Content) readColumns(book *Workbook, found *Collector) {
	s, h, ok := c.table(book, SheetColumns, []string{headRecord, headField, headValue}, found)
	if !ok {
		return
	}
	record, field, value := h.Column(headRecord), h.Column(headField), h.Column(headValue)
	known := h.folded(columnHeadings()...)
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
		if name == "" || known[wording.Fold(name)] || i == h.Column(note) || h.first(name) != i ||
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
			found.Add(findings.Warning, h.cells[at].Place, h.Name(name), say.F("the column %s is hidden, but it counts",
				h.Name(name)), "")
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
		if name := xlsx.Volatile(c.source); c.formula && name != "" {
			found.Warnf(c, "the cell is a formula with %s: what counts is its value when the workbook was saved (%s), not that of the day it is used; type the value, or write a formula of fisbridge on the sheet %s", name, c.Show(), found.Sheet(SheetColumns))
		}
		return true
	}
	return false
}

// bookTables are the sheets of a workbook that can be lookup sheets.
type bookTables struct{ book *Workbook }

func (b bookTables) Names() []string {
	var out []string
	for _, n := range b.book.names {
		if !b.book.reserved(n) {
			out = append(out, n)
		}
	}
	return out
}

func (b bookTables) Read(name string) (*Sheet, error) {
	s, err := b.book.Sheet(name)
	if err == nil {
		b.book.englishKeys(s)
	}
	return s, err
}
