package fis

import (
	"errors"
	"math/big"
	"strings"
	"testing"
)

func TestParseAmount(t *testing.T) {
	for text, want := range map[string]string{
		"10":                               "10",
		"84.03":                            "84.03",
		"50.00000000":                      "50",
		"0E-8":                             "0",
		"1.2E-7":                           "0.00000012",
		"-0.00":                            "0",
		"12345678901234567890123.00000001": "12345678901234567890123.00000001",
		"-99999999999999999999999":         "-99999999999999999999999",
		"1e3":                              "1000",
		"1E+3":                             "1000",
		"  7.50 ":                          "7.5",
		"+3":                               "3",
		".5":                               "0.5",
		"5.":                               "5",
		"1e64":                             "1" + strings.Repeat("0", 64),
	} {
		a, err := ParseAmount(text)
		if err != nil || a.String() != want {
			t.Errorf("%q: %s, %v; want %s", text, a, err, want)
		}
	}
}

func TestParseAmountRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", "-", ".", "abc", "1,5", "1 000", "1e", "1e+", "1e1000000", "1e65", "1e-65", "0x10", "NaN", "Infinity", "1.2.3", "--1", "1-", "(5)", "１２",
		strings.Repeat("9", 65), "1e99999999999999999999",
	} {
		if a, err := ParseAmount(text); !errors.Is(err, ErrNotNumber) {
			t.Errorf("%q: %s, %v; want ErrNotNumber", text, a, err)
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct{ amount, currency, want string }{
		{"10", "EUR", "10.00"},
		{"50.00000000", "EUR", "50.00"},
		{"0E-8", "USD", "0.00"},
		{"1.234", "EUR", "1.234"},
		{"1.23400000", "EUR", "1.234"},
		{"-7.5", "EUR", "-7.50"},
		{"100", "JPY", "100"},
		{"100.5", "JPY", "100.5"},
		{"1.5", "KWD", "1.500"},
		{"12345678901234567890123.00000001", "USD", "12345678901234567890123.00000001"},
		{"1", "", "1.00"},
	} {
		a, err := ParseAmount(c.amount)
		if err != nil {
			t.Fatal(err)
		}
		if got := Text(a, c.currency); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.amount, c.currency, got, c.want)
		}
	}
}

func TestRound(t *testing.T) {
	for _, c := range []struct{ amount, currency, want string }{
		{"2.345", "EUR", "2.35"}, {"-2.345", "EUR", "-2.35"}, {"2.344999", "EUR", "2.34"},
		{"0.5", "JPY", "1"}, {"-0.5", "JPY", "-1"}, {"1.4999", "JPY", "1"},
		{"1.2345", "KWD", "1.235"}, {"1.005", "USD", "1.01"},
	} {
		a, _ := ParseAmount(c.amount)
		if got := Round(a, c.currency).String(); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.amount, c.currency, got, c.want)
		}
	}
}

// FuzzParseAmount compares accepted amounts with an independent exact reading.
func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"10", "84.03", "50.00000000", "0E-8", "1.2E-7", "-0.00", "12345678901234567890123.00000001", "1e1000000", "+.5", "1e", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAmount(text)
		if err != nil {
			if !errors.Is(err, ErrNotNumber) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		want, ok := new(big.Rat).SetString(strings.TrimSpace(text))
		if !ok || a.Rat().Cmp(want) != 0 {
			t.Fatalf("%q: got %s, want %v", text, a, want)
		}
		again, err := ParseAmount(a.String())
		if err != nil && len(a.String()) < 64 || err == nil && !again.Equal(a) {
			t.Fatalf("%q: %s reads back as %s, %v", text, a, again, err)
		}
	})
}
