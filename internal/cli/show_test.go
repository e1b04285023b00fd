package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

func TestShowTellsAWholeLife(t *testing.T) {
	w := busyWorld(t)
	for name, c := range map[string]struct {
		columns string
		args    []string
	}{
		"document-paid":      {"80", []string{docID("taxi")}},
		"document-paid-wide": {"120", []string{"document", "R-taxi"}},
		"document-reissued":  {"80", []string{"document", docID("paper")}},
		"document-rejected":  {"80", []string{"R-train"}},
		"document-stuck":     {"80", []string{"document", docID("dinner")}},
		"document-held":      {"80", []string{docID("zoo")}},
		"document-left":      {"80", []string{docID("test")}},
		"file-withdrawn":     {"80", []string{"ledger/1"}},
		"file-unverified":    {"120", []string{"file", "expenses-000002.csv"}},
		"result-listed":      {"80", []string{"OUT1.csv"}},
		"result-unreadable":  {"80", []string{"result", "4"}},
	} {
		out, stderr, code := w.exec(c.columns, append([]string{"show"}, c.args...)...)
		if code != desk.ExitDone || stderr != "" {
			t.Errorf("%s: exit code %d, %s", name, code, stderr)
		}
		golden(t, "show-"+name+".txt", out)
		if strings.Contains(out, "Secret") || strings.Contains(out, "S-4711") {
			t.Errorf("%s: names a person who was not asked for", name)
		}
	}
}

func TestShowWritesBytesAsTheyAre(t *testing.T) {
	w := busyWorld(t)
	for want, args := range map[string][]string{
		`{"name":"taxi"}`:           {"R-taxi", "--payload"},
		strings.Repeat("line\n", 6): {"file", "ledger/1", "--bytes"},
		"OUT1.csv":                  {"OUT1.csv", "--bytes"},
	} {
		out, stderr, code := w.exec("80", append([]string{"show"}, args...)...)
		if out != want || code != desk.ExitDone {
			t.Errorf("%v: %q, exit code %d, %s", args, out, code, stderr)
		}
	}
	for what, args := range map[string][]string{
		"--payload is for documents":  {"ledger/1", "--payload"},
		"--bytes is for import files": {"R-taxi", "--bytes"},
	} {
		if _, stderr, code := w.exec("80", append([]string{"show"}, args...)...); code != desk.ExitUsage || !strings.Contains(stderr, what) {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
	}
	if _, stderr, code := w.exec("80", "show", docID("test"), "--payload"); code != desk.ExitFailed || !strings.Contains(stderr, "was left in Concur") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}

func TestShowSaysThatBytesAgedOut(t *testing.T) {
	w := busyWorld(t)
	w.must(w.j.ResolveAbout(w.ctx, "result 1", "looked after"))
	w.at = w.at.AddDate(1, 0, 0)
	n, err := w.j.Age(w.ctx, w.at.AddDate(0, -1, 0))
	w.must(err)
	if n.Payloads == 0 {
		t.Fatal("nothing aged out")
	}
	if _, stderr, code := w.exec("80", "show", "R-taxi", "--payload"); code != desk.ExitFailed || !strings.Contains(stderr, "aged out") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if out, _, code := w.exec("80", "show", "R-taxi"); code != desk.ExitDone || !strings.Contains(out, "payload    aged out") {
		t.Errorf("exit code %d, %s", code, out)
	}
}

func TestShowFindsOutWhatIsMeant(t *testing.T) {
	w := busyWorld(t)
	if _, stderr, code := w.exec("80", "show", "1"); code != desk.ExitFailed || !strings.Contains(stderr, `"1" means a file and a result`) || !strings.Contains(stderr, "fisbridge show result 1") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if _, stderr, code := w.exec("80", "show", "nothing"); code != desk.ExitFailed || !strings.Contains(stderr, `nothing is called "nothing"`) {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if _, stderr, code := w.exec("80", "show", "report", "1"); code != desk.ExitUsage || !strings.Contains(stderr, "document, file, result and mapping") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}

func TestShowAsJSON(t *testing.T) {
	w := busyWorld(t)
	out, _, code := w.exec("80", "show", docID("taxi"), "--json")
	var d desk.DocumentLife
	if err := json.Unmarshal([]byte(out), &d); err != nil || code != desk.ExitDone {
		t.Fatal(err, code)
	}
	if d.ID != docID("taxi") || len(d.Places) != 1 || d.Confirmation == nil || len(d.Payments) != 1 || len(d.Said) != 2 || len(d.History) < 5 {
		t.Errorf("%+v", d)
	}
	if strings.Contains(out, "Secret") {
		t.Error("a name of a person")
	}
	out, _, _ = w.exec("80", "show", "ledger/1", "--json")
	var f desk.FileLife
	if err := json.Unmarshal([]byte(out), &f); err != nil || f.State != records.Withdrawn || len(f.InIt) != 3 {
		t.Errorf("%+v %v", f, err)
	}
	out, _, _ = w.exec("80", "show", "result", "1", "--json")
	var r desk.ResultLife
	if err := json.Unmarshal([]byte(out), &r); err != nil || len(r.Listed) != 2 || r.Listed[0].Line != 6 {
		t.Errorf("%+v %v", r, err)
	}
}
