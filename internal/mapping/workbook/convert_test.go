package workbook

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// conversionTemplate is a small template with notes, so that conversions are quick.
const conversionTemplate = `name: tiny
title: Tiny
documents: [cashadvance]
acceptance: document
file: {kind: delimited, encoding: utf-8, line_end: lf, delimiter: ","}
file_name: "{route}_{sequence:000}.csv"
settings:
  - { name: company, type: code, note: the company }
records:
  - name: Line
    repeat: posting
    when: line.amount <> 0
    fields:
      - { name: account, type: code, value: line.account, note: from Concur }
      - { name: text, type: text, value: line.text }
`

func tinyTemplates() fstest.MapFS {
	return fstest.MapFS{"tiny/template.yaml": {Data: []byte(conversionTemplate)}}
}

// mappingMaker makes mappings out of chance: every kind of cell, texts that trip up spreadsheets and YAML, notes,
// columns and sheets of people's own.
type mappingMaker struct{ *rand.Rand }

func (r mappingMaker) text() string {
	awkward := []string{
		"00123", "12E45", "1-2", "6084E1", "MAR1", "=1+1", "+49", "-5", "@home", "TRUE", "no", "null", "~", "*", "#N/A", "'quoted'", `"1000"`, `IF(a = "x"; 'Cost centres'; 1)`, "a: b", "- x", "{a}", "[a]",
		"x # y", "%", "&amp;", "<b>", "Łódź", "東京", "🚆", "zwei\nZeilen", "_x0041_", "_x000D_", "!date 2026-01-01", "1234567890123456", "0.10", "1,5", "2026-03-31", "a\\b", "|", ">", "?", "key: value # note", "`", "a\tb",
	}
	if r.IntN(3) > 0 {
		return wording.Clean(awkward[r.IntN(len(awkward))])
	}
	var b strings.Builder
	for range 1 + r.IntN(12) {
		b.WriteRune([]rune("abcXYZ0189 ;:\"'(){}[]#&*!|>%@,.-_=<>äß€")[r.IntN(39)])
	}
	if s := wording.Clean(b.String()); s != "" {
		return s
	}
	return "x"
}

func (r mappingMaker) cell() Cell {
	switch r.IntN(9) {
	case 0:
		return Cell{}
	case 1:
		a, _ := fis.ParseAmount(fmt.Sprintf("%d.%02d", r.IntN(2_000_000_000)-1_000_000_000, r.IntN(100)))
		return Cell{Kind: Number, Number: a}
	case 2:
		return Cell{Kind: Bool, flag: r.IntN(2) == 0}
	case 3:
		day, _ := fis.NewDate(1900+r.IntN(200), 3+r.IntN(10), 1+r.IntN(28))
		return Cell{Kind: Date, date: day}
	}
	return textOf(r.text())
}

func (r mappingMaker) remarks() remarks {
	var out remarks
	switch r.IntN(4) {
	case 0:
		out.noted = true // the people took the note away
	case 1:
		out.note, out.noted = textOf(r.text()), true
	}
	for i := range r.IntN(3) {
		if c := r.cell(); !c.IsBlank() {
			out.more = append(out.more, extraCell{fmt.Sprintf("Asked by %d", i), c})
		}
	}
	return out
}

func (r mappingMaker) table(name string, heads ...string) *Sheet {
	s := &Sheet{Name: name}
	columns := 1 + r.IntN(5)
	head := Row{Number: 1}
	if len(heads) > 0 {
		columns = len(heads)
		for _, h := range heads {
			head.Cells = append(head.Cells, textOf(h))
		}
	} else {
		for i := range columns {
			c := textOf(fmt.Sprintf("%s %d", r.text(), i))
			if i > 0 && r.IntN(6) == 0 {
				c = r.cell()
			}
			head.Cells = append(head.Cells, c)
		}
	}
	s.Rows = append(s.Rows, head)
	for i := range r.IntN(6) {
		row := Row{Number: i + 2, Cells: []Cell{textOf(r.text())}}
		for range columns - 1 {
			row.Cells = append(row.Cells, r.cell())
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

func (r mappingMaker) mapping() *Content {
	c := &Content{Tables: yamlTables{}}
	c.Settings = append(c.Settings, namedCell{Name: textOf(OptionTemplate), Value: textOf("tiny")})
	for i := range r.IntN(4) {
		c.Settings = append(c.Settings, namedCell{textOf(fmt.Sprintf("s%d", i)), r.cell(), r.remarks()})
	}
	if r.IntN(2) == 0 {
		c.Settings = append(c.Settings, namedCell{textOf(OptionGroupBy), textOf("currency"), r.remarks()})
	}
	for _, f := range []string{PseudoWhen, "account", "text", r.text()} {
		if r.IntN(5) > 0 && (len(c.Columns) == 0 || wording.Clean(c.Columns[len(c.Columns)-1].Field.Text) != f) {
			c.Columns = append(c.Columns, ColumnRow{Record: textOf("Line"), Field: textOf(f), Value: r.cell(), remarks: r.remarks()})
		}
	}
	for i := range r.IntN(4) {
		name := fmt.Sprintf("%d %s", i, strings.Map(func(r rune) rune {
			if strings.ContainsRune(":\\/?*[]'\n", r) {
				return -1
			}
			return r
		}, r.text()))
		name = wording.Clean(string([]rune(name)[:min(30, len([]rune(name)))]))
		c.Tables.(yamlTables)[name] = r.table(name)
		c.Order = append(c.Order, name)
	}
	if r.IntN(2) == 0 {
		c.Results = r.table(SheetResults, format.HeadingFormat, format.HeadingRole, format.HeadingColumn, format.HeadingWords)
	}
	if r.IntN(2) == 0 {
		c.Tests = r.table(SheetTests, TestHeadings()...)
	}
	return c
}

// dump is all that a mapping holds, cell by cell, with the kind of each.
func dump(c *Content, t *template.Template) []string {
	var out []string
	say := func(parts ...any) { out = append(out, fmt.Sprintln(parts...)) }
	remarks := func(r remarks, usual string) string {
		s := " note " + typed(r.noteOr(usual).Value())
		more := slices.Clone(r.more)
		slices.SortFunc(more, func(a, b extraCell) int { return strings.Compare(a.heading, b.heading) })
		for _, m := range more {
			s += " " + m.heading + " " + typed(m.value.Value())
		}
		return s
	}
	for _, s := range c.Settings {
		name := wording.Clean(s.Name.Show())
		if _, option := OptionOf(name); option && s.Value.IsBlank() && len(s.more) == 0 {
			continue // shown in workbooks, as if it were not there
		}
		say("setting", name, typed(s.Value.Value()), remarks(s.remarks, settingNote(t, name, nil)))
	}
	for _, r := range c.Columns {
		say("column", wording.Clean(r.Record.Show()), wording.Clean(r.Field.Show()), typed(r.Value.Value()), remarks(r.remarks, columnNote(t, wording.Clean(r.Record.Show()), wording.Clean(r.Field.Show()), nil)))
	}
	table := func(s *Sheet) {
		if s == nil || len(s.Rows) < 2 && isReserved(s.Name, nil) {
			return
		}
		for _, row := range s.Rows {
			var cells []string
			for _, v := range row.Cells {
				cells = append(cells, typed(v.Value()))
			}
			for len(cells) > 0 && cells[len(cells)-1] == "" {
				cells = cells[:len(cells)-1]
			}
			say("table", s.Name, strings.Join(cells, " | "))
		}
	}
	for _, name := range c.LookupNames() {
		s, _ := c.Tables.Read(name)
		say("sheet", name)
		table(s)
	}
	table(c.Results)
	table(c.Tests)
	return out
}

// A mapping goes from one form to the other and back without losing a cell, a note or the kind of a value. Options come before settings in YAML; that is
// the only thing that may change place.
func TestConversionLosesNothing(t *testing.T) {
	tpl, bad := template.Read(tinyTemplates(), "tiny")
	if err := bad.Err(); err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(120) {
		c := mappingMaker{rand.New(rand.NewPCG(seed, 7))}.mapping()
		if c.unique() != nil {
			continue
		}
		c.complete(tpl, &Collector{}) // what the template proposes is there
		want := dump(c, tpl)
		text, err := encodeYAML(c, tpl)
		if err != nil {
			t.Fatal(seed, err)
		}
		book, _, err := Convert(tinyTemplates(), "a.yaml", text, "a.xlsx", "")
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		found := &Collector{}
		read := Read("a.xlsx", book, found)
		if err := found.List.Err(); err != nil {
			t.Fatal(seed, err)
		}
		if diff := cmp.Diff(sortSettings(want), sortSettings(dump(read, tpl))); diff != "" {
			t.Fatalf("seed %d, YAML to workbook: %s\n%s", seed, diff, text)
		}
		again, _, err := Convert(tinyTemplates(), "a.xlsx", book, "a.yaml", "")
		if err != nil {
			t.Fatal(seed, err)
		}
		if diff := cmp.Diff(string(text), string(again)); diff != "" {
			t.Fatalf("seed %d, back to YAML: %s", seed, diff)
		}
	}
}

func sortSettings(lines []string) []string {
	var out []string
	for _, wanted := range []bool{true, false} {
		for _, l := range lines {
			if strings.HasPrefix(l, "setting "+OptionGroupBy) == wanted {
				out = append(out, l)
			}
		}
	}
	return out
}

// The first days that Excel knows are the same in both forms, though it has a day too many among them.
func TestConversionKeepsTheFirstDaysOfExcel(t *testing.T) {
	for _, day := range []string{"1900-01-01", "1900-02-28", "1900-03-01", "9999-12-31"} {
		text := "template: tiny\nsettings:\n  company: \"1\"\nlookups:\n  T:\n    columns: [A, B]\n    rows:\n      - [x, !date " + day + "]\n"
		book, _, err := Convert(tinyTemplates(), "a.yaml", []byte(text), "a.xlsx", "")
		if err != nil {
			t.Errorf("%s: %v", day, err)
			continue
		}
		back, _, err := Convert(tinyTemplates(), "a.xlsx", book, "b.yaml", "")
		if err != nil || !strings.Contains(string(back), "!date "+day) {
			t.Errorf("%s: %v\n%s", day, err, back)
		}
	}
}

// What the other form cannot hold is refused, with its place.
func TestConversionRefuses(t *testing.T) {
	head := "template: tiny\nsettings:\n  company: \"1\"\n"
	for _, c := range []struct{ name, text, want string }{
		{"long number", head + "lookups:\n  T:\n    columns: [A, B]\n    rows:\n      - [x, 1234567890123456]\n", "a.yaml T line 8: a number of more than 15 digits loses figures"},
		{"reserved name", head + "lookups:\n  Fields:\n    columns: [A, B]\n", "a lookup sheet cannot be called so"},
		{"long name", head + "lookups:\n  " + strings.Repeat("x", 32) + ":\n    columns: [A, B]\n", "has at most 31 characters"},
		{"impossible name", head + "lookups:\n  \"a/b\":\n    columns: [A, B]\n", "has none of"},
		{"names alike", head + "lookups:\n  Ab:\n    columns: [A, B]\n  aB:\n    columns: [A, B]\n", "differ in upper and lower case only"},
		{"control character", head + "lookups:\n  T:\n    columns: [A, B]\n    rows:\n      - [x, \"a\\u0001b\"]\n", "a cell cannot hold control characters"},
		{"long text", head + "lookups:\n  T:\n    columns: [A, B]\n    rows:\n      - [x, " + strings.Repeat("a", 32768) + "]\n", "more than 32767 characters"},
		{"day before 1900", head + "lookups:\n  T:\n    columns: [A, B]\n    rows:\n      - [x, !date 1899-12-31]\n", "a.yaml T line 8: Excel has no day before 1 January 1900"},
		{"mistake", "template: tiny\ntemplte: x\n", "unknown key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, _, err := Convert(tinyTemplates(), "a.yaml", []byte(c.text), "a.xlsx", "")
			if out != nil || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, got %v", c.want, err)
			}
		})
	}
}

// Rows of the YAML form stand one in a line, so that a changed code is a changed line.
func TestYAMLDiffsWell(t *testing.T) {
	c := mappingMaker{rand.New(rand.NewPCG(3, 7))}.mapping()
	c.Tables = yamlTables{"Accounts": SheetOf("Accounts", [][]string{{"Concur", "Ledger"}, {"0100", "6100"}, {"0200", "6200"}})}
	before, err := encodeYAML(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Tables.(yamlTables)["Accounts"].Rows[2].Cells[1] = textOf("6205")
	after, err := encodeYAML(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, b := strings.Split(string(before), "\n"), strings.Split(string(after), "\n")
	changed := 0
	for i := range a {
		if a[i] != b[i] {
			changed++
		}
	}
	if len(a) != len(b) || changed != 1 {
		t.Errorf("%d lines changed", changed)
	}
}

// typed is a value with its kind, so that the text 1 and the number 1 differ.
func typed(v layout.Value) string {
	if v.IsEmpty() {
		return ""
	}
	return fmt.Sprint(v.Kind, " ", v)
}
