package fis

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Events: the service beside FIS that tells a webhook which documents are ready. It tells at least once, in no order,
// and repeats what is answered by 5xx, 401, 403 or 429, or not at all.

// Telling is how documents are told of.
type Telling struct {
	// Endpoint is the webhook, on this machine; empty: that of the subscription.
	Endpoint string `json:"endpoint"`
	// DocIDs are the documents; none: all that are ready.
	DocIDs []string `json:"docIds"`
	// Never are documents that are not told of.
	Never []string `json:"never"`
	// Late is how long is waited before, Twice tells each document twice, Disorder the last one first.
	Late     Delay `json:"late"`
	Twice    bool  `json:"twice"`
	Disorder bool  `json:"disorder"`
	// Headers are what a proxy in front of the webhook would add.
	Headers map[string]string `json:"headers"`
	// More are fields that the body has in place of its own, such as another topic.
	More map[string]any `json:"more"`
	// Strangers are ids of reports that there are not.
	Strangers []string `json:"strangers"`
}

// Delay is a length of time, written as 2s.
type Delay time.Duration

// UnmarshalText reads 2s.
func (d *Delay) UnmarshalText(b []byte) error {
	t, err := time.ParseDuration(string(b))
	*d = Delay(t)
	return err
}

// Told is an event that was sent, and how often until it was taken.
type Told struct {
	EventID string `json:"eventId"`
	DocID   string `json:"docId,omitempty"`
	// Statuses are the answers, 0 for none.
	Statuses []int `json:"statuses"`
}

// most tries of one event; the real service goes on for three days.
const eventTries = 5

// Tell sends the events and waits until each was taken, refused, or tried often enough.
func (f *Service) Tell(ctx context.Context, t Telling) ([]Told, error) {
	if t.Endpoint == "" { // that of the only subscription
		for _, endpoint := range f.Subscriptions() {
			t.Endpoint = endpoint
		}
	}
	u, err := url.Parse(t.Endpoint)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("endpoint %q is no address", t.Endpoint)
	}
	if ip := net.ParseIP(u.Hostname()); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("endpoint %q is not on this machine", t.Endpoint)
	}
	list, err := f.eventsOf(t)
	if err != nil {
		return nil, err
	}
	stallFor(ctx, max(time.Duration(t.Late), time.Nanosecond))
	out := make([]Told, 0, len(list))
	for _, e := range list {
		told := Told{EventID: e.id, DocID: e.doc}
		for range eventTries {
			status := post(ctx, t, e.body)
			told.Statuses = append(told.Statuses, status)
			if !repeated(status) || ctx.Err() != nil {
				break
			}
			stallFor(ctx, 20*time.Millisecond)
		}
		out = append(out, told)
	}
	return out, ctx.Err()
}

// repeated are the answers after which the service tries again.
func repeated(status int) bool {
	return status == 0 || status >= 500 || slices.Contains([]int{401, 403, 429}, status)
}

func post(ctx context.Context, t Telling, body []byte) int {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, t.Endpoint, bytes.NewReader(body))
	if err != nil {
		return 0
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Concur-Signature", "simulated") // its algorithm is not described
	for name, value := range t.Headers {
		q.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		return 0
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

type sentEvent struct {
	id, doc string
	body    []byte
}

// eventsOf are the events in the order in which they are sent.
func (f *Service) eventsOf(t Telling) ([]sentEvent, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []sentEvent
	for _, d := range f.order {
		wanted := slices.Contains(t.DocIDs, d.ID) || len(t.DocIDs) == 0 && d.Status == fis.StatusReady && len(t.Strangers) == 0
		if !wanted || slices.Contains(t.Never, d.ID) {
			continue
		}
		ref := d.ID
		if at := slices.IndexFunc(d.refs, func(s string) bool { return s != "" }); at >= 0 {
			ref = d.refs[at]
		}
		e, err := f.event(d.ID, d.DocType, ref, t.More)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	for _, ref := range t.Strangers {
		e, err := f.event("", fis.Expense, ref, t.More)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	if len(out) == 0 {
		return nil, errors.New("no such documents, or none that is ready")
	}
	if t.Twice {
		out = append(out, out...)
	}
	if t.Disorder {
		slices.Reverse(out)
	}
	return out, nil
}

// event is the body as the reference shows it; its id is always the same for a document.
func (f *Service) event(doc string, t fis.DocType, ref string, more map[string]any) (sentEvent, error) {
	kind := string(t)
	for _, name := range []string{"requestObligation", "reportObligation"} {
		if strings.EqualFold(name, kind) {
			kind = name
		}
	}
	id := "event-" + ref
	if doc != "" {
		id = "event-" + doc
	}
	body := map[string]any{
		"id": id, "correlationId": newDocID(), "eventType": kind + ".readyForIntegration",
		"topic": "public.concur.financialintegration", "subtopic": f.cfg.EntityID,
		"timeStamp": f.cfg.Now().UTC().Format("2006-01-02T15:04:05.000Z"), "route": "", "data": nil,
		"facts": map[string]any{"companyId": f.cfg.CompanyUUID, "documentId": ref, "entityId": f.cfg.EntityID,
			"href": "https://us2.api.concursolutions.com/financialintegration/fi/v4/companies/transactiontypes/" + string(t) +
				"/transactions?docId=" + url.QueryEscape(ref)},
	}
	maps.Copy(body, more)
	text, err := json.Marshal(body)
	return sentEvent{id: id, doc: doc, body: text}, err
}

func (f *Service) adminEvents(r *http.Request) (any, error) {
	var t Telling
	if err := strictly(r, &t); err != nil {
		return nil, err
	}
	told, err := f.Tell(r.Context(), t)
	return map[string]any{"told": told}, err
}
