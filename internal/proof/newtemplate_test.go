package proof

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/erptemplate"
)

// madeFiles makes a template of a definition, fills it in, and gives the files that it makes of the samples.
func madeFiles(t *testing.T, from string, fillIn ...string) []erptemplate.File {
	t.Helper()
	folder := t.TempDir()
	if _, err := erptemplate.New(folder, "made", from, erptemplate.Options{}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "made", "template.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(fillIn); i += 2 {
		if !strings.Contains(string(text), fillIn[i]) {
			t.Fatalf("the template has no %q:\n%s", fillIn[i], text)
		}
	}
	if err := os.WriteFile(path, []byte(strings.NewReplacer(fillIn...).Replace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	c := erptemplate.Checking{Templates: desk.TemplatesOf(folder), At: time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC)}
	r, err := erptemplate.Check(t.Context(), c, "made", path)
	if err != nil {
		t.Fatal(err)
	}
	if r.Wrong() || len(r.Made) == 0 {
		t.Fatalf("%+v", r.Findings)
	}
	return r.Made
}

// A program that was compiled with the copybook reads the files of the template that was made of this copybook: every
// position, sign and total. What the copybook does not say is filled in: the hash, and the batch that the program wants.
func TestCobolReadsTheTemplateOfItsCopybook(t *testing.T) {
	ledger := compileLedger(t)
	files := madeFiles(t, "../../templates/legacy-fixed/journal.cpy",
		`{ name: hash, type: integer, start: 45, width: 15, sign: none, value: "" }`, `{ name: hash, type: integer, start: 45, width: 15, sign: none, value: file.hash }`,
		"  amount: DETAIL.amount\n", "  count: [DETAIL]\n  amount: DETAIL.amount\n  hash: { field: DETAIL.account, digits: 15 }\n",
		`'TEXT(file.sequence; "000000")'`, `'CONCAT("CNQR"; TEXT(file.sequence; "000000"))'`,
		"value: settings.source", `value: '"GLIMPORT"'`)
	for _, f := range files {
		if a := ledger.take(t, f.Bytes); !a.whole || a.rej != nil {
			t.Errorf("%s: %s%s", f.Name, a.output, a.rej)
		}
	}
}

// The file of a template that was made of an XML schema is valid by this schema.
func TestTheTemplateOfASchemaIsValidByIt(t *testing.T) {
	xmllint, schema := external(t, "xmllint"), "testdata/journals.xsd"
	for _, f := range madeFiles(t, schema) {
		path := filepath.Join(t.TempDir(), "file.xml")
		if err := os.WriteFile(path, f.Bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, ok := run(t.Context(), t, xmllint, "--noout", "--schema", schema, path); !ok {
			t.Errorf("%s: %s", f.Name, out)
		}
	}
}
