package eventsub

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/fisbridge/fisbridge/internal/concur"
)

// answers is a core that gives one answer and keeps the request.
type answers struct {
	concur.Response
	got concur.Request
}

func (a *answers) Do(_ context.Context, r concur.Request) (concur.Response, error) {
	a.got = r
	return a.Response, nil
}

// The body is the one of the reference, every call is the application's, and what Concur says cannot move a cursor.
func TestCalls(t *testing.T) {
	ctx := context.Background()
	core := &answers{}
	c := &Client{Core: core}
	if err := c.Put(ctx, Subscription{ID: "a-1", Topic: Topic, Filter: Filter, Endpoint: "https://e.example.com/x"}); err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(core.got.Body)
	want := `{"id":"a-1","filter":".*","topic":"public.concur.financialintegration","webHookConfig":{"endpoint":"https://e.example.com/x"}}`
	if err != nil || string(body) != want || core.got.Method != http.MethodPut || !core.got.Application {
		t.Errorf("%s %s %v", core.got.Method, body, err)
	}
	core.Response = concur.Response{Status: 200, Body: []byte(`{"id":"a-1\u001b[2J","topic":"t","more":{},"webHookConfig":{"endpoint":"https://e"}}`)}
	s, found, err := c.Show(ctx, "a-1")
	if err != nil || !found || s.Endpoint != "https://e" || s.ID == "a-1\x1b[2J" {
		t.Errorf("%+v %v %v", s, found, err)
	}
	core.Response = concur.Response{Status: 200, Body: []byte(`<html>`)}
	if _, _, err := c.Show(ctx, "a-1"); err == nil {
		t.Error("a page of a proxy is a subscription")
	}
	core.Response = concur.Response{Status: http.StatusNotFound}
	if _, found, err := c.Show(ctx, "a-1"); found || err != nil {
		t.Error(found, err)
	}
	if found, err := c.Delete(ctx, "a-1"); found || err != nil || core.got.Method != http.MethodDelete {
		t.Error(found, err)
	}
}
