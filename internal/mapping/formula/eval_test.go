package formula

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// show is a value with its kind, so that the text 1 and the number 1 differ.
func show(v layout.Value) string {
	switch v.Kind {
	case layout.TextKind:
		return `"` + v.Text + `"`
	case layout.BoolKind:
		if v.Bool {
			return "TRUE"
		}
		return "FALSE"
	case layout.Empty:
		return "blank"
	}
	return v.String()
}

func TestEval(t *testing.T) {
	tests := []struct{ source, want string }{
		// the three kinds of cells
		{`reportName`, `"Trip to Łódź"`},
		{`"4711"`, `"4711"`},
		{`4711`, `4711`},
		{`=reportId`, `"8F2A"`},
		{` = reportId `, `"8F2A"`},
		{"\u00a0reportId\u00a0", `"8F2A"`},
		{`""`, "blank"},
		{`"say ""yes"""`, `"say "yes""`},
		{`TRUE`, "TRUE"},
		{`false()`, "FALSE"},
		{`REPORTID`, `"8F2A"`},
		{`'Profit center'`, `"PC1"`},
		{`profit_center`, `"PC1"`},
		{`settings.company`, `"DE01"`},
		{`Settings.COMPANY`, `"DE01"`},
		{`settings.Cost_element`, `"4000"`},
		{`'settings.Cost element'`, `"4000"`},
		{`settings.empty`, "blank"},
		// precedence as in Excel
		{`1 + 2 * 3`, "7"},
		{`(1 + 2) * 3`, "9"},
		{`=10 - 4 - 3`, "3"},
		{`=24 / 4 / 3`, "2"},
		{`-2 * -3`, "6"},
		{`=2 - -3`, "5"},
		{`"a" & "b" = "AB"`, "TRUE"},
		{`"x" & TEXT(1 + 2; "0")`, `"x3"`},
		{`1 + 1 = 2`, "TRUE"},
		{`1 < 2`, "TRUE"},
		{`NOT(1 = 2) = TRUE`, "TRUE"},
		{`2 * 3 <> 5 + 1`, "FALSE"},
		// both separators, any case
		{`left("Hotel", 2)`, `"Ho"`},
		{`Left("Hotel"; 2)`, `"Ho"`},
		{`_xlfn.CONCAT("a", "b")`, `"ab"`},
		// texts
		{`paymentTypeCode = "CASH"`, "TRUE"},
		{`EXACT(paymentTypeCode; "CASH")`, "FALSE"},
		{`"straße" = "STRASSE"`, "FALSE"},
		{`"a" < "B"`, "TRUE"},
		{`"" < "a"`, "TRUE"},
		{`"ab" > "a"`, "TRUE"},
		{`LEFT(reportName; 9)`, `"Trip to Ł"`},
		{`RIGHT(reportName; 4)`, `"Łódź"`},
		{`RIGHT(reportName; 0)`, "blank"},
		{`MID(reportName; 9; 2)`, `"Łó"`},
		{`MID(reportName; 90; 2)`, "blank"},
		{`LEN(entryDescription)`, "0"},
		{`UPPER(reportName)`, `"TRIP TO ŁÓDŹ"`},
		{`PROPER("o'neill's BAR")`, `"O'neill's Bar"`},
		{`CLEAN("a" & CHAR(10) & "b")`, `"ab"`},
		{`SUBSTITUTE("aXbXc"; "X"; "")`, `"abc"`},
		{`SUBSTITUTE("aXbXc"; "X"; "-"; 2)`, `"aXb-c"`},
		{`SUBSTITUTE("aXbXc"; "X"; "-"; 3)`, `"aXbXc"`},
		{`REPLACE("Łódź"; 2; 1; "o")`, `"Łodź"`},
		{`FIND("ź"; reportName)`, "12"},
		{`SEARCH("TRIP"; reportName)`, "1"},
		{`FIND("a"; "banana"; 3)`, "4"},
		{`STARTSWITH(reportName; "trip")`, "TRUE"},
		{`CONTAINS(entryDescription; "x")`, "FALSE"},
		{`TEXTJOIN("-"; FALSE; "a"; ""; "b")`, `"a--b"`},
		{`PADLEFT(employeeId; 3; "0")`, `"0004711"`},
		{`PADLEFT(entryDescription; 3; "0")`, "blank"},
		{`PADRIGHT("é"; 3; "·")`, `"é··"`},
		{`TRANSLIT("Łódź Ærø Straße 東京 ½")`, `"Lodz AEro Strasse 東京 ½"`},
		{`TRANSLIT("Ä e")`, `"A e"`},
		{`TRANSLIT("ÄÖÜäöüß Åø Œuvre – „x“ Đ þ ı €"; "DE")`, `"AeOeUeaeoeuess Ao OEuvre - "x" D th i EUR"`},
		{`ONLYLETTERS("Łódź 12")`, `"Łódź"`},
		// blanks: texts and dates hand them through, numbers count them as 0 (testdata/blanks.tsv has them all)
		{`UPPER(entryDescription)`, "blank"},
		{`ROUND(taxAmount; 2)`, "0"},
		{`-taxAmount`, "0"},
		{`ABS(taxAmount)`, "0"},
		{`YEAR(submitDate)`, "blank"},
		{`TEXT(taxAmount; "0.00")`, "blank"},
		{`VALUE(entryDescription)`, "blank"},
		{`"a" & entryDescription & "b"`, `"ab"`},
		{`SUM(transactionAmount; taxAmount)`, "119"},
		{`SUM(taxAmount)`, "0"},
		{`MIN(taxAmount; 5)`, "5"},
		{`MAX(taxAmount)`, "0"},
		{`IFBLANK(taxAmount; 0) + 1`, "1"},
		{`COALESCE(entryDescription; ""; reportId)`, `"8F2A"`},
		{`entryDescription = ""`, "TRUE"},
		{`taxAmount = ""`, "TRUE"},
		{`taxAmount = 0`, "TRUE"},
		{`taxAmount <> 0`, "FALSE"},
		{`entryDescription <> "x"`, "TRUE"},
		{`ISBLANK(taxAmount)`, "TRUE"},
		{`ISBLANK(transactionAmount)`, "FALSE"},
		{`IF(isTest; 1; 2)`, "2"},
		{`isTest = FALSE`, "TRUE"},
		{`NOT(isTest)`, "TRUE"},
		{`IF(transactionAmount > 1000; "big")`, "blank"},
		// conditions
		{`IF(isPersonal; "P"; "B")`, `"B"`},
		{`IF(transactionAmount > 100; transactionAmount; "")`, "119"},
		{`IFS(isPersonal; 1; transactionAmount >= 119; 2; TRUE; 3)`, "2"},
		{`SWITCH(paymentTypeCode; "CBCP"; "C"; "CASH"; "K")`, `"K"`},
		{`SWITCH(transactionAmount; 119; "yes"; "no")`, `"yes"`},
		{`SWITCH(entryDescription; ""; "none"; "some")`, `"none"`},
		{`AND(ISBLANK(taxAmount); transactionAmount > 1)`, "TRUE"},
		{`AND(NOT(ISBLANK(taxAmount)); taxAmount > 1)`, "FALSE"},
		{`OR(ISBLANK(taxAmount); taxAmount > 1)`, "TRUE"},
		// lookups
		{`LOOKUP(Accounts; expenseTypeCode)`, `"6100"`},
		{`LOOKUP(accounts; expenseTypeCode; tax_code)`, `"V1"`},
		{`LOOKUP("Accounts"; expenseTypeCode; "Tax code")`, `"V1"`},
		{`LOOKUP(Accounts; expenseTypeCode; 'Tax code')`, `"V1"`},
		{`LOOKUP(Accounts; expenseTypeCode; Rate) * 100`, "7"},
		{`LOOKUP(Accounts; "MEALS"; 'Tax code')`, "blank"},
		{`LOOKUP('Cost centres'; allocationCustom1Code; settings.company)`, `"K100"`},
		{`LOOKUP(CostCentres; "100"; "AT01"; Target)`, `"K1XX"`},
		{`LOOKUP('Cost centres'; "200"; "DE01")`, `"K999"`},
		{`LOOKUP('Cost centres'; Company = settings.company; 'Cost centre' = allocationCustom1Code)`, `"K100"`},
		{`LOOKUP(CostCentres; "cost_centre" = "100"; company = "AT01"; Target)`, `"K1XX"`},
		{`LOOKUP(Accounts; 'Expense type' = LEFT("HOTELS"; 5); 'Tax code')`, `"V1"`},
		{`IFNA(LOOKUP(Accounts; line.account); "9999")`, `"9999"`},
		{`IFERROR(LOOKUP(Accounts; line.account); LOOKUP(Accounts; "HOTEL"))`, `"6100"`},
		{`IFERROR(1 / 0; 5)`, "5"},
		{`IFERROR(VALUE(reportName); -1)`, "-1"},
		// numbers
		{`0.1 + 0.2`, "0.3"},
		{`=10 / 3`, "3.3333333333333333"},
		{`=2 / 3`, "0.6666666666666667"},
		{`=-2 / 3`, "-0.6666666666666667"},
		{`=100 / 8`, "12.5"},
		{`12345678901234567890123.00000001 + 0.00000001`, "12345678901234567890123.00000002"},
		{`ROUND(line.amount; 2)`, "-84.04"},
		{`ROUND(1250; -2)`, "1300"},
		{`ROUND(2.5)`, "3"},
		{`ROUNDUP(2.001; 2)`, "2.01"},
		{`ROUNDDOWN(-2.009; 2)`, "-2"},
		{`INT(2.9)`, "2"},
		{`MOD(7; -3)`, "-2"},
		{`MOD(5.5; 2)`, "1.5"},
		{`SIGN(0)`, "0"},
		{`MAX(1; 3; 2)`, "3"},
		{`VALUE("0E-8")`, "0"},
		{`VALUE(entryCustom9) + 1`, "8"},
		{`entryCustom9 + 1`, "8"},
		// number formats
		{`TEXT(line.amount; "0.00")`, `"-84.04"`},
		{`TEXT(line.amount; "0.00;0.00-")`, `"84.04-"`},
		{`TEXT(-0.001; "0.00")`, `"0.00"`},
		{`TEXT(-0.001; "0.00;(0.00)")`, `"0.00"`},
		{`TEXT(4711; "0000000")`, `"0004711"`},
		{`TEXT(1234567.891; "#,##0.00")`, `"1,234,567.89"`},
		{`TEXT(-12345678901234567890123.005; "#,##0.00")`, `"-12,345,678,901,234,567,890,123.01"`},
		{`TEXT(0; "#")`, "blank"},
		{`TEXT(0.001; "0.000")`, `"0.001"`},
		{`TEXT(1; "0.00")`, `"1.00"`},
		{`TEXT(12; "#,##0")`, `"12"`},
		{`TEXT(0.5; "#.00")`, `".50"`},
		{`TEXT(0.5; "0.##")`, `"0.5"`},
		{`TEXT(3; "0.##")`, `"3"`},
		{`TEXT(1.005; "0.00")`, `"1.01"`},
		{`TEXT(5; """EUR ""0.00")`, `"EUR 5.00"`},
		{`TEXT(7; "+0;-0")`, `"+7"`},
		{`TEXT(1.50)`, `"1.5"`},
		{`TEXT(isPersonal)`, `"N"`},
		{`SUBSTITUTE(TEXT(1.5; "0.00"); "."; ",")`, `"1,50"`},
		// dates
		{`TEXT(transactionDate; "yyyyMMdd")`, `"20240229"`},
		{`TEXT(transactionDate; "DD.MM.YY")`, `"29.02.24"`},
		{`TEXT(transactionDate; "d MMM yyyy")`, `"29 Feb 2024"`},
		{`TEXT(transactionDate; "MMMM")`, `"February"`},
		{`TEXT(DATE(2024; 3; 5); "d/m/yyyy")`, `"5/3/2024"`},
		{`TEXT(transactionDate)`, `"2024-02-29"`},
		{`transactionDate + 1`, "2024-03-01"},
		{`1 + transactionDate`, "2024-03-01"},
		{`transactionDate - 29`, "2024-01-31"},
		{`DATE(2024; 12; 31) - DATE(2023; 12; 31)`, "366"},
		{`transactionDate > DATE(2024; 1; 1)`, "TRUE"},
		{`DATE(2024; 13; 1)`, "2025-01-01"},
		{`DATE(2023; 2; 30)`, "2023-03-02"},
		{`EDATE(transactionDate; 12)`, "2025-02-28"},
		{`EOMONTH(transactionDate; -1)`, "2024-01-31"},
		{`EOMONTH(transactionDate)`, "2024-02-29"},
		{`FISCALYEAR(transactionDate; 1)`, "2024"},
		{`FISCALYEAR(transactionDate; 3)`, "2024"},
		{`FISCALYEAR(transactionDate; 2)`, "2025"},
		{`FISCALPERIOD(transactionDate; 4)`, "11"},
		{`FISCALPERIOD(transactionDate; 2)`, "1"},
		{`DATEVALUE("2024-02-29T07:00:00Z")`, "2024-02-29"},
		{`DATEVALUE("2024-02-29")`, "2024-02-29"},
		{`DATEVALUE("9.1.2024"; "d.M.yyyy")`, "2024-01-09"},
		{`IFERROR(DATEVALUE("30.02.2024"; "dd.MM.yyyy"); transactionDate)`, "2024-02-29"},
		{`MAX(transactionDate; submitDate)`, "2024-02-29"},
	}
	w := sampleWorld()
	for _, tt := range tests {
		t.Run(tt.source, func(t *testing.T) {
			p, err := Compile(tt.source, w)
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.Eval(w)
			if err != nil {
				t.Fatal(err)
			}
			if show(got) != tt.want {
				t.Errorf("got %s, want %s", show(got), tt.want)
			}
			if p.Type() != Any && got.Kind != layout.Empty && typeOf(got) != p.Type() {
				t.Errorf("the value is %s, but the formula promised %s", typeOf(got), p.Type())
			}
			traced, _, err := p.Trace(w)
			if err != nil || show(traced) != tt.want {
				t.Errorf("traced: %s, %v", show(traced), err)
			}
		})
	}
}

func TestEvalErrors(t *testing.T) {
	tests := []struct {
		source string
		kind   ErrorKind
		at     int
		want   string
	}{
		{`LOOKUP(Accounts; line.account)`, NotFound, 1, `Accounts has no row for "TAXI" and no * row`},
		{`"x" & LOOKUP(Accounts; LEFT(expenseTypeCode; 4))`, NotFound, 7, `Accounts has no row for "HOTE" and no * row; the nearest is "HOTEL"`},
		{`LOOKUP(Accounts; entryDescription)`, NotFound, 1, `Accounts has no row for a blank entryDescription and no * row`},
		{`LOOKUP(Accounts; entryCustom9)`, WrongType, 18, `LOOKUP: entryCustom9 must be text, but is a number (7); write TEXT(entryCustom9; "0.00")`},
		{`transactionDate - submitDate`, Blank, 19, `submitDate is blank, so transactionDate - submitDate has no value; write IF(ISBLANK(submitDate); ""; transactionDate - submitDate)`},
		{`submitDate + 30`, Blank, 1, `submitDate is blank, so submitDate + 30 has no value; write IF(ISBLANK(submitDate); ""; submitDate + 30)`},
		{`transactionAmount / taxAmount`, Arithmetic, 19, `division by zero: transactionAmount / taxAmount`},
		{`1 / (transactionAmount - 119)`, Arithmetic, 3, `division by zero: 1 / (transactionAmount - 119)`},
		{`MOD(1; transactionAmount - 119)`, Arithmetic, 1, `MOD: division by zero`},
		{`UPPER(entryCustom9)`, WrongType, 7, `UPPER: entryCustom9 must be text, but is a number (7); write TEXT(entryCustom9; "0.00")`},
		{`allocationCustom1Code * 2`, WrongType, 23, `*: allocationCustom1Code is text and 2 is a number; write VALUE(allocationCustom1Code)`},
		{`allocationCustom1Code = 100`, WrongType, 23, `=: allocationCustom1Code is text and 100 is a number; put it in quotes: "100"`},
		{`entryCustom9 = "7"`, WrongType, 14, `=: entryCustom9 is a number and "7" is text; write it without quotes: 7`},
		{`IF(allocationCustom1Code; 1; 2)`, WrongType, 4, `IF: allocationCustom1Code must be yes or no, but is text (100); compare it: allocationCustom1Code = "…"`},
		{`VALUE(reportName)`, Unreadable, 1, `"Trip to Łódź" is not a number (digits and a point as decimal mark)`},
		{`DATEVALUE(reportId; "dd.MM.yyyy")`, Unreadable, 1, `"8F2A" is not a date in the form dd.MM.yyyy`},
		{`FIND("x"; reportName)`, NotFound, 1, `there is no "x" in the text`},
		{`SWITCH(paymentTypeCode; "A"; 1; "B"; 2)`, NotFound, 1, `SWITCH: paymentTypeCode is "cash", which is none of the cases, and there is no value for all others`},
		{`IFS(isPersonal; 1)`, NotFound, 1, `no condition of IFS is true; add TRUE and a value at the end`},
		{`LEFT(reportName; transactionAmount / 2)`, Arithmetic, 1, `the number of characters must be a whole number from 0 on, but is 59.5`},
		{`LEFT(reportName; -transactionAmount)`, Arithmetic, 1, `the number of characters must be a whole number from 0 on, but is -119`},
		{`REPT(reportName; 99999)`, TooLarge, 1, `the text is longer than 32767 bytes`},
		{`SUBSTITUTE(REPT("a"; 30000); "a"; REPT(reportId; 8000))`, TooLarge, 1, `the text is longer than 32767 bytes`},
		{`transactionDate + 4000000`, Arithmetic, 17, `the date is outside the years 1 to 9999: transactionDate + 4000000`},
		{`DATE(taxAmount; 1; 1)`, Blank, 1, `DATE: the year is blank`},
		{`DATE(2024; taxAmount; 1)`, Blank, 12, `DATE: taxAmount is blank, but a number is needed`},
		{`DATE(transactionAmount / 2; 1; 1)`, Arithmetic, 1, `the year must be a whole number within the calendar, but is 59.5`},
		{`DATE(transactionAmount * -1; 1; 1)`, Arithmetic, 1, `the year must have four digits, but is -119`},
		{`EDATE(transactionDate; transactionAmount / 2)`, Arithmetic, 1, `the number of months must be a whole number within the calendar, but is 59.5`},
		{`EOMONTH(transactionDate; 99999)`, Arithmetic, 1, `the date is outside the years 1 to 9999`},
		{`FISCALYEAR(transactionDate; 13)`, Arithmetic, 1, `the first month must be 1 to 12, but is 13`},
		{`ROUND(transactionAmount; 0.5)`, Arithmetic, 1, `the decimals must be a whole number from -64 to 64, but are 0.5`},
		{`PADLEFT(reportId; 9; "00")`, Arithmetic, 1, `it is filled up with one character, not with "00"`},
		{`PADLEFT(reportId; 40000; "0")`, TooLarge, 1, `the text is longer than 32767 bytes`},
		{`TEXTJOIN(REPT(reportId; 5000); FALSE; "a"; "b")`, TooLarge, 1, `the text is longer than 32767 bytes`},
		{`REPT(reportId; 8000) & REPT(reportId; 8000)`, TooLarge, 1, `the text is longer than 32767 bytes`},
		{`REPLACE(REPT(reportId; 8000); 1; 0; REPT(reportId; 8000))`, TooLarge, 1, `the text is longer than 32767 bytes`},
		{`CHAR(transactionAmount - 119)`, Arithmetic, 1, `the number of the character must be a whole number from 1 on, but is 0`},
		{`TRANSLIT(reportName; "fr")`, Arithmetic, 1, `the language is "de" or left out, not "fr"`},
		{`MAX(entryCustom9; allocationCustom1Code)`, WrongType, 1, `MAX: the values must all be numbers or all be dates, but allocationCustom1Code is text`},
		{`entryCustom9 < allocationCustom1Code`, WrongType, 14, `<: entryCustom9 is a number and allocationCustom1Code is text; write VALUE(allocationCustom1Code)`},
		{`DATEVALUE(entryCustom9)`, WrongType, 1, `DATEVALUE: entryCustom9 must be text, but is a number`},
		{`SWITCH(entryCustom9; "a"; 1; 2)`, WrongType, 1, `SWITCH: entryCustom9 is a number and the case "a" is text`},
		{`LOOKUP('Cost centres'; entryCustom9; "DE01")`, WrongType, 24, `LOOKUP: entryCustom9 must be text, but is a number (7); write TEXT(entryCustom9; "0.00")`},
		{`IFERROR(submitDate + 1; transactionDate)`, Blank, 9, `submitDate is blank, so submitDate + 1 has no value; write IF(ISBLANK(submitDate); ""; submitDate + 1)`},
		{`IFERROR(UPPER(entryCustom9); "")`, WrongType, 15, `UPPER: entryCustom9 must be text, but is a number (7); write TEXT(entryCustom9; "0.00")`},
		{`IFNA(VALUE(reportId); 0)`, Unreadable, 6, `"8F2A" is not a number (digits and a point as decimal mark)`},
	}
	w := sampleWorld()
	for _, tt := range tests {
		t.Run(tt.source, func(t *testing.T) {
			_, err := mustCompile(t, tt.source, w).Eval(w)
			var e *EvalError
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an EvalError", err)
			}
			if e.Reason.String() != tt.want || e.Kind != tt.kind || e.Position != tt.at {
				t.Errorf("got %q (kind %d, character %d), want %q (kind %d, character %d)", e.Reason, e.Kind, e.Position, tt.want, tt.kind, tt.at)
			}
		})
	}
}

// The unmapped account is what accountants see most: sheet, key and nearest key can be told apart from the text.
func TestNotFoundNamesTableAndKey(t *testing.T) {
	w := sampleWorld()
	_, err := mustCompile(t, `LOOKUP(Accounts; LEFT(expenseTypeCode; 4))`, w).Eval(w)
	want := &EvalError{Kind: NotFound, Position: 1, Function: "LOOKUP", Table: "Accounts", Key: []string{"HOTE"}, Nearest: "HOTEL",
		Reason: `Accounts has no row for "HOTE" and no * row; the nearest is "HOTEL"`}
	if diff := cmp.Diff(want, err); diff != "" {
		t.Error(diff)
	}
}

func TestTrace(t *testing.T) {
	w := sampleWorld()
	p := mustCompile(t, `IF(transactionAmount > 100; LOOKUP(Accounts; expenseTypeCode; Rate) * transactionAmount; taxAmount)`, w)
	_, got, err := p.Trace(w)
	if err != nil {
		t.Fatal(err)
	}
	want := &Trace{
		Fields:  []FieldRead{{6, "transactionAmount", amount("119.00")}, {3, "expenseTypeCode", layout.Text("HOTEL")}},
		Lookups: []Hit{{Table: "Accounts", Column: "Rate", Key: []string{"HOTEL"}, Row: 0, Cell: "Accounts!D2", Value: amount("0.07")}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	_, got, _ = mustCompile(t, `LOOKUP('Cost centres'; "200"; "DE01")`, w).Trace(w)
	if len(got.Lookups) != 1 || !got.Lookups[0].ByDefault || got.Lookups[0].Cell != "Cost centres!C4" {
		t.Errorf("the default row is not told: %+v", got.Lookups)
	}
}

func TestProgramFacts(t *testing.T) {
	w := sampleWorld()
	p := mustCompile(t, `IF(isPersonal; LOOKUP('Cost centres'; allocationCustom1Code; settings.company); LOOKUP(accounts; UPPER(expenseTypeCode)))`, w)
	type facts struct {
		Type             Type
		Fields           []int
		Tables, Settings []string
	}
	want := facts{Text, []int{3, 10, 12}, []string{"Accounts", "Cost centres"}, []string{"company"}}
	if diff := cmp.Diff(want, facts{p.Type(), p.Fields(), p.Tables(), p.Settings()}); diff != "" {
		t.Error(diff)
	}
	if _, ok := p.Constant(); ok {
		t.Error("a formula with fields is no constant")
	}
	v, ok := mustCompile(t, `settings.company & "-" & TEXT(ROUND(2.5); "000")`, w).Constant()
	if !ok || v.Text != "DE01-003" {
		t.Errorf("constant: %q %v", v.Text, ok)
	}
}

func TestCondition(t *testing.T) {
	w := sampleWorld()
	for source, want := range map[string]bool{`transactionAmount > 100`: true, `isTest`: false, `entryCustom10`: false, `NOT(isTest)`: true} {
		p, err := CompileCondition(source, w)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Test(w); got != want || err != nil {
			t.Errorf("%s: got %v, %v", source, got, err)
		}
	}
	if _, err := CompileCondition(`reportName`, w); err == nil || err.Error() != `character 1: a condition must be yes or no, but this is text; compare it, for example reportName = "…"` {
		t.Errorf("text as condition: %v", err)
	}
	p, err := CompileCondition(`entryCustom9`, w)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Test(w); err == nil {
		t.Error("a number that only the document shows was taken for a condition")
	}
}
