package worlds

import (
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// machines is what watch answers at its address for machines; empty while it does not listen yet.
func machines(address, path string) (text string, status int) {
	resp, err := http.Get("http://" + address + path)
	if err != nil {
		return "", 0
	}
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", 0
	}
	return string(all), resp.StatusCode
}

// watch tells Prometheus what it did and what the journal says: the documents of the pass, its outcome, the calls to
// Concur, and when the login ends; and nothing of documents, amounts or secrets.
func TestMetricsOfWatch(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	w := begin(t, setup{extra: "metrics: { listen: \"" + address + "\" }\nschedule: { runs: [\"0 2 * * *\"] }\n"})
	w.run()
	x := w.watch()
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(x.errs.String())
		}
	})
	w.until("it listens", func() bool { _, status := machines(address, "/readyz"); return status == http.StatusOK })
	w.answer()
	var text string
	w.until("a pass is counted", func() bool {
		text, _ = machines(address, "/metrics")
		return regexp.MustCompile(`(?m)^fisbridge_runs_total\{outcome="[a-z_]+"\} [1-9]`).MatchString(text) && strings.Contains(text, "fisbridge_last_run_ended")
	})
	for _, want := range []string{
		`(?m)^fisbridge_journal_readable 1$`, `(?m)^fisbridge_journal_at_home 1$`, `(?m)^fisbridge_login_present 1$`, `(?m)^fisbridge_login_expires_timestamp_seconds [1-9]`,
		`(?m)^fisbridge_documents\{route="books",state="posted"\} [1-9]`, `(?m)^fisbridge_documents_handled_total\{step="posted"\} [1-9]`,
		`(?m)^fisbridge_result_files_read_total [1-9]`, `(?m)^fisbridge_needs_person\{kind="held_document"\} [0-9]`,
		`(?m)^fisbridge_concur_calls_total\{operation="[A-Za-z/]+",status="200"\} [1-9]`, `(?m)^fisbridge_run_duration_seconds_count [1-9]`, `(?m)^fisbridge_build_info\{`,
	} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("not told: %s", want)
		}
	}
	for _, k := range w.input {
		if strings.Contains(text, k.id) {
			t.Errorf("document %s is told", k.id)
		}
	}
	if strings.Contains(text, clientSecret) || strings.Contains(text, w.dir) {
		t.Error("a secret or a path is told")
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/": 404} {
		if _, status := machines(address, path); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
	x.stop()
	if _, err := net.Dial("tcp", address); err == nil {
		t.Error(errors.New("it still listens"))
	}
}
