package format

import (
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/layout"
)

const resultYAML = `
name: gl-csv
files: "GL*.csv"
name_pattern: '^GL(?<file_sequence>[0-9]+)'
kind: posting
level: document
layout: {kind: delimited, header: true, delimiter: ";"}
records:
  - name: head
    match: {column: 1, value: H}
    fields:
      - {name: mark, type: code}
      - {name: rows, type: integer}
  - name: row
    fields:
      - {name: mark, type: code}
      - {name: doc, type: code, heading: Document}
      - {name: status, type: code}
      - {name: voucher, type: code}
      - {name: text}
      - {name: posted, type: date}
      - {name: net, type: amount}
      - {name: count, type: integer}
uses: {head: header}
columns:
  - {role: row_count, field: rows}
  - {role: doc_id, field: doc}
  - role: outcome
    field: status
    words: {OK: posted, ERR: rejected}
  - {role: document_number, field: voucher}
  - {role: message, field: text}
  - {role: posting_date, field: posted}
rest: posted
fiscal_year_start: 1
`

func resultFormat(t *testing.T) Format {
	t.Helper()
	var f Format
	if err := yaml.UnmarshalWithOptions([]byte(strings.ReplaceAll(resultYAML, "header: true, ", "")), &f, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestResultFormatYAML(t *testing.T) {
	f := resultFormat(t)
	if found := f.Check("t.yaml"); len(found) > 0 {
		t.Fatalf("a good format: %v", found)
	}
	text, err := yaml.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var again Format
	if err := yaml.UnmarshalWithOptions(text, &again, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f, again); diff != "" {
		t.Errorf("the YAML form loses something:\n%s", diff)
	}
}

// Each mistake is found, at its place, with the nearest valid word.
func TestResultFormatCheck(t *testing.T) {
	outcome := func(f *Format) *Column { return &f.Columns[2] }
	for name, tt := range map[string]struct {
		change func(*Format)
		want   string // place: part of the reason
		near   string
	}{
		"no files":        {func(f *Format) { f.Files = "" }, ".files: is not a pattern", ""},
		"folder":          {func(f *Format) { f.Files = "out/*.csv" }, ".files: is not a pattern", ""},
		"bad pattern":     {func(f *Format) { f.Files = "[x" }, ".files: is not a pattern", ""},
		"kind":            {func(f *Format) { f.Kind = "postings" }, ".kind: is not one of", "posting"},
		"level":           {func(f *Format) { f.Level = "" }, ".level: is not one of", ""},
		"name pattern":    {func(f *Format) { f.NamePattern = "(" }, ".name_pattern: error parsing", ""},
		"group":           {func(f *Format) { f.NamePattern = "(?<file_sequense>x)" }, ".name_pattern: is not the name of a reference", "file_sequence"},
		"no group":        {func(f *Format) { f.NamePattern = "(x)" }, ".name_pattern: no group is named", ""},
		"use of nothing":  {func(f *Format) { f.Uses = map[string]Use{"heads": UseHeader} }, ".uses: there is no record", "head"},
		"use":             {func(f *Format) { f.Uses["head"] = "heading" }, ".uses.head: is not one of", "header"},
		"no data":         {func(f *Format) { f.Uses["row"] = UseIgnore }, ".records: no record holds data", ""},
		"no columns":      {func(f *Format) { f.Columns = nil }, ".columns: no column has a role", ""},
		"role":            {func(f *Format) { outcome(f).Role = "outcom" }, ".columns.outcom: there is no role", "outcome"},
		"field":           {func(f *Format) { outcome(f).Field = "statsu" }, ".columns.outcome: there is no field", "status"},
		"record":          {func(f *Format) { outcome(f).Record = "rows" }, ".columns.outcome: there is no record", "row"},
		"field elsewhere": {func(f *Format) { outcome(f).Record = "head" }, ".columns.outcome: there is no field", ""},
		"two sources":     {func(f *Format) { outcome(f).Value = "x" }, ".columns.outcome: give one of", ""},
		"no source":       {func(f *Format) { outcome(f).Field = "" }, ".columns.outcome: give one of", ""},
		"split fields":    {func(f *Format) { outcome(f).Field, outcome(f).Fields = "", []string{"rows", "status"} }, ".columns.outcome: no record has all", ""},
		"meaning":         {func(f *Format) { outcome(f).Words["OK"] = "postet" }, ".columns.outcome.words.OK: is not one of", "posted"},
		"same word":       {func(f *Format) { outcome(f).Words[" ok"] = WordRejected }, "are the same word", ""},
		"words nowhere":   {func(f *Format) { f.Columns[3].Words = map[string]Word{"x": WordPosted} }, ".columns.document_number.words: has no words", ""},
		"pattern":         {func(f *Format) { outcome(f).Pattern = "(" }, ".columns.outcome.pattern: error parsing", ""},
		"pattern group":   {func(f *Format) { outcome(f).Pattern = "x" }, ".columns.outcome.pattern: no group", ""},
		"text as date":    {func(f *Format) { f.Columns[5].Field = "text" }, ".columns.posting_date: needs a date", ""},
		"amount as id":    {func(f *Format) { f.Columns[1].Field = "net" }, ".columns.doc_id: is an amount", ""},
		"number as id":    {func(f *Format) { f.Columns[1].Field = "count" }, ".columns.doc_id: loses leading zeros", ""},
		"count in a row":  {func(f *Format) { f.Columns[0].Field = "count" }, ".columns.row_count: header or trailer", ""},
		"word in header":  {func(f *Format) { outcome(f).Field = "rows" }, ".columns.outcome: this role stands in data rows", ""},
		"twice":           {func(f *Format) { f.Columns[3].Role = RoleDocID }, ".records.row: 2 columns have the role doc_id", ""},
		"no reference":    {func(f *Format) { f.Columns = slices.Delete(f.Columns, 1, 2) }, ".records.row: rows need doc_id", ""},
		"no outcome":      {func(f *Format) { f.Columns = slices.Delete(f.Columns, 2, 3) }, ".records.row: no column has the role outcome", ""},
		"default":         {func(f *Format) { f.DefaultOutcome = "reject" }, ".default_outcome: is not one of", "rejected"},
		"default status":  {func(f *Format) { f.DefaultStatus = "done" }, ".default_status: is not one of", ""},
		"mixed":           {func(f *Format) { f.Kind = Mixed }, ".records.row: needs a column with the role kind", ""},
		"payment":         {func(f *Format) { f.Kind = Payment }, ".records.row: payments need a column with the role payment_ref", ""},
		"payment of file": {func(f *Format) { f.Kind, f.Level = Payment, LevelFile }, ".level: payments speak for documents", ""},
		"file":            {func(f *Format) { f.Level, f.NamePattern = LevelFile, "" }, ".records.row: rows about whole files need", ""},
		"rest":            {func(f *Format) { f.Rest = "rejected" }, ".rest: is not one of", ""},
		"rest uncounted":  {func(f *Format) { f.Columns = f.Columns[1:] }, ".rest: cut short", ""},
		"rest of what":    {func(f *Format) { f.NamePattern = "" }, ".records.row: rest needs to know the import file", ""},
		"rest of files":   {func(f *Format) { f.Level = LevelFile }, ".rest: leave a rest", ""},
		"fiscal month":    {func(f *Format) { f.FiscalYearStart = 13 }, ".fiscal_year_start: from 1 to 12", ""},
		"fiscal name":     {func(f *Format) { f.FiscalYearStart = 4 }, ".fiscal_year_named: is not one of start, end", ""},
		"line end":        {func(f *Format) { f.FinalLineEnd, f.Layout = true, layout.Spec{Kind: layout.Workbook} }, ".final_line_end: no line ends", ""},
		"layout":          {func(f *Format) { f.Layout.Encoding = "utf-88" }, "encoding", ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := resultFormat(t)
			tt.change(&f)
			place, reason, _ := strings.Cut(tt.want, ": ")
			if reason == "" {
				place, reason = "", tt.want
			}
			for _, found := range f.Check("t.yaml") {
				if found.File == "t.yaml" && strings.Contains(found.Cell, place) && strings.Contains(found.Cell+found.Reason.String(), reason) {
					if tt.near != "" && found.Nearest != tt.near {
						t.Errorf("nearest %q, want %q", found.Nearest, tt.near)
					}
					return
				}
			}
			t.Errorf("not found: %q\nfound:\n%v", tt.want, f.Check("t.yaml"))
		})
	}
	f := resultFormat(t)
	f.Files, f.Kind, f.Columns[2].Field = "", "", "x"
	if n := len(f.Check("")); n < 3 {
		t.Errorf("only %d of three mistakes at once", n)
	}
}

func TestResultSheet(t *testing.T) {
	rows := [][]string{
		{"Role", "Format", "Column", "Words", "", ""},
		{"outcome", "gl-csv", "", "GEBUCHT = posted; ok=rejected", "= ignore", "A=B = duplicate"},
		{"document_number", "", "Beleg", "", ""},
		{"company", "gl-csv", "=1000"},
		{"posting_date", "gl-csv", "-"},
		{},
		{"# a remark", "", "", "x"},
	}
	overrides, found := ParseRows("m.xlsx", "Results", rows)
	if len(found) > 0 {
		t.Fatal(found)
	}
	base := resultFormat(t)
	base.Layout.Header = true
	formats, found := Apply("m.xlsx", []Format{base}, overrides)
	if len(found) > 0 {
		t.Fatal(found)
	}
	f := formats[0]
	get := func(role Role) *Column {
		i := slices.IndexFunc(f.Columns, func(c Column) bool { return c.Role == role })
		if i < 0 {
			return nil
		}
		return &f.Columns[i]
	}
	want := map[string]Word{"GEBUCHT": WordPosted, "ok": WordRejected, "ERR": WordRejected, "(blank)": WordIgnore, "A=B": WordDuplicate}
	if diff := cmp.Diff(want, get(RoleOutcome).Words); diff != "" {
		t.Errorf("words:\n%s", diff)
	}
	if c := get(RoleNumber); c.Field != "Beleg" || !hasFields(&f.Records[1], []string{"Beleg"}) {
		t.Errorf("a heading that the template does not know: %+v", c)
	}
	if c := get(RoleCompany); c == nil || c.Value != "1000" {
		t.Errorf("constant: %+v", c)
	}
	if get(RolePostingDate) != nil {
		t.Error("a role that the ERP does not give stays")
	}
	if base.Columns[2].Words["OK"] != WordPosted || len(base.Records[1].Fields) != 8 {
		t.Error("the template's own format was changed")
	}
}

// What the sheet shows of a format is what it reads: applied again nothing changes.
func TestResultSheetRoundTrip(t *testing.T) {
	f := resultFormat(t)
	f.Columns = append(f.Columns, Column{Role: RoleCompany, Value: "1000"}, Column{Role: RoleMessageCode, Fields: []string{"mark", "status"}, Join: "-"})
	overrides, found := ParseRows("", "", Rows([]Format{f}))
	again, more := Apply("", []Format{f}, overrides)
	if len(found)+len(more) > 0 {
		t.Fatal(found, more)
	}
	if diff := cmp.Diff([]Format{f}, again); diff != "" {
		t.Errorf("(-template +applied):\n%s", diff)
	}
}

func TestResultSheetMistakes(t *testing.T) {
	for _, tt := range []struct {
		row        []string
		cell, want string
	}{
		{[]string{"gl-csv", "outcom", ""}, "B2", `there is no role "outcom" (did you mean outcome?)`},
		{[]string{"gl-csv", "outcome", "", "OK"}, "D2", `"OK" is not of the form word = meaning`},
		{[]string{"gl-csv", "outcome", "", "x=posted", "OK = postet"}, "E2", `"postet" is not one of posted, warning, rejected, duplicate, partial, ignore (did you mean posted?)`},
		{[]string{"gl-csv", "company", "=1000", "x=posted"}, "D2", "the role company has no words"},
		{[]string{"gl-cvs", "outcome", "status"}, "B2", `there is no result format "gl-cvs" (did you mean gl-csv?)`},
		{[]string{"", "payment_ref", "text"}, "B2", "no result format has the role payment_ref; name the format"},
		{[]string{"gl-csv", "company", ""}, "B2", "gl-csv has no column for company: name one"},
		{[]string{"gl-csv", "company", "voucer"}, "B2", `gl-csv has no field "voucer", and its files have no headings (did you mean voucher?)`},
	} {
		overrides, found := ParseRows("m.xlsx", "Results", [][]string{{"Format", "Role", "Column", "Words"}, tt.row})
		_, more := Apply("m.xlsx", []Format{resultFormat(t)}, overrides)
		if found = append(found, more...); len(found) != 1 || found[0].Cell != tt.cell || found[0].Sheet != "Results" || !strings.HasSuffix(found[0].String(), tt.want) {
			t.Errorf("%q: got %v, want %s: %s", tt.row, found, tt.cell, tt.want)
		}
	}
	// One word with two meanings, and one role in two columns, are errors wherever they stand: the later row does not
	// win in silence.
	for _, tt := range []struct {
		rows       [][]string
		cell, want string
	}{
		{[][]string{{"gl-csv", "outcome", "", "ok = posted; ok = rejected"}}, "D2", `"ok" means posted already: one word has one meaning`},
		{[][]string{{"gl-csv", "outcome", "", "ok = posted", " OK=rejected"}}, "E2", `"OK" means posted already: one word has one meaning`},
		{[][]string{{"gl-csv", "outcome", "", "ok = posted"}, {"", "outcome", "", "OK = rejected"}}, "B3", `the meaning of "OK" of outcome in gl-csv is "rejected" here, but "posted" in B2`},
		{[][]string{{"gl-csv", "document_number", "voucher"}, {"gl-csv", "document_number", "doc"}}, "B3", `the column of document_number in gl-csv is "doc" here, but "voucher" in B2`},
		{[][]string{{"gl-csv", "outcome", "", "ok = posted"}, {"gl-csv", "outcome", "", "OK = posted"}}, "", ""},
	} {
		overrides, found := ParseRows("m.xlsx", "Results", append([][]string{{"Format", "Role", "Column", "Words"}}, tt.rows...))
		_, more := Apply("m.xlsx", []Format{resultFormat(t)}, overrides)
		found = append(found, more...)
		switch {
		case tt.want == "" && len(found) > 0, tt.want != "" && len(found) != 1:
			t.Errorf("%q: got %v, want %q", tt.rows, found, tt.want)
		case tt.want != "" && (found[0].Cell != tt.cell || !strings.HasSuffix(found[0].String(), tt.want)):
			t.Errorf("%q: got %v, want %s: %s", tt.rows, found, tt.cell, tt.want)
		}
	}
	if _, found := ParseRows("m.xlsx", "Results", [][]string{{"Format", "Rolle"}}); len(found) != 3 {
		t.Errorf("headings: %v", found)
	}
}
