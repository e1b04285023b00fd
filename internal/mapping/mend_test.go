package mapping_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/mend"
	"github.com/fisbridge/fisbridge/templates"
)

// 3,000 numbers pasted into a column of codes are one line, and a copy in which they are texts is one command; a code that may have lost something is
// left for a person.
func TestPastedNumbers(t *testing.T) {
	data := edited(t, func(f *excelize.File) {
		for i := range 3000 {
			must(t)(f.SetCellInt("Accounts", fmt.Sprintf("A%d", 21+i), int64(700000+i)))
			must(t)(f.SetCellStr("Accounts", fmt.Sprintf("B%d", 21+i), "1"))
		}
		must(t)(f.SetCellInt("Accounts", "A3021", 1234)) // of six digits
		zeros := "000000"
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &zeros})
		must(t)(err)
		must(t)(f.SetCellInt("Accounts", "A3022", 4711))
		must(t)(f.SetCellStyle("Accounts", "A3022", "A3022", style))
		must(t)(f.SetCellFloat("Accounts", "A3023", 12.5, -1, 64))
	})
	_, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", data)
	numbers := 0
	for _, f := range findings {
		if strings.Contains(f.Reason.String(), "number cell") {
			numbers++
		}
	}
	want := `acme.xlsx Accounts!A21:A3023: 3003 cells of Concur account are number cells, "700000" the first; make them text (leading zeros and long numbers are lost in number cells), or write a copy in which they are with fisbridge mapping check WORKBOOK --fix`
	if numbers != 1 || !strings.Contains(text(findings), want) {
		t.Errorf("%d lines, want %s, got\n%s", numbers, want, text(findings[:min(5, len(findings))]))
	}
	fixed, mended, left, err := mend.Cells(data, findings)
	must(t)(err)
	if len(mended) != 1 || mended[0].Count != 3000 || len(left) != 3 {
		t.Fatalf("%v, left %v", mended, left)
	}
	for i, want := range []string{
		"Accounts!A3021 1234 was left: the codes of this column have 6 digits, so it may have lost zeros in front",
		"Accounts!A3022 4711 was left: it is shown as 004711",
		"Accounts!A3023 12.5 was left: it is no whole number",
	} {
		if left[i].String() != want {
			t.Errorf("want %s, got %s", want, left[i])
		}
	}
	_, findings = mapping.LoadBytes(templates.FS(), "acme.xlsx", fixed)
	if got := text(findings.Errors()); strings.Count(got, "cells of Concur account are") != 1 || !strings.Contains(got, "A3021:A3023") {
		t.Errorf("after the mend: %s", got)
	}
}
