package extracted_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/extracted"
	"github.com/fisbridge/fisbridge/internal/fis"
)

func entry(t *testing.T, key, amount, batch string) extracted.Entry {
	t.Helper()
	a, err := fis.ParseAmount(amount)
	if err != nil {
		t.Fatal(err)
	}
	return extracted.Entry{Key: key, ReportID: "R-" + key, Currency: "EUR", Amount: a, Batch: batch, Date: "2031-05-02", File: "extract, " + batch + ".txt"}
}

// A list only grows, and comes back as it was written.
func TestListGrows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list.csv")
	if _, err := extracted.Read(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a list that is not there: %v", err)
	}
	for _, step := range []struct {
		add           []extracted.Entry
		news, reports int
	}{
		{[]extracted.Entry{entry(t, "77", "23.40", "589"), entry(t, "78", "-10", "589")}, 2, 2},
		{[]extracted.Entry{entry(t, "77", "23.40", "589"), entry(t, "77", "1.5", "590")}, 1, 2},
		{nil, 0, 2},
	} {
		l, err := extracted.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := l.Add(step.add); n != step.news || l.Reports() != step.reports {
			t.Errorf("%d new, %d reports", n, l.Reports())
		}
		if err := l.Save(); err != nil {
			t.Fatal(err)
		}
	}
	l, err := extracted.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	odd := entry(t, "80", "1", "591")
	odd.File = `=HYPERLINK("x").txt`
	l.Add([]extracted.Entry{odd})
	if err := l.Save(); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), `,"'=HYPERLINK(""x"").txt"`) {
		t.Errorf("%s, %v", text, err)
	}
	if said := extracted.Said(l.Of("77")); said != "23.40 EUR in batch 589 of 2031-05-02, 1.50 EUR in batch 590 of 2031-05-02" {
		t.Error(said)
	}
	if l.Of("79") != nil || l.Of("") != nil {
		t.Error("a report that no extract had")
	}
}

// A list that cannot be read in full is not used: a report that is missing in it would be posted twice.
func TestBrokenLists(t *testing.T) {
	head := "report_key,report_id,currency,amount,batch,batch_date,file\n"
	for text, want := range map[string]string{
		"":                               "line 1 is not report_key",
		"key;amount\n":                   "line 1 is not report_key",
		head + "77,R,EUR,ten,1,d,f\n":    `line 2 has no report key, or "ten" is no amount`,
		head + ",R,EUR,1.00,1,d,f\n":     "line 2 has no report key",
		head + "77,R,EUR,1.00,1,d,f\n77": "record on line 3: wrong number of fields",
	} {
		path := filepath.Join(t.TempDir(), "list.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := extracted.Open(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
