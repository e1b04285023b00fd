package fill

import (
	"testing"

	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// Ranges of the filled rows become longer wherever a formula speaks of them, and nothing else does.
func TestRangesInFormulasGrow(t *testing.T) {
	gs := growths{{sheet: "Ann's lines", first: 4, last: 9, tables: []xlsx.Table{{Area: xlsx.Area{Left: 1, Top: 3, Right: 4, Bottom: 6}, Heads: 1}}}}
	for source, want := range map[string]string{
		`SUM('Ann''s lines'!$B$4:$B$6)`:        `SUM('Ann''s lines'!$B$4:$B$9)`,
		`SUM('ANN''S LINES'!B3:E6)+1`:          `SUM('ANN''S LINES'!B3:E9)+1`,
		`SUM('Ann''s lines'!$B4:$B20)`:         `SUM('Ann''s lines'!$B4:$B20)`, // longer already
		`SUM('Ann''s lines'!B4:B5)`:            `SUM('Ann''s lines'!B4:B5)`,    // ends before the table does
		`SUM('Ann''s lines'!B1:B3)`:            `SUM('Ann''s lines'!B1:B3)`,    // the headings
		`SUM('Ann''s lines'!B$4:B6)`:           `SUM('Ann''s lines'!B$4:B6)`,   // grows from row to row
		`SUM('Ann''s lines'!H4:H4)`:            `SUM('Ann''s lines'!H4:H9)`,    // no table there: the first row to fill
		`'Ann''s lines'!B4`:                    `'Ann''s lines'!B4`,
		`SUM(B4:B6)`:                           `SUM(B4:B6)`, // another sheet
		`SUM('[2]Ann''s lines'!B4:B6)`:         `SUM('[2]Ann''s lines'!B4:B6)`,
		`"'Ann''s lines'!B4:B6"`:               `"'Ann''s lines'!B4:B6"`,
		`T1[[#This Row],[B4:B6]]`:              `T1[[#This Row],[B4:B6]]`,
		`SUM(Other:'Ann''s lines'!B4:B6)`:      `SUM(Other:'Ann''s lines'!B4:B6)`,
		`TAX4:B6+LOG10(A1)`:                    `TAX4:B6+LOG10(A1)`,
		`COUNTIF('Ann''s lines'!B4:B6,"<>B4")`: `COUNTIF('Ann''s lines'!B4:B9,"<>B4")`,
	} {
		if got := gs.formula("Overview", source); got != want {
			t.Errorf("%s became %s, want %s", source, got, want)
		}
	}
	for source, want := range map[string]string{"SUM('Ann''s lines'!B4:B6)": "SUM('Ann''s lines'!B4:B6)", "SUM('Ann''s lines'!B$4:B$6)": "SUM('Ann''s lines'!B$4:B$9)"} {
		if got := gs.sharedMaster("Overview", source); got != want {
			t.Errorf("shared %s became %s, want %s", source, got, want)
		}
	}
	if got := gs.formula("Ann's lines", "SUM(B4:B6)"); got != "SUM(B4:B9)" {
		t.Error(got)
	}
}

// A formula that is written for one row is written for another as Excel fills it down.
func TestFormulasAreFilledDown(t *testing.T) {
	for source, want := range map[string]string{
		`B4*2`: `B7*2`, `B$4*$C4`: `B$4*$C7`, `SUM(B$4:B4)`: `SUM(B$4:B7)`, `LOG10(B4)&"B4"`: `LOG10(B7)&"B4"`, `T1[[#This Row],[B4]]+Rates!B4`: `T1[[#This Row],[B4]]+Rates!B7`,
		`VAT4+B4`: `VAT7+B7`, `VAT2024x+B4`: `VAT2024x+B7`, `_B4+B4`: `_B4+B7`,
	} {
		if got := shifted(source, 3); got != want {
			t.Errorf("%s became %s, want %s", source, got, want)
		}
	}
}
