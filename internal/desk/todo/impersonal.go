package todo

import (
	"maps"
	"regexp"
	"slices"

	"github.com/fisbridge/fisbridge/internal/desk"
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
	d.Why.Values = maps.Clone(d.Why.Values)
	for name, v := range d.Why.Values {
		d.Why.Values[name] = WithoutValues(v)
	}
	d.Reason = d.Why.Text()
	return d
}

// WithoutValues is a sentence of the engine without the values of documents that it quotes.
func WithoutValues(s string) string { return quoted.ReplaceAllString(s, `"…"`) }
