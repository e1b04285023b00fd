package returns

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// Every line becomes one row or is counted, and what it says arrives unchanged.
func TestParse(t *testing.T) {
	for _, tt := range []struct {
		name   string
		format format.Format
		file   string
		text   string
		want   []string
		sum    Summary
	}{
		{
			name: "documents", format: postingCSV(), file: "POST_1.csv",
			text: postingHead +
				"D1,OK,1900001,1000,2026,2026-03-31,,,,,\n" +
				"D2,err,,,,,F5 312,\"Period 03, closed\",KI 235,,E77\n" +
				"D3,DUP,,,,,,,,,\n" +
				"D4, WARN ,1900002,1000,2026,2026-03-31,W1,Rounded,,,\n" +
				"D5,WAIT,,,,,,,,,\n",
			want: []string{
				"2 posting doc=D1 verdict=posted number=1900001 company=1000 year=2026 posted=2026-03-31",
				"3 posting doc=D2 verdict=rejected message=[F5 312|Period 03, closed|E77] message=[KI 235|KI 235|E77]",
				"4 posting doc=D3 verdict=duplicate",
				"5 posting doc=D4 verdict=posted number=1900002 company=1000 year=2026 posted=2026-03-31 message=[W1|Rounded|]",
			},
			sum: Summary{Rows: 5, Postings: 4, Ignored: 1, IgnoredBy: map[string]int{"status WAIT": 1}},
		},
		{
			name: "what cannot be read for certain is an exception", format: postingCSV(), file: "POST_1.csv",
			text: postingHead +
				"D1,POSTED?,1,1000,2026,,,,,,\n" +
				"D2,,1,1000,2026,,,,,,\n" +
				",OK,1,1000,2026,,,,,,\n" +
				"D4,OK,1,1000,26,,,,,,\n" +
				"D5,OK,1,1000,2026,31.03.2026,,,,,\n" +
				"D6,OK," + strings.Repeat("9", 81) + ",1000,2026,,,,,,\n" +
				"D7,OK,1900007,1000,2026,2026-03-31,,,,,\n",
			want: []string{
				`2 exception doc=D1 problem=status "POSTED?" is not among the words of the format`,
				`3 exception doc=D2 problem=status is empty, and no word is given for that`,
				`4 exception problem=the row has no reference to a document`,
				`5 exception doc=D4 problem=fiscal year "26" is not four digits`,
				`6 exception doc=D5 problem=LAYOUT`,
				`7 exception doc=D6 problem=the document number has 81 characters; Concur takes 80`,
				"8 posting doc=D7 verdict=posted number=1900007 company=1000 year=2026 posted=2026-03-31",
			},
			sum: Summary{Rows: 7, Postings: 1, Exceptions: 6, IgnoredBy: map[string]int{}},
		},
		{
			name: "lines with header and trailer", format: lineCSV(), file: "GL000042.res",
			text: "H;1000;2026-03-31\nL;1;OK;77;;10.00\nL;2;ERR;;bad account;-10.00\nH;2000;2026-04-01\n",
		},
		{
			name: "header values hold for the rows after it", format: lineCSV(), file: "GL000042.res",
			text: "H;1000;2026-03-31\nL;1;OK;77;;10.00\nL;2;ERR;;bad account;-10.00\nT;2;4;1;1;0.00\nH;2000;2026-04-01\nL;3;OK;78;;5.00\nT;1;3;1;0;5.00\n",
			want: []string{
				"2 posting seq=42 line=1 by=line verdict=posted number=77 company=1000 year=2026 posted=2026-03-31",
				"3 posting seq=42 line=2 by=line verdict=rejected company=1000 year=2026 posted=2026-03-31 message=[|bad account|]",
				"6 posting seq=42 line=3 by=line verdict=posted number=78 company=2000 year=2027 posted=2026-04-01",
			},
			sum: Summary{Rows: 7, Postings: 3, Ignored: 4, IgnoredBy: map[string]int{"header head": 2, "trailer end": 2}},
		},
		{
			name: "payments", format: paymentCSV(), file: "pay1.csv",
			text: paymentHead +
				"D1,R7,120.50,EUR,2026-04-05,WIRE,FULL,,E1,Ada Muster\n" +
				"D2,R7,60,eur,2026-04-05,,PART,,E2,\n" +
				"D2,R8,60.00,EUR,2026-04-09,CHQ,BACK,account closed,E2,\n" +
				"D3,R7,0,EUR,2026-04-05,,NONE,paid by payroll,,\n" +
				"D4,R7,1,EUR,2026-04-05,,SOON,,,\n",
			want: []string{
				"2 payment any=D1 payment=CP R7/D1 120.5 EUR 2026-04-05 E to=E1 Ada Muster",
				"3 payment any=D2 payment=PP R7/D2 60 EUR 2026-04-05 E to=E2",
				"4 payment any=D2 payment=RE R8/D2 60 EUR 2026-04-09 C to=E2 because=account closed",
				"5 payment any=D3 payment=OB R7/D3 0 EUR 2026-04-05 E because=paid by payroll",
			},
			sum: Summary{Rows: 5, Payments: 4, Ignored: 1, IgnoredBy: map[string]int{"status SOON": 1}},
		},
		{
			name: "bad payments", format: paymentCSV(), file: "pay1.csv",
			text: paymentHead +
				"D1,R7,-5,EUR,2026-04-05,WIRE,FULL,,,\n" +
				"D1,R7,5,EURO,2026-04-05,WIRE,FULL,,,\n" +
				"D1,R7,5,EUR,,WIRE,FULL,,,\n" +
				",,5,EUR,2026-04-05,WIRE,FULL,,,\n" +
				"D1,R7,5,EUR,2026-04-05,WIRE,BACK,,,\n" +
				"D1,R7,5,EUR,2026-04-05,GIFT,FULL,,,\n" +
				"D1,R7,0,EUR,2026-04-05,WIRE,FULL,,,\n",
			want: []string{
				"2 exception any=D1 problem=the payment's amount is -5, and must be more than zero",
				`3 exception any=D1 problem="EURO" is not a currency of three letters`,
				"4 exception any=D1 problem=the payment has no date",
				"5 exception problem=the row has no reference to a document",
				"6 payment any=D1 payment=RE R7/D1 5 EUR 2026-04-05 E because=the payment was reversed; no reason was given",
				`7 exception any=D1 problem=method "GIFT" is not among the words of the format`,
				"8 exception any=D1 problem=the payment's amount is 0, and must be more than zero",
			},
			sum: Summary{Rows: 7, Payments: 1, Exceptions: 6, IgnoredBy: map[string]int{}},
		},
		{
			name: "mixed", format: mixedCSV(), file: "x.csv",
			text: "doc_id,kind,status,company,number,year,date,amount,currency,code,message\n" +
				"D1,post,ok,1000,77,2026,2026-03-31,,,,\n" +
				"D2,post,error,,,,,,,F5,no account\n" +
				"D1,pay,ok,1000,P9,2026,2026-04-02,12.00,USD,,\n" +
				"D1,pay,error,1000,P9,2026,2026-04-02,12.00,USD,,\n" +
				"D1,note,hello,,,,,,,,\n" +
				"D1,gossip,ok,,,,,,,,\n",
			want: []string{
				"2 posting doc=D1 verdict=posted number=77 company=1000 year=2026 posted=2026-03-31",
				"3 posting doc=D2 verdict=rejected message=[F5|no account|]",
				"4 payment doc=D1 payment=CP P9 12 USD 2026-04-02 E at=1000 P9 2026",
				`5 exception doc=D1 problem=status "error" is not among the words of the format`,
				`7 exception problem=kind "gossip" is not among the words of the format`,
			},
			sum: Summary{Rows: 6, Postings: 2, Payments: 1, Exceptions: 2, Ignored: 1, IgnoredBy: map[string]int{"kind note": 1}},
		},
		{
			name: "acknowledgements of files", format: ackFixed(), file: "GL42.ack",
			text: "ACNQR00004200000030000000JRN0000001\nACNQR00004300000020000001JRN0000002\nACNQR00004400000000000003          \nACNQR00004500000000000000          \nACNQRXXXXXX00000010000000          \n",
			want: []string{
				"1 file batch=CNQR000042 seq=42 verdict=posted number=JRN0000001 counts=3/0",
				"2 file batch=CNQR000043 seq=43 verdict=partial number=JRN0000002 counts=2/1",
				"3 file batch=CNQR000044 seq=44 verdict=rejected counts=0/3",
				"4 exception batch=CNQR000045 seq=45 problem=nothing was accepted and nothing rejected",
				`5 exception batch=CNQRXXXXXX problem=batch "CNQRXXXXXX" does not fit the pattern ([0-9]+)$`,
			},
			sum: Summary{Rows: 5, Files: 3, Exceptions: 2, IgnoredBy: map[string]int{}},
		},
		{
			name: "rejects echo the record", format: rejFixed(), file: "CNQR000042.rej",
			text: "D000002RPT-000917  F05ACCOUNT 641000 IS CLOSED                \nDxxxxxxRPT-000917  F05                                        \n",
			want: []string{
				"1 posting any=RPT-000917 batch=CNQR000042 line=2 by=line verdict=rejected message=[F05|ACCOUNT 641000 IS CLOSED|]",
				`2 exception any=RPT-000917 batch=CNQR000042 problem=file line "xxxxxx" is not a number from 1`,
			},
			sum: Summary{Rows: 2, Postings: 1, Exceptions: 1, IgnoredBy: map[string]int{}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, sum, err := parse(t, compiled(t, tt.format), tt.file, tt.text)
			if tt.want == nil {
				if !errors.As(err, new(*IncompleteError)) {
					t.Fatalf("want an incomplete file, got %v, rows %q", err, rows)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for i, w := range tt.want { // the layout words its own errors
				if head, ok := strings.CutSuffix(w, "LAYOUT"); ok && i < len(rows) && strings.HasPrefix(rows[i], head) && len(rows[i]) > len(head) {
					tt.want[i] = rows[i]
				}
			}
			if diff := cmp.Diff(tt.want, rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.sum, sum); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
			if sum.Rows != sum.Postings+sum.Payments+sum.Files+sum.Exceptions+sum.Ignored {
				t.Errorf("the summary loses rows: %+v", sum)
			}
		})
	}
}

// A file that is cut off, or that says something else than it holds, is not believed: it may be read too early.
func TestParseIncomplete(t *testing.T) {
	newline := postingCSV()
	newline.FinalLineEnd = true
	whole := "H;1000;2026-03-31\nL;1;OK;77;;10.00\nL;2;ERR;;bad;-10.00\nT;2;4;1;1;0.00\n"
	for _, tt := range []struct {
		name, file, text string
		format           format.Format
		want             string // empty: the file is whole
		missing          bool
	}{
		{"whole", "GL1.res", whole, lineCSV(), "", false},
		{"empty", "GL1.res", "", lineCSV(), "the file is empty", true},
		{"only a header", "GL1.res", "H;1000;2026-03-31\n", lineCSV(), "the trailer is missing", true},
		{"cut before the trailer", "GL1.res", whole[:strings.Index(whole, "T;")], lineCSV(), "the trailer is missing", true},
		{"rows after the trailer", "GL1.res", whole + "L;3;OK;78;;1.00\n", lineCSV(), "the trailer is missing", true},
		{"a row lost", "GL1.res", strings.Replace(whole, "L;1;OK;77;;10.00\n", "", 1), lineCSV(), "line 3: row_count says 2, the file has 1", true},
		{"a row too many", "GL1.res", strings.Replace(whole, "L;1;", "L;9;OK;77;;0.00\nL;1;", 1), lineCSV(), "line 5: row_count says 2, the file has 3", false},
		{"records", "GL1.res", strings.Replace(whole, "T;2;4", "T;2;5", 1), lineCSV(), "line 4: record_count says 5, the file has 4", true},
		{"accepted", "GL1.res", strings.Replace(whole, ";1;1;0.00", ";2;1;0.00", 1), lineCSV(), "line 4: accepted_count says 2, the file has 1", true},
		{"rejected", "GL1.res", strings.Replace(whole, ";1;1;0.00", ";1;0;0.00", 1), lineCSV(), "line 4: rejected_count says 0, the file has 1", false},
		{"total", "GL1.res", strings.Replace(whole, ";0.00\n", ";0.01\n", 1), lineCSV(), "line 4: total_amount says 0.01, the file has 0", true},
		{"duplicates counted as rejects", "GL1.res", strings.Replace(whole, "L;1;OK;77", "L;1;DUP;", 1)[:0] + "L;1;DUP;;;1.00\nL;2;ERR;;bad;1.00\nT;2;3;0;2;2.00\n", lineCSV(), "", false},
		{"an unreadable amount leaves the total open", "GL1.res", "L;1;OK;77;;1.00\nL;2;OK;77;;x\nT;2;3;2;0;9.00\n", lineCSV(), "", false},
		{"a line that nobody knows still counts", "GL1.res", "L;1;OK;77;;1.00\nX;what\nT;1;2;1;0;1.00\n", lineCSV(), "line 3: row_count says 1, the file has 2", false},
		{"header without trailer before the next", "GL1.res", "H;1;2026-03-31\nL;1;OK;77;;1.00\n" + whole, lineCSV(), "line 3: a header where the trailer", true},
		{"last line ended", "POST_1.csv", postingHead + "D1,OK,19,1,2026,,,,,,\n", newline, "", false},
		{"last line cut", "POST_1.csv", postingHead + "D1,OK,19", newline, "the last line is not ended", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := parse(t, compiled(t, tt.format), tt.file, tt.text)
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var incomplete *IncompleteError
			if !errors.As(err, &incomplete) || !strings.Contains(err.Error(), tt.want) || incomplete.Missing != tt.missing {
				t.Fatalf("got %v (%+v), want %q, missing %v", err, incomplete, tt.want, tt.missing)
			}
		})
	}
}

// No prefix of a file with trailer may pass for the whole.
func TestNoPrefixIsWhole(t *testing.T) {
	f := compiled(t, lineCSV())
	whole := "H;1000;2026-03-31\nL;1;OK;77;;10.00\nL;2;ERR;;bad;-10.00\nT;2;4;1;1;0.00\n"
	lastDigit := strings.LastIndex(whole, "0.00") + 1 // from here on the trailer says the same
	for n := range lastDigit {
		if _, _, err := parse(t, f, "GL1.res", whole[:n]); err == nil {
			t.Fatalf("the first %d bytes pass for the whole: %q", n, whole[:n])
		}
	}
}

// What the caller's function returns ends the reading and comes back as it is.
func TestParseStops(t *testing.T) {
	stop := errors.New("disk full")
	f := compiled(t, postingCSV())
	text := postingHead + strings.Repeat("D1,OK,1,1,2026,,,,,,\n", 5)
	n := 0
	_, err := f.Parse(context.Background(), "POST_1.csv", strings.NewReader(text), int64(len(text)), layout.Limits{}, func(Row) error {
		if n++; n == 2 {
			return stop
		}
		return nil
	})
	if err != stop || n != 2 {
		t.Fatalf("got %v after %d rows", err, n)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := f.Parse(ctx, "POST_1.csv", strings.NewReader(text), int64(len(text)), layout.Limits{}, nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled: %v", err)
	}
}

func TestMatches(t *testing.T) {
	f := compiled(t, lineCSV())
	for name, want := range map[string]bool{"GL000042.res": true, "GL.res": false, "GLx.res": false, "GL1.res.part": false, "AP1.res": false} {
		if f.Matches(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
	if p := compiled(t, paymentCSV()); !p.Matches("PAY7.CSV") {
		t.Error("the case of a file name counts")
	}
	if text := "L;1;OK;1;;1\nT;1;2;1;0;1\n"; true {
		if _, _, err := parse(t, f, "other.res", text); err == nil {
			t.Error("a file without its number in the name was read")
		}
	}
}

// Fiscal years follow from the posting date by the format's rule only.
func TestFiscalYear(t *testing.T) {
	for _, tt := range []struct {
		start       int
		named, date string
		want        string
	}{
		{0, "", "2026-03-31", ""},
		{1, "", "2026-03-31", "2026"},
		{4, "end", "2026-03-31", "2026"},
		{4, "end", "2026-04-01", "2027"},
		{4, "start", "2026-03-31", "2025"},
		{4, "start", "2026-04-01", "2026"},
	} {
		f := postingCSV()
		f.FiscalYearStart, f.FiscalYearNamed = tt.start, tt.named
		rows, _, err := parse(t, compiled(t, f), "POST_1.csv", postingHead+"D1,OK,1,1,,"+tt.date+",,,,,\n")
		want := "2 posting doc=D1 verdict=posted number=1 company=1"
		if tt.want != "" {
			want += " year=" + tt.want
		}
		if err != nil || len(rows) != 1 || rows[0] != want+" posted="+tt.date {
			t.Errorf("%+v: %q, %v", tt, rows, err)
		}
	}
}

func TestRest(t *testing.T) {
	f := lineCSV()
	f.Rest = format.WordPosted
	_, sum, err := parse(t, compiled(t, f), "GL1.res", "L;2;ERR;;bad;1\nT;1;2;0;1;1\n")
	if err != nil || !sum.RestPosted {
		t.Errorf("whole file: %+v, %v", sum, err)
	}
	_, sum, err = parse(t, compiled(t, f), "GL1.res", "L;2;ERR;;bad;1\n")
	if err == nil || sum.RestPosted {
		t.Errorf("a cut file posts the rest: %+v, %v", sum, err)
	}
}

// A workbook that is not finished has no directory yet.
func TestWorkbook(t *testing.T) {
	f := postingCSV()
	f.Files, f.Layout = "*.xlsx", layout.Spec{Kind: layout.Workbook, Header: true}
	book := excelize.NewFile()
	for i, line := range strings.Split(postingHead+"0012,OK,1900001,1000,2026,2026-03-31,,,,,\n0013,ERR,,,,,F5,closed,,,", "\n") {
		for j, cell := range strings.Split(line, ",") {
			if cell == "" {
				continue
			}
			at, _ := excelize.CoordinatesToCellName(j+1, i+1)
			if err := book.SetCellStr("Sheet1", at, cell); err != nil {
				t.Fatal(err)
			}
		}
	}
	var buf bytes.Buffer
	if err := book.Write(&buf); err != nil {
		t.Fatal(err)
	}
	format := compiled(t, f)
	if !format.DeclaresEnd() {
		t.Error("a workbook declares its end")
	}
	rows, _, err := parse(t, format, "x.xlsx", buf.String())
	want := []string{
		"2 posting doc=0012 verdict=posted number=1900001 company=1000 year=2026 posted=2026-03-31",
		"3 posting doc=0013 verdict=rejected message=[F5|closed|]",
	}
	if diff := cmp.Diff(want, rows); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	_, _, err = parse(t, format, "x.xlsx", buf.String()[:buf.Len()/2])
	var incomplete *IncompleteError
	if !errors.As(err, &incomplete) || !incomplete.Missing {
		t.Errorf("half a workbook: %v", err)
	}
}

// Words fold, blank is its own word, and only `*` stands for the rest.
func TestWords(t *testing.T) {
	f := postingCSV()
	f.Columns[1].Words = words{"p": format.WordPosted, "(blank)": format.WordIgnore, "*": format.WordRejected}
	text := postingHead + "D1,P,1,1,2026,,,,,,\nD2,,,,,,,,,,\nD3,EF04,,,,,,,,,\nD4,*,,,,,,,,,\n"
	rows, sum, err := parse(t, compiled(t, f), "POST_1.csv", text)
	want := []string{"2 posting doc=D1 verdict=posted number=1 company=1 year=2026", "4 posting doc=D3 verdict=rejected", "5 posting doc=D4 verdict=rejected"}
	if diff := cmp.Diff(want, rows); diff != "" || err != nil || sum.Ignored != 1 {
		t.Errorf("%v %+v\n%s", err, sum, diff)
	}
	f.Columns[1].Words = nil // the words of the role themselves
	rows, _, err = parse(t, compiled(t, f), "POST_1.csv", postingHead+"D1,posted,1,1,2026,,,,,,\nD2,ok,1,1,2026,,,,,,\n")
	if err != nil || len(rows) != 2 || !strings.Contains(rows[0], "verdict=posted") || !strings.Contains(rows[1], "exception") {
		t.Errorf("own words: %q, %v", rows, err)
	}
}

// The raw text of an exception is cut at a character.
func TestRawIsCut(t *testing.T) {
	f := compiled(t, postingCSV())
	text := postingHead + "D1,what,,,,,," + strings.Repeat("ł", 400) + ",,,\n"
	var got Row
	if _, err := f.Parse(context.Background(), "POST_1.csv", strings.NewReader(text), int64(len(text)), layout.Limits{}, func(r Row) error { got = r; return nil }); err != nil {
		t.Fatal(err)
	}
	if n := len([]rune(got.Raw)); n != maxRaw+1 || !strings.HasSuffix(got.Raw, "ł…") {
		t.Errorf("%d characters: %q", n, got.Raw)
	}
}

func ExampleFormat_Parse() {
	f, err := Compile(rejFixed())
	if err != nil {
		fmt.Println(err)
		return
	}
	text := "D000002RPT-000917  F05ACCOUNT 641000 IS CLOSED                \n"
	sum, err := f.Parse(context.Background(), "CNQR000042.rej", strings.NewReader(text), int64(len(text)), layout.Limits{}, func(r Row) error {
		fmt.Println(r.Refs.BatchID, r.Refs.Any, r.Outcome.Verdict, r.Outcome.Messages[0].Text)
		return nil
	})
	fmt.Println(sum.Rows, err)
	// Output:
	// CNQR000042 RPT-000917 rejected ACCOUNT 641000 IS CLOSED
	// 1 <nil>
}
