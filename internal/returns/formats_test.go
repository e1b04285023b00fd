package returns

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
)

type words = map[string]mapping.ResultWord

// col makes a column.
func col(role mapping.ResultRole, field string) mapping.ResultColumn {
	return mapping.ResultColumn{Role: role, Field: field}
}

func wordCol(role mapping.ResultRole, field string, w words) mapping.ResultColumn {
	return mapping.ResultColumn{Role: role, Field: field, Words: w}
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

var erpWords = words{"OK": mapping.WordPosted, "WARN": mapping.WordWarning, "ERR": mapping.WordRejected, "DUP": mapping.WordDuplicate, "WAIT": mapping.WordIgnore}

// postingCSV speaks of documents.
func postingCSV() mapping.ResultFormat {
	return mapping.ResultFormat{
		Name: "posting-csv", Files: "POST_*.csv", Kind: mapping.ResultPosting, Level: mapping.LevelDocument,
		Layout:  layout.Spec{Kind: layout.Delimited, Header: true, Comment: "#"},
		Records: []layout.Record{{Name: "row", Fields: fields("doc", "status", "number", "company", "year", "date:date", "code", "message:text", "code2", "message2:text", "entry")}},
		Columns: []mapping.ResultColumn{
			col(mapping.RoleDocID, "doc"), wordCol(mapping.RoleOutcome, "status", erpWords), col(mapping.RoleNumber, "number"), col(mapping.RoleCompany, "company"),
			col(mapping.RoleFiscalYear, "year"), col(mapping.RolePostingDate, "date"), col(mapping.RoleMessageCode, "code"), col(mapping.RoleMessage, "message"),
			col(mapping.RoleMessageCode, "code2"), col(mapping.RoleMessage, "message2"), col(mapping.RoleMessageLine, "entry"),
		},
	}
}

const postingHead = "doc,status,number,company,year,date,code,message,code2,message2,entry\n"

// lineCSV speaks of lines of the import file that the file name numbers, and has header and trailer.
func lineCSV() mapping.ResultFormat {
	return mapping.ResultFormat{
		Name: "lines", Files: "GL*.res", NamePattern: `^GL(?<file_sequence>[0-9]+)\.res$`, Kind: mapping.ResultPosting, Level: mapping.LevelLine,
		Layout: layout.Spec{Kind: layout.Delimited, Delimiter: ";"},
		Records: []layout.Record{
			{Name: "head", Match: layout.Match{Column: 1, Value: "H"}, Fields: fields("type", "company", "date:date")},
			{Name: "line", Match: layout.Match{Column: 1, Value: "L"}, Fields: fields("type", "line", "status", "number", "message:text", "amount:amount")},
			{Name: "end", Match: layout.Match{Column: 1, Value: "T"}, Fields: fields("type", "rows:integer", "records:integer", "ok:integer", "bad:integer", "sum:amount")},
		},
		Uses: map[string]mapping.RecordUse{"head": mapping.UseHeader, "end": mapping.UseTrailer},
		Columns: []mapping.ResultColumn{
			col(mapping.RoleCompany, "company"), col(mapping.RolePostingDate, "date"),
			col(mapping.RoleFileLine, "line"), wordCol(mapping.RoleOutcome, "status", erpWords), col(mapping.RoleNumber, "number"), col(mapping.RoleMessage, "message"), col(mapping.RoleAmount, "amount"),
			col(mapping.RoleRowCount, "rows"), col(mapping.RoleRecordCount, "records"), col(mapping.RoleAcceptedCount, "ok"), col(mapping.RoleRejectedCount, "bad"), col(mapping.RoleTotalAmount, "sum"),
		},
		FiscalYearStart: 4, FiscalYearNamed: "end",
	}
}

// paymentCSV has payments whose reference is unique only together with the document.
func paymentCSV() mapping.ResultFormat {
	return mapping.ResultFormat{
		Name: "payments", Files: "pay*.csv", Kind: mapping.ResultPayment, Level: mapping.LevelDocument,
		Layout:  layout.Spec{Kind: layout.Delimited, Header: true},
		Records: []layout.Record{{Name: "pay", Fields: fields("ref", "run", "amount:amount", "cur", "date:date", "method", "status", "text:text", "emp", "name:text")}},
		Columns: []mapping.ResultColumn{
			col(mapping.RoleReference, "ref"), {Role: mapping.RolePaymentRef, Fields: []string{"run", "ref"}, Join: "/"}, col(mapping.RoleAmount, "amount"),
			col(mapping.RoleCurrency, "cur"), col(mapping.RolePaymentDate, "date"),
			wordCol(mapping.RoleMethod, "method", words{"WIRE": mapping.WordElectronic, "(blank)": mapping.WordElectronic, "CHQ": mapping.WordCheck}),
			wordCol(mapping.RoleStatus, "status", words{"FULL": mapping.WordComplete, "PART": mapping.WordPart, "BACK": mapping.WordReversed, "NONE": mapping.WordObsolete, "SOON": mapping.WordIgnore}),
			col(mapping.RoleMessage, "text"), col(mapping.RoleReceiverID, "emp"), col(mapping.RoleReceiverName, "name"),
		},
	}
}

const paymentHead = "ref,run,amount,cur,date,method,status,text,emp,name\n"

// mixedCSV is a file of outcomes and payments: the kind decides.
func mixedCSV() mapping.ResultFormat {
	kind := words{"post": mapping.WordKindPosting, "pay": mapping.WordKindPayment, "file": mapping.WordKindFile, "note": mapping.WordIgnore}
	return mapping.ResultFormat{
		Name: "neutral", Files: "*.csv", Kind: mapping.ResultMixed, Level: mapping.LevelDocument,
		Layout: layout.Spec{Kind: layout.Delimited, Header: true},
		Records: []layout.Record{{Name: "row", Fields: append(fields("doc_id", "kind", "status", "company", "number", "year", "date:date", "amount:amount", "currency", "code", "message:text"),
			layout.Field{Name: "file", Type: layout.CodeType, Optional: true})}},
		Columns: []mapping.ResultColumn{
			col(mapping.RoleDocID, "doc_id"), wordCol(mapping.RoleKind, "kind", kind), wordCol(mapping.RoleOutcome, "status", words{"ok": mapping.WordPosted, "error": mapping.WordRejected}),
			wordCol(mapping.RoleStatus, "status", words{"ok": mapping.WordComplete}), col(mapping.RoleCompany, "company"), col(mapping.RoleNumber, "number"), col(mapping.RoleFiscalYear, "year"),
			col(mapping.RolePostingDate, "date"), col(mapping.RolePaymentDate, "date"), col(mapping.RoleAmount, "amount"), col(mapping.RoleCurrency, "currency"),
			col(mapping.RolePaymentRef, "number"), {Role: mapping.RoleMethod, Value: "E"}, col(mapping.RoleMessageCode, "code"), col(mapping.RoleMessage, "message"), col(mapping.RoleFileName, "file"),
		},
	}
}

// ackFixed is one record a batch.
func ackFixed() mapping.ResultFormat {
	f := mapping.ResultFormat{
		Name: "ack", Files: "*.ack", Kind: mapping.ResultPosting, Level: mapping.LevelFile,
		Layout: layout.Spec{Kind: layout.Fixed, RecordLength: 35},
		Records: []layout.Record{{Name: "ack", Match: layout.Match{Prefix: "A"}, Fields: []layout.Field{
			{Name: "type", Type: layout.CodeType, Width: 1}, {Name: "batch", Type: layout.CodeType, Width: 10},
			{Name: "accepted", Type: layout.IntegerType, Width: 7}, {Name: "rejected", Type: layout.IntegerType, Width: 7}, {Name: "journal", Type: layout.CodeType, Width: 10},
		}}},
		Columns: []mapping.ResultColumn{
			{Role: mapping.RoleSequence, Field: "batch", Pattern: "([0-9]+)$"}, col(mapping.RoleBatchID, "batch"),
			col(mapping.RoleAcceptedCount, "accepted"), col(mapping.RoleRejectedCount, "rejected"), col(mapping.RoleNumber, "journal"),
		},
	}
	return f
}

// rejFixed echoes rejected records with a code and a text: every row is a reject.
func rejFixed() mapping.ResultFormat {
	return mapping.ResultFormat{
		Name: "rej", Files: "*.rej", NamePattern: `(?<batch_id>.+)\.rej$`, Kind: mapping.ResultPosting, Level: mapping.LevelLine,
		Layout: layout.Spec{Kind: layout.Fixed},
		Records: []layout.Record{{Name: "reject", Fields: []layout.Field{
			{Name: "type", Type: layout.CodeType, Width: 1}, {Name: "line", Type: layout.CodeType, Width: 6}, {Name: "document", Type: layout.CodeType, Width: 12},
			{Name: "code", Type: layout.CodeType, Width: 3}, {Name: "text", Type: layout.TextType, Width: 40},
		}}},
		Columns: []mapping.ResultColumn{
			col(mapping.RoleReference, "document"), col(mapping.RoleFileLine, "line"), col(mapping.RoleMessageCode, "code"), col(mapping.RoleMessage, "text"),
		},
		DefaultOutcome: mapping.WordRejected, Rest: mapping.WordAcknowledged,
	}
}

func compiled(t testing.TB, f mapping.ResultFormat) *Format {
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
