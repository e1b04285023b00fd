package worlds

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/journaltest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/said"
)

const looksConfig = `concur:
  base_url: https://us2.api.concursolutions.com
  company_uuid: 1b0c2f1e-0000-4000-8000-000000000001
  client_id: client
  client_secret: env:FISBRIDGE_CLIENT_SECRET
  system_id: LOOK
journal:
  path: journal.db
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
    returns: {folder: ledger-out}
`

// many is a working folder with a journal of many documents: nights of 500, each filed, answered and told, but the last
// one.
type many struct {
	testing.TB
	dir string
	j   *journal.Journal
	at  time.Time
	ctx context.Context
}

const aNight = 500

func lookID(i int) string {
	sum := sha256.Sum256([]byte(fmt.Sprint("document ", i)))
	return strings.ToUpper(hex.EncodeToString(sum[:16]))
}

func newMany(t testing.TB, dir string, documents int) *many {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, config.FileName), []byte(looksConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	return manyAt(t, dir, filepath.Join(dir, "journal.db"), documents)
}

// manyAt makes the journal alone.
func manyAt(t testing.TB, dir, path string, documents int) *many {
	t.Helper()
	return manyIn(t, dir, journal.Place{Path: path}, documents)
}

// manyIn makes it wherever journals lie.
func manyIn(t testing.TB, dir string, at journal.Place, documents int) *many {
	t.Helper()
	m := &many{TB: t, dir: dir, at: time.Date(2026, 1, 5, 2, 0, 0, 0, time.UTC), ctx: context.Background()}
	var err error
	m.j, err = at.Open(m.ctx, func() time.Time { return m.at }, "fisbridge run")
	m.ok(err)
	for from := 0; from < documents; from += aNight {
		m.night(from, min(from+aNight, documents), from+aNight >= documents)
		m.at = m.at.Add(24 * time.Hour)
	}
	m.ok(m.j.Close())
	return m
}

func (m *many) ok(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

// night fetches documents, files them, and has them answered and confirmed; of the last night the ERP has not answered
// yet.
func (m *many) night(from, to int, last bool) {
	run, err := m.j.StartRun(m.ctx)
	m.ok(err)
	route, docType, number := "expenses", fis.Expense, int64(from/aNight/2+1)
	if from/aNight%2 == 1 {
		route, docType = "ledger", fis.Invoice
	}
	var arrivals []journal.Arrival
	var acks []journal.AckOutcome
	var parts journaltest.Parts
	totals := map[string]records.Sum{}
	for i := from; i < to; i++ {
		amount, err := fis.ParseAmount(fmt.Sprintf("%d.%02d", 10+i%5000, i%100))
		m.ok(err)
		id := lookID(i)
		arrivals = append(arrivals, journal.Arrival{Envelope: fis.Envelope{ID: id, DocType: docType, Document: []byte(`{"report":{"reportId":"` + id[:20] + `"}}`)}, Route: route, ReportID: id[:20],
			ReportKey: fmt.Sprint(100000 + i), ReportNumber: fmt.Sprintf("%06X", i), EmployeeID: fmt.Sprintf("S-%d", i%3000), Title: fmt.Sprintf("Visit %s, week %d", lookID(i % 700)[:6], i%53), Person: fmt.Sprintf("Noirin O'Hanlon-%s", lookID(i % 3000)[:5]), Currency: []string{"EUR", "USD"}[i%2], Amount: amount})
		acks = append(acks, journal.AckOutcome{DocID: id, State: records.Acknowledged, Millis: 300})
		parts = append(parts, records.Part{DocID: id, FirstLine: 2*(i-from) + 1, LastLine: 2*(i-from) + 2, Rows: 2, Currency: arrivals[i-from].Currency, Debit: amount, Credit: amount})
		s := totals[arrivals[i-from].Currency]
		totals[arrivals[i-from].Currency] = records.Sum{Debit: s.Debit.Add(amount), Credit: s.Credit.Add(amount)}
	}
	_, err = m.j.StoreArrivals(m.ctx, arrivals, m.at, "c")
	m.ok(err)
	m.ok(m.j.SettleAck(m.ctx, acks))
	body := strings.Repeat("line\n", 2*len(parts))
	sum := sha256.Sum256([]byte(body))
	f := records.File{Route: route, Sequence: number, Name: fmt.Sprintf("%s-%06d.csv", route, number), TempName: ".t", Acceptance: "document", SHA256: hex.EncodeToString(sum[:]), Size: int64(len(body)),
		Lines: 2 * len(parts), Totals: totals}
	m.ok(m.j.CreateFile(m.ctx, &f, parts, strings.NewReader(body)))
	begun, err := m.j.BeginUpload(m.ctx, []records.File{f}, func(records.File, int64) string { return ".t" })
	m.ok(err)
	_, err = m.j.Uploaded(m.ctx, begun...)
	m.ok(err)
	m.ok(m.j.DropDone(m.ctx, false, begun...))
	if !last {
		m.answer(route, docType, f, from, to)
	}
	m.ok(m.j.EndRun(m.ctx, run, 0, `{}`))
}

func (m *many) answer(route string, docType fis.DocType, f records.File, from, to int) {
	name := f.Name + ".txt"
	sum := sha256.Sum256([]byte(name))
	r, err := m.j.CollectResult(m.ctx, route, name, hex.EncodeToString(sum[:]), int64(len(name)), strings.NewReader(name), nil)
	m.ok(err)
	outcomes := map[string]fis.Outcome{}
	for i := from; i < to; i++ {
		outcomes[lookID(i)] = fis.Outcome{Verdict: fis.Posted, Number: fmt.Sprint(5100000000 + i)}
		if i%50 == 7 {
			outcomes[lookID(i)] = fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "cost centre is closed"}}}
		}
	}
	_, err = m.j.ApplyResult(m.ctx, r, "test", func(a *journal.Apply) error {
		for i := from; i < to; i++ {
			if err := a.Add(records.ResultRow{Line: i - from + 1, Kind: records.OutcomeRow, DocID: lookID(i), FileID: f.ID, Verdict: outcomes[lookID(i)].Verdict}); err != nil {
				return err
			}
		}
		if err := a.EachDocument(func(told said.Document) error { return a.Outcome(told, outcomes[told.Doc.ID]) }); err != nil {
			return err
		}
		return a.SettleFiles()
	})
	m.ok(err)
	due, err := m.j.DueConfirmations(m.ctx, docType, to-from)
	m.ok(err)
	due, err = m.j.IntendConfirmations(m.ctx, due)
	m.ok(err)
	var settled []journal.Settled
	for _, c := range due {
		settled = append(settled, journal.Settled{DocID: c.DocID, State: records.Done})
	}
	m.ok(m.j.SettleConfirmations(m.ctx, settled))
	m.ok(m.j.ResultMoved(m.ctx, r.ID, "archive/"+name))
}

// looks are what people ask of a journal every day; the document is one in its middle.
func looks(documents int) map[string][]string {
	i := documents / 2
	return map[string][]string{
		"status":         {"status"},
		"list":           {"list", "documents"},
		"list-state":     {"list", "documents", "--state", "posted"},
		"list-route":     {"list", "documents", "--route", "ledger", "--state", "rejected"},
		"list-since":     {"list", "documents", "--since", "2026-01-20"},
		"list-employee":  {"list", "documents", "--employee", fmt.Sprintf("S-%d", i%3000)},
		"list-amount":    {"list", "documents", "--amount", fmt.Sprintf("%d.%02d", 10+i%5000, i%100)},
		"list-files":     {"list", "files"},
		"find-number":    {"list", "documents", "--find", fmt.Sprint(5100000000 + i)},
		"find-report":    {"list", "documents", "--find", strings.ToLower(lookID(i)[:12])},
		"find-name":      {"list", "documents", "--find", "hanlon-" + lookID(i % 3000)[:5]},
		"text":           {"list", "documents", "--text", "hanlon week " + lookID(i % 700)[:6]},
		"text-nothing":   {"list", "documents", "--text", "nothing like it"},
		"report":         {"report"},
		"show":           {"show", lookID(i)},
		"show-report":    {"show", lookID(i)[:20]},
		"show-beginning": {"show", lookID(i)[:10]},
		"show-number":    {"show", fmt.Sprint(5100000000 + i)},
	}
}

// BenchmarkLooks runs the commands that look as whole processes, in a journal of many documents and in an empty one,
// and gives the CPU of each, user and system together. FISBRIDGE_LOOKS names another number of documents than 100,000;
// FISBRIDGE_LOOKS_IN keeps the folder.
func BenchmarkLooks(b *testing.B) {
	documents := 100_000
	if n, err := strconv.Atoi(os.Getenv("FISBRIDGE_LOOKS")); err == nil {
		documents = n
	}
	full, empty := os.Getenv("FISBRIDGE_LOOKS_IN"), b.TempDir()
	if full == "" {
		full = b.TempDir()
	}
	if _, err := os.Stat(filepath.Join(full, "journal.db")); err != nil {
		newMany(b, full, documents)
	}
	newMany(b, empty, 0)
	program := filepath.Join(b.TempDir(), "fisbridge")
	if out, err := exec.Command("go", "build", "-o", program, source).CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	cpu := func(dir string, args ...string) float64 {
		c := exec.Command(program, args...)
		c.Dir, c.Stdout, c.Stderr = dir, io.Discard, io.Discard
		c.Env = append(os.Environ(), "FISBRIDGE_CLIENT_SECRET=x")
		_ = c.Run() // 3: something needs a person
		return float64((c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Microseconds()) / 1000
	}
	for name, args := range looks(documents) {
		b.Run(name, func(b *testing.B) {
			var with, without float64
			for b.Loop() {
				with += cpu(full, args...)
				without += cpu(empty, args...)
			}
			b.ReportMetric(with/float64(b.N), "cpu-ms")
			b.ReportMetric(without/float64(b.N), "cpu-ms-empty")
			b.ReportMetric(0, "ns/op")
		})
	}
}
