// Package why owns the reasons that people read: why a document is held, waits or ended, what an alarm is about, and
// the way out. A reason is a code with values, so that it can be grouped, filtered and said in another language; this
// package says it in English, from one catalogue.
//
// It guarantees that every code has a text, and that a text names no value which the code does not have: tests look at
// every place that makes a reason.
package why

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/say"
)

// Reason is a code with values. The zero Reason is none.
type Reason struct {
	Code   string
	Values map[string]string
}

// Codes of reasons that have no sentence of their own: the text is somebody's.
const (
	// Told is a text that an older version wrote, before reasons had codes.
	Told = "told"
	// Person is what a person gave as the reason of an act.
	Person = "person"
)

// New is the reason with a code and its values, given as name and value. It panics when a value has no name: that is a
// mistake of the program.
func New(code string, pairs ...any) Reason {
	if len(pairs)%2 != 0 {
		panic("why: the last name of " + code + " has no value")
	}
	r := Reason{Code: code}
	for i := 0; i < len(pairs); i += 2 {
		r.put(pairs[i].(string), pairs[i+1]) //nolint:forcetypeassert // names are written in the program
	}
	return r
}

// What a value is kept as beside its English, so that it can be said in another language: a sentence of the engine, or
// another reason.
const (
	SaidOf = ".said"
	WhyOf  = ".why"
)

// Beside reports whether a name is that of a value in another form.
func Beside(name string) bool {
	return strings.HasSuffix(name, SaidOf) || strings.HasSuffix(name, WhyOf)
}

// put sets a value: its English, and what it is made of where that is known.
func (r *Reason) put(name string, value any) {
	if r.Values == nil {
		r.Values = map[string]string{}
	}
	delete(r.Values, name+SaidOf)
	delete(r.Values, name+WhyOf)
	if err, is := value.(error); is {
		value = say.Of(err)
	}
	switch v := value.(type) {
	case say.Text:
		if !v.IsPlain() {
			r.Values[name+SaidOf] = v.Stored()
		}
	case Reason:
		if v.Code != Told && v.Code != Person {
			r.Values[name+WhyOf] = v.Stored()
		}
	}
	r.Values[name] = fmt.Sprint(value)
}

// With is the reason with a value more.
func (r Reason) With(name string, value any) Reason {
	r.Values = maps.Clone(r.Values)
	r.put(name, value)
	return r
}

// By is what a person gave as a reason; none when it is empty.
func By(text string) Reason { return words(Person, text, "") }

// Old is a text that an older version wrote, and the way out that it told; none when the text is empty.
func Old(text, way string) Reason { return words(Told, text, way) }

func words(code, text, way string) Reason {
	switch {
	case text == "":
		return Reason{}
	case way == "":
		return New(code, "text", text)
	}
	return New(code, "text", text, "way", way)
}

// None reports whether there is no reason.
func (r Reason) None() bool { return r.Code == "" }

// Text says in English what it is.
func (r Reason) Text() string { return Fill(catalogue[r.Code].is, r.Values) }

// Way says in English what to do about it; empty when nothing is to be done.
func (r Reason) Way() string { return Fill(catalogue[r.Code].out, r.Values) }

// String is the text.
func (r Reason) String() string { return r.Text() }

// Equal reports whether two reasons are the same.
func (r Reason) Equal(o Reason) bool { return r.Code == o.Code && maps.Equal(r.Values, o.Values) }

// MarshalJSON writes code, values and text: machines take the first two, and who only shows it takes the text.
func (r Reason) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Code   string            `json:"code"`
		Values map[string]string `json:"values,omitempty"`
		Text   string            `json:"text"`
	}{r.Code, r.Values, r.Text()})
}

// UnmarshalJSON reads what MarshalJSON writes; the text is said anew.
func (r *Reason) UnmarshalJSON(b []byte) error {
	var in struct {
		Code   string            `json:"code"`
		Values map[string]string `json:"values"`
	}
	err := json.Unmarshal(b, &in)
	r.Code, r.Values = in.Code, in.Values
	return err
}

// stored is how a journal keeps a reason: without the text, which stands beside it.
type stored struct {
	Code   string            `json:"code"`
	Values map[string]string `json:"values,omitempty"`
}

// Stored is the reason as a journal keeps it; empty when there is none.
func (r Reason) Stored() string {
	if r.None() {
		return ""
	}
	b, err := json.Marshal(stored(r))
	if err != nil {
		panic(err) // strings can be written
	}
	return string(b)
}

// FromStored reads what a journal keeps, with the texts that stand beside it: in rows of older versions there is
// nothing else.
func FromStored(kept, text, way string) (Reason, error) {
	if kept == "" {
		return Old(text, way), nil
	}
	var s stored
	if err := json.Unmarshal([]byte(kept), &s); err != nil {
		return Reason{}, fmt.Errorf("the code of a reason: %w", err)
	}
	if _, known := catalogue[s.Code]; !known { // a newer version wrote it
		return Old(text, way), nil
	}
	return Reason(s), nil
}

// text is what people read of a code: what it is, and the way out. {name} stands for a value, {name:document} for a
// number with its noun; {name:Beleg|Belege} where more than one has another form. What stands in ⟦…⟧ is left out when a value in it is empty.
type text struct{ is, out string }

// catalogue are the texts of every code.
var catalogue = gather(documents, files, alarms, concurAlarms, needs, standings)

func gather(lists ...map[string]text) map[string]text {
	all := map[string]text{}
	for _, list := range lists {
		for code, t := range list {
			if _, twice := all[code]; twice {
				panic("why: two texts for " + code)
			}
			all[code] = t
		}
	}
	return all
}

// Sentences are what stands in the catalogue under a code, in English, before values are put in; ok is false when there
// is no such code.
func Sentences(code string) (is, out string, ok bool) {
	t, ok := catalogue[code]
	return t.is, t.out, ok
}

// Codes lists the codes that have a text.
func Codes() []string { return slices.Sorted(maps.Keys(catalogue)) }

// Fill puts values into a text of the catalogue, in English or another language.
func Fill(text string, values map[string]string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "⟦")
		part, _ := put(before, values)
		out.WriteString(part)
		if !found {
			return out.String()
		}
		inner, after, _ := strings.Cut(rest, "⟧")
		if part, whole := put(inner, values); whole {
			out.WriteString(part)
		}
		text = after
	}
}

// put replaces the names in a text; whole is false when a value is missing or empty.
func put(text string, values map[string]string) (string, bool) {
	var out strings.Builder
	whole := true
	for {
		before, rest, found := strings.Cut(text, "{")
		out.WriteString(before)
		if !found {
			return out.String(), whole
		}
		name, after, _ := strings.Cut(rest, "}")
		name, noun, counted := strings.Cut(name, ":")
		value := values[name]
		whole = whole && value != ""
		if counted {
			one, many, own := strings.Cut(noun, "|")
			if !own {
				many = one + "s"
			}
			if value == "1" {
				many = one
			}
			value += " " + many
		}
		out.WriteString(value)
		text = after
	}
}
