package desk

import "testing"

func TestPaidParts(t *testing.T) {
	for text, want := range map[string]int{"A1": 0, "A1=109.00": 1, "A1=109.00 B2=110": 2, "A1=109.00,B2=110.00; C3 = 1": 3} {
		if parts, err := paidParts(text); err != nil || len(parts) != want {
			t.Errorf("%q: %d parts, %v", text, len(parts), err)
		}
	}
	for _, text := range []string{"A1=109,00", "A1=", "=1", "A1=-1", "A1=0", "A1=1 B2", "A1=1e3", "A1=1.2.3"} {
		if parts, err := paidParts(text); err == nil {
			t.Errorf("%q: %+v", text, parts)
		}
	}
}
