package concur

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// CallError is a call that failed as a whole: nothing in it says anything about a single document.
type CallError struct {
	// Op is what was being done: "list expense documents", "acknowledge 25 expense documents".
	Op string
	// Status is the HTTP status, 0 when there was none.
	Status int
	// Code and Message are what the service said, if anything.
	Code, Message string
	// Correlation is concur-correlationid, empty when no answer came.
	Correlation string
	// RetryAfter is how long to wait before the call may be repeated; 0 when repeating will not help.
	RetryAfter time.Duration
	// Sent is true when the service may have done the work: the answer was lost, or it failed while answering. False
	// means that nothing was changed.
	Sent bool
	// Hint is the way out, where there is one.
	Hint string
	// Err is the cause below, nil when the service answered.
	Err error
}

// Error names what was being done, what came back, and the correlation id for the vendor's support.
func (e *CallError) Error() string {
	text := e.Op + e.Cause()
	if e.Correlation != "" {
		text += " (correlation id " + e.Correlation + ")"
	}
	return text
}

// Cause is what came back, without what was being done: the same for two calls that failed for the same reason.
func (e *CallError) Cause() string {
	var b strings.Builder
	if e.Status != 0 {
		fmt.Fprintf(&b, ": status %d", e.Status)
	}
	if e.Code != "" {
		b.WriteString(", code " + e.Code)
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap is the cause below.
func (e *CallError) Unwrap() error { return e.Err }

// Temporary reports whether the same call may work later.
func (e *CallError) Temporary() bool { return e.RetryAfter > 0 }

// unreachableHint is what to do about a service that gives no answer at all.
func unreachableHint(cause error) string {
	var dns *net.DNSError
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	switch {
	case errors.As(cause, &dns):
		return "this machine cannot find the host: check concur.base_url and the name server"
	case errors.As(cause, &unknown), errors.As(cause, &name):
		return "the certificate is not the service's: is there a proxy that opens connections? SSL_CERT_FILE names the certificates to trust"
	case errors.Is(cause, ErrTimeout):
		return "Concur is slow or away, or a firewall swallows the call: try again later"
	}
	return "is Concur reachable from this machine? check concur.base_url, firewall and proxy (HTTPS_PROXY)"
}

// ErrTimeout says that an answer did not come in time.
var ErrTimeout = errors.New("no answer in time")

// AnswerError says that an answer of the service does not fit what was asked: ids that nobody sent, or two different
// results for one id. The answers that do fit are returned beside it.
type AnswerError struct {
	Op string
	// Extra are ids in the answer that were not in the request; Contradicted are ids with two different results.
	Extra, Contradicted []string
	Correlation         string
}

// Error lists the ids.
func (e *AnswerError) Error() string {
	var parts []string
	if len(e.Extra) > 0 {
		parts = append(parts, "the answer names documents that were not asked about: "+strings.Join(clipList(e.Extra), ", "))
	}
	if len(e.Contradicted) > 0 {
		parts = append(parts, "the answer says two different things about: "+strings.Join(clipList(e.Contradicted), ", "))
	}
	return fmt.Sprintf("%s: %s (correlation id %s)", e.Op, strings.Join(parts, "; "), e.Correlation)
}

// StillReadyError says that the service listed documents as ready although it had accepted their acknowledgement.
type StillReadyError struct {
	DocType string
	IDs     []string
}

// Error names the documents.
func (e *StillReadyError) Error() string {
	return fmt.Sprintf("list %s documents: acknowledged documents are still listed as ready: %s", e.DocType, strings.Join(clipList(e.IDs), ", "))
}

// FormatError says that an answer could not be read.
type FormatError struct {
	What string
	Err  error
}

// Error says what could not be read.
func (e *FormatError) Error() string { return "the answer cannot be read: " + e.What + detail(e.Err) }

// Unwrap is the cause below.
func (e *FormatError) Unwrap() error { return e.Err }

func detail(err error) string {
	if err == nil {
		return ""
	}
	return ": " + err.Error()
}

// clipList keeps a list in a message short, and its foreign texts harmless.
func clipList(ids []string) []string {
	const most = 10
	var out []string
	for i, id := range ids {
		if i == most {
			return append(out, fmt.Sprintf("and %d more", len(ids)-most))
		}
		out = append(out, clipID(id))
	}
	return out
}

// clipID makes an id of the service safe to print.
func clipID(id string) string {
	if r := []rune(id); len(r) > 40 {
		id = string(r[:40]) + "…"
	}
	return scrub(id)
}

// OnlyOdd: the call worked, but its answer says more than was asked, or contradicts itself. That is told, and the work
// goes on.
func OnlyOdd(err error) bool {
	var odd *AnswerError
	var call *CallError
	return errors.As(err, &odd) && !errors.As(err, &call)
}

// asCall is the failed call in an error.
func asCall(err error) (*CallError, bool) {
	var ce *CallError
	return ce, errors.As(err, &ce)
}
