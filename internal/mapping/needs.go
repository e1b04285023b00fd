package mapping

import "github.com/fisbridge/fisbridge/internal/posting"

// derivationNeeds reports whether package posting, or a fact that every document has, reads the field.
func derivationNeeds(name string) bool {
	switch name {
	case "employeeCurrencyAlphaCode", "currencyAlphaCode", "reportId", "requestId", "isTest":
		return true
	}
	return posting.Wanted(name)
}
