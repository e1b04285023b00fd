package desk

import (
	"fmt"
	"strings"
)

// Why is what something is and why an act on it is refused: a code with values, so that it can be grouped, filtered and said in another
// language, and the acts that are possible instead.
type Why struct {
	Code   string            `json:"code"`
	Values map[string]string `json:"values,omitempty"`
	// Acts are hold, release, release-replace, release-add, reject, retry, reissue, mark, mark-settled.
	Acts []string `json:"acts,omitempty"`
}

// Words say it in English: what it is, and the way out.
func (w Why) Words() (is, out string) {
	s, known := english[w.Code]
	if !known {
		s = english["other"]
	}
	return w.fill(s.is), w.fill(s.out)
}

// fill puts the values in the place of their names; a name without a value is nothing.
func (w Why) fill(text string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		out.WriteString(w.Values[name])
		text = after
	}
}

// refuses is the refusal of an act, for this reason.
func (w Why) refuses(what string) error {
	is, out := w.Words()
	return &Error{Code: ExitFailed, Err: fmt.Errorf("%s: %s", what, is), Hint: out, Why: &w}
}

// sentences say a code: what it is, and the way out.
type sentences struct{ is, out string }

const (
	again    = "fisbridge retry document {doc} --reason …   or, when it is settled in Concur,   fisbridge mark document {doc} settled --reason …"
	correct  = "when that is wrong: fisbridge mark document {doc} posted --number N --reason …  (or rejected), before the next run tells Concur"
	findsOut = "fisbridge run finds out"
	holdIt   = "fisbridge hold {doc} --reason …   or   fisbridge reject {doc} --reason …"
)

// english are the sentences of every code; {name} stands for a value.
var english = map[string]sentences{
	"left":              {"it was left in Concur ({reason})", "it is not ours; when a route takes it, the next fisbridge run fetches it"},
	"stored":            {"whether Concur has locked it for us is not known yet", findsOut},
	"recalled":          {"it was recalled in Concur", "nothing is to be done: it returns under a new docId when it is approved again"},
	"foreign":           {"it is not ours: {reason}", "find out which system posts this company's documents; every installation needs a system_id of its own"},
	"gone":              {"Concur does not know it any more", "nothing is to be done: its report comes back under a new docId when it is approved again"},
	"waits-for-another": {"it {reason}", holdIt},
	"waits-for-file":    {"it waits for the next import file", holdIt},
	"held":              {"it is held: {reason}", "fisbridge release {doc} --reason …   or   fisbridge reject {doc} --reason …"},
	"held-in-file":      {"it is held, and its import file {file} was not withdrawn", "fisbridge reissue {file} --reason …   (with --without {doc} to reject it)"},
	"held-revision": {"it is held: {reason}",
		"fisbridge release {doc} --as replace --reason …   (what changed)   or   --as add   (as it is)   or   fisbridge reject {doc} --reason …"},
	"filed-nowhere":   {"it is filed, but no import file holds it", "fisbridge report shows what does not tie out"},
	"file-on-its-way": {"it is in import file {file}, which is on its way to the ERP ({file_state})", "fisbridge run delivers the file; then say what the ERP did with the document"},
	"file-with-erp": {"it is in import file {file}, which the ERP has ({file_state})",
		"wait for the ERP's answer; where people know it: fisbridge mark document {doc} posted --number N --reason …  (or rejected); when the ERP took nothing of the file: fisbridge reissue {file} --without {doc} --reason …"},
	"posted-unconfirmed":   {"the ERP has posted it{as}", ""},
	"posted-stuck":         {"the ERP has posted it{as}, and telling Concur is stuck", again},
	"posted-payment-stuck": {"the ERP has posted it{as}, and a payment of it is stuck", again},
	"posted-perhaps-told":  {"the ERP has posted it{as}, and Concur may have been told: the answer is not known", findsOut},
	"posted-to-be-told":    {"the ERP has posted it{as}, and Concur is to be told", correct},
	"posted-known": {"the ERP has posted it{as}, and Concur knows it",
		"when that is wrong: reverse it in the ERP, and ask a processor to recall the report in Concur; it returns under a new docId"},
	"rejected-unconfirmed":   {"it is rejected", ""},
	"rejected-stuck":         {"it is rejected, and telling Concur is stuck", again},
	"rejected-payment-stuck": {"it is rejected, and a payment of it is stuck", again},
	"rejected-perhaps-told":  {"it is rejected, and Concur may have been told: the answer is not known", findsOut},
	"rejected-to-be-told":    {"it is rejected, and Concur is to be told", correct},
	"rejected-known":         {"it is rejected, and Concur knows it", "the report is corrected in Concur, and returns under a new docId when it is approved again"},

	"file-travels":   {"it is on its way to the ERP ({state})", "fisbridge run delivers it"},
	"file-dropped":   {"it was dropped, and nothing is in doubt about that", "when the ERP took nothing of it: fisbridge reissue {file} --reason …"},
	"file-answered":  {"the ERP has answered it ({state})", "what was posted is reversed in the ERP, document by document; fisbridge show file {file}"},
	"file-refused":   {"the ERP refused it", "fisbridge reissue {file} --reason …"},
	"file-withdrawn": {"it was withdrawn before: {reason}", "fisbridge show file {file} tells where its documents are"},

	"moved": {"it has moved since it was seen: {is}", ""},
	"other": {"it is {state}", ""},
}
