package worlds

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// asked is what the accountants ask for: another cost centre for hotels in Germany, and a description of 30 characters.
const (
	germanHotels  = "4711"
	shortText     = 30
	hotelAccount  = "640400"
	hotelInBerlin = "15-tax-two-rates" // a hotel in Germany
	hotelInTokyo  = "41-yen-tokyo"     // one elsewhere
)

// An accountant makes a workbook, changes it in Excel as docs/accountants.md says, checks it, looks at a preview, and
// the next run drops a file that has what was asked for.
func TestAccountant(t *testing.T) {
	w := prepare(t, setup{local: true, plain: true, documents: []string{hotelInBerlin, hotelInTokyo, "01-cash-taxi"}})
	w.command(0, "mapping", "new", "--template", "generic-csv", "-o", w.dir+"/mappings/acme.xlsx")
	w.command(1, "mapping", "new", "--template", "generic-csv", "-o", w.dir+"/mappings/acme.xlsx") // it is not written over
	config, err := os.ReadFile(w.dir + "/fisbridge.yaml")
	w.must(err)
	w.write("fisbridge.yaml", strings.Replace(string(config), "mappings/journal.yaml", "mappings/acme.xlsx", 1))
	w.login()
	book := w.dir + "/mappings/acme.xlsx"
	documents, err := filepath.Abs(filepath.Join("..", "..", "..", "samples", "documents"))
	w.must(err)

	help, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "accountants.md"))
	w.must(err)
	cut, condition := "LEFT(line.text; 30)", `IF(AND(line.account = "`+hotelAccount+`"; entryCountryCode = "DE"); "`+germanHotels+`"; `
	for _, text := range []string{"\n" + cut + "\n", "\n" + condition, "did you mean line.text?"} {
		if !strings.Contains(string(help), text) {
			t.Errorf("docs/accountants.md does not say %s", text)
		}
	}

	// First with a slip of the pen, as people make them.
	w.excel(book, func(f *excelize.File) {
		w.must(f.SetCellStr("Columns", w.valueOf(f, "Text"), "LEFT(line.txt; 30)"))
	})
	e := w.command(4, "mapping", "check", book, "--annotate")
	if !strings.Contains(e.out, "did you mean line.text?") || !strings.Contains(e.out, "C14") {
		t.Errorf("the slip is not told: %s", e)
	}
	w.excel(book, func(f *excelize.File) {
		notes, err := f.GetComments("Columns")
		w.must(err)
		if len(notes) != 1 || notes[0].Cell != w.valueOf(f, "Text") {
			t.Errorf("the slip has no note at its cell: %v", notes)
		}
		w.must(f.SetCellStr("Columns", w.valueOf(f, "Text"), cut))
		centre := w.valueOf(f, "Cost centre")
		before, err := f.GetCellValue("Columns", centre)
		w.must(err)
		w.must(f.SetCellStr("Columns", centre, condition+before+")"))
	})
	e = w.command(0, "mapping", "check", book, "--annotate", "--documents", documents)
	w.excel(book, func(f *excelize.File) {
		if notes, err := f.GetComments("Columns"); err != nil || len(notes) > 0 {
			t.Errorf("the note stays although the cell was mended: %v %v", notes, err)
		}
	})
	e = w.command(0, "mapping", "preview", book, "--documents", documents+"/"+hotelInBerlin+".json")
	w.excel(book, func(f *excelize.File) {
		example, err := f.GetCellValue("Columns", strings.Replace(w.valueOf(f, "Cost centre"), "C", "D", 1))
		w.must(err)
		if example != germanHotels {
			t.Errorf("the example of the cost centre is %q: %s", example, e)
		}
	})

	if s, e := w.run(); s.Dropped != 1 || e.code != 0 {
		t.Fatalf("nothing was dropped: %s", e)
	}
	if e := w.command(0, "mapping", "check", book, "--from-journal", "30d"); !strings.Contains(e.out, "documents: 3 of the journal since ") || !strings.Contains(e.out, " tried, 0 would be held") {
		t.Errorf("the documents of the journal are not tried: %s", e)
	}
	rows := w.droppedRows()
	german, other := 0, 0
	for _, r := range rows {
		if len([]rune(r["Text"])) > shortText {
			t.Errorf("the text %q is longer than %d characters", r["Text"], shortText)
		}
		switch hotel := r["Account"] == hotelAccount && r["Debit"] != ""; {
		case hotel && r["Cost centre"] == germanHotels:
			german++
		case r["Cost centre"] == germanHotels:
			t.Errorf("no hotel in Germany: %v", r)
		case hotel:
			other++
		}
	}
	if german == 0 || other == 0 {
		t.Errorf("%d lines of hotels in Germany, %d of others: %v", german, other, rows)
	}
}

// excel edits a workbook as a person does, and saves it.
func (w *world) excel(path string, edit func(f *excelize.File)) {
	w.t.Helper()
	f, err := excelize.OpenFile(path)
	w.must(err)
	defer f.Close()
	edit(f)
	w.must(f.Save())
}

// valueOf is the yellow cell of a field.
func (w *world) valueOf(f *excelize.File, field string) string {
	w.t.Helper()
	rows, err := f.GetRows("Columns")
	w.must(err)
	for i, row := range rows {
		if len(row) > 1 && row[1] == field {
			cell, err := excelize.CoordinatesToCellName(3, i+1)
			w.must(err)
			return cell
		}
	}
	w.t.Fatalf("no field %s", field)
	return ""
}

// droppedRows are the rows of the one file in the drop folder, by heading.
func (w *world) droppedRows() []map[string]string {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(w.root, "in", "*.csv"))
	w.must(err)
	if len(files) != 1 {
		w.t.Fatalf("dropped files: %v", files)
	}
	f, err := os.Open(files[0])
	w.must(err)
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	w.must(err)
	var rows []map[string]string
	for _, l := range lines[1:] {
		row := map[string]string{}
		for i, v := range l {
			row[lines[0][i]] = v
		}
		rows = append(rows, row)
	}
	return rows
}
