package proof

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// cobolLedger is the COBOL program of testdata with the template's own copybook.
type cobolLedger struct{ program string }

func compileLedger(t *testing.T) cobolLedger {
	t.Helper()
	l := cobolLedger{filepath.Join(t.TempDir(), "ledger")}
	out, ok := run(t.Context(), t, external(t, "cobc"), "-x", "-fsign=EBCDIC", "-I", "../../templates/legacy-fixed", "-o", l.program, "testdata/ledger.cob")
	if !ok {
		t.Fatal(out)
	}
	return l
}

// cobolAnswer is what the ledger leaves: nil for a file that it did not write.
type cobolAnswer struct {
	ack, rej, pay []byte
	output        string
	whole         bool // it found no fault with the file itself
}

// take gives the ledger a file.
func (l cobolLedger) take(t *testing.T, file []byte, closed ...string) cobolAnswer {
	t.Helper()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string, data []byte) {
		if err := os.WriteFile(at(name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("journal", file)
	write("closed", []byte(strings.Join(append(closed, ""), "\n")))
	var a cobolAnswer
	a.output, a.whole = run(t.Context(), t, l.program, at("journal"), at("closed"), at("ack"), at("rej"), at("pay"))
	for name, into := range map[string]*[]byte{"ack": &a.ack, "rej": &a.rej, "pay": &a.pay} {
		data, err := os.ReadFile(at(name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		*into = data
	}
	return a
}

// legacyFiles are the files of all samples, one for each currency.
func legacyFiles(t *testing.T) []*importFile {
	t.Helper()
	files, refused := render(t, readyPlan(t, "legacy-fixed"), sampleDocuments(t), 42)
	checkRefused(t, refused, "KWD") // dinars have three decimals
	if len(files) < 7 {
		t.Fatalf("%d files: the samples have more currencies", len(files))
	}
	return files
}

// A COBOL ledger finds every total of every file right, books them, and what it answers is what becomes of the
// documents: posted, and paid what is owed to the employee.
func TestCobolBooksEveryFile(t *testing.T) {
	ledger, plan := compileLedger(t), readyPlan(t, "legacy-fixed")
	for _, f := range legacyFiles(t) {
		for i, line := range strings.SplitAfter(strings.TrimSuffix(string(f.data), "\n"), "\n") {
			if len(strings.TrimSuffix(line, "\n")) != 120 {
				t.Errorf("%s line %d has %d bytes", f.name, i+1, len(line))
			}
		}
		a := ledger.take(t, f.data)
		if !a.whole || a.rej != nil {
			t.Errorf("%s: %s%s", f.name, a.output, a.rej)
			continue
		}
		batch := fmt.Sprintf("CNQR%06d", f.sequence)
		rows, sum := readResult(t, plan, batch+".ack", a.ack)
		if sum.Files != 1 || sum.Rows != 1 || rows[0].Refs.FileSequence != f.sequence || rows[0].Accepted != len(f.parts) {
			t.Fatalf("%s: %q reads as %+v", f.name, a.ack, rows)
		}
		folded := returns.FoldFile(rows, returns.FileTally{Documents: len(f.parts), Lines: f.totals.Rows})
		want := returns.FileFolded{State: returns.Settled, Outcome: fis.Outcome{Verdict: fis.Posted, Number: fmt.Sprintf("J%06d", f.sequence)}, Counted: true}
		if diff := cmp.Diff(want, folded); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.name, diff)
		}
		checkPayments(t, f, a.pay)
	}
}

// checkPayments holds the payments that COBOL wrote, amounts with its own overpunched sign, against the posting lines.
func checkPayments(t *testing.T, f *importFile, pay []byte) {
	t.Helper()
	want := map[string]string{}
	for _, env := range f.envelopes {
		doc := parse(t, env)
		res, err := posting.Derive(doc, posting.Options{Round: true})
		if err != nil {
			t.Fatal(err)
		}
		owed := fis.Zero
		for i := range res.Lines {
			if l := &res.Lines[i]; l.Role == posting.EmployeePayable && l.AccountCode == "" {
				owed = owed.Sub(l.Amount())
			}
		}
		if owed.IsPositive() {
			want[documentKey(doc)] = owed.StringFixed(2) + " " + f.group
		}
	}
	rows, sum := readResult(t, readyPlan(t, "legacy-fixed"), "PAY"+f.group+".dat", pay)
	got := map[string]string{}
	for _, r := range rows {
		got[r.Refs.ReportKey] = r.Payment.Amount.StringFixed(2) + " " + r.Payment.Currency
		if ref := fmt.Sprintf("PR%06d/%s", f.sequence, r.Refs.ReportKey); r.Payment.Reference != ref || r.Payment.Status != fis.PaidCompletely || r.Payment.Cleared != fis.DateOf(made()) {
			t.Errorf("%s: payment %+v, want reference %s", f.name, r.Payment, ref)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || sum.Payments != len(want) {
		t.Errorf("%s: payments (-posting lines +COBOL):\n%s", f.name, diff)
	}
}

// documentKey is how the fixed-width journal calls a document.
func documentKey(doc *fis.Document) string {
	if key := doc.ReportKey(); key != "" {
		return key
	}
	id := doc.ReportID()
	return id[max(0, len(id)-12):]
}

// All or nothing: closed accounts make the ledger refuse the whole file, naming the records. Exactly the documents of
// these records are rejected, with its words; the others go into a new file, which it books.
func TestCobolRefusesClosedAccounts(t *testing.T) {
	ledger, plan := compileLedger(t), readyPlan(t, "legacy-fixed")
	if !plan.AllOrNothing() {
		t.Fatal("the template says that the ledger takes a file whole or not at all")
	}
	closed := []string{"640500", "150200"}
	rejectedDocuments := 0
	for _, f := range legacyFiles(t) {
		var echo []string
		hit := map[int]bool{}
		for i, line := range f.lines() {
			if line[0] == 'D' && slices.Contains(closed, strings.TrimSpace(line[11:27])) {
				echo = append(echo, fmt.Sprintf("%07d%s263ACCOUNT %s IS CLOSED", i+1, line, strings.TrimSpace(line[11:27])))
				hit[f.owner(i+1)] = true
			}
		}
		if len(hit) == 0 {
			continue
		}
		rejectedDocuments += len(hit)
		a := ledger.take(t, f.data, closed...)
		if diff := cmp.Diff(strings.Join(append(echo, ""), "\n"), string(a.rej)); diff != "" || !a.whole || a.pay != nil {
			t.Fatalf("%s: %s%s", f.name, a.output, diff)
		}
		foldRejects(t, f, a, hit)
		var rest []fis.Envelope
		for i, e := range f.envelopes {
			if !hit[i] {
				rest = append(rest, e)
			}
		}
		if len(rest) == 0 {
			continue
		}
		again, refused := render(t, plan, rest, 900+f.sequence)
		if len(again) != 1 || len(refused) > 0 {
			t.Fatalf("%d files, refused %v", len(again), refused)
		}
		if b := ledger.take(t, again[0].data, closed...); !b.whole || b.rej != nil {
			t.Errorf("%s once more without the rejected documents: %s%s", f.name, b.output, b.rej)
		}
	}
	if rejectedDocuments < 10 {
		t.Errorf("%d documents were rejected: the samples have more on these accounts", rejectedDocuments)
	}
}

// foldRejects reads a refusal as fisbridge does and compares each document's outcome with the records that were
// refused.
func foldRejects(t *testing.T, f *importFile, a cobolAnswer, hit map[int]bool) {
	t.Helper()
	plan := readyPlan(t, "legacy-fixed")
	batch := fmt.Sprintf("CNQR%06d", f.sequence)
	rejects, sum := readResult(t, plan, batch+".rej", a.rej)
	if sum.Postings != bytes.Count(a.rej, []byte("\n")) {
		t.Errorf("%s: %d rows for %d records", f.name, sum.Postings, bytes.Count(a.rej, []byte("\n")))
	}
	perDocument := map[int][]returns.Row{}
	for _, r := range rejects {
		if r.Refs.FileSequence != f.sequence || !r.ByLine {
			t.Fatalf("%s: %+v", f.name, r)
		}
		perDocument[f.owner(r.Refs.FileLine)] = append(perDocument[f.owner(r.Refs.FileLine)], r)
	}
	for i, part := range f.parts {
		folded := returns.Fold(perDocument[i], returns.Coverage{Lines: part.Rows, First: part.FirstLine, Last: part.LastLine, AllOrNothing: plan.AllOrNothing()})
		if hit[i] != (folded.State == returns.Settled && folded.Outcome.Verdict == fis.Rejected) {
			t.Errorf("%s, document %s: %+v", f.name, part.DocID, folded)
		}
		if hit[i] && (folded.Outcome.Messages[0].Code != "263" || !strings.HasSuffix(folded.Outcome.Messages[0].Text, " IS CLOSED")) {
			t.Errorf("%s, document %s: %+v", f.name, part.DocID, folded.Outcome.Messages)
		}
	}
	acks, _ := readResult(t, plan, batch+".ack", a.ack)
	whole := returns.FoldFile(acks, returns.FileTally{Documents: len(f.parts), Lines: f.totals.Rows, RejectedDocuments: len(hit), RejectedLines: len(rejects)})
	if whole.State != returns.Settled || whole.Outcome.Verdict != fis.Rejected {
		t.Errorf("%s: the file: %+v", f.name, whole)
	}
}

// The ledger's checks are real: each kind of damage is found, by its own name. Were one of our totals wrong, it would
// have told.
func TestCobolFindsDamage(t *testing.T) {
	ledger := compileLedger(t)
	files := legacyFiles(t)
	f := files[slices.IndexFunc(files, func(f *importFile) bool { return f.group == "EUR" })]
	lines := f.lines()
	last := len(lines) - 1
	change := func(line, at int, to string) []byte {
		changed := slices.Clone(lines)
		changed[line] = changed[line][:at] + to + changed[line][at+len(to):]
		return []byte(strings.Join(append(changed, ""), "\n"))
	}
	tests := []struct {
		name, fault string
		file        []byte
	}{
		{"a digit of an amount", "document not balanced", change(1, 45, "9")},
		{"the sign of an amount", "document not balanced", change(1, 49, "}")},
		{"an amount with an ASCII sign", "not a number", change(1, 49, "p")},
		{"a record gone", "gap in the sequence", []byte(strings.Join(append(slices.Delete(slices.Clone(lines), 3, 4), ""), "\n"))},
		{"the last two records gone", "count differs", []byte(strings.Join(append(slices.Delete(slices.Clone(lines), last-2, last), ""), "\n"))},
		{"an account", "hash total differs", change(1, 11, "7")},
		{"the currency of a record", "another currency", change(2, 50, "USD")},
		{"the batch", "another batch in the trailer", change(0, 10, "9")},
		{"the debit total", "debits differ", change(last, 29, "9")},
		{"the credit total", "credits differ", change(last, 42, "9")},
		{"cut off", "no trailer", []byte(strings.Join(append(slices.Clone(lines[:last]), ""), "\n"))},
		{"a header in the middle", "record out of place", change(4, 0, "H")},
	}
	if a := ledger.take(t, f.data); !a.whole {
		t.Fatal(a.output)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := ledger.take(t, test.file)
			if a.whole || !strings.Contains(a.output, "fault: "+test.fault) || a.pay != nil || a.rej != nil {
				t.Errorf("want %q: %s", test.fault, a.output)
			}
		})
	}
}

// The answers in the worked case of the COBOL ledger are what the program writes, byte for byte.
func TestCobolWritesTheWorkedCase(t *testing.T) {
	ledger, c := compileLedger(t), openCase(t, "../../samples/cobol-ledger")
	s := newStory(t, c)
	answer := func(f *importFile) {
		a := ledger.take(t, f.data, c.ClosedAccounts...)
		batch := strings.TrimSuffix(f.name, ".dat")
		for name, data := range map[string][]byte{batch + ".rej": a.rej, batch + ".ack": a.ack, "PAY" + c.Created.Format("20060102") + ".dat": a.pay} {
			if data != nil {
				golden(t, filepath.Join(c.dir, "results", name), data)
			}
		}
		if a.rej != nil {
			s.take(t, batch+".rej", a.rej)
		}
		s.take(t, batch+".ack", a.ack)
	}
	answer(s.files[0])
	if len(s.files) != 2 {
		t.Fatalf("%d files: the ledger refuses the first one, so there is a second", len(s.files))
	}
	answer(s.files[1])
}
