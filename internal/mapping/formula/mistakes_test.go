package formula

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every message that a person may see while editing a workbook: where, and what to do.
func TestMistakes(t *testing.T) {
	tests := []struct {
		source string
		want   []string // "character: reason"
	}{
		// bare words
		{`reportNam`, []string{`1: there is no field reportNam; did you mean reportName? A constant text goes in quotes: "reportNam"`}},
		{`EUR`, []string{`1: there is no field EUR; put a constant text in quotes: "EUR"`}},
		{`= Custom1Code`, []string{`3: there is no field Custom1Code; did you mean allocationCustom1Code? A constant text goes in quotes: "Custom1Code"`}},
		{`Travel expenses`, []string{`1: this reads as a text; put it in quotes: "Travel expenses"`}},
		{`  Hotel, 3 nights`, []string{`3: this reads as a text; put it in quotes: "Hotel, 3 nights"`}},
		{`Accounts`, []string{`1: Accounts is a lookup sheet; write LOOKUP(Accounts; key)`}},
		{`upper & "x"`, []string{`1: UPPER is a function; write UPPER(text)`}},
		{`settings.compny`, []string{`1: there is no setting compny; did you mean settings.company?`}},
		{`settings.zzz`, []string{`1: there is no setting zzz`}},
		{`company`, []string{`1: there is no field company; did you mean settings.company? A constant text goes in quotes: "company"`}},
		// codes that look like numbers
		{`0400`, []string{`1: the number 0400 begins with a zero; put a code in quotes: "0400"`}},
		{`12E45`, []string{`1: 12E45 is neither a number nor a name; put a code in quotes: "12E45"`}},
		{`1.2.3`, []string{`1: 1.2.3 is neither a number nor a name; put a code in quotes: "1.2.3"`}},
		{`2024-12`, []string{`1: 2024-12 would be calculated; a code goes in quotes: "2024-12", a calculation begins with an equals sign: =2024-12`}},
		{`1,5`, []string{`2: the decimal mark is a point: write 1.5`}},
		{strings.Repeat("9", 65), []string{`1: a number has at most 64 digits; put a code in quotes`}},
		// words in the wrong order
		{``, []string{`1: there is no value; a blank is written ""`}},
		{` = `, []string{`1: there is no value; a blank is written ""`}},
		{`"Hotel`, []string{`1: the text that begins here has no closing "`}},
		{`LEFT(reportName; 3`, []string{`1: LEFT( is not closed: a ) is missing`}},
		{`(1 + 2`, []string{`1: this ( is not closed: a ) is missing`}},
		{`reportName)`, []string{`11: this ) has no ( before it`}},
		{`1 + * 2`, []string{`5: a value is missing before *`}},
		{`reportName &`, []string{`12: a value is missing after &`}},
		{`IF(isTest;; 2)`, []string{`11: a value is missing before ; (a blank is "")`}},
		{`IF(isTest; 2;)`, []string{`14: a value is missing before )`}},
		{`()`, []string{`2: a value is missing before )`}},
		{`"a" "b"`, []string{`5: between "a" and "b" there is no operator; join texts with &, put a constant text in quotes`}},
		{`"a"; "b"`, []string{`4: ; stands outside the brackets of a function`}},
		{`ROUND(1,5; 2)`, []string{`10: the values of ROUND are separated by , and by ; — use one of them, and a point as decimal mark`}},
		// characters of other worlds
		{`“Hotel”`, []string{
			`1: “ is a typographic quote; use the straight one: "`,
			`2: there is no field Hotel; put a constant text in quotes: "Hotel"`,
			`7: ” is a typographic quote; use the straight one: "`}},
		{`reportName == "x"`, []string{`12: == is not known here; write =`}},
		{`reportName != "x" && isTest`, []string{`12: != is not known here; write <>`, `19: && is not known here; write AND(…; …)`}},
		{`Accounts!A1`, []string{`1: Accounts is a lookup sheet; write LOOKUP(Accounts; key)`, `9: ! is not known here; cells of other sheets are read with LOOKUP(sheet; key; column)`, `10: there is no field A1; put a constant text in quotes: "A1"`}},
		{`2 – 1`, []string{`3: – is a typographic dash; use the minus sign: -`}},
		// functions
		{`LEFFT(reportName; 3)`, []string{`1: there is no function LEFFT; did you mean LEFT?`}},
		{`FROBNICATE(1)`, []string{`1: there is no function FROBNICATE`}},
		{`VLOOKUP(reportName; Accounts; 2)`, []string{`1: VLOOKUP is not known here; write LOOKUP(sheet; key; column)`, `21: Accounts is a lookup sheet; write LOOKUP(Accounts; key)`}},
		{`TODAY()`, []string{`1: TODAY is not known here: the same documents must give the same file on every day; use a date of the document, or file.date`}},
		{`LEFT()`, []string{`1: LEFT takes 1 to 2 values, but 0 are given: LEFT(text; [characters])`}},
		{`LEFT("a"; 1; 2)`, []string{`1: LEFT takes 1 to 2 values, but 3 are given: LEFT(text; [characters])`}},
		{`NOT()`, []string{`1: NOT takes 1 value, but 0 are given: NOT(condition)`}},
		{`TRUE(1)`, []string{`1: TRUE takes no values, but 1 is given: TRUE()`}},
		{`IFS(isTest; 1; isPersonal)`, []string{`1: IFS needs a value after each condition: IFS(condition; value; …)`}},
		// types
		{`LEFT(transactionAmount; 2)`, []string{`6: LEFT: text must be text, but transactionAmount is a number; write TEXT(transactionAmount; "0.00")`}},
		{`LEFT(reportName; "2")`, []string{`18: LEFT: characters must be a number, but "2" is text; write it without quotes: 2`}},
		{`reportName + 1`, []string{`1: +: the value must be a number, but reportName is text; write VALUE(reportName)`}},
		{`"on " & transactionDate`, []string{`9: &: the value must be text, but transactionDate is a date; write TEXT(transactionDate; "yyyy-MM-dd")`}},
		{`CONCAT(reportName; transactionDate)`, []string{`20: CONCAT: text must be text, but transactionDate is a date; write TEXT(transactionDate; "yyyy-MM-dd")`}},
		{`IF(reportName; 1; 2)`, []string{`4: IF: condition must be yes or no, but reportName is text; compare it: reportName = "…"`}},
		{`expenseTypeCode = 6100`, []string{`1: = compares expenseTypeCode (text) with 6100 (a number); put it in quotes: "6100"`}},
		{`transactionAmount = "100"`, []string{`1: = compares transactionAmount (a number) with "100" (text); write it without quotes: 100`}},
		{`isPersonal > isTest`, []string{`1: >: isPersonal is yes or no; only texts, numbers and dates have an order`, `14: >: isTest is yes or no; only texts, numbers and dates have an order`}},
		{`1 < transactionAmount < 3`, []string{`23: two comparisons in a row; write AND(…; …)`}},
		{`IF(isTest; "0400"; 400)`, []string{`20: the results of IF must be of one kind, but "0400" is text and 400 is a number; put it in quotes: "400"`}},
		{`SUM(reportName)`, []string{`5: SUM: number must be a number, but reportName is text; write VALUE(reportName)`}},
		{`MAX(1; transactionDate)`, []string{`8: the results of MAX must be of one kind, but 1 is a number and transactionDate is a date`}},
		{`1 + ""`, []string{`5: +: "" is blank, but a number is needed`}},
		{`1 / 0`, []string{`1: 1 / 0 would be calculated; a code goes in quotes: "1 / 0", a calculation begins with an equals sign: =1 / 0`}},
		{`= 1 / 0`, []string{`3: division by zero: 1 / 0`}},
		{`VALUE("12,50")`, []string{`1: "12,50" is not a number (digits and a point as decimal mark)`}},
		// lookups
		{`LOOKUP(Acounts; "x")`, []string{`8: there is no lookup sheet Acounts; did you mean Accounts?`}},
		{`LOOKUP(Accounts; "x"; Acount)`, []string{`23: Accounts has no column Acount; did you mean Account? (columns: Account, Tax code, Rate)`}},
		{`LOOKUP('Cost centres'; "100")`, []string{`1: Cost centres has 2 key columns, so write LOOKUP('Cost centres'; 'Cost centre' = …; Company = …; [column])`}},
		{`LOOKUP('Cost centres'; Company = settings.company; 'Cost center' = "100")`, []string{`52: Cost centres has no key column Cost center; did you mean Cost centre? (key columns: Cost centre, Company)`}},
		{`LOOKUP('Cost centres'; Company = settings.company; Target)`, []string{`1: LOOKUP: the key Cost centre of Cost centres is missing: LOOKUP('Cost centres'; 'Cost centre' = …; Company = …; [column])`}},
		{`LOOKUP('Cost centres'; Company = "1"; Company = "2")`, []string{`49: LOOKUP: the key Company is given twice`}},
		{`LOOKUP('Cost centres'; Target = "1"; Company = "2")`, []string{`24: Target is no key column of Cost centres; make its heading Target (key), or use one of Cost centre, Company`}},
		{`LOOKUP('Cost centres'; "100"; Company = "2")`, []string{`41: LOOKUP: name all keys or none: LOOKUP('Cost centres'; 'Cost centre' = …; Company = …; [column])`}},
		{`LOOKUP(Accounts; transactionAmount)`, []string{`18: LOOKUP: the key Expense type must be text, but transactionAmount is a number; write TEXT(transactionAmount; "0.00")`}},
		{`LOOKUP(1; "x")`, []string{`8: LOOKUP: the first value is the name of a lookup sheet: LOOKUP(sheet; key; …; [column])`}},
		{`LOOKUP(Accounts; reportNam)`, []string{`18: there is no field reportNam; did you mean reportName? A constant text goes in quotes: "reportNam"`}},
		{`LOOKUP(Accounts)`, []string{`1: LOOKUP takes at least 2 values, but 1 is given: LOOKUP(sheet; key; …; [column])`}},
		// formats
		{`TEXT(transactionAmount; "0,00")`, []string{`25: the number format "0,00": thousands are written #,##0; the decimal mark is a point (SUBSTITUTE makes a comma of it)`}},
		{`TEXT(transactionAmount; "yyyy")`, []string{`6: TEXT with the format "yyyy": the value must be a date, but transactionAmount is a number`}},
		{`TEXT(transactionDate; "JJJJ")`, []string{`23: the date format "JJJJ", character 1: years are y, months M, days d, in every language`}},
		{`TEXT(transactionDate; "yyyyMMddHHmm")`, []string{`23: the date format "yyyyMMddHHmm", character 9: dates have no time`}},
		{`TEXT(transactionDate; "yyy")`, []string{`23: the date format "yyy": write yy or yyyy, M, MM, MMM or MMMM, d or dd`}},
		{`TEXT(transactionAmount; reportName)`, []string{`25: TEXT: the format must be a constant text in quotes, for example "0.00" or "yyyyMMdd"`}},
		{`TEXT(transactionAmount; "0.00 kg")`, []string{`25: the number format "0.00 kg" has "k" in it; use 0, #, a point, and other text in doubled quotes`}},
		{`DATEVALUE(reportName; "dd.MM.yy")`, []string{`23: dates are read with yyyy, M or MM, d or dd, not with "dd.MM.yy"`}},
		{`DATEVALUE(reportName; "dd.MM.")`, []string{`23: to read a date year, month and day are needed once each, not "dd.MM."`}},
		// all mistakes of one formula
		{`IF(reportNam = 1; LEFFT(x_y_z; 2); LOOKUP(Acounts; employeId; Foo))`, []string{
			`4: there is no field reportNam; did you mean reportName? A constant text goes in quotes: "reportNam"`,
			`19: there is no function LEFFT; did you mean LEFT?`,
			`25: there is no field x_y_z; put a constant text in quotes: "x_y_z"`,
			`43: there is no lookup sheet Acounts; did you mean Accounts?`,
			`52: there is no field employeId; did you mean employeeId? A constant text goes in quotes: "employeId"`}},
		{`LEFFT(reportNam; 2`, []string{
			`1: LEFFT( is not closed: a ) is missing`,
			`1: there is no function LEFFT; did you mean LEFT?`,
			`7: there is no field reportNam; did you mean reportName? A constant text goes in quotes: "reportNam"`}},
	}
	w := sampleWorld()
	for _, tt := range tests {
		t.Run(tt.source, func(t *testing.T) {
			got := mistakesOf(t, tt.source, w)
			if diff := cmp.Diff(tt.want, got, cmp.Transformer("sorted", func(s []string) string { return strings.Join(s, "\n") })); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func mistakesOf(t *testing.T, source string, w *world) []string {
	t.Helper()
	_, err := Compile(source, w)
	var e *CompileError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a CompileError", err)
	}
	var all []string
	for _, m := range e.Mistakes {
		all = append(all, strconv.Itoa(m.Position)+": "+m.Reason.String())
	}
	return all
}

// A finding points into the cell: the position counts characters as typed, also behind letters of several bytes.
func TestMistakePlace(t *testing.T) {
	_, err := Compile(`= "Łódź" & reportNam`, sampleWorld())
	want := &CompileError{Source: `= "Łódź" & reportNam`, Mistakes: []Mistake{{Position: 12, Length: 9, Token: "reportNam", Nearest: "reportName",
		Reason: `there is no field reportNam; did you mean reportName? A constant text goes in quotes: "reportNam"`}}}
	if diff := cmp.Diff(want, err); diff != "" {
		t.Error(diff)
	}
}

// Two fields that differ by case only are never mixed up.
func TestAmbiguousName(t *testing.T) {
	w := sampleWorld()
	w.fields = append(w.fields, sampleField{name: "reportname", typ: Text})
	mustCompile(t, "reportName", w)
	if _, err := Compile("REPORTNAME", w); err == nil {
		t.Error("REPORTNAME was taken for one of reportName and reportname")
	}
}
