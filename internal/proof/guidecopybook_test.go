package proof

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/erptemplate"
)

// The copybook and the line of the integrators' guide make a template that is usable as it stands, settles what the guide
// says that the sample settles, and whose file COBOL reads.
func TestGuideCopybookWorks(t *testing.T) {
	text := guide(t)
	copybook, line := regexp.MustCompile("(?s)```cobol\n(.*?)```").FindStringSubmatch(text), regexp.MustCompile("(?s)```\n(D640300.*?)```").FindStringSubmatch(text)
	if copybook == nil || line == nil {
		t.Fatal("the guide has no copybook, or no line")
	}
	dir := t.TempDir()
	from, sample := filepath.Join(dir, "ledger.cpy"), filepath.Join(dir, "line.dat")
	for path, content := range map[string]string{from: copybook[1], sample: line[1]} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	templates := filepath.Join(dir, "templates")
	made, err := erptemplate.New(templates, "oldledger", from, erptemplate.Options{SampleName: sample})
	if err != nil || len(made.Remarks) == 0 {
		t.Fatalf("%d remarks, %v", len(made.Remarks), err)
	}
	path := filepath.Join(templates, "oldledger", "template.yaml")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"GUESS", "FILL IN", "overpunch-ascii", "ddMMyyyy", "files: [ledger.cpy]"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the template has no %s", want)
		}
	}
	r, err := erptemplate.Check(t.Context(), erptemplate.Checking{Templates: desk.TemplatesOf(templates), At: time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC), Judge: true}, "oldledger", path)
	if err != nil || !r.Usable || len(r.Made) < 2 || // a file for each currency, for the trailer has a sum
		len(r.Judges) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	if v := r.Judges[0]; v.Ran && !v.Good || !v.Ran && os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") != "" {
		t.Errorf("%+v", v)
	}
}
