package worlds

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/tokens"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// One list of what needs a person: for every cause of exit code 3 the quiet run says it, status shows it, and both end
// with 3.

// cause is one thing that needs a person: how it comes to be, and words that run and status must say of it.
type cause struct {
	set   setup
	make  func(w *world)
	words []string
}

func (w *world) config3(old, new string) {
	w.t.Helper()
	text, err := readText(filepath.Join(w.dir, "fisbridge.yaml"))
	w.must(err)
	if !strings.Contains(text, old) {
		w.t.Fatalf("the configuration has no %q", old)
	}
	w.write("fisbridge.yaml", strings.ReplaceAll(text, old, new))
}

// otherRoute is a second route, so that the configuration is valid without the first.
const otherRoute = `  - name: other
    doc_types: [cashadvance]
    mapping: mappings/other.yaml
    drop: { target: erp, folder: other }
`

func (w *world) otherMapping() {
	m, err := journalMapping()
	w.must(err)
	w.write("mappings/other.yaml", m.text)
	w.must(mkdir(w.path("other")))
}

func causes() map[string]cause {
	plain := setup{local: true, types: []fis.DocType{fis.Expense}, documents: []string{taxi, tax}, files: 100}
	with := func(change func(*setup)) setup { s := plain; change(&s); return s }
	return map[string]cause{
		"unknown file": {plain, func(w *world) {
			w.idle()
			w.must(writeText(w.path("out", "strange.bin"), "what is this"))
		}, []string{"strange.bin"}},
		"documents of a removed route": {plain, func(w *world) {
			w.otherMapping()
			_, _ = w.run("FISBRIDGE_KILL_AT=acknowledge.done")
			w.config3("  - name: books", otherRoute+"  - name: renamed")
		}, []string{"2 acknowledged documents wait for route books"}},
		"file of a removed route": {plain, func(w *world) {
			w.otherMapping()
			_, _ = w.run("FISBRIDGE_KILL_AT=number.done")
			w.config3("  - name: books", otherRoute+"  - name: renamed")
		}, []string{"waits for route books, which the configuration does not have"}},
		"unreadable document": {plain, func(w *world) {
			if _, err := w.fis.Add(fis.Envelope{ID: strings.Repeat("ab", 16), DocType: fis.Expense, Document: []byte(`["not a document"]`)}); err != nil {
				w.t.Fatal(err)
			}
		}, []string{"stay in Concur", strings.Repeat("ab", 16)}},
		"acknowledgement without effect": {with(func(s *setup) { s.behaviour = simfis.Behaviour{AcknowledgeIgnored: true} }), func(*world) {}, []string{"go into no import file before Concur has locked them"}},
		"broken route": {plain, func(w *world) {
			w.otherMapping()
			w.idle()
			w.config3("  - name: books", otherRoute+"  - name: books")
			w.write("mappings/other.yaml", "template: nowhere\n")
		}, []string{"route other"}},
		"condition that cannot be worked out": {with(func(s *setup) { s.route = "    when: VALUE(ledgerCode) > 1\n" }), func(*world) {}, []string{"stay in Concur", "when"}},
		"held document":                       {with(func(s *setup) { s.documents = []string{taxi, "58-unmapped-account"} }), func(*world) {}, []string{"held", "699999"}},
		"alarm, stuck confirmation": {plain, func(w *world) {
			w.idle()
			w.must(w.fis.Recall(w.id(taxi)))
			w.answer()
		}, []string{"was recalled in Concur after the ERP said"}},
		"unreadable result file": {plain, func(w *world) {
			w.idle()
			w.must(writeText(w.path("out", "odd.result.csv"), "no,such,heading\r\n1,2,3\r\n"))
		}, []string{"odd.result.csv could not be read"}},
		"result line that could not be used": {plain, func(w *world) {
			w.idle()
			w.result("one.result.csv", "nobody,post,success,1000,1,2026,2026-03-31,,,,,,")
		}, []string{"could not be used"}},
		"overdue document": {with(func(s *setup) { s.extra = "warn_after_days: 5\n" }), func(w *world) {
			w.idle()
			w.clock += 6 * 24 * time.Hour
			w.fis.ExpireAccess()
		}, []string{"answer"}},
		"changed mapping that is not used": {plain, func(w *world) {
			w.idle()
			w.write("mappings/journal.yaml", "template: generic-csv\nrecords: 7\n")
		}, []string{"is not used"}},
		"login that ends": {plain, func(w *world) {
			w.idle()
			w.obtained(-170 * 24 * time.Hour)
		}, []string{"the refresh token ends on"}},
		"no route can be used": {plain, func(w *world) {
			w.write("mappings/journal.yaml", "template: nowhere\n")
		}, []string{"route books"}},
	}
}

// obtained sets when the login was made.
func (w *world) obtained(ago time.Duration) {
	w.t.Helper()
	ctx := context.Background()
	j, err := w.journalAt().Open(ctx, time.Now, "test")
	w.must(err)
	defer j.Close()
	t, err := j.Token(ctx, simfis.DefaultConfig().CompanyUUID)
	w.must(err)
	secret, err := os.ReadFile(filepath.Join(w.dir, "secrets", "token_key"))
	w.must(err)
	key, err := tokens.NewTokenKey(strings.TrimSpace(string(secret)))
	w.must(err)
	t, err = t.Open(simfis.DefaultConfig().CompanyUUID, key)
	w.must(err)
	t.RefreshObtained = time.Now().Add(w.clock).Add(ago)
	w.must(j.SaveToken(ctx, simfis.DefaultConfig().CompanyUUID, t, key))
}

func TestWhatNeedsAPerson(t *testing.T) {
	for name, c := range causes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := begin(t, c.set)
			c.make(w)
			run := w.exec(nil, "", "run", "--quiet")
			want := 3
			if name == "no route can be used" {
				want = 4 // nothing was done at all
			}
			if run.code != want || run.out != "" {
				t.Errorf("a quiet run: %s", run)
			}
			status := w.exec([]string{"COLUMNS=2000"}, "", "status")
			if status.code != 3 || strings.Contains(status.out, "nothing needs a person") {
				t.Errorf("status: %s", status)
			}
			for _, word := range c.words {
				if !strings.Contains(run.err, word) {
					t.Errorf("the quiet run does not say %q: %s", word, run)
				}
				if !strings.Contains(status.out, word) {
					t.Errorf("status does not say %q: %s", word, status)
				}
			}
			w.sameList(want)
			if again := w.exec(nil, "", "run", "--quiet"); again.code != want {
				t.Errorf("the next run: %s", again)
			}
		})
	}
}

// needs is the list as machines read it.
type needList struct {
	Total int
	First []struct{ Code, Subject, Message, Remedy string }
}

// sameList compares the list of a run with that of status.
func (w *world) sameList(exit int) {
	w.t.Helper()
	var run, status struct {
		Needs needList
		Exit  int `json:"exit_code"`
	}
	text := w.exec(nil, "", "run", "--json").out
	if exit == 3 {
		w.must(json.Unmarshal([]byte(text), &run))
	}
	w.must(json.Unmarshal([]byte(w.exec(nil, "", "status", "--json").out), &status))
	if exit != 3 {
		return
	}
	if run.Needs.Total == 0 || len(run.Needs.First) != len(status.Needs.First) || run.Needs.Total != status.Needs.Total || run.Exit != exit {
		w.t.Fatalf("run %+v, exit code %d, status %+v", run.Needs, run.Exit, status.Needs)
	}
	for i, n := range run.Needs.First {
		if n.Code != status.Needs.First[i].Code || n.Message != status.Needs.First[i].Message || n.Subject == "" {
			w.t.Errorf("run %+v, status %+v", n, status.Needs.First[i])
		}
	}
}

// What was seen is over when the next run sees it no more.
func TestWhatIsOverNeedsNobody(t *testing.T) {
	w := begin(t, setup{local: true, types: []fis.DocType{fis.Expense}, documents: []string{taxi}, files: 100})
	w.idle()
	strange := w.path("out", "strange.bin")
	w.must(writeText(strange, "what is this"))
	w.command(3, "run", "--quiet")
	w.command(3, "status")
	w.must(removeAll(w.path("out", "failed"))) // something else changes
	w.must(remove(strange))
	w.command(0, "run", "--quiet")
	if e := w.command(0, "status"); !strings.Contains(e.out, "nothing needs a person") {
		t.Error(e)
	}
}

func readText(path string) (string, error) { b, err := os.ReadFile(path); return string(b), err }

func writeText(path, text string) error { return os.WriteFile(path, []byte(text), 0o600) }

func mkdir(path string) error { return os.MkdirAll(path, 0o755) }

func remove(path string) error { return os.Remove(path) }
