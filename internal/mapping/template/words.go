package template

import (
	"fmt"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
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
func (t *Template) Declaration() []say.Text {
	a := t.Amounts
	if a == nil {
		return nil
	}
	var out []say.Text
	for i := range a.Rows {
		out = append(out, a.Rows[i].words(t)...)
	}
	for _, l := range a.LeftOut {
		out = append(out, say.F("Left out on purpose: posting lines with %s; %s.", l.When, say.Known(l.Why)))
	}
	for _, n := range a.NotHeld {
		if n.Record == "" {
			out = append(out, say.F("Not held against the documents: %s documents; %s.", typesOf(n.Documents), say.Known(n.Why)))
			continue
		}
		out = append(out, say.F("Not held against the documents: the amounts of %s; %s.", n.Record, say.Known(n.Why)))
	}
	return out
}

// typesOf are types of documents as English values, which a language may know.
func typesOf(types []fis.DocType) say.Text {
	out := make([]say.Text, len(types))
	for i, t := range types {
		out[i] = say.F("%s", say.English(t))
	}
	return say.Join(", ", out...)
}

// words says what a row stands for, where its amount stands, and what else is compared.
func (a *AmountRows) words(t *Template) []say.Text {
	types := a.Documents
	if len(types) == 0 {
		types = t.Documents
	}
	said := say.F("%s: %s, %s", a.Record, a.standsFor(types), a.whereAmount())
	if a.Currency != "" {
		text := say.F("the currency in %s", say.Join(" and ", plain(append([]string{a.Currency}, a.CurrencyAlso...))...))
		if codes := a.codes(); codes != "" {
			text = say.F("%s (%s)", text, codes)
		}
		said = say.F("%s; %s", said, text)
	}
	if a.Document != "" {
		said = say.F("%s; %s", said, say.F("%s keeps the documents apart", a.Document))
	}
	out := []say.Text{say.F("%s.", said)}
	if a.Currency == "" {
		out = append(out, say.F("%s: no field is named for the currency, so it is not compared.", a.Record))
	}
	return out
}

func plain(list []string) []say.Text {
	out := make([]say.Text, len(list))
	for i, s := range list {
		out[i] = say.Plain(s)
	}
	return out
}

func (a *AmountRows) standsFor(types []fis.DocType) say.Text {
	switch a.Of {
	case "":
		return say.F("each posting line of %s documents stands in it once", typesOf(types))
	case OfParties:
		return say.F("one-sided: each row is what is owed to or by somebody in %s documents, cost positive; %s", typesOf(types), say.Known(a.Why))
	}
	return say.F("each %s of %s documents stands in it once", string(a.Of), typesOf(types))
}

func (a *AmountRows) whereAmount() say.Text {
	in := func(field string) say.Text {
		if a.Units == "minor" {
			return say.F("%s in minor units", field)
		}
		return say.Plain(field)
	}
	switch {
	case a.Amount == "" && a.Credit == "":
		return say.F("debits in %s", in(a.Debit))
	case a.Amount == "" && a.Debit == "":
		return say.F("credits in %s", in(a.Credit))
	case a.Amount == "":
		return say.F("debits in %s, credits in %s", a.Debit, in(a.Credit))
	}
	sign := say.Text("debits positive")
	if a.CreditPositive {
		sign = "credits positive"
	}
	if a.Side == "" {
		return say.F("the amount with its sign in %s (%s)", in(a.Amount), sign)
	}
	side := say.F("the side in %s (%s debit, %s credit)", a.Side, words(a.DebitCodes), words(a.CreditCodes))
	if a.Signed {
		return say.F("%s, %s", say.F("the amount with its sign in %s (%s)", in(a.Amount), sign), side)
	}
	return say.F("%s, %s", say.F("the amount in %s", in(a.Amount)), side)
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
