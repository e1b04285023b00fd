package concur

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// firstPause is the least wait before a repeat; a longer one follows each time.
const (
	firstPause = 2 * time.Second
	maxPause   = time.Minute
	maxRepeats = 8
)

// pause decides how long one call waits before its next try: as long as the service asks, at least as long as our own backoff
// says, and never longer in all than the configured limit.
type pause struct {
	sleep   func(context.Context, time.Duration) error
	own     *backoff.ExponentialBackOff
	left    time.Duration
	repeats int
	next    time.Duration
}

func (c *Client) newPause() *pause {
	own := backoff.NewExponentialBackOff()
	own.InitialInterval, own.MaxInterval, own.Multiplier, own.RandomizationFactor = firstPause, maxPause, 2, 0.25
	own.Reset()
	return &pause{sleep: c.cfg.Sleep, own: own, left: c.cfg.MaxWait}
}

// allows reports whether a wait that the service asks for (0: it says that repeating will not help) fits into what is left.
func (p *pause) allows(asked time.Duration) bool {
	if asked <= 0 || p.repeats >= maxRepeats {
		return false
	}
	p.next = max(asked, p.own.NextBackOff())
	return p.next <= p.left
}

// wait waits as decided.
func (p *pause) wait(ctx context.Context) error {
	p.left -= p.next
	p.repeats++
	return p.sleep(ctx, p.next)
}

// retryAfter is the wait before a repeat after a status that may pass: what the header says (seconds or a date), else the vendor's
// five minutes after 503 and 504, else the first pause.
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
