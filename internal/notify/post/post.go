// Package post carries one letter to one address: by mail, or by a call of a webhook. It knows no journal and decides
// nothing about who is told what; it says whether a failure may pass or is for good. It guarantees that a letter has the
// same id in each try, that nothing in it can become a header of its own, and that no secret (password, token, address
// of a channel) reaches an error.
package post

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Letter is what somebody is told, ready to be sent.
type Letter struct {
	// ID is the letter's own in each try: the Message-ID of a mail, the webhook-id of a call.
	ID string `json:"id"`
	// Kind is notice, report or test.
	Kind    string    `json:"kind"`
	Company string    `json:"company"`
	At      time.Time `json:"at"`
	Subject string    `json:"subject"`
	// Text and HTML say the same.
	Text string `json:"text"`
	HTML string `json:"html,omitempty"`
	// URL is the page to look at, and Link what is written on it.
	URL  string `json:"url,omitempty"`
	Link string `json:"link,omitempty"`
	// Lines are the text for a channel, a line for each matter.
	Lines  []Line         `json:"lines,omitempty"`
	Counts map[string]int `json:"counts,omitempty"`
	Items  []Item         `json:"matters,omitempty"`
	Files  []File         `json:"files,omitempty"`
}

// Line is a line in a channel; with a URL it is a link. A head stands above the lines that belong to it.
type Line struct {
	Text string `json:"text"`
	URL  string `json:"url,omitempty"`
	Head bool   `json:"head,omitempty"`
}

// Item is a matter for machines.
type Item struct {
	Key   string `json:"key"`
	Kind  string `json:"kind"`
	Route string `json:"route,omitempty"`
	// State is new, changed or ended.
	State  string            `json:"state"`
	Number int               `json:"number,omitempty"`
	Sums   map[string]string `json:"sums,omitempty"`
	Since  time.Time         `json:"since,omitzero"`
	Text   string            `json:"text"`
	URL    string            `json:"url,omitempty"`
}

// File is an attachment.
type File struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Data []byte `json:"data"`
}

// Channels.
const (
	Mail    = "mail"
	Webhook = "webhook"
)

// RefusedError says that the other side will not take the letter, however often it is tried.
type RefusedError struct{ Err error }

func (e *RefusedError) Error() string { return e.Err.Error() }
func (e *RefusedError) Unwrap() error { return e.Err }

// LaterError says when the other side wants to be asked again.
type LaterError struct {
	Err   error
	After time.Duration
}

func (e *LaterError) Error() string { return e.Err.Error() }
func (e *LaterError) Unwrap() error { return e.Err }

// ReachError says that the other side could not be reached at all: another letter will not reach it now either.
type ReachError struct{ Err error }

func (e *ReachError) Error() string { return e.Err.Error() }
func (e *ReachError) Unwrap() error { return e.Err }

// Sender sends by the configuration of a company.
type Sender struct {
	Config *config.Config
	Now    func() time.Time
	// Agent is the program's name and version.
	Agent string
}

// Send carries a letter to an address of a channel: a mail address, or the name of a webhook.
// last is asked in the last moment, when the other side is reached: what it refuses is not sent. It may be nil.
func (s *Sender) Send(ctx context.Context, channel, address string, l Letter, last func(context.Context) error) error {
	if last == nil {
		last = func(context.Context) error { return nil }
	}
	switch channel {
	case Mail:
		return s.mail(ctx, address, l, last)
	case Webhook:
		return s.call(ctx, address, l, last)
	}
	return &RefusedError{fmt.Errorf("there is no channel %q", channel)}
}

// plain is a text in one line, without control characters.
func plain(s string) string { return wording.Visible(wording.Line(s)) }

// errGone says that a letter is for an address that the configuration has no more.
var errGone = errors.New("the configuration has no such address any more")
