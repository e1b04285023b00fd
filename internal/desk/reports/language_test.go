package reports

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/tables"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/words"
)

// A report in another language says headings, states, reasons and figures in it; names stay, and CSV stays as it is.
func TestReportInALanguage(t *testing.T) {
	t.Parallel()
	c, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	amount, err := fis.ParseAmount("1234.5")
	if err != nil {
		t.Fatal(err)
	}
	reason := why.New("import-file-refused", "file", "ap1.csv", "said", "")
	d := desk.ListedDoc{}
	d.ID, d.Route, d.Currency, d.Amount, d.State, d.Reason, d.Why = "D1", "open", "EUR", amount, records.Held, reason.Text(), reason
	zone, r0 := time.UTC, time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)
	r := &Report{Kind: config.ReportOpen, Title: names[config.ReportOpen] + ", Lantern", Facts: [][2]string{{"documents", "1"}}, Tables: []tables.Table{totals("open", []desk.ListedDoc{d}), openTable([]desk.ListedDoc{d}, zone, r0)}}
	de := r.In(c.Of("de", ""))
	if de.Title != "Offene Belege, Lantern" || de.Facts[0][0] != "Belege" || de.none != "keine" {
		t.Error(de.Title, de.Facts, de.none)
	}
	table := de.Tables[1]
	if table.Title != "Offen, Stand jetzt" || table.Heads[0] != "eingegangen" || table.Heads[4] != "Berichtsnummer" {
		t.Error(table.Title, table.Heads)
	}
	var row []string
	for _, c := range table.Rows[0] {
		row = append(row, c.String())
	}
	text := strings.Join(row, "|")
	for _, want := range []string{"D1", "|open|", "1.234,50", "angehalten", "das ERP hat Importdatei ap1.csv zurückgewiesen"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %q", want, text)
		}
	}
	var before, after bytes.Buffer
	if err := r.Write(&before, config.FormatCSV); err != nil {
		t.Fatal(err)
	}
	if err := de.Write(&after, config.FormatCSV); err != nil || before.String() != after.String() {
		t.Errorf("CSV is another one: %s (%v)", after.String(), err)
	}
	if en := r.In(c.Of("en", "")); en.Tables[1].Title != "Open, as of now" {
		t.Error(en.Tables[1].Title)
	}
}
