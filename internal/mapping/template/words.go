package template

import (
	"fmt"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

func TypeNames(types []fis.DocType) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t)
	}
	return strings.Join(names, ", ")
}

// Declaration says in words how the amounts of the file are held against the documents, and what is different on
// purpose: one sentence each.
func (t *Template) Declaration() []string {
	a := t.Amounts
	if a == nil {
		return nil
	}
	var out []string
	for i := range a.Rows {
		out = append(out, a.Rows[i].words(t)...)
	}
	for _, l := range a.LeftOut {
		out = append(out, fmt.Sprintf("Left out on purpose: posting lines with %s; %s.", l.When, l.Why))
	}
	for _, n := range a.NotHeld {
		what := "the amounts of " + n.Record
		if n.Record == "" {
			what = TypeNames(n.Documents) + " documents"
		}
		out = append(out, fmt.Sprintf("Not held against the documents: %s; %s.", what, n.Why))
	}
	return out
}

// words says what a row stands for, where its amount stands, and what else is compared.
func (a *AmountRows) words(t *Template) []string {
	types := a.Documents
	if len(types) == 0 {
		types = t.Documents
	}
	out := []string{fmt.Sprintf("%s: %s, %s.", a.Record, a.standsFor(types), a.whereAmount())}
	var also []string
	if a.Currency != "" {
		text := "the currency in " + strings.Join(append([]string{a.Currency}, a.CurrencyAlso...), " and ")
		if codes := a.codes(); codes != "" {
			text += " (" + codes + ")"
		}
		also = append(also, text)
	}
	if a.Document != "" {
		also = append(also, a.Document+" keeps the documents apart")
	}
	if len(also) > 0 {
		out[0] = strings.TrimSuffix(out[0], ".") + "; " + strings.Join(also, "; ") + "."
	}
	if a.Currency == "" {
		out = append(out, fmt.Sprintf("%s: no field is named for the currency, so it is not compared.", a.Record))
	}
	return out
}

func (a *AmountRows) standsFor(types []fis.DocType) string {
	switch a.Of {
	case "":
		return "each posting line of " + TypeNames(types) + " documents stands in it once"
	case OfParties:
		return "one-sided: each row is what is owed to or by somebody in " + TypeNames(types) +
			" documents, cost positive; " + a.Why
	}
	return fmt.Sprintf("each %s of %s documents stands in it once", a.Of, TypeNames(types))
}

func (a *AmountRows) whereAmount() string {
	minor := ""
	if a.Units == "minor" {
		minor = " in minor units"
	}
	switch {
	case a.Amount == "" && a.Credit == "":
		return "debits in " + a.Debit + minor
	case a.Amount == "" && a.Debit == "":
		return "credits in " + a.Credit + minor
	case a.Amount == "":
		return fmt.Sprintf("debits in %s, credits in %s%s", a.Debit, a.Credit, minor)
	}
	sign := "debits positive"
	if a.CreditPositive {
		sign = "credits positive"
	}
	if a.Side == "" {
		return fmt.Sprintf("the amount with its sign in %s%s (%s)", a.Amount, minor, sign)
	}
	side := fmt.Sprintf("the side in %s (%s debit, %s credit)", a.Side, words(a.DebitCodes), words(a.CreditCodes))
	if a.Signed {
		return fmt.Sprintf("the amount with its sign in %s%s (%s), %s", a.Amount, minor, sign, side)
	}
	return fmt.Sprintf("the amount in %s%s, %s", a.Amount, minor, side)
}

func words[T ~string](list []T) string {
	var out []string
	for _, w := range list {
		out = append(out, string(w))
	}
	return strings.Join(out, ", ")
}

func (a *AmountRows) codes() string {
	var out []string
	for iso, code := range a.CurrencyCodes {
		out = append(out, fmt.Sprintf("%s as %s", iso, code))
	}
	sort.Strings(out)
	return strings.Join(out, ", ")
}
