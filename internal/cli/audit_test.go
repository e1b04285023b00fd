package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func TestAuditVerify(t *testing.T) {
	w := busyWorld(t)
	rows, last, _, err := w.j.VerifyHistory(w.ctx)
	w.must(err)
	out, stderr, code := w.exec("80", "audit", "verify")
	if code != desk.ExitDone || !strings.Contains(out, last) || !strings.Contains(out, "each one as it was written") {
		t.Errorf("exit code %d, %s%s", code, out, stderr)
	}
	w.must(w.j.Alarm(w.ctx, "k", "s", why.Old("m", "r"))) // the chain grows; the noted hash stays in it
	if out, _, code := w.exec("80", "audit", "verify", "--expect", strings.ToUpper(last)); code != desk.ExitDone || !strings.Contains(out, "found at row") {
		t.Errorf("exit code %d, %s", code, out)
	}
	if _, stderr, code := w.exec("80", "audit", "verify", "--expect", strings.Repeat("00", 32)); code != desk.ExitFailed || !strings.Contains(stderr, "no row of the history has the expected hash") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if _, _, code := w.exec("80", "audit", "verify", "--expect", "beef"); code != desk.ExitUsage {
		t.Errorf("no hash: exit code %d", code)
	}
	w.damage(`UPDATE documents SET amount = '1' WHERE doc_id = (SELECT MIN(doc_id) FROM documents)`)
	w.damage(`UPDATE confirmations SET outcome = '{}' WHERE doc_id = (SELECT MIN(doc_id) FROM confirmations)`)
	out, stderr, code = w.exec("100", "audit", "verify")
	out = strings.Join(strings.Fields(out), " ")
	if code != desk.ExitFailed || !strings.Contains(out, "amount was changed by another hand") || !strings.Contains(out, "outcome was changed by another hand") ||
		!strings.Contains(stderr, "changed by another hand in 2 places") {
		t.Errorf("exit code %d, %s%s", code, out, stderr)
	}
	if _, stderr, code := w.exec("100", "report"); code != desk.ExitFailed || !strings.Contains(stderr, "rows that people read") || !strings.Contains(stderr, "amount was changed") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	w.damage(`UPDATE history SET detail = '{}' WHERE seq = 7`)
	w.damage(`DELETE FROM history WHERE seq = 12`)
	out, stderr, code = w.exec("80", "audit", "verify")
	if code != desk.ExitFailed || !strings.Contains(out, "row 7") || !strings.Contains(out, "row 12 is missing") || !strings.Contains(stderr, "broken in 2 places") {
		t.Errorf("exit code %d, %s%s", code, out, stderr)
	}
	out, _, code = w.exec("80", "audit", "verify", "--json")
	var v desk.Verified
	if err := json.Unmarshal([]byte(out), &v); err != nil || code != desk.ExitFailed || len(v.Breaks) != 2 || v.Rows != rows+1 { // an alarm and its seal came, one row went
		t.Errorf("exit code %d, %+v %v", code, v, err)
	}
}

// serverBacksUp: the backups of a journal in PostgreSQL are the server's, and the command says so and writes nothing.
func (w *lookWorld) serverBacksUp() bool {
	w.t.Helper()
	if !w.served() {
		return false
	}
	folder := w.t.TempDir()
	_, stderr, code := w.exec("80", "backup", filepath.Join(folder, "b.db"))
	if code != desk.ExitFailed || !strings.Contains(stderr, "pg_dump --schema=") {
		w.t.Errorf("exit code %d, %s", code, stderr)
	}
	if names := filesIn(w.t, folder); names != "" {
		w.t.Errorf("left behind: %s", names)
	}
	return true
}

func TestBackupIsSoundAndNeverOverwrites(t *testing.T) {
	w := busyWorld(t)
	if w.serverBacksUp() {
		return
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "b.db")
	out, stderr, code := w.exec("80", "backup", path)
	if code != desk.ExitDone || !strings.Contains(out, "last hash") {
		t.Fatalf("exit code %d, %s", code, stderr)
	}
	if names := filesIn(t, folder); names != "b.db" {
		t.Errorf("left beside it: %s", names)
	}
	info, err := os.Stat(path)
	w.must(err)
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v", info.Mode())
	}
	before, err := os.ReadFile(path)
	w.must(err)
	if _, stderr, code := w.exec("80", "backup", path); code != desk.ExitFailed || !strings.Contains(stderr, "never overwrites") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Error("the first backup was touched")
	}

	// It is a whole journal, and knows that it is a copy: when a person has said what became of the other one,
	// everything works on it.
	restored := *w
	restored.dir = t.TempDir()
	write(t, filepath.Join(restored.dir, "fisbridge.yaml"), strings.Replace(lookConfig, "journal/fisbridge.db", "copy.db", 1))
	w.must(os.WriteFile(filepath.Join(restored.dir, "copy.db"), before, 0o600))
	want, _, _ := w.exec("80", "status")
	if _, stderr, code := restored.exec("80", "hold", "x", "--reason", "r"); code != desk.ExitNeedsPerson || !strings.Contains(stderr, "restored from a backup") || !strings.Contains(stderr, "--from-backup") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if got, _, _ := restored.exec("80", "status"); !strings.Contains(got, "restored from a backup") || !strings.Contains(got, "fisbridge restored") {
		t.Errorf("status hides it: %s", got)
	}
	if _, stderr, code := restored.exec("80", "restored", "--moved", "--reason", "a new disk"); code != desk.ExitDone {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if got, _, code := restored.exec("80", "status"); got != want || code != desk.ExitNeedsPerson {
		t.Errorf("exit code %d\n%s", code, got)
	}
}

// What a killed backup left beside the backups is a copy of the journal: the next one removes it, but not that of one
// at work.
func TestBackupRemovesWhatAKilledOneLeft(t *testing.T) {
	w := busyWorld(t)
	if w.serverBacksUp() {
		return
	}
	folder := t.TempDir()
	for name, age := range map[string]time.Duration{".fisbridge-backup-1": 25 * time.Hour, ".fisbridge-backup-2": time.Hour} {
		w.must(os.Mkdir(filepath.Join(folder, name), 0o700))
		write(t, filepath.Join(folder, name, "journal.db"), "a copy")
		w.must(os.Chtimes(filepath.Join(folder, name), w.at.Add(-age), w.at.Add(-age)))
	}
	if _, stderr, code := w.exec("80", "backup", filepath.Join(folder, "b.db")); code != desk.ExitDone || !strings.Contains(stderr, ".fisbridge-backup-1, which a backup left that was killed") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if names := filesIn(t, folder); names != ".fisbridge-backup-2 b.db" {
		t.Errorf("there are %s", names)
	}
}

// While a transaction is open in another process, a backup shows what was committed, and does not wait for it.
func TestBackupWhileOthersWrite(t *testing.T) {
	w := busyWorld(t)
	if w.serverBacksUp() {
		return
	}
	done := make(chan error)
	other, err := journal.Open(w.ctx, w.path(), time.Now, "other")
	w.must(err)
	defer other.Close()
	go func() {
		for i := range 20 {
			if err := other.Alarm(w.ctx, "k", string(rune('a'+i)), why.Old("m", "r")); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	path := filepath.Join(t.TempDir(), "b.db")
	_, stderr, code := w.exec("80", "backup", path)
	w.must(<-done)
	if code != desk.ExitDone {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}

// A history that is broken is told at once, not years later when the backup is needed.
func TestBackupOfABrokenJournalIsRefused(t *testing.T) {
	w := busyWorld(t)
	if w.serverBacksUp() {
		return
	}
	w.damage(`DELETE FROM history WHERE seq = 3`)
	folder := t.TempDir()
	_, stderr, code := w.exec("80", "backup", filepath.Join(folder, "b.db"))
	if code != desk.ExitFailed || !strings.Contains(stderr, "the history is broken") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if names := filesIn(t, folder); names != "" {
		t.Errorf("left behind: %s", names)
	}
}

func TestAmountsAndAgesForPeople(t *testing.T) {
	for want, c := range map[string][2]string{"1,234,567.80": {"1234567.8", "EUR"}, "-1,000.00": {"-1000", "EUR"}, "999": {"999", "JPY"}, "0.125": {"0.125", "KWD"}, "12.345": {"12.345", "EUR"}, "100.00": {"1E2", "USD"}} {
		if got := fis.Money(amount(t, c[0]), c[1]); got != want {
			t.Errorf("%v: %s, want %s", c, got, want)
		}
	}
	now := time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)
	for want, d := range map[string]time.Duration{"now": 0, "59 s": 59 * time.Second, "59 min": time.Hour - 1, "47 h": 48*time.Hour - 1, "2 d": 48 * time.Hour, "400 d": 400 * 24 * time.Hour} {
		if got := wording.Age(now, now.Add(-d)); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
	if got := wording.Age(now, now.Add(time.Hour)); got != "now" {
		t.Errorf("a clock that was set back: %s", got)
	}
}
