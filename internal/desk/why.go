package desk

import (
	"encoding/json"

	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Why is what something is and why an act on it is refused: a code with values, so that it can be grouped, filtered and
// said in another language, and the acts that are possible instead.
type Why struct {
	Code   string            `json:"code"`
	Values map[string]string `json:"values,omitempty"`
	// Acts are hold, release, release-replace, release-add, reject, retry, reissue, mark, mark-settled.
	Acts []string `json:"acts,omitempty"`
}

// Reason is what it is as a reason, to be said in a language.
func (w Why) Reason() why.Reason { return why.Reason{Code: w.Code, Values: w.Values} }

// Words say it in English: what it is, and the way out.
func (w Why) Words() (is, out string) {
	r := w.Reason()
	return r.Text(), r.Way()
}

// MarshalJSON writes code, values and acts, and what Words say.
func (w Why) MarshalJSON() ([]byte, error) {
	type plain Why
	is, out := w.Words()
	return json.Marshal(struct {
		plain
		Text string `json:"text"`
		Way  string `json:"way,omitempty"`
	}{plain(w), is, out})
}

// refuses is the refusal of an act, for this reason.
func (w Why) refuses(what string) error {
	is, out := w.Words()
	return &Error{Code: ExitFailed, Err: say.Errorf("%s: %s", what, is), Hint: say.Text(out), Why: &w}
}
