package scope

import "github.com/fisbridge/fisbridge/internal/posting"

// DerivationNeeds reports whether package posting, or a fact that every document has, reads the field.
func DerivationNeeds(name string) bool {
	switch name {
	case "employeeCurrencyAlphaCode", "currencyAlphaCode", "reportId", "requestId", "isTest":
		return true
	}
	return posting.Wanted(name)
}
