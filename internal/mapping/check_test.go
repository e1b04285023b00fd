package mapping_test

import (
	"bytes"
	"io/fs"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/lint"
	"github.com/fisbridge/fisbridge/internal/mapping/mend"
	"github.com/fisbridge/fisbridge/mappings"
	"github.com/fisbridge/fisbridge/templates"
)

func each(docs []fis.Envelope) iter.Seq2[fis.Envelope, error] {
	return func(yield func(fis.Envelope, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// With documents a check tells which codes no row maps to, which take the default, and which rows nobody needs.
func TestCheckWithDocuments(t *testing.T) {
	docs := sampleDocuments(t)
	data := edited(t, func(f *excelize.File) {
		must(t)(f.RemoveRow("Accounts", 9)) // 640400, hotels
		must(t)(f.SetSheetRow("Accounts", "A20", &[]any{"777777", "777777", "nobody's"}))
	})
	r, err := lint.Check(t.Context(), templates.FS(), "acme.xlsx", data, lint.Options{Documents: each(docs), Created: made()})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Usable || r.Documents < 40 || r.Held < 10 || r.Template != "generic-csv" {
		t.Errorf("%+v", r)
	}
	if strings.Contains(text(r.Findings), "is required and has no value") {
		t.Errorf("a field whose lookup failed is not told a second time as blank:\n%s", text(r.Findings))
	}
	for _, want := range []string{
		`acme.xlsx Accounts: warning: would hold 19 documents: `,
		`Line Account: Accounts has no row for "640400": add one, or a row with * for the rest`,
		`acme.xlsx Accounts: warning: would hold 1 document: `,
		`1 of 18 codes occur in none of 58 documents: 777777`,
	} {
		if !strings.Contains(text(r.Findings), want) {
			t.Errorf("want %s\ngot\n%s", want, text(r.Findings))
		}
	}
	data = edited(t, func(f *excelize.File) {
		must(t)(f.RemoveRow("Accounts", 9))
		must(t)(f.SetCellStr("Accounts", "B19", "699999"))
	})
	r, err = lint.Check(t.Context(), templates.FS(), "acme.xlsx", data, lint.Options{Documents: each(docs), Created: made()})
	if err != nil {
		t.Fatal(err)
	}
	if want := `acme.xlsx Accounts!A19: warning: "640400" has no row of its own and takes the default, in 19 documents: `; r.Held != 0 || !strings.Contains(text(r.Findings), want) {
		t.Errorf("held %d, want %s\ngot\n%s", r.Held, want, text(r.Findings))
	}
}

// A formula that changes debits and credits alike makes a file that balances, and is wrong: that is told. Nothing is told of the ready mappings.
func TestCheckComparesAmounts(t *testing.T) {
	const told = "the file would not say what the documents say"
	check := func(name string, data []byte) string {
		t.Helper()
		r, err := lint.Check(t.Context(), templates.FS(), name, data, lint.Options{Documents: each(sampleDocuments(t)), Created: made()})
		if err != nil || r.Plan == nil {
			t.Fatal(err, text(r.Findings))
		}
		return text(r.Findings)
	}
	ready, err := fs.Glob(mappings.FS(), "*.xlsx")
	if err != nil || len(ready) == 0 {
		t.Fatal(err)
	}
	for _, name := range ready {
		data, err := fs.ReadFile(mappings.FS(), name)
		if err != nil {
			t.Fatal(err)
		}
		if got := check(name, data); strings.Contains(got, told) {
			t.Errorf("%s: %s", name, got)
		}
	}
	got := check("acme.xlsx", edited(t, func(f *excelize.File) {
		must(t)(f.SetCellStr("Columns", valueCell(t, f, "Debit"), "IFBLANK(line.debit; 0) * 100"))
		must(t)(f.SetCellStr("Columns", valueCell(t, f, "Credit"), "IFBLANK(line.credit; 0) * 100"))
	}))
	if want := "Line Debit: " + told + ", in "; !strings.Contains(got, want) || !strings.Contains(got, "the document says debit 23.40 EUR, the file would say debit 2340.00 EUR") || !strings.Contains(got, "; the template's own Value of this column is line.debit") || strings.Contains(got, "warning: would hold 1 document: 00") {
		t.Errorf("want %s\ngot\n%s", want, got)
	}
}

func text(findings findings.List) string {
	var out []string
	for _, f := range findings {
		out = append(out, f.String())
	}
	return strings.Join(out, "\n")
}

// A check runs the tests of the workbook; one that fails is an error at the cell with what was expected.
func TestCheckRunsTests(t *testing.T) {
	docs := sampleDocuments(t)
	data := edited(t, func(f *excelize.File) {
		must(t)(f.SetSheetRow("Tests", "A2", &[]any{"taxi", docs[0].ID, "", "expense", "Account", "640999"}))
	})
	r, err := lint.Check(t.Context(), templates.FS(), "acme.xlsx", data, lint.Options{Find: finder(docs...)})
	if err != nil {
		t.Fatal(err)
	}
	if r.Usable || r.Tests == nil || r.Tests.Failed != 1 || !strings.Contains(text(r.Findings), `acme.xlsx Tests!F2: the test "taxi" expects 640999 in Account`) {
		t.Errorf("%+v\n%s", r.Tests, text(r.Findings))
	}
}

// Findings become notes of their cells. Notes of ours from before go; the people's own notes, formats and sheets stay; and what comes out by the mapping is the same.
func TestAnnotate(t *testing.T) {
	mine := excelize.Comment{Author: "Ruth", Cell: "C14", Paragraph: []excelize.RichTextRun{{Text: "agreed with the auditors", Font: &excelize.Font{Bold: true, Size: 9, Family: "Arial"}}}}
	other := excelize.Comment{Author: "Ruth", Cell: "A3", Paragraph: []excelize.RichTextRun{{Text: "closed in 2027"}}}
	broken := edited(t, func(f *excelize.File) {
		must(t)(f.SetCellStr("Columns", "C14", "entryDescripton"))
		must(t)(f.SetCellValue("Accounts", "A6", 640100))
		must(t)(f.AddComment("Columns", mine))
		must(t)(f.AddComment("Cost centres", other))
		_, err := f.NewSheet("Holiday plan")
		must(t)(err)
		style, err := f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FF00FF"}}})
		must(t)(err)
		must(t)(f.SetCellStyle("Columns", "B14", "B14", style))
	})
	_, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", broken)
	noted, n, err := mend.Annotate(broken, findings)
	if err != nil || n != 2 {
		t.Fatal(n, err)
	}
	want := map[string]string{
		"Columns!C14":     "Ruth: agreed with the auditors\n\nfisbridge: " + reasonAt(t, findings, "Columns", "C14"),
		"Accounts!A6":     "fisbridge: fisbridge: " + reasonAt(t, findings, "Accounts", "A6"),
		"Cost centres!A3": "Ruth: closed in 2027",
	}
	if diff := cmp.Diff(want, notes(t, noted)); diff != "" {
		t.Error(diff)
	}
	again, n, err := mend.Annotate(noted, findings)
	if err != nil || n != 2 {
		t.Fatal(n, err)
	}
	if diff := cmp.Diff(want, notes(t, again)); diff != "" {
		t.Errorf("a second time: %s", diff)
	}
	clean, n, err := mend.Annotate(again, nil)
	if err != nil || n != 0 {
		t.Fatal(n, err)
	}
	if diff := cmp.Diff(map[string]string{"Columns!C14": "Ruth: agreed with the auditors", "Cost centres!A3": "Ruth: closed in 2027"}, notes(t, clean)); diff != "" {
		t.Errorf("when all is well: %s", diff)
	}
	f, err := excelize.OpenReader(bytes.NewReader(clean))
	must(t)(err)
	defer f.Close()
	id, err := f.GetCellStyle("Columns", "B14")
	must(t)(err)
	style, err := f.GetStyle(id)
	must(t)(err)
	if style.Fill.Color[0] != "FF00FF" {
		t.Error("the cell lost its colour")
	}
	if i, err := f.GetSheetIndex("Holiday plan"); err != nil || i < 0 {
		t.Error("a sheet is gone")
	}
	if bold := boldNote(t, f); !bold {
		t.Error("the note lost its format")
	}
	_, after := mapping.LoadBytes(templates.FS(), "acme.xlsx", clean)
	if diff := cmp.Diff(findings, after); diff != "" {
		t.Errorf("the notes changed the mapping: %s", diff)
	}
	if same, n, err := mend.Annotate(clean, nil); err != nil || n != 0 || !bytes.Equal(same, clean) {
		t.Error("a workbook without notes of ours is left as it is")
	}
}

func boldNote(t *testing.T, f *excelize.File) bool {
	t.Helper()
	comments, err := f.GetComments("Columns")
	must(t)(err)
	return len(comments) == 1 && len(comments[0].Paragraph) == 1 && comments[0].Paragraph[0].Font != nil && comments[0].Paragraph[0].Font.Bold
}

func reasonAt(t *testing.T, findings findings.List, sheet, cell string) string {
	t.Helper()
	for _, f := range findings {
		if f.Sheet == sheet && f.Cell == cell {
			s := f.String()
			return s[strings.Index(s, ": ")+2:]
		}
	}
	t.Fatalf("nothing at %s!%s: %v", sheet, cell, findings)
	return ""
}

// notes are the notes of a workbook with their authors, by place.
func notes(t *testing.T, data []byte) map[string]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	must(t)(err)
	defer f.Close()
	out := map[string]string{}
	for _, sheet := range f.GetSheetList() {
		comments, err := f.GetComments(sheet)
		must(t)(err)
		for _, c := range comments {
			text := c.Text
			for _, r := range c.Paragraph {
				text += r.Text
			}
			out[sheet+"!"+c.Cell] = c.Author + ": " + text
		}
	}
	return out
}
