package events

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Topic is the one of which the receiver understands events, Suffix how their types end.
const (
	Topic  = "public.concur.financialintegration"
	Suffix = ".readyForIntegration"
)

// Event is what an event says. None of it is believed: it is a reason to look.
type Event struct {
	ID          string
	DocType     fis.DocType
	Ref         string // the report, request or cash-advance id; no docId
	Ready       time.Time
	Correlation string
	// Company is the id of the company that the event is of.
	Company string
}

// otherError says that a body is an event, but none of those that are listened to.
type otherError struct{ what string }

func (e *otherError) Error() string { return e.what }

// word is what ids are made of; anything else is no id.
var word = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,80}$`)

// parse reads the body of an event. Objects in which more stands than is known are taken; what is needed must be there.
func parse(body []byte) (Event, error) {
	var b struct {
		ID            string `json:"id"`
		CorrelationID string `json:"correlationId"`
		EventType     string `json:"eventType"`
		Topic         string `json:"topic"`
		TimeStamp     string `json:"timeStamp"`
		Facts         struct {
			CompanyID  string `json:"companyId"`
			DocumentID string `json:"documentId"`
		} `json:"facts"`
	}
	if err := json.Unmarshal(body, &b); err != nil {
		return Event{}, errors.New("the body is no event: not JSON, or of another form")
	}
	if b.Topic == "" && b.EventType == "" {
		return Event{}, errors.New("the body is no event: it has neither topic nor eventType")
	}
	kind, ready := strings.CutSuffix(b.EventType, Suffix)
	t := fis.DocType(strings.ToLower(kind))
	if b.Topic != Topic || !ready || !t.Valid() {
		return Event{}, &otherError{fmt.Sprintf("an event of another kind: topic %.80q, type %.80q", b.Topic, b.EventType)}
	}
	if !word.MatchString(b.Facts.DocumentID) {
		return Event{}, errors.New("the event does not name a document: facts.documentId is missing, or no id")
	}
	e := Event{ID: b.ID, DocType: t, Ref: b.Facts.DocumentID, Ready: timeOf(b.TimeStamp), Company: b.Facts.CompanyID}
	if word.MatchString(b.CorrelationID) {
		e.Correlation = b.CorrelationID
	}
	if !word.MatchString(e.ID) { // then it is what it says
		sum := sha256.Sum256([]byte(string(t) + "\x00" + e.Ref + "\x00" + b.TimeStamp))
		e.ID = "sha256:" + hex.EncodeToString(sum[:16])
	}
	return e, nil
}

// timeOf reads the forms of time that the reference shows; anything else is no time.
func timeOf(text string) time.Time {
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999-0700"} {
		if at, err := time.Parse(form, text); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}
