package concur

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/secret"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// clock is a clock that only waits move.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	waits []time.Duration
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.waits = append(c.waits, d)
	return ctx.Err()
}

// took returns the waits since the last call.
func (c *clock) took() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.waits
	c.waits = nil
	return w
}

// memory is a token store with the semantics that TokenStore promises; before and fail let a test come in between.
type memory struct {
	mu     sync.Mutex
	token  Token
	has    bool
	holder string
	until  time.Time
	now    func() time.Time
	saves  []Token
	fail   error
	onLoad func()
	open   bool // the lease is always given: a broken lock
}

func (m *memory) LoadToken(context.Context) (Token, error) {
	m.mu.Lock()
	t, has, hook := m.token, m.has, m.onLoad
	m.onLoad = nil
	m.mu.Unlock()
	if hook != nil {
		hook()
	}
	if !has {
		return Token{}, ErrNoToken
	}
	return t, nil
}

func (m *memory) SaveToken(_ context.Context, t Token) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	if t.Version != m.token.Version {
		return fmt.Errorf("version %d: %w", t.Version, ErrTokenChanged)
	}
	t.Version++
	m.token, m.has = t, true
	m.saves = append(m.saves, t)
	return nil
}

func (m *memory) LockToken(_ context.Context, owner string, ttl time.Duration) (func(), bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.open {
		return func() {}, true, nil
	}
	if m.holder != "" && m.holder != owner && m.now().Before(m.until) {
		return nil, false, nil
	}
	m.holder, m.until = owner, m.now().Add(ttl)
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.holder == owner {
			m.holder = ""
		}
	}, true, nil
}

// bench is a client beside a simulated service, behind a path prefix, on one clock.
type bench struct {
	*testing.T
	fis    *simfis.Service
	server *httptest.Server
	clock  *clock
	store  *memory
	log    *bytes.Buffer
	client *Client
}

// newBench makes a bench; its client has logged in.
func newBench(t *testing.T, change ...func(*Config)) *bench {
	b := newBareBench(t, change...)
	if _, err := b.client.Login(b.Context(), simfis.DefaultConfig().RequestToken); err != nil {
		t.Fatal(err)
	}
	return b
}

func newBareBench(t *testing.T, change ...func(*Config)) *bench {
	t.Helper()
	b := &bench{T: t, clock: newClock(), log: &bytes.Buffer{}}
	b.fis = simfis.New(simfis.Config{Now: b.clock.Now, Seed: 7})
	b.server = httptest.NewServer(http.StripPrefix("/tenant/one", b.fis))
	t.Cleanup(b.server.Close)
	b.store = &memory{now: b.clock.Now}
	b.client = b.another(change...)
	return b
}

// another makes one more client (a second process) on the same store.
func (b *bench) another(change ...func(*Config)) *Client {
	b.Helper()
	d := simfis.DefaultConfig()
	cfg := Config{
		BaseURL: b.server.URL + "/tenant/one", ClientID: d.ClientID, ClientSecret: secret.Text(d.ClientSecret), CompanyUUID: d.CompanyUUID,
		SystemID: "bridge-1", Tokens: b.store, Now: b.clock.Now, Sleep: b.clock.Sleep, MinInterval: -1, Timeout: 20 * time.Second,
		Log: slog.New(slog.NewTextHandler(&locked{w: b.log}, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	return c
}

type locked struct {
	mu sync.Mutex
	w  *bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// add makes n expense documents ready and returns their ids.
func (b *bench) add(n int) []string {
	b.Helper()
	var ids []string
	for i := range n {
		body := fmt.Sprintf(`{"report":{"reportId":"R%04d"},  "n":%d,"amount":12345678901234567890123.00000001,"nothing":null}`, i, i)
		id, err := b.fis.Add(fis.Envelope{ID: fmt.Sprintf("%032x", 1000+i), DocType: fis.Expense, Document: []byte(body)})
		if err != nil {
			b.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// calls counts the calls of one kind that the service saw.
func (b *bench) calls(kind string) (n int) {
	for _, c := range b.fis.Record() {
		if c.Call == kind {
			n++
		}
	}
	return n
}

func (b *bench) faults(faults ...simfis.Fault) {
	b.Helper()
	if err := b.fis.SetFaults(1, faults...); err != nil {
		b.Fatal(err)
	}
}

// noRefusals is an error when the service was asked something that its reference does not allow.
func (b *bench) noRefusals() {
	b.Helper()
	for _, r := range b.fis.Refusals() {
		b.Errorf("the service minded: %s: %s", r.Call, r.Reason)
	}
}

// fetch walks, acknowledging all that leave does not name; it returns how often each document was handed over.
func (b *bench) fetch(leave func(id string) bool) (map[string]int, WalkStats, error) {
	seen := map[string]int{}
	stats, err := b.client.Walk(b.Context(), fis.Expense, func(ctx context.Context, p Page) error {
		var ids []string
		for _, env := range p.Envelopes {
			seen[env.ID]++
			if leave == nil || !leave(env.ID) {
				ids = append(ids, env.ID)
			}
		}
		if len(ids) == 0 {
			return nil
		}
		_, err := b.client.Acknowledge(ctx, fis.Expense, ids)
		return err
	})
	return seen, stats, err
}

func as[T error](t *testing.T, err error) T {
	t.Helper()
	var e T
	if !errors.As(err, &e) {
		t.Fatalf("error is %T: %v", err, err)
	}
	return e
}
