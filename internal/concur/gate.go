package concur

import (
	"context"
	"sync"
	"time"
)

// gate keeps us polite: so many calls at once, so much time between their starts.
type gate struct {
	slots    chan struct{}
	interval time.Duration
	now      func() time.Time
	sleep    func(context.Context, time.Duration) error

	mu   sync.Mutex
	next time.Time
}

func newGate(cfg *Config) *gate {
	return &gate{slots: make(chan struct{}, cfg.MaxInFlight), interval: max(cfg.MinInterval, 0), now: cfg.Now, sleep: cfg.Sleep}
}

// enter waits for its turn. Urgent calls (acknowledgements: each second in which a processor may still recall counts)
// skip the interval, not the limit.
func (g *gate) enter(ctx context.Context, urgent bool) (leave func(), err error) {
	select {
	case g.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	var once sync.Once
	leave = func() { once.Do(func() { <-g.slots }) }
	if wait := g.turn(); wait > 0 && !urgent {
		if err := g.sleep(ctx, wait); err != nil {
			leave()
			return nil, err
		}
	}
	return leave, nil
}

// turn books the next start and returns how long it is away.
func (g *gate) turn() time.Duration {
	if g.interval == 0 {
		return 0
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	start := now
	if g.next.After(now) {
		start = g.next
	}
	g.next = start.Add(g.interval)
	return start.Sub(now)
}
