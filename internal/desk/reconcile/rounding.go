package reconcile

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/infile"
	"github.com/fisbridge/fisbridge/internal/say"
)

// roundingNotes say by currency what rounding made of documents, beside the amounts that they say exactly.
func roundingNotes(f infile.Figures) (out []say.Text) {
	for _, c := range CurrenciesIn(f.Rounding) {
		by := f.Rounding[c]
		if !by.Away.IsZero() {
			out = append(out, say.F("rounding: the files say %s %s more than their documents, because each row is rounded by itself", money(by.Away, c), c))
		}
		if !by.Line.IsZero() {
			out = append(out, say.F("rounding: %s %s stand on lines of rounding differences", money(by.Line, c), c))
		}
	}
	if len(out) == 0 && f.Rounded > 0 {
		out = append(out, say.F("rounding: %s are rounded, and their cents add up to nothing", say.Counted(f.Rounded, "document")))
	}
	return out
}

// money is an amount in a sentence.
func money(a fis.Amount, currency string) say.Number {
	return say.Number{Shown: fis.Money(a, currency), Digits: fis.Text(a, currency)}
}
