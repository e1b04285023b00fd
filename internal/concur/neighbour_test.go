package concur

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// beside is a client with a token, beside a service that answers calls of a neighbour.
func beside(t *testing.T, answer http.HandlerFunc) *bench {
	t.Helper()
	b := newBench(t)
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	b.store.token.Geolocation = server.URL
	b.client = b.another()
	return b
}

// Calls of neighbours have the token, its location and the correlation id of all others, and their own path and query.
func TestNeighbourCall(t *testing.T) {
	var got *http.Request
	b := beside(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.Header().Set("concur-correlationid", "C-1")
		w.WriteHeader(http.StatusMultiStatus)
		_, _ = w.Write([]byte(`{"n":1}`))
	})
	resp, err := b.client.Do(t.Context(), Request{Op: "read lists", Method: http.MethodPatch, Path: []string{"list/v4", "items"},
		Query: map[string][]string{"page": {"2"}}, Body: []int{1}, Takes: []int{http.StatusMultiStatus}})
	if err != nil || resp.Status != http.StatusMultiStatus || resp.Correlation != "C-1" || string(resp.Body) != `{"n":1}` {
		t.Errorf("%+v, %v", resp, err)
	}
	if got.URL.String() != "/list/v4/items?page=2" || got.Method != http.MethodPatch ||
		got.Header.Get("Content-Type") != "application/json" ||
		got.Header.Get("Authorization") != "Bearer "+b.store.token.Access {
		t.Errorf("%s %s %v", got.Method, got.URL, got.Header)
	}
}

// A change whose answer is lost is told as sent and not repeated, whether the call has a body or not; reads are
// repeated.
func TestNeighbourRepeats(t *testing.T) {
	for _, c := range []struct {
		method string
		calls  int64
	}{{http.MethodDelete, 1}, {http.MethodPut, 1}, {http.MethodGet, 2}} {
		var calls atomic.Int64
		b := beside(t, func(w http.ResponseWriter, _ *http.Request) {
			if calls.Add(1) == 1 {
				panic(http.ErrAbortHandler)
			}
			_, _ = w.Write([]byte(`{}`))
		})
		_, err := b.client.Do(t.Context(), Request{Op: "x", Method: c.method, Path: []string{"x"}})
		if Lost(err) != (c.calls == 1) || calls.Load() != c.calls {
			t.Errorf("%s: %d calls, %v", c.method, calls.Load(), err)
		}
	}
	var calls atomic.Int64
	b := beside(t, func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) == 1 {
			w.Header().Set("Retry-After", "9")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	_, err := b.client.Do(t.Context(), Request{Op: "x", Method: http.MethodPost, Path: []string{"x"}, Body: 1})
	if waits := b.clock.took(); err != nil || calls.Load() != 2 || len(waits) == 0 || waits[len(waits)-1] < 9*time.Second {
		t.Errorf("%d calls, waited %v, %v", calls.Load(), waits, err)
	}
}

// What the service forbids names the scope that the call needs, and no secret that it echoes.
func TestNeighbourIsForbidden(t *testing.T) {
	b := beside(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"errorMessage":"no: ` + r.Header.Get("Authorization") + `"}`))
	})
	_, err := b.client.Do(t.Context(), Request{Op: "read lists", Method: http.MethodGet, Path: []string{"x"}, Scope: "spend.listitem.read"})
	ce := as[*CallError](t, err)
	if !Forbidden(err) || !strings.Contains(ce.Hint, "spend.listitem.read") || strings.Contains(err.Error(), b.store.token.Access) {
		t.Errorf("%v (%s)", err, ce.Hint)
	}
}

// The end of a context is no answer of the service.
func TestNeighbourIsStopped(t *testing.T) {
	b := beside(t, func(http.ResponseWriter, *http.Request) {})
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := b.client.Do(ctx, Request{Op: "x", Method: http.MethodGet, Path: []string{"x"}}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
