package erp

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

func fieldsOf(names ...string) []layout.Field {
	var out []layout.Field
	for _, n := range names {
		name, kind, _ := strings.Cut(n, ":")
		f := layout.Field{Name: name, Type: layout.CodeType}
		if kind != "" {
			f.Type = layout.Type(kind)
		}
		out = append(out, f)
	}
	return out
}

// importCSV is a journal with debit and credit columns; the file's number is in its name.
func importCSV() Import {
	return Import{
		Spec: layout.Spec{Kind: layout.Delimited, Header: true},
		Records: []layout.Record{{Name: "line",
			Fields: fieldsOf("doc", "no:integer", "account", "text:text", "cur", "debit:amount", "credit:amount",
				"date:date", "entry")}},
		NamePattern: `([0-9]+)\.csv$`, Document: "doc", LineNumber: "no", Account: "account", Description: "text", Currency: "cur",
		Debit: "debit", Credit: "credit", Date: "date", Entry: "entry", Balance: "document",
	}
}

func answerCSV() Answer {
	return Answer{
		Name: "{file}_result.csv", Spec: layout.Spec{Kind: layout.Delimited, Header: true, LineEnd: "lf"}, Row: "row",
		Level: "document",
		Records: []layout.Record{{Name: "row",
			Fields: fieldsOf("DOC", "STATUS", "NUMBER", "COMPANY", "YEAR", "DATE:date", "CODE", "TEXT:text", "ENTRY")}},
		Fields: []Field{
			{Field: "DOC", What: "reference"},
			{Field: "STATUS", What: "outcome",
				Words: map[string]string{"posted": "OK", "rejected": "ERR", "duplicate": "DUP"}},
			{Field: "NUMBER", What: "document_number"}, {Field: "COMPANY", What: "company"},
			{Field: "YEAR", What: "fiscal_year"}, {Field: "DATE", What: "posting_date"},
			{Field: "CODE", What: "message_code"}, {Field: "TEXT", What: "message"},
			{Field: "ENTRY", What: "message_line"},
		},
	}
}

func lineAnswerCSV() Answer {
	return Answer{
		Name: "{file}_lines.csv", Spec: layout.Spec{Kind: layout.Delimited, Delimiter: ";"}, Header: "head", Row: "row",
		Trailer: "end", Level: "line",
		Records: []layout.Record{
			{Name: "head", Fields: fieldsOf("type", "file", "seq:integer")},
			{Name: "row", Fields: fieldsOf("type", "line:integer", "status", "number", "text:text", "account")},
			{Name: "end", Fields: fieldsOf("type", "rows:integer", "records:integer", "ok:integer", "bad:integer")},
		},
		Fields: []Field{
			{Record: "head", Field: "type", What: "=H"}, {Record: "row", Field: "type", What: "=L"},
			{Record: "end", Field: "type", What: "=T"},
			{Field: "file", What: "file_name"}, {Field: "seq", What: "file_sequence"},
			{Field: "line", What: "file_line"}, {Field: "status", What: "outcome"},
			{Field: "number", What: "document_number"}, {Field: "text", What: "message"},
			{Field: "account", What: "line.account"},
			{Field: "rows", What: "row_count"}, {Field: "records", What: "record_count"},
			{Field: "ok", What: "accepted_count"}, {Field: "bad", What: "rejected_count"},
		},
	}
}

func paymentAnswerCSV() Answer {
	return Answer{
		Name: "PAY{n}.csv", Spec: layout.Spec{Kind: layout.Delimited, Header: true}, Row: "pay", Level: "document",
		Records: []layout.Record{{Name: "pay",
			Fields: fieldsOf("DOC", "REF", "AMOUNT:amount", "CUR", "DATE:date", "METHOD", "STATUS", "TEXT:text")}},
		Fields: []Field{{Field: "DOC", What: "reference"}, {Field: "REF", What: "payment_ref"},
			{Field: "AMOUNT", What: "amount"}, {Field: "CUR", What: "currency"},
			{Field: "DATE", What: "payment_date"}, {Field: "METHOD", What: "method"}, {Field: "STATUS", What: "status"},
			{Field: "TEXT", What: "message"}},
	}
}

const csvHead = "doc,no,account,text,cur,debit,credit,date,entry\n"

// importOf writes balanced documents of two lines each; the second line owes the amount to the employee.
func importOf(docs ...string) string {
	var b strings.Builder
	b.WriteString(csvHead)
	for i, d := range docs {
		ref, account, _ := strings.Cut(d, ":")
		if account == "" {
			account = "640000"
		}
		fmt.Fprintf(&b, "%s,%d,%s,Taxi,EUR,%d.50,,2026-03-31,E%d\n%s,%d,215000,Owed,EUR,,%d.50,2026-03-31,\n", ref,
			2*i+1, account, 10+i, i+1, ref, 2*i+2, 10+i)
	}
	return b.String()
}

// trial is an ERP with its folders.
type trial struct {
	*ERP
	t       *testing.T
	in, out string
}

func newTrial(t *testing.T, change func(*Config)) *trial {
	t.Helper()
	cfg := Config{
		Inbox: t.TempDir(), Outbox: t.TempDir(), Import: importCSV(), Answers: []Answer{answerCSV()},
		Payments: paymentAnswerCSV(),
		Reject:   []Rule{{Account: "66*", Code: "F5 312", Text: "account is closed"}}, Company: "1000",
		FirstNumber: 1900000001, Payable: []string{"215*"},
		Now: func() time.Time { return time.Date(2026, 4, 2, 5, 0, 0, 0, time.UTC) },
	}
	if change != nil {
		change(&cfg)
	}
	e, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &trial{e, t, cfg.Inbox, cfg.Outbox}
}

// drop puts an import file into the inbox and lets the ERP look.
func (c *trial) drop(name, content string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.in, name), []byte(content), 0o644); err != nil {
		c.t.Fatal(err)
	}
	c.poll()
}

func (c *trial) poll() {
	c.t.Helper()
	if _, err := c.Poll(); err != nil {
		c.t.Fatal(err)
	}
}

func (c *trial) names(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		c.t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	sort.Strings(out)
	return out
}

func (c *trial) file(name string) string {
	c.t.Helper()
	b, err := os.ReadFile(filepath.Join(c.out, name))
	if err != nil {
		c.t.Fatal(err)
	}
	return string(b)
}

// The ERP posts what is right, refuses the rest, and never books a document twice.
func TestERPDocuments(t *testing.T) {
	c := newTrial(t, func(cfg *Config) { cfg.Answers = append(cfg.Answers, lineAnswerCSV()) })
	c.drop("GL_000001.csv", importOf("A", "B:660000", "C"))
	c.drop("GL_000002.csv", importOf("B:640000", "A"))
	want := "DOC,STATUS,NUMBER,COMPANY,YEAR,DATE,CODE,TEXT,ENTRY\n" +
		"A,OK,1900000001,1000,2026,2026-03-31,,,\nB,ERR,,1000,,,F5 312,account is closed,E2\nC,OK,1900000002,1000,2026,2026-03-31,,,\n"
	if diff := cmp.Diff(want, c.file("GL_000001_result.csv")); diff != "" {
		t.Error(diff)
	}
	lines := "H;GL_000001.csv;1\nL;2;posted;1900000001;;640000\nL;3;posted;1900000001;;215000\nL;4;rejected;;account is closed;660000\nL;5;rejected;;;215000\n" +
		"L;6;posted;1900000002;;640000\nL;7;posted;1900000002;;215000\nT;6;8;4;2\n"
	if diff := cmp.Diff(lines, c.file("GL_000001_lines.csv")); diff != "" {
		t.Error(diff)
	}
	if got := c.file("GL_000002_result.csv"); !strings.Contains(got, "B,OK,1900000003") ||
		!strings.Contains(got, "A,DUP,,1000,,,DUP,document A was posted before,") {
		t.Error(got)
	}
	books := c.Books()
	if len(books.Files) != 2 || books.Files[0].Verdict != "partial" || books.Files[0].Accepted != 2 ||
		books.Files[0].Rejected != 1 || books.Files[1].Sequence != 2 {
		t.Errorf("files: %+v", books.Files)
	}
	a, _ := books.Document("A")
	b, _ := books.Document("B")
	if a.Number != "1900000001" || a.Duplicates != 1 || len(a.Files) != 2 || !a.Payable.Equal(a.Debit) ||
		a.Debit.String() != "10.5" {
		t.Errorf("A: %+v", a)
	}
	if b.Number != "1900000003" || len(b.Rejections) != 1 || b.Rejections[0] != "account is closed" {
		t.Errorf("B: %+v", b)
	}
	if left := c.names(c.in); len(left) != 0 {
		t.Errorf("left in the inbox: %v", left)
	}
}

// A payment that an ERP takes back is told where its format has a word for that; elsewhere it would read as a second payment.
func TestReversalNeedsAWord(t *testing.T) {
	c := newTrial(t, func(cfg *Config) { cfg.Payments.Fields[6].What = "message" })
	c.drop("GL_000001.csv", importOf("A"))
	for _, want := range []bool{true, false} {
		how := PayInFull
		if !want {
			how = Reverse
		}
		if name, err := c.Pay(how); err != nil || (name != "") != want {
			t.Errorf("%q, %v", name, err)
		}
	}
}

// What is not exactly right is refused as a whole, and nothing of it is booked.
func TestERPStrict(t *testing.T) {
	good := importOf("A", "B")
	for name, tt := range map[string]struct{ file, text, want string }{
		"gap":       {"GL_000003.csv", good, "file number 3 came, 1 was expected"},
		"no number": {"GL.csv", good, "the file name holds no number"},
		"line gap": {"GL_000001.csv", strings.Replace(good, "B,3,", "B,4,", 1),
			"line 4 has the number 4, 3 was expected"},
		"no reference":  {"GL_000001.csv", strings.Replace(good, "B,3,", ",3,", 1), "line 4 has no document reference"},
		"bad amount":    {"GL_000001.csv", strings.Replace(good, "10.50", "10,50", 1), "line 2"},
		"wrong heading": {"GL_000001.csv", strings.Replace(good, "account", "acct", 1), "account"},
		"half a file":   {"GL_000001.csv", good[:len(good)-12], "line 5"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newTrial(t, nil)
			c.drop(tt.file, tt.text)
			f := c.Books().Files[0]
			if f.Verdict != "rejected" || !strings.Contains(f.Reason, tt.want) || f.Accepted != 0 {
				t.Errorf("got %s %q, want %q", f.Verdict, f.Reason, tt.want)
			}
			for _, d := range c.Books().Documents {
				if d.Number != "" {
					t.Errorf("%s was booked", d.Reference)
				}
			}
		})
	}
	c := newTrial(t, nil)
	c.drop("GL_000001.csv", good)
	c.drop("GL_000001.csv", importOf("C"))
	if f := c.Books().Files[1]; f.Verdict != "duplicate" || f.Reason != "file number 1 was used before" {
		t.Errorf("number used twice: %+v", f)
	}
	c.drop("GL_000002.csv", strings.Replace(importOf("D", "E"), "10.50,,", "10.51,,", 1))
	if got := c.file("GL_000002_result.csv"); !strings.Contains(got,
		"D,ERR,,1000,,,BAL,document does not balance: 0.01 EUR,") || !strings.Contains(got, "E,OK") {
		t.Errorf("unbalanced: %s", got)
	}
}

// All or nothing: one bad document and nothing is booked; without it everything is.
func TestERPAllOrNothing(t *testing.T) {
	c := newTrial(t, func(cfg *Config) { cfg.AllOrNothing = true })
	c.drop("GL_000001.csv", importOf("A", "B:660000", "C"))
	want := "DOC,STATUS,NUMBER,COMPANY,YEAR,DATE,CODE,TEXT,ENTRY\nB,ERR,,1000,,,F5 312,account is closed,E2\n"
	if diff := cmp.Diff(want, c.file("GL_000001_result.csv")); diff != "" {
		t.Error(diff)
	}
	if f := c.Books().Files[0]; f.Verdict != "rejected" || f.Accepted != 0 || f.Rejected != 3 {
		t.Errorf("%+v", f)
	}
	c.drop("GL_000002.csv", importOf("A", "C"))
	if f := c.Books().Files[1]; f.Verdict != "posted" || f.Accepted != 2 {
		t.Errorf("%+v", f)
	}
	if b, _ := c.Books().Document("B"); b.Number != "" || len(b.Files) != 1 {
		t.Errorf("B: %+v", b)
	}
}

// A rule may let a document pass after some refusals.
func TestERPRuleTimes(t *testing.T) {
	c := newTrial(t, func(cfg *Config) { cfg.Reject = []Rule{{Document: "a*", Text: "not yet", Times: 1}} })
	c.drop("GL_000001.csv", importOf("AX", "B"))
	c.drop("GL_000002.csv", importOf("AX"))
	d, _ := c.Books().Document("AX")
	if len(d.Rejections) != 1 || d.Number == "" {
		t.Errorf("%+v", d)
	}
}

// Each payment is in the books and in the file.
func TestERPPayments(t *testing.T) {
	c := newTrial(t, nil)
	c.drop("GL_000001.csv", importOf("A", "B:660000", "C"))
	var files []string
	for _, how := range []func(Document) []Payment{PayHalf, PayHalf, PayInFull, PayInFull, Reverse} {
		name, err := c.Pay(how)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, name)
	}
	if files[0] == "" || files[1] != "" || files[2] == "" || files[3] != "" || files[4] == "" {
		t.Fatalf("files: %q", files)
	}
	want := "DOC,REF,AMOUNT,CUR,DATE,METHOD,STATUS,TEXT\nA,PAY000001,5.25,EUR,2026-04-02,E,PP,\nC,PAY000002,6.25,EUR,2026-04-02,E,PP,\n"
	if diff := cmp.Diff(want, c.file(files[0])); diff != "" {
		t.Error(diff)
	}
	a, _ := c.Books().Document("A")
	var got []string
	for _, p := range a.Payments {
		got = append(got, fmt.Sprintf("%s %s %s", p.Reference, p.Status, fis.Text(p.Amount, p.Currency)))
	}
	if diff := cmp.Diff([]string{"PAY000001 PP 5.25", "PAY000003 CP 5.25", "PAY000005 RE 10.50"}, got); diff != "" {
		t.Error(diff)
	}
	if !a.Paid().IsZero() {
		t.Errorf("paid %s after the reversal", a.Paid())
	}
	if b, _ := c.Books().Document("B"); len(b.Payments) > 0 {
		t.Error("a rejected document was paid")
	}
	if text := c.file(files[4]); !strings.Contains(text, ",RE,returned by the bank") {
		t.Error(text)
	}
}

func TestERPConfigMistakes(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"folders":  {func(c *Config) { c.Outbox = "" }, "inbox and outbox"},
		"document": {func(c *Config) { c.Import.Document = "ref" }, `document field "ref"`},
		"field":    {func(c *Config) { c.Import.Count = "end.count" }, `"end.count"`},
		"group":    {func(c *Config) { c.Import.NamePattern = "x" }, "needs a group"},
		"row":      {func(c *Config) { c.Answers[0].Row = "rows" }, `no record "rows"`},
		"layout":   {func(c *Config) { c.Import.Spec.Encoding = "utf-88" }, "utf-88"},
	} {
		cfg := Config{Inbox: "in", Outbox: "out", Import: importCSV(), Answers: []Answer{answerCSV()}}
		tt.change(&cfg)
		if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
}

// TestNames: faults and ways of paying by their names on the command line; what contradicts itself is refused.
func TestNames(t *testing.T) {
	f, err := ParseFaults([]string{"never", "slow", "twice", "unknown", "duplicate", "repeat", "silent", "other-name"})
	want := Faults{Take: TakeNever, Slow: true, Twice: true, Unknown: true, AnswerDuplicate: true, Repeat: true,
		Silent: true, OtherName: true}
	if err != nil || f != want {
		t.Errorf("%+v, %v", f, err)
	}
	for _, names := range [][]string{{"nonsense"}, {"slow", "half"}, {"at-once", "never"}} {
		if _, err := ParseFaults(names); err == nil {
			t.Errorf("%v is taken", names)
		}
	}
	if _, err := PayAs("twice"); err == nil {
		t.Error("a way of paying that there is not")
	}
	owed, err := fis.ParseAmount("10.01")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]fis.PaymentStatus{
		"full": {fis.PaidCompletely}, "halves": {fis.PaidPartially, fis.PaidCompletely},
		"reversed": {fis.PaidCompletely, fis.PaymentReversed},
	} {
		how, err := PayAs(name)
		if err != nil {
			t.Fatal(err)
		}
		d := Document{Number: "1", Currency: "EUR", Payable: owed}
		var got []fis.PaymentStatus
		for range 4 {
			for _, p := range how(d) {
				d.Payments = append(d.Payments, p)
				got = append(got, p.Status)
			}
		}
		if !cmp.Equal(got, want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
