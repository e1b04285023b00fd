package cli

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// Who saved and ran which version of a mapping when, and which cells changed, is shown by show and, in short, by
// status; so is a changed workbook that is not used, which needs a person.
func TestMappingVersionsAreShown(t *testing.T) {
	w := newLookWorld(t)
	w.login(2)
	if out, stderr, code := w.exec("80", "show", "mapping", "expenses"); code != desk.ExitFailed || !strings.Contains(stderr, "no version of a mapping is known") {
		t.Errorf("exit code %d: %s%s", code, out, stderr)
	}
	v := records.MappingVersion{Route: "expenses", Name: "acme.xlsx", Template: "generic-csv", Hash: strings.Repeat("1", 64), FileHash: "f1", Actor: "fisbridge run", Author: "Ruth"}
	w.must(w.j.PutMappingLive(w.ctx, records.MappingContent{MappingVersion: v}))
	v.Hash, v.FileHash, v.Author = strings.Repeat("2", 64), "f2", "Mira"
	for range 12 {
		v.Changes = append(v.Changes, "Columns!C14: Line Text: line.text → LEFT(line.text; 30)")
	}
	w.must(w.j.PutMappingLive(w.ctx, records.MappingContent{MappingVersion: v}))
	if out, stderr, code := w.exec("100", "status"); code != desk.ExitDone || !strings.Contains(out, "mappings    expenses: acme.xlsx, version 222222222222") || strings.Contains(out, "not used") {
		t.Errorf("exit code %d: %s%s", code, out, stderr)
	}
	_, err := w.j.RefuseMapping(w.ctx, records.MappingVersion{Route: "expenses", Name: "acme.xlsx", FileHash: "f3", Actor: "fisbridge run", Problems: []string{"Columns!C14: there is no field line.txt"}})
	w.must(err)
	out, stderr, code := w.exec("140", "status")
	if code != desk.ExitNeedsPerson || !strings.Contains(out, "1 changed mapping not used") || !strings.Contains(out, "not used: 1 problem; fisbridge show mapping expenses") {
		t.Errorf("exit code %d: %s%s", code, out, stderr)
	}
	for _, args := range [][]string{{"show", "mapping", "expenses"}, {"show", "expenses"}} {
		out, stderr, code = w.exec("100", args...)
		at := 0
		for _, want := range []string{"3 versions", "refused: acme.xlsx\n", "there is no field line.txt", "in force: acme.xlsx, version 222222222222", "saved by Mira", "Columns!C14: Line Text", "and 2 more (--all)", "was in force: acme.xlsx, version 111111111111", "saved by Ruth"} {
			i := strings.Index(out[at:], want)
			if i < 0 {
				t.Errorf("%v: exit code %d, no %q behind the former in\n%s%s", args, code, want, out, stderr)
				break
			}
			at += i
		}
	}
	if out, _, _ := w.exec("100", "show", "mapping", "expenses", "--json"); strings.Count(out, "LEFT(line.text; 30)") != 12 {
		t.Errorf("not all changes are in the JSON:\n%s", out)
	}
}
