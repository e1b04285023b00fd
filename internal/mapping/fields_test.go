package mapping_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/seen"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// The sheet Fields of a workbook that exists is filled with what the company's documents have: fields that are always blank come last, the drop-downs show the
// values, a field that no reference has may be used. Nothing else changes.
func TestFillFields(t *testing.T) {
	g := seen.New()
	for _, env := range sampleDocuments(t) {
		env.Document = bytes.Replace(env.Document, []byte(`"reportName"`), []byte(`"brandNew": "B-07", "reportName"`), 1)
		if err := g.Add(env); err != nil {
			t.Fatal(err)
		}
	}
	data := edited(t, func(f *excelize.File) { must(t)(f.SetCellStr("Columns", "I2", "our own note")) })
	filled := data
	for range 2 { // a second time changes nothing
		found := &workbook.Collector{File: "acme.xlsx"}
		c := workbook.Read("acme.xlsx", filled, found)
		out, err := workbook.FillFields("acme.xlsx", filled, c, c.Template(templates.FS(), found), g.Fields())
		if err != nil {
			t.Fatal(err)
		}
		filled = out
	}
	before, _ := mapping.LoadBytes(templates.FS(), "acme.xlsx", data)
	after, bad := mapping.LoadBytes(templates.FS(), "acme.xlsx", filled)
	if len(bad) > 0 || before.Hash() != after.Hash() {
		t.Errorf("the mapping means something else now: %v", bad)
	}
	f, err := excelize.OpenReader(bytes.NewReader(filled))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Fields")
	if err != nil {
		t.Fatal(err)
	}
	choice := map[string]string{}
	blank := false
	for _, r := range rows[1:] {
		if len(r) < 9 {
			t.Fatalf("a row without a choice: %q", r)
		}
		choice[r[0]] = r[8]
		if r[3] == "0" {
			blank = true
		} else if blank {
			t.Errorf("%s is filled and stands behind fields that are always blank", r[0])
		}
	}
	if choice["brandNew"] != "brandNew // B-07" || !strings.HasPrefix(choice["expenseTypeCode"], "expenseTypeCode // ") || choice["entryCustom40Value"] != "entryCustom40Value // always blank" {
		t.Errorf("got %q, %q, %q", choice["brandNew"], choice["expenseTypeCode"], choice["entryCustom40Value"])
	}
	for _, n := range f.GetDefinedName() {
		if n.Name == "Names_for_lines" && !strings.HasPrefix(n.RefersTo, "Fields!$I$2:$I$") {
			t.Errorf("the drop-downs show %s", n.RefersTo)
		}
	}
	// What a drop-down offers is a Value as it stands.
	for i := 2; i < 40; i++ {
		if name, _ := f.GetCellValue("Columns", fmt.Sprintf("B%d", i)); name == "Text" {
			must(t)(f.SetCellStr("Columns", fmt.Sprintf("C%d", i), choice["brandNew"]))
		}
	}
	var used bytes.Buffer
	must(t)(f.Write(&used))
	plan, found := mapping.LoadBytes(templates.FS(), "acme.xlsx", used.Bytes())
	if plan == nil || !strings.Contains(text(found), "brandNew is no field of FIS's reference; it is read at report.brandNew") {
		t.Errorf("got %v", found)
	}
}
