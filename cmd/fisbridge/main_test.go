package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/fisbridge/fisbridge/internal/journal/journaltest"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// TestMain lets the scripts run this test binary as fisbridge.
func TestMain(m *testing.M) {
	testscript.Main(ending{m}, map[string]func(){"fisbridge": main})
}

// ending ends the server that scripts have shared.
type ending struct{ *testing.M }

func (e ending) Run() int {
	defer pgtest.End()
	return e.M.Run()
}

// onFiles are the scripts that are told about the journal as a file, with a word of each by which one sees it: PostgreSQL has no such file. All others
// are told on a server, too, where pgtest.Variable asks for it: the journal of each working folder is a schema of its own then.
var onFiles = map[string]string{
	"check_rights":    "chmod 666 look/journal/fisbridge.db", // rights of the file
	"journal_trouble": "cp broken journal/fisbridge.db",      // a file that is no database
	"restored":        "cp evening.db look/journal/fisbridge.db",
}

// server is where the scripts have their journals; empty: in files, as their configurations say.
func server(t *testing.T) string {
	at := pgtest.At(t, "scripts")
	if at.Served() && !killpoint.On {
		t.Fatal("only a build with -tags killpoint takes the journals of scripts to a server")
	}
	return at.URL
}

// No script that is told on files alone is one that says nothing of files.
func TestScriptsOnFiles(t *testing.T) {
	for name, word := range onFiles {
		text, err := os.ReadFile(filepath.Join("testdata", name+".txtar"))
		if err != nil || !strings.Contains(string(text), word) {
			t.Errorf("%s has no %q: tell it on a server, too (%v)", name, word, err)
		}
	}
}

// TestScripts runs one story of a user per file of testdata; each tells its reason on top.
func TestScripts(t *testing.T) {
	documents, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	url := server(t)
	if url != "" {
		t.Cleanup(func() { journaltest.NothingSilentServed(t, pgtest.Raw(t, "scripts")) })
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Condition: func(cond string) (bool, error) { // [file]: the journal is one
			if cond != "file" {
				return false, fmt.Errorf("there is no condition %s", cond)
			}
			return url == "", nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "waitfor": waitFor, "until": until, "fill": fill, "revise": revise, "tell": tell, "replace": replace},
		Setup: func(env *testscript.Env) error {
			env.Setenv("SAMPLES", documents+"/../../samples/documents")
			if name := strings.TrimPrefix(filepath.Base(env.WorkDir), "script-"); url != "" && onFiles[name] == "" {
				env.Setenv("FISBRIDGE_JOURNALS", url)
				env.Setenv("FISBRIDGE_JOURNALS_PASSWORD", pgtest.Password)
			}
			env.Defer(func() { journaltest.NothingSilent(env.T().(testing.TB), env.WorkDir) })
			return nil
		},
	})
}

// exits runs a command and compares its exit code: exits 3 fisbridge render ...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARGS]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// waitFor waits until a file that matches the name pattern is there, and holds the text if one is given: what another
// process makes.
func waitFor(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: waitfor PATTERN [TEXT]")
	}
	for range 600 {
		found, err := filepath.Glob(ts.MkAbs(args[0]))
		ts.Check(err)
		if len(found) > 0 && (len(args) == 1 || strings.Contains(ts.ReadFile(found[0]), args[1])) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("%s did not come", args[0])
}

// until runs a command again and again until its standard output matches.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until PATTERN COMMAND [ARGS]")
	}
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	for range 100 {
		var exit *exec.ExitError
		if err := ts.Exec(args[1], args[2:]...); err != nil && !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		if pattern.MatchString(ts.ReadFile("stdout")) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("the output never matched %s", args[0])
}

// fill replaces the placeholders of a new configuration, as a person would.
func fill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: fill CONFIGURATION")
	}
	text := strings.ReplaceAll(ts.ReadFile(args[0]), "CHANGE-ME", "acme")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// replace writes a copy of a text file with some of its text changed: replace FROM-FILE TO-FILE [OLD NEW]... Each old
// text must be there.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args)%2 != 0 {
		ts.Fatalf("usage: replace FROM-FILE TO-FILE [OLD NEW]...")
	}
	text := ts.ReadFile(args[0])
	for i := 2; i < len(args); i += 2 {
		if !strings.Contains(text, args[i]) {
			ts.Fatalf("%s has no %q", args[0], args[i])
		}
		text = strings.Replace(text, args[i], strings.ReplaceAll(args[i+1], `\n`, "\n"), 1)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}

// revise edits a posted report in the simulator of a working folder, as people do in Concur: revise FOLDER DOC [JSON of
// further keys]. The new docId is in $REVISED.
func revise(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: revise FOLDER DOC [KEYS]")
	}
	base := regexp.MustCompile(`base_url: *(\S+)`).FindStringSubmatch(ts.ReadFile(args[0] + "/fisbridge.yaml"))
	if base == nil {
		ts.Fatalf("%s has no base_url", args[0])
	}
	more := ""
	if len(args) == 3 {
		more = "," + args[2]
	}
	answer, err := http.Post(base[1]+"/sim/revise", "application/json", strings.NewReader(fmt.Sprintf(`{"docId":%q%s}`, args[1], more)))
	ts.Check(err)
	defer answer.Body.Close()
	var said struct{ DocID, Error string }
	ts.Check(json.NewDecoder(answer.Body).Decode(&said))
	if said.DocID == "" {
		ts.Fatalf("revise: %s", said.Error)
	}
	ts.Setenv("REVISED", said.DocID)
}

// tell has the simulator of a working folder tell its watch of documents: tell FOLDER JSON, as /sim/events takes it
// without the endpoint. Where watch listens stands in its log.
func tell(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: tell FOLDER JSON")
	}
	base := regexp.MustCompile(`base_url: *(\S+)`).FindStringSubmatch(ts.ReadFile(args[0] + "/fisbridge.yaml"))
	at := regexp.MustCompile(`events are received.* listen=(\S+) path=(\S+)`).FindAllStringSubmatch(ts.ReadFile(args[0]+"/logs/fisbridge.log"), -1)
	if base == nil || at == nil {
		ts.Fatalf("%s has no base_url, or nobody listens", args[0])
	}
	last := at[len(at)-1]
	var body map[string]any
	ts.Check(json.Unmarshal([]byte(args[1]), &body))
	body["endpoint"] = "http://" + last[1] + last[2]
	text, err := json.Marshal(body)
	ts.Check(err)
	answer, err := http.Post(base[1]+"/sim/events", "application/json", bytes.NewReader(text))
	ts.Check(err)
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	ts.Check(err)
	if answer.StatusCode != http.StatusOK {
		ts.Fatalf("tell: %s", said)
	}
	fmt.Fprintln(ts.Stdout(), string(said))
}
