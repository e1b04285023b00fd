package journaltest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

var (
	isPosted   = fis.Outcome{Verdict: fis.Posted, Number: "4711", Company: "1000"}
	isRejected = fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "no"}}}
)

// `retry held` is for what the mapping could not place. A document that a person holds, or that the ERP may have, goes
// out by its name only.
func testRetryHeldLeavesWhatAPersonMustRelease(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "B", "C")
	if err := j.Hold(ctx, "A", "waits for the budget owner"); err != nil {
		t.Fatal(err)
	}
	if _, err := j.HoldMany(ctx, map[string]why.Reason{"B": why.Old("account 6105 is not mapped", "")}); err != nil {
		t.Fatal(err)
	}
	if err := j.Refetched(ctx, arrival("D"), "unknown after the restore"); err != nil {
		t.Fatal(err)
	}
	if n, left, err := j.RetryHeld(ctx, "", "mapped"); n != 1 || left != 2 || err != nil {
		t.Errorf("%d released, %d left, %v", n, left, err)
	}
	if state(t, j, "A") != records.Held || state(t, j, "B") != records.Acknowledged || state(t, j, "D") != records.Held {
		t.Error("states")
	}
	if err := j.Release(ctx, "A", "agreed"); err != nil {
		t.Fatal(err)
	}
	if _, err := j.HoldMany(ctx, map[string]why.Reason{"A": why.Old("account 6105 is not mapped", "")}); err != nil {
		t.Fatal(err)
	}
	if n, left, err := j.RetryHeld(ctx, "", "mapped"); n != 1 || left != 1 || err != nil {
		t.Errorf("%d released, %d left, %v: what was released once is like any other", n, left, err)
	}
}

// A document whose report the extract had leaves its hold only by its name, and the journal keeps that a person has
// said so.
func testWhatTheExtractHadIsReleasedByName(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "B")
	hold := map[string]journal.Hold{"A": {Cause: records.CauseExtract, Reason: why.Old("the extract had it", "")}, "B": {Cause: records.CauseMapping, Reason: why.Old("no account", "")}}
	if n, err := j.HoldAll(ctx, hold); n != 2 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	if n, left, err := j.RetryHeld(ctx, "", "mapped"); n != 1 || left != 1 || err != nil {
		t.Errorf("%d released, %d left, %v", n, left, err)
	}
	for _, step := range []struct {
		waived bool
		then   string
	}{{false, "A"}, {true, ""}} {
		if waived, err := j.ExtractWaived(ctx, "A"); waived != step.waived || err != nil {
			t.Errorf("waived: %t, %v", waived, err)
		}
		if step.then != "" {
			if err := j.Release(ctx, step.then, "never loaded"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if waived, err := j.ExtractWaived(ctx, "B"); waived || err != nil {
		t.Errorf("a document that was held for something else: %t, %v", waived, err)
	}
}

// Only a document that waits for an import file gets into one: not a held one, which a person keeps back, nor one that
// has its outcome.
func testOnlyWaitingDocumentsAreFiled(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "B")
	if err := j.Hold(ctx, "A", "waits for the budget owner"); err != nil {
		t.Fatal(err)
	}
	if err := j.MarkOutcome(ctx, "B", isRejected, "wrong company"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"A", "B"} {
		if _, err := create(j, "document", 1, id); err == nil {
			t.Errorf("%s is %s, and went into an import file", id, state(t, j, id))
		}
	}
}

// A file that is on its way will reach the ERP: nobody may say before what the ERP did.
func testMarkWaitsForTheDrop(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A")
	f, err := create(j, "document", 1, "A")
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []records.FileState{records.Numbered, records.Uploading, records.Renaming, records.Dropped} {
		switch to {
		case records.Uploading:
			f, err = begin(ctx, j, f)
		case records.Renaming:
			_, err = j.Uploaded(ctx, f)
		case records.Dropped:
			err = j.DropDone(ctx, false, f)
		}
		if err != nil {
			t.Fatal(err)
		}
		err := j.MarkOutcome(ctx, "A", isRejected, "wrong company")
		if to == records.Dropped && err != nil || to != records.Dropped && (err == nil || !strings.Contains(err.Error(), "will still go to the ERP")) {
			t.Errorf("file %s: %v", to, err)
		}
	}
	if f, err := j.File(ctx, f.ID); err != nil || f.State != records.Answered {
		t.Errorf("the file is %s though all its documents have an outcome", f.State)
	}
}

// The last word about a file that the ERP takes completely or not at all may be a person's.
func testMarkedDocumentCompletesAnAllOrNothingFile(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "B", "C")
	f := filed(t, j, "file", 1, "A", "B", "C")
	duplicate := fis.Outcome{Verdict: fis.Duplicate}
	answer(t, j, "a", map[string]fis.Outcome{"A": duplicate, "B": isPosted}, f.ID, nil)
	if err := j.MarkOutcome(ctx, "A", isPosted, "found in the ERP"); err != nil {
		t.Fatal(err)
	}
	if state(t, j, "A") != records.Posted || state(t, j, "B") != records.Filed {
		t.Error("B was taken for posted before C has its word")
	}
	answer(t, j, "c", map[string]fis.Outcome{"C": isPosted}, f.ID, nil)
	if state(t, j, "B") != records.Posted || state(t, j, "C") != records.Posted {
		t.Errorf("B is %s and C %s: they wait for a word that will never come", state(t, j, "B"), state(t, j, "C"))
	}

	// The other order: everything is said but the one that a person settles.
	acknowledged(t, j, "D", "E")
	f = filed(t, j, "file", 2, "D", "E")
	answer(t, j, "d", map[string]fis.Outcome{"D": duplicate, "E": isPosted}, f.ID, nil)
	if err := j.MarkOutcome(ctx, "D", isPosted, "found in the ERP"); err != nil {
		t.Fatal(err)
	}
	if state(t, j, "E") != records.Posted {
		t.Errorf("E is %s", state(t, j, "E"))
	}
}

// A document of such a file that a person marks rejected leaves the others in doubt: that is told, with the way out.
func testMarkedRejectionInAnAllOrNothingFileAsksAboutTheOthers(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "B")
	f := filed(t, j, "file", 1, "A", "B")
	if err := j.MarkOutcome(ctx, "A", isRejected, "accounting says so"); err != nil {
		t.Fatal(err)
	}
	if got := alarms(t, j); !strings.Contains(got, "partly rejected") {
		t.Errorf("alarms: %s", got)
	}
	if err := j.Reissue(ctx, f.ID, nil, "the ERP took nothing"); err != nil {
		t.Fatal(err)
	}
	if got := alarms(t, j); got != "" {
		t.Errorf("alarms: %s", got)
	}
	if state(t, j, "A") != records.Rejected || state(t, j, "B") != records.Acknowledged {
		t.Errorf("A is %s, B %s", state(t, j, "A"), state(t, j, "B"))
	}
}

// A file that was reissued after a part of its documents was answered: the ERP's late repetition about those is no
// news.
func testRepetitionAboutAWithdrawnFile(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "B")
	f := filed(t, j, "document", 1, "A", "B")
	answer(t, j, "a", map[string]fis.Outcome{"A": isPosted}, f.ID, nil)
	if err := j.Reissue(ctx, f.ID, nil, "B was lost by the ERP"); err != nil {
		t.Fatal(err)
	}
	answer(t, j, "again", map[string]fis.Outcome{"A": isPosted}, f.ID, nil)
	if got := alarms(t, j); got != "" {
		t.Errorf("the same outcome again is an alarm: %s", got)
	}
	answer(t, j, "late", map[string]fis.Outcome{"B": isPosted}, f.ID, nil)
	if got := alarms(t, j); got != "contradiction B" || state(t, j, "B") != records.Held {
		t.Errorf("B is posted from a file that was withdrawn, and goes out again: it is %s, alarms %q", state(t, j, "B"), got)
	}
}

// The ERP takes a whole file after all that a person has withdrawn: nothing of it goes out again, and what has gone is
// told.
func testWithdrawnFileIsAcceptedLate(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "B")
	f := filed(t, j, "file", 1, "A", "B")
	if err := j.Reissue(ctx, f.ID, nil, "no answer for a week"); err != nil {
		t.Fatal(err)
	}
	filed(t, j, "file", 2, "A")
	answer(t, j, "late", nil, f.ID, &fis.Outcome{Verdict: fis.Posted})
	if got := alarms(t, j); state(t, j, "B") != records.Held || !strings.Contains(got, "contradiction B") || !strings.Contains(got, "withdrawn file r/1") {
		t.Errorf("B is %s, alarms %q", state(t, j, "B"), got)
	}
}

// The answer to a withdrawn file, told by the result file's name alone, is none to the file its documents have gone into
// since: a posting is an alarm, and what the ERP says of the newer file counts.
func testLateAnswerBearsTheName(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "B")
	f := filed(t, j, "document", 1, "A", "B")
	if err := j.Reissue(ctx, f.ID, nil, "the ERP did not get it"); err != nil {
		t.Fatal(err)
	}
	filed(t, j, "document", 2, "A", "B")
	late := fis.Outcome{Verdict: fis.Posted, Number: "90"}
	answer(t, j, "f1.result.csv", map[string]fis.Outcome{"A": late, "B": {Verdict: fis.Rejected}}, 0, nil)
	if got := alarms(t, j); got != "withdrawn A" || state(t, j, "A") != records.Filed || state(t, j, "B") != records.Filed {
		t.Fatalf("A is %s, B %s, alarms %q", state(t, j, "A"), state(t, j, "B"), got)
	}
	answer(t, j, "f2.result.csv", map[string]fis.Outcome{"A": isPosted, "B": isPosted}, 0, nil)
	if got := alarms(t, j); got != "withdrawn A" || state(t, j, "A") != records.Posted || state(t, j, "B") != records.Posted {
		t.Errorf("A is %s, B %s, alarms %q", state(t, j, "A"), state(t, j, "B"), got)
	}
}

// What a person settles in Concur is settled here too: payments that waited go their way, and no alarm stays.
func testSettledByHand(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A")
	f := filed(t, j, "document", 1, "A")
	answer(t, j, "a", map[string]fis.Outcome{"A": isPosted}, f.ID, nil)
	pay := func(reference string) {
		t.Helper()
		r, err := j.CollectResult(ctx, "r", reference, reference, 1, strings.NewReader("x"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := j.ApplyResult(ctx, r, "f", func(a *journal.Apply) error {
			d, err := a.Document("A")
			if err != nil {
				return err
			}
			p := fis.Payment{Reference: reference, Status: fis.PaidPartially, Amount: must("1"), Currency: "EUR"}
			_, err = a.Payment(d, p, p, 1, true)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	pay("P1")
	due := func() []records.PaymentRecord {
		t.Helper()
		list, err := j.DuePayments(ctx, fis.Expense, 10)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if err := intend(ctx, j, "A"); err != nil {
		t.Fatal(err)
	}
	if err := j.SettleConfirmations(ctx, []journal.Settled{{DocID: "A", State: records.Stuck, Alarm: why.Old("m", "r")}}); err != nil {
		t.Fatal(err)
	}
	if len(due()) != 0 {
		t.Error("a payment is due before Concur knows the posting")
	}
	if _, err := j.SettleByHand(ctx, "A", "confirmed in Concur"); err != nil {
		t.Fatal(err)
	}
	list := due()
	if len(list) != 1 {
		t.Fatalf("%d payments are due after the posting was settled by hand; it waits for ever", len(list))
	}
	for _, end := range []func() error{
		func() error { _, err := j.SettleByHand(ctx, "A", "paid in Concur"); return err },
		func() error { // retried with success
			if _, err := j.RetryConfirmation(ctx, "A", "again"); err != nil {
				return err
			}
			return j.SettlePayments(ctx, []journal.Settled{{DocID: "A", PaymentID: 2, State: records.Done}})
		},
	} {
		id := due()[0].ID
		if _, err := j.IntendPayments(ctx, []records.PaymentRecord{{ID: id}}); err != nil {
			t.Fatal(err)
		}
		if err := j.SettlePayments(ctx, []journal.Settled{{DocID: "A", PaymentID: id, State: records.Stuck, Alarm: why.Old("m", "r")}}); err != nil {
			t.Fatal(err)
		}
		if alarms(t, j) == "" {
			t.Fatal("no alarm")
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
		if got := alarms(t, j); got != "" {
			t.Errorf("it is settled, and the alarm is open: %s", got)
		}
		pay("P" + string(rune('2'+id)))
	}
}

// The ERP rejects an all-or-nothing file because of one document, and gives another one a number all the same: that one
// may be posted, so it does not go out again before a person has looked.
func testNumberedDocumentOfARejectedFileIsHeld(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "B", "C")
	f := filed(t, j, "file", 1, "A", "B", "C")
	answer(t, j, "a", map[string]fis.Outcome{"A": isRejected, "B": isPosted, "C": {Verdict: fis.Posted}}, f.ID, nil)
	if state(t, j, "A") != records.Rejected || state(t, j, "B") != records.Held || state(t, j, "C") != records.Acknowledged || alarms(t, j) != "contradiction B" {
		t.Errorf("A is %s, B %s, C %s; alarms %q", state(t, j, "A"), state(t, j, "B"), state(t, j, "C"), alarms(t, j))
	}
	if n, left, err := j.RetryHeld(ctx, "", "x"); n != 0 || left != 1 || err != nil {
		t.Errorf("retry held: %d released, %d left, %v", n, left, err)
	}
	if err := j.Release(ctx, "B", "the ERP has it not"); err != nil || alarms(t, j) != "" {
		t.Errorf("%v, alarms %q", err, alarms(t, j))
	}
}

// A result file takes effect once, also when it has no lines by which the database would notice.
func testResultFileIsAppliedOnce(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	r, err := j.CollectResult(ctx, "r", "a", "a", 1, strings.NewReader("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	apply := func() error {
		_, err := j.ApplyResult(ctx, r, "f", func(*journal.Apply) error { return nil })
		return err
	}
	if err := apply(); err != nil {
		t.Fatal(err)
	}
	if err := apply(); err == nil {
		t.Error("it was applied twice")
	}
}

// A document about which an alarm is open is not finished for the retention rule.
func testPayloadStaysWhileAnAlarmIsOpen(t *testing.T) {
	j, c := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A")
	f := filed(t, j, "document", 1, "A")
	answer(t, j, "a", map[string]fis.Outcome{"A": isPosted}, f.ID, nil)
	confirmNow(t, j, "A")
	answer(t, j, "b", map[string]fis.Outcome{"A": isRejected}, f.ID, nil)
	if alarms(t, j) != "changed outcome A" {
		t.Fatal(alarms(t, j))
	}
	c.at = c.at.AddDate(1, 0, 0)
	if n, err := j.Age(ctx, c.at); n.Payloads != 0 || err != nil {
		t.Errorf("%+v aged out, %v", n, err)
	}
	if err := j.ResolveAbout(ctx, "A", "looked"); err != nil {
		t.Fatal(err)
	}
	if n, err := j.Age(ctx, c.at); n.Payloads != 1 || err != nil {
		t.Errorf("%+v aged out, %v", n, err)
	}
}

// intend commits that the posting confirmation of a document is about to be sent.
func intend(ctx context.Context, j *journal.Journal, id string) error {
	c, _, err := j.ConfirmationOf(ctx, id)
	if err != nil {
		return err
	}
	if due, err := j.IntendConfirmations(ctx, []records.Confirmation{c}); err != nil || len(due) != 1 {
		return fmt.Errorf("intended %d: %w", len(due), err)
	}
	return nil
}
