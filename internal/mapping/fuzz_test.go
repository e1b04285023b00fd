package mapping_test

import (
	"testing"

	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// Whatever is in a mapping file: findings, never a panic, and a plan only without errors.
func FuzzLoad(f *testing.F) {
	book, err := workbook.New(templates.FS(), "legacy-fixed", nil, "")
	if err != nil {
		f.Fatal(err)
	}
	text, err := workbook.NewYAML(templates.FS(), "hledger-journal", nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(book, true)
	f.Add(book[:len(book)/3], true)
	f.Add(text, false)
	f.Add([]byte("template: generic-csv\ncolumns: {Line: {Account: 1, Debit: !date x}}\nlookups: {A: {rows: [[]]}}"), false)
	f.Fuzz(func(t *testing.T, data []byte, workbook bool) {
		name := "a.yaml"
		if workbook {
			name = "a.xlsx"
		}
		plan, findings := mapping.LoadBytes(templates.FS(), name, data)
		if (plan == nil) != (findings.Err() != nil) {
			t.Errorf("plan %v with findings %v", plan != nil, findings)
		}
	})
}
