// Package infile owns the figures that an import file states of a document: what its rows say, as it was held against the
// document when the file was made, and what rounding took from them or put on a line of its own. They are kept with the
// file, so that they are known when the document and the bytes are not kept any more.
package infile

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Sum is debits and credits in one currency.
type Sum struct {
	Debit  fis.Amount `json:"debit"`
	Credit fis.Amount `json:"credit"`
}

// Plus is the sum of both.
func (s Sum) Plus(more Sum) Sum { return Sum{s.Debit.Add(more.Debit), s.Credit.Add(more.Credit)} }

// IsZero reports whether both sides are nothing.
func (s Sum) IsZero() bool { return s.Debit.IsZero() && s.Credit.IsZero() }

// Rounding is what rounding to the decimals of the currency made of a document.
type Rounding struct {
	// Away is how much more the rows say than the document, which owes 100.00 where three rounded thirds say 99.99: -0.01.
	Away fis.Amount `json:"rows_less_document"`
	// Line is what stands on the line of rounding differences that a template asks for; debits are positive.
	Line fis.Amount `json:"rounding_line"`
}

// IsZero reports whether rounding changed nothing.
func (r Rounding) IsZero() bool { return r.Away.IsZero() && r.Line.IsZero() }

// Plus is the sum of both.
func (r Rounding) Plus(more Rounding) Rounding {
	return Rounding{r.Away.Add(more.Away), r.Line.Add(more.Line)}
}

// Less is what is left without the other.
func (r Rounding) Less(o Rounding) Rounding {
	return Rounding{r.Away.Sub(o.Away), r.Line.Sub(o.Line)}
}

// Said is what a file says of a document.
type Said struct {
	// Sum is what the rows say; nil where the template does not hold them against the document.
	*Sum
	Rounding
}

// Text is how it is kept; empty for none.
func (s *Said) Text() string {
	if s == nil {
		return ""
	}
	debit, credit := "", ""
	if s.Sum != nil {
		debit, credit = s.Debit.String(), s.Credit.String()
	}
	return strings.Join([]string{debit, credit, s.Away.String(), s.Line.String()}, "|")
}

// Parse reads what Text gives.
func Parse(text string) (*Said, error) {
	if text == "" {
		return nil, nil
	}
	parts := strings.Split(text, "|")
	if len(parts) != 4 {
		return nil, fmt.Errorf("%q is not what an import file says of a document", text)
	}
	var read [4]fis.Amount
	for i, p := range parts {
		if p == "" && i < 2 {
			continue
		}
		var err error
		if read[i], err = fis.ParseAmount(p); err != nil {
			return nil, err
		}
	}
	s := &Said{Rounding: Rounding{Away: read[2], Line: read[3]}}
	if parts[0] != "" {
		s.Sum = &Sum{read[0], read[1]}
	}
	return s, nil
}

// SumsText is how the sums of a file are kept: by currency; empty where they are not known.
func SumsText(sums map[string]Sum) string {
	if sums == nil {
		return ""
	}
	text, _ := json.Marshal(sums) //nolint:errchkjson // amounts
	return string(text)
}

// ParseSums reads what SumsText gives.
func ParseSums(text string) (sums map[string]Sum, err error) {
	if text != "" {
		err = json.Unmarshal([]byte(text), &sums)
	}
	return sums, err
}

// Figures are what files say of their documents, added up.
type Figures struct {
	// Sums are those of the rows; Unheld: the rows of this many documents were not held against them, so that Sums is not
	// the file, and Unknown: of this many nothing was kept.
	Sums            map[string]Sum `json:"sums,omitempty"`
	Unheld, Unknown int
	// Nameless are documents of which no amount is known at all: neither their rows nor posting lines.
	Nameless int
	// Lined are the posting lines of those documents whose rows say something else, or are not held; they balance.
	Lined map[string]Sum `json:"-"`
	// Rounding is what rounding made of documents, by currency; Rounded is how many they are.
	Rounding map[string]Rounding `json:"rounding,omitempty"`
	Rounded  int                 `json:"rounded"`
}

// Add counts a document: what the file says of it, nil when nothing was kept, and its debits and credits.
func (f *Figures) Add(said *Said, currency string, lines Sum) {
	if said == nil {
		f.Unknown++
	}
	switch held := said != nil && said.Sum != nil; {
	case held:
		put(&f.Sums, currency, *said.Sum)
	case lines.IsZero():
		f.Nameless++
		fallthrough
	default:
		f.Unheld++
	}
	if said == nil || said.Sum == nil || !said.Debit.Equal(lines.Debit) || !said.Credit.Equal(lines.Credit) {
		put(&f.Lined, currency, lines)
	}
	if said != nil && !said.Rounding.IsZero() {
		f.Round(currency, 1, said.Rounding)
	}
}

// Round counts documents that rounding changed.
func (f *Figures) Round(currency string, documents int, r Rounding) {
	if f.Rounding == nil {
		f.Rounding = map[string]Rounding{}
	}
	f.Rounding[currency] = f.Rounding[currency].Plus(r)
	f.Rounded += documents
}

func put(sums *map[string]Sum, currency string, s Sum) {
	if *sums == nil {
		*sums = map[string]Sum{}
	}
	(*sums)[currency] = (*sums)[currency].Plus(s)
}

// Both are the sums of both, whatever their currency.
func Both(a, b map[string]Sum) []Sum {
	return slices.AppendSeq(slices.Collect(maps.Values(a)), maps.Values(b))
}
