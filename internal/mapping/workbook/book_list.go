package workbook

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook/paper"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// The named ranges that drop-down lists point to: names for detail records, names for headers and trailers, roles of
// result columns.
const (
	listLines = "Names_for_lines"
	listFile  = "Names_for_the_file"
	listRoles = "Roles"
)

// fields writes the catalogue of names: those that fisbridge works out, the settings, then every field of the
// documents. Where documents were looked at, each field has what they fill it with, those that they never fill come
// last, and what a drop-down offers is the name with its values behind it.
func (b *book) fields() {
	s := b.name(sheetFields)
	heads, widths := b.fieldHeads()
	b.row(s, 1, b.st.Head, heads...)
	rows := b.factRows()
	file, last := slices.IndexFunc(rows, func(r fieldRow) bool { return r.group == groupFile })+2, len(rows)+1
	rows = append(rows, seenFields(sourceFields(b.tpl.Documents), b.seen, b.c.In)...)
	for i, r := range rows {
		group, typ, meaning := b.c.Named(sheets.Groups, r.group), b.c.Named(sheets.Types, typeWord(r.typ)), b.text(r.meaning)
		cells := []string{r.name, group, typ, meaning, r.sample, r.where}
		if b.seen != nil {
			cells = []string{r.name, group, typ, r.filled, r.values, meaning, r.sample, r.where,
				r.choice(b.c.In)}
		}
		b.row(s, i+2, b.st.Read, cells...)
		b.height(s, i+2, widths, cells...)
	}
	n, quoted := len(rows)+1, quotedSheet(s)
	column := xlsx.ColumnName(0)
	if b.seen != nil {
		column = xlsx.ColumnName(len(heads) - 1)
	}
	b.define(listLines, fmt.Sprintf("%s!$%s$2:$%s$%d", quoted, column, column, n))
	b.define(listFile, fmt.Sprintf("%s!$A$%d:$A$%d", quoted, file, last))
	b.reference(s, n, widths)
}

func (b *book) fieldHeads() (heads []string, widths []float64) {
	if b.seen == nil {
		return b.texts("Name", "Group", "Type", "Meaning", "Sample", "Where it lives"),
			[]float64{32, 24, 10, 62, 28, 42}
	}
	filled := b.text("Filled in (of %s)", say.Counted(b.seen.Documents, "document"))
	return slices.Insert(b.texts("Name", "Group", "Type", "In your documents", "Meaning", "Sample", "Where it lives", "To choose"), 3, filled),
		[]float64{32, 24, 10, 12, 52, 62, 28, 42, 60}
}

// define names a range of the workbook.
func (b *book) define(name, area string) {
	b.try(b.f.SetDefinedName(&excelize.DefinedName{Name: name, RefersTo: area}))
}

// reference finishes a sheet that is only read: filter, headings in sight, locked.
func (b *book) reference(s string, last int, widths []float64) {
	b.widths(s, widths...)
	b.freeze(s, 1)
	b.try(paper.SetFilter(b.f, s, "A1:"+xlsx.Ref(len(widths)-1, last)))
	b.asText(s, "A2:"+xlsx.Ref(len(widths)-1, last))
	if !b.there {
		b.protect(s, len(widths))
	}
	b.printSetup(s, true)
}

// The groups of names that are no fields of the document.
const (
	groupLine     = "posting line"
	groupDocument = "document"
	groupRow      = "row of the file"
	groupFile     = "import file"
	groupSettings = "settings"
)

// fieldRow is a row of the Fields sheet.
type fieldRow struct {
	name, group, meaning, sample, where string
	typ                                 formula.Type
	// filled is how many documents fill the field, values what with.
	filled, values string
	paths          []string
}

// factRows are the names that fisbridge works out, those of the file last, then the settings.
func (b *book) factRows() []fieldRow {
	var out []fieldRow
	posted := fieldRow{name: NamePostingDate, group: groupDocument, meaning: b.text("the posting date by the rule of the sheet %s", b.name(SheetSettings)),
		sample: "2026-03-31", where: b.text("worked out by fisbridge"), typ: formula.Date}
	company := fieldRow{name: NameCompany, group: groupDocument, meaning: b.text("the company whose books the document belongs in, by the rule of the sheet %s", b.name(SheetSettings)),
		sample: "1000", where: b.text("worked out by fisbridge"), typ: formula.Text}
	for _, f := range facts.All() {
		if f.Kind == facts.OfRow && posted.name != "" { // after those of the document, and not among those of headers
			out, posted = append(out, company, posted), fieldRow{}
		}
		group := map[facts.Kind]string{facts.OfLine: groupLine, facts.OfDocument: groupDocument, facts.OfRow: groupRow,
			facts.OfFile: groupFile}[f.Kind]
		where := "worked out by fisbridge"
		switch f.Phase {
		case facts.Late:
			where = "worked out by fisbridge, when the file is made"
		case facts.AtEnd:
			where = "worked out by fisbridge; in headers and trailers only"
		}
		where = b.text(where)
		out = append(out, fieldRow{name: f.Name, group: group, meaning: f.Meaning, sample: f.Sample, where: where,
			typ: f.Type})
	}
	for _, s := range b.c.Settings {
		name := wording.Clean(s.Name.Show())
		if _, option := OptionOf(name); !option && IsSettingName(name) {
			out = append(out, fieldRow{name: "settings." + name, group: groupSettings,
				meaning: s.noteText(settingNote(b.tpl, name, b.c.In)), sample: s.Value.Show(),
				where: b.text("the sheet %s", b.name(SheetSettings)), typ: formula.OfValue(s.Value.Value().Kind)})
		}
	}
	return out
}

func (r *remarks) noteText(usual string) string {
	c := r.noteOr(usual)
	return wording.Clean(c.Show())
}

// sourceFields merges the catalogues of several document types, in the order of the first. The hundreds of numbered
// fields come last.
func sourceFields(types []fis.DocType) []fieldRow {
	at := map[string]int{}
	var out []fieldRow
	for _, t := range types {
		for _, f := range fis.Fields(t) {
			if f.IsPart() || f.OfAnother() {
				continue
			}
			where, name := string(t)+": "+f.Group, f.Way()
			if i, ok := at[name]; ok {
				out[i].paths = append(out[i].paths, f.Path)
				if !strings.Contains(out[i].where, where) {
					out[i].where += ", " + where
				}
				continue
			}
			at[name] = len(out)
			out = append(out, fieldRow{name: name, group: groupWord(f.Group), meaning: f.Meaning, sample: f.Sample,
				where: where, typ: formula.OfField(f.Type), paths: []string{f.Path}})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return isCustom(out[j].name) && !isCustom(out[i].name) })
	return out
}

// typeWord is a type without its article.
func typeWord(t formula.Type) string { return strings.TrimPrefix(t.String(), "a ") }

// groupWord is the last part of the place of a field.
func groupWord(group string) string {
	if i := strings.LastIndexAny(group, ".>/"); i >= 0 {
		group = group[i+1:]
	}
	return strings.TrimSuffix(strings.TrimSpace(group), "[]")
}

func isCustom(name string) bool {
	return strings.Contains(name, "Custom") || strings.Contains(name, "OrgUnit")
}

func (b *book) functions() {
	s := b.name(sheetFunctions)
	widths := []float64{16, 12, 46, 64, 46, 20, 22, 22, 22}
	b.row(s, 1, b.st.Head, b.texts("Function", "Group", "How it is written", "Meaning", "Example", "Result", "German", "French",
		"Spanish")...)
	n := 1
	for _, f := range formula.Functions() {
		n++
		meaning := b.text(f.Meaning)
		b.row(s, n, b.st.Read, f.Name, b.c.Named(sheets.Functions, f.Group), f.Syntax, meaning, f.Example, f.Result, f.Abroad.German,
			f.Abroad.French, f.Abroad.Spanish)
		b.height(s, n, widths, f.Name, "", f.Syntax, meaning, f.Example, f.Result)
	}
	b.reference(s, n, widths)
	b.roles()
}

// roles lists what a column of a result file can be.
func (b *book) roles() {
	s := b.name(sheetRoles)
	widths := []float64{20, 70, 60}
	b.row(s, 1, b.st.Head, b.head(format.HeadingRole), b.text("Meaning"), b.text("Words it knows"))
	n := 1
	for _, role := range format.Roles() {
		n++
		facts, _ := role.Facts()
		words := make([]string, len(facts.Words))
		for i, w := range facts.Words {
			words[i] = b.c.Named(sheets.Words, string(w))
		}
		cells := []string{b.c.Named(sheets.Roles, string(role)), b.text(role.Meaning()), strings.Join(words, ", ")}
		b.row(s, n, b.st.Read, cells...)
		b.height(s, n, widths, "", cells[1], cells[2])
	}
	b.define(listRoles, fmt.Sprintf("'%s'!$A$2:$A$%d", s, n))
	b.reference(s, n, widths)
}
