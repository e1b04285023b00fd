//go:build linux

package worlds

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/postgres"
)

// nodeProcess is a node that serves companies.
type nodeProcess struct {
	dir     string
	command []string // empty: watch --fleet
	argv    []string // the whole command, where it is none of this machine's program in dir
	clock   time.Duration
	cmd     *exec.Cmd
	errs    *buffer
	ended   chan struct{}
}

// node makes the folder of a further node.
func (f *fleet) node(i int, atOnce int, every string) *nodeProcess {
	f.t.Helper()
	n := &nodeProcess{dir: filepath.Join(filepath.Dir(f.dir), "node"+strconv.Itoa(i)), clock: time.Hour}
	for _, name := range []string{"fleet.yaml", "secrets/database", "secrets/node_key"} {
		text, err := os.ReadFile(filepath.Join(f.dir, name))
		if err == nil && name == "fleet.yaml" {
			text = bytes.Replace(text, []byte("node:\n"), fmt.Appendf(nil, "node:\n  name: node%d\n  at_once: %d\n  returns_every: %s\n", i, atOnce, every), 1)
		}
		if err == nil {
			err = os.MkdirAll(filepath.Dir(filepath.Join(n.dir, name)), 0o700)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(n.dir, name), text, 0o600)
		}
		if err != nil {
			f.t.Fatal(err)
		}
	}
	return n
}

// begin starts it, with a clock that has gone on, so that scheduled times have come.
func (n *nodeProcess) begin(t *testing.T) {
	t.Helper()
	bins, err := build()
	if err != nil {
		t.Fatal(err)
	}
	n.clock += 2 * time.Minute
	command := n.command
	if len(command) == 0 {
		command = []string{"watch", "--fleet"}
	}
	argv := append([]string{bins.kill, "-C", n.dir}, command...)
	if len(n.argv) > 0 {
		argv = n.argv
	}
	n.cmd, n.errs, n.ended = exec.Command(argv[0], argv[1:]...), &buffer{}, make(chan struct{})
	n.cmd.Env = []string{"HOME=" + n.dir, "USER=operator", "TZ=UTC", "TMPDIR=" + os.TempDir(), "FISBRIDGE_NOW_OFFSET=" + n.clock.String()}
	n.cmd.Stderr = n.errs
	if err := n.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func(cmd *exec.Cmd, ended chan struct{}) { _ = cmd.Wait(); close(ended) }(n.cmd, n.ended)
}

// end ends it with a signal, and gives its exit code.
func (n *nodeProcess) end(s syscall.Signal) int {
	_ = n.cmd.Process.Signal(s)
	<-n.ended
	return n.cmd.ProcessState.ExitCode()
}

// processes are the node and the passes that it makes just now.
func (n *nodeProcess) processes() (pids []int) {
	pids = []int{n.cmd.Process.Pid}
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", n.cmd.Process.Pid)) // the pattern is right
	for _, task := range tasks {
		text, _ := os.ReadFile(task) // one that has ended has no children
		for _, field := range strings.Fields(string(text)) {
			if pid, err := strconv.Atoi(field); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// elapsed lets the time pass, by the database's clock, after which the leases of a node have ended. In the long form it passes by itself.
func (f *fleet) elapsed(n *nodeProcess) {
	if long() {
		return
	}
	f.server.Do(f.t, `UPDATE fisbridge_fleet.companies SET lease_until = lease_until - INTERVAL '50 seconds' WHERE strpos(owner, '`+n.dir+`/work/') > 0`)
}

// copies makes a sample ready so many times, as so many reports.
func (w *world) copies(name string, number int) {
	w.t.Helper()
	s, env := sample(w.t, name)
	text, id := string(env.Document), env.ID
	for range number {
		i := len(w.input) + 1
		fresh := fmt.Sprintf("%032X", 0xA000000+i)
		env.ID = fresh
		env.Document = []byte(strings.NewReplacer(id, fresh, "8B529375F4D95FD281B8", fmt.Sprintf("%020X", 0xB000000+i), `"reportKey": 50633`, fmt.Sprintf(`"reportKey": %d`, 900000+i)).Replace(text))
		w.add(s, env)
	}
}

// parallel does something for each company, some at a time.
func (f *fleet) parallel(do func(*world)) {
	free := make(chan struct{}, 4)
	var all sync.WaitGroup
	for _, w := range f.companies {
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			do(w)
		})
	}
	all.Wait()
}

// trial is how large the trial is: in the short form, in the long one, or as the environment says.
type trial struct {
	companies, documents int // documents of each company at the beginning
	nodes, atOnce        int
	trouble, settle      time.Duration
}

func trialOf(t *testing.T) trial {
	t.Helper()
	c := trial{20, 2, 3, 2, 15 * time.Second, 5 * time.Minute}
	if long() {
		c = trial{200, 500, 3, 2, 30 * time.Minute, 30 * time.Minute}
	}
	for name, value := range map[string]*int{"COMPANIES": &c.companies, "DOCUMENTS": &c.documents, "NODES": &c.nodes, "AT_ONCE": &c.atOnce} {
		if text, given := os.LookupEnv("FISBRIDGE_FLEET_" + name); given {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 {
				t.Fatalf("FISBRIDGE_FLEET_%s=%s is no number of them", name, text)
			}
			*value = n
		}
	}
	if text, given := os.LookupEnv("FISBRIDGE_FLEET_TROUBLE"); given {
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatal(err)
		}
		c.trouble = d
	}
	return c
}

// watched notes each taking of a company by the database's clock.
func (f *fleet) watched() {
	f.server.Do(f.t, `CREATE TABLE takings (company TEXT, at TIMESTAMPTZ DEFAULT clock_timestamp(), owner TEXT, until TIMESTAMPTZ, killed BOOLEAN DEFAULT false)`,
		`CREATE FUNCTION taken() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN INSERT INTO public.takings (company, owner) VALUES (NEW.company, NEW.owner); RETURN NEW; END $$`,
		`CREATE TRIGGER taken AFTER UPDATE OF fence ON fisbridge_fleet.companies FOR EACH ROW WHEN (NEW.owner <> '') EXECUTE FUNCTION taken()`)
}

// left notes, when a node was killed, the companies that it had.
func (f *fleet) left(n *nodeProcess) {
	f.server.Do(f.t, `INSERT INTO takings (company, owner, killed) SELECT company, owner, true FROM fisbridge_fleet.companies WHERE lease_until >= clock_timestamp() AND strpos(owner, '`+n.dir+`/work/') > 0`)
}

// servedAfter tells how long the companies of killed nodes waited for the next one to take them, in seconds.
func (f *fleet) servedAfter() (number int, median, longest float64) {
	f.t.Helper()
	const waits = `WITH waits AS (SELECT EXTRACT(EPOCH FROM (SELECT MIN(t.at) FROM takings t WHERE t.company = k.company AND t.at > k.at AND NOT t.killed) - k.at)::float8 AS s FROM takings k WHERE k.killed) SELECT `
	number = pgtest.Ask[int](f.t, f.server, waits+`COUNT(*) FROM waits WHERE s IS NOT NULL`)
	if number > 0 {
		median = pgtest.Ask[float64](f.t, f.server, waits+`percentile_cont(0.5) WITHIN GROUP (ORDER BY s) FROM waits`)
		longest = pgtest.Ask[float64](f.t, f.server, waits+`MAX(s) FROM waits`)
	}
	return number, median, longest
}

// Three nodes serve twenty companies, each with a Concur and an ERP of its own, while nodes are killed, paused for longer than their leases, and
// cut off from the database. By the records of the services and of the ERPs, every document is in one file and is confirmed once.
// FISBRIDGE_KILL_LONG=1: two hundred companies, a hundred thousand documents, thirty minutes. FISBRIDGE_FLEET_COMPANIES, _DOCUMENTS (of each company), _NODES, _AT_ONCE and
// _TROUBLE (8m) set other sizes.
func TestFleetInTrouble(t *testing.T) {
	if !onServer() {
		return
	}
	c := trialOf(t)
	number := c.companies
	began := time.Now()
	f := openFleet(t)
	for i := range number {
		set := setup{documents: []string{}, files: 3, extra: "schedule: {runs: [\"* * * * *\"]}\n"}
		if long() {
			set.page, set.files = 100, 200
		}
		w := f.company(fmt.Sprintf("company_%03d", i), set)
		w.copies("01-cash-taxi", c.documents)
	}
	f.parallel(func(w *world) {
		w.login()
		f.want(0, "fleet", "publish", w.dir, "--reason", "a test")
	})
	t.Logf("%d companies are published after %s", number, time.Since(began).Round(time.Second))
	f.watched()
	var nodes []*nodeProcess
	for i := range c.nodes {
		n := f.node(i+1, c.atOnce, "1s")
		n.begin(t)
		nodes = append(nodes, n)
	}
	defer func() {
		for _, n := range nodes {
			for _, pid := range n.processes() {
				_ = syscall.Kill(pid, syscall.SIGCONT)
			}
			n.end(syscall.SIGKILL)
			if t.Failed() {
				t.Logf("%s said at last:\n%s", n.dir, tail(n.errs.String(), 4000))
			}
		}
	}()
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 13))
	done := map[string]int{}
	acts := []struct {
		name string
		do   func(*nodeProcess)
	}{
		{"killed", func(n *nodeProcess) {
			n.end(syscall.SIGKILL)
			f.left(n)
			f.elapsed(n)
			n.begin(t)
		}},
		{"paused", func(n *nodeProcess) {
			pids := n.processes()
			for _, pid := range pids {
				_ = syscall.Kill(pid, syscall.SIGSTOP)
			}
			f.elapsed(n)
			pause := time.Second
			if long() { // for longer than its leases
				pause = time.Minute
			}
			time.Sleep(pause) // others take its companies over
			for _, pid := range pids {
				_ = syscall.Kill(pid, syscall.SIGCONT)
			}
		}},
		{"cut off", func(*nodeProcess) {
			f.server.Do(t, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fisbridge' AND random() < 0.5`)
		}},
		{"ended", func(n *nodeProcess) {
			if code := n.end(syscall.SIGTERM); code != 0 && n.errs.String() != "" { // one that has said nothing yet may end by the signal itself
				t.Errorf("a node that was told to end ended with %d: %s", code, tail(n.errs.String(), 2000))
			}
			n.begin(t)
		}},
	}
	for end := time.Now().Add(c.trouble); time.Now().Before(end); {
		time.Sleep(time.Duration(200+random.IntN(800)) * time.Millisecond)
		act := acts[random.IntN(len(acts))]
		act.do(nodes[random.IntN(len(nodes))])
		done[act.name]++
		if !long() {
			f.companies[random.IntN(number)].copies("01-cash-taxi", 1)
		}
		for _, w := range f.companies {
			w.poll()
		}
	}
	t.Logf("seed %d: %v after %s", seed, done, time.Since(began).Round(time.Second))
	for _, n := range nodes { // a last scheduled time for all
		n.end(syscall.SIGTERM)
		n.clock += 10 * time.Minute
		n.begin(t)
	}
	left := slices.Clone(f.companies)
	for end := time.Now().Add(c.settle); len(left) > 0 && time.Now().Before(end); time.Sleep(300 * time.Millisecond) {
		left = slices.DeleteFunc(left, func(w *world) bool { w.poll(); return len(w.violations()) == 0 })
	}
	for _, w := range left {
		t.Errorf("violated in %s: %s", w.name, strings.Join(w.violations(), "\n  "))
	}
	for _, n := range nodes {
		if code := n.end(syscall.SIGTERM); code != 0 {
			t.Errorf("a node ended with %d", code)
		}
	}
	all := 0
	for _, w := range f.companies { // nothing was done twice in the end either
		all += len(w.input)
		for _, text := range w.violations() {
			t.Errorf("violated in %s: %s", w.name, text)
		}
	}
	for _, w := range f.companies[:min(number, 3)] {
		w.command(0, "audit", "verify")
	}
	if n := pgtest.Ask[int](t, f.server, `SELECT COUNT(*) FROM fisbridge_fleet.companies WHERE state = 'active' AND failures > 3`); n > 0 {
		t.Errorf("%d companies fail again and again", n)
	}
	if n, median, longest := f.servedAfter(); n > 0 {
		t.Logf("%d companies of killed nodes were taken by the next one after %.1f s (median), %.1f s at most", n, median, longest)
		if most := (postgres.LeaseFor + 10*time.Second).Seconds(); median > most {
			t.Errorf("companies of a killed node wait longer than a minute")
		}
	}
	t.Logf("%d documents of %d companies, each in one file and confirmed once, after %s", all, number, time.Since(began).Round(time.Second))
}

// tail is the end of a text.
func tail(s string, most int) string { return s[max(0, len(s)-most):] }
