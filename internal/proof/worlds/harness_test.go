package worlds

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
	"github.com/fisbridge/fisbridge/templates"
)

// source is the program that these tests build and drive.
const source = "github.com/fisbridge/fisbridge/cmd/fisbridge"

// binaries are the program as users get it, and the one that ends itself at a named boundary.
type binaries struct{ plain, kill string }

// build makes both once a test process.
var build = sync.OnceValues(func() (binaries, error) {
	dir := binDir()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return binaries{}, err
	}
	b := binaries{filepath.Join(dir, "fisbridge"), filepath.Join(dir, "fisbridge-kill")}
	for path, tags := range map[string]string{b.plain: "", b.kill: "killpoint"} {
		build := exec.Command("go", "build", "-tags", tags, "-o", path, source)
		build.Env = append(os.Environ(), "CGO_ENABLED=0") // as releases are built
		if out, err := build.CombinedOutput(); err != nil {
			return b, fmt.Errorf("go build -tags %q: %w\n%s", tags, err, out)
		}
	}
	return b, nil
})

// binDir is where this test process builds; TestMain removes it.
func binDir() string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("fisbridge-test-%d", os.Getpid()))
}

// setup says what a world is made of; zero values mean the small set of documents over the in-process SFTP server.
type setup struct {
	documents []string // of samples; nil: smallSet
	types     []fis.DocType
	openssh   bool
	local     bool // a folder of this machine instead of SFTP
	whole     bool // the ERP imports a file completely or not at all
	reject    []simerp.Rule
	faults    simerp.Faults
	behaviour simfis.Behaviour
	page      int // documents of one list answer and one call; 3
	files     int // documents of one import file; 3
	route     string
	returns   string // further keys of the return folder
	marks     bool   // invoices are paid too, and marked paid in Concur
	marker    bool   // a done-marker is written after each import file
	bank      bool   // files are sealed both ways, and a bank tells of the payments (bank_test.go)
	receipts  bool   // the receipts of expense reports are dropped in a folder of their own
	extra     string // further sections of the configuration
	timeout   time.Duration
	plain     bool // run the program as users get it, without kill points
}

// world is a working folder with everything around it: the service, an SFTP server, the ERP on that server's folder.
type world struct {
	t     *testing.T
	set   setup
	bin   string
	dir   string // working folder
	first string // that of the first node
	name  string // in a fleet: its company
	root  string // what the SFTP server serves
	fis   *simfis.Service
	sftp  *simsftp.Server // nil with OpenSSH
	erp   *simerp.ERP
	bank  *bank // nil: the ERP itself tells of its payments, and nothing is sealed
	input []*known
	// clock is how far the program's clock is ahead of the world's; every start moves it on, so that what is due later
	// is due.
	clock time.Duration
	step  time.Duration
	kills int
	// answerNames are the names of the ERP's answers where a person renamed them; extraAnswers came once more, with
	// other content.
	answerNames, extraAnswers []string
	// copiesAge tells that the retention rule is to remove the archived result files.
	copiesAge bool
}

const (
	systemID     = "kill-tests"
	clientSecret = "planted-client-secret"
	sftpPassword = "planted-sftp-password"
	requestToken = "planted-request-token"
)

// begin makes a world and logs in.
func begin(t *testing.T, set setup) *world {
	t.Helper()
	w := prepare(t, set)
	w.login()
	return w
}

// prepare makes a world whose journal does not exist yet.
func prepare(t *testing.T, set setup) *world {
	t.Helper()
	bins, err := build()
	if err != nil {
		t.Fatal(err)
	}
	if set.documents == nil {
		set.documents = smallSet()
	}
	if set.page == 0 {
		set.page = 3
	}
	if set.files == 0 {
		set.files = 3
	}
	if set.returns == "" {
		set.returns = "      min_age: 1ms\n"
	}
	if set.timeout == 0 {
		set.timeout = 5 * time.Second
	}
	if set.marks {
		set.route += "    payments: true\n"
		set.types = []fis.DocType{fis.Expense, fis.Invoice}
	}
	if set.types == nil {
		set.types = []fis.DocType{fis.Expense, fis.Invoice, fis.CashAdvance}
	}
	w := &world{t: t, set: set, bin: bins.kill, dir: filepath.Join(t.TempDir(), "work"), step: 6 * time.Minute}
	if w.first = w.dir; set.plain {
		w.bin = bins.plain
	}
	w.root = filepath.Join(filepath.Dir(w.dir), "erp")
	for _, d := range []string{"in", "out/archive", "out/failed", "imported"} {
		w.must(os.MkdirAll(filepath.Join(w.root, d), 0o755))
	}
	if set.receipts {
		w.must(os.MkdirAll(filepath.Join(w.root, "receipts"), 0o755))
		w.set.extra += "receipts: { types: [expense], folder: receipts }\n"
	}
	cfg := simfis.DefaultConfig()
	cfg.ClientSecret, cfg.RequestToken = clientSecret, requestToken
	if set.bank {
		w.openBank()
	}
	w.fis = simfis.New(cfg)
	w.fis.SetBehaviour(set.behaviour)
	http, err := simfis.Listen("127.0.0.1:0", w.fis)
	w.must(err)
	t.Cleanup(func() { _ = http.Close() })
	w.offer(set.documents...)
	w.startERP()
	w.writeFolder(http.URL)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// smallSet is a few documents of every kind that a journal takes, with one that the mapping cannot place and one of a
// test user.
func smallSet() []string {
	return []string{"01-cash-taxi", "14-tax-deductible", "21-card-company-paid", "29-three-cost-centres", "32-advance-issued", "44-zloty-lodz", "47-invoice-plain", "56-test-user", "58-unmapped-account", "59-erp-rejects"}
}

// templateText is the template as it stands, text the mapping made from it, plan both together.
type templateText struct {
	template, text string
	plan           *mapping.Plan
}

var journalMapping = sync.OnceValues(func() (m templateText, err error) {
	template, err := fs.ReadFile(templates.FS(), "generic-csv/template.yaml")
	if err != nil {
		return m, err
	}
	text, err := workbook.NewYAML(templates.FS(), "generic-csv", nil)
	if err != nil {
		return m, err
	}
	plan, findings := mapping.LoadBytes(templates.FS(), "journal.yaml", text)
	return templateText{string(template), string(text), plan}, findings.Err()
})

// wholeFile makes of the generic journal that of an ERP which takes a file completely or not at all.
var wholeFile = strings.NewReplacer("name: generic-csv", "name: whole-csv", "template: generic-csv", "template: whole-csv", "acceptance: document", "acceptance: file")

// writeFolder writes the working folder: configuration, secrets, mapping, and the template of its own where it needs
// one.
func (w *world) writeFolder(base string) {
	w.t.Helper()
	files := map[string]string{
		"secrets/client": clientSecret + "\n", "secrets/sftp": sftpPassword + "\n",
		"fisbridge.yaml": w.config(base, w.target()),
	}
	m, err := journalMapping()
	w.must(err)
	files["mappings/journal.yaml"] = m.text
	if w.bank != nil {
		files["mappings/journal.yaml"] += bankFormats
	}
	if w.set.whole {
		files["templates/whole-csv/template.yaml"] = wholeFile.Replace(m.template)
		files["mappings/journal.yaml"] = wholeFile.Replace(m.text)
	}
	for name, text := range files {
		w.write(name, text)
	}
}

func (w *world) write(name, text string) {
	w.t.Helper()
	full := filepath.Join(w.dir, filepath.FromSlash(name))
	w.must(os.MkdirAll(filepath.Dir(full), 0o700))
	w.must(os.WriteFile(full, []byte(text), 0o600))
}

// config is fisbridge.yaml, with waits so short that a pass takes no time.
func (w *world) config(base, target string) string {
	var types []string
	for _, t := range w.set.types {
		types = append(types, string(t))
	}
	marker := ""
	if w.set.marker {
		marker = "\n      done_marker: \"{name}.done\""
	}
	return fmt.Sprintf(`concur:
  base_url: %s
  company_uuid: %s
  client_id: %s
  client_secret: file:secrets/client
  system_id: %s
  page_size: %d
  acknowledge_batch: %d
  confirm_batch: %d
  timeout: %s
  interval: 0s
  wait_after_timeout: 10ms
  max_wait: 500ms
journal:
%stargets:
  erp:
%sroutes:
  - name: books
    doc_types: [%s]
    mapping: mappings/journal.yaml
    max_documents: %d
    drop:
      target: erp
      folder: in%s
    returns:
      folder: out
      settle: 1ms
      scan: 50ms
%s%s%s`, base, simfis.DefaultConfig().CompanyUUID, simfis.DefaultConfig().ClientID, systemID, w.set.page, w.set.page, w.set.page, w.set.timeout, w.journal(), target, strings.Join(types, ", "), w.set.files, marker, w.set.returns, w.set.route, w.set.extra)
}

// onServer tells whether the tests run on PostgreSQL: what needs a server is tried then.
func onServer() bool { return os.Getenv(pgtest.Variable) == "1" }

// journalFile is where the journal lies, unless the tests run on PostgreSQL.
func (w *world) journalFile() string {
	dir := w.dir
	if onServer() { // the one of all nodes
		dir = w.first
	}
	return filepath.Join(dir, "journal", "fisbridge.db")
}

// journalAt is where the journal lies: on PostgreSQL where the tests run on it.
func (w *world) journalAt() journal.Place {
	at := pgtest.At(w.t, w.journalFile())
	if at.Served() {
		at.Head = filepath.Join(w.dir, "journal", at.Schema+".head")
	}
	return at
}

// journal is what the configuration says of that.
func (w *world) journal() string {
	at := w.journalAt()
	if !at.Served() {
		return "  path: journal/fisbridge.db\n"
	}
	w.write("secrets/database", pgtest.Password+"\n")
	return fmt.Sprintf("  url: %s\n  schema: %s\n  password: file:secrets/database\n", at.URL, at.Schema)
}

// ended is a process that is over.
type ended struct {
	code   int
	killed bool
	out    string
	err    string
}

func (e ended) String() string {
	return fmt.Sprintf("exit code %d (killed: %v)\n%s\n%s", e.code, e.killed, e.out, e.err)
}

// environment is all that a child process gets.
func (w *world) environment(more ...string) []string {
	env := []string{"HOME=" + w.dir, "USER=operator", "TZ=UTC", fmt.Sprintf("FISBRIDGE_NOW_OFFSET=%s", w.clock)}
	return append(env, more...)
}

// start prepares a process in the working folder.
func (w *world) start(env []string, stdin string, args ...string) (*exec.Cmd, *buffer, *buffer) {
	w.clock += w.step
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	w.t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, w.bin, append([]string{"-C", w.dir}, args...)...)
	cmd.Env = w.environment(env...)
	cmd.Dir = filepath.Dir(w.dir)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	return cmd, &out, &errs
}

// buffer may be read while a process still writes.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// exec runs one command line to its end.
func (w *world) exec(env []string, stdin string, args ...string) ended {
	w.t.Helper()
	cmd, out, errs := w.start(env, stdin, args...)
	w.must(cmd.Start())
	return w.wait(cmd, out, errs)
}

func (w *world) wait(cmd *exec.Cmd, out, errs *buffer) ended {
	w.t.Helper()
	err := cmd.Wait()
	e := ended{out: out.String(), err: errs.String()}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		e.code = exit.ExitCode()
		status, ok := exit.Sys().(syscall.WaitStatus)
		e.killed = ok && status.Signaled() && status.Signal() == syscall.SIGKILL
	case err != nil:
		w.t.Fatalf("%v: %v", cmd.Args, err)
	}
	for _, secret := range []string{clientSecret, sftpPassword, requestToken} {
		if strings.Contains(e.out+e.err, secret) {
			w.t.Errorf("%v printed a secret", cmd.Args)
		}
	}
	if strings.Contains(e.err, "panic:") || strings.Contains(e.err, "goroutine 1 [") {
		w.t.Errorf("%v: stack trace\n%s", cmd.Args, e.err)
	}
	return e
}

// command runs a command that must end with the exit code.
func (w *world) command(code int, args ...string) ended {
	w.t.Helper()
	e := w.exec(nil, "", args...)
	if e.code != code {
		w.t.Fatalf("fisbridge %s: want exit code %d, got %s", strings.Join(args, " "), code, e)
	}
	return e
}

func (w *world) login() {
	w.t.Helper()
	if e := w.exec(nil, requestToken+"\n", "auth", "login"); e.code != 0 {
		w.t.Fatalf("auth login: %s", e)
	}
}

// summary is what `run --json` prints, as far as the tests look.
type summary struct {
	Stored       int `json:"stored"`
	Acknowledged int `json:"acknowledged"`
	Recalled     int `json:"recalled"`
	Left         int `json:"left"`
	Held         int `json:"held"`
	Files        int `json:"files"`
	Dropped      int `json:"dropped"`
	Results      int `json:"results"`
	Posted       int `json:"posted"`
	Rejected     int `json:"rejected"`
	Confirmed    int `json:"confirmed"`
	Payments     int `json:"payments"`
	PaymentsSent int `json:"payments_confirmed"`
	Problems     []string
	Notes        []string
	Exit         int   `json:"exit_code"`
	LockP99      int64 `json:"lock_ms_p99"`
	Alarms       []alarm
	Todo         struct {
		Stored, Acknowledged, Held, AwaitingAnswer, FilesUndropped, ResultsUnapplied int
		ConfirmationsDue, ConfirmationsStuck, PaymentsDue, PaymentsWaiting           int
		PaymentsStuck, Alarms                                                        int
	}
}

type alarm struct {
	ID                             int
	Kind, Subject, Message, Remedy string
}

// did reports whether the run changed anything.
func (s summary) did() bool {
	return s.Stored+s.Acknowledged+s.Files+s.Dropped+s.Results+s.Confirmed+s.PaymentsSent > 0
}

// leaves reports whether the run left something that the next one will do.
func (s summary) leaves() bool {
	return s.Exit == 1 || s.Todo.Stored+s.Todo.Acknowledged+s.Todo.FilesUndropped+s.Todo.ResultsUnapplied+s.Todo.ConfirmationsDue+s.Todo.PaymentsDue > 0
}

// alarmsOf are the kinds of the open alarms.
func (s summary) alarmsOf() []string {
	var kinds []string
	for _, a := range s.Alarms {
		kinds = append(kinds, a.Kind)
	}
	slices.Sort(kinds)
	return kinds
}

// run is one pass.
func (w *world) run(env ...string) (summary, ended) {
	w.t.Helper()
	e := w.exec(env, "", "run", "--json")
	var s summary
	if e.killed {
		return s, e
	}
	if err := json.Unmarshal([]byte(e.out), &s); err != nil {
		w.t.Fatalf("run --json: %v: %s", err, e)
	}
	if e.code != s.Exit {
		w.t.Errorf("run ended with %d, its summary says %d", e.code, s.Exit)
	}
	return s, e
}

// mostRuns bounds the passes until nothing is left to do.
const mostRuns = 12

// idle runs until a pass leaves nothing that a further one would do. (check makes sure that a further one does
// nothing.)
func (w *world) idle(env ...string) summary {
	w.t.Helper()
	var s summary
	var e ended
	for range mostRuns {
		if s, e = w.run(env...); !s.leaves() {
			return s
		}
	}
	w.t.Fatalf("still not idle after %d runs: %s", mostRuns, e)
	return s
}

// answer lets the ERP read what lies in its folder.
func (w *world) answer() {
	w.t.Helper()
	w.poll()
}

// poll is one look of the ERP into its folder. The postman between the two opens what is sealed for the ERP, and seals
// what it answers.
func (w *world) poll() int {
	w.t.Helper()
	if w.bank != nil {
		w.bank.open(w)
		defer w.bank.seal(w)
	}
	n, err := w.erp.Poll()
	w.must(err)
	return n
}

func (w *world) pay(how func(simerp.Document) []simerp.Payment) {
	w.t.Helper()
	_, err := w.erp.Pay(how)
	w.must(err)
}

// cycle is a whole life: fetch and drop, the ERP's answers, the payments, each until nothing is left to do.
func (w *world) cycle() summary {
	w.t.Helper()
	w.answers()
	w.pay(simerp.PayInFull)
	return w.idle()
}

// answers lets ERP and program talk until both have said everything: a reissue goes back and forth, a slow answer comes
// in two pieces.
func (w *world) answers() summary {
	w.t.Helper()
	s := w.idle()
	for quiet := 0; quiet < 2; {
		n := w.poll()
		if quiet++; n > 0 {
			quiet = 0
		}
		if n > 0 || len(w.names("out")) > 0 {
			s = w.idle()
		}
	}
	return s
}

func (w *world) path(parts ...string) string {
	return filepath.Join(append([]string{w.root}, parts...)...)
}

// names lists the files of a folder of the server.
func (w *world) names(folder string) []string {
	w.t.Helper()
	entries, err := os.ReadDir(w.path(folder))
	w.must(err)
	var out []string
	for _, e := range entries {
		if !e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out
}

// filesBelow lists the names of all files below a folder.
func filesBelow(dir string) (names []string, err error) {
	err = filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, d.Name())
		}
		return err
	})
	return names, err
}

// removeAll empties a folder.
func removeAll(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}
