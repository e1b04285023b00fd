package concur

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Keys of log records.
const (
	keyDocType     = "type"
	keyCorrelation = "correlation"
)

// notices logs the vendor's announcements (x-api-warn, sunset), each at most once a day.
type notices struct {
	log *slog.Logger
	now func() time.Time
	mu  sync.Mutex
	day map[string]string
}

func (n *notices) see(ctx context.Context, h http.Header) {
	for _, name := range []string{"x-api-warn", "sunset"} {
		value := scrub(h.Get(name))
		if value == "" {
			continue
		}
		if n.first(name + " " + value) {
			n.log.WarnContext(ctx, "the service announces a change", "header", name, "text", value, keyCorrelation, correlation(h))
		}
	}
}

// first reports whether a text is new today. It remembers a bounded number of texts.
func (n *notices) first(text string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	today := n.now().UTC().Format(time.DateOnly)
	if n.day[text] == today {
		return false
	}
	if n.day == nil || len(n.day) > 100 {
		n.day = map[string]string{}
	}
	n.day[text] = today
	return true
}

// correlation is the id under which the vendor's support finds a call.
func correlation(h http.Header) string { return clipID(h.Get("concur-correlationid")) }
