package worlds

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// status is what the service has of a sample.
func (w *world) status(name string) fis.Status {
	w.t.Helper()
	d, ok := w.fis.Document(w.id(name))
	if !ok {
		w.t.Fatalf("the service does not know %s", name)
	}
	return d.Status
}

// An ERP that takes a file completely or not at all rejects it because of two documents: those are confirmed as errors
// with its messages, the file is withdrawn, a new one with the next number holds the others, and only its full
// acceptance confirms them as success.
func TestReissueWhenTheERPRejects(t *testing.T) {
	rejects := []simerp.Rule{{Document: docID(t, "59-erp-rejects"), Code: "KI235", Text: "cost centre 9990 is closed for posting"},
		{Document: docID(t, "44-zloty-lodz"), Code: "F5102", Text: "posting period 008 is not open"}}
	w := begin(t, setup{whole: true, files: 100, reject: rejects})
	w.idle()
	w.answer()
	s := w.idle()
	if s.Rejected != 2 && len(w.names("in")) != 1 {
		t.Errorf("want two documents rejected and a new file with the others: %+v", s)
	}
	for name, want := range map[string]fis.Status{"59-erp-rejects": fis.StatusPostedFailure, "44-zloty-lodz": fis.StatusPostedFailure,
		"01-cash-taxi": fis.StatusAcknowledged, "47-invoice-plain": fis.StatusAcknowledged} {
		if got := w.status(name); got != want {
			t.Errorf("before the new file is accepted, %s must be %s, it is %s", name, want, got)
		}
	}
	w.answer()
	w.idle()
	w.pay(simerp.PayInFull)
	w.idle()
	w.check()
	if files := w.erp.Books().Files; len(files) != 2 || files[1].Sequence != 2 || files[1].Rejected != 0 || len(files[0].Documents)-len(files[1].Documents) != 2 {
		t.Errorf("want file 2 to be file 1 without two documents: %+v", files)
	}
}

// The operator knows from the ERP's people what is wrong before any answer comes: reissue FILE --without DOC. The
// answer to the withdrawn file, when it comes late, changes nothing.
func TestReissueByHand(t *testing.T) {
	w := begin(t, setup{whole: true, files: 100, faults: simerp.Faults{Silent: true}})
	w.idle()
	w.answer()
	w.idle()
	bad := w.id("59-erp-rejects")
	if e := w.command(1, "reissue", "books/1", "--without", w.id("56-test-user"), "--reason", "wrong document"); !strings.Contains(e.err, "not in import file") {
		t.Errorf("a document that is not in the file: %s", e)
	}
	if e := w.command(2, "reissue", "books/1", "--without", bad); !strings.Contains(e.err, "reason") {
		t.Errorf("no reason was given: %s", e)
	}
	w.command(0, "reissue", "books/1", "--without", bad, "--reason", "cost centre closed, says accounting", "--message", "cost centre 9990 is closed for posting")
	w.idle()
	if got := w.status("59-erp-rejects"); got != fis.StatusPostedFailure {
		t.Errorf("the document taken out must be confirmed as an error, it is %s", got)
	}
	w.command(1, "reissue", "books/1", "--reason", "again")
	e := w.command(0, "show", bad)
	for _, want := range []string{"cost centre closed, says accounting", "books_000001"} {
		if !strings.Contains(e.out, want) {
			t.Errorf("show must tell %q:\n%s", want, e.out)
		}
	}
	w.erp.SetFaults(simerp.Faults{})
	w.answers()
	w.pay(simerp.PayInFull)
	w.idle()
	w.check()
	w.command(0, "audit", "verify")
}

// An import file that never arrived, though a rename was under way: the operator says so, and its documents go out in a
// new file.
func TestFileLost(t *testing.T) {
	w := begin(t, setup{files: 100})
	take := func(string) { w.must(removeAll(w.path("in"))) }
	w.sftp.Switch(simsftp.Fault{Op: simsftp.OpRename, Nth: 1, Do: simsftp.DoCutAfter, Then: take}, simsftp.Fault{Op: simsftp.OpPosixRename, Nth: 1, Do: simsftp.DoCutAfter, Then: take})
	_, _ = w.run()
	w.sftp.Switch()
	s := w.idle()
	if got := s.alarmsOf(); len(got) != 1 || got[0] != "unverified" || len(w.names("in")) != 0 {
		t.Fatalf("want the alarm unverified and no second file by itself, got %v, %v", got, w.names("in"))
	}
	w.command(0, "mark", "file", "books/1", "lost", "--reason", "the ERP's people looked: it is not there")
	s = w.idle()
	if len(s.Alarms) != 0 || len(w.names("in")) != 1 {
		t.Fatalf("want the alarm gone and a new file: %v, %v", s.Alarms, w.names("in"))
	}
	// The ERP never saw number 1, so it refuses number 2 until it is told; what counts here is that the new file holds
	// every document once.
	debits, _, err := sumsOf(w.path("in", w.names("in")[0]))
	w.must(err)
	for _, k := range w.input {
		if sum, there := debits[k.id]; there != (k.fate == told) || there && !sum.Equal(k.debit) {
			t.Errorf("%s: in the new file %v with %s, want %s", k.sample, there, sum, k.debit)
		}
	}
}

// The file that is to be issued again still lies where the ERP finds it: it would import both, so the command refuses
// until it was taken out.
func TestReissueLooksWhetherTheFileStillLiesThere(t *testing.T) {
	w := begin(t, setup{whole: true, files: 100})
	w.idle()
	name := w.names("in")[0]
	e := w.command(1, "reissue", "books/1", "--reason", "wrong mapping")
	if !strings.Contains(e.err, name+" still lies in") || !strings.Contains(e.err, "take it out of that folder first") {
		t.Errorf("%s", e)
	}
	w.idle()
	if got := w.names("in"); len(got) != 1 {
		t.Errorf("want the one file, got %q", got)
	}
	w.must(removeAll(w.path("in")))
	w.command(0, "reissue", "books/1", "--reason", "wrong mapping")
	w.idle()
	if got := w.names("in"); len(got) != 1 || got[0] == name {
		t.Errorf("want one new file, got %q", got)
	}
}
