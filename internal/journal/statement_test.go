package journal

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// isSuite: the file is one of the suite of tests.
func isSuite(name string) bool { return filepath.Base(filepath.Dir(name)) == "journaltest" }

// statements are the literals of this package and its rooms that begin with a word, each with its place.
func statements(t *testing.T, word string) map[string]string {
	t.Helper()
	literal := regexp.MustCompile("(?s)`(" + word + " .*?)`")
	found := map[string]string{}
	for _, pattern := range []string{"*.go", "*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") || isSuite(name) || isFleet(name) {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range literal.FindAllStringSubmatch(string(text), -1) {
				found[m[1]] = name
			}
		}
	}
	return found
}

// Of two who want to move the same thing one wins: every statement that sets a state says from which one it comes, and so do those that end
// a run or change an open alarm.
func TestTransitionsNameTheStateTheyComeFrom(t *testing.T) {
	updates := statements(t, "UPDATE")
	if len(updates) < 50 {
		t.Fatalf("%d statements found: the test looks in the wrong place", len(updates))
	}
	for statement, place := range updates {
		what, where, _ := strings.Cut(statement, "WHERE")
		for _, column := range []string{"state", "ended_at", "resolved_at"} {
			if regexp.MustCompile(`(SET|,)\s*`+column+` =`).MatchString(what) && !regexp.MustCompile(`\b`+column+`\b`).MatchString(where) {
				t.Errorf("%s: sets %s, whatever it was: %s", place, column, statement)
			}
		}
	}
}

// No method writes by a way that leaves no seal: the only statements beside the transaction's own are those of migrations and copies.
func TestNoWriteBesideTheTransaction(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	rooms, err := filepath.Glob("*/*.go")
	if err != nil || len(rooms) < 30 {
		t.Fatal(len(rooms), err)
	}
	for _, name := range append(files, rooms...) {
		if strings.HasSuffix(name, "_test.go") || isSuite(name) || filepath.Base(name) == "suffer.go" { // which only sets pragmas, in the build for tests
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(text), "\n") {
			if strings.Contains(line, "ExecContext(") && !strings.Contains(line, "s.ExecContext(t.single(t.Ctx), args...)") && !strings.Contains(line, "t.sql.ExecContext(t.Ctx, query, args...)") && !strings.Contains(line, "VACUUM INTO") && !besideTheJournal(name, line) {
				t.Errorf("%s:%d writes beside the transaction: %s", name, n+1, strings.TrimSpace(line))
			}
		}
	}
}

// besideTheJournal: the statement is about the schema that all companies share, or makes one; or it is part of the copy of a whole journal, in one
// transaction, whose rows have their seals already; or it is the connection itself, which hands on what others ask.
func besideTheJournal(name, line string) bool {
	return isFleet(name) || filepath.Dir(name) == "postgres" && (strings.Contains(line, "Fleet+`.companies") || strings.Contains(line, "CREATE SCHEMA")) || filepath.ToSlash(name) == "ledger/move.go" || filepath.ToSlash(name) == "postgres/aside.go"
}

// isFleet: the table of companies is no journal. Its rows are locked before they change and have a claim, and each act has its row in acts.
func isFleet(name string) bool { return filepath.Dir(name) == "companies" }
