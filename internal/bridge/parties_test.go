package bridge_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/bridge/paying"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// shared gives a world whose report D1 owes 10.00 EUR to the employee and 10.00 EUR to the issuer of a card.
func shared(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, options{})
	text := expense("RD1", "640100 640100")
	w.add(fis.Expense, "D1", text[:strings.LastIndex(text, "EMPL")]+"IBCP"+text[strings.LastIndex(text, "EMPL")+4:])
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"))
	w.run(bridge.ExitDone)
	return w
}

// Where the employee and the card get the same, nobody can tell who was paid: the file calls each of its payments complete,
// and Concur is told of the first as a part. It shows the report as paid after the second.
func TestCardAndEmployeeArePaid(t *testing.T) {
	w := shared(t)
	w.answer("2", paid("D1", "paid", "CARD-1"))
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"D1 PP 10.00 CARD-1"}, w.told()); diff != "" {
		t.Error(diff)
	}
	w.answer("3", paid("D1", "paid", "EMPL-1"))
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"D1 PP 10.00 CARD-1", "D1 CP 10.00 EMPL-1"}, w.told()); diff != "" {
		t.Error(diff)
	}
	w.quiet()
}

// A report is paid when the employee has all: many a card is never paid by report. What a card gets afterwards is kept.
func TestEmployeeIsPaidBesideACard(t *testing.T) {
	w := newWorld(t, options{})
	text := expense("RD1", "640100 640100 640100")
	cut := strings.LastIndex(text, "EMPL")
	w.add(fis.Expense, "D1", strings.Replace(text[:cut], "EMPL", "IBCP", 1)+"IBCP"+text[cut+4:])
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"))
	w.run(bridge.ExitDone)
	w.answer("2", paid("D1", "paid", "EMPL-1"))
	w.run(bridge.ExitDone)
	w.answer("3", pays("D1", "paid", "CARD-1", "20.00", "EUR"))
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"D1 CP 10.00 EMPL-1"}, w.told()); diff != "" {
		t.Error(diff)
	}
	w.payment("D1", "CARD-1", records.Kept)
	w.quiet()

	// what comes back of the card's is kept as well, and paid again; what comes back of the employee's is told
	w.answer("4", pays("D1", "reversed", "BACK-1", "20.00", "EUR"))
	w.answer("5", pays("D1", "paid", "CARD-2", "20.00", "EUR"))
	w.answer("6", pays("D1", "reversed", "CARD-2", "20.00", "EUR"))
	w.run(bridge.ExitDone)
	w.payment("D1", "BACK-1", records.Kept)
	w.payment("D1", "CARD-2", records.Kept)
	w.payment("D1", "CARD-2-RE", records.Kept)
	w.answer("7", paid("D1", "reversed", "BACK-2"))
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"D1 CP 10.00 EMPL-1", "D1 RE 10.00 BACK-2 taken back"}, w.told()); diff != "" {
		t.Error(diff)
	}
	w.quiet()
}

// Where a payment that was told and one that was kept are of the same amount, nobody can tell which of them came back,
// unless the return names it: a person says so.
func TestReturnOfOneOfTwoPayments(t *testing.T) {
	given := func() *world {
		w := newWorld(t, options{})
		text := expense("RD1", "640100 640100 640100")
		cut := strings.LastIndex(text, "EMPL")
		w.add(fis.Expense, "D1", strings.Replace(text[:cut], "EMPL", "IBCP", 1)+"IBCP"+text[cut+4:])
		w.run(bridge.ExitDone)
		w.answer("1", posted("D1", "1"))
		w.run(bridge.ExitDone)
		w.answer("2", paid("D1", "paid", "EMPL-1"))
		w.run(bridge.ExitDone)
		w.answer("3", paid("D1", "part", "CARD-1"))
		w.run(bridge.ExitDone)
		w.payment("D1", "CARD-1", records.Kept)
		return w
	}
	w := given()
	w.answer("4", paid("D1", "reversed", "CARD-1"))
	w.run(bridge.ExitDone)
	w.payment("D1", "CARD-1-RE", records.Kept)

	w = given()
	w.answer("4", paid("D1", "reversed", "BACK-1"))
	w.run(bridge.ExitNeedsPerson)
	w.alarm("result lines")
	w.valid("4.result", 2)
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"D1 CP 10.00 EMPL-1", "D1 RE 10.00 BACK-1 taken back"}, w.told()); diff != "" {
		t.Error(diff)
	}
}

// A second complete payment that a person calls right is kept like one that fits: Concur takes one.
func TestPaymentByHandAfterACompleteOne(t *testing.T) {
	w := newWorld(t, options{})
	text := expense("RD1", "640100 640100 640100")
	cut := strings.LastIndex(text, "EMPL")
	w.add(fis.Expense, "D1", strings.Replace(text[:cut], "EMPL", "IBCP", 1)+"IBCP"+text[cut+4:])
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"))
	w.run(bridge.ExitDone)
	w.answer("2", paid("D1", "paid", "EMPL-1"))
	w.run(bridge.ExitDone)
	w.answer("3", pays("D1", "paid", "CARD-1", "20.00", "EUR"), pays("D1", "paid", "CARD-1", "20.00", "EUR"))
	w.run(bridge.ExitNeedsPerson)
	w.valid("3.result", 3)
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"D1 CP 10.00 EMPL-1"}, w.told()); diff != "" {
		t.Error(diff)
	}
	w.quiet()
}

// The same is told when a person calls the payments right.
func TestCardAndEmployeeArePaidByHand(t *testing.T) {
	w := shared(t)
	w.answer("2", paid("D1", "paid", "CARD-1"), paid("D1", "paid", "CARD-1"))
	w.run(bridge.ExitNeedsPerson)
	w.valid("2.result", 3)
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"D1 PP 10.00 CARD-1", "D1 CP 10.00 CARD-1-2"}, w.told()); diff != "" {
		t.Error(diff)
	}
	w.quiet()
}

// A journal of former times did not keep what a document left to be paid: then its postings say it, or its total, and a
// part is not told as the whole because a person calls it right.
func TestListedPartWhereNothingWasKept(t *testing.T) {
	for name, also := range map[string]string{
		"the document is there": "",
		"only its total is":     "DELETE FROM payloads",
		"nothing is":            "DELETE FROM payloads; UPDATE documents SET amount = '0'",
	} {
		t.Run(name, func(t *testing.T) {
			w := banked(t)
			db := pgtest.Raw(w.TB, filepath.Join(w.dir, "journal.db"))
			for _, q := range strings.Split("UPDATE file_documents SET owed = '';"+also, ";") {
				_, err := db.ExecContext(w.ctx, q)
				w.ok(err)
			}
			w.ok(db.Close())
			w.write("erp/out/a.xml", camt("DBIT 04-02 5.00 B1 NOBODY-1"))
			w.run(bridge.ExitDone)
			files, err := w.j.FindResults(w.ctx, "a.xml")
			w.ok(err)
			p, err := w.j.ListedPayment(w.ctx, files[0], 1)
			w.ok(err)
			p.Doc, err = w.j.Document(w.ctx, "D1")
			w.ok(err)
			_, err = w.j.MarkPayment(w.ctx, p, records.PaymentValid, paying.TellAs, true, "the accountant knows")
			w.ok(err)
			w.run(bridge.ExitDone)
			if diff := cmp.Diff([]string{"D1 PP 5.00 B1"}, w.told()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
