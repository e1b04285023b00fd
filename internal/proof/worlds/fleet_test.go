//go:build linux

package worlds

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
)

// fleet is a database with the folder of a node, and companies around it, each with a Concur and an ERP of its own.
type fleet struct {
	t         *testing.T
	server    *pgtest.Server
	dir       string
	companies []*world
}

// company is a company of a fleet that nobody has published yet.
func (f *fleet) company(name string, set setup) *world {
	f.t.Helper()
	w := prepare(f.t, set)
	w.edit("system_id: "+systemID, "system_id: "+systemID+"-"+name, "schema: "+pgtest.SchemaOf(w.journalFile()), "schema: "+name, "url: "+w.journalAt().URL, "url: "+f.server.URL)
	w.name = name
	f.companies = append(f.companies, w)
	return w
}

// edit replaces texts of the configuration, each of which must be there.
func (w *world) edit(pairs ...string) {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, "fisbridge.yaml"))
	w.must(err)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(string(text), pairs[i]) {
			w.t.Fatalf("the configuration has no %q", pairs[i])
		}
		text = []byte(strings.Replace(string(text), pairs[i], pairs[i+1], 1))
	}
	w.write("fisbridge.yaml", string(text))
}

// openFleet starts a server and makes the folder of a node.
func openFleet(t *testing.T) *fleet {
	t.Helper()
	bins, err := build()
	if err != nil {
		t.Fatal(err)
	}
	f := &fleet{t: t, server: pgtest.Start(t), dir: filepath.Join(t.TempDir(), "node")}
	if err := os.MkdirAll(filepath.Join(f.dir, "secrets"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(f.dir, "secrets", "database"), []byte(pgtest.Password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f.must(bins.kill, 0, "fleet", "init", "--url", f.server.URL, "--password", "file:secrets/database")
	return f
}

// do runs a command in the folder of the node.
func (f *fleet) do(args ...string) ended {
	f.t.Helper()
	bins, err := build()
	if err != nil {
		f.t.Fatal(err)
	}
	return f.exec(bins.kill, f.dir, args...)
}

func (f *fleet) exec(bin, dir string, args ...string) ended {
	f.t.Helper()
	cmd := exec.Command(bin, append([]string{"-C", dir}, args...)...)
	cmd.Env = []string{"HOME=" + dir, "USER=operator", "TZ=UTC", "FISBRIDGE_NOW_OFFSET=1h"}
	var out, errs buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if cmd.ProcessState == nil {
		f.t.Fatal(err)
	}
	return ended{code: cmd.ProcessState.ExitCode(), out: out.String(), err: errs.String()}
}

func (f *fleet) must(bin string, code int, args ...string) ended {
	f.t.Helper()
	e := f.exec(bin, f.dir, args...)
	if e.code != code {
		f.t.Fatalf("fisbridge %s: want exit code %d, got %s", strings.Join(args, " "), code, e)
	}
	return e
}

func (f *fleet) want(code int, args ...string) ended {
	f.t.Helper()
	e := f.do(args...)
	if e.code != code {
		f.t.Fatalf("fisbridge %s: want exit code %d, got %s", strings.Join(args, " "), code, e)
	}
	return e
}

// says fails unless the command was refused with these words.
func (f *fleet) says(e ended, code int, words ...string) {
	f.t.Helper()
	for _, word := range words {
		if e.code != code || !strings.Contains(e.err+e.out, word) {
			f.t.Errorf("want exit code %d and %q, got %s", code, word, e)
		}
	}
}

// A company is published by versions, served, taken back, disabled and erased; what could touch another company is refused.
func TestFleetCompanies(t *testing.T) {
	if !onServer() {
		return
	}
	f := openFleet(t)
	f.says(f.do("fleet", "init", "--url", f.server.URL), 1, "is there already")
	a := f.company("acme", setup{documents: []string{"01-cash-taxi", "14-tax-deductible"}})
	a.login()
	f.says(f.do("fleet", "publish", a.dir), 2, "--reason")
	if e := f.want(0, "fleet", "publish", a.dir, "--reason", "first"); !strings.Contains(e.out, "acme: version 1 is in force") {
		t.Error(e)
	}
	dump := f.dump()
	for _, secret := range []string{clientSecret, sftpPassword, pgtest.Password} {
		if strings.Contains(dump, secret) {
			t.Error("the database holds a secret that everybody can read")
		}
	}
	if e := f.do("run", "--fleet"); e.code != 0 || !strings.Contains(e.out, "acme: 2 fetched, 1 import file") {
		t.Errorf("run --fleet: %s", e)
	}
	a.answer()
	if e := f.do("run", "--fleet"); e.code != 0 || !strings.Contains(e.out, "2 confirmed") {
		t.Errorf("run --fleet: %s", e)
	}
	if history := pgtest.Ask[string](t, f.server, `SELECT string_agg(DISTINCT actor, ', ') FROM acme.history WHERE event LIKE '%confirm%'`); !strings.Contains(history, "version 1") {
		t.Errorf("the history does not say which version worked: %s", history)
	}

	// what belongs to others, or lies elsewhere
	b := f.company("beta", setup{documents: []string{"01-cash-taxi"}})
	b.edit("system_id: "+systemID+"-beta", "system_id: "+systemID+"-acme")
	f.says(f.do("fleet", "publish", b.dir, "--reason", "x"), 4, "company acme takes the", "system_id")
	b.edit("system_id: "+systemID+"-acme", "system_id: "+systemID+"-beta", "schema: beta", "schema: acme")
	b.edit("company_uuid: ", "company_uuid: 11111111-2222-4333-8444-555555555555 # ")
	f.says(f.do("fleet", "publish", b.dir, "--reason", "x"), 4, "company acme has the documents of Concur company")
	b.edit("11111111-2222-4333-8444-555555555555 # ", "", "schema: acme", "schema: beta")
	for _, c := range []struct{ old, bad, say string }{
		{"client_secret: file:secrets/client", "client_secret: file:" + a.dir + "/secrets/client", "outside of the company's folder"},
		{"client_secret: file:secrets/client", "client_secret: file:../../acme/secrets/client", "outside of the company's folder"},
		{"client_secret: file:secrets/client", "client_secret: env:OTHER", "all companies would share"},
		{"mapping: mappings/journal.yaml", "mapping: " + a.dir + "/mappings/journal.yaml", "outside of the company's folder"},
		{"password: file:secrets/sftp", "agent: true", "no company's"},
		{"schema: beta", "schema: fisbridge_fleet", "is not a name"},
		{"/postgres?", "/other?", "another database"},
	} {
		b.edit(c.old, c.bad)
		f.says(f.do("fleet", "publish", b.dir, "--reason", "x"), 4, c.say)
		b.edit(c.bad, c.old)
	}
	b.must(os.Rename(filepath.Join(b.dir, "mappings", "journal.yaml"), filepath.Join(b.dir, "mappings", "kept")))
	b.must(os.Symlink(filepath.Join(a.dir, "mappings", "journal.yaml"), filepath.Join(b.dir, "mappings", "journal.yaml")))
	f.says(f.do("fleet", "publish", b.dir, "--reason", "x"), 4, "cannot be read")
	b.must(os.Remove(filepath.Join(b.dir, "mappings", "journal.yaml")))
	f.says(f.do("fleet", "publish", b.dir, "--reason", "x"), 4, "is not there")
	b.must(os.Rename(filepath.Join(b.dir, "mappings", "kept"), filepath.Join(b.dir, "mappings", "journal.yaml")))
	f.says(f.do("fleet", "publish", b.dir, "--reason", "x"), 0, "auth login") // it may be done later
	// secrets of one put to another by who can write the database
	f.server.Do(t, `UPDATE fisbridge_fleet.versions SET secrets = (SELECT secrets FROM fisbridge_fleet.versions WHERE company = 'acme' AND number = 1) WHERE company = 'beta'`)
	f.says(f.do("run", "--fleet"), 1, "beta: failed", "sealed for another company", "acme: 0 fetched")

	// a role of one company sees nothing of another
	f.server.Do(t, `CREATE ROLE beta LOGIN PASSWORD 'loopback'`, `CREATE SCHEMA beta AUTHORIZATION beta`, `GRANT USAGE ON SCHEMA fisbridge_fleet TO beta`, `GRANT SELECT, UPDATE (fence, owner, lease_until, taken_at) ON fisbridge_fleet.companies TO beta`)
	b.edit("postgres://fisbridge@", "postgres://beta@")
	b.login()
	f.want(0, "fleet", "publish", b.dir, "--reason", "a role of its own")
	f.says(f.do("run", "--fleet"), 0, "beta: 1 fetched")
	f.server.Do(t, `SET ROLE beta; UPDATE fisbridge_fleet.companies SET fence = fence + 100`)
	if n := pgtest.Ask[int](t, f.server, `SELECT COUNT(*) FROM fisbridge_fleet.companies WHERE fence > 100`); n != 1 {
		t.Errorf("a role of one company takes %d away", n)
	}
	for _, table := range []string{"acme.documents", "fisbridge_fleet.versions", "fisbridge_fleet.acts", "fisbridge_fleet.consumers"} {
		if !pgtest.Ask[bool](t, f.server, `SELECT NOT has_table_privilege('beta', $1, 'SELECT') OR NOT has_schema_privilege('beta', split_part($1, '.', 1), 'USAGE')`, table) {
			t.Errorf("a role of one company reads %s", table)
		}
	}

	// versions
	text, err := os.ReadFile(filepath.Join(a.dir, "mappings", "journal.yaml"))
	a.must(err)
	a.write("mappings/journal.yaml", string(text)+"\n# new\n")
	f.want(0, "fleet", "publish", a.dir, "--reason", "second")
	laid := filepath.Join(f.dir, "work", "acme", "mappings", "journal.yaml")
	f.do("run", "--fleet")
	if now, _ := os.ReadFile(laid); !strings.HasSuffix(string(now), "# new\n") {
		t.Error("the second version is not laid out")
	}
	f.says(f.do("fleet", "revert", "acme", "--reason", "too early"), 0, "version 3 is in force, with the content of version 1")
	f.do("run", "--fleet")
	if now, _ := os.ReadFile(laid); string(now) != string(text) {
		t.Error("the version before is not laid out")
	}
	f.says(f.do("fleet", "revert", "acme", "--reason", "x"), 1, "no version before")
	f.says(f.do("fleet", "revert", "acme", "--reason", "x", "--to", "9"), 1, "no version 9")
	f.says(f.do("fleet", "revert", "acne", "--reason", "x"), 1, "did you mean acme?")

	f.says(f.do("status", "--all-companies"), 0, "acme", "active", "in ")
	f.measured()

	// disabled and erased
	f.says(f.do("fleet", "erase", "acme", "--confirm", "acme", "--reason", "x"), 1, "is active")
	f.want(0, "fleet", "disable", "acme", "--reason", "their ERP is away")
	f.says(f.do("fleet", "disable", "acme", "--reason", "x"), 1, "disabled already")
	if e := f.do("run", "--fleet"); strings.Contains(e.out, "acme") {
		t.Errorf("a disabled company is served: %s", e)
	}
	f.want(0, "fleet", "enable", "acme", "--reason", "it is back")
	a.offer("29-three-cost-centres")
	f.do("run", "--fleet")
	f.want(0, "fleet", "disable", "acme", "--reason", "contract ended")
	f.says(f.do("fleet", "erase", "acme", "--reason", "x"), 2, "--confirm acme")
	f.says(f.do("fleet", "erase", "acme", "--confirm", "acme", "--reason", "x"), 3, "unfinished work")
	f.says(f.do("fleet", "erase", "acme", "--confirm", "acme", "--unfinished", "--reason", "contract ended"), 0, "acme is erased: 3 versions, 3 documents, 2 import files", "had the hash")
	if dump := f.dump(); strings.Contains(dump, `CREATE SCHEMA acme`) || strings.Contains(dump, "A0001") {
		t.Error("something of the company is left")
	}
	f.says(f.do("fleet", "publish", a.dir, "--reason", "x"), 1, "was erased")
	f.do("run", "--fleet")
	if _, err := os.Stat(filepath.Dir(filepath.Dir(laid))); err == nil {
		t.Error("the node keeps the folder of an erased company")
	}
	var one struct {
		Acts []struct{ Act, Reason string }
	}
	a.must(json.Unmarshal([]byte(f.want(0, "fleet", "list", "acme", "--json").out), &one))
	if got := fmt.Sprint(one.Acts); got != "[{published first} {published second} {reverted too early} {disabled their ERP is away} {enabled it is back} {disabled contract ended} {erased contract ended}]" {
		t.Error(got)
	}
}

var readyAt = regexp.MustCompile(`readyz at (http://\S+)`)

// measuring starts a node that tells its numbers.
func (f *fleet) measuring(i int) *nodeProcess {
	f.t.Helper()
	n := f.node(i, 2, "1s")
	text, err := os.ReadFile(filepath.Join(n.dir, "fleet.yaml"))
	if err == nil {
		err = os.WriteFile(filepath.Join(n.dir, "fleet.yaml"), append(text, "metrics: {listen: \"127.0.0.1:0\"}\n"...), 0o600)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	n.begin(f.t)
	return n
}

// numbers are what a node tells; empty: it does not yet.
func (n *nodeProcess) numbers(t *testing.T) string {
	t.Helper()
	m := readyAt.FindStringSubmatch(n.errs.String())
	if m == nil {
		return ""
	}
	answer, err := http.Get(m[1] + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// measured looks at the numbers of a node, each with its company.
func (f *fleet) measured() {
	f.t.Helper()
	n := f.measuring(9)
	defer n.end(syscall.SIGTERM)
	f.server.Do(f.t, `UPDATE fisbridge_fleet.companies SET due_at = clock_timestamp()`)
	numbers := ""
	for range 200 {
		if numbers = n.numbers(f.t); strings.Contains(numbers, `fisbridge_fleet_passes_total{company="acme",outcome="done"}`) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	for _, want := range []string{`fisbridge_fleet_company_active{company="acme"} 1`, `fisbridge_fleet_company_needs_person{company="acme",kind="alarm"} 0`, `fisbridge_fleet_company_version{company="acme"} 3`, `fisbridge_fleet_passes_total{company="acme",outcome="done"}`} {
		if !strings.Contains(numbers, want) {
			f.t.Errorf("the node does not tell %s:\n%s\n%s", want, tail(numbers, 3000), n.errs)
		}
	}
}

// What needs a person stays on the list of all companies whatever kind of pass was last, also one that failed or was killed, and is off it after somebody has settled it.
func TestFleetStands(t *testing.T) {
	if !onServer() {
		return
	}
	f := openFleet(t)
	a := f.company("acme", setup{documents: []string{"01-cash-taxi", "58-unmapped-account"}})
	a.login()
	f.want(0, "fleet", "publish", a.dir, "--reason", "first")
	n := f.measuring(9)
	defer func() {
		if n.end(syscall.SIGTERM); t.Failed() {
			t.Log(tail(n.errs.String(), 3000))
		}
	}()
	claims := func() int { return pgtest.Ask[int](t, f.server, `SELECT claim::int FROM fisbridge_fleet.companies`) }
	passes := func(after string, exit, held int) {
		t.Helper()
		before := claims()
		f.until("further passes", func() bool { return claims() > before+2 })
		want := []string{fmt.Sprintf(`fisbridge_fleet_company_needs_person{company="acme",kind="held_document"} %d`, held), fmt.Sprintf(`fisbridge_fleet_company_last_exit_code{company="acme"} %d`, exit)}
		f.until(after+": the node tells "+strings.Join(want, ", "), func() bool {
			numbers := n.numbers(t)
			return strings.Contains(numbers, want[0]) && strings.Contains(numbers, want[1])
		})
		if e := f.do("status", "--all-companies"); e.code != exit || strings.Contains(e.out, "held document") != (held > 0) {
			t.Errorf("after %s: %s", after, e)
		}
	}
	passes("no run", 0, 0)
	f.until("a whole pass", func() bool { return strings.Contains(f.do("run", "--fleet").out, "acme: 2 fetched") })
	f.server.Do(t, `UPDATE fisbridge_fleet.companies SET due_at = clock_timestamp()`) // for that was another node, which waits longer
	passes("a run, and passes that did nothing", 3, 1)
	n.end(syscall.SIGKILL)
	f.says(f.do("status", "--all-companies"), 3, "1 held document")
	f.elapsed(n)
	n.begin(t)
	f.server.Do(t, `UPDATE fisbridge_fleet.companies SET due_at = clock_timestamp()`)
	passes("the node was killed", 3, 1)

	// a pass that fails says nothing of what there is
	f.server.Do(t, `CREATE TABLE public.kept AS SELECT company, number, secrets FROM fisbridge_fleet.versions`, `UPDATE fisbridge_fleet.versions SET secrets = 'no seal'`)
	f.until("a pass fails", func() bool {
		return pgtest.Ask[int](t, f.server, `SELECT failures::int FROM fisbridge_fleet.companies`) > 0
	})
	f.says(f.do("status", "--all-companies"), 3, "the last pass failed", "1 held document")
	f.server.Do(t, `UPDATE fisbridge_fleet.versions SET secrets = k.secrets FROM public.kept k WHERE k.number = versions.number`, `UPDATE fisbridge_fleet.companies SET due_at = clock_timestamp()`)
	passes("a pass that failed", 3, 1)

	a.command(0, "reject", a.id("58-unmapped-account"), "--reason", "not ours")
	passes("it was rejected", 0, 0)
}

// The way of docs/many.md to give a company a role of its own is gone word for word, from a database without anything; who takes it in another order is told the next step.
func TestFleetRoleOfACompany(t *testing.T) {
	if !onServer() {
		return
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "many.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(text), "```sql\nCREATE ROLE acme")
	block, _, found := strings.Cut(block, "```")
	if !found {
		t.Fatal("docs/many.md has no statements for a role of a company")
	}
	f := openFleet(t)
	a := f.company("acme", setup{documents: []string{"01-cash-taxi"}})
	f.want(0, "fleet", "list") // makes the tables
	var statements []string
	for _, line := range strings.Split(strings.TrimSpace("CREATE ROLE acme"+block), "\n") {
		line, _, _ = strings.Cut(line, "--")
		statements = append(statements, strings.Replace(line, "'…'", "'"+pgtest.Password+"'", 1))
	}
	f.server.Do(t, statements...)
	a.edit("postgres://fisbridge@", "postgres://acme@")
	early := a.exec(nil, requestToken+"\n", "auth", "login")
	f.says(early, 1, "company acme has no row", "user acme may not make it", "fleet publish FOLDER")
	f.says(a.exec(nil, "", "check"), 4, "company acme has no row", "fleet publish FOLDER")
	f.says(f.do("fleet", "publish", a.dir, "--reason", "new customer"), 0, "version 1 is in force", "auth login")
	a.login()
	f.says(f.do("run", "--fleet"), 0, "acme: 1 fetched")
	f.want(0, "fleet", "disable", "acme", "--reason", "contract ended")
	f.want(0, "fleet", "erase", "acme", "--confirm", "acme", "--unfinished", "--reason", "contract ended")
}

// dump is the whole database as text.
func (f *fleet) dump() string {
	f.t.Helper()
	cmd := exec.Command(external(f.t, "pg_dump"), "--inserts", f.server.URL)
	cmd.Env = append(os.Environ(), "PGPASSWORD="+pgtest.Password)
	out, err := cmd.Output()
	if err != nil {
		f.t.Fatal(err)
	}
	return string(out)
}
