package worlds

import (
	"os"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
)

// What a person says about a document is held to the rules of a result file: Concur gets what it requires, and dates
// that can be right. It is not believed while the import file still lies where the ERP would take it.
func TestMarkDocumentRules(t *testing.T) {
	w := two(t, setup{faults: simerp.Faults{Silent: true}})
	w.idle()
	id := w.id(taxi)
	good := []string{"mark", "document", id, "posted", "--number", "4711", "--company", "1000", "--reason", "found in the ERP"}
	for _, c := range []struct {
		with []string
		why  string
	}{
		{[]string{"--fiscal-year", "26"}, `fiscal year "26" is not four digits`},
		{[]string{"--fiscal-year", "0026"}, "the fiscal year 0026 is far from today"},
		{[]string{"--fiscal-year", "2126"}, "the fiscal year 2126 is far from today"},
		{[]string{"--date", "0026-11-03"}, "is more than 10 years ago"},
		{[]string{"--date", "1926-11-03"}, "is more than 10 years ago"},
		{[]string{"--date", "2126-11-03"}, "is more than a year ahead"},
		{[]string{"--date", "2026-11-03", "--fiscal-year", "2024"}, "does not go with the date"},
		{[]string{"--company", strings.Repeat("1", 33)}, "Concur takes 32"},
		{[]string{"--number", strings.Repeat("1", 81)}, "Concur takes 80"},
	} {
		if e := w.command(2, append(good, c.with...)...); !strings.Contains(e.err, c.why) {
			t.Errorf("%q: %s", c.with, e.err)
		}
	}
	for _, as := range []string{"posted", "rejected"} {
		e := w.command(1, "mark", "document", id, as, "--number", "4711", "--company", "1000", "--reason", "found in the ERP")
		if !strings.Contains(e.err, "still lies in") || w.state(id) != "filed" {
			t.Errorf("%s is believed while the file lies in the ERP's folder: %s", as, e.err)
		}
	}
	for _, name := range w.names("in") {
		w.must(os.Remove(w.path("in", name)))
	}
	w.command(0, append(good, "--date", "2026-11-03", "--fiscal-year", "2026")...)
	w.idle()
	if got := w.status(taxi); got != fis.StatusPostedSuccess {
		t.Errorf("Concur has %s", got)
	}

	// an ERP without document numbers: a person says so, and Concur is told the import file
	other := w.id(tax)
	bare := []string{"mark", "document", other, "posted", "--company", "1000", "--reason", "its books have no numbers"}
	if e := w.command(2, bare...); !strings.Contains(e.err, "--number") || !strings.Contains(e.err, "--number N, or --no-number") {
		t.Error(e.err)
	}
	if e := w.command(2, append(bare, "--number", "7", "--no-number")...); !strings.Contains(e.err, "7 is a document number") {
		t.Error(e.err)
	}
	if e := w.command(0, append(bare, "--no-number")...); !strings.Contains(e.err, "Concur wants a document number, and is told") {
		t.Error(e.err)
	}
	w.idle()
	if got := w.status(tax); got != fis.StatusPostedSuccess {
		t.Errorf("Concur has %s", got)
	}
}

// An ERP answers by telephone: one word settles all documents of an import file of which it has said nothing, by the rules for
// one document, and each has its row in the history.
func TestMarkFile(t *testing.T) {
	w := two(t, setup{faults: simerp.Faults{Silent: true}})
	w.idle()
	all := []string{"mark", "file", "books/1", "posted", "--company", "1000", "--reason", "they telephoned"}
	if e := w.command(2, all...); !strings.Contains(e.err, "--number N, or --no-number") {
		t.Error(e.err)
	}
	if e := w.command(1, append(all, "--number", "4711")...); !strings.Contains(e.err, "still lies in") || w.state(w.id(taxi)) != "filed" {
		t.Error(e.err)
	}
	for _, name := range w.names("in") {
		w.must(os.Remove(w.path("in", name)))
	}
	if e := w.command(0, append(all, "--number", "4711")...); !strings.Contains(e.err, "2 documents of import file") {
		t.Error(e.err)
	}
	w.idle()
	for _, name := range []string{taxi, tax} {
		if got := w.status(name); got != fis.StatusPostedSuccess {
			t.Errorf("Concur has %s of %s", got, name)
		}
		if e := w.command(0, "show", w.id(name)); !strings.Contains(e.out, "they telephoned") && !strings.Contains(e.out, "4711") {
			t.Errorf("%s: %s", name, e.out)
		}
	}
	w.command(1, append(all, "--number", "4711")...)
}
