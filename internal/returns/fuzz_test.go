package returns

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// FuzzParseResult: whatever the bytes are, nothing crashes, every row is counted once, what is emitted keeps the rules,
// and the same bytes say the same twice.
func FuzzParseResult(f *testing.F) {
	formats := []struct {
		format *Format
		name   string
	}{
		{compiled(f, postingCSV()), "POST_1.csv"}, {compiled(f, lineCSV()), "GL1.res"}, {compiled(f, paymentCSV()), "pay.csv"},
		{compiled(f, mixedCSV()), "x.csv"}, {compiled(f, ackFixed()), "x.ack"}, {compiled(f, rejFixed()), "x.rej"},
	}
	for i, seed := range []string{
		postingHead + "D1,OK,1900001,1000,2026,2026-03-31,,,,,\nD2,ERR,,,,,F5,\"a\nb\",,,\n",
		"H;1000;2026-03-31\nL;1;OK;77;;10.00\nL;2;ERR;;bad;-10.00\nT;2;4;1;1;0.00\n",
		paymentHead + "D1,R7,120.50,EUR,2026-04-05,WIRE,FULL,,E1,Ada\n",
		"doc_id,kind,status,company,number,year,date,amount,currency,code,message\nD1,pay,ok,1,P9,2026,2026-04-02,1e3,USD,,\n",
		"ACNQR00004200000030000000JRN0000001\n",
		"D000002RPT-000917  F05ACCOUNT 641000 IS CLOSED                \n",
		"\xef\xbb\xbf" + postingHead + "\x00,\"\"\",,\n",
	} {
		f.Add(i%len(formats), []byte(seed))
	}
	limits := layout.Limits{Bytes: 1 << 20, Rows: 10000, Columns: 100, Line: 1 << 16}
	f.Fuzz(func(t *testing.T, which int, content []byte) {
		if which < 0 {
			which = -(which + 1)
		}
		c := formats[which%len(formats)]
		var first []string
		run := func() ([]string, Summary, error) {
			var rows []string
			sum, err := c.format.Parse(context.Background(), c.name, bytes.NewReader(content), int64(len(content)), limits, func(r Row) error {
				rows = append(rows, show(r))
				check(t, c.format, r)
				return nil
			})
			return rows, sum, err
		}
		first, sum, err := run()
		if sum.Rows != sum.Postings+sum.Payments+sum.Files+sum.Exceptions+sum.Ignored || len(first) != sum.Rows-sum.Ignored {
			t.Fatalf("%d rows emitted, %+v", len(first), sum)
		}
		if err == nil && c.format.spec.Layout.Kind == layout.Fixed && sum.Rows < linesWithText(content) {
			t.Fatalf("%d rows of %q", sum.Rows, content)
		}
		again, _, err2 := run()
		if strings.Join(first, "\n") != strings.Join(again, "\n") || (err == nil) != (err2 == nil) {
			t.Fatalf("not the same twice: %q %v, %q %v", first, err, again, err2)
		}
	})
}

// linesWithText counts the lines that no reader may pass over: those with more than blanks. The mark of the byte order
// in front is no text.
func linesWithText(content []byte) int {
	n := 0
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	for line := range bytes.Lines(content) {
		if len(bytes.Trim(line, " \t\r\n\x1a")) > 0 {
			n++
		}
	}
	return n
}

// check holds the promises of an emitted row.
func check(t *testing.T, f *Format, r Row) {
	switch r.Kind {
	case Exception:
		if r.Problem == "" {
			t.Fatalf("an exception without a reason: %+v", r)
		}
	case Posting:
		if v := r.Outcome.Verdict; v != "posted" && v != "rejected" && v != "duplicate" {
			t.Fatalf("verdict %q", v)
		}
		if !r.Refs.NamesDocument() && r.Refs.FileLine == 0 {
			t.Fatalf("no reference: %+v", r)
		}
	case Payment:
		if unsaid(r.Payment) {
			r.Payment.Amount, r.Payment.Currency = decimal.New(1, 0), "EUR"
		}
		if p := paymentProblems(r.Payment); len(p) > 0 || !r.Refs.NamesDocument() && len(f.spec.Match) == 0 {
			t.Fatalf("%v: %+v", p, r)
		}
	case File:
		if f.Level() != format.LevelFile && f.spec.Kind != format.Mixed || !r.Refs.NamesFile() {
			t.Fatalf("a file row: %+v", r)
		}
	case Ignored:
		if p := paymentProblems(r.Payment); !r.Perhaps || len(p) > 0 && r.Payment.Status != "" {
			t.Fatalf("%v: %+v", p, r)
		}
	default:
		t.Fatalf("kind %d", r.Kind)
	}
}
