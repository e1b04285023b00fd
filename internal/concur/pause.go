package concur

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// firstPause is the least wait before a repeat; a longer one follows each time.
const (
	firstPause = 2 * time.Second
	maxPause   = time.Minute
	maxRepeats = 8
)

// patience is the time that all calls together may wait for the service. When a call has waited in vain, those behind
// it are made once and do not wait, until one of them is answered: a service that is down for hours costs a run the
// limit once, not once for each call.
type patience struct {
	mu   sync.Mutex
	most time.Duration
	left time.Duration
	gone bool
}

// take takes a wait off what is left, and reports whether there was enough.
func (p *patience) take(d time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone = p.gone || d > p.left; p.gone {
		return false
	}
	p.left -= d
	return true
}

func (p *patience) set(gone bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone = gone
}

func (p *patience) renew() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left, p.gone = p.most, false
}

// BeginRun gives the client its whole waiting time (Config.MaxWait) again.
func (c *Client) BeginRun() { c.patience.renew() }

// Pause waits as long as the service wants before what failed with err is tried again, or not at all when the waiting
// time does not allow it. The error is that of ctx.
func (c *Client) Pause(ctx context.Context, err error) error {
	var ce *CallError
	if p := c.newPause(); errors.As(err, &ce) && p.allows(ce.RetryAfter) {
		return p.wait(ctx, ce)
	}
	return ctx.Err()
}

// pause decides how long one call waits before its next try: as long as the service asks, at least as long as our own
// backoff says, and never longer than all calls together may.
type pause struct {
	c       *Client
	own     *backoff.ExponentialBackOff
	repeats int
	next    time.Duration
}

func (c *Client) newPause() *pause {
	own := backoff.NewExponentialBackOff()
	own.InitialInterval, own.MaxInterval, own.Multiplier, own.RandomizationFactor = firstPause, maxPause, 2, 0.25
	own.Reset()
	return &pause{c: c, own: own}
}

// allows reports whether a wait that the service asks for (0: it says that repeating will not help) fits into what is
// left, and takes it.
func (p *pause) allows(asked time.Duration) bool {
	if asked <= 0 {
		return false
	}
	if p.repeats >= maxRepeats {
		p.c.patience.set(true)
		return false
	}
	p.next = max(asked, p.own.NextBackOff())
	return p.c.patience.take(p.next)
}

// wait tells why and how long, and waits as decided.
func (p *pause) wait(ctx context.Context, why error) error {
	p.repeats++
	if tell := p.c.cfg.Waiting; tell != nil {
		tell(why, p.next)
	}
	return p.c.cfg.Sleep(ctx, p.next)
}

// retryAfter is the wait before a repeat after a status that may pass: what the header says (seconds or a date), else
// the vendor's five minutes after 503 and 504, else the first pause.
func retryAfter(header string, now time.Time, status int, afterTimeout time.Duration) time.Duration {
	header = strings.TrimSpace(header)
	if seconds, err := strconv.Atoi(header); err == nil && seconds >= 0 {
		return max(time.Duration(min(seconds, 86400))*time.Second, time.Second)
	}
	if at, err := http.ParseTime(header); err == nil {
		return min(max(at.Sub(now), time.Second), 24*time.Hour)
	}
	switch status {
	case http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusRequestTimeout:
		return afterTimeout
	}
	return firstPause
}
