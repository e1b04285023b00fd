package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/cli"
)

// Every module that is built in on any system has terms that are known, and all of their texts are in the file.
func TestLicencesMissNobody(t *testing.T) {
	list, err := builtIn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 40 {
		t.Fatalf("only %d modules: the test looks in the wrong place", len(list))
	}
	file, err := licences(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range list {
		seen[m.Path] = true
		if !bytes.Contains(file, []byte(m.Path+" "+m.Version+"\n")) || !bytes.Contains(file, []byte("\n"+m.Path+" "+m.Version+": ")) {
			t.Errorf("%s %s is not in the file", m.Path, m.Version)
		}
	}
	for _, path := range []string{"modernc.org/sqlite", "github.com/inconshreveable/mousetrap", "Go standard library"} { // of all systems, of Windows, of none
		if !seen[path] {
			t.Errorf("%s is not listed", path)
		}
	}
}

// What is no licence of the list is none.
func TestLicenceMustBeKnown(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "LICENSE"), []byte("You may look at it.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	m := module{Path: "example.com/strange", Version: "v1.0.0", Dir: dir}
	if err := m.read(); err == nil || !strings.Contains(err.Error(), "example.com/strange v1.0.0 has no licence that is known here") {
		t.Errorf("%v", err)
	}
}

// Every command that people see has a page, and man reads all of them without a complaint.
func TestManual(t *testing.T) {
	folder := t.TempDir()
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	if err := writeManual(folder, "1.2.3", day); err != nil {
		t.Fatal(err)
	}
	for _, c := range shown(cli.Tree()) {
		text, err := os.ReadFile(filepath.Join(folder, "man", pageName(c)+".1"))
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.Contains(text, []byte(".SH SYNOPSIS\n")) || !bytes.Contains(text, []byte(`"fisbridge 1.2.3"`)) {
			t.Errorf("the page of %s is not whole:\n%s", c.Name(), text)
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish", "ps1"} {
		if info, err := os.Stat(filepath.Join(folder, "completions", "fisbridge."+shell)); err != nil || info.Size() == 0 {
			t.Errorf("no completion for %s: %v", shell, err)
		}
	}
	mandoc := program(t, "mandoc")
	pages, err := filepath.Glob(filepath.Join(folder, "man", "*.1"))
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	if out, err := exec.Command(mandoc, append([]string{"-T", "lint", "-W", "warning"}, append(pages, "../scripts/fisbridge-company.1")...)...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// Text of ours cannot become a request of roff.
func TestEscaped(t *testing.T) {
	if got := escaped(".SH it's\n'quoted'\n\nC:\\bridge --dir"); got != "\\&.SH it's\n\\&'quoted'\n.sp\nC:\\ebridge \\-\\-dir" {
		t.Errorf("%q", got)
	}
}

// The same folder gives the same archive, whatever the times of its files.
func TestPackIsTheSame(t *testing.T) {
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, kind := range []string{".zip", ".tar.gz"} {
		var made [2][]byte
		for i := range made {
			dir := filepath.Join(t.TempDir(), "fisbridge_1.2.3")
			if err := os.MkdirAll(filepath.Join(dir, "docs"), 0o700); err != nil {
				t.Fatal(err)
			}
			for name, mode := range map[string]os.FileMode{"fisbridge": 0o755, "docs/a.md": 0o600, "LICENSE": 0o644} {
				path := filepath.Join(dir, name)
				if err := os.WriteFile(path, []byte(name), mode); err != nil {
					t.Fatal(err)
				}
				if err := os.Chtimes(path, day, day.Add(time.Duration(i)*time.Hour)); err != nil {
					t.Fatal(err)
				}
			}
			archive := filepath.Join(t.TempDir(), "x"+kind)
			if err := pack(dir, archive, day); err != nil {
				t.Fatal(err)
			}
			var err error
			if made[i], err = os.ReadFile(archive); err != nil {
				t.Fatal(err)
			}
		}
		if len(made[0]) == 0 || !bytes.Equal(made[0], made[1]) {
			t.Errorf("two %s of one folder differ", kind)
		}
	}
}
