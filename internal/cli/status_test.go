package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"github.com/fisbridge/fisbridge/internal/desk"
)

func TestStatusTellsEverythingOnOneScreen(t *testing.T) {
	w := busyWorld(t)
	for _, columns := range []string{"80", "120"} {
		out, stderr, code := w.exec(columns, "status")
		if code != desk.ExitNeedsPerson || stderr != "" {
			t.Errorf("exit code %d, %s", code, stderr)
		}
		golden(t, "status-"+columns+".txt", out)
	}
}

// A run holds the lock; status works, and writes nothing.
func TestStatusWorksWhileARunHoldsTheLock(t *testing.T) {
	w := busyWorld(t)
	lock := flock.New(w.dir + "/" + desk.LockName)
	if got, err := lock.TryLock(); !got || err != nil {
		t.Fatal(got, err)
	}
	defer lock.Unlock() //nolint:errcheck // the folder goes anyway
	_, _, before, err := w.j.VerifyHistory(w.ctx)
	w.must(err)
	if _, stderr, code := w.exec("80", "status"); code != desk.ExitNeedsPerson {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if _, _, after, err := w.j.VerifyHistory(w.ctx); len(after) != len(before) || err != nil {
		t.Errorf("%v %v", after, err)
	}
}

func TestStatusOfAQuietFolder(t *testing.T) {
	w := newLookWorld(t)
	out, _, code := w.exec("80", "status")
	if code != desk.ExitNeedsPerson || !strings.Contains(out, "nobody has logged in") || !strings.Contains(out, "none yet") {
		t.Errorf("nobody has logged in, exit code %d:\n%s", code, out)
	}
	w.login(2)
	out, stderr, code := w.exec("80", "status")
	if code != desk.ExitDone || !strings.Contains(out, "nothing needs a person") {
		t.Errorf("exit code %d, %s\n%s", code, stderr, out)
	}
	w.at = w.at.AddDate(0, 3, 0)
	if out, _, code = w.exec("80", "status"); code != desk.ExitDone || !strings.Contains(out, "the refresh token ends on") {
		t.Errorf("login that ends in a month is only a warning: exit code %d\n%s", code, out)
	}
	w.at = w.at.AddDate(0, 0, 20)
	if out, _, code = w.exec("80", "status"); code != desk.ExitNeedsPerson || !strings.Contains(out, "the refresh token ends on") {
		t.Errorf("login near its end: exit code %d\n%s", code, out)
	}
}

// PITFALLS 10: a document that is never answered is warned of when the clock has moved on, not before.
func TestStatusWarnsOfDocumentsWithoutAnAnswer(t *testing.T) {
	w := newLookWorld(t)
	w.login(0)
	w.arrive("expenses", "expense", "", "taxi 1.00 EUR")
	w.acknowledge("acknowledged", "", "taxi")
	for _, c := range []struct {
		after time.Duration
		code  int
		mark  string
	}{{5*24*time.Hour - time.Minute, desk.ExitDone, " 4 d "}, {2 * time.Minute, desk.ExitNeedsPerson, "! 5 d "}} {
		w.later(c.after)
		out, _, code := w.exec("80", "status")
		if code != c.code || !strings.Contains(out, c.mark) || strings.Contains(out, "!") != strings.Contains(c.mark, "!") {
			t.Errorf("exit code %d, want %d and %q\n%s", code, c.code, c.mark, out)
		}
	}
}

func (w *lookWorld) login(monthsAgo int) {
	w.t.Helper()
	damageless := w.at.AddDate(0, -monthsAgo, 0)
	w.must(w.j.SaveToken(w.ctx, "1b0c2f1e-0000-4000-8000-000000000001", tokenFrom(damageless), testKey(w.t)))
}

func TestStatusTellsAFailedAndAnUnfinishedRun(t *testing.T) {
	w := newLookWorld(t)
	w.login(0)
	id, err := w.j.StartRun(w.ctx)
	w.must(err)
	w.later(10 * time.Minute)
	if out, _, code := w.exec("120", "status"); code != desk.ExitDone || !strings.Contains(out, "has not ended: it is going on, or was killed") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	w.must(w.j.EndRun(w.ctx, id, desk.ExitFailed, `{"problems":["drop: route expenses: connection refused"]}`))
	if out, _, code := w.exec("120", "status"); code != desk.ExitNeedsPerson || !strings.Contains(out, "drop: route expenses: connection refused") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

func TestStatusShortensListsUnlessAskedForAll(t *testing.T) {
	w := newLookWorld(t)
	w.login(0)
	names := make([]string, 12)
	for i := range names {
		names[i] = string(rune('a'+i)) + "1"
		w.arrive("expenses", "expense", "", names[i]+" 1.00 EUR")
	}
	w.acknowledge("acknowledged", "", names...)
	last := docID("l1")
	if out, _, _ := w.exec("80", "status"); strings.Contains(out, last) || !strings.Contains(out, "12, the first 10") {
		t.Error(out)
	}
	if out, _, _ := w.exec("80", "status", "--all"); !strings.Contains(out, last) {
		t.Error(out)
	}
}

func TestStatusAsJSON(t *testing.T) {
	w := busyWorld(t)
	out, _, code := w.exec("80", "status", "--json")
	if code != desk.ExitNeedsPerson {
		t.Errorf("exit code %d", code)
	}
	var s struct {
		NeedsPerson []string `json:"needs_person"`
		Held        struct {
			Total int
			First []struct {
				DocID  string `json:"doc_id"`
				Reason string
			}
		} `json:"held"`
		Files   struct{ Total int } `json:"open_files"`
		Overdue int                 `json:"overdue"`
		Login   struct {
			DaysLeft int `json:"days_left"`
		} `json:"login"`
		LastRun struct {
			Exit int `json:"exit_code"`
		} `json:"last_run"`
	}
	if err := json.Unmarshal([]byte(out), &s); err != nil {
		t.Fatal(err)
	}
	if s.Held.Total != 2 || s.Held.First[0].DocID != docID("gas") || s.Files.Total != 4 || s.Overdue != 3 || s.LastRun.Exit != 3 || s.Login.DaysLeft == 0 || len(s.NeedsPerson) == 0 {
		t.Errorf("%+v", s)
	}
	if strings.Contains(out, "Secret") || strings.Contains(out, "S-4711") {
		t.Error("a name of a person")
	}
}

func TestLookingNeedsAJournalAndMakesNone(t *testing.T) {
	w := newLookWorld(t)
	write(t, w.dir+"/fisbridge.yaml", strings.Replace(lookConfig, "journal/fisbridge.db", "journal/none.db", 1))
	for _, args := range [][]string{{"status"}, {"show", "x"}, {"report"}, {"audit", "verify"}, {"backup", w.dir + "/b.db"}} {
		_, stderr, code := w.exec("80", args...)
		if code != desk.ExitFailed || !strings.Contains(stderr, "there is no journal yet") {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
	}
	if names := filesIn(t, w.dir+"/journal"); strings.Contains(names, "none.db") {
		t.Errorf("a look made a journal: %s", names)
	}
}
