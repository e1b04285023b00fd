package refusal

import "testing"

// Two rows of one entry that lack the same thing are one thing to mend; those of another entry are told, too.
func TestSaidOnce(t *testing.T) {
	t.Parallel()
	of := func(entry, allocation string) Problem {
		return Problem{Record: "Line", Field: "Date", Place: "Columns!C5", Entry: entry, Allocation: allocation, Detail: "no day"}
	}
	e := &DocumentError{DocID: "D", Problems: []Problem{of("1", "a"), of("1", "b"), of("2", "a")}}
	if got := e.Error(); got != "document D: Line Date: no day (Columns!C5, entry 1); Line Date: no day (Columns!C5, entry 2)" {
		t.Error(got)
	}
}
