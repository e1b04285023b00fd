package bridge_test

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// The whole way: fetched, in an import file, posted and rejected, confirmed, paid; each call to Concur once, and
// nothing left.
func TestLoop(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1", "D2", "D3")
	s := w.run(bridge.ExitDone)
	if s.Offered != 3 || s.Stored != 3 || s.Acknowledged != 3 || s.Files != 1 || s.Filed != 3 || s.Dropped != 1 {
		t.Errorf("%+v", s)
	}
	names := w.list("erp/in")
	if len(names) != 1 || names[0] != "journals_000001_20260331.csv" {
		t.Fatal(names)
	}
	if text := w.read("erp/in/" + names[0]); strings.Count(text, "\r\n") != 7 ||
		text != w.read("files/journals/"+names[0]) {
		t.Errorf("%s", text)
	}
	w.states("D1 filed, D2 filed, D3 filed")

	w.answer("1", posted("D1", "1900000001"), rejected("D2", "cost centre closed"), posted("RD3", "1900000003"))
	s = w.run(bridge.ExitDone)
	if s.Results != 1 || s.Posted != 2 || s.Rejected != 1 || s.Confirmed != 3 {
		t.Errorf("%+v", s)
	}
	w.states("D1 posted, D2 rejected, D3 posted")
	w.status("D1", fis.StatusPostedSuccess)
	w.status("D2", fis.StatusPostedFailure)
	d, _ := w.fis.Document("D2")
	if !strings.Contains(string(d.Posting), "cost centre closed") {
		t.Errorf("%s", d.Posting)
	}
	if d, _ = w.fis.Document("D1"); !strings.Contains(string(d.Posting), `"documentNumber":"1900000001"`) {
		t.Errorf("%s", d.Posting)
	}
	if left, done := w.list("erp/out"), w.list("erp/out/archive"); len(left) != 0 || len(done) != 1 {
		t.Errorf("left %q, archive %q", left, done)
	}

	w.answer("pay", paid("D1", "paid", "P1"), paid("D3", "paid", "P3"))
	s = w.run(bridge.ExitDone)
	if s.Payments != 2 || s.PaymentsSent != 2 {
		t.Errorf("%+v", s)
	}
	if d, _ := w.fis.Document("D1"); !d.Paid {
		t.Error("D1 is not paid in Concur")
	}

	// Nothing is due any more, and nothing was done twice.
	s = w.run(bridge.ExitDone)
	if s.Stored+s.Files+s.Results+s.Confirmed+s.PaymentsSent != 0 {
		t.Errorf("%+v", s)
	}
	for _, id := range []string{"D1", "D2", "D3"} {
		if w.effects("acknowledge", id) != 1 || w.effects("posting", id) != 1 {
			t.Errorf("%s: %d acknowledgements, %d confirmations", id, w.effects("acknowledge", id),
				w.effects("posting", id))
		}
	}
	if refused := w.fis.Refusals(); len(refused) != 0 {
		t.Errorf("%+v", refused)
	}
	if _, _, breaks, err := w.j.VerifyHistory(w.ctx); err != nil || len(breaks) > 0 {
		t.Error(breaks, err)
	}
}

// A rejected report comes back under a new id: it is a new document, and goes out once (PITFALLS 9).
func TestResubmitted(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	w.run(bridge.ExitDone)
	w.answer("1", rejected("D1", "period closed"))
	w.run(bridge.ExitDone)
	again, err := w.fis.Resubmit("D1", nil)
	w.ok(err)
	s := w.run(bridge.ExitDone)
	if s.Stored != 1 || s.Files != 1 {
		t.Errorf("%+v", s)
	}
	// The report id means both now; the one that is open is meant, for the other has its outcome.
	w.answer("2", posted("RD1", "1900000002"))
	w.run(bridge.ExitDone)
	w.quiet()
	w.states("D1 rejected, " + again + " posted")
	w.status(again, fis.StatusPostedSuccess)
	if records.State("posted") != w.state(again) {
		t.Error(w.state(again))
	}
}

// What is not written as it came is counted and told, by field and without its content.
func TestChangedValuesAreTold(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	w.add(fis.Expense, "D2", strings.Replace(expense("RD2", "640100"), `"Entry 1"`, `"=1+1\n`+strings.Repeat("x", 80)+`"`, 1))
	s := w.run(bridge.ExitDone)
	want := "journals_000001_20260331.csv: Line Text 2 cleaned, 2 cut, 2 begin like a formula"
	if len(s.Changed) != 1 || s.Changed[0] != want {
		t.Errorf("%q, want %q", s.Changed, want)
	}
}
