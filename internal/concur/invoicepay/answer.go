package invoicepay

import (
	"encoding/json"
	"strings"

	"github.com/fisbridge/fisbridge/internal/concur"
)

// answered is what the service says about one mark.
type answered struct {
	requestID, problem string
	taken              bool
}

// readAnswer reads the answer of a call, which has the same body whether all, some or none of the marks were taken. It
// is false when the body is no such answer: then nothing is known of the marks.
func readAnswer(body []byte) ([]answered, bool) {
	var a struct {
		SuccessfulPayments, FailedPayments *[]map[string]json.RawMessage
	}
	if json.Unmarshal(body, &a) != nil || a.SuccessfulPayments == nil && a.FailedPayments == nil {
		return nil, false
	}
	var out []answered
	take := func(list *[]map[string]json.RawMessage, taken bool) {
		if list == nil {
			return
		}
		for _, one := range *list {
			out = append(out, answered{requestID: concur.Text(one["requestId"]), taken: taken,
				problem: concur.Scrubbed(concur.Text(one["errorMessage"]))})
		}
	}
	take(a.SuccessfulPayments, true)
	take(a.FailedPayments, false)
	return out, true
}

// match puts what the service said where it belongs, by the id of the invoice. A mark of which it says nothing, or two
// different things, stays Unknown.
func match(op, correlation string, asked []Mark, answers []concur.Answer, got []answered) error {
	at := map[string]int{}
	for i := range asked {
		answers[i].Consequence, answers[i].Correlation = concur.Unknown, correlation
		at[strings.ToUpper(asked[i].RequestID)] = i
	}
	odd := &concur.AnswerError{Op: op, Correlation: correlation}
	done := map[int]bool{}
	for _, g := range got {
		i, ok := at[strings.ToUpper(g.requestID)]
		if !ok {
			odd.Extra = append(odd.Extra, g.requestID)
			continue
		}
		was := answers[i].Consequence
		answers[i].Message, answers[i].Consequence = g.problem, meaning(g)
		if done[i] && was != answers[i].Consequence {
			odd.Contradicted = append(odd.Contradicted, g.requestID)
			answers[i].Consequence = concur.Unknown
		}
		done[i] = true
	}
	if len(odd.Extra)+len(odd.Contradicted) == 0 {
		return nil
	}
	return odd
}

// meaning is what an item's words mean. The service has no codes, and only two of its sentences are documented.
func meaning(g answered) concur.Consequence {
	switch said := strings.ToLower(g.problem); {
	case g.taken:
		return concur.Done
	case strings.Contains(said, "payment status of extracted"):
		return concur.NotExtracted
	case strings.Contains(said, "no request found"):
		return concur.Missing
	}
	return concur.Never
}
