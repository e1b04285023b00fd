package bridge_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/bridge/logins"
	"github.com/fisbridge/fisbridge/internal/bridge/sending"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/concur/invoicepay"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/tokens"
	"github.com/fisbridge/fisbridge/internal/secret"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
	"github.com/fisbridge/fisbridge/mappings"
	"github.com/fisbridge/fisbridge/templates"
)

// clock is a settable time; whoever sleeps moves it on.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.add(d)
	return ctx.Err()
}

// world is a working folder, a simulated service, and folders where the ERP would be. Everything but the ERP is the
// real thing; the tests write the ERP's result files.
type world struct {
	testing.TB
	progress bridge.Progress
	ctx      context.Context
	dir      string
	clock    *clock
	fis      *simfis.Service
	url      string
	cfg      *config.Config
	j        *journal.Journal
	b        *bridge.Bridge
	client   *concur.Client
	service  bridge.Service // in place of client, where a test needs another one
	invoices sending.Invoices
	loaded   fs.FS
	keys     string // the folder of the keys, where files are sealed
}

// oneRoute is the route of most tests.
const oneRoute = `
  - name: journals
    doc_types: [expense, invoice]
    mapping: csv.xlsx
    drop: { target: erp, folder: in }
    returns: { folder: out, settle: 0s, min_age: 0s }
`

// testKey seals the tokens of tests.
func testKey(bool) (tokens.TokenKey, error) {
	return tokens.NewTokenKey("a key for tests, of 32 characters")
}

// options are what a test sets apart from the usual.
type options struct {
	routes string // oneRoute when empty
	extra  string // further keys of the configuration
	concur string // further keys of its part concur
	// targets are further targets beside erp.
	targets string
	// mappings are written beside csv.xlsx (the ready generic-csv mapping); templates stand beside the built-in ones.
	mappings  map[string]string
	templates fs.FS
}

// newWorld makes a world and its bridge, logged in.
func newWorld(t testing.TB, o options) *world {
	t.Helper()
	w := &world{TB: t, ctx: t.Context(), dir: t.TempDir(),
		clock: &clock{at: time.Date(2026, 3, 31, 23, 0, 0, 0, time.UTC)}, loaded: templates.FS()}
	if o.templates != nil {
		w.loaded = both{o.templates, templates.FS()}
	}
	cfg := simfis.DefaultConfig()
	cfg.Now = w.clock.now
	w.fis = simfis.New(cfg)
	http, err := simfis.Listen("127.0.0.1:0", w.fis)
	w.ok(err)
	t.Cleanup(func() { w.ok(http.Close()) })
	w.url = http.URL
	for _, dir := range []string{"erp/in", "erp/out/archive", "erp/out/failed"} {
		w.ok(os.MkdirAll(filepath.Join(w.dir, dir), 0o750))
	}
	ready, err := fs.ReadFile(mappings.FS(), "generic-csv.xlsx")
	w.ok(err)
	w.write("csv.xlsx", string(ready))
	for name, text := range o.mappings {
		w.write(name, text)
	}
	w.configure(o)
	w.j, err = pgtest.At(t, filepath.Join(w.dir, "journal.db")).Open(w.ctx, w.clock.now, "test")
	w.ok(err)
	t.Cleanup(func() {
		w.nothingSilent()
		w.ok(w.j.Close())
	})
	w.client = w.newClient()
	_, err = w.client.Login(w.ctx, cfg.RequestToken)
	w.ok(err)
	w.service = &intending{Service: w.client, w: w}
	w.invoices = &intendingMarks{Invoices: &invoicepay.Client{Core: w.client}, w: w}
	w.load()
	return w
}

// newClient speaks with the service under the system id of the configuration.
func (w *world) newClient() *concur.Client {
	w.Helper()
	cfg := simfis.DefaultConfig()
	c, err := concur.New(concur.Config{BaseURL: w.url, ClientID: cfg.ClientID,
		ClientSecret: secret.Text(cfg.ClientSecret), CompanyUUID: cfg.CompanyUUID,
		SystemID: w.cfg.Concur.SystemID, Tokens: logins.Tokens(w.j, cfg.CompanyUUID, testKey),
		PageSize: w.cfg.Concur.PageSize, BatchSize: w.cfg.Concur.AcknowledgeBatch,
		ConfirmBatch: w.cfg.Concur.ConfirmBatch,
		MaxWait:      -1, MinInterval: -1, Now: w.clock.now, Sleep: w.clock.sleep, Transport: &http.Transport{}})
	w.ok(err)
	return c
}

// claimAs renames a result file as a run of this system id does before it reads it.
func (w *world) claimAs(system, name string) error {
	sum := sha256.Sum256([]byte(simfis.DefaultConfig().CompanyUUID + "\x00" + system))
	dir := filepath.Join(w.dir, "erp", "out")
	return os.Rename(filepath.Join(dir, name), filepath.Join(dir, ".fbclaim~"+hex.EncodeToString(sum[:6])+"~"+name))
}

// configure reads the configuration, without any wait between calls.
func (w *world) configure(o options) {
	w.Helper()
	if o.routes == "" {
		o.routes = oneRoute
	}
	text := fmt.Sprintf("concur:\n  base_url: %s\n  company_uuid: %s\n  client_id: c\n  client_secret: env:SECRET\n  system_id: OURS\n%sjournal: { path: journal.db }\n"+
		"targets:\n  erp: { kind: folder, path: erp }%s\nroutes:%s%s", w.url, simfis.DefaultConfig().CompanyUUID,
		o.concur, o.targets, o.routes, o.extra)
	var err error
	w.cfg, err = config.Parse([]byte(text), "fisbridge.yaml", w.dir)
	w.ok(err)
}

// load makes the bridge anew, as the next process would.
func (w *world) load() {
	w.Helper()
	var err error
	w.b, err = bridge.New(bridge.Options{Config: w.cfg, Journal: w.j, Service: w.service, Invoices: w.invoices, Templates: w.loaded,
		Now: w.clock.now, Sleep: w.clock.sleep, Progress: w.progress})
	w.ok(err)
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// both looks into two file systems, one after the other.
type both struct{ first, second fs.FS }

func (b both) Open(name string) (fs.File, error) {
	if f, err := b.first.Open(name); err == nil {
		return f, nil
	}
	return b.second.Open(name)
}

// run is one pass that must be possible, with the exit code it must have.
func (w *world) run(exit int) *bridge.Summary {
	w.Helper()
	w.clock.add(10 * time.Minute)
	s, err := w.b.Run(w.ctx)
	w.ok(err)
	if s.Exit != exit {
		w.Fatalf("exit %d, want %d\nproblems %q\nnotes %q\nalarms %+v\ntodo %+v", s.Exit, exit, s.Problems, s.Notes,
			s.Alarms, s.Todo)
	}
	return s
}

// add makes a document ready in Concur; its id is the letter followed by zeros.
func (w *world) add(t fis.DocType, id, body string) {
	w.Helper()
	_, err := w.fis.Add(fis.Envelope{ID: id, DocType: t, Document: []byte(body)})
	w.ok(err)
}

// good adds plain reports with these ids; the report of document D1 is RD1.
func (w *world) good(ids ...string) {
	w.Helper()
	for _, id := range ids {
		w.add(fis.Expense, id, expense("R"+id, "640100"))
	}
}

// state is where the journal has a document.
func (w *world) state(id string) records.State {
	w.Helper()
	d, err := w.j.Document(w.ctx, id)
	w.ok(err)
	return d.State
}

// states checks the states of documents, written as "D1 posted, D2 held".
func (w *world) states(want string) {
	w.Helper()
	for _, pair := range strings.Split(want, ", ") {
		id, state, _ := strings.Cut(pair, " ")
		if got := w.state(id); string(got) != state {
			w.Errorf("document %s is %s, want %s", id, got, state)
		}
	}
}

// status is where Concur has a document.
func (w *world) status(id string, want fis.Status) {
	w.Helper()
	d, ok := w.fis.Document(id)
	if !ok || d.Status != want {
		w.Errorf("Concur has %s as %q (%v), want %s", id, d.Status, ok, want)
	}
}

// confirmation checks the state of a document's posting confirmation, "" for none.
func (w *world) confirmation(id string, want records.ConfirmState) records.Confirmation {
	w.Helper()
	c, _, err := w.j.ConfirmationOf(w.ctx, id)
	w.ok(err)
	if c.State != want {
		w.Errorf("the confirmation of %s is %q, want %q (%s)", id, c.State, want, c.Message)
	}
	return c
}

// alarm is the one open alarm, which must say all of these words in its message or remedy.
func (w *world) alarm(kind string, words ...string) records.Alarm {
	w.Helper()
	alarms, err := w.j.OpenAlarms(w.ctx)
	w.ok(err)
	if len(alarms) != 1 {
		w.Fatalf("alarms: %+v", alarms)
	}
	for _, word := range words {
		if !strings.Contains(alarms[0].Message+" "+alarms[0].Remedy, word) {
			w.Errorf("the alarm does not say %q: %s; %s", word, alarms[0].Message, alarms[0].Remedy)
		}
	}
	if alarms[0].Kind != kind {
		w.Errorf("alarm of kind %q, want %q", alarms[0].Kind, kind)
	}
	return alarms[0]
}

// alarms fails unless exactly alarms of these kinds are open, in any order.
func (w *world) alarms(kinds ...string) {
	w.Helper()
	open, err := w.j.OpenAlarms(w.ctx)
	w.ok(err)
	var got []string
	for _, a := range open {
		got = append(got, a.Kind)
	}
	sort.Strings(got)
	sort.Strings(kinds)
	if strings.Join(got, ", ") != strings.Join(kinds, ", ") {
		w.Fatalf("alarms: %+v, want %q", open, kinds)
	}
}

// quiet: nothing needs a person.
func (w *world) quiet() {
	w.Helper()
	alarms, err := w.j.OpenAlarms(w.ctx)
	w.ok(err)
	if len(alarms) > 0 {
		w.Errorf("alarms: %+v", alarms)
	}
}

// write puts a file into the world's folder, with the clock's time on it.
func (w *world) write(name, text string) {
	w.Helper()
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	w.ok(os.WriteFile(path, []byte(text), 0o600))
	w.ok(os.Chtimes(path, w.clock.now(), w.clock.now()))
}

// read gives a file of the world's folder.
func (w *world) read(name string) string {
	w.Helper()
	b, err := os.ReadFile(filepath.Join(w.dir, filepath.FromSlash(name)))
	w.ok(err)
	return string(b)
}

// list gives the names of the files in a folder.
func (w *world) list(folder string) []string {
	w.Helper()
	entries, err := os.ReadDir(filepath.Join(w.dir, filepath.FromSlash(folder)))
	w.ok(err)
	names := []string{}
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	sort.Strings(names)
	return names
}

// answer writes a result file.
func (w *world) answer(name string, lines ...string) {
	w.Helper()
	w.write("erp/out/"+name+".result.csv", answerHead+strings.Join(lines, ""))
}

// effects counts the items of a kind of call that changed a document.
func (w *world) effects(call, id string) int {
	n := 0
	for _, c := range w.fis.Record() {
		for _, item := range c.Items {
			if c.Call == call && item.DocID == id && item.Effect {
				n++
			}
		}
	}
	return n
}

// asked counts the items of a kind of call about a document, whatever came of them.
func (w *world) asked(call, id string) int {
	n := 0
	for _, c := range w.fis.Record() {
		for _, item := range c.Items {
			if c.Call == call && item.DocID == id {
				n++
			}
		}
	}
	return n
}

func (w *world) faults(list ...simfis.Fault) { w.Helper(); w.ok(w.fis.SetFaults(1, list...)) }

// pays confirms a payment to the service as somebody else with the same credentials would.
func (w *world) pays(id, reference string) {
	w.Helper()
	ten, err := fis.ParseAmount("10.00")
	w.ok(err)
	item, err := concur.PaymentFor(id,
		fis.Payment{Status: fis.PaidCompletely, Reference: reference, Amount: ten, Currency: "EUR",
			Cleared: fis.Date{Year: 2026, Month: 4, Day: 1}, Method: "E",
			Company: "1000", Number: "1", FiscalYear: "2026"})
	w.ok(err)
	answers, err := w.client.ConfirmPayments(w.ctx, fis.Expense, []concur.PaymentConfirmation{item})
	w.ok(err)
	if answers[0].Consequence != concur.Done {
		w.Fatalf("%+v", answers)
	}
}

// note is the name of the note beside a failed result file whose name holds part.
func (w *world) note(part string) string {
	w.Helper()
	for _, name := range w.list("erp/out/failed") {
		if strings.Contains(name, part) && strings.HasSuffix(name, ".txt") {
			return name
		}
	}
	w.Fatalf("no note about %s in %q", part, w.list("erp/out/failed"))
	return ""
}

// sameReport makes documents those of the report of the first, as they stand when a person has let a second one
// through.
func (w *world) sameReport(ids ...string) {
	w.Helper()
	db := pgtest.Raw(w.TB, filepath.Join(w.dir, "journal.db"))
	defer db.Close()
	for _, id := range ids[1:] {
		_, err := db.ExecContext(w.ctx,
			"UPDATE documents SET report_id = (SELECT report_id FROM documents WHERE doc_id = $1) WHERE doc_id = $2",
			ids[0], id)
		w.ok(err)
	}
}

// damage spoils the payload of a document in the journal, as a bad disk would.
func (w *world) damage(id string) {
	w.Helper()
	db := pgtest.Raw(w.TB, filepath.Join(w.dir, "journal.db"))
	defer db.Close()
	r, err := db.ExecContext(w.ctx, "UPDATE payloads SET body = 'spoiled' WHERE doc_id = $1", id)
	w.ok(err)
	if n, err := r.RowsAffected(); err != nil || n != 1 {
		w.Fatalf("%d payloads damaged, %v", n, err)
	}
}

// remap gives an account of the mapping another ledger account, as an accountant would in the workbook.
func (w *world) remap(account, to string) {
	w.Helper()
	path := filepath.Join(w.dir, "csv.xlsx")
	book, err := excelize.OpenFile(path)
	w.ok(err)
	defer book.Close()
	rows, err := book.GetRows("Accounts")
	w.ok(err)
	for i, row := range rows {
		if len(row) > 1 && row[0] == account {
			w.ok(book.SetCellStr("Accounts", fmt.Sprintf("B%d", i+1), to))
			w.ok(book.Save())
			w.load()
			return
		}
	}
	w.Fatalf("the sheet Accounts has no %s: %q", account, rows)
}

// mapped adds a row to the accounts of the mapping.
func (w *world) mapped(account, to string) {
	w.Helper()
	path := filepath.Join(w.dir, "csv.xlsx")
	book, err := excelize.OpenFile(path)
	w.ok(err)
	defer book.Close()
	rows, err := book.GetRows("Accounts")
	w.ok(err)
	for column, value := range []string{account, to, "added"} {
		cell, err := excelize.CoordinatesToCellName(column+1, len(rows)+1)
		w.ok(err)
		w.ok(book.SetCellStr("Accounts", cell, value))
	}
	w.ok(book.Save())
}

// nothingSilent: the history names everything that was changed, in words of its own.
func (w *world) nothingSilent() {
	w.Helper()
	db := pgtest.Raw(w.TB, filepath.Join(w.dir, "journal.db"))
	defer db.Close()
	rows, err := db.Query(`SELECT seq, doc_id, file_id, result_id, detail FROM history WHERE event = 'changed' ORDER BY seq`)
	w.ok(err)
	defer rows.Close()
	for rows.Next() {
		var seq, file, result int64
		var doc, detail string
		w.ok(rows.Scan(&seq, &doc, &file, &result, &detail))
		w.Errorf("no event names what row %d of the history says was changed: document %q, file %d, result %d, %s", seq,
			doc, file, result, detail)
	}
	w.ok(rows.Err())
}
