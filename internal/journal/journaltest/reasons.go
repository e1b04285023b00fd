package journaltest

import (
	"context"
	"testing"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// A reason is kept as a code with values beside its text, so that what is held can be grouped; rows of older versions
// keep their text.
func testReasonsAreCodes(t *testing.T) {
	j, _ := full(t)
	ctx := context.Background()
	reason := why.New("mapping", "text", "account 6105 is not mapped", "place", "Accounts")
	if _, err := j.HoldAll(ctx, map[string]journal.Hold{"C": {Cause: records.CauseMapping, Reason: reason}}); err != nil {
		t.Fatal(err)
	}
	if d, err := j.Document(ctx, "C"); err != nil || d.Reason != reason.Text() || !d.Why.Equal(reason) {
		t.Errorf("%q %v, %v", d.Reason, d.Why, err)
	}
	needs, err := j.Needs(ctx, records.NeedRules{})
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, n := range needs.First {
		if n.Why.None() || n.Why.Text() != n.Message {
			t.Errorf("%s: %v says something else than %q", n.Code, n.Why, n.Message)
		}
		if n.Values["document"] == "C" {
			found = true
			if n.Values["cause"] != "mapping" || n.Why.Values["cause"] != "mapping" {
				t.Errorf("values %v, %v", n.Values, n.Why.Values)
			}
		}
	}
	if !found {
		t.Error("the held document does not need a person")
	}
	alarm := why.New("paid-and-rejected", "doc", "C")
	if err := j.Alarm(ctx, "payment confirmation", "payment 1", alarm); err != nil {
		t.Fatal(err)
	}
	open, err := j.OpenAlarms(ctx)
	if a := open[len(open)-1]; err != nil || !a.Why.Equal(alarm) || a.Message != alarm.Text() || a.Remedy != alarm.Way() {
		t.Errorf("%+v, %v", a, err)
	}
	err = ledger.In(ctx, j.Ledger, "as an older version left it", func(x *ledger.Tx) error {
		if _, err := x.Exec(`UPDATE alarms SET why = ''`); err != nil {
			return err
		}
		_, err := x.Exec(`UPDATE documents SET why = '' WHERE doc_id = 'C'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	unnamed[j] = true // nothing names what was done by hand
	d, err := j.Document(ctx, "C")
	if err != nil || d.Why.Code != why.Told || d.Why.Text() != d.Reason {
		t.Errorf("%v, %v", d.Why, err)
	}
	open, err = j.OpenAlarms(ctx)
	if a := open[len(open)-1]; err != nil || a.Why.Code != why.Told || a.Why.Text() != a.Message || a.Why.Way() != a.Remedy {
		t.Errorf("%+v, %v", a, err)
	}
}
