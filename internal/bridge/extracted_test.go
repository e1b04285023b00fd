package bridge_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
)

const (
	listHead  = "report_key,report_id,currency,amount,batch,batch_date,file\n"
	listed    = listHead + "KRA,RA,EUR,10,589,2026-03-30,extract.txt\n"
	listRoute = oneRoute + "    extract_list: extract.csv\n"
)

// What the extract had goes out only when a person has released it by name, then once; nothing else is kept back.
func TestWhatTheExtractHadIsHeld(t *testing.T) {
	w := newWorld(t, options{routes: listRoute})
	w.write("extract.csv", listed)
	w.good("A", "B")
	w.run(3)
	w.states("A held, B filed")
	d, err := w.j.Document(w.ctx, "A")
	w.ok(err)
	if d.Why.Code != "extract-had" || !strings.Contains(d.Reason, "the extract had report KRA already (10.00 EUR in batch 589 of 2026-03-30)") {
		t.Errorf("%+v", d.Why)
	}
	// Neither a run, nor a list that is gone from the configuration, nor retry held lets it go.
	if n, _, err := w.j.RetryHeld(w.ctx, "", "all"); n != 0 || err != nil {
		t.Errorf("%d released, %v", n, err)
	}
	w.write("extract.csv", listHead)
	w.run(3)
	w.states("A held")
	w.write("extract.csv", listed)
	w.ok(w.j.Release(w.ctx, "A", "the extract of this day was never loaded"))
	w.run(0)
	w.states("A filed")
	if files := w.list("erp/in"); len(files) != 2 {
		t.Errorf("%v", files)
	}
	w.nothingSilent()
}

// A further document of a report waits while the first one is held for the extract: the ERP may have that.
func TestRevisionWaitsBehindTheExtract(t *testing.T) {
	w := newWorld(t, options{routes: listRoute})
	w.write("extract.csv", listed)
	w.good("A")
	w.run(3)
	w.add(fis.Expense, "C", strings.Replace(expense("RA", "640100 640100"), `"KRA"`, `"KRA2"`, 1))
	w.run(3)
	w.states("A held, C acknowledged")
}

// Without its list, or with one that is cut off, a route makes no import file: what the extract had would be posted twice.
func TestNoFileWithoutTheExtractList(t *testing.T) {
	w := newWorld(t, options{routes: listRoute})
	w.good("B")
	s := w.run(1)
	if !strings.Contains(strings.Join(s.Problems, " "), "no import file is made without the list of what the extract had (extract_list)") {
		t.Errorf("%q", s.Problems)
	}
	w.states("B acknowledged")
	w.write("extract.csv", listHead+"KRA,RA")
	w.run(1)
	w.states("B acknowledged")
	w.ok(os.Remove(filepath.Join(w.dir, "extract.csv")))
	w.write("extract.csv", listHead)
	w.run(0)
	w.states("B filed")
}
