package formula

import (
	"testing"
	"time"
)

// Whatever the numbers, a power or a count of days ends soon: with a value, or as too large.
func TestPowersAndDaysEndSoon(t *testing.T) {
	for _, source := range []string{
		"9999999999999999999999999999999999999999^999.99999", "99999999999999999999^99.99999", "9999999999^10.5", "99999999999^99.999999999999999999999999999999999999",
		"0.00000000000000000000000001^-99.5", "1.23456789^1000", "0.1^-1000", "(1/3)^1000", "WORKDAY(DATE(2024; 1; 1); 10000)", "WORKDAY(DATE(2024; 1; 1); 4000000)",
		"NETWORKDAYS(DATE(1; 1; 1); DATE(9999; 12; 31))", "DATEDIF(DATE(1; 1; 1); DATE(9999; 12; 31); \"MD\")",
	} {
		begin := time.Now()
		if p, err := Compile("="+source, sampleWorld()); err == nil {
			_, _ = p.Eval(sampleWorld())
		}
		if took := time.Since(begin); took > time.Second {
			t.Errorf("%s took %v", source, took)
		}
	}
}
