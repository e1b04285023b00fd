package bridge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/bridge/logins"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/secret"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// patient makes the client one that waits, for so long in a run, as the service asks.
func patient(w *world, most time.Duration) {
	w.Helper()
	cfg := simfis.DefaultConfig()
	var err error
	w.client, err = concur.New(concur.Config{BaseURL: w.url, ClientID: cfg.ClientID,
		ClientSecret: secret.Text(cfg.ClientSecret), CompanyUUID: cfg.CompanyUUID,
		SystemID: w.cfg.Concur.SystemID, Tokens: logins.Tokens(w.j, cfg.CompanyUUID, testKey), MaxWait: most,
		MinInterval: -1, Now: w.clock.now, Sleep: w.clock.sleep})
	w.ok(err)
	w.service = w.client
	w.load()
}

// Concur is down all night: the run waits for it once, not for each type and each confirmation, says once what is the
// matter, and the rest of it is done.
func TestConcurIsDown(t *testing.T) {
	w := newWorld(t, options{})
	patient(w, 30*time.Minute)
	w.good("D1")
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"))
	w.faults(simfis.Fault{Kind: simfis.FaultStatus, Status: 503})
	from := w.clock.now()
	s := w.run(bridge.ExitFailed)
	// run sets the clock forward by ten
	if took := w.clock.now().Sub(from) - 10*time.Minute; took < 15*time.Minute || took > 31*time.Minute {
		t.Errorf("the run took %s", took)
	}
	said := strings.Join(s.Problems, "\n")
	if strings.Count(said, "list expense documents") != 1 ||
		!strings.Contains(said, "list invoice documents: the same: status 503") || len(s.Problems) != 2 {
		t.Errorf("%q", s.Problems)
	}
	if s.Results != 1 || s.Posted != 1 {
		t.Errorf("%d result files read, %d posted", s.Results, s.Posted)
	}
	w.faults()
	if s = w.run(bridge.ExitDone); s.Confirmed != 1 {
		t.Errorf("%d confirmed", s.Confirmed)
	}
}

// Nobody has logged in, or the login is over: told once, with the way out, and nothing is called in vain.
func TestNoLogin(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"))
	w.fis.ExpireRefresh()
	w.clock.add(2 * time.Hour)
	before := len(w.fis.Record())
	s := w.run(bridge.ExitFailed)
	if len(s.Problems) != 1 || !strings.Contains(s.Problems[0], "the refresh token is bad or expired") {
		t.Errorf("%q", s.Problems)
	}
	if !strings.Contains(s.LoginRefused, "fisbridge auth login") || s.Needs.Counts[records.NeedLogin] != 1 {
		t.Errorf("the refused login needs nobody: %q %v", s.LoginRefused, s.Needs)
	}
	if n := len(w.fis.Record()) - before; n > 2 { // the refresh token and the former one
		t.Errorf("%d calls", n)
	}
	if s.Posted != 1 {
		t.Errorf("%d posted", s.Posted)
	}
	_, err := w.client.Login(w.ctx, simfis.DefaultConfig().RequestToken)
	w.ok(err)
	if s = w.run(bridge.ExitDone); s.Confirmed != 1 {
		t.Errorf("%d confirmed", s.Confirmed)
	}
}

// The answer to an acknowledgement is lost in a time-out or behind a 503: it is asked for once more in the same run,
// but not before the service has had the five minutes that the vendor asks for.
func TestLostAcknowledgementIsAskedForAfterAWait(t *testing.T) {
	w := newWorld(t, options{})
	patient(w, 30*time.Minute)
	w.good("D1")
	w.faults(simfis.Fault{Kind: simfis.FaultAfter, Call: "acknowledge", Status: 503, Times: 1})
	w.run(bridge.ExitFailed)
	w.states("D1 filed")
	var at []time.Time
	for _, c := range w.fis.Record() {
		if c.Call == "acknowledge" {
			at = append(at, c.Time)
		}
	}
	if len(at) != 2 || at[1].Sub(at[0]) < 5*time.Minute {
		t.Errorf("acknowledged at %v", at)
	}
}

// The service keeps the same refresh token: its six months pass, and the nightly run says so in time; near the end it
// asks for a person.
func TestLoginEnds(t *testing.T) {
	w := newWorld(t, options{})
	w.fis.SetBehaviour(simfis.Behaviour{KeepRefresh: true})
	for _, c := range []struct {
		days int
		said bool
		exit int
	}{{100, false, bridge.ExitDone}, {125, true, bridge.ExitDone}, {170, true, bridge.ExitNeedsPerson}} {
		w.clock.add(time.Duration(c.days)*24*time.Hour - w.clock.now().Sub(time.Date(2026, 3, 31, 23, 0, 0, 0,
			time.UTC)))
		s := w.run(c.exit)
		said := len(s.Notes) == 1 && strings.Contains(s.Notes[0], "the refresh token ends on 2026-10-01")
		if said != c.said {
			t.Errorf("day %d: %q", c.days, s.Notes)
		}
	}
}
