package mapping_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// ledger is the COBOL program of testdata, compiled with the template's own copybook; "" where no compiler is installed.
func ledger(t *testing.T) string {
	t.Helper()
	cobc, err := exec.LookPath("cobc")
	if err != nil {
		return ""
	}
	program := filepath.Join(t.TempDir(), "ledger")
	cmd := exec.Command(cobc, "-x", "-fsign=EBCDIC", "-I", filepath.Join("..", "..", "templates", "legacy-fixed"), "-o", program, filepath.Join("testdata", "ledger.cob"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("cobc: %v\n%s", err, out)
	}
	return program
}

// A program of the ledger's own kind reads our journal with its copybook, finds every total right, and its answer reads as what it said. CI installs the
// compiler.
func TestCobolLedger(t *testing.T) {
	plan := readyPlan(t, "legacy-fixed")
	got := renderGroups(t, plan, sampleDocuments(t))
	program := ledger(t)
	if program == "" {
		t.Log("GnuCOBOL is not installed: only the golden file vouches for the journal")
		return
	}
	for group, journal := range got.files {
		ack, rej, out, err := post(t, program, journal, "")
		if err != nil {
			t.Fatalf("%s: %v\n%s", group, err, out)
		}
		rows := results(t, plan, "ack", "CNQR000001.ack", ack)
		if len(rows) != 1 || rows[0].Outcome.Verdict != fis.Posted || rows[0].Outcome.Number != "J004711" || rows[0].Accepted != got.totals[group].Documents || len(rej) != 0 {
			t.Errorf("%s: %q %q %+v", group, ack, rej, rows)
		}
	}
	_, _, out, err := post(t, program, bytes.Replace(got.files["EUR"], []byte("000000000234{EUR"), []byte("000000000234AEUR"), 1), "")
	if err == nil {
		t.Errorf("the ledger takes a journal with a wrong cent: %s", out)
	}
}

// What the ledger rejects is told by the record's number, and the document it belongs to is found by it.
func TestCobolRejects(t *testing.T) {
	program := ledger(t)
	if program == "" {
		t.Log("GnuCOBOL is not installed")
		return
	}
	plan := readyPlan(t, "legacy-fixed")
	got := renderGroups(t, plan, sampleDocuments(t))
	ack, rej, out, err := post(t, program, got.files["CHF"], "640400")
	if err != nil {
		t.Fatal(err, out)
	}
	if rows := results(t, plan, "ack", "CNQR000003.ack", ack); len(rows) != 1 || rows[0].Outcome.Verdict != fis.Rejected {
		t.Errorf("%q %+v", ack, rows)
	}
	lines := strings.Split(string(got.files["CHF"]), "\n")
	rows := results(t, plan, "rejects", "CNQR000003.rej", rej)
	if len(rows) == 0 {
		t.Fatalf("%q", rej)
	}
	for _, r := range rows {
		line := lines[r.Refs.FileLine-1]
		if !strings.Contains(line, "640400") || r.Refs.FileSequence != 3 || r.Outcome.Verdict != fis.Rejected || r.Outcome.Messages[0].Text != "ACCOUNT IS LOCKED" {
			t.Errorf("%+v is %q", r, line)
		}
	}
}

func post(t *testing.T, program string, journal []byte, locked string) (ack, rej []byte, output string, err error) {
	t.Helper()
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(path("journal"), journal, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "GL_JOURNAL="+path("journal"), "GL_ACK="+path("ack"), "GL_REJ="+path("rej"), "GL_LOCKED="+locked)
	out, err := cmd.CombinedOutput()
	ack, _ = os.ReadFile(path("ack"))
	rej, _ = os.ReadFile(path("rej"))
	return ack, rej, string(out), err
}

// results reads a result file by a format of the template.
func results(t *testing.T, plan *mapping.Plan, format, name string, data []byte) []returns.Row {
	t.Helper()
	for _, f := range plan.Results() {
		if f.Name != format {
			continue
		}
		compiled, err := returns.Compile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !compiled.Matches(name) {
			t.Fatalf("%s is no %s", name, format)
		}
		var rows []returns.Row
		_, err = compiled.Parse(context.Background(), name, bytes.NewReader(data), int64(len(data)), layout.Limits{}, func(r returns.Row) error {
			rows = append(rows, r)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	t.Fatalf("no format %s", format)
	return nil
}
