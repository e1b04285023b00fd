package concur

import (
	"context"
	"errors"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Client speaks with the service for one company. Its methods may be called at once from several goroutines; the limits of
// the configuration hold for all of them together.
type Client struct {
	cfg Config
}

// New checks the configuration and makes a client. It makes no call.
func New(cfg Config) (*Client, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	return &Client{cfg: cfg.withDefaults()}, nil
}

// Page is a part of the list of ready documents: those that this walk has not seen before.
type Page struct {
	DocType   fis.DocType
	Number    int
	Envelopes []fis.Envelope
	// Bad are items that are no documents (no id, no document, malformed); they are left in Concur.
	Bad []BadItem
	// Received is when the last document of the part had arrived.
	Received    time.Time
	Correlation string
}

// BadItem is an item of a list that cannot be handled.
type BadItem struct {
	DocID  string
	Reason string
}

// WalkStats is what a walk did.
type WalkStats struct {
	Calls, Passes, Documents, Bad int
	// Frozen is true when acknowledged documents stayed in the list for the time of the walk.
	Frozen bool
}

func (c *Client) Login(ctx context.Context, requestToken string) (Status, error) {
	return Status{}, errors.ErrUnsupported
}
func (c *Client) Status(ctx context.Context) (Status, error) { return Status{}, errors.ErrUnsupported }
func (c *Client) KeepFresh(ctx context.Context) (bool, error) { return false, errors.ErrUnsupported }
func (c *Client) Walk(ctx context.Context, t fis.DocType, handle func(context.Context, Page) error) (WalkStats, error) {
	return WalkStats{}, errors.ErrUnsupported
}
func (c *Client) Get(ctx context.Context, t fis.DocType, docID string) (fis.Envelope, bool, error) {
	return fis.Envelope{}, false, errors.ErrUnsupported
}
func (c *Client) Find(ctx context.Context, t fis.DocType, ref string) ([]fis.Envelope, error) {
	return nil, errors.ErrUnsupported
}
func (c *Client) Acknowledge(ctx context.Context, t fis.DocType, ids []string) ([]Answer, error) {
	return nil, errors.ErrUnsupported
}
func (c *Client) ConfirmPostings(ctx context.Context, t fis.DocType, list []PostingConfirmation) ([]Answer, error) {
	return nil, errors.ErrUnsupported
}
func (c *Client) ConfirmPayments(ctx context.Context, t fis.DocType, list []PaymentConfirmation) ([]Answer, error) {
	return nil, errors.ErrUnsupported
}
