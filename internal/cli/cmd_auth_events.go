package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
)

func newAuthEvents(a *app) *cobra.Command {
	var subscribe, unsubscribe bool
	cmd := &cobra.Command{
		Use:   "events",
		Short: "Show the subscription to events, make it, or end it",
		Long: `events shows whether Concur tells watch of documents that are ready, and where it does so: the subscription
events.subscription to the address events.endpoint. --subscribe makes it, or changes it to what the configuration says; --unsubscribe
ends it. It is the application's, and needs its id and secret with the scope events.topic.read; no login of the company. An application has
five subscriptions at most, and one that delivers nothing for 30 days is deleted. Exit code 3 when Concur does not have it as the configuration says.`,
		Example: "  fisbridge auth events\n  fisbridge auth events --subscribe",
		Args:    frame.WantArgs(0, 0),
	}
	cmd.Flags().BoolVar(&subscribe, "subscribe", false, "make the subscription, or change it")
	cmd.Flags().BoolVar(&unsubscribe, "unsubscribe", false, "end the subscription")
	cmd.RunE = a.Action(func(ctx context.Context, _ []string) error {
		do := desk.ShowSubscription
		switch {
		case subscribe && unsubscribe:
			return desk.Usage(errors.New("--subscribe and --unsubscribe exclude each other"))
		case subscribe:
			do = desk.Subscribe
		case unsubscribe:
			do = desk.Unsubscribe
		}
		w, err := desk.Open(ctx, a.Place("auth events"), false)
		if err != nil {
			return err
		}
		defer w.Close()
		s, err := w.Subscription(ctx, do)
		if err != nil {
			return err
		}
		return a.tellSubscription(s, do)
	})
	return cmd
}

func (a *app) tellSubscription(s desk.SubscriptionState, do desk.Subscribing) error {
	if a.JSON {
		if err := a.WriteJSON(s); err != nil {
			return err
		}
	} else {
		switch {
		case !s.Subscribed:
			a.Say("not subscribed: Concur has no subscription %s", s.Wanted.ID)
		case s.Agrees():
			a.Say("subscribed as %s: %s events go to %s", s.Wanted.ID, s.Wanted.Topic, s.Wanted.Endpoint)
		default:
			a.Say("subscribed as %s, but not as the configuration says: topic %s, filter %s, endpoint %s", s.Concur.ID, s.Concur.Topic, s.Concur.Filter, s.Concur.Endpoint)
		}
	}
	if done := s.Agrees(); do == desk.Unsubscribe && !s.Subscribed || do != desk.Unsubscribe && done {
		return nil
	}
	return desk.NeedsPerson()
}
