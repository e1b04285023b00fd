//go:build linux

package worlds

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
)

// One company on two nodes: while one works the other does nothing; when the first stands still for longer than its lease, the other one takes
// over, and what the first does when it wakes harms nobody, wherever it stood still. By the records of service and ERP each document is in one file
// and is confirmed once.
func TestTwoNodes(t *testing.T) {
	if !onServer() {
		return
	}
	for _, at := range []string{"store.done", "acknowledge.intended", "acknowledge.acted", "upload.intended", "upload.created", "upload.written", "upload.acted", "rename.intended", "rename.acted"} {
		t.Run(at, func(t *testing.T) {
			w := begin(t, setup{documents: []string{"01-cash-taxi", "14-tax-deductible"}})
			other := w.at(w.beside("node2"))
			w.copyFolder(w.dir, other.dir)
			first, firstEnd := w.pause(at, "stop")
			if e := other.exec(nil, "", "run"); e.code != 5 || !strings.Contains(e.err, "another fisbridge works for this company") {
				t.Errorf("both work: %s", e)
			}
			other.minuteLater()
			other.run()
			w.must(first.Process.Signal(syscall.SIGCONT))
			firstEnd()
			if code := first.ProcessState.ExitCode(); code != 5 {
				t.Errorf("the first node ended with %d", code)
			}
			other.cycle()
			for _, name := range w.names("in") { // what a process left that died in a paused attempt is never taken
				w.must(os.Remove(w.path("in", name)))
			}
			other.check()
		})
	}
}

// The server ends every session in the middle of a run, as when it is started again: the run goes on.
func TestSessionsEnd(t *testing.T) {
	if !onServer() {
		return
	}
	w := begin(t, setup{documents: []string{"01-cash-taxi", "14-tax-deductible"}})
	for _, at := range []string{"acknowledge.acted", "upload.acted"} {
		run, end := w.pause(at, "stop")
		w.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fisbridge' AND pid <> pg_backend_pid()`)
		w.must(run.Process.Signal(syscall.SIGCONT))
		end()
		if code := run.ProcessState.ExitCode(); code != 0 && code != 3 {
			t.Errorf("%s: the run ended with %d", at, code)
		}
		w.offer(map[string]string{"acknowledge.acted": "29-three-cost-centres", "upload.acted": "47-invoice-plain"}[at])
	}
	w.cycle()
	w.check()
}

// A server that is away, takes no more connections, or only reads: it is told in plain words with what to do, exit code 1, nothing is lost,
// and the next run goes on.
func TestServerInTrouble(t *testing.T) {
	if !onServer() {
		return
	}
	w := prepare(t, setup{documents: []string{"01-cash-taxi"}})
	server := pgtest.Start(t)
	server.Do(t, `CREATE ROLE app LOGIN PASSWORD 'loopback'`, `CREATE DATABASE bridge OWNER app`)
	url := strings.NewReplacer("fisbridge@", "app@", "/postgres?", "/bridge?").Replace(server.URL)
	text, err := os.ReadFile(w.dir + "/fisbridge.yaml")
	w.must(err)
	head, tail, _ := strings.Cut(string(text), "journal:\n")
	_, tail, _ = strings.Cut(tail, "targets:\n")
	w.write("fisbridge.yaml", head+"journal: {url: \""+url+"\", schema: acme, password: file:secrets/database}\ntargets:\n"+tail)
	w.login()
	w.command(0, "check")
	for _, c := range []struct {
		name, say, hint string
		begin, end      func()
	}{
		{"away", "does not answer", "whether the database server runs", func() { server.Stop(t, syscall.SIGINT) }, func() { server.Again(t) }},
		{"crowded", "no more connections", "max_connections", func() { server.Do(t, `ALTER ROLE app CONNECTION LIMIT 0`) }, func() { server.Do(t, `ALTER ROLE app CONNECTION LIMIT -1`) }},
		{"read-only", "only reads", "the server that writes", func() { server.Do(t, `ALTER DATABASE bridge SET default_transaction_read_only = on`) }, func() { server.Do(t, `ALTER DATABASE bridge RESET default_transaction_read_only`) }},
		{"refused", "refuses", "journal.password", func() { server.Do(t, `ALTER ROLE app PASSWORD 'another'`) }, func() { server.Do(t, `ALTER ROLE app PASSWORD 'loopback'`) }},
	} {
		c.begin()
		if e := w.exec(nil, "", "run"); e.code != 1 || !strings.Contains(e.err, c.say) || !strings.Contains(e.err, c.hint) || strings.Contains(e.err, pgtest.Password) {
			t.Errorf("%s: %s", c.name, e)
		}
		c.end()
	}
	run, end := w.pause("acknowledge.acted", "stop") // a run is under way when the server is killed and started again
	server.Stop(t, syscall.SIGQUIT)
	server.Again(t)
	w.must(run.Process.Signal(syscall.SIGCONT))
	end()
	if code := run.ProcessState.ExitCode(); code != 0 {
		t.Errorf("the run did not go on: %d", code)
	}
	if e := w.exec(nil, "", "backup", w.beside("copy.db")); e.code != 1 || !strings.Contains(e.err, "pg_dump --schema=acme") {
		t.Errorf("backup: %s", e)
	}
	w.command(0, "audit", "verify")
	// the database was put back from a dump: its tables are others
	server.Do(t, `ALTER DATABASE bridge RENAME TO old`, `CREATE DATABASE bridge TEMPLATE old OWNER app`)
	if e := w.exec(nil, "", "run"); e.code != 3 || !strings.Contains(e.err, "restored --moved") {
		t.Errorf("a copy of the database works: %s", e)
	}
	w.command(0, "restored", "--moved", "--reason", "the database was renamed")
	w.command(0, "run")
}
