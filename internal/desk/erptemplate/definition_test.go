package erptemplate_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/desk/erptemplate"
)

// installed skips where a program is missing, but not where all of them must be there.
func installed(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") != "" {
			t.Fatalf("%s is not installed", program)
		}
		t.Skipf("%s is not installed", program)
	}
}

const twoRecords = `       01  LG-RECORD.
           05  LG-KIND              PIC X.
           05  LG-DETAIL.
               10  LGD-ACCOUNT      PIC X(10).
               10  LGD-AMOUNT       PIC S9(9)V99.
               10  LGD-PACKED       PIC S9(9)V99 COMP-3.
               10  LGD-CURRENCY     PIC X(3).
               10  LGD-VOUCHER      PIC X(20).
           05  LG-TRAILER REDEFINES LG-DETAIL.
               10  LGT-COUNT        PIC 9(7).
               10  LGT-DEBITS       PIC S9(9)V99.
               10  FILLER           PIC X(32).
`

// madeOf makes a template of a definition, and checks it after somebody has changed the definition beside it.
func madeOf(t *testing.T, name, text, from, to string) erptemplate.Verdict {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	made, err := erptemplate.New(folder, "made", path, erptemplate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(folder, "made", name)
	data, err := os.ReadFile(kept)
	if err != nil || string(data) != text || len(made.Files) != 2 {
		t.Fatalf("the definition is not beside the template: %v, %v", made.Files, err)
	}
	if changed := strings.Replace(text, from, to, 1); from == "" || changed != text {
		data = []byte(changed)
	} else {
		t.Fatalf("no %q", from)
	}
	if err := os.WriteFile(kept, data, 0o600); err != nil {
		t.Fatal(err)
	}
	r := check(t, folder, "made")
	if len(r.Judges) != 1 || r.Wrong() {
		t.Fatalf("judges %v, findings %v", r.Judges, r.Findings)
	}
	return r.Judges[0]
}

// A template that was made of a copybook has its file read by a program that is compiled with this copybook.
func TestCopybookIsAJudge(t *testing.T) {
	installed(t, "cobc")
	v := madeOf(t, "ledger.cpy", twoRecords, "", "")
	if !v.Ran || !v.Good || v.Judge != "GnuCOBOL, with ledger.cpy" || !strings.Contains(v.Text, "of LG-DETAIL") || !strings.Contains(v.Text, "sum of LGD-PACKED: 0.0000") {
		t.Errorf("%+v", v)
	}
	// The ERP's people have another copybook now: accounts are numbers.
	v = madeOf(t, "ledger.cpy", twoRecords, "LGD-ACCOUNT      PIC X(10)", "LGD-ACCOUNT      PIC 9(10)")
	if !v.Ran || v.Good || !strings.Contains(v.Text, "refused (exit code 1)") || !strings.Contains(v.Text, "LGD-ACCOUNT (bytes 2 to 11) is no number") || strings.Contains(v.Text, os.TempDir()) {
		t.Errorf("%+v", v)
	}
	// What cannot be compiled is no refusal of the file.
	if v = madeOf(t, "ledger.cpy", twoRecords, "PIC X(10)", "PIC XYZ(10)"); v.Ran || v.Good || !strings.Contains(v.Text, "did not read this file") {
		t.Errorf("%+v", v)
	}
}

// A template with a schema among its files has xmllint hold its file against it.
func TestSchemaIsAJudge(t *testing.T) {
	installed(t, "xmllint")
	data, err := os.ReadFile("../../proof/testdata/journals.xsd")
	if err != nil {
		t.Fatal(err)
	}
	if v := madeOf(t, "journals.xsd", string(data), "", ""); !v.Ran || !v.Good || v.Judge != "xmllint, with journals.xsd" {
		t.Errorf("%+v", v)
	}
	if v := madeOf(t, "journals.xsd", string(data), `name="Reference"`, `name="Referenz"`); !v.Ran || v.Good || !strings.Contains(v.Text, "Referenz") {
		t.Errorf("%+v", v)
	}
}
