package concur

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Request is a call of a neighbour of FIS: marking invoices paid, images of receipts, and later lists, vendors and
// exceptions. All make their calls by Client.Do; who is more than a call or two has a room beside this package.
type Request struct {
	// Op is what is being done, for messages: "mark 3 invoices".
	Op     string
	Method string
	// Path are the parts of the address below the base address; ids in it hold letters and digits only.
	Path  []string
	Query url.Values
	// Body is sent as JSON; nil: the call has none.
	Body any
	// Takes are the statuses beside 200 whose answers say what was done; all others are failures of the call.
	Takes []int
	// Accept is the form of the answer; empty: JSON.
	Accept string
	// Once has the call made once: it is not repeated, and neither waits nor spends the waiting time of the run.
	Once bool
	// Application has the call made with a token of the application instead of the company's, which is got for it and
	// not kept.
	Application bool
	// Scope is what the application needs for the call; it is told when the service forbids it.
	Scope string
}

// Response is an answer that the call takes, read to its end.
type Response struct {
	Status      int
	Correlation string
	Body        []byte

	refusal *CallError
}

// Refusal is the answer as the failure of the call: for a status that may be either, once the body shows that it is.
func (r Response) Refusal() error { return r.refusal }

// Do makes a call of a neighbour with all that the calls of FIS have: the token and its location, the limits, the
// waiting, and the correlation id in each error. Reads are repeated after anything that may pass; what changes
// something is repeated only when the service certainly did nothing. When an answer is lost the error is a *CallError
// with Sent set.
func (c *Client) Do(ctx context.Context, r Request) (Response, error) {
	var out Response
	k := call{op: r.Op, query: r.Query, neighbour: &r}
	if r.Body != nil {
		var err error
		if k.body, err = json.Marshal(r.Body); err != nil {
			return out, fmt.Errorf("%s: %w", r.Op, err)
		}
	}
	k.read = func(in *answerBody) error {
		body, err := io.ReadAll(io.LimitReader(in, smallAnswer+1))
		if err != nil {
			return err
		}
		if len(body) > smallAnswer {
			return &FormatError{What: "the answer is larger than 16 MiB"}
		}
		out = Response{Status: in.status, Correlation: in.correlation, Body: body,
			refusal: &CallError{Op: r.Op, Status: in.status, Correlation: in.correlation, Hint: statusHint(in.status)}}
		c.said(out.refusal, body, in.token)
		return nil
	}
	call := c.do
	if r.Once {
		call = c.authorized
	}
	if r.Application {
		call = c.asApplication
	}
	if err := call(ctx, k); err != nil {
		return Response{}, err
	}
	return out, nil
}

// Text is a JSON string, number or flag as text: services disagree with their own references about which it is. Null,
// what is missing, objects and arrays are empty.
func Text(raw json.RawMessage) string { return text(raw) }

// Scrubbed makes a text of a service fit for the journal and for screens: no control characters, and no longer than a
// message can be.
func Scrubbed(s string) string { return scrub(s) }

// Unreadable reports whether a call failed because the service would not read its body: the body is at fault, or one
// item in it.
func Unreadable(err error) bool {
	ce, ok := asCall(err)
	return ok && unreadable(ce.Status)
}

// Forbidden reports whether the service does not let us make the call, or does not have it: a matter of scopes and
// configuration, which no repeat changes.
func Forbidden(err error) bool {
	ce, ok := asCall(err)
	return ok && slices.Contains([]int{http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed}, ce.Status)
}

// Lost reports whether the service may have done the work of a call whose answer is not known.
func Lost(err error) bool {
	ce, ok := asCall(err)
	return ok && ce.Sent
}

// Said is what the service said about a call that failed.
func Said(err error) string {
	ce, ok := asCall(err)
	if !ok {
		return ""
	}
	return strings.TrimPrefix(ce.Cause(), ": ")
}
