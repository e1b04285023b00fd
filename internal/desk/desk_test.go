package desk

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

const folder = `concur:
  base_url: https://us2.api.concursolutions.com
  company_uuid: 1b0c2f1e-0000-4000-8000-000000000001
  client_id: client
  client_secret: env:FISBRIDGE_CLIENT_SECRET
  system_id: DESK
journal: {path: journal/fisbridge.db}
targets: {erp: {kind: folder, path: erp}}
routes:
  - {name: expenses, doc_types: [expense], mapping: mappings/expenses.xlsx, drop: {target: erp, folder: in}, returns: {folder: out}}
`

const docID = "9FD2A0C1B7E44B70A1C2D3E4F5061728"

// place is a working folder with one acknowledged document, as a page of a console would name it.
func place(t *testing.T) Place {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	at := time.Date(2026, 3, 20, 2, 15, 0, 0, time.UTC)
	p := Place{Dir: t.TempDir(), Command: "console", Actor: "ann (console)", Now: func() time.Time { return at }}
	must(os.WriteFile(filepath.Join(p.Dir, config.FileName), []byte(folder), 0o600))
	must(os.MkdirAll(filepath.Join(p.Dir, "journal"), 0o700))
	ctx := context.Background()
	j, err := journal.Open(ctx, filepath.Join(p.Dir, "journal", "fisbridge.db"), p.Now, "fisbridge run by robot")
	must(err)
	amount, err := fis.ParseAmount("84.03")
	must(err)
	_, err = j.StoreArrivals(ctx, []journal.Arrival{{Envelope: fis.Envelope{ID: docID, DocType: fis.Expense, Document: []byte(`{}`)}, Route: "expenses", ReportID: "R-TAXI", Currency: "EUR", Amount: amount}}, at, "corr")
	must(err)
	must(j.SettleAck(ctx, []journal.AckOutcome{{DocID: docID, State: records.Acknowledged}}))
	must(j.Close())
	return p
}

// A page looks, acts and looks again through desk alone, without a command, a terminal or the journal.
func TestAPageLooksAndActs(t *testing.T) {
	p, ctx := place(t), context.Background()
	var seen int64
	look := func(w *Workspace) error {
		d, err := w.Document(ctx, "r-taxi")
		if err != nil {
			if d, err = w.Document(ctx, "R-TAXI"); err != nil {
				return err
			}
		}
		seen, err = w.Seen(ctx, d.ID)
		return err
	}
	if err := Looking(ctx, p, look); err != nil || seen == 0 {
		t.Fatal(seen, err)
	}
	act := func(do Act) (Settled, error) {
		var s Settled
		err := Beside(ctx, p, func(w *Workspace) (err error) { s, err = do(ctx, w, docID); return err })
		return s, err
	}
	s, err := act(IfUnmoved(seen, Hold("waits for the budget owner")))
	if err != nil || s.Before.State != Acknowledged || s.After.State != Held {
		t.Fatal(s, err)
	}

	// the page of somebody else was made before: nothing is done, and what moved is told
	s, err = act(IfUnmoved(seen, Reject("", "not ours")))
	var refused *Error
	if !errors.As(err, &refused) || refused.Why == nil || refused.Why.Code != "moved" || !strings.Contains(err.Error(), "waits for the budget owner") || s.After.State != Held {
		t.Fatal(s, err)
	}
	err = Looking(ctx, p, func(w *Workspace) error {
		status, err := w.Status(ctx, 0)
		if err != nil {
			return err
		}
		if status.Held.Total != 1 || status.Held.First[0].State != Held || len(status.NeedsPerson) == 0 {
			t.Errorf("%+v", status)
		}
		life, err := w.DocumentLife(ctx, status.Held.First[0])
		if err != nil {
			return err
		}
		if last := life.History[len(life.History)-1]; last.Actor != "ann (console)" {
			t.Errorf("the history says %q", last.Actor)
		}
		r, err := w.Reconcile(ctx, Selection{}, nil)
		if err != nil || r.Count(Held) != 1 || len(r.Broken()) > 0 {
			t.Errorf("%v %v", r.Broken(), err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
