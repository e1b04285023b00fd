package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/narrate"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func (a *app) showDocument(ctx context.Context, w *desk.Workspace, d desk.Doc, o showFlags) error {
	if o.payload {
		text, err := w.Payload(ctx, d)
		if err == nil {
			_, err = a.Stdout.Bytes().Write(text)
		}
		return err
	}
	life, err := w.DocumentLife(ctx, d)
	if err != nil {
		return err
	}
	if a.JSON {
		return a.WriteJSON(life)
	}
	a.documentText(life)
	return nil
}

func (a *app) documentText(d *desk.DocumentLife) {
	now := a.Now()
	l := term.Lines{Out: a.Stdout, Width: a.Width(), Label: 10, Zone: a.Zone()}
	l.Put("document", "%s", d.ID)
	kind := string(d.DocType)
	if d.IsTest {
		kind += " of a test user"
	}
	l.Put("type", "%s, %s", kind, wording.Either(d.Route == "", "no route takes it", "route "+d.Route))
	l.Put("state", "%s", narrate.State(string(d.State), d.Reason, wording.When(d.Since, a.Zone()), wording.Age(now, d.Since)))
	if !d.HeldUntil.IsZero() {
		l.Put("held until", "%s; then a run releases it by itself", d.HeldUntil.In(a.Zone()).Format(time.DateOnly))
	}
	l.Put("report", "%s", narrate.Report(d.Doc))
	l.Put("posted as", "%s", narrate.PostAs(d.PostAs, d.Basis))
	l.Put("amount", "%s %s", fis.Money(d.Amount, d.Currency), d.Currency)
	l.Put("received", "%s", narrate.Received(d.Doc, a.Zone()))
	l.Put("payload", "%s", narrate.Payload(d))
	l.Put("sha256", "%s", d.PayloadSHA256)
	for _, r := range d.Receipts {
		l.Put(fmt.Sprintf("receipt %d", r.Number), "%s", narrate.Receipt(r, a.Zone()))
	}
	for _, p := range d.Places {
		l.Put("file", "%s", narrate.Place(p, a.Zone()))
	}
	familyText(l, d.Family)
	if len(d.Places) == 0 && d.State != desk.Left {
		l.Put("file", "in none yet")
	}
	for _, s := range d.Said {
		l.Put("result", "%s", narrate.Said(s))
	}
	if d.Confirmation != nil {
		l.Put("posting", "%s", narrate.Posting(*d.Confirmation, a.Zone()))
	}
	for _, p := range d.Payments {
		l.Put("payment", "%s", narrate.Payment(p, a.Zone()))
	}
	alarmLines(l, now, a.Zone(), d.Alarms)
	if d.Case != nil {
		changeTable(d.Case, a.Stdout, a.Width())
		lineTable(d.Case, a.Stdout, a.Width())
	}
	historyList(a.Stdout, a.Width(), a.Zone(), d.History, d.About)
}

func alarmLines(l term.Lines, now time.Time, zone *time.Location, alarms []desk.Alarm) {
	for _, al := range alarms {
		l.Put(fmt.Sprintf("alarm %d", al.ID), "%s, %s: %s", al.Kind, wording.Age(now, al.Opened), al.Message)
		if al.Resolved.IsZero() {
			l.Put("        →", "%s", al.Remedy)
		} else {
			l.Put("", "resolved %s: %s", wording.When(al.Resolved, zone), al.Resolution)
		}
	}
}
