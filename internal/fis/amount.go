package fis

import (
	"errors"
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/decimal"
)

// Amount is an exact decimal. Money never passes through a float, also not when it is encoded as JSON.
type Amount = decimal.Decimal

// Zero is the amount 0.
var Zero = decimal.Zero

// ErrNotNumber says that a text is not a number in FIS's spelling.
var ErrNotNumber = errors.New("not a number")

// ErrTooLong says that a number has more digits, or a greater exponent, than is taken. It is an ErrNotNumber, too.
var ErrTooLong = fmt.Errorf("%w", ErrNotNumber)

// FIS sends up to 23 digits, 8 of them decimals. We take more, but not so much that a hostile exponent eats the memory.
const (
	maxDigits   = 64
	maxExponent = 64
)

// ParseAmount reads a number as FIS writes it: `10`, `84.03`, `50.00000000`, `0E-8`, `1.2E-7`. Blanks around it are
// ignored. Anything else, more than 64 digits, or an exponent beyond 64 is an error that wraps ErrNotNumber.
func ParseAmount(text string) (Amount, error) {
	s := strings.TrimSpace(text)
	if err := checkNumber(s); err != nil {
		return Zero, fmt.Errorf("%q is %w", clip(text, 80), err)
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		return Zero, fmt.Errorf("%q is %w", clip(text, 80), ErrNotNumber)
	}
	return d, nil
}

// checkNumber accepts [sign] digits [. digits] [e [sign] digits] with bounded length, before any arithmetic sees it.
func checkNumber(s string) error {
	i, digits := 0, 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	for ; i < len(s) && isDigit(s[i]); i++ {
		digits++
	}
	if i < len(s) && s[i] == '.' {
		for i++; i < len(s) && isDigit(s[i]); i++ {
			digits++
		}
	}
	if digits == 0 {
		return ErrNotNumber
	}
	if digits > maxDigits {
		return fmt.Errorf("%w: more than %d digits", ErrTooLong, maxDigits)
	}
	if i == len(s) {
		return nil
	}
	if s[i] != 'e' && s[i] != 'E' {
		return ErrNotNumber
	}
	if i++; i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	if i == len(s) {
		return ErrNotNumber
	}
	exponent := 0
	for ; i < len(s) && isDigit(s[i]); i++ {
		if exponent = exponent*10 + int(s[i]-'0'); exponent > maxExponent {
			return fmt.Errorf("%w: exponent beyond %d", ErrTooLong, maxExponent)
		}
	}
	if i != len(s) {
		return ErrNotNumber
	}
	return nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// MinorUnits is the number of decimals of a currency's smallest unit (ISO 4217): 0 for JPY, 3 for KWD, 2 for most.
func MinorUnits(currency string) int32 {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	case "CLF", "UYW":
		return 4
	}
	return 2
}

// Round rounds half away from zero to the minor unit of the currency.
func Round(a Amount, currency string) Amount { return a.Round(MinorUnits(currency)) }

// Text writes an amount with at least the currency's decimals and no exponent: 10 becomes 10.00, 1.234 stays.
func Text(a Amount, currency string) string {
	places, s := MinorUnits(currency), a.String()
	if point := strings.IndexByte(s, '.'); point >= 0 && len(s)-point-1 > int(places) {
		return s
	}
	return a.StringFixed(places)
}
