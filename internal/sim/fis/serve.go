package fis

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Names of calls in the record and in faults.
const (
	callToken       = "token"
	callList        = "list"
	callAcknowledge = "acknowledge"
	callPosting     = "posting"
	callPayment     = "payment"
	callMark        = "mark"       // of invoices, in the service beside FIS
	callLook        = "look"       // at an invoice
	callImage       = "image"      // where an image lies
	callImageBytes  = "imagebytes" // the image itself
	callSubscribe   = "subscribe"  // to events, and what is asked of subscriptions
	callUnknown     = "unknown"
)

// exchange is one call while it is worked on.
type exchange struct {
	f      *Service
	w      http.ResponseWriter
	r      *http.Request
	call   Call
	faults []Fault
}

// begin starts a call: correlation id, announcements, and the faults that come before the work. It returns false when
// the call is over.
func (f *Service) begin(w http.ResponseWriter, r *http.Request, name string, ids []string) (*exchange, bool) {
	x := &exchange{f: f, w: w, r: r,
		call: Call{Call: name, DocType: fis.DocType(r.PathValue("docType")), Correlation: newDocID()}}
	x.call.Query = r.URL.RawQuery
	f.mu.Lock()
	x.faults = f.hits(name, ids)
	warn, sunset := f.behaviour.Warn, f.behaviour.Sunset
	if _, ok := findFault(x.faults, FaultExpire); ok {
		clear(f.tokens.access)
	}
	f.mu.Unlock()
	x.call.Fault = faultNames(x.faults)
	w.Header().Set("concur-correlationid", x.call.Correlation)
	if warn != "" {
		w.Header().Set("x-api-warn", warn)
	}
	if sunset != "" {
		w.Header().Set("sunset", sunset)
	}
	if slow, ok := findFault(x.faults, FaultSlow); ok {
		stallFor(r.Context(), slow.Delay)
	}
	if _, ok := findFault(x.faults, FaultCut); ok {
		x.note(0, false)
		panic(http.ErrAbortHandler)
	}
	if s, ok := findFault(x.faults, FaultStatus); ok {
		x.status(s)
		return x, false
	}
	return x, true
}

func (x *exchange) note(status int, answered bool) {
	x.f.mu.Lock()
	defer x.f.mu.Unlock()
	x.call.Status, x.call.Answered = status, answered
	x.f.note(x.call)
}

func (x *exchange) status(s Fault) {
	code := s.Status
	if code == 0 {
		code = http.StatusInternalServerError
	}
	if s.RetryAfter > 0 {
		x.w.Header().Set("Retry-After", strconv.Itoa(s.RetryAfter))
	}
	if s.Kind == FaultStatus {
		x.note(code, true)
	}
	writeJSON(x.w, code, map[string]any{"errorId": "simulated", "errorMessage": http.StatusText(code)})
}

// authorized checks the bearer token; it answers 401 when it is no good.
func (x *exchange) authorized() bool {
	token, ok := strings.CutPrefix(x.r.Header.Get("Authorization"), "Bearer ")
	x.f.mu.Lock()
	until, known := x.f.tokens.access[token]
	x.f.mu.Unlock()
	if ok && known && x.f.cfg.Now().Before(until) {
		return true
	}
	x.call.Refused = []string{"token is missing, unknown or expired"}
	x.note(http.StatusUnauthorized, true)
	x.w.Header().Set("WWW-Authenticate", "Bearer")
	writeJSON(x.w, http.StatusUnauthorized,
		map[string]any{"code": "401", "message": "token is missing, unknown or expired"})
	return false
}

// answer sends the answer of work that is done and noted, or loses it on request.
func (x *exchange) answer(status int, body []byte) { x.answerAs("application/json", status, body) }

// answerAs sends an answer of any kind.
func (x *exchange) answerAs(kind string, status int, body []byte) {
	if t, ok := findFault(x.faults, FaultTimeout); ok {
		stallFor(x.r.Context(), t.Delay)
		panic(http.ErrAbortHandler)
	}
	if _, ok := findFault(x.faults, FaultLost); ok {
		panic(http.ErrAbortHandler)
	}
	if s, ok := findFault(x.faults, FaultAfter); ok {
		x.status(s)
		return
	}
	if _, ok := findFault(x.faults, FaultGarbage); ok {
		x.w.Header().Set("Content-Type", "text/html")
		_, _ = x.w.Write([]byte("<html><body>Please log in to the proxy</body></html>"))
		return
	}
	x.w.Header().Set("Content-Type", kind)
	if _, ok := findFault(x.faults, FaultHalf); ok {
		x.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = x.w.Write(body[:len(body)/2])
		panic(http.ErrAbortHandler)
	}
	x.w.WriteHeader(status)
	_, _ = bytes.NewReader(body).WriteTo(x.w)
}

// answered reports whether the client will get the answer.
func (x *exchange) answered() bool {
	for _, kind := range []string{FaultTimeout, FaultLost, FaultAfter, FaultGarbage, FaultHalf} {
		if _, ok := findFault(x.faults, kind); ok {
			return false
		}
	}
	return true
}
