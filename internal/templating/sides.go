package templating

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/templating/naming"
)

// mostCodes is how many different texts of a field are remembered: a field of a side has two.
const mostCodes = 4

// saw notes what a sample has in the field.
func (f *field) saw(text string) {
	f.shown = true
	if end := text[len(text)-1]; text[0] == '-' || end == '-' || end == '}' || len(text) > 1 && (end >= 'J' && end <= 'R' || end >= 'p' && end <= 'y') {
		f.negative = true
	}
	if len(f.codes) < mostCodes && !slices.Contains(f.codes, text) {
		f.codes = append(f.codes, text)
	}
}

// allowed are the codes that the field may have, as far as the definition or a sample says it.
func (f *field) allowed() []string {
	if len(f.named) == 0 && len(f.Codes) > 0 {
		var out []string
		for _, w := range f.Codes {
			out = append(out, string(w))
		}
		return out
	}
	return f.codes
}

// bySides finds which of its codes is the debit.
func (f *field) bySides() (naming.Sides, bool) {
	if len(f.named) == len(f.codes) { // a copybook's, which say it by their names
		if s, ok := naming.ByNames(f.named, f.codes); ok {
			return s, true
		}
	}
	return naming.SidesOf(f.allowed())
}

// sideByCodes: a field whose name tells nothing, with the codes of a debit and a credit.
func (f *field) sideByCodes() {
	if f.role != "" && f.role != naming.Side || f.Type == layout.AmountType || f.Type == layout.DateType {
		return
	}
	if s, ok := f.bySides(); ok {
		f.role, f.sides = naming.Side, s
	}
}

// sidesOf settles the field of the side in a record, and whether the amount beside it has a sign as well.
func (d *Draft) sidesOf(r *record) {
	f, amount := r.has(naming.Side), r.has(naming.Amount)
	switch {
	case f == nil || r.edge():
		return
	case amount == nil || r.has(naming.Debit) != nil && r.has(naming.Credit) != nil:
		if f.sides.Debit == "" {
			f.sides = naming.UsualSides(f.Name, f.allowed())
			d.sideGuess(r, f, "GUESS: its codes, by the name")
		}
		return
	}
	known := f.sides.Debit != ""
	if !known {
		if codes := f.allowed(); len(codes) > 1 {
			f.comment = join(f.comment, "FILL IN: which of its codes is the debit, and which the credit?")
			d.open(f.line, "field %s of record %s tells the side: which of its codes (%s) is the debit?", f.Name, r.name, strings.Join(codes, ", "))
			return
		}
		f.sides = naming.UsualSides(f.Name, f.allowed())
	}
	said := fmt.Sprintf("%s debit, %s credit", f.sides.Debit, f.sides.Credit)
	unsigned := amount.Sign == "none" || strings.HasSuffix(amount.Sign, "-unsigned")
	switch {
	case amount.negative:
		f.both = true
		d.sideGuess(r, f, said+"; GUESS: signed or by side? the sample has negative amounts: `signed: true`, the sign and the side both tell it")
	case known && (unsigned || amount.shown && len(f.codes) > 1):
		f.comment = join(f.comment, said+", beside an amount without a sign")
		return
	case known:
		d.sideGuess(r, f, said+"; GUESS: signed or by side? the amount has no sign here; `signed: true` under amounts, and the Value line.amount, when it has one as well")
	default:
		d.sideGuess(r, f, "GUESS: its codes, by the name: "+said+"; GUESS: signed or by side? the amount has no sign here")
	}
}

func (d *Draft) sideGuess(r *record, f *field, comment string) {
	f.comment = join(f.comment, comment)
	d.guess(f.line, "field %s of record %s tells the side: %s is a debit, %s a credit; is the amount signed, or by side?", f.Name, r.name, f.sides.Debit, f.sides.Credit)
}
