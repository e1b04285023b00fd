package worlds

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/journaltest"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// checkJournal compares what the journal believes with what the simulators know. It is an extra: the invariants stand
// without it.
func (w *world) checkJournal() {
	w.t.Helper()
	ctx := context.Background()
	j, err := w.journalAt().Open(ctx, time.Now, "test")
	w.must(err)
	defer j.Close()
	journaltest.NothingSilent(w.t, w.dir)
	books := w.erp.Books()
	want := map[fate]records.State{left: records.Left, held: records.Held, recalled: records.Recalled}
	for _, k := range w.input {
		d, err := j.Document(ctx, k.id)
		w.must(err)
		state := want[k.fate]
		if k.fate == told {
			state = records.Posted
			if e, _ := books.Document(k.id); e.Number == "" {
				state = records.Rejected
			}
		}
		if d.State != state {
			w.t.Errorf("%s is %s in the journal, want %s", k.sample, d.State, state)
		}
		w.checkConfirmations(ctx, j, k)
	}
	files, err := j.FilesIn(ctx, records.Accepted, records.Answered, records.Withdrawn, records.Refused, records.Dropped)
	w.must(err)
	if len(files) != len(books.Files) {
		w.t.Errorf("the journal has %d import files, the ERP read %d", len(files), len(books.Files))
	}
	for i, f := range files {
		w.clearly(&f)
		if i < len(books.Files) && (f.Name != books.Files[i].Name || f.SHA256 != books.Files[i].SHA256 || f.Documents != len(books.Files[i].Documents)) {
			w.t.Errorf("import file %d: the journal has %s with %d documents, the ERP read %s with %d, or the bytes differ", i+1, f.Name, f.Documents, books.Files[i].Name, len(books.Files[i].Documents))
		}
		if f.Unverified {
			w.t.Errorf("import file %s is still in doubt though the ERP answered it", f.Name)
		}
	}
	if _, _, breaks, err := j.VerifyHistory(ctx); err != nil || len(breaks) > 0 {
		w.t.Errorf("the history is broken: %v %v", breaks, err)
	}
}

func (w *world) checkConfirmations(ctx context.Context, j *journal.Journal, k *known) {
	w.t.Helper()
	c, ok, err := j.ConfirmationOf(ctx, k.id)
	w.must(err)
	if k.fate == told && (!ok || c.State != records.Done) {
		w.t.Errorf("%s: its confirmation is %q in the journal, want done", k.sample, c.State)
	}
	payments, err := j.PaymentsOf(ctx, k.id)
	w.must(err)
	for _, p := range payments {
		want := records.Done
		if k.docType != fis.Expense && !(w.set.marks && k.docType.IsMarkedPaid()) {
			want = records.Kept
		}
		if p.State != want {
			w.t.Errorf("%s: payment %s is %s in the journal, want %s", k.sample, p.Payment.Reference, p.State, want)
		}
	}
}

// results counts the result files in a state.
func (w *world) results(state records.ResultState) int {
	w.t.Helper()
	j, err := w.journalAt().Open(context.Background(), time.Now, "test")
	w.must(err)
	defer j.Close()
	files, err := j.ResultsIn(context.Background(), state)
	w.must(err)
	return len(files)
}

// column reads one column of the journal as it lies there.
func (w *world) column(query string) (out []string) {
	w.t.Helper()
	db := pgtest.Raw(w.t, w.journalFile())
	defer db.Close()
	rows, err := db.Query(query)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var s string
		w.must(rows.Scan(&s))
		out = append(out, s)
	}
	w.must(rows.Err())
	return out
}

// sql executes statements as the owner of the server.
func (w *world) sql(statements ...string) {
	w.t.Helper()
	db := pgtest.Raw(w.t, w.journalFile())
	defer db.Close()
	for _, s := range statements {
		_, err := db.Exec(s)
		w.must(err)
	}
}

// minuteLater is a minute by the database's clock, as leases see it.
func (w *world) minuteLater() {
	w.t.Helper()
	w.sql(`UPDATE fisbridge_fleet.companies SET lease_until = lease_until - INTERVAL '61 seconds' WHERE company = current_schema()`)
}

// A journal whose way to this program's version has not ended is shown to nobody. check ends it, also without the
// service.
func TestCheckBringsTheJournalUpToDate(t *testing.T) {
	w := two(t, setup{})
	w.answers()
	db := pgtest.Raw(t, w.journalFile())
	_, err := db.ExecContext(context.Background(), `DELETE FROM meta WHERE name = 'sealed'; DELETE FROM sums; DELETE FROM doc_keys`)
	w.must(errors.Join(err, db.Close()))
	if e := w.exec(nil, "", "status"); e.code == 0 || !strings.Contains(e.err, "fisbridge check") {
		t.Fatalf("it is shown, or nothing says what to do: %s", e)
	}
	w.command(0, "check", "--offline")
	w.command(0, "status")
	w.command(0, "audit", "verify")
}
