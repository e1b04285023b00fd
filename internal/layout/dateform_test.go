package layout_test

import (
	"strings"
	"testing"

	. "github.com/fisbridge/fisbridge/internal/layout"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"
)

func TestDateForms(t *testing.T) {
	tests := []struct{ form, want string }{
		{"yyyy-MM-dd", "2026-03-09"}, {"yyyyMMdd", "20260309"}, {"dd.MM.yyyy", "09.03.2026"}, {"ddMMyy", "090326"}, {"MM/DD/YYYY", "03/09/2026"},
		{"M/d/yyyy", "3/9/2026"}, {"d MMM yyyy", "9 Mar 2026"}, {"dd-MON-yy", "09-MAR-26"}, {"dd-Mon-yyyy", "09-Mar-2026"}, {"MMMM d, yyyy", "March 9, 2026"},
		{"yyyyDDD", "2026068"}, {"CYYDDD", "126068"}, {"yyyy'T'MMdd", "2026T0309"}, {"yyyymmdd", "20260309"},
	}
	for _, tt := range tests {
		p := Compiled(t, Spec{Kind: Delimited, Delimiter: ";"}, One(Field{Name: "date", Type: DateType, DateForm: tt.form}))
		got, err := Encoded(p, OnDay(2026, 3, 9))
		if err != nil || got != tt.want+"\n" {
			t.Errorf("%s: got %q, %v", tt.form, got, err)
			continue
		}
		rows, bad := ReadAll(t, p, []byte(got))
		if len(rows) != 1 || len(bad) > 0 || rows[0].Values[0] != OnDay(2026, 3, 9) {
			t.Errorf("%s: reads back as %v, %v", tt.form, rows, bad)
		}
	}
}

func TestDatesOfAnotherFormAreErrors(t *testing.T) {
	tests := []struct{ form, text string }{
		{"yyyy-MM-dd", "03/09/2026"}, {"yyyy-MM-dd", "2026-02-30"}, {"yyyy-MM-dd", "2026-3-9"}, {"yyyy-MM-dd", "2026-03-09T"}, {"ddMMyy", "310226"},
		{"yyyyDDD", "2026366"}, {"yyyyDDD", "2026000"}, {"yyyyMMdd", "00000000"}, {"dd-MMM-yyyy", "09-Mär-2026"}, {"yyyy-MM-dd", "46090"},
	}
	for _, tt := range tests {
		p := Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "date", Type: DateType, DateForm: tt.form}))
		rows, bad := ReadAll(t, p, []byte(tt.text+"\n"))
		if len(bad) != 1 || bad[0].Value != tt.text {
			t.Errorf("%s: %q read as %v, %v", tt.form, tt.text, rows, bad)
		}
	}
}

func TestLeapDayByDayOfYear(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "date", Type: DateType, DateForm: "yyyyDDD"}))
	rows, bad := ReadAll(t, p, []byte("2024366\n2024060\n"))
	if len(bad) > 0 || rows[0].Values[0] != OnDay(2024, 12, 31) || rows[1].Values[0] != OnDay(2024, 2, 29) {
		t.Error(rows, bad)
	}
}

func TestTwoDigitYears(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "date", Type: DateType, DateForm: "yyMMdd"}))
	rows, _ := ReadAll(t, p, []byte("690101\n700101\n"))
	if rows[0].Values[0] != OnDay(2069, 1, 1) || rows[1].Values[0] != OnDay(1970, 1, 1) {
		t.Error(rows)
	}
}

func TestMonthNamesOfALanguage(t *testing.T) {
	names := strings.Fields("Jän Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez")
	p := Compiled(t, Spec{Kind: Delimited, MonthNames: names, Encoding: "windows-1252"}, One(Field{Name: "date", Type: DateType, DateForm: "dd.MMM yyyy"}))
	got, err := Encoded(p, OnDay(2026, 3, 9))
	if err != nil || got != "09.M\xE4r 2026\n" {
		t.Errorf("got %q, %v", got, err)
	}
	if rows, bad := ReadAll(t, p, []byte(got)); len(bad) > 0 || rows[0].Values[0] != OnDay(2026, 3, 9) {
		t.Error(rows, bad)
	}
}

func TestDatesFromTexts(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited, DateForm: "yyyyMMdd"}, One(Field{Name: "date", Type: DateType}))
	for text, want := range map[string]string{"2018-02-17T07:00:00.000Z": "20180217\n", "2018-02-17": "20180217\n"} {
		if got, err := Encoded(p, Text(text)); err != nil || got != want {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	if _, err := Encoded(p, Text("soon")); err == nil {
		t.Error("a text that is no date is taken")
	}
	if _, err := Encoded(p, Num(t, "20180217")); err == nil {
		t.Error("a number is taken for a date")
	}
}

func TestTimesAndFlags(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "time", Type: TimeType, TimeForm: "HHmmss"}, Field{Name: "flag", Type: FlagType, Flags: []string{"X", "-"}}))
	got, err := Encoded(p, Text("23:05:09"), Flag(true))
	if err != nil || got != "230509,X\n" {
		t.Fatalf("got %q, %v", got, err)
	}
	rows, bad := ReadAll(t, p, []byte(got+"000000,-\n240000,X\n"))
	if len(rows) != 2 || rows[0].Values[0].Text != "23:05:09" || rows[0].Values[1] != Flag(true) || rows[1].Values[1] != Flag(false) || len(bad) != 1 {
		t.Error(rows, bad)
	}
	for _, v := range [][]Value{{Text("25:00:00"), {}}, {Num(t, "5"), {}}, {{}, Text("maybe")}} {
		if got, err := Encoded(p, v...); err == nil {
			t.Errorf("%v: got %q", v, got)
		}
	}
	if got, err := Encoded(p, Text("07:30"), Text("N")); err != nil || got != "073000,-\n" {
		t.Errorf("got %q, %v", got, err)
	}
}
