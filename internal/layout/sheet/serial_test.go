package sheet

import (
	"testing"

	"github.com/fisbridge/fisbridge/internal/decimal"
)

func TestSerialDays(t *testing.T) {
	for serial, want := range map[string]string{"1": "1900-01-01", "59": "1900-02-28", "60": "", "61": "1900-03-01", "46112.999": "2026-03-31", "0": "", "-1": "", "2958465": "9999-12-31", "2958466": "", "x": "", "NaN": ""} {
		if d, ok := dateOfSerial(serial, false); ok != (want != "") || d.String() != want {
			t.Errorf("%s: %v %v", serial, d, ok)
		}
	}
}

func TestBinaryNoiseOfExcel(t *testing.T) {
	for stored, want := range map[string]string{"263.60000000000002": "263.6", "0.30000000000000004": "0.3", "1.1E-2": "0.011", "1E20": "100000000000000000000", "-12.345": "-12.345", "100": "100", "0": "0"} {
		if a, reason := excelNumber(stored); reason != "" || !a.Equal(decimal.RequireFromString(want)) {
			t.Errorf("%s: %s, %s", stored, a, reason)
		}
	}
	for _, s := range []string{"x", "1e999", "NaN", "Inf", "1e300"} {
		if a, reason := excelNumber(s); reason == "" {
			t.Errorf("%s is taken as %s", s, a)
		}
	}
}
