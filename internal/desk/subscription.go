package desk

import (
	"context"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/concur/eventsub"
)

// Subscribing is what is done with the subscription to events.
type Subscribing int

// It is looked at, made or changed, or ended.
const (
	ShowSubscription Subscribing = iota
	Subscribe
	Unsubscribe
)

// SubscriptionState is the subscription of the configuration, and what Concur has of it.
type SubscriptionState struct {
	Wanted     eventsub.Subscription  `json:"wanted"`
	Subscribed bool                   `json:"subscribed"`
	Concur     *eventsub.Subscription `json:"in_concur,omitempty"`
}

// Agrees reports whether Concur has the subscription as the configuration wants it.
func (s SubscriptionState) Agrees() bool { return s.Subscribed && *s.Concur == s.Wanted }

// Subscription does something with the subscription to events, and tells what Concur has afterwards. It needs the
// application's id and secret, no login.
func (w *Workspace) Subscription(ctx context.Context, do Subscribing) (s SubscriptionState, err error) {
	e := w.Config.Events
	s.Wanted = eventsub.Subscription{ID: e.Subscription, Topic: eventsub.Topic, Filter: eventsub.Filter, Endpoint: e.Endpoint}
	if e.Subscription == "" || e.Endpoint == "" && do != Unsubscribe {
		return s, Invalid(errors.New("events.subscription and events.endpoint are not set"),
			"write into fisbridge.yaml an id that nobody else in the world has, and the public https address of the receiver")
	}
	core, err := w.Client(false)
	if err != nil {
		return s, err
	}
	defer core.Close()
	client := &eventsub.Client{Core: core}
	switch do {
	case Subscribe:
		err = client.Put(ctx, s.Wanted)
	case Unsubscribe:
		_, err = client.Delete(ctx, e.Subscription)
	}
	if err != nil {
		return s, err
	}
	have, found, err := client.Show(ctx, e.Subscription)
	if err != nil {
		return s, fmt.Errorf("read back: %w", err)
	}
	if s.Subscribed = found; found {
		s.Concur = &have
	}
	return s, nil
}
