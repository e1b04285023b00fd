package wording_test

import (
	"testing"

	"github.com/fisbridge/fisbridge/internal/wording"
)

func TestNearest(t *testing.T) {
	names := []string{"entryDescription", "reportName", "allocationCustom3Code", "employeeId", "retry", "IF", "erp", "cost centre"}
	for written, want := range map[string]string{
		"entryDescripton": "entryDescription", "report_name": "reportName", "alocationCustom3Code": "allocationCustom3Code", "EmployeeID": "employeeId",
		"retyr": "retry", "epr": "erp", "xyz": "", "IFF": "IF", "CostCentre": "cost centre", "centre": "cost centre", "": "", "zzzzzz": "", "x\x00": "", "hold": "",
	} {
		if got := wording.Nearest(written, names); got != want {
			t.Errorf("%q: %q, want %q", written, got, want)
		}
	}
}
