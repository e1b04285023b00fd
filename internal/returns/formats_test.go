package returns

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

type words = map[string]format.Word

// col makes a column.
func col(role format.Role, field string) format.Column {
	return format.Column{Role: role, Field: field}
}

func wordCol(role format.Role, field string, w words) format.Column {
	return format.Column{Role: role, Field: field, Words: w}
}

// fields makes code fields, with their type after a colon where it is another one.
func fields(names ...string) []layout.Field {
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

var erpWords = words{"OK": format.WordPosted, "WARN": format.WordWarning, "ERR": format.WordRejected, "DUP": format.WordDuplicate, "WAIT": format.WordIgnore}

// postingCSV speaks of documents.
func postingCSV() format.Format {
	return format.Format{
		Name: "posting-csv", Files: "POST_*.csv", Kind: format.Posting, Level: format.LevelDocument,
		Layout:  layout.Spec{Kind: layout.Delimited, Header: true, Comment: "#"},
		Records: []layout.Record{{Name: "row", Fields: fields("doc", "status", "number", "company", "year", "date:date", "code", "message:text", "code2", "message2:text", "entry")}},
		Columns: []format.Column{
			col(format.RoleDocID, "doc"), wordCol(format.RoleOutcome, "status", erpWords), col(format.RoleNumber, "number"), col(format.RoleCompany, "company"),
			col(format.RoleFiscalYear, "year"), col(format.RolePostingDate, "date"), col(format.RoleMessageCode, "code"), col(format.RoleMessage, "message"),
			col(format.RoleMessageCode, "code2"), col(format.RoleMessage, "message2"), col(format.RoleMessageLine, "entry"),
		},
	}
}

const postingHead = "doc,status,number,company,year,date,code,message,code2,message2,entry\n"

// lineCSV speaks of lines of the import file that the file name numbers, and has header and trailer.
func lineCSV() format.Format {
	return format.Format{
		Name: "lines", Files: "GL*.res", NamePattern: `^GL(?<file_sequence>[0-9]+)\.res$`, Kind: format.Posting, Level: format.LevelLine,
		Layout: layout.Spec{Kind: layout.Delimited, Delimiter: ";"},
		Records: []layout.Record{
			{Name: "head", Match: layout.Match{Column: 1, Value: "H"}, Fields: fields("type", "company", "date:date")},
			{Name: "line", Match: layout.Match{Column: 1, Value: "L"}, Fields: fields("type", "line", "status", "number", "message:text", "amount:amount")},
			{Name: "end", Match: layout.Match{Column: 1, Value: "T"}, Fields: fields("type", "rows:integer", "records:integer", "ok:integer", "bad:integer", "sum:amount")},
		},
		Uses: map[string]format.Use{"head": format.UseHeader, "end": format.UseTrailer},
		Columns: []format.Column{
			col(format.RoleCompany, "company"), col(format.RolePostingDate, "date"),
			col(format.RoleFileLine, "line"), wordCol(format.RoleOutcome, "status", erpWords), col(format.RoleNumber, "number"), col(format.RoleMessage, "message"), col(format.RoleAmount, "amount"),
			col(format.RoleRowCount, "rows"), col(format.RoleRecordCount, "records"), col(format.RoleAcceptedCount, "ok"), col(format.RoleRejectedCount, "bad"), col(format.RoleTotalAmount, "sum"),
		},
		FiscalYearStart: 4, FiscalYearNamed: "end",
	}
}

// paymentCSV has payments whose reference is unique only together with the document.
func paymentCSV() format.Format {
	return format.Format{
		Name: "payments", Files: "pay*.csv", Kind: format.Payment, Level: format.LevelDocument,
		Layout:  layout.Spec{Kind: layout.Delimited, Header: true},
		Records: []layout.Record{{Name: "pay", Fields: fields("ref", "run", "amount:amount", "cur", "date:date", "method", "status", "text:text", "emp", "name:text")}},
		Columns: []format.Column{
			col(format.RoleReference, "ref"), {Role: format.RolePaymentRef, Fields: []string{"run", "ref"}, Join: "/"}, col(format.RoleAmount, "amount"),
			col(format.RoleCurrency, "cur"), col(format.RolePaymentDate, "date"),
			wordCol(format.RoleMethod, "method", words{"WIRE": format.WordElectronic, "(blank)": format.WordElectronic, "CHQ": format.WordCheck}),
			wordCol(format.RoleStatus, "status", words{"FULL": format.WordComplete, "PART": format.WordPart, "BACK": format.WordReversed, "NONE": format.WordObsolete, "SOON": format.WordIgnore}),
			col(format.RoleMessage, "text"), col(format.RoleReceiverID, "emp"), col(format.RoleReceiverName, "name"),
		},
	}
}

const paymentHead = "ref,run,amount,cur,date,method,status,text,emp,name\n"

// mixedCSV is a file of outcomes and payments: the kind decides.
func mixedCSV() format.Format {
	kind := words{"post": format.WordKindPosting, "pay": format.WordKindPayment, "file": format.WordKindFile, "note": format.WordIgnore}
	return format.Format{
		Name: "neutral", Files: "*.csv", Kind: format.Mixed, Level: format.LevelDocument,
		Layout: layout.Spec{Kind: layout.Delimited, Header: true},
		Records: []layout.Record{{Name: "row", Fields: append(fields("doc_id", "kind", "status", "company", "number", "year", "date:date", "amount:amount", "currency", "code", "message:text"),
			layout.Field{Name: "file", Type: layout.CodeType, Optional: true})}},
		Columns: []format.Column{
			col(format.RoleDocID, "doc_id"), wordCol(format.RoleKind, "kind", kind), wordCol(format.RoleOutcome, "status", words{"ok": format.WordPosted, "error": format.WordRejected}),
			wordCol(format.RoleStatus, "status", words{"ok": format.WordComplete}), col(format.RoleCompany, "company"), col(format.RoleNumber, "number"), col(format.RoleFiscalYear, "year"),
			col(format.RolePostingDate, "date"), col(format.RolePaymentDate, "date"), col(format.RoleAmount, "amount"), col(format.RoleCurrency, "currency"),
			col(format.RolePaymentRef, "number"), {Role: format.RoleMethod, Value: "E"}, col(format.RoleMessageCode, "code"), col(format.RoleMessage, "message"), col(format.RoleFileName, "file"),
		},
	}
}

// ackFixed is one record a batch.
func ackFixed() format.Format {
	f := format.Format{
		Name: "ack", Files: "*.ack", Kind: format.Posting, Level: format.LevelFile,
		Layout: layout.Spec{Kind: layout.Fixed, RecordLength: 35},
		Records: []layout.Record{{Name: "ack", Match: layout.Match{Prefix: "A"}, Fields: []layout.Field{
			{Name: "type", Type: layout.CodeType, Width: 1}, {Name: "batch", Type: layout.CodeType, Width: 10},
			{Name: "accepted", Type: layout.IntegerType, Width: 7}, {Name: "rejected", Type: layout.IntegerType, Width: 7}, {Name: "journal", Type: layout.CodeType, Width: 10},
		}}},
		Columns: []format.Column{
			{Role: format.RoleSequence, Field: "batch", Pattern: "([0-9]+)$"}, col(format.RoleBatchID, "batch"),
			col(format.RoleAcceptedCount, "accepted"), col(format.RoleRejectedCount, "rejected"), col(format.RoleNumber, "journal"),
		},
	}
	return f
}

// rejFixed echoes rejected records with a code and a text: every row is a reject.
func rejFixed() format.Format {
	return format.Format{
		Name: "rej", Files: "*.rej", NamePattern: `(?<batch_id>.+)\.rej$`, Kind: format.Posting, Level: format.LevelLine,
		Layout: layout.Spec{Kind: layout.Fixed},
		Records: []layout.Record{{Name: "reject", Fields: []layout.Field{
			{Name: "type", Type: layout.CodeType, Width: 1}, {Name: "line", Type: layout.CodeType, Width: 6}, {Name: "document", Type: layout.CodeType, Width: 12},
			{Name: "code", Type: layout.CodeType, Width: 3}, {Name: "text", Type: layout.TextType, Width: 40},
		}}},
		Columns: []format.Column{
			col(format.RoleReference, "document"), col(format.RoleFileLine, "line"), col(format.RoleMessageCode, "code"), col(format.RoleMessage, "text"),
		},
		DefaultOutcome: format.WordRejected, Rest: format.WordAcknowledged,
	}
}

func compiled(t testing.TB, f format.Format) *Format {
	t.Helper()
	out, err := Compile(f)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// parse reads text and gives each row on a line.
func parse(t testing.TB, f *Format, name, text string) ([]string, Summary, error) {
	t.Helper()
	var rows []string
	sum, err := f.Parse(context.Background(), name, strings.NewReader(text), int64(len(text)), layout.Limits{}, func(r Row) error {
		rows = append(rows, show(r))
		return nil
	})
	return rows, sum, err
}

// show is a row on a line, with what is set.
func show(r Row) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s", r.Line, r.Kind)
	put := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, " %s=%s", name, text)
		}
	}
	put("doc", r.Refs.DocID)
	put("report", r.Refs.ReportID)
	put("any", r.Refs.Any)
	put("batch", r.Refs.BatchID)
	put("file", r.Refs.FileName)
	if r.Refs.FileSequence > 0 {
		put("seq", fmt.Sprint(r.Refs.FileSequence))
	}
	if r.Refs.FileLine > 0 {
		put("line", fmt.Sprint(r.Refs.FileLine))
	}
	if r.ByLine {
		put("by", "line")
	}
	o := r.Outcome
	put("verdict", string(o.Verdict))
	put("number", o.Number)
	put("company", o.Company)
	put("year", o.FiscalYear)
	put("posted", o.Posted.String())
	for _, m := range o.Messages {
		put("message", fmt.Sprintf("[%s|%s|%s]", m.Code, m.Text, m.LineItem))
	}
	if p := r.Payment; r.Kind == Payment {
		put("payment", fmt.Sprintf("%s %s %s %s %s %s", p.Status, p.Reference, p.Amount, p.Currency, p.Cleared, p.Method))
		put("to", strings.TrimSpace(p.ReceiverID+" "+p.ReceiverName))
		put("at", strings.TrimSpace(p.Company+" "+p.Number+" "+p.FiscalYear))
		put("because", p.Message)
	}
	if r.Accepted >= 0 || r.Rejected >= 0 {
		put("counts", fmt.Sprintf("%d/%d", r.Accepted, r.Rejected))
	}
	put("problem", r.Problem)
	return b.String()
}
