package returns

import (
	"fmt"
	"slices"
	"strings"
)

// currencies are the codes that a currency beside an amount may mean: a code itself, or all that share a sign. Nil for
// a sign that is not known.
func currencies(beside string) []string {
	switch beside {
	case "€":
		return []string{"EUR"}
	case "£":
		return []string{"GBP"}
	case "₹":
		return []string{"INR"}
	case "₩":
		return []string{"KRW"}
	case "₪":
		return []string{"ILS"}
	case "₺":
		return []string{"TRY"}
	case "₫":
		return []string{"VND"}
	case "₱":
		return []string{"PHP"}
	case "฿":
		return []string{"THB"}
	case "₦":
		return []string{"NGN"}
	case "₴":
		return []string{"UAH"}
	case "₽":
		return []string{"RUB"}
	case "¥", "￥":
		return []string{"JPY", "CNY"}
	case "$", "＄":
		return []string{"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "ARS", "CLP", "COP", "BBD", "BMD", "BSD", "BZD", "FJD", "GYD", "JMD", "KYD",
			"LRD", "NAD", "SBD", "SRD", "TTD", "XCD"}
	}
	if isCurrency(beside) {
		return []string{beside}
	}
	return nil
}

// currencyOf is the currency that stands beside an amount, where the format has no other column for it.
func (d *data) currencyOf(c *column, beside string) (string, bool) {
	switch codes := currencies(beside); {
	case beside == "":
		d.problem("%s has no currency beside the amount", c.name)
	case len(codes) == 0:
		d.problem("%s: %q is not a currency", c.name, beside)
	case len(codes) > 1:
		d.problem("%s: %s is the sign of several currencies (%s, %s…); the format needs a column with the currency", c.name, beside, codes[0], codes[1])
	default:
		return codes[0], true
	}
	return "", false
}

// checkBeside holds the currency beside an amount against the currency of the row.
func (d *data) checkBeside() {
	if d.beside == "" || d.row.Payment.Currency == "" {
		return
	}
	if !slices.Contains(currencies(d.beside), strings.ToUpper(d.row.Payment.Currency)) {
		d.problems = append(d.problems, fmt.Sprintf("the amount is in %s, the row in %s", d.beside, cut(d.row.Payment.Currency, 20)))
	}
}
