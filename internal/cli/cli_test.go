package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/findings"
)

// run executes a command line and returns what it wrote.
func run(ctx context.Context, stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = Run(ctx, args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

// Each kind of end has its exit code and its words, whatever it is wrapped in.
func TestExitCodes(t *testing.T) {
	live := context.Background()
	gone, cancel := context.WithCancel(live)
	cancel()
	problems := config.Problems{{File: "fisbridge.yaml", Line: 3, Field: "a", Reason: "is missing", Hint: "write it"}, {File: "fisbridge.yaml", Reason: "is odd"}}
	findings := &findings.ListError{Findings: findings.List{{File: "m.xlsx", Sheet: "Columns", Cell: "C4", Reason: "no such field"}}}
	for name, test := range map[string]struct {
		ctx  context.Context
		err  error
		code int
		want string
	}{
		"done":         {live, nil, 0, ""},
		"failed":       {live, desk.WithExit(errors.New("disk full")), 1, "fisbridge: error: disk full\n"},
		"several":      {live, desk.WithExit(errors.Join(errors.New("one"), errors.New("two"))), 1, "fisbridge: error: one\nfisbridge: error: two\n"},
		"usage":        {live, desk.WithExit(desk.Usage(errors.New("no such flag"))), 2, "fisbridge: error: no such flag\nfisbridge: hint: --help behind the command shows its flags\n"},
		"cobra":        {live, errors.New("accepts 0 args"), 2, "fisbridge: error: accepts 0 args\nfisbridge: hint: fisbridge --help shows the commands, and --help behind a command shows its flags\n"},
		"needs person": {live, desk.WithExit(desk.NeedsPerson()), 3, ""},
		"no config":    {live, desk.WithExit(fmt.Errorf("open: %w", config.ErrNoConfig)), 4, "fisbridge: error: open: no fisbridge.yaml\nfisbridge: hint: give the working folder with -C, or make one: fisbridge init --template NAME FOLDER\n"},
		"problems": {live, desk.WithExit(fmt.Errorf("load: %w", problems)), 4,
			"fisbridge: error: fisbridge.yaml:3: a: is missing\nfisbridge: hint: write it\nfisbridge: error: fisbridge.yaml: is odd\n"},
		"findings":         {live, desk.WithExit(findings), 4, "fisbridge: error: m.xlsx Columns!C4: no such field\nfisbridge: hint: correct the cells, and see with fisbridge mapping check m.xlsx that nothing else is wrong\n"},
		"interrupted":      {gone, desk.WithExit(fmt.Errorf("walk: %w", context.Canceled)), 130, "fisbridge: error: interrupted\nfisbridge: hint: the next run goes on from here\n"},
		"cancelled inside": {live, desk.WithExit(fmt.Errorf("walk: %w", context.Canceled)), 1, "fisbridge: error: walk: context canceled\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var stderr bytes.Buffer
			a := &app{&frame.Frame{Stderr: term.NewStream(&stderr)}}
			if code := a.Finish(test.ctx, test.err); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			if diff := cmp.Diff(test.want, stderr.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An interrupted command ends with 130 and leaves no file under a final name.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	out := filepath.Join(dir, "lines.json")
	code, _, stderr := run(ctx, `{"cashAdvanceData":{"employeeCurrencyAlphaCode":"EUR"},"journalData":[]}`, "render", "--format", "json", "-o", out)
	if code != desk.ExitInterrupted || !strings.Contains(stderr, "interrupted") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Every command has a help that a person can work from.
func TestHelp(t *testing.T) {
	root := newRoot(&app{&frame.Frame{}})
	for _, c := range root.Commands() {
		if c.Short == "" || c.Example == "" && !c.HasSubCommands() {
			t.Errorf("%s has no short text or no example", c.CommandPath())
		}
		if strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: the short text ends with a full stop", c.CommandPath())
		}
		code, out, _ := run(context.Background(), "", c.Name(), "--help")
		if code != 0 || !strings.Contains(out, "Usage:") {
			t.Errorf("%s --help: exit code %d", c.Name(), code)
		}
	}
}

// A template in the working folder hides the built-in one of its name as a whole; the others stay.
func TestOverlay(t *testing.T) {
	o := desk.Overlay{
		Own:     fstest.MapFS{"csv/template.yaml": {Data: []byte("own")}},
		Builtin: fstest.MapFS{"csv/template.yaml": {Data: []byte("built in")}, "csv/README.md": {}, "fixed/template.yaml": {Data: []byte("fixed")}},
	}
	entries, err := fs.ReadDir(o, ".")
	if err != nil || len(entries) != 2 {
		t.Errorf("%v, %v", entries, err)
	}
	for name, want := range map[string]string{"csv/template.yaml": "own", "fixed/template.yaml": "fixed"} {
		if text, err := fs.ReadFile(o, name); err != nil || string(text) != want {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	if _, err := o.Open("csv/README.md"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file of the hidden template shows: %v", err)
	}
	missing := desk.Overlay{Own: os.DirFS(filepath.Join(t.TempDir(), "none")), Builtin: o.Builtin}
	if entries, err := fs.ReadDir(missing, "."); err != nil || len(entries) != 2 {
		t.Errorf("without a folder of its own: %v, %v", entries, err)
	}
}

// A file that cannot be finished is not there at all, and a former one stays as it was.
func TestWholeFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "out.csv")
	write := func(text string, finish func(*frame.WholeFile)) {
		t.Helper()
		f, err := frame.NewWholeFile(nil, name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
		finish(f)
	}
	check := func(want string) {
		t.Helper()
		text, err := os.ReadFile(name)
		if want == "" && !errors.Is(err, fs.ErrNotExist) || want != "" && string(text) != want {
			t.Errorf("%q, %v; want %q", text, err, want)
		}
		left, err := os.ReadDir(filepath.Dir(name))
		if err != nil || len(left) > 1 || len(left) == 1 && left[0].Name() != "out.csv" {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
	write("half", (*frame.WholeFile).Abort)
	check("")
	write("whole", func(f *frame.WholeFile) {
		if err := f.Commit(); err != nil {
			t.Error(err)
		}
		f.Abort() // after commit it does nothing
	})
	check("whole")
	write("second half", (*frame.WholeFile).Abort)
	check("whole")
}
