package bridge_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/bridge/paying"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/templates"
)

// listed are the references of the listed payments in these states; without states, of those that the list shows.
func (w *world) listed(states ...string) (out []string) {
	w.Helper()
	p, err := w.j.ListAsked(w.ctx, records.Filter{States: states})
	w.ok(err)
	for _, l := range p.Rows {
		out = append(out, l.Payment.Reference)
	}
	return out
}

// What nobody claims leaves the list after the days of the configuration, and a note says so. It is not lost: the list
// shows it when asked, the bank may tell of it again without anybody being asked, a person may still say which document
// it is of, and the history says when it left.
func TestUnclaimedLeavesTheList(t *testing.T) {
	w := banked(t)
	w.write("erp/out/1.xml", camt("DBIT 04-02 77.00 B1 INVOICE-1", "DBIT 04-02 10.00 B2 INVOICE-2"))
	w.run(bridge.ExitDone)
	w.clock.add(60 * 24 * time.Hour)
	w.write("erp/out/2.xml", camt("DBIT 04-03 55.00 B3 INVOICE-3"))
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"B3", "B1", "B2"}, w.listed()); diff != "" {
		t.Error(diff)
	}
	w.clock.add(31 * 24 * time.Hour)
	s := w.run(bridge.ExitDone)
	if notes := strings.Join(s.Notes, "\n"); !strings.Contains(notes, "2 payments of banks' files, of no document of ours for 90 days, left the list") {
		t.Errorf("%q", s.Notes)
	}
	if diff := cmp.Diff([]string{"B3"}, w.listed()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"B1", "B2"}, w.listed("aged")); diff != "" {
		t.Error(diff)
	}
	if s := w.run(bridge.ExitDone); len(s.Notes) > 0 {
		t.Errorf("told again: %q", s.Notes)
	}
	w.write("erp/out/3.xml", camt("DBIT 04-02 77.00 B1 INVOICE-1"))
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"B3"}, w.listed()); diff != "" {
		t.Error(diff)
	}
	events, err := w.j.History(w.ctx, "", 0, 2)
	w.ok(err)
	found := false
	for _, e := range events {
		found = found || e.Event == "unclaimed payments aged"
	}
	if !found {
		t.Errorf("the history does not tell when they left the list: %+v", events)
	}

	r, err := w.j.FindResults(w.ctx, "1.xml")
	w.ok(err)
	w.ok(w.j.RetryResult(w.ctx, r[0].ID, "the document came late")) // all of them once more
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"B3", "B1", "B2"}, w.listed()); diff != "" {
		t.Error(diff)
	}
	w.sound()
}

// A person names the document of a payment that has left the list; with 0 days none leaves it.
func TestAgedPaymentGetsItsDocument(t *testing.T) {
	w := banked(t)
	w.cfg.Matching.UnclaimedDays = 0
	w.write("erp/out/1.xml", camt("DBIT 04-02 10.00 B1 INVOICE-1"))
	w.run(bridge.ExitDone)
	w.clock.add(150 * 24 * time.Hour)
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"B1"}, w.listed("unclaimed")); diff != "" {
		t.Error(diff)
	}
	w.cfg.Matching.UnclaimedDays = 1
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string(nil), w.listed()); diff != "" {
		t.Error(diff)
	}
	r, err := w.j.FindResults(w.ctx, "1.xml")
	w.ok(err)
	p, err := w.j.ListedPayment(w.ctx, r[0], 1)
	w.ok(err)
	p.Doc, err = w.j.Document(w.ctx, "D2")
	w.ok(err)
	_, err = w.j.PlacePayment(w.ctx, p, "the accountant knows", func(a *journal.Apply, of journal.Paying) (string, error) {
		v, err := paying.Hold(a, of, true, w.cfg.Matching.AgainDays)
		if err != nil || v[0].Problem != "" {
			return "", errors.Join(err, errors.New(v[0].Problem))
		}
		told := v[0].Told()
		return told.Reference, nil
	})
	w.ok(err)
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"D2 CP 10.00 B1"}, w.told()); diff != "" {
		t.Error(diff)
	}
}

// Lines of a bank's file are about people too. What is of none of our documents goes with the bytes of the finished
// file.
func TestLinesOfNobodyAgeOut(t *testing.T) {
	w := banked(t)
	w.cfg.Retention.PayloadDays = 30
	w.write("erp/out/1.xml", notification(entry("77.00", "B1", "<Refs><EndToEndId>INVOICE-1</EndToEndId></Refs><RltdPties><Cdtr><Nm>Orsolya Planted</Nm></Cdtr></RltdPties>")))
	w.run(bridge.ExitDone)
	w.clock.add(40 * 24 * time.Hour)
	w.run(bridge.ExitDone)
	files, err := w.j.FindResults(w.ctx, "1.xml")
	w.ok(err)
	if _, err := w.j.ListedPayment(w.ctx, files[0], 1); !errors.Is(err, records.ErrErased) {
		t.Errorf("%v", err)
	}
	w.nowhere("Orsolya")
	w.sound()
	w.quiet()
}

// nowhere: the text stands in no table of the journal.
func (w *world) nowhere(text string) {
	w.Helper()
	db := pgtest.Raw(w.TB, filepath.Join(w.dir, "journal.db"))
	defer db.Close()
	for table, column := range map[string]string{"result_rows": "data", "history": "detail", "payments": "payment", "alarms": "message"} {
		var n int
		w.ok(db.QueryRowContext(w.ctx, `SELECT COUNT(*) FROM `+table+` WHERE `+column+` LIKE '%`+text+`%'`).Scan(&n))
		if n > 0 {
			w.Errorf("%s stands in %s", text, table)
		}
	}
}

// By its amount only a document is found that was posted and is dated within the days of the configuration.
func TestMatchingWithinDays(t *testing.T) {
	text, err := fs.ReadFile(templates.FS(), "generic-csv/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		posted, paid int
		age          time.Duration
		day          string
		told         []string
	}{
		"as usual":               {240, 120, 24 * time.Hour, "04-02", []string{"D1 CP 20.00 B1"}},
		"posted too long ago":    {10, 120, 11 * 24 * time.Hour, "04-02", nil},
		"posted within the days": {12, 120, 11 * 24 * time.Hour, "04-02", []string{"D1 CP 20.00 B1"}},
		"paid too late":          {240, 5, 30 * 24 * time.Hour, "04-28", nil},
		"paid within the days":   {240, 90, 30 * 24 * time.Hour, "04-28", []string{"D1 CP 20.00 B1"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := bankedBy(t, string(text), "  - { ready: camt.054, files: \"*.xml\", match: [reference, payment run] }\n")
			w.cfg.Matching.PostedDays, w.cfg.Matching.PaidDays = c.posted, c.paid
			w.clock.add(c.age)
			w.write("erp/out/1.xml", strings.ReplaceAll(strings.Replace(notification(entry("20.00", "B1", "")), "<NtryDtls>", "<NtryDtls><Btch><PmtInfId>journals_000001_20260331</PmtInfId></Btch>", 1), "2026-04-02", "2026-"+c.day))
			s, err := w.b.Run(w.ctx)
			w.ok(err)
			if diff := cmp.Diff(c.told, w.told()); diff != "" {
				t.Errorf("%s\n%+v", diff, s.Alarms)
			}
		})
	}
}
