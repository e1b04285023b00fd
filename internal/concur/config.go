package concur

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/fisbridge/fisbridge/internal/secret"
)

// Config says which company, where, and how politely. Zero values of the limits mean the defaults named beside them.
type Config struct {
	// BaseURL is where the first token comes from, e.g. https://us.api.concursolutions.com. Afterwards the token's
	// geolocation counts.
	BaseURL string
	// Domains are the host suffixes that a geolocation may have, besides the host of BaseURL; nil: the vendor's own.
	Domains []string
	// ReceiptDomains are the host suffixes under which images of receipts may lie, besides Domains.
	ReceiptDomains []string
	// ClientID and ClientSecret name our application, CompanyUUID the company that authorises it.
	ClientID     string
	ClientSecret secret.Secret
	CompanyUUID  string
	// SystemID is sent with each call (50 characters at most); it tells our acknowledgements from those of other
	// consumers.
	SystemID string
	// Tokens stores the token. Required.
	Tokens TokenStore
	// Owner names this process in token leases; empty: made up.
	Owner string

	// DocumentFormat is the DocumentFormatAs header: "json", "text" or empty for none.
	DocumentFormat string
	// PageSize is the limit of a list call (25), BatchSize the documents of one acknowledgement (25), ConfirmBatch
	// those of one confirmation (BatchSize).
	PageSize, BatchSize, ConfirmBatch int
	// Timeout ends a call that makes no progress (90 s; the service may take 60).
	Timeout time.Duration
	// AfterTimeout is the wait before a call is repeated after a time-out or a 503 (5 minutes, as the vendor asks).
	AfterTimeout time.Duration
	// MaxWait is how long all calls together may wait for the service (15 minutes), from New or BeginRun on; negative:
	// never wait, return the error at once.
	MaxWait time.Duration
	// Waiting is told why a call waits before its next try, and how long; nil: nobody is.
	Waiting func(why error, wait time.Duration)
	// Observed is told of each call that was made: what it was for, the status of the answer (200 for any success, 0
	// where there was none), and how long it took; from several goroutines at once. nil: nobody counts.
	Observed func(op string, status int, took time.Duration)
	// MaxInFlight is how many calls run at once (4).
	MaxInFlight int
	// MinInterval is the least time between the starts of two calls, acknowledgements excepted (50 ms); negative: none.
	MinInterval time.Duration
	// MaxDocument is the largest document in bytes (32 MiB), MaxAnswer the largest list answer (2 GiB); other answers
	// may have 16 MiB.
	MaxDocument, MaxAnswer int64

	// Transport carries the calls; nil: one of our own. It never follows redirects.
	Transport http.RoundTripper
	// Now is the clock (time.Now), Sleep waits (until d has passed or ctx ends).
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
	// Log takes notices of the service and waits; nil: none.
	Log *slog.Logger
	// UserAgent names the program.
	UserAgent string

	clientSecret string
}

// VendorDomains are the host suffixes under which the vendor runs its data centres.
func VendorDomains() []string { return []string{"concursolutions.com", "concurcdc.cn"} }

const (
	maxSystemID = 50
	maxDocID    = 32
	smallAnswer = 16 << 20
)

// withDefaults fills in what was left out.
func (c Config) withDefaults() Config {
	if c.Domains == nil {
		c.Domains = VendorDomains()
	}
	c.PageSize = positive(c.PageSize, 25)
	c.BatchSize = positive(c.BatchSize, 25)
	c.ConfirmBatch = positive(c.ConfirmBatch, c.BatchSize)
	c.Timeout = positive(c.Timeout, 90*time.Second)
	c.AfterTimeout = positive(c.AfterTimeout, 5*time.Minute)
	c.MaxInFlight = positive(c.MaxInFlight, 4)
	c.MaxDocument = positive(c.MaxDocument, 32<<20)
	c.MaxAnswer = positive(c.MaxAnswer, 2<<30)
	if c.MaxWait == 0 {
		c.MaxWait = 15 * time.Minute
	}
	if c.MinInterval == 0 {
		c.MinInterval = 50 * time.Millisecond
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.UserAgent == "" {
		c.UserAgent = "fisbridge"
	}
	return c
}

func positive[T int | int64 | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}

// validate reports all that is wrong at once.
func (c Config) validate() error {
	var errs []error
	miss := func(v, name string) {
		if v == "" {
			errs = append(errs, fmt.Errorf("%s is missing", name))
		}
	}
	miss(c.BaseURL, "base url")
	miss(c.ClientID, "client id")
	miss(c.clientSecret, "client secret")
	miss(c.CompanyUUID, "company uuid")
	if c.Tokens == nil {
		errs = append(errs, errors.New("token store is missing"))
	}
	if n := len([]rune(c.SystemID)); n > maxSystemID {
		errs = append(errs, fmt.Errorf("system id %q has %d characters: 50 at most", c.SystemID, n))
	}
	switch c.DocumentFormat {
	case "", "json", "text":
	default:
		errs = append(errs, fmt.Errorf("document format %q: json, text or nothing", c.DocumentFormat))
	}
	return errors.Join(errs...)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
