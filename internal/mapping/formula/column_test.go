package formula

import (
	"strings"
	"testing"
)

// XLOOKUP gives what INDEX and MATCH give, which LibreOffice's table has; and its other value where there is no row.
func TestXLookup(t *testing.T) {
	w := blankWorld()
	for source, want := range map[string]string{
		`XLOOKUP("DE"; Rates[Country]; Rates[Rate])`:             "19",
		`XLOOKUP("FR"; rates[country]; Rates[name])`:             "France",
		`XLOOKUP("XX"; Rates[Country]; Rates[Rate]; 0)`:          "0",
		`XLOOKUP("XX"; Rates[Country]; Rates[Name]; "none")`:     "none",
		`XLOOKUP("austria"; Rates[Name]; Rates[Country])`:        "AT",
		`XLOOKUP(20; Rates[Rate]; Rates[Name])`:                  "France",
		`IFNA(XLOOKUP("XX"; Rates[Country]; Rates[Name]); "?")`:  "?",
		`XLOOKUP(noText; Rates[Country]; Rates[Name]; "nobody")`: "nobody",
	} {
		v, err := mustCompile(t, source, w).Eval(w)
		if err != nil || v.String() != want {
			t.Errorf("%s gives %q (%v), want %q", source, v, err, want)
		}
	}
	_, err := mustCompile(t, `XLOOKUP(name; Rates[Country]; Rates[Rate])`, w).Eval(w)
	if err == nil || err.Error() != `Rates has no row for "Anna" and no * row` {
		t.Errorf("no row: %v", err)
	}
}

// A column of a sheet that is not there, or in the wrong place, is told with what to write.
func TestColumnMistakes(t *testing.T) {
	w := sampleWorld()
	for source, want := range map[string]string{
		`XLOOKUP("HOTEL"; Acounts[Expense type]; Accounts[Account])`:            "there is no lookup sheet Acounts; did you mean Accounts?",
		`XLOOKUP("HOTEL"; Accounts[Expense typ]; Accounts[Account])`:            "Accounts has no column Expense typ; did you mean Expense type? (columns: Expense type, Account, Tax code, Rate)",
		`XLOOKUP("HOTEL"; Accounts; Accounts[Account])`:                         "XLOOKUP: write a column of a lookup sheet here",
		`XLOOKUP("100"; 'Cost centres'[Company]; 'Cost centres'[Target])`:       "XLOOKUP finds a row by one key, but Cost centres has 2; write LOOKUP('Cost centres'; 'Cost centre' = …; Company = …; [column])",
		`XLOOKUP("HOTEL"; Accounts[Expense type]; 'Cost centres'[Target])`:      "XLOOKUP: both columns must be of one lookup sheet, but these are of Accounts and Cost centres",
		`XLOOKUP(transactionAmount; Accounts[Expense type]; Accounts[Account])`: `XLOOKUP: the value must be text, but transactionAmount is a number; write TEXT(transactionAmount; "0.00")`,
		`Accounts[Account]`:                           "Accounts[Account] is a column of a lookup sheet; it stands in LOOKUP, XLOOKUP, INDEX",
		`SUM(Accounts[Rate])`:                         "Accounts[Rate] is a column of a lookup sheet",
		`MATCH("HOTEL"; Accounts[Expense type]; 1)`:   "MATCH finds exact values only: the last value is 0",
		`SUMIF(Accounts[Account]; "6*")`:              "SUMIF: the column Account of Accounts holds text, but numbers are added",
		`WORKDAY(transactionDate; 3; Accounts[Rate])`: "WORKDAY: the column Rate of Accounts holds a number, but dates are needed",
		`expenseEntry[0].entryId`:                     `an item of a list is picked with FIELD`,
	} {
		_, err := Compile(source, w)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v\nwant %s", source, err, want)
		}
	}
}
