package check

import (
	"context"
	"errors"
	"time"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/say"
)

// login looks at the stored login and, unless offline, tries it.
func (c *checker) login(ctx context.Context, offline bool) {
	const place = "login"
	hint := say.Text("fisbridge auth login")
	if err := desk.JournalPlace(c.cfg).There(); errors.Is(err, ledger.ErrNoJournal) {
		c.add(Problem, place, "nobody has logged in to Concur yet", hint)
		return
	}
	if c.unread {
		return // the journal cannot be read or used, which is told already
	}
	w, err := desk.Open(ctx, c.place, false)
	if err != nil {
		c.fault(Operator, desk.JournalKey(c.cfg), say.Of(err), told(desk.JournalHint(err)))
		return
	}
	defer w.Close()
	status, err := w.Login(ctx)
	switch {
	case err != nil:
		c.add(Problem, place, say.Of(err), "")
		return
	case !status.LoggedIn:
		c.add(Problem, place, "nobody has logged in to Concur yet", hint)
		return
	case !status.Refused.IsZero():
		c.add(Warning, place, told(status.Warning), "")
	case status.Warning != "":
		c.add(Warning, place, told(status.Warning), hint)
	}
	if status.Refused.IsZero() {
		c.add(Fine, place, say.F("lasts until %s, %d days from now, at %s", status.RefreshExpires.In(c.cfg.Schedule.Zone()).Format(time.DateOnly), status.DaysLeft, status.Geolocation), "")
	}
	c.marking(status.Scope)
	c.tryLogin(ctx, w, offline)
}

// tryLogin opens the stored login and, unless offline, asks Concur for an access token, as each run does first, and for
// the first document of each type that a route takes.
func (c *checker) tryLogin(ctx context.Context, w *desk.Workspace, offline bool) {
	client, err := w.Client(false)
	if err != nil {
		return // the secret is missing, which is told already
	}
	defer client.Close()
	if _, err := client.Status(ctx); err != nil { // what seals it is not there, or another one
		c.fault(Operator, "login", say.Of(err), told(desk.WayOut(err)))
		return
	}
	if offline {
		return
	}
	if err := client.Authorize(ctx); err != nil {
		c.fault(refuser(err), "concur", say.Of(err), told(desk.WayOut(err)))
		return
	}
	for _, t := range c.cfg.DocTypes() {
		ready, err := client.Reach(ctx, t)
		switch {
		case err != nil:
			c.fault(refuser(err), "concur", say.Of(err), told(desk.WayOut(err)))
			var call *concur.CallError
			if errors.As(err, &call) && call.Temporary() {
				return // the other types would say the same
			}
		case ready < 0:
			c.add(Fine, "concur", say.F("answers for %s", t), "")
		default:
			c.add(Fine, "concur", say.F("answers for %s: %s ready", t, say.Counted(ready, "document")), "")
		}
	}
}

// refuser is who can mend that Concur was not asked or did not give: the administrator of Concur where it refused, else the
// operator, who looks after network and proxies.
func refuser(err error) Who {
	var call *concur.CallError
	if errors.As(err, &call) && call.Status >= 400 && call.Status < 500 && !call.Temporary() {
		return Administrator
	}
	return Operator
}
