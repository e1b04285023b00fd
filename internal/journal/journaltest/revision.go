package journaltest

import (
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// The table of what a second document of a report is, row by row.
func testJudge(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	doc := func(state records.State, received, revision int) records.Sibling {
		return records.Sibling{Doc: records.Doc{ID: "O", DocType: fis.Expense, State: state, Received: day(received), Revision: revision}}
	}
	with := func(s records.Sibling, change func(*records.Sibling)) records.Sibling { change(&s); return s }
	live := func(s *records.Sibling) { s.Live = true }
	for _, c := range []struct {
		name   string
		new    records.Doc
		others []records.Sibling
		want   records.StandingKind
		latest bool
	}{
		{"none known, revision 1", records.Doc{Revision: 1}, nil, records.Whole, true},
		{"none known, no revision", records.Doc{}, nil, records.Whole, true},
		{"none known, revision 2", records.Doc{Revision: 2}, nil, records.Elsewhere, true},
		{"only left in Concur, revision 2", records.Doc{Revision: 2}, []records.Sibling{doc(records.Left, 1, 1)}, records.Elsewhere, true},
		{"posted", records.Doc{Revision: 2}, []records.Sibling{doc(records.Posted, 1, 1)}, records.Revision, true},
		{"posted, and the number does not rise", records.Doc{Revision: 1}, []records.Sibling{doc(records.Posted, 1, 1)}, records.Revision, true},
		{"posted, and this one is older", records.Doc{Revision: 1}, []records.Sibling{doc(records.Posted, 1, 2)}, records.Revision, false},
		{"rejected, and a revision between is not known", records.Doc{Revision: 3}, []records.Sibling{doc(records.Rejected, 1, 1)}, records.Elsewhere, true},
		{"rejected twice", records.Doc{Revision: 3}, []records.Sibling{doc(records.Rejected, 1, 1), doc(records.Rejected, 2, 2)}, records.Whole, true},
		{"in an import file", records.Doc{Revision: 2}, []records.Sibling{doc(records.Filed, 1, 1)}, records.Waits, true},
		{"in an import file, and another one is posted", records.Doc{Revision: 3}, []records.Sibling{doc(records.Posted, 1, 1), doc(records.Filed, 2, 2)}, records.Waits, true},
		{"its file was refused", records.Doc{Revision: 2}, []records.Sibling{with(doc(records.Held, 1, 1), live)}, records.Waits, true},
		{"held because the ERP may have it", records.Doc{Revision: 2}, []records.Sibling{with(doc(records.Held, 1, 1), func(s *records.Sibling) { s.Cause = records.CauseDoubt })}, records.Waits, true},
		{"held for its mapping", records.Doc{Revision: 2}, []records.Sibling{with(doc(records.Held, 1, 1), func(s *records.Sibling) { s.Cause = records.CauseMapping })}, records.Whole, true},
		{"held by a person", records.Doc{Revision: 2}, []records.Sibling{with(doc(records.Held, 1, 1), func(s *records.Sibling) { s.Cause = records.CausePerson })}, records.Whole, true},
		{"waits for its file, and is earlier", records.Doc{Revision: 2}, []records.Sibling{doc(records.Acknowledged, 9, 1)}, records.Waits, true},
		{"waits for its file, and is later", records.Doc{Revision: 1}, []records.Sibling{doc(records.Acknowledged, 9, 2)}, records.Whole, true},
		{"not known to be locked, and is earlier", records.Doc{Revision: 2}, []records.Sibling{doc(records.Stored, 1, 1)}, records.Waits, true},
		{"rejected", records.Doc{Revision: 2}, []records.Sibling{doc(records.Rejected, 1, 1)}, records.Whole, true},
		{"rejected, but the ERP may have a part", records.Doc{Revision: 2}, []records.Sibling{with(doc(records.Rejected, 1, 1), func(s *records.Sibling) { s.Alarm = true })}, records.Unclean, true},
		{"recalled before posting", records.Doc{Revision: 2}, []records.Sibling{doc(records.Recalled, 1, 1)}, records.Whole, true},
		{"taken by another system", records.Doc{Revision: 2}, []records.Sibling{doc(records.Foreign, 1, 1)}, records.Elsewhere, true},
		{"recalled after it was posted", records.Doc{Revision: 1}, []records.Sibling{with(doc(records.Posted, 1, 1),
			func(s *records.Sibling) { s.Code, s.Told = 112, records.Stuck })}, records.Unclean, true},
		{"recalled after it was posted, and reversed", records.Doc{Revision: 1}, []records.Sibling{with(doc(records.Posted, 1, 1),
			func(s *records.Sibling) { s.Code, s.Told = 112, records.Done })}, records.Whole, true},
		{"unknown to Concur now", records.Doc{Revision: 1}, []records.Sibling{doc(records.Gone, 1, 1)}, records.Whole, true},
		{"an advance handed back", records.Doc{DocType: fis.CashAdvance, Direction: -1}, []records.Sibling{with(doc(records.Posted, 1, 0), func(s *records.Sibling) { s.Direction = 1 })}, records.Whole, true},
		{"an advance handed out again", records.Doc{DocType: fis.CashAdvance, Direction: 1}, []records.Sibling{with(doc(records.Posted, 1, 0), func(s *records.Sibling) { s.Direction = 1 })}, records.Revision, true},
		{"an obligation told anew", records.Doc{DocType: fis.RequestObligation, Revision: 2}, []records.Sibling{doc(records.Posted, 1, 1)}, records.Committed, true},
		{"an obligation behind one without an answer", records.Doc{DocType: fis.RequestObligation, Revision: 2},
			[]records.Sibling{doc(records.Posted, 1, 1), doc(records.Filed, 2, 2)}, records.Waits, true},
		{"an obligation without the ones before", records.Doc{DocType: fis.RequestObligation, Revision: 9},
			nil, records.Whole, true},
	} {
		c.new.ID, c.new.Received = "D", day(5)
		if c.new.DocType == "" {
			c.new.DocType = fis.Expense
		}
		got := records.Judge(c.new, c.others)
		if got.Kind != c.want || got.Kind == records.Revision && got.Latest != c.latest {
			t.Errorf("%s: %s, latest %v; want %s, %v", c.name, got.Kind, got.Latest, c.want, c.latest)
		}
	}
}

// The number of a further posting of a report, which stands behind its key in the ERP: what it is, and which are taken.
func testNextPosting(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	doc := func(state records.State, since, posting int) records.Sibling {
		return records.Sibling{Posting: posting, Doc: records.Doc{ID: "O", DocType: fis.Expense, State: state, Received: day(1), Since: day(since), Revision: since}}
	}
	with := func(s records.Sibling, change func(*records.Sibling)) records.Sibling { change(&s); return s }
	nothing := func(s *records.Sibling) { s.Nothing = true }
	alarm := func(s *records.Sibling) { s.Alarm = true }
	obligation := records.Doc{DocType: fis.RequestObligation}
	for _, c := range []struct {
		name   string
		new    records.Doc
		others []records.Sibling
		as     records.PostAs
		want   int
	}{
		{"alone", records.Doc{}, nil, records.PostFull, 1},
		{"posted elsewhere, as nobody knows what", records.Doc{Revision: 1}, []records.Sibling{doc(records.Foreign, 1, 0)}, records.PostAdd, 2},
		{"revisions 1 and 2 are not known", records.Doc{Revision: 3}, nil, records.PostAdd, 3},
		{"one that was left in Concur tells nothing of those before it", records.Doc{Revision: 3}, []records.Sibling{doc(records.Left, 2, 0)}, records.PostAdd, 3},
		{"revision 2 is not known", records.Doc{Revision: 3}, []records.Sibling{doc(records.Posted, 1, 1)}, records.PostAdd, 3},
		{"the highest counts", records.Doc{Revision: 3}, []records.Sibling{doc(records.Posted, 1, 4), doc(records.Posted, 2, 2)}, records.PostAdd, 5},
		{"by hand after one from here", records.Doc{Revision: 3}, []records.Sibling{doc(records.Posted, 1, 2), doc(records.Posted, 2, 0)}, records.PostReplace, 4},
		{"by hand before one from here", records.Doc{Revision: 3}, []records.Sibling{doc(records.Posted, 1, 0), doc(records.Posted, 2, 2)}, records.PostReplace, 3},
		{"refused", records.Doc{Revision: 2}, []records.Sibling{doc(records.Rejected, 1, 1)}, records.PostFull, 1},
		{"refused, but the ERP may have a part", records.Doc{Revision: 3}, []records.Sibling{doc(records.Posted, 1, 1), with(doc(records.Rejected, 2, 2), alarm)}, records.PostAdd, 3},
		{"rejected before it was in a file, with an alarm", records.Doc{Revision: 2}, []records.Sibling{with(doc(records.Rejected, 1, 0), alarm)}, records.PostAdd, 2},
		{"recalled, and reversed in the ERP", records.Doc{Revision: 2}, []records.Sibling{with(doc(records.Posted, 1, 1),
			func(s *records.Sibling) { s.Code, s.Told = 112, records.Done })}, records.PostFull, 2},
		{"nothing was posted", records.Doc{Revision: 3}, []records.Sibling{doc(records.Posted, 1, 1), with(doc(records.Posted, 2, 0), nothing)}, records.PostReplace, 2},
		{"beside one that waits to be issued again", records.Doc{Revision: 2}, []records.Sibling{doc(records.Acknowledged, 1, 1)}, records.PostFull, 2},
		{"gone from Concur", records.Doc{Revision: 1}, []records.Sibling{doc(records.Gone, 1, 1)}, records.PostFull, 1},
		{"the first obligation", obligation, nil, records.PostReplace, 1},
		{"an obligation after one that committed nothing", obligation, []records.Sibling{with(doc(records.Posted, 1, 0), nothing)}, records.PostReplace, 1},
		{"an obligation beside what others committed", obligation, nil, records.PostAdd, 2},
		{"a further obligation", obligation, []records.Sibling{doc(records.Posted, 1, 1), doc(records.Posted, 2, 2)}, records.PostReplace, 3},
		{"given back of an advance that has no answer yet", records.Doc{DocType: fis.CashAdvance, Direction: -1},
			[]records.Sibling{with(doc(records.Filed, 1, 1), func(s *records.Sibling) { s.Direction, s.DocType = 1, fis.CashAdvance })}, records.PostFull, 2},
		{"given back of an advance that was refused", records.Doc{DocType: fis.CashAdvance, Direction: -1},
			[]records.Sibling{with(doc(records.Rejected, 1, 1), func(s *records.Sibling) { s.Direction, s.DocType = 1, fis.CashAdvance })}, records.PostFull, 1},
	} {
		c.new.ID, c.new.Received = "Z", day(9)
		if c.new.DocType == "" {
			c.new.DocType = fis.Expense
		}
		s := records.Judge(c.new, c.others)
		if got := s.NextPosting(c.as, 0); got != c.want || s.Takes(got) {
			t.Errorf("%s: number %d, want %d", c.name, got, c.want)
		}
	}
}

// The transaction that makes an import file refuses what nobody has decided, whatever the run believed: two documents
// of a report in one file, one beside a posted one, a replacing one against something else than what is posted now.
func testReportIsPostedOnce(t *testing.T) {
	j, _ := open(t)
	ctx := t.Context()
	put := func(id string) {
		t.Helper()
		a := arrival(id)
		a.ReportID = "R"
		if _, err := j.StoreArrivals(ctx, []journal.Arrival{a}, j.Now(), ""); err != nil {
			t.Fatal(err)
		}
		if err := j.SettleAck(ctx, []journal.AckOutcome{{DocID: id, State: records.Acknowledged}}); err != nil {
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
	if _, err := createParts(j, "document", 2, records.Part{DocID: "B", PostAs: records.PostReplace, Basis: []records.Place{{File: 99, Doc: "A"}}}); err == nil {
		t.Fatal("a document replaces something else than what is posted")
	}
	if _, err := createParts(j, "document", 2, records.Part{DocID: "B", PostAs: records.PostReplace, Basis: []records.Place{{File: f.ID, Doc: "A"}}, Posting: 1}); err == nil {
		t.Fatal("a document has the number of the one that is posted, and so its key")
	}
	if _, err := createParts(j, "document", 2, records.Part{DocID: "B", PostAs: records.PostReplace, Basis: []records.Place{{File: f.ID, Doc: "A"}}, Posting: 2, Written: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
}
