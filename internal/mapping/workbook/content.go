// Package workbook owns the mapping as people write it: cells of an .xlsx workbook or of a YAML file, read into the
// same content, with the place of each; and what is written back: a new workbook that explains itself, the other form,
// notes, mended cells, further tests. Reading a cell never guesses: numbers keep their digits, a formula without a
// value is told, and nothing is evaluated here. What is written back leaves everything else as it was.
package workbook

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
)

// The sheets of a mapping workbook that have a meaning of their own. All others are lookup sheets, when a formula names
// them, or the people's own business.
const (
	sheetReadMe    = "Read me"
	SheetColumns   = "Columns"
	SheetSettings  = "Settings"
	sheetFields    = "Fields"
	sheetFunctions = "Functions"
	SheetResults   = "Results"
	SheetPreview   = "Preview"
	SheetTests     = "Tests"
	sheetRoles     = "Result roles"
)

func reservedSheets() []string {
	return []string{sheetReadMe, SheetColumns, SheetSettings, sheetFields, sheetFunctions, SheetResults, SheetPreview,
		SheetTests, sheetRoles}
}

// isReserved reports whether a sheet of a workbook in the language has a meaning of its own.
func isReserved(name string, in *sheets.Lang) bool {
	return slices.ContainsFunc(reservedSheets(), func(s string) bool {
		return wording.Fold(s) == wording.Fold(name) || in.Is(sheets.Sheets, s, name)
	})
}

// Options are the rows of the Settings sheet that steer the tool; every other row is a setting for formulas.
const (
	OptionTemplate  = "Template"
	OptionGroupBy   = "Group by"
	OptionMaximum   = "Documents per file"
	OptionLines     = "Lines per file"
	OptionCompany   = "Company by"
	OptionRounding  = "Rounding"
	OptionCardCodes = "Card codes"
	OptionFurther   = "Further fields"
	OptionLanguage  = "Formula language"
	OptionFileName  = "File name"
	// What posting.date is.
	OptionPostingDate = "Posting date"
	OptionEarliest    = "Earliest posting date"
	// What a delimited file looks like; blank leaves it to the template.
	OptionDelimiter   = "Delimiter"
	OptionDecimalMark = "Decimal mark"
	OptionDateForm    = "Date form"
	OptionHeadings    = "Headings"
)

// NamePostingDate is the name by which Values ask for the posting date.
const NamePostingDate = "posting.date"

// NameCompany is the name by which Values and groups ask for the company that a document belongs to.
const NameCompany = "document.company"

// ofDelimited reports whether an option goes with delimited files only.
func ofDelimited(option string) bool {
	_, ok := ofFile[option]
	return ok
}

func OptionNames() []string {
	return []string{OptionTemplate, OptionGroupBy, OptionCompany, OptionMaximum, OptionLines, OptionRounding, OptionCardCodes, OptionFurther, OptionLanguage, OptionFileName, OptionPostingDate, OptionEarliest, OptionDelimiter, OptionDecimalMark, OptionDateForm, OptionHeadings}
}

// The pseudo fields of a record on the Columns sheet.
const (
	PseudoWhen      = "(when)"
	PseudoSummarise = "(summarise by)"
)

// Content is a mapping as people wrote it, in either form, before it meets its template. What has a meaning of its own
// has its English name, in whichever language it was written; places are those of the file.
type Content struct {
	File string
	// In is the language of the workbook; nil, which is English, for YAML.
	In       *sheets.Lang
	Settings []namedCell
	Columns  []ColumnRow
	// Tables are the sheets (or YAML tables) that may be lookup sheets, read when a formula names them.
	Tables Tables
	// Results is the Results sheet, tests the Tests sheet; nil when there is none.
	Results *Sheet
	Tests   *Sheet
	// Order is the sheets in the order in which findings are sorted.
	Order []string
}

type namedCell struct {
	Name, Value Cell
	remarks
}

type ColumnRow struct {
	Record, Field, Value Cell
	remarks
	// Shown are the template's facts as they stand in the row, by heading, where they are not blank.
	Shown map[string]Cell
	// Unread tells that the value could not be read, which was reported.
	Unread bool
}

// remarks are what people wrote beside a value: they change nothing of what comes out, but they are kept.
type remarks struct {
	// note is the Note (of a setting: the Meaning). Where noted is false there is none of the people's own, and the
	// template's is shown.
	note  Cell
	noted bool
	// more are the cells of columns that people added, each under its heading.
	more []extraCell
}

type extraCell struct {
	heading string
	value   Cell
}

// Tables gives lookup sheets by name.
type Tables interface {
	Names() []string
	Read(name string) (*Sheet, error)
}

// Collector gathers findings about one file.
type Collector struct {
	File string
	List findings.List
	// In is the language of the workbook that the findings are about.
	In *sheets.Lang
	// Former tells that the mapping was in force before: what has become an error since is a warning, so that it goes on
	// as it was.
	Former bool
}

func (c *Collector) Add(s findings.Severity, at findings.Place, value string, reason say.Text, nearest string) {
	c.List = append(c.List, findings.Finding{Severity: s, File: c.File, Sheet: at.Sheet, Cell: at.Ref, Value: value,
		Reason: reason, Nearest: nearest})
}

// Mendable adds an error that mend.Cells can mend.
func (c *Collector) Mendable(at findings.Place, value string, reason say.Text, mend findings.Mend) {
	c.List = append(c.List, findings.Finding{Severity: findings.Error, File: c.File, Sheet: at.Sheet, Cell: at.Ref,
		Value: value, Reason: reason, Mend: mend})
}

func (c *Collector) Errorf(at Cell, nearest, format string, args ...any) {
	c.Add(findings.Error, at.Place, at.Show(), say.F(format, args...), nearest)
}

// Stricterf adds an error that former programs did not see.
func (c *Collector) Stricterf(at Cell, format string, args ...any) {
	if c.Former {
		c.Warnf(at, format, args...)
		return
	}
	c.Errorf(at, "", format, args...)
}

func (c *Collector) Warnf(at Cell, format string, args ...any) {
	c.Add(findings.Warning, at.Place, at.Show(), say.F(format, args...), "")
}

// Heading finds the columns of a sheet by what stands above them: column numbers by folded heading.
type Heading struct {
	Row     int // index into sheet.rows
	columns map[string]int
	cells   []Cell
	// in is the language of the headings; wanted are known in every other one, too.
	in     *sheets.Lang
	wanted []string
}

// FindHeading takes the first row that has all wanted headings, else the one with the most of them within the first
// rows.
func FindHeading(s *Sheet, wanted []string) (Heading, bool) {
	best, most := -1, 0
	var in *sheets.Lang
	for i, row := range s.Rows {
		if i >= 20 || most == len(wanted) {
			break
		}
		for _, l := range sheets.All() {
			hits := 0
			for _, w := range wanted {
				if headingColumn(row, l.Name(sheets.Headings, w)) >= 0 {
					hits++
				}
			}
			if hits > most {
				best, most, in = i, hits, l
			}
		}
	}
	if best < 0 {
		return Heading{}, false
	}
	return readHeading(s, best, in, wanted), true
}

func readHeading(s *Sheet, row int, in *sheets.Lang, wanted []string) Heading {
	h := Heading{Row: row, columns: map[string]int{}, in: in, wanted: wanted}
	for i, c := range s.Rows[row].Cells {
		h.cells = append(h.cells, c)
		if key := wording.Fold(c.Show()); key != "" {
			if _, twice := h.columns[key]; !twice {
				h.columns[key] = i
			}
		}
	}
	return h
}

func headingColumn(row Row, name string) int {
	for i, c := range row.Cells {
		if wording.Fold(c.Show()) == wording.Fold(name) {
			return i
		}
	}
	return -1
}

// Column is the number of a heading's column by its English name, -1 when there is none.
func (h Heading) Column(name string) int {
	languages := []*sheets.Lang{h.in, nil}
	if slices.Contains(h.wanted, name) {
		languages = append(languages, sheets.All()...)
	}
	for _, l := range languages {
		if i, ok := h.columns[wording.Fold(l.Name(sheets.Headings, name))]; ok {
			return i
		}
	}
	return -1
}

// folded are the headings, in English and as the sheet has them.
func (h Heading) folded(names ...string) map[string]bool {
	out := map[string]bool{}
	for _, name := range names {
		out[wording.Fold(name)], out[wording.Fold(h.Name(name))] = true, true
		if at := h.Column(name); at >= 0 {
			out[wording.Fold(h.cells[at].Show())] = true
		}
	}
	return out
}

// first is the first column with a heading as it is written.
func (h Heading) first(written string) int {
	if i, ok := h.columns[wording.Fold(written)]; ok {
		return i
	}
	return -1
}

// Name is a heading as the sheet has it, or would have it.
func (h Heading) Name(name string) string { return h.in.Name(sheets.Headings, name) }

// Names are the headings as written.
func (h Heading) Names() []string {
	var out []string
	for _, c := range h.cells {
		if s := wording.Clean(c.Show()); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func OptionOf(name string) (string, bool) {
	for _, o := range OptionNames() {
		if wording.Fold(o) == wording.Fold(name) {
			return o, true
		}
	}
	return "", false
}

func IsSettingName(s string) bool {
	for i, r := range s {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// KeyMark at the end of a heading makes its column a key. Without any the first column is the key.
const KeyMark = "(key)"

func FieldNames(r *template.Record) []string {
	names := []string{PseudoWhen}
	if slices.Contains(r.Repeat, template.RepeatPosting) {
		names = append(names, PseudoSummarise)
	}
	for _, f := range r.Fields {
		if f.SameAs == "" {
			names = append(names, f.Name)
		}
	}
	return names
}

func FieldNamed(r *template.Record, name string) (string, bool) {
	for _, n := range FieldNames(r) {
		if n == name {
			return n, true
		}
	}
	for _, n := range FieldNames(r) {
		if wording.Fold(n) == wording.Fold(name) {
			return n, true
		}
	}
	return "", false
}
