package fis

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// Money writes an amount with its currency's decimals and commas between thousands.
func Money(a Amount, currency string) string {
	s := Text(a, currency)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, rest := s, ""
	if point := strings.IndexByte(s, '.'); point >= 0 {
		whole, rest = s[:point], s[point:]
	}
	return sign + wording.Grouped(whole) + rest
}

// CurrencyName is the currency, or words for none.
func CurrencyName(currency string) string {
	if currency == "" {
		return "no currency"
	}
	return currency
}
