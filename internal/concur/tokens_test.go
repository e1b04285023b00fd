package concur

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// The form carries client id and secret, and there is one request: x/oauth2 asks twice when it has to guess.
func TestLoginIsOneRequest(t *testing.T) {
	b := newBench(t)
	if n := b.calls("token"); n != 1 {
		t.Errorf("%d token requests", n)
	}
	b.noRefusals() // an Authorization header would be refused
	got := b.store.token
	if got.Geolocation != b.server.URL+"/tenant/one" || !strings.HasPrefix(got.Scope, "FISVC") || got.Refresh == "" || !got.RefreshObtained.Equal(b.clock.Now()) {
		t.Errorf("stored: %+v", got)
	}
	if want := b.clock.Now().Add(time.Hour); !got.AccessExpires.Equal(want) {
		t.Errorf("access until %s, want %s", got.AccessExpires, want)
	}
}

func TestExpiresInAsText(t *testing.T) {
	b := newBareBench(t)
	b.fis.SetBehaviour(simfis.Behaviour{TextNumbers: true})
	if _, err := b.client.Login(b.Context(), "sim-request-token"); err != nil {
		t.Fatal(err)
	}
	if got := b.store.token.AccessExpires.Sub(b.clock.Now()); got != time.Hour {
		t.Errorf("access lives %s", got)
	}
}

func TestNotLoggedIn(t *testing.T) {
	b := newBareBench(t)
	err := b.client.Authorize(b.Context())
	if !errors.Is(err, ErrNoToken) || !strings.Contains(as[*TokenError](t, err).Hint, "auth login") {
		t.Errorf("error %v", err)
	}
	if s, err := b.client.Status(b.Context()); err != nil || s.LoggedIn || s.Warning == "" {
		t.Errorf("status %+v, %v", s, err)
	}
}

// The rotated token is stored before the access token is used; when it cannot be stored nothing is called, and it is
// not lost.
func TestRotationIsStoredBeforeUse(t *testing.T) {
	b := newBench(t)
	b.fis.SetBehaviour(simfis.Behaviour{SingleUse: true})
	b.clock.Sleep(b.Context(), time.Hour)
	b.store.fail = errors.New("disk full")
	if _, err := b.client.Find(b.Context(), fis.Expense, "R1"); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Fatalf("error %v", err)
	}
	if n := b.calls("list"); n != 0 {
		t.Fatalf("%d calls with a token that is not stored", n)
	}
	b.store.fail = nil
	if _, err := b.client.Find(b.Context(), fis.Expense, "R1"); err != nil {
		t.Fatalf("after the disk is free: %v", err)
	}
	if n := b.calls("token"); n != 2 {
		t.Errorf("%d token requests, want login and one refresh", n)
	}
}

// Killed between the answer and the first use: the next process works with what is stored, on single-use tokens.
func TestKilledBetweenAnswerAndUse(t *testing.T) {
	b := newBench(t)
	b.fis.SetBehaviour(simfis.Behaviour{SingleUse: true})
	b.clock.Sleep(b.Context(), time.Hour)
	if err := b.client.Authorize(b.Context()); err != nil {
		t.Fatal(err)
	}
	b.clock.Sleep(b.Context(), time.Hour)
	if _, err := b.another().Find(b.Context(), fis.Expense, "R1"); err != nil {
		t.Error(err)
	}
}

// Killed between the answer and the store: the token before the rotation is good until the new one is used.
func TestKilledBeforeTheTokenIsStored(t *testing.T) {
	b := newBench(t)
	old := b.store.token
	b.clock.Sleep(b.Context(), time.Hour)
	if err := b.client.Authorize(b.Context()); err != nil {
		t.Fatal(err)
	}
	if b.store.token.Refresh == old.Refresh || b.store.token.Former != old.Refresh {
		t.Fatal("the simulator did not rotate, or the former token is not kept")
	}
	b.store.token = old
	if err := b.another().Authorize(b.Context()); err != nil {
		t.Error(err)
	}
}

// A refused refresh token gets one try of the former one, and no more.
func TestFormerTokenGetsOneTry(t *testing.T) {
	b := newBench(t)
	b.clock.Sleep(b.Context(), time.Hour)
	good := b.store.token.Refresh
	b.store.token.Refresh, b.store.token.Former = "never-issued", good
	if err := b.client.Authorize(b.Context()); err != nil {
		t.Fatal(err)
	}
	if n := b.calls("token"); n != 3 {
		t.Errorf("%d token requests, want login, refused, former", n)
	}
	b.clock.Sleep(b.Context(), time.Hour)
	b.fis.ExpireRefresh()
	err := b.client.Authorize(b.Context())
	if e := as[*TokenError](t, err); e.Code != 108 || !strings.Contains(e.Hint, "auth login") {
		t.Errorf("error %v, hint %q", err, e.Hint)
	}
	if n := b.calls("token"); n != 5 {
		t.Errorf("%d token requests: a dead token was tried more than once", n)
	}
}

// An answer of the token endpoint that does not arrive, or breaks off, or is a proxy's page: asked again at once, for
// the refresh token is good until its successor is used. Where the service takes each only once the login is over, and
// the way out says why.
func TestLostRefresh(t *testing.T) {
	for _, kind := range []string{simfis.FaultLost, simfis.FaultHalf, simfis.FaultGarbage, simfis.FaultCut, simfis.FaultTimeout} {
		b := newBench(t, func(c *Config) { c.Timeout = time.Second })
		b.clock.Sleep(b.Context(), time.Hour)
		b.faults(simfis.Fault{Kind: kind, Call: "token", Times: 1})
		if _, err := b.client.Find(b.Context(), fis.Expense, "R1"); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if kind == simfis.FaultCut {
			continue
		}
		b.fis.SetBehaviour(simfis.Behaviour{SingleUse: true})
		b.clock.Sleep(b.Context(), time.Hour)
		b.faults(simfis.Fault{Kind: kind, Call: "token", Times: 1})
		_, err := b.client.Find(b.Context(), fis.Expense, "R1")
		if e := as[*TokenError](t, err); e.Code != 108 || !strings.Contains(e.Hint, "only once") || !strings.Contains(e.Hint, "auth login") {
			t.Errorf("%s: %v, hint %q", kind, err, e.Hint)
		}
	}
}

// A refresh that needs two exchanges, each nearly as long as a call may take, keeps its lease to the end.
func TestLeaseLastsForTwoExchanges(t *testing.T) {
	b := newBench(t)
	b.clock.Sleep(b.Context(), time.Hour)
	b.store.token.Former, b.store.token.Refresh = b.store.token.Refresh, "never-issued"
	slow := func() (free bool) {
		b.clock.Sleep(b.Context(), 15*time.Second)
		_, free, _ = b.store.LockToken(b.Context(), "another", time.Minute)
		return free
	}
	took := false
	b.client.tokens.http.Transport = tripper(func(r *http.Request) (*http.Response, error) {
		took = took || slow() || slow()
		return http.DefaultTransport.RoundTrip(r)
	})
	if err := b.client.Authorize(b.Context()); err != nil || took || b.calls("token") != 3 {
		t.Errorf("%v; lease taken by another: %v; %d token calls", err, took, b.calls("token"))
	}
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Two processes need a new token at once: one refresh, both work.
func TestTwoProcessesOneRefresh(t *testing.T) {
	b := newBench(t)
	b.fis.SetBehaviour(simfis.Behaviour{SingleUse: true})
	b.clock.Sleep(b.Context(), time.Hour)
	really := func(c *Config) {
		c.Sleep = func(context.Context, time.Duration) error { time.Sleep(time.Millisecond); return nil }
	}
	var wg sync.WaitGroup
	clients := []*Client{b.another(really), b.another(really)}
	errs := make(chan error, 16)
	for i := range 16 {
		wg.Go(func() {
			_, err := clients[i%2].Find(b.Context(), fis.Expense, "R1")
			errs <- err
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	if n := b.calls("token"); n != 2 {
		t.Errorf("%d token requests, want login and one refresh", n)
	}
}

// The lease failed and the other process was first: its token is read again and used, not deleted.
func TestLostRaceReadsAgain(t *testing.T) {
	b := newBench(t)
	b.fis.SetBehaviour(simfis.Behaviour{SingleUse: true})
	b.clock.Sleep(b.Context(), time.Hour)
	b.store.open = true
	other := b.another()
	b.store.onLoad = func() {
		if err := other.Authorize(context.Background()); err != nil {
			t.Error(err)
		}
	}
	if _, err := b.client.Find(b.Context(), fis.Expense, "R1"); err != nil {
		t.Fatal(err)
	}
	if n := len(b.store.saves); n != 2 {
		t.Errorf("%d tokens stored, want login and the other's", n)
	}
}

// Another process holds the lease and dies: the lease ends by itself.
func TestDeadHolderOfTheLease(t *testing.T) {
	b := newBench(t)
	b.clock.Sleep(b.Context(), time.Hour)
	b.store.holder, b.store.until = "dead", b.clock.Now().Add(30*time.Second)
	if err := b.client.Authorize(b.Context()); err != nil {
		t.Error(err)
	}
}

func TestUnauthorizedInTheMiddle(t *testing.T) {
	b := newBench(t)
	b.add(60)
	b.faults(simfis.Fault{Kind: simfis.FaultExpire, Call: "acknowledge", Skip: 1, Times: 1})
	seen, _, err := b.fetch(nil)
	if err != nil || len(seen) != 60 {
		t.Fatalf("%d documents, %v", len(seen), err)
	}
	if n := b.calls("token"); n != 2 {
		t.Errorf("%d token requests, want login and one refresh", n)
	}
}

// A service that refuses every token gets one refresh and one repeat.
func TestUnauthorizedForEver(t *testing.T) {
	b := newBench(t)
	b.faults(simfis.Fault{Kind: simfis.FaultStatus, Call: "list", Status: 401})
	_, err := b.client.Find(b.Context(), fis.Expense, "R1")
	if e := as[*CallError](t, err); e.Status != 401 || e.Hint == "" || e.Correlation == "" {
		t.Errorf("error %+v", e)
	}
	if b.calls("list") != 2 || b.calls("token") != 2 {
		t.Errorf("%d list calls, %d token calls", b.calls("list"), b.calls("token"))
	}
}

// The company lives elsewhere (code 16): followed once, stored, and used for everything from then on.
func TestMovedTenant(t *testing.T) {
	b := newBareBench(t)
	home := newBareBench(t)
	b.fis.SetBehaviour(simfis.Behaviour{MovedTo: home.server.URL + "/tenant/one"})
	if _, err := b.client.Login(b.Context(), "sim-request-token"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.client.Find(b.Context(), fis.Expense, "R1"); err != nil {
		t.Fatal(err)
	}
	b.clock.Sleep(b.Context(), time.Hour)
	if err := b.client.Authorize(b.Context()); err != nil {
		t.Fatal(err)
	}
	if b.calls("token") != 1 || b.calls("list") != 0 || home.calls("token") != 2 || home.calls("list") != 1 {
		t.Errorf("old: %d/%d, new: %d/%d", b.calls("token"), b.calls("list"), home.calls("token"), home.calls("list"))
	}
	home.fis.SetBehaviour(simfis.Behaviour{MovedTo: b.server.URL + "/tenant/one"})
	b.clock.Sleep(b.Context(), time.Hour)
	if err := b.client.Authorize(b.Context()); as[*TokenError](t, err).Code != 16 {
		t.Errorf("two services that point at each other: %v", err)
	}
	if n := b.calls("token"); n != 2 {
		t.Errorf("%d token requests at the first: the second move was followed", n-1)
	}
}

func TestForeignGeolocationIsRefused(t *testing.T) {
	for _, where := range []string{"https://concursolutions.com.example.org", "http://us.api.concursolutions.com", "https://evil.example", "ftp://x", "::"} {
		b := newBareBench(t)
		b.fis.SetBehaviour(simfis.Behaviour{Geolocation: where})
		if _, err := b.client.Login(b.Context(), "sim-request-token"); as[*TokenError](t, err).Err == nil {
			t.Errorf("%s: %v", where, err)
		}
		if b.store.has {
			t.Errorf("%s was stored", where)
		}
		b.fis.SetBehaviour(simfis.Behaviour{MovedTo: where})
		if _, err := b.client.Login(b.Context(), "sim-request-token"); as[*TokenError](t, err).Err == nil {
			t.Errorf("%s: %v", where, err)
		}
	}
}

// A refresh that names a foreign place: the rotated token is kept, the place is not.
func TestForeignGeolocationInRefresh(t *testing.T) {
	b := newBench(t)
	home := b.store.token.Geolocation
	b.fis.SetBehaviour(simfis.Behaviour{SingleUse: true, Geolocation: "https://evil.example"})
	b.clock.Sleep(b.Context(), time.Hour)
	if _, err := b.client.Find(b.Context(), fis.Expense, "R1"); err == nil || !strings.Contains(err.Error(), "evil.example") {
		t.Fatalf("error %v", err)
	}
	if b.calls("list") != 0 || b.store.token.Geolocation != home {
		t.Errorf("%d calls, at %s", b.calls("list"), b.store.token.Geolocation)
	}
	b.fis.SetBehaviour(simfis.Behaviour{SingleUse: true})
	if _, err := b.client.Find(b.Context(), fis.Expense, "R1"); err != nil {
		t.Errorf("after the service mended: %v", err)
	}
}

func TestPlaces(t *testing.T) {
	for base, good := range map[string]bool{
		"https://us.api.concursolutions.com": true, "https://us.api.concursolutions.com/": true, "http://127.0.0.1:8080/x": true,
		"http://[::1]:80": true, "http://localhost:1": true, "http://us.api.concursolutions.com": false, "https://u:p@host": false, "": false,
		"https://host?x=1": false, "us.api.concursolutions.com": true,
	} {
		if _, err := newPlaces(base, VendorDomains()); (err == nil) != good {
			t.Errorf("base %q: %v", base, err)
		}
	}
	p, err := newPlaces("https://us.api.concursolutions.com", VendorDomains())
	if err != nil {
		t.Fatal(err)
	}
	for at, good := range map[string]bool{
		"": true, "https://emea.api.concursolutions.com": true, "https://cn.api.concurcdc.cn/": true, "eu2.api.concursolutions.com": true,
		"http://emea.api.concursolutions.com": false, "http://127.0.0.1:9": false, "https://notconcursolutions.com": false,
	} {
		if _, err := p.check(at); (err == nil) != good {
			t.Errorf("geolocation %q: %v", at, err)
		}
	}
}

// Each documented code has its own words and a way out.
func TestTokenCodes(t *testing.T) {
	for code, want := range map[int]string{
		5: "wrong credentials", 19: "wrong credentials", 10: "locked", 11: "locked", 12: "locked", 13: "locked", 14: "locked", 20: "locked",
		53: "not enabled", 54: "scope", 59: "client is disabled", 61: "not found", 64: "wrong client secret", 106: "missing",
		107: "not allowed", 108: "bad or expired", 120: "credtype", 123: "principal",
	} {
		for _, form := range []string{`{"code":%d,"error":"e","error_description":"said so"}`, `{"code":"%d","error":"e"}`} {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("concur-correlationid", "c-1")
				w.WriteHeader(400)
				fmt.Fprintf(w, form, code)
			}))
			b := newBareBench(t, func(c *Config) { c.BaseURL = server.URL })
			_, err := b.client.Login(b.Context(), "request-token")
			e := as[*TokenError](t, err)
			if e.Code != code || e.Hint == "" || !strings.Contains(err.Error(), want) || e.Correlation != "c-1" || e.Temporary() {
				t.Errorf("code %d: %v; hint %q", code, err, e.Hint)
			}
			server.Close()
		}
	}
}

// The server's clock is off by four minutes, either way: no call is refused, whatever the minute.
func TestClockSkew(t *testing.T) {
	for _, skew := range []time.Duration{4 * time.Minute, -4 * time.Minute} {
		clock := newClock()
		service := simfis.New(simfis.Config{Now: func() time.Time { return clock.Now().Add(skew) }})
		server := httptest.NewServer(service)
		b := newBareBench(t, func(c *Config) { c.BaseURL, c.Now, c.Sleep = server.URL, clock.Now, clock.Sleep })
		b.store.now = clock.Now
		// A token whose life began when the server's clock was right: it ends four minutes early or late for us.
		if _, err := b.client.Login(b.Context(), "sim-request-token"); err != nil {
			t.Fatal(err)
		}
		b.store.token.AccessExpires = b.store.token.AccessExpires.Add(skew)
		b.client.tokens.have = b.store.token
		for range 150 {
			if _, err := b.client.Find(b.Context(), fis.Expense, "R1"); err != nil {
				t.Fatal(err)
			}
			clock.Sleep(b.Context(), time.Minute)
		}
		for _, c := range service.Record() {
			if c.Status == 401 {
				t.Errorf("skew %s: refused at %s", skew, c.Time)
			}
		}
		server.Close()
	}
}

func TestIdleRefreshIsWeekly(t *testing.T) {
	b := newBench(t)
	for day, want := range []bool{false, false, false, false, false, false, false, false, true, false} {
		did, err := b.client.KeepFresh(b.Context())
		if err != nil || did != want {
			t.Errorf("day %d: refreshed %v, %v", day, did, err)
		}
		b.clock.Sleep(b.Context(), 24*time.Hour)
	}
}

// A refresh that returns the same refresh token does not make it younger.
func TestUnchangedRefreshTokenKeepsItsAge(t *testing.T) {
	for name, behaviour := range map[string]simfis.Behaviour{"same": {KeepRefresh: true}, "none": {NoRefresh: true}} {
		b := newBench(t)
		issued, refresh := b.clock.Now(), b.store.token.Refresh
		b.fis.SetBehaviour(behaviour)
		b.clock.Sleep(b.Context(), 24*time.Hour)
		if err := b.client.Authorize(b.Context()); err != nil {
			t.Fatal(err)
		}
		if got := b.store.token; got.Refresh != refresh || !got.RefreshObtained.Equal(issued) || got.Version != 2 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestStatusWarnsSixtyDaysBefore(t *testing.T) {
	issued := time.Date(2026, 1, 15, 8, 0, 0, 0, time.UTC)
	end := time.Date(2026, 7, 15, 8, 0, 0, 0, time.UTC)
	token := Token{Refresh: "r", RefreshObtained: issued}
	for _, c := range []struct {
		now  time.Time
		days int
		warn string
	}{
		{issued, 181, ""}, {end.AddDate(0, 0, -61), 61, ""}, {end.AddDate(0, 0, -60), 60, "in 60 days"},
		{end.AddDate(0, 0, -1), 1, "in 1 days"}, {end.Add(time.Second), -1, "ended on 2026-07-15"},
	} {
		s := StatusOf(token, c.now)
		if !s.RefreshExpires.Equal(end) || s.DaysLeft != c.days || (c.warn == "") != (s.Warning == "") || !strings.Contains(s.Warning, c.warn) {
			t.Errorf("at %s: %+v", c.now, s)
		}
	}
}

func TestTokenEndpointIsBusy(t *testing.T) {
	b := newBench(t)
	b.clock.Sleep(b.Context(), time.Hour)
	b.clock.took()
	b.faults(simfis.Fault{Kind: simfis.FaultStatus, Call: "token", Status: 503, Times: 1},
		simfis.Fault{Kind: simfis.FaultStatus, Call: "token", Status: 429, RetryAfter: 77, Skip: 1, Times: 1})
	if err := b.client.Authorize(b.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]time.Duration{5 * time.Minute, 77 * time.Second}, b.clock.took()); diff != "" {
		t.Error(diff)
	}
}
