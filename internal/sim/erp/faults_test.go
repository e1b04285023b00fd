package erp

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// erpAnswer is what a well-behaved ERP answers to documents A, B and C.
const answerABC = "DOC,STATUS,NUMBER,COMPANY,YEAR,DATE,CODE,TEXT,ENTRY\n" +
	"A,OK,1900000001,1000,2026,2026-03-31,,,\nB,ERR,,1000,,,F5 312,account is closed,E2\nC,OK,1900000002,1000,2026,2026-03-31,,,\n"

func faulty(t *testing.T, f Faults) *trial {
	c := newTrial(t, func(cfg *Config) { cfg.Faults = f })
	c.drop("GL_000001.csv", importOf("A", "B:660000", "C"))
	return c
}

func TestERPSlow(t *testing.T) {
	c := faulty(t, Faults{Slow: true})
	if half := c.file("GL_000001_result.csv"); half == answerABC || !strings.HasPrefix(answerABC, half) || half == "" {
		t.Errorf("not half of it: %q", half)
	}
	c.poll()
	if whole := c.file("GL_000001_result.csv"); whole != answerABC {
		t.Errorf("after the second look: %q", whole)
	}
}

func TestERPHalf(t *testing.T) {
	c := faulty(t, Faults{Half: true})
	before := c.file("GL_000001_result.csv")
	c.poll()
	if after := c.file("GL_000001_result.csv"); after != before || after == answerABC {
		t.Errorf("the rest came: %q", after)
	}
}

func TestERPTwiceAndOtherName(t *testing.T) {
	c := faulty(t, Faults{Twice: true})
	if c.file("GL_000001_result.csv") != answerABC || c.file("GL_000001_result_copy.csv") != answerABC {
		t.Error("not the same twice")
	}
	c = faulty(t, Faults{OtherName: true})
	if diff := cmp.Diff([]string{"REPLY-1.out"}, c.names(c.out)); diff != "" || c.file("REPLY-1.out") != answerABC {
		t.Error(diff)
	}
}

func TestERPUnknown(t *testing.T) {
	c := faulty(t, Faults{Unknown: true})
	text := c.file("GL_000001_result.csv")
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) != 7 || !strings.HasPrefix(lines[1], "A,") || strings.HasPrefix(lines[2], "A,") ||
		!strings.HasPrefix(lines[3], "B,") {
		t.Errorf("%q", lines)
	}
	if again := faulty(t, Faults{Unknown: true}); again.file("GL_000001_result.csv") != text {
		t.Error("the same seed gives another file")
	}
	if len(c.Books().Documents) != 3 {
		t.Error("unknown documents are in the books")
	}
}

// The books say posted whatever the answer says: this is what a test must compare with.
func TestERPAnswerDuplicate(t *testing.T) {
	c := faulty(t, Faults{AnswerDuplicate: true})
	if text := c.file("GL_000001_result.csv"); strings.Count(text, ",DUP,") != 3 {
		t.Error(text)
	}
	if a, _ := c.Books().Document("A"); a.Number == "" {
		t.Error("A was not booked")
	}
}

func TestERPRepeat(t *testing.T) {
	c := faulty(t, Faults{Repeat: true})
	a, _ := c.Books().Document("A")
	if a.Duplicates != 1 || a.Number != "1900000001" || len(c.Books().Answers) != 2 {
		t.Errorf("%+v, answers %v", a, c.Books().Answers)
	}
	// the second answer replaced the first
	if text := c.file("GL_000001_result.csv"); !strings.Contains(text, "A,DUP") {
		t.Error(text)
	}
}

func TestERPSilent(t *testing.T) {
	c := faulty(t, Faults{Silent: true})
	if names := c.names(c.out); len(names) > 0 {
		t.Fatalf("it spoke: %v", names)
	}
	c.SetFaults(Faults{})
	c.poll()
	if c.file("GL_000001_result.csv") != answerABC {
		t.Error("what was withheld did not come")
	}
}

func TestERPTake(t *testing.T) {
	c := faulty(t, Faults{Take: TakeNever})
	c.poll()
	if books := c.Books(); len(books.Files) != 1 || len(c.names(c.in)) != 1 {
		t.Errorf("read %d times, inbox %v", len(books.Files), c.names(c.in))
	}
	done := t.TempDir()
	c = newTrial(t, func(cfg *Config) { cfg.Done, cfg.Faults.Take = done, TakeAtOnce })
	c.drop("GL_000001.csv", importOf("A"))
	c.drop("GL_000001.csv", importOf("A"))
	if diff := cmp.Diff([]string{"GL_000001.csv", "GL_000001.csv.2"}, c.names(done)); diff != "" ||
		len(c.names(c.in)) > 0 {
		t.Error(diff)
	}
}

// Temporary names are none of the ERP's business.
func TestERPTemporaryNames(t *testing.T) {
	c := newTrial(t, func(cfg *Config) { cfg.Files = "GL_*.csv" })
	for _, name := range []string{".GL_000001.csv.tmp", "GL_000001.csv.part", "GL_000001.csv.filepart",
		"~GL_000001.csv", "AP_000001.csv", "GL_000001.csv.done"} {
		if err := os.WriteFile(filepath.Join(c.in, name), []byte(importOf("A")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := c.Poll(); n != 0 || err != nil || len(c.Books().Files) > 0 {
		t.Errorf("it read %d files, %v", n, err)
	}
	c.drop("GL_000001.csv", importOf("A"))
	if n := len(c.Books().Files); n != 1 {
		t.Errorf("it read %d files", n)
	}
}
