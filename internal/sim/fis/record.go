package fis

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Call is one call as the service saw it, whether its answer arrived or not.
type Call struct {
	Number int       `json:"number"`
	Time   time.Time `json:"time"`
	// Call is token, list, acknowledge, posting, payment, mark (of invoices) or look (at one); unknown where there is
	// no such call.
	Call     string      `json:"call"`
	DocType  fis.DocType `json:"docType,omitempty"`
	Query    string      `json:"query,omitempty"`
	SystemID string      `json:"systemId,omitempty"`
	// Grant is the grant type of a token call.
	Grant  string `json:"grant,omitempty"`
	Status int    `json:"status"`
	// Fault names what went wrong on request; Answered is false when the answer was thrown away.
	Fault       string `json:"fault,omitempty"`
	Answered    bool   `json:"answered"`
	Items       []Item `json:"items,omitempty"`
	Correlation string `json:"correlation"`
	// Refused says what the reference does not allow in the call, or why it was turned away.
	Refused []string `json:"refused,omitempty"`
}

// Item is one document of a call.
type Item struct {
	DocID      string `json:"docId"`
	PaymentRef string `json:"paymentRef,omitempty"`
	Code       int    `json:"code"`
	Result     string `json:"result,omitempty"`
	// Effect is true when the item changed the document.
	Effect bool `json:"effect"`
	// Message is why a mark of an invoice was refused: the service has no codes.
	Message string `json:"message,omitempty"`
	// Content is the confirmation as it was received.
	Content json.RawMessage `json:"content,omitempty"`
}

// Refusal is a call that the vendor's reference does not allow, or one that the service would take and show wrong
// (Odd).
type Refusal struct {
	Time   time.Time `json:"time"`
	Call   string    `json:"call"`
	Reason string    `json:"reason"`
	Odd    bool      `json:"odd,omitempty"`
}

// Record returns all calls so far, in the order in which they were worked on.
func (f *Service) Record() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Call(nil), f.record...)
}

// Refusals returns what was refused so far, and what should have been.
func (f *Service) Refusals() []Refusal {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Refusal(nil), f.refusals...)
}

// note adds a call to the record. The lock is held.
func (f *Service) note(c Call) {
	c.Number = len(f.record) + 1
	if c.Time.IsZero() {
		c.Time = f.cfg.Now().UTC()
	}
	f.record = append(f.record, c)
	if f.cfg.Told != nil {
		f.cfg.Told(c)
	}
	f.cfg.Log.Info("call", "call", c.Call, "type", c.DocType, "status", c.Status, "items", len(c.Items), "fault",
		c.Fault, "correlation", c.Correlation)
}

// refuse answers 400 and keeps the reason.
func (f *Service) refuse(w http.ResponseWriter, c Call, reasons ...string) {
	f.mu.Lock()
	for _, reason := range reasons {
		f.refusals = append(f.refusals, Refusal{Time: f.cfg.Now().UTC(), Call: c.Call, Reason: reason})
		f.cfg.Log.Warn("refused", "call", c.Call, "reason", reason)
	}
	c.Status, c.Answered, c.Refused = http.StatusBadRequest, true, reasons
	f.note(c)
	f.mu.Unlock()
	message := "Invalid request"
	for _, reason := range reasons {
		message += "; " + reason
	}
	writeJSON(w, http.StatusBadRequest,
		map[string]any{"errorId": "invalidRequest", "errorMessage": message, "httpStatus": "400 Bad Request"})
}

// serveUnknown answers calls that the service does not have: they are refused and shown like others that its reference
// does not allow.
func (f *Service) serveUnknown(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/sim/") || r.URL.Path == "/sim" {
		writeJSON(w, http.StatusNotFound,
			map[string]any{"error": "no such call of the simulator: " + r.Method + " " + r.URL.Path})
		return
	}
	reason := "there is no " + r.Method + " " + r.URL.Path
	c := Call{Call: callUnknown, Query: r.URL.RawQuery, Correlation: newDocID(), Status: http.StatusNotFound,
		Answered: true, Refused: []string{reason}}
	f.mu.Lock()
	f.refusals = append(f.refusals, Refusal{Time: f.cfg.Now().UTC(), Call: c.Call, Reason: reason})
	f.note(c)
	f.mu.Unlock()
	w.Header().Set("concur-correlationid", c.Correlation)
	writeJSON(w, http.StatusNotFound,
		map[string]any{"errorId": "notFound", "errorMessage": reason, "httpStatus": "404 Not Found"})
}

func (f *Service) odd(call, reason string) {
	f.refusals = append(f.refusals, Refusal{Time: f.cfg.Now().UTC(), Call: call, Reason: reason, Odd: true})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"errorMessage":"the simulator cannot write its answer"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
