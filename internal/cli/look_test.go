package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/journaltest"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/said"
	"github.com/fisbridge/fisbridge/internal/journal/tokens"
	"github.com/fisbridge/fisbridge/internal/why"
)

// lookWorld is a working folder whose journal has seen everything that status, show and report have words for.
type lookWorld struct {
	t   *testing.T
	dir string
	j   *journal.Journal
	at  time.Time
	ctx context.Context
	n   int
}

const lookConfig = `concur:
  base_url: https://us2.api.concursolutions.com
  company_uuid: 1b0c2f1e-0000-4000-8000-000000000001
  client_id: client
  client_secret: env:FISBRIDGE_CLIENT_SECRET
  system_id: LOOK
journal:
  path: journal/fisbridge.db
targets:
  erp: {kind: folder, path: erp}
routes:
  - name: expenses
    doc_types: [expense]
    mapping: mappings/expenses.xlsx
    drop: {target: erp, folder: in}
    returns: {folder: out}
  - name: ledger
    doc_types: [invoice]
    mapping: mappings/ledger.xlsx
    drop: {target: erp, folder: ledger}
`

// docID is a docId that people can tell apart in golden files.
func docID(name string) string {
	return strings.ToUpper(hex.EncodeToString([]byte(name + "................"))[:32])
}

func newLookWorld(t *testing.T) *lookWorld {
	t.Helper()
	w := &lookWorld{t: t, dir: t.TempDir(), at: time.Date(2026, 3, 20, 2, 15, 0, 0, time.UTC), ctx: context.Background()}
	write(t, filepath.Join(w.dir, config.FileName), w.config())
	w.must(os.MkdirAll(filepath.Join(w.dir, "journal"), 0o700))
	j, err := pgtest.At(t, w.path()).Open(w.ctx, func() time.Time { return w.at }, "fisbridge run by robot")
	w.must(err)
	w.j = j
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *lookWorld) path() string { return filepath.Join(w.dir, "journal", "fisbridge.db") }

// served tells whether the tests' journals are in PostgreSQL (pgtest.Variable).
func (w *lookWorld) served() bool { return pgtest.At(w.t, w.path()).Served() }

// config is lookConfig with the place where the tests' journals are.
func (w *lookWorld) config() string {
	at := pgtest.At(w.t, w.path())
	if !at.Served() {
		return lookConfig
	}
	write(w.t, filepath.Join(w.dir, "password"), pgtest.Password)
	return strings.Replace(lookConfig, "  path: journal/fisbridge.db\n", fmt.Sprintf("  url: %s\n  schema: %s\n  password: file:password\n", at.URL, at.Schema), 1)
}

func (w *lookWorld) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *lookWorld) later(d time.Duration) { w.at = w.at.Add(d) }

func amount(t *testing.T, s string) fis.Amount {
	t.Helper()
	a, err := fis.ParseAmount(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// arrive stores documents, each written as "name amount currency".
func (w *lookWorld) arrive(route string, docType fis.DocType, left string, docs ...string) {
	w.t.Helper()
	var list []journal.Arrival
	for _, d := range docs {
		f := strings.Fields(d)
		a := journal.Arrival{Envelope: fis.Envelope{ID: docID(f[0]), DocType: docType, Document: []byte(`{"name":"` + f[0] + `"}`)}, Route: route, Left: why.Old(left, ""), IsTest: left != "",
			ReportID: "R-" + f[0], ReportKey: fmt.Sprint(1000 + w.n), Currency: f[2], Amount: amount(w.t, f[1])}
		w.n++
		list = append(list, a)
	}
	_, err := w.j.StoreArrivals(w.ctx, list, w.at, "corr-list")
	w.must(err)
}

func (w *lookWorld) acknowledge(to records.State, reason string, names ...string) {
	w.t.Helper()
	w.later(400 * time.Millisecond)
	var out []journal.AckOutcome
	for _, n := range names {
		out = append(out, journal.AckOutcome{DocID: docID(n), State: to, Reason: why.Old(reason, ""), Millis: 400, Correlation: "corr-ack"})
	}
	w.must(w.j.SettleAck(w.ctx, out))
}

// file numbers an import file of documents, and drops it as far as the state says.
func (w *lookWorld) file(route, acceptance string, sequence int64, reissueOf int64, to records.FileState, names ...string) records.File {
	w.t.Helper()
	body := strings.Repeat("line\n", 2*len(names))
	sum := sha256.Sum256([]byte(body))
	f := records.File{Route: route, Sequence: sequence, Name: fmt.Sprintf("%s-%06d.csv", route, sequence), TempName: ".t", Acceptance: acceptance, Mapping: "generic-csv",
		MappingHash: strings.Repeat("ab", 32), SHA256: hex.EncodeToString(sum[:]), Size: int64(len(body)), Lines: 2 * len(names), Totals: map[string]records.Sum{}, ReissueOf: reissueOf}
	var parts []records.Part
	for i, n := range names {
		d, err := w.j.Document(w.ctx, docID(n))
		w.must(err)
		parts = append(parts, records.Part{DocID: d.ID, FirstLine: 2*i + 1, LastLine: 2*i + 2, Rows: 2, Currency: d.Currency, Debit: d.Amount, Credit: d.Amount})
		s := f.Totals[d.Currency]
		f.Totals[d.Currency] = records.Sum{Debit: s.Debit.Add(d.Amount), Credit: s.Credit.Add(d.Amount)}
	}
	w.must(w.j.CreateFile(w.ctx, &f, journaltest.Parts(parts), strings.NewReader(body)))
	if to == records.Numbered {
		return f
	}
	begun, err := w.j.BeginUpload(w.ctx, []records.File{f}, func(records.File, int64) string { return ".t" })
	w.must(err)
	f = begun[0]
	_, err = w.j.Uploaded(w.ctx, f)
	w.must(err)
	w.must(w.j.DropDone(w.ctx, to == records.Renaming, f))
	return f
}

// answer applies a result file: outcomes by name, then payments, then lines that nobody understands.
func (w *lookWorld) answer(route, name string, outcomes map[string]fis.Outcome, payments []payment, bad ...string) records.ResultFile {
	w.t.Helper()
	sum := sha256.Sum256([]byte(name))
	r, err := w.j.CollectResult(w.ctx, route, name, hex.EncodeToString(sum[:]), int64(len(name)), strings.NewReader(name), nil)
	w.must(err)
	byID := map[string]fis.Outcome{}
	line := 0
	_, err = w.j.ApplyResult(w.ctx, r, "outcomes", func(a *journal.Apply) error {
		for _, n := range sorted(outcomes) {
			line++
			m, err := a.Match(records.Ref{Refs: fis.Refs{DocID: docID(n)}})
			if err != nil {
				return err
			}
			byID[m.Doc] = outcomes[n]
			if err := a.Add(records.ResultRow{Line: line, Kind: records.OutcomeRow, DocID: m.Doc, FileID: m.File, Verdict: outcomes[n].Verdict, Problem: m.Problem}); err != nil {
				return err
			}
		}
		for _, p := range payments {
			line++
			if err := w.pay(a, p, line); err != nil {
				return err
			}
		}
		for _, problem := range bad {
			line++
			if err := a.Add(records.ResultRow{Line: line, Problem: problem, Data: `"Mr. Secret"`}); err != nil {
				return err
			}
		}
		if err := a.EachDocument(func(told said.Document) error { return a.Outcome(told, byID[told.Doc.ID]) }); err != nil {
			return err
		}
		return a.SettleFiles()
	})
	w.must(err)
	return r
}

type payment struct {
	doc, ref string
	status   fis.PaymentStatus
	pays     bool
}

func (w *lookWorld) pay(a *journal.Apply, p payment, line int) error {
	d, err := a.Document(docID(p.doc))
	if err != nil {
		return err
	}
	said := fis.Payment{Status: p.status, Reference: p.ref, Amount: d.Amount, Currency: d.Currency, Cleared: fis.Date{Year: 2026, Month: 3, Day: 27}, ReceiverName: "Mr. Secret", ReceiverID: "S-4711"}
	problem, err := a.Payment(d, said, said, line, p.pays)
	if err != nil {
		return err
	}
	return a.Add(records.ResultRow{Line: line, Kind: records.PaymentRow, DocID: d.ID, Problem: problem})
}

func sorted[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	for i := range out {
		for k := i; k > 0 && out[k] < out[k-1]; k-- {
			out[k], out[k-1] = out[k-1], out[k]
		}
	}
	return out
}

func (w *lookWorld) confirm(to journal.Settled, names ...string) {
	w.t.Helper()
	var due []records.Confirmation
	var settled []journal.Settled
	for _, n := range names {
		s := to
		s.DocID, s.Correlation = docID(n), "corr-confirm"
		c, _, err := w.j.ConfirmationOf(w.ctx, s.DocID)
		w.must(err)
		due, settled = append(due, c), append(settled, s)
	}
	_, err := w.j.IntendConfirmations(w.ctx, due)
	w.must(err)
	w.must(w.j.SettleConfirmations(w.ctx, settled))
}

func (w *lookWorld) paid(docName string, id int64, s journal.Settled) {
	w.t.Helper()
	s.DocID, s.PaymentID, s.Correlation = docID(docName), id, "corr-pay"
	_, err := w.j.IntendPayments(w.ctx, []records.PaymentRecord{{ID: id}})
	w.must(err)
	w.must(w.j.SettlePayments(w.ctx, []journal.Settled{s}))
}

func postedAs(number string) fis.Outcome {
	return fis.Outcome{Verdict: fis.Posted, Number: number, Company: "1000", FiscalYear: "2026", Posted: fis.Date{Year: 2026, Month: 3, Day: 20}}
}

func rejectedFor(text string) fis.Outcome {
	return fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Code: "F5", Text: text}}}
}

// busyWorld is twelve days in the life of a bridge.
func busyWorld(t *testing.T) *lookWorld {
	w := newLookWorld(t)
	w.must(w.j.SaveToken(w.ctx, "1b0c2f1e-0000-4000-8000-000000000001", tokens.TokenRow{Access: "a", Refresh: "r", Geolocation: "https://us2.api.concursolutions.com", Scope: "openid", RefreshObtained: w.at.AddDate(0, -2, 0), AccessExpires: w.at.Add(time.Hour)}, testKey(w.t)))

	// the first night
	w.arrive("expenses", fis.Expense, "", "taxi 84.03 EUR", "hotel 1234567.89 EUR", "train 23.50 EUR", "dinner 12000 JPY", "oil 15.625 KWD", "late 99.99 EUR", "recall 5.00 EUR", "other 6.00 EUR")
	w.arrive("ledger", fis.Invoice, "", "paper 300.00 EUR", "wood 1428.00 EUR", "steel 357.10 EUR")
	w.arrive("", fis.Expense, "test user", "test 1.00 EUR")
	w.acknowledge(records.Acknowledged, "", "taxi", "hotel", "train", "dinner", "oil", "late", "paper", "wood", "steel")
	w.acknowledge(records.Recalled, "recalled in Concur before it was acknowledged; it returns under a new id", "recall")
	w.acknowledge(records.Foreign, "acknowledged by system OTHER", "other")
	w.later(3 * time.Second)
	w.file("expenses", "document", 1, 0, records.Dropped, "taxi", "hotel", "train", "dinner", "oil", "late")
	first := w.file("ledger", "file", 1, 0, records.Dropped, "paper", "wood", "steel")

	// the ERPs answer: the ledger takes nothing, because of one invoice
	w.later(5 * time.Hour)
	r := w.answer("expenses", "OUT1.csv", map[string]fis.Outcome{"taxi": postedAs("1900000001"), "hotel": postedAs("1900000002"), "train": rejectedFor("account 474210 is closed"), "dinner": postedAs("1900000003"), "oil": postedAs("1900000004")}, nil,
		`no document of ours has the reference "XYZ"`, "the outcome word “maybe” is not known")
	w.must(w.j.ResultMoved(w.ctx, r.ID, "failed/20260320T071503Z-OUT1.csv"))
	r = w.answer("ledger", "L1.txt", map[string]fis.Outcome{"wood": rejectedFor("vendor blocked")}, nil)
	w.must(w.j.ResultMoved(w.ctx, r.ID, "archive/20260320T071503Z-L1.txt"))
	w.later(time.Minute)
	w.confirm(journal.Settled{State: records.Done}, "taxi", "hotel", "train", "oil", "wood")
	w.confirm(journal.Settled{State: records.Stuck, Code: 198, Message: "Document cannot be processed", Alarm: why.Old("Concur refuses the posting confirmation of document "+docID("dinner")+" for good: code 198 FAILURE",
		"look the report up in Concur; then `fisbridge retry document "+docID("dinner")+" --reason …`")}, "dinner")
	w.file("ledger", "file", 2, first.ID, records.Dropped, "paper", "steel")

	// a week later: payments, and more work
	w.later(7 * 24 * time.Hour)
	r = w.answer("expenses", "PAY1.csv", nil, []payment{{"taxi", "P-1", fis.PaidCompletely, true}, {"hotel", "P-2", fis.PaidPartially, true}, {"dinner", "P-3", fis.PaidCompletely, true}, {"oil", "P-4", fis.PaidCompletely, false}})
	w.must(w.j.ResultMoved(w.ctx, r.ID, "archive/20260327T071603Z-PAY1.csv"))
	w.paid("taxi", 1, journal.Settled{State: records.Done})
	w.paid("hotel", 2, journal.Settled{State: records.Pending, Due: w.at.Add(5 * time.Minute)})
	w.arrive("expenses", fis.Expense, "", "bus 2.40 EUR", "cab 40.00 EUR", "gas 61.00 EUR", "zoo 12.00 EUR", "new 7.00 EUR")
	w.acknowledge(records.Acknowledged, "", "bus", "cab", "gas", "zoo")
	_, err := w.j.HoldMany(w.ctx, map[string]why.Reason{docID("gas"): why.Old(`Line Account: Accounts has no row for "699999": add one, or a row with * for the rest (Accounts, entry 235FD3132799CACD1737A3E95EF15CE2)`, "")})
	w.must(err)
	w.file("expenses", "document", 2, 0, records.Renaming, "bus")
	w.file("expenses", "document", 3, 0, records.Numbered, "cab")
	_, err = w.j.CollectResult(w.ctx, "expenses", "ODD.csv", fmt.Sprintf("%x", sha256.Sum256([]byte("odd"))), 3, strings.NewReader("odd"), nil)
	w.must(err)
	odd, err := w.j.FindResults(w.ctx, "ODD.csv")
	w.must(err)
	w.must(w.j.ResultUnreadable(w.ctx, odd[0], "line 1: the heading \"Document\" is missing"))
	person := w.j.As("fisbridge hold by ann")
	w.must(person.Hold(w.ctx, docID("zoo"), "waits for the budget owner"))

	// the last run
	w.later(4 * 24 * time.Hour)
	id, err := w.j.StartRun(w.ctx)
	w.must(err)
	w.later(12300 * time.Millisecond)
	w.must(w.j.EndRun(w.ctx, id, desk.ExitNeedsPerson, `{"problems":null}`))
	w.later(3 * time.Hour)
	return w
}

// exec runs a command line in the folder at the folder's own time, as if its output were so many columns wide.
func (w *lookWorld) exec(columns string, args ...string) (stdout, stderr string, code int) {
	w.t.Helper()
	w.t.Setenv("COLUMNS", columns)
	var out, errs bytes.Buffer
	a := &app{&frame.Frame{Stdin: strings.NewReader(""), Stdout: term.NewStream(&out), Stderr: term.NewStream(&errs), Now: func() time.Time { return w.at }, Actor: actor}}
	root := newRoot(a)
	root.SetArgs(append([]string{"-C", w.dir}, args...))
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	code = a.Finish(w.ctx, root.ExecuteContext(w.ctx))
	return out.String(), errs.String(), code
}

// golden compares with testdata/look/NAME; UPDATE_GOLDEN=1 writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "look", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		write(t, path, got)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// damage changes the database behind the journal's back.
func (w *lookWorld) damage(statement string) {
	w.t.Helper()
	db := pgtest.Raw(w.t, w.path())
	defer db.Close()
	for _, trigger := range []string{"history_no_update", "history_no_delete"} {
		if w.served() {
			trigger += " ON history"
		}
		_, err := db.Exec("DROP TRIGGER IF EXISTS " + trigger)
		w.must(err)
	}
	r, err := db.Exec(statement)
	w.must(err)
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		w.t.Fatalf("%s changed nothing: %v", statement, err)
	}
}

// testKey seals the tokens of tests.
func testKey(t *testing.T) tokens.TokenKey {
	t.Helper()
	key, err := tokens.NewTokenKey("a key for tests, of 32 characters")
	if err != nil {
		t.Fatal(err)
	}
	return key
}
