// Package eventsub subscribes to Concur's events: the client of the Event Subscription Service v4, which is a service
// of its own beside FIS. It makes its calls by the core of package concur, with a token of the application: a
// subscription is the application's, not the company's.
package eventsub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/fisbridge/fisbridge/internal/concur"
)

// Topic is the one of FIS, Filter takes all types of events of it.
const (
	Topic  = "public.concur.financialintegration"
	Filter = ".*"
)

// scope is what the application needs.
const scope = "events.topic.read"

// Subscription is one webhook. Its id is unique in the world.
type Subscription struct {
	ID       string `json:"id"`
	Topic    string `json:"topic"`
	Filter   string `json:"filter"`
	Endpoint string `json:"endpoint"`
}

// Caller makes calls of neighbours of FIS: the core of the client.
type Caller interface {
	Do(ctx context.Context, r concur.Request) (concur.Response, error)
}

// Client makes, shows and ends subscriptions.
type Client struct{ Core Caller }

// wire is a subscription as the service has it.
type wire struct {
	ID            string `json:"id"`
	Filter        string `json:"filter"`
	Topic         string `json:"topic"`
	WebHookConfig struct {
		Endpoint string `json:"endpoint"`
	} `json:"webHookConfig"`
}

// Show gives the subscription with an id; found is false when there is none.
func (c *Client) Show(ctx context.Context, id string) (s Subscription, found bool, err error) {
	r, err := c.Core.Do(ctx, request("show the subscription "+id, http.MethodGet, id, http.StatusNotFound))
	if err != nil || r.Status == http.StatusNotFound {
		return s, false, err
	}
	var w wire
	if err := json.Unmarshal(r.Body, &w); err != nil {
		return s, false, fmt.Errorf("show the subscription %s: the answer is none: %w", id, errors.Join(r.Refusal(), err))
	}
	said := concur.Scrubbed
	return Subscription{ID: said(w.ID), Topic: said(w.Topic), Filter: said(w.Filter), Endpoint: said(w.WebHookConfig.Endpoint)}, true, nil
}

// Put makes a subscription, or changes the one with its id. It may be repeated at will.
func (c *Client) Put(ctx context.Context, s Subscription) error {
	w := wire{ID: s.ID, Filter: s.Filter, Topic: s.Topic}
	w.WebHookConfig.Endpoint = s.Endpoint
	r := request("subscribe as "+s.ID, http.MethodPut, "", http.StatusCreated, http.StatusAccepted, http.StatusNoContent)
	r.Body = w
	_, err := c.Core.Do(ctx, r)
	return err
}

// Delete ends a subscription; found is false when there is none.
func (c *Client) Delete(ctx context.Context, id string) (found bool, err error) {
	r, err := c.Core.Do(ctx, request("end the subscription "+id, http.MethodDelete, id, http.StatusAccepted, http.StatusNoContent, http.StatusNotFound))
	return err == nil && r.Status != http.StatusNotFound, err
}

func request(op, method, id string, takes ...int) concur.Request {
	path := []string{"events", "v4", "subscriptions", "webhook"}
	if method != http.MethodPut {
		path = []string{"events", "v4", "subscriptions", id}
	}
	return concur.Request{Op: op, Method: method, Path: path, Takes: takes, Scope: scope, Application: true}
}
