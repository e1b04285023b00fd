package fis

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// The Event Subscription Service v4. A subscription is the application's: its calls take a token of the application
// (client_credentials) and no other.

// Subscription is one webhook.
type Subscription struct {
	ID            string `json:"id"`
	Filter        string `json:"filter"`
	Topic         string `json:"topic"`
	WebHookConfig struct {
		Endpoint string `json:"endpoint"`
	} `json:"webHookConfig"`
}

// mostSubscriptions is how many an application may have.
const mostSubscriptions = 5

func (f *Service) subscriptionRoutes() {
	f.subscriptions = map[string]Subscription{}
	f.mux.HandleFunc("PUT /events/v4/subscriptions/webhook", f.serveSubscribe)
	f.mux.HandleFunc("GET /events/v4/subscriptions/{id}", f.serveSubscription)
	f.mux.HandleFunc("DELETE /events/v4/subscriptions/{id}", f.serveSubscription)
}

// Subscriptions gives the endpoints by the ids of their subscriptions.
func (f *Service) Subscriptions() map[string]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := map[string]string{}
	for id, s := range f.subscriptions {
		out[id] = s.WebHookConfig.Endpoint
	}
	return out
}

// application checks that the token is the application's.
func (x *exchange) application() bool {
	if !x.authorized() {
		return false
	}
	x.f.mu.Lock()
	is := x.f.tokens.application[strings.TrimPrefix(x.r.Header.Get("Authorization"), "Bearer ")]
	x.f.mu.Unlock()
	if !is {
		x.call.Refused = []string{"the token is a company's: subscriptions take one of the application (client_credentials)"}
		x.note(http.StatusForbidden, true)
		writeJSON(x.w, http.StatusForbidden, map[string]any{"message": x.call.Refused[0]})
	}
	return is
}

func (f *Service) serveSubscribe(w http.ResponseWriter, r *http.Request) {
	x, ok := f.begin(w, r, callSubscribe, nil)
	if !ok || !x.application() {
		return
	}
	s, err := readSubscription(r.Body)
	if err != nil {
		f.refuse(w, x.call, err.Error())
		return
	}
	f.mu.Lock()
	_, known := f.subscriptions[s.ID]
	full := !known && len(f.subscriptions) >= mostSubscriptions
	if !full {
		f.subscriptions[s.ID] = s
	}
	f.mu.Unlock()
	if full {
		f.refuse(w, x.call, "the application has five subscriptions, and can have no more")
		return
	}
	x.note(http.StatusOK, x.answered())
	body, _ := json.Marshal(s)
	x.answer(http.StatusOK, body)
}

func readSubscription(body io.Reader) (s Subscription, err error) {
	d := json.NewDecoder(io.LimitReader(body, 64<<10))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, fmt.Errorf("the body is no subscription: %w", err)
	}
	u, err := url.Parse(s.WebHookConfig.Endpoint)
	switch {
	case s.ID == "":
		return s, fmt.Errorf("id is missing")
	case s.Topic != "public.concur.financialintegration":
		return s, fmt.Errorf("there is no topic %q", s.Topic)
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Hostname() != "127.0.0.1":
		return s, fmt.Errorf("endpoint %q is no https address", s.WebHookConfig.Endpoint)
	}
	if _, err := regexp.Compile(s.Filter); err != nil || s.Filter == "" {
		return s, fmt.Errorf("filter %q is no regular expression", s.Filter)
	}
	return s, nil
}

func (f *Service) serveSubscription(w http.ResponseWriter, r *http.Request) {
	x, ok := f.begin(w, r, callSubscribe, nil)
	if !ok || !x.application() {
		return
	}
	id := r.PathValue("id")
	f.mu.Lock()
	s, known := f.subscriptions[id]
	if r.Method == http.MethodDelete {
		delete(f.subscriptions, id)
	}
	f.mu.Unlock()
	status, body := http.StatusOK, []byte(`{"message":"there is no such subscription"}`)
	switch {
	case !known:
		status = http.StatusNotFound
	case r.Method == http.MethodDelete:
		body = []byte(`{}`)
	default:
		body, _ = json.Marshal(s)
	}
	x.note(status, x.answered())
	x.answer(status, body)
}
