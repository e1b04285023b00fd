package mapping_test

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
)

// A finding about a Value that a former version of the template proposed says so, with what it proposes now: whoever made the
// workbook has done nothing wrong.
func TestFindingTellsAFormerProposal(t *testing.T) {
	for value, former := range map[string]bool{"settings.adviser": true, "settings.advisor": false} {
		_, found := changedBook(t, "datev-extf", func(f *excelize.File) {
			rows, err := f.GetRows("Columns")
			must(t)(err)
			for i, row := range rows {
				if len(row) > 1 && row[1] == "11 Berater" {
					cell, _ := excelize.CoordinatesToCellName(3, i+1)
					must(t)(f.SetCellStr("Columns", cell, value))
				}
			}
		})
		got := text(found)
		if !strings.Contains(got, value) || strings.Contains(got, "a former version of the template proposed this Value, and this one proposes VALUE(LOOKUP(Companies; file.company; Adviser)): fisbridge mapping convert OLD NEW takes it over") != former {
			t.Errorf("%s: %s", value, got)
		}
	}
}

// What a newer template brings to a workbook that is renewed is told apart from what somebody has changed in it.
func TestChangesOfANewerTemplateAreNobodysOwn(t *testing.T) {
	older := strings.Replace(datedLines, "records:\n", "settings:\n  - { name: client, value: a }\nrecords:\n", 1)
	older = strings.Replace(older, "    fields:\n", "    fields:\n      - { name: client, type: code, value: settings.client }\n", 1)
	newer := strings.Replace(older, "settings:\n  - { name: client, value: a }\n", "settings:\n  - { name: area, value: b }\nlookups:\n  - name: Clients\n    columns:\n      - { name: Company, type: code, key: true }\n      - { name: Client, type: code, was: client }\n", 1)
	newer = strings.Replace(newer, "value: settings.client }", "value: LOOKUP(Clients; document.company_code; Client), was: [settings.client] }\n      - { name: area, type: code, value: settings.area }", 1)
	before, found := mapping.LoadBytes(smallTemplate(older), "m.yaml", smallMapping(t, older))
	must(t)(found.Err())
	renewed, _, err := workbook.Convert(smallTemplate(newer), "m.yaml", smallMapping(t, older), "n.yaml", "")
	must(t)(err)
	own := strings.Replace(string(renewed), "area: b", "area: north", 1)
	if own == string(renewed) {
		t.Fatalf("%s", renewed)
	}
	for body, want := range map[string]string{string(renewed): "Clients", own: "area, Clients"} {
		after, found := mapping.LoadBytes(smallTemplate(newer), "n.yaml", []byte(body))
		must(t)(found.Err())
		mine, brought := compare.Parted(compare.CellChanges(before, after))
		var names, sheets []string
		for _, c := range mine {
			if names = append(names, c.What); c.What == "lookup sheet" {
				names[len(names)-1] = c.Sheet
			}
		}
		for _, c := range brought {
			if sheets = append(sheets, c.String()); !strings.HasPrefix(c.Sheet, "template ") && !strings.HasSuffix(c.String(), " (as the newer template proposes it)") {
				t.Errorf("%s", c)
			}
		}
		if strings.Join(names, ", ") != want {
			t.Errorf("somebody's own: %q, not %s; of the template: %s", names, want, strings.Join(sheets, "\n"))
		}
		for _, what := range []string{"Line client: settings.client → LOOKUP(Clients", "Line area added: settings.area", "client removed: a"} {
			if !strings.Contains(strings.Join(sheets, "\n"), what) {
				t.Errorf("the template's has no %q:\n%s", what, strings.Join(sheets, "\n"))
			}
		}
	}
}
