package seen_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/seen"
)

func gather(t *testing.T, documents ...string) *seen.Fields {
	t.Helper()
	g := seen.New()
	for i, d := range documents {
		if err := g.Add(fis.Envelope{ID: fmt.Sprint(i), DocType: fis.Expense, Document: []byte(d)}); err != nil {
			t.Fatal(err)
		}
	}
	return g.Fields()
}

// The commonest values come first, a code with its text; a field that the reference does not have is told.
func TestValues(t *testing.T) {
	f := gather(t,
		`{"employee":{"employeeCustom21Code":"4711","employeeCustom21Value":"Sales north"},"report":{"brandNew":"x","reportSubmitDate":"2026-03-02T18:12:03.050Z"},"expenseEntry":[{"allocation":[{"allocationCustom1Code":"A"},{"allocationCustom1Code":"B"}]}]}`,
		`{"employee":{"employeeCustom21Code":"4712","employeeCustom21Value":"Sales south"},"report":{"brandNew":null},"expenseEntry":[{"allocation":[{"allocationCustom1Code":"B"}]}]}`,
		`{"employee":{"employeeCustom21Code":"4712","employeeCustom21Value":"Sales south"}}`)
	if got := f.At("employee.employeeCustom21Code"); got == nil || got.Documents != 3 || got.Shown() != "4712 = Sales south, 4711 = Sales north" || !got.Known {
		t.Errorf("got %+v", got)
	}
	if got := f.At("expenseEntry[].allocation[].allocationCustom1Code"); got == nil || got.Documents != 2 || got.Shown() != "B, A" {
		t.Errorf("got %+v", got)
	}
	if got := f.At("report.reportSubmitDate"); got.Shown() != "2026-03-02" {
		t.Errorf("got %+v", got)
	}
	if further := f.Further(); len(further) != 1 || further[0].Path != "report.brandNew" || further[0].Documents != 1 {
		t.Errorf("got %+v", further)
	}
	if f.At("report.reportName") != nil {
		t.Error("nobody fills the report's name")
	}
}

// What says who somebody is does not come out, wherever a company keeps it: the names, numbers and logins of the
// people, mail addresses, accounts, and texts that everybody writes anew.
func TestPersonsAreMasked(t *testing.T) {
	var documents []string
	for i := range 12 {
		documents = append(documents, fmt.Sprintf(`{"employee":{"employeeId":"E10%02d","employeeFirstName":"Zora","employeeLastName":"Lindqvist","employeeCustom3Code":"Zora Lindqvist",
			"employeeCustom4Code":"zora@lantern.example","employeeCustom5Code":"DE02120300000000202051","employeeCustom6Code":"E10%02d","employeeCustom7Value":"Dinner with Petra %c Novak"},
			"report":{"reportName":"Visit of Mr. Brown","reportCustom1Code":"North","travellerMail":"nobody"}}`, i, i, 'A'+i))
	}
	f := gather(t, documents...)
	for path, want := range map[string]string{
		"employee.employeeId": "X9999", "employee.employeeFirstName": "Xxxx", "employee.employeeLastName": "Xxxxxxxxx", "employee.employeeCustom3Code": "Xxxx Xxxxxxxxx",
		"employee.employeeCustom4Code": "xxxx@xxxxxxx.xxxxxxx", "employee.employeeCustom5Code": "XX99999999999999999999", "employee.employeeCustom6Code": "X9999",
		"employee.employeeCustom7Value": "Xxxxxx xxxx Xxxxx X Xxxxx", "report.reportName": "Xxxxx xx Xx. Xxxxx", "report.reportCustom1Code": "North", "report.travellerMail": "xxxxxx",
	} {
		if got := f.At(path); got == nil || got.Shown() != want {
			t.Errorf("%s: got %v, want %s", path, got, want)
		}
	}
}

// Very many values, and very long ones, take no more than their room.
func TestLimits(t *testing.T) {
	var documents []string
	for i := range 500 {
		documents = append(documents, fmt.Sprintf(`{"employee":{"employeeCustom1Code":"%d%s"}}`, i, strings.Repeat("x", 100)))
	}
	got := gather(t, documents...).At("employee.employeeCustom1Code")
	if got.Documents != 500 || !got.More || len(got.Values) != 4 || len([]rune(got.Values[0])) != 40 {
		t.Errorf("got %+v", got)
	}
}
