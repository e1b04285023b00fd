package erp

import (
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// bills is an import of two files side by side: lines, and the bills that start the import.
func bills(t *testing.T, c *Config) {
	t.Helper()
	text := `{ kind: package, own: { as: beside, members: [ { name: "{stem}_EXP.csv", records: [line], file: { kind: delimited, header: true } },
		{ name: "{name}", records: [bill], file: { kind: delimited, header: true } } ] } }`
	var spec layout.Spec
	if err := yaml.Unmarshal([]byte(text), &spec); err != nil {
		t.Fatal(err)
	}
	c.Import = Import{Spec: spec, Records: []layout.Record{{Name: "bill", Fields: fieldsOf("id", "cur")}, {Name: "line", Fields: fieldsOf("id", "account", "amount:amount")}},
		Lines: []string{"line"}, Document: "id", Amount: "amount", Account: "account", Currency: "bill.cur", Balance: "none"}
}

// An import of several files is read when the one that starts it comes, with all the others; what is missing is refused.
func TestERPReadsFilesSideBySide(t *testing.T) {
	c := newTrial(t, func(cfg *Config) { bills(t, cfg) })
	c.drop("AP_1_EXP.csv", "id,account,amount\nA,640100,10.00\nA,154000,1.90\nB,650100,5.00\n")
	c.poll()
	if books := c.Books(); len(books.Files) != 0 {
		t.Fatalf("lines alone started an import: %+v", books.Files)
	}
	c.drop("AP_1.csv", "id,cur\nA,EUR\nB,USD\n")
	c.poll()
	books := c.Books()
	if len(books.Files) != 1 || books.Files[0].Verdict != "posted" || books.Files[0].Name != "AP_1.csv" || len(books.Documents) != 2 {
		t.Fatalf("%+v", books)
	}
	if a, _ := books.Document("A"); a.Currency != "EUR" || a.Debit.String() != "11.9" {
		t.Errorf("%+v", a)
	}
	for name, want := range map[string]string{"AP_2": "AP_2_EXP.csv, which belongs to it, is not there", "AP_3": "C has lines and no record bill", "AP_4": "D has a record bill and no lines"} {
		switch name {
		case "AP_3":
			c.drop(name+"_EXP.csv", "id,account,amount\nC,640100,10.00\nB,1,1.00\n")
		case "AP_4":
			c.drop(name+"_EXP.csv", "id,account,amount\nB,640100,10.00\n")
		}
		bills := "id,cur\nB,USD\n"
		if name == "AP_4" {
			bills += "D,EUR\n"
		}
		c.drop(name+".csv", bills)
		c.poll()
		files := c.Books().Files
		if last := files[len(files)-1]; last.Verdict == "posted" || !strings.Contains(last.Reason, want) {
			t.Errorf("%s is %s: %s", name, last.Verdict, last.Reason)
		}
	}
	if left := c.names(c.in); len(left) != 0 {
		t.Errorf("left in the inbox: %v", left)
	}
}
