package erp

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// fixedImport is a journal with header and trailer totals, amounts overpunched: what a COBOL program reads.
func fixedImport() Import {
	amount := func(name string, start int) layout.Field {
		return layout.Field{Name: name, Type: layout.AmountType, Start: start, Width: 13, Decimals: "2", Implied: true,
			Sign: "overpunch"}
	}
	return Import{
		Spec: layout.Spec{Kind: layout.Fixed, RecordLength: 80},
		Records: []layout.Record{
			{Name: "header", Match: layout.Match{Prefix: "H"},
				Fields: []layout.Field{{Name: "type", Type: layout.CodeType, Width: 1},
					{Name: "batch", Type: layout.CodeType, Width: 10}}},
			{Name: "detail", Match: layout.Match{Prefix: "D"}, Fields: []layout.Field{
				{Name: "type", Type: layout.CodeType, Width: 1},
				{Name: "seq", Type: layout.IntegerType, Width: 6, Pad: "0"},
				{Name: "account", Type: layout.CodeType, Width: 10},
				amount("amount", 18), {Name: "currency", Type: layout.CodeType, Start: 31, Width: 3},
				{Name: "document", Type: layout.CodeType, Width: 12},
				{Name: "text", Type: layout.TextType, Width: 30}}},
			{Name: "trailer", Match: layout.Match{Prefix: "T"}, Fields: []layout.Field{
				{Name: "type", Type: layout.CodeType, Width: 1}, {Name: "batch", Type: layout.CodeType, Width: 10},
				{Name: "count", Type: layout.IntegerType, Width: 6, Pad: "0"},
				amount("debit", 18), amount("credit", 31),
				{Name: "hash", Type: layout.CodeType, Start: 44, Width: 15}}},
		},
		Sequence: "header.batch", Count: "trailer.count", DebitTotal: "trailer.debit", CreditTotal: "trailer.credit",
		HashTotal: "trailer.hash",
		Document:  "document", LineNumber: "seq", Account: "account", Description: "text", Currency: "currency",
		Amount: "amount", Balance: "file",
	}
}

func pad(lines ...string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l + strings.Repeat(" ", 80-len(l)) + "\n")
	}
	return b.String()
}

var fixedGood = []string{
	"HCNQR000001",
	"D000001641000    000000002636{USDRPT-000917  FLIGHT",
	"D000002643000    000000000364{USDRPT-000917  DINNER",
	"D000003215000    000000003000}USDRPT-000917  OWED",
	"D000004661000    000000000100{USDRPT-000918  HOTEL",
	"D000005215000    000000000100}USDRPT-000918  OWED",
	"TCNQR000001000005000000003100{000000003100}000000002375000",
}

// fixedAnswers are .ack, a record a batch, and .rej, rejected records with code and text.
func fixedAnswers() []Answer {
	spec := layout.Spec{Kind: layout.Fixed}
	integer := func(name string) layout.Field {
		return layout.Field{Name: name, Type: layout.IntegerType, Width: 7, Pad: "0"}
	}
	code := func(name string, width int) layout.Field {
		return layout.Field{Name: name, Type: layout.CodeType, Width: width}
	}
	return []Answer{
		{Name: "{file}.ack", Spec: spec, Row: "ack", Level: "file",
			Records: []layout.Record{{Name: "ack",
				Fields: []layout.Field{code("type", 1), code("batch", 10), integer("accepted"), integer("rejected"),
					code("journal", 10)}}},
			Fields: []Field{{Field: "type", What: "=A"}, {Field: "batch", What: "batch_id"},
				{Field: "accepted", What: "accepted_lines"}, {Field: "rejected", What: "rejected_lines"},
				{Field: "journal", What: "document_number"}}},
		{Name: "{file}.rej", Spec: spec, Row: "rej", Level: "line", Only: "rejected",
			Records: []layout.Record{{Name: "rej",
				Fields: []layout.Field{code("type", 1), {Name: "seq", Type: layout.IntegerType, Width: 6, Pad: "0"},
					code("account", 10), code("document", 12), code("code", 3), {Name: "text", Width: 20}}}},
			Fields: []Field{{Field: "type", What: "=D"}, {Field: "seq", What: "line_number"},
				{Field: "account", What: "line.account"}, {Field: "document", What: "line.document"},
				{Field: "code", What: "message_code"}, {Field: "text", What: "message"}}},
	}
}

func TestERPFixed(t *testing.T) {
	c := newTrial(t, func(cfg *Config) {
		cfg.Import, cfg.Answers = fixedImport(), fixedAnswers()
		cfg.Reject = []Rule{{Account: "66*", Code: "F05", Text: "ACCOUNT IS CLOSED"}}
	})
	c.drop("CNQR000001", pad(fixedGood...))
	if f := c.Books().Files[0]; f.Verdict != "partial" || f.Reason != "" || f.Sequence != 1 || f.Lines != 5 {
		t.Fatalf("%+v", f)
	}
	if diff := cmp.Diff("ACNQR00000100000030000002J1        \n", c.file("CNQR000001.ack")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"D000004661000    RPT-000918  F05ACCOUNT IS CLOSED   ",
		"D000005215000    RPT-000918                         "},
		strings.Split(strings.TrimSuffix(c.file("CNQR000001.rej"), "\n"), "\n")); diff != "" {
		t.Error(diff)
	}
	if d, _ := c.Books().Document("RPT-000917"); !d.Debit.Equal(d.Credit) || d.Debit.String() != "300" ||
		d.Payable.String() != "300" {
		t.Errorf("%+v", d)
	}
}

// Every figure of the trailer is checked.
func TestERPControls(t *testing.T) {
	for name, tt := range map[string]struct {
		line     int
		from, to string
		want     string
	}{
		"count":   {6, "000005", "000006", "lines: the file declares 6, its lines have 5"},
		"debit":   {6, "000000003100{", "000000003110{", "debit total: the file declares 311, its lines have 310"},
		"credit":  {6, "000000003100}", "000000003110}", "credit total: the file declares -311, its lines have 310"},
		"hash":    {6, "2375000", "2375001", "hash total: the file declares 000000002375001, its lines have 2375000"},
		"balance": {1, "000000002636{", "000000002637{", "debit total: the file declares 310, its lines have 310.1"},
		"number":  {0, "CNQR000001", "CNQRXXXXXX", `"CNQRXXXXXX" holds no file number`},
		"record":  {3, "D", "X", "line 4"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newTrial(t, func(cfg *Config) { cfg.Import, cfg.Answers = fixedImport(), fixedAnswers() })
			lines := append([]string(nil), fixedGood...)
			lines[tt.line] = strings.Replace(lines[tt.line], tt.from, tt.to, 1)
			c.drop("CNQR000001", pad(lines...))
			if f := c.Books().Files[0]; f.Verdict != "rejected" || !strings.Contains(f.Reason, tt.want) {
				t.Errorf("got %q, want %q", f.Reason, tt.want)
			}
			if ack := c.file("CNQR000001.ack"); !strings.Contains(ack, "0000000") {
				t.Errorf("ack %q", ack)
			}
		})
	}
	for name, lines := range map[string][]string{"no trailer": fixedGood[:6], "no header": fixedGood[1:]} {
		c := newTrial(t, func(cfg *Config) { cfg.Import = fixedImport() })
		c.drop("CNQR000001", pad(lines...))
		if f := c.Books().Files[0]; f.Verdict != "rejected" || !strings.Contains(f.Reason, "missing") {
			t.Errorf("%s: %+v", name, f)
		}
	}
	c := newTrial(t, func(cfg *Config) { cfg.Import = fixedImport() })
	c.drop("CNQR000001", strings.Replace(pad(fixedGood...), "OWED ", "OWED", 1))
	if f := c.Books().Files[0]; f.Verdict != "rejected" || !strings.Contains(f.Reason, "line 4") {
		t.Errorf("a short record: %+v", f)
	}
}

func TestERPWorkbookAnswer(t *testing.T) {
	c := newTrial(t, func(cfg *Config) {
		a := answerCSV()
		a.Name, a.Spec = "{file}.xlsx", layout.Spec{Kind: layout.Workbook, Header: true, Sheet: "Result"}
		cfg.Answers = []Answer{a}
	})
	c.drop("GL_000001.csv", importOf("0012", "B:660000"))
	book, err := excelize.OpenReader(bytes.NewReader([]byte(c.file("GL_000001.xlsx"))))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("Result")
	if err != nil || len(rows) != 3 || rows[0][0] != "DOC" || rows[1][0] != "0012" || rows[1][1] != "OK" ||
		rows[2][7] != "account is closed" {
		t.Errorf("%q, %v", rows, err)
	}
}
