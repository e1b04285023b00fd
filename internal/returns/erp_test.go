package returns_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
)

// erpLines is a result format of lines; the same fields, roles and words make the simulated ERP's answer.
func erpLines() format.Format {
	code := func(names ...string) (out []layout.Field) {
		for _, n := range names {
			out = append(out, layout.Field{Name: n, Type: layout.CodeType})
		}
		return out
	}
	return format.Format{
		Name: "erp", Files: "*.res", Kind: format.Posting, Level: format.LevelLine, Layout: layout.Spec{Kind: layout.Delimited},
		Records: []layout.Record{
			{Name: "row", Match: layout.Match{Column: 1, Value: "L"}, Fields: code("type", "doc", "line", "status", "number", "company", "text")},
			{Name: "end", Match: layout.Match{Column: 1, Value: "T"}, Fields: append(code("type"), layout.Field{Name: "rows", Type: layout.IntegerType})},
		},
		Uses: map[string]format.Use{"end": format.UseTrailer},
		Columns: []format.Column{
			{Role: format.RoleReference, Field: "doc"}, {Role: format.RoleFileLine, Field: "line"}, {Role: format.RoleNumber, Field: "number"},
			{Role: format.RoleOutcome, Field: "status", Words: map[string]format.Word{"OK": format.WordPosted, "ERR": format.WordRejected, "DUP": format.WordDuplicate}},
			{Role: format.RoleCompany, Field: "company"}, {Role: format.RoleMessage, Field: "text"}, {Role: format.RoleRowCount, Field: "rows"},
		},
	}
}

// answerOf turns a result format into what the ERP writes.
func answerOf(f format.Format) simerp.Answer {
	a := simerp.Answer{Name: "{file}.res", Spec: f.Layout, Records: f.Records, Row: "row", Trailer: "end", Level: string(f.Level),
		Fields: []simerp.Field{{Record: "row", Field: "type", What: "=L"}, {Record: "end", Field: "type", What: "=T"}}}
	for _, c := range f.Columns {
		words := map[string]string{}
		for word, meaning := range c.Words {
			words[string(meaning)] = word
		}
		a.Fields = append(a.Fields, simerp.Field{Field: c.Field, What: string(c.Role), Words: words})
	}
	return a
}

// What the ERP has in its books is what its answers say after reading and folding, document by document.
func TestERPAnswersAgreeWithItsBooks(t *testing.T) {
	format, err := returns.Compile(erpLines())
	if err != nil {
		t.Fatal(err)
	}
	in, out := t.TempDir(), t.TempDir()
	erp, err := simerp.New(simerp.Config{
		Inbox: in, Outbox: out, Company: "1000", FirstNumber: 500, Answers: []simerp.Answer{answerOf(erpLines())},
		Reject: []simerp.Rule{{Account: "66*", Text: "account is closed"}}, Now: func() time.Time { return time.Unix(0, 0).UTC() },
		Import: simerp.Import{Spec: layout.Spec{Kind: layout.Delimited}, NamePattern: `([0-9]+)`, Document: "doc", Account: "account", Amount: "amount", Balance: "document",
			Records: []layout.Record{{Name: "line", Fields: []layout.Field{{Name: "doc", Type: layout.CodeType}, {Name: "account", Type: layout.CodeType}, {Name: "amount", Type: layout.AmountType}}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	need := map[string]returns.Coverage{}
	line := 0
	for i := range 200 {
		doc, account := "D"+strconv.Itoa(i), "640000"
		if i%7 == 3 {
			account = "660000"
		}
		first := line + 1
		for range i%4 + 1 {
			text.WriteString(doc + "," + account + ",10\n" + doc + ",215000,-10\n")
			line += 2
		}
		need[doc] = returns.Coverage{Lines: line - first + 1, First: first, Last: line}
	}
	if err := os.WriteFile(filepath.Join(in, "1.csv"), []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := erp.Poll(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(out, "1.res"))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]returns.Row{}
	sum, err := format.Parse(context.Background(), "1.res", bytes.NewReader(content), int64(len(content)), layout.Limits{}, func(r returns.Row) error {
		rows[r.Refs.Any] = append(rows[r.Refs.Any], r)
		return nil
	})
	if err != nil || sum.Postings != line || sum.Exceptions > 0 {
		t.Fatalf("%+v, %v", sum, err)
	}
	for _, d := range erp.Books().Documents {
		want := fis.Outcome{Verdict: fis.Posted, Number: d.Number, Company: "1000"}
		if len(d.Rejections) > 0 {
			want = fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: d.Rejections[0]}}}
		}
		got := returns.Fold(rows[d.Reference], need[d.Reference])
		if diff := cmp.Diff(want, got.Outcome); diff != "" || got.State != returns.Settled {
			t.Errorf("%s: state %d %s\n%s", d.Reference, got.State, got.Problem, diff)
		}
	}
	half := content[:len(content)/2]
	if _, err = format.Parse(context.Background(), "1.res", bytes.NewReader(half), int64(len(half)), layout.Limits{}, nil); !errors.As(err, new(*returns.IncompleteError)) {
		t.Errorf("half of the file: %v", err)
	}
}
