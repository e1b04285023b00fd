package journal

import (
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// The table of what a second document of a report is, row by row.
func TestJudge(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	doc := func(state State, received, revision int) Sibling {
		return Sibling{Doc: Doc{ID: "O", DocType: fis.Expense, State: state, Received: day(received), Revision: revision}}
	}
	with := func(s Sibling, change func(*Sibling)) Sibling { change(&s); return s }
	live := func(s *Sibling) { s.Live = true }
	for _, c := range []struct {
		name   string
		new    Doc
		others []Sibling
		want   StandingKind
		latest bool
	}{
		{"none known, revision 1", Doc{Revision: 1}, nil, Whole, true},
		{"none known, no revision", Doc{}, nil, Whole, true},
		{"none known, revision 2", Doc{Revision: 2}, nil, Elsewhere, true},
		{"only left in Concur, revision 2", Doc{Revision: 2}, []Sibling{doc(Left, 1, 1)}, Elsewhere, true},
		{"posted", Doc{Revision: 2}, []Sibling{doc(Posted, 1, 1)}, Revision, true},
		{"posted, and the number does not rise", Doc{Revision: 1}, []Sibling{doc(Posted, 1, 1)}, Revision, true},
		{"posted, and this one is older", Doc{Revision: 1}, []Sibling{doc(Posted, 1, 2)}, Revision, false},
		{"rejected, and a revision between is not known", Doc{Revision: 3}, []Sibling{doc(Rejected, 1, 1)}, Elsewhere, true},
		{"rejected twice", Doc{Revision: 3}, []Sibling{doc(Rejected, 1, 1), doc(Rejected, 2, 2)}, Whole, true},
		{"in an import file", Doc{Revision: 2}, []Sibling{doc(Filed, 1, 1)}, Waits, true},
		{"in an import file, and another one is posted", Doc{Revision: 3}, []Sibling{doc(Posted, 1, 1), doc(Filed, 2, 2)}, Waits, true},
		{"its file was refused", Doc{Revision: 2}, []Sibling{with(doc(Held, 1, 1), live)}, Waits, true},
		{"held because the ERP may have it", Doc{Revision: 2}, []Sibling{with(doc(Held, 1, 1), func(s *Sibling) { s.Cause = CauseDoubt })}, Waits, true},
		{"held for its mapping", Doc{Revision: 2}, []Sibling{with(doc(Held, 1, 1), func(s *Sibling) { s.Cause = CauseMapping })}, Whole, true},
		{"held by a person", Doc{Revision: 2}, []Sibling{with(doc(Held, 1, 1), func(s *Sibling) { s.Cause = CausePerson })}, Whole, true},
		{"waits for its file, and is earlier", Doc{Revision: 2}, []Sibling{doc(Acknowledged, 9, 1)}, Waits, true},
		{"waits for its file, and is later", Doc{Revision: 1}, []Sibling{doc(Acknowledged, 9, 2)}, Whole, true},
		{"not known to be locked, and is earlier", Doc{Revision: 2}, []Sibling{doc(Stored, 1, 1)}, Waits, true},
		{"rejected", Doc{Revision: 2}, []Sibling{doc(Rejected, 1, 1)}, Whole, true},
		{"rejected, but the ERP may have a part", Doc{Revision: 2}, []Sibling{with(doc(Rejected, 1, 1), func(s *Sibling) { s.Alarm = true })}, Unclean, true},
		{"recalled before posting", Doc{Revision: 2}, []Sibling{doc(Recalled, 1, 1)}, Whole, true},
		{"taken by another system", Doc{Revision: 2}, []Sibling{doc(Foreign, 1, 1)}, Elsewhere, true},
		{"unknown to Concur now", Doc{Revision: 1}, []Sibling{doc(Gone, 1, 1)}, Whole, true},
		{"an advance handed back", Doc{DocType: fis.CashAdvance, Direction: -1}, []Sibling{with(doc(Posted, 1, 0), func(s *Sibling) { s.Direction = 1 })}, Whole, true},
		{"an advance handed out again", Doc{DocType: fis.CashAdvance, Direction: 1}, []Sibling{with(doc(Posted, 1, 0), func(s *Sibling) { s.Direction = 1 })}, Revision, true},
		{"an obligation told anew", Doc{DocType: fis.RequestObligation, Revision: 2}, []Sibling{doc(Posted, 1, 1)}, Whole, false},
	} {
		c.new.ID, c.new.Received = "D", day(5)
		if c.new.DocType == "" {
			c.new.DocType = fis.Expense
		}
		got := Judge(c.new, c.others)
		if got.Kind != c.want || got.Kind == Revision && got.Latest != c.latest {
			t.Errorf("%s: %s, latest %v; want %s, %v", c.name, got.Kind, got.Latest, c.want, c.latest)
		}
	}
}

// The transaction that makes an import file refuses what nobody has decided, whatever the run believed: two documents of a report in one file,
// one beside a posted one, a replacing one against something else than what is posted now.
func TestReportIsPostedOnce(t *testing.T) {
	j, _ := open(t)
	ctx := t.Context()
	put := func(id string) {
		t.Helper()
		a := arrival(id)
		a.ReportID = "R"
		if _, err := j.StoreArrivals(ctx, []Arrival{a}, j.Now(), ""); err != nil {
			t.Fatal(err)
		}
		if err := j.SettleAck(ctx, []AckOutcome{{DocID: id, State: Acknowledged}}); err != nil {
			t.Fatal(err)
		}
	}
	put("A")
	put("B")
	if _, err := create(j, "document", 1, "A", "B"); err == nil {
		t.Fatal("two documents of a report went into one file")
	}
	f := filed(t, j, "document", 1, "A")
	if _, err := create(j, "document", 2, "B"); err == nil {
		t.Fatal("a document went out while another one of its report is unanswered")
	}
	answer(t, j, "a", map[string]fis.Outcome{"A": posted}, f.ID, nil)
	if _, err := create(j, "document", 2, "B"); err == nil {
		t.Fatal("a document went out beside a posted one")
	}
	if _, err := createParts(j, "document", 2, Part{DocID: "B", PostAs: PostReplace, Basis: []Place{{File: 99, Doc: "A"}}}); err == nil {
		t.Fatal("a document replaces something else than what is posted")
	}
	if _, err := createParts(j, "document", 2, Part{DocID: "B", PostAs: PostReplace, Basis: []Place{{File: f.ID, Doc: "A"}}, Written: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
}
