package todo

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/why"
)

// written are the reasons that are what somebody wrote, in the ERP or here, and those of which it is not known.
var written = []string{"", "told", "person", "erp-said", "held-file-refused", "fetched-again", "restored"}

// quoted is a value of a document in a sentence of the engine: an account, a cost centre, or somebody's number.
var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// Impersonal is a document for who may not see persons: it tells what kind of reason holds it, without values, and
// instead of what people wrote another text.
func Impersonal(d desk.Doc, instead string) desk.Doc {
	if d.Reason == "" {
		return d
	}
	if slices.Contains(written, d.Why.Code) {
		d.Reason = instead
		d.Why.Code, d.Why.Values = "told", map[string]string{"text": d.Reason}
		return d
	}
	d.Why = Masked(d.Why)
	d.Reason = d.Why.Text()
	return d
}

// Masked is a reason of the engine without the values of documents that its sentences quote.
func Masked(r why.Reason) why.Reason {
	r.Values = maps.Clone(r.Values)
	for name, v := range r.Values {
		switch t, said := say.FromStored(v); {
		case strings.HasSuffix(name, why.WhyOf) || name == "key":
			delete(r.Values, name)
		case strings.HasSuffix(name, why.SaidOf) && said:
			r.Values[name] = t.Masked(WithoutValues).Stored()
		default:
			r.Values[name] = WithoutValues(v)
		}
	}
	return r
}

// WithoutValues is a sentence of the engine without the values of documents that it quotes.
func WithoutValues(s string) string { return quoted.ReplaceAllString(s, `"…"`) }
