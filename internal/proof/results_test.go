package proof

import (
	"bytes"
	"testing"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// readResult reads a result file by the one format of the plan that takes its name. Every line must come to something.
func readResult(t *testing.T, plan *mapping.Plan, name string, data []byte) ([]returns.Row, returns.Summary) {
	t.Helper()
	var format *returns.Format
	for _, f := range plan.Results() {
		compiled, err := returns.Compile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !compiled.Matches(name) {
			continue
		}
		if format != nil {
			t.Fatalf("%s is of format %s and of format %s", name, format.Name(), compiled.Name())
		}
		format = compiled
	}
	if format == nil {
		t.Fatalf("no result format of %s takes the name %s", plan.TemplateName(), name)
	}
	var rows []returns.Row
	sum, err := format.Parse(t.Context(), name, bytes.NewReader(data), int64(len(data)), layout.Limits{}, func(r returns.Row) error {
		rows = append(rows, r)
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if told := sum.Postings + sum.Payments + sum.Files + sum.Exceptions + sum.Ignored; told != sum.Rows || sum.Exceptions > 0 {
		t.Errorf("%s: %d lines came to something, of %d; %d exceptions: %+v", name, told, sum.Rows, sum.Exceptions, rows)
	}
	return rows, sum
}
