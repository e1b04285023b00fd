package finding_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/finding"
	"github.com/fisbridge/fisbridge/internal/journal/journaltest"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.End()
	os.Exit(code)
}

// Whether a word is rare or frequent changes how documents are looked for, and never which ones are found, nor their order; and a search that
// is counted up to a bound says that there are more.
func TestFrequentWords(t *testing.T) {
	for name, at := range map[string]func(testing.TB, string) journal.Place{"file": func(_ testing.TB, path string) journal.Place { return journal.Place{Path: path} }, "server": served} {
		t.Run(name, func(t *testing.T) { frequentWords(t, at(t, filepath.Join(t.TempDir(), "journal.db"))) })
	}
}

func served(t testing.TB, path string) journal.Place {
	if s := pgtest.Start(t); s != nil {
		return s.Place(path)
	}
	return journal.Place{Path: path}
}

func frequentWords(t *testing.T, at journal.Place) {
	ctx, now := t.Context(), time.Date(2026, 11, 2, 2, 0, 0, 0, time.UTC)
	j, err := at.Open(ctx, func() time.Time { return now }, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	var parts journaltest.Parts
	for i := range 12 {
		amount, err := fis.ParseAmount(fmt.Sprintf("%d.50", 10+i%2))
		if err != nil {
			t.Fatal(err)
		}
		a := journal.Arrival{Envelope: fis.Envelope{ID: fmt.Sprintf("D%02d", i), DocType: fis.Expense, Document: []byte(`{}`)}, Route: "r", ReportID: fmt.Sprintf("RPT%02d", i), ReportNumber: fmt.Sprintf("NO%02d", i),
			EmployeeID: fmt.Sprintf("S-%d", i%3), Title: fmt.Sprintf("Visit Graz, week %d", 10+i%4), Person: []string{"Noirin O'Hanlon", "Jean Brule"}[i%2], Currency: "EUR", Amount: amount}
		if _, err := j.StoreArrivals(ctx, []journal.Arrival{a}, now, "c"); err != nil {
			t.Fatal(err)
		}
		if err := j.SettleAck(ctx, []journal.AckOutcome{{DocID: a.Envelope.ID, State: records.Acknowledged}}); err != nil {
			t.Fatal(err)
		}
		if i < 4 {
			parts = append(parts, records.Part{DocID: a.Envelope.ID, FirstLine: i + 1, LastLine: i + 1, Rows: 1, Currency: "EUR", Debit: amount, Credit: amount})
		}
		now = now.Add(time.Hour)
	}
	f := records.File{Route: "r", Sequence: 1, Name: "visit.csv", TempName: ".t", Acceptance: "document", SHA256: strings.Repeat("0", 64), Lines: 4}
	if err := j.CreateFile(ctx, &f, parts, strings.NewReader("")); err != nil {
		t.Fatal(err)
	}
	list := func(f records.Filter) (string, records.Page[records.ListedDoc]) {
		t.Helper()
		p, err := j.ListDocuments(ctx, f)
		if err != nil {
			t.Fatalf("%+v: %v", f, err)
		}
		var ids []string
		for _, d := range p.Rows {
			ids = append(ids, strings.TrimPrefix(d.ID, "D"))
		}
		return strings.Join(ids, " "), p
	}
	if p, err := j.ListDocuments(ctx, records.Filter{Find: "10.50", Currency: "USD"}); err != nil || p.Total != 0 {
		t.Errorf("an amount of another currency finds %d (%v)", p.Total, err)
	}
	texts := map[string]string{"visit": "11 10 09 08 07 06 05 04 03 02 01 00", "week visit": "11 10 09 08 07 06 05 04 03 02 01 00", "hanlon week": "10 08 06 04 02 00", "week 12": "10 06 02", "10.50 week 12": "10 06 02", "11.50 12 week": "",
		"brule 13 graz": "11 07 03", "r/1": "03 02 01 00", "r/1 hanlon": "02 00", "brule visit.csv": "03 01", "nobody week": "", "rpt 05": "05", "no 05": "05", "s-1 hanlon": "10 04", "week week": "11 10 09 08 07 06 05 04 03 02 01 00"}
	for _, enough := range []int{5000, 2, 0} {
		before := finding.Enough(enough)
		for text, want := range texts {
			if got, p := list(records.Filter{Find: text}); got != want || p.Total != len(p.Rows) || p.More {
				t.Errorf("%d are enough: %q finds %q of %d, want %q", enough, text, got, p.Total, want)
			}
		}
		if got, _ := list(records.Filter{Text: "hanlon week", Impersonal: true}); got != "" {
			t.Errorf("%d are enough: who may not see persons finds %q", enough, got)
		}
		if got, p := list(records.Filter{Find: "week visit", Enough: 3, Limit: 2}); got != "11 10" || p.Total != 3 || !p.More {
			t.Errorf("%d are enough: %q, %d and more: %v", enough, got, p.Total, p.More)
		}
		if got, p := list(records.Filter{Find: "week 12", Enough: 3, Limit: 2, After: &records.Key{At: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC), ID: "D06"}}); got != "02" || p.Total != 3 || p.More {
			t.Errorf("%d are enough: %q, %d and more: %v", enough, got, p.Total, p.More)
		}
		finding.Enough(before)
	}
}
