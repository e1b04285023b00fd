package bridge_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/journaltest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// lineTemplate is a ledger whose result files have one row for each line of our file.
const lineTemplate = `name: lines
title: Journal with an answer for each line
documents: [expense]
acceptance: document
file: { kind: delimited, encoding: utf-8, line_end: lf, delimiter: ";", header: false, decimals: 2, date_form: yyyy-MM-dd }
file_name: "L{sequence:000000}.csv"
grouping: { by: run }
records:
  - name: Line
    repeat: posting
    fields:
      - { name: Account, type: code, width: 20, value: line.account }
      - { name: Debit, type: amount, width: 23, value: line.debit }
      - { name: Credit, type: amount, width: 23, value: line.credit }
      - { name: Reference, type: code, width: 32, required: true, value: document.id }
amounts:
  rows: [{ record: Line, debit: Debit, credit: Credit, document: Reference }]
results:
  - name: lines
    files: "*.csv"
    kind: posting
    level: line
    posted_lines: checked
    layout: { kind: delimited, encoding: utf-8, line_end: lf, delimiter: ",", quoting: minimal, header: true, date_form: yyyy-MM-dd }
    records:
      - name: Row
        fields:
          - { name: doc_id, type: code, required: true }
          - { name: line, type: integer }
          - { name: status, type: code, required: true }
          - { name: company, type: code }
          - { name: document_number, type: code }
          - { name: date, type: date }
          - { name: message, type: text }
    columns:
      - { role: doc_id, field: doc_id }
      - { role: file_line, field: line }
      - { role: outcome, field: status, words: { ok: posted, error: rejected } }
      - { role: company, field: company }
      - { role: document_number, field: document_number }
      - { role: posting_date, field: date }
      - { role: message, field: message }
`

const lineRoute = `
  - name: lines
    doc_types: [expense]
    mapping: lines.yaml
    drop: { target: erp, folder: in }
    returns: { folder: out, settle: 0s, min_age: 0s }
`

func lineWorld(t testing.TB) *world {
	return newWorld(t, options{routes: lineRoute, mappings: map[string]string{"lines.yaml": "template: lines\n"},
		templates: fstest.MapFS{"lines/template.yaml": {Data: []byte(lineTemplate)}}})
}

// scaleID is a docId as Concur makes them: 32 hexadecimal digits in no order.
func scaleID(i int) string {
	sum := sha256.Sum256([]byte(fmt.Sprint("document ", i)))
	return strings.ToUpper(hex.EncodeToString(sum[:16]))
}

// fileMany puts so many documents of so many lines each into one import file that the ERP has.
func (w *world) fileMany(documents, lines int) {
	w.Helper()
	var parts []records.Part
	ten, err := fis.ParseAmount("10.00")
	w.ok(err)
	for from := 0; from < documents; from += 1000 {
		var arrivals []journal.Arrival
		var acks []journal.AckOutcome
		for i := from; i < min(from+1000, documents); i++ {
			id := scaleID(i)
			arrivals = append(arrivals, journal.Arrival{Envelope: fis.Envelope{ID: id, DocType: fis.Expense,
				Document: []byte("{}")}, Route: "lines", ReportID: "R" + id[:19], Currency: "EUR", Amount: ten})
			acks = append(acks, journal.AckOutcome{DocID: id, State: records.Acknowledged})
			parts = append(parts, records.Part{DocID: id, FirstLine: i*lines + 1, LastLine: (i + 1) * lines,
				Rows: lines, Currency: "EUR", Debit: ten, Credit: ten})
		}
		_, err := w.j.StoreArrivals(w.ctx, arrivals, w.clock.now(), "")
		w.ok(err)
		w.ok(w.j.SettleAck(w.ctx, acks))
	}
	f := &records.File{Route: "lines", Sequence: 1, Name: "L000001.csv", TempName: ".L000001.csv.part",
		Acceptance: "document", Lines: documents * lines, Totals: map[string]records.Sum{}}
	w.ok(w.j.CreateFile(w.ctx, f, journaltest.Parts(parts), strings.NewReader("")))
	begun, err := w.j.BeginUpload(w.ctx, []records.File{*f}, func(records.File, int64) string { return ".t" })
	w.ok(err)
	up := begun[0]
	w.uploaded(up)
	w.ok(w.j.DropDone(w.ctx, false, up))
}

// answerMany writes the ERP's answer for each line; one document in fifty is rejected in its second line.
func (w *world) answerMany(name string, documents, lines int) string {
	w.Helper()
	path := filepath.Join(w.dir, "erp", "out", name)
	f, err := os.Create(path)
	w.ok(err)
	b := bufio.NewWriterSize(f, 1<<20)
	b.WriteString("doc_id,line,status,company,document_number,date,message\n")
	for i := range documents {
		id := scaleID(i)
		for l := range lines {
			switch {
			case i%50 != 7:
				fmt.Fprintf(b, "%s,%d,ok,1000,%d,2026-03-31,\n", id, i*lines+l+1, 1900000000+i)
			case l == 1 || lines == 1:
				fmt.Fprintf(b, "%s,%d,error,,,,cost centre %d is closed\n", id, i*lines+l+1, 1000+i%1000)
			default:
				fmt.Fprintf(b, "%s,%d,ok,1000,,2026-03-31,\n", id, i*lines+l+1)
			}
		}
	}
	w.ok(b.Flush())
	w.ok(f.Close())
	w.ok(os.Chtimes(path, w.clock.now(), w.clock.now()))
	return path
}

// answeredWorld is one in which the ERP has answered an import file, while the service cannot be reached.
func answeredWorld(t testing.TB, documents, lines int) *world {
	w := lineWorld(t)
	w.service = offline{}
	w.load()
	w.fileMany(documents, lines)
	w.answerMany("answer.csv", documents, lines)
	return w
}

// takeAnswer takes the answer from the return folder.
func (w *world) takeAnswer(documents int) {
	w.Helper()
	s, err := w.b.Returns(w.ctx)
	w.ok(err)
	if s.Results != 1 || s.Posted+s.Rejected != documents || s.Rejected != documents/50 {
		w.Fatalf("%+v", s)
	}
}

// What the benchmark does is also a test, with fewer lines.
func TestResultFileOfManyLines(t *testing.T) {
	answeredWorld(t, 200, 30).takeAnswer(200)
}

// A transaction over thousands of documents rests between them: what it wrote before is sealed, counted and found as
// in a small one, nothing is told twice, and a document that it writes again has the newer seal.
func TestLongTransactionsRest(t *testing.T) {
	const documents = 3000
	w := answeredWorld(t, documents, 1)
	w.takeAnswer(documents)
	_, facts, err := w.j.VerifyFacts(w.ctx)
	w.ok(err)
	_, derived, err := w.j.VerifyDerived(w.ctx)
	w.ok(err)
	_, _, breaks, err := w.j.VerifyHistory(w.ctx)
	w.ok(err)
	if len(facts)+len(derived)+len(breaks) > 0 {
		t.Fatalf("%v\n%v\n%v", facts, derived, breaks)
	}
	for _, i := range []int{0, documents - 1} {
		history, err := w.j.History(w.ctx, scaleID(i), 0, 0)
		w.ok(err)
		events := ""
		for _, e := range history {
			events += e.Event + ", "
		}
		if want := "stored, acknowledgement intended, acknowledged, filed, posted, "; events != want {
			t.Errorf("document %d: %q, want %q", i, events, want)
		}
	}
}

// BenchmarkResultFile takes a CSV result file of 1,000,000 rows from the return folder: collected, read, matched,
// folded, and in the journal with the outcome of each document. Beside it, what it takes only to split the file, and to
// insert its rows one by one.
//
//	go test -run '^$' -bench ResultFile -benchtime 1x ./internal/bridge
func BenchmarkResultFile(b *testing.B) {
	for _, c := range []struct{ documents, lines int }{{100_000, 10}, {1_000, 1_000}} {
		b.Run(fmt.Sprintf("%d_documents_of_%d_lines", c.documents, c.lines), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				w := answeredWorld(b, c.documents, c.lines)
				peak := newPeak(b)
				b.StartTimer()
				w.takeAnswer(c.documents)
				b.StopTimer()
				peak.report(b)
				b.StartTimer()
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/file")
		})
	}
	w := lineWorld(b)
	path := w.answerMany("answer.csv", 100_000, 10)
	b.Run("baseline_split_only", func(b *testing.B) {
		for b.Loop() {
			readAll(b, path)
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/file")
	})
	b.Run("baseline_one_insert_a_row", func(b *testing.B) {
		const sample = 2000
		for b.Loop() {
			insertRows(b, filepath.Join(b.TempDir(), "naive.db"), sample)
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1_000_000/sample, "s/file")
	})
}

// offline is a service that cannot be reached.
type offline struct{ bridge.Service }

func (offline) BeginRun() {}

func (offline) Status(context.Context) (concur.Status, error) {
	return concur.Status{LoggedIn: true}, nil
}

func (offline) Pause(_ context.Context, err error) error { return err }

func (offline) ConfirmPostings(context.Context, fis.DocType, []concur.PostingConfirmation) ([]concur.Answer, error) {
	return nil, errors.New("offline")
}

// insertRows is how one would keep the rows without further thought: each in a transaction of its own, as safe on disk
// as ours.
func insertRows(b *testing.B, path string, n int) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE rows (doc_id TEXT, line INTEGER, status TEXT, number TEXT)"); err != nil {
		b.Fatal(err)
	}
	for i := range n {
		if _, err := db.Exec("INSERT INTO rows VALUES ($1, $2, $3, $4)", scaleID(i), i, "ok",
			"1900000001"); err != nil {
			b.Fatal(err)
		}
	}
}

// peak measures the process's largest resident memory, the database's with it, where the system tells (Linux).
type peak struct{ before int64 }

func newPeak(b *testing.B) *peak {
	debug.FreeOSMemory()
	// begins the high-water mark anew; else setting up counts too
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600)
	return &peak{before: status("VmRSS")}
}

func (p *peak) report(b *testing.B) {
	if high := status("VmHWM"); high > 0 {
		b.ReportMetric(float64(high)/1024, "peak-MiB")
		b.ReportMetric(float64(high-p.before)/1024, "grown-MiB")
	}
}

// status is a figure of /proc/self/status in KiB, 0 where there is none.
func status(name string) (kib int64) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			fmt.Sscan(rest, &kib)
		}
	}
	return kib
}

func readAll(b *testing.B, path string) {
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(bufio.NewReader(f))
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}
