package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func (a *app) showDocument(ctx context.Context, w *desk.Workspace, d journal.Doc, o showFlags) error {
	if o.payload {
		text, err := w.Payload(ctx, d)
		if err == nil {
			_, err = a.stdout.Bytes().Write(text)
		}
		return err
	}
	life, err := w.DocumentLife(ctx, d)
	if err != nil {
		return err
	}
	if a.json {
		return a.writeJSON(life)
	}
	a.documentText(life)
	return nil
}

func (a *app) documentText(d *desk.DocumentLife) {
	now := a.now()
	l := term.Lines{Out: a.stdout, Width: a.width(), Label: 10}
	l.Put("document", "%s", d.ID)
	kind := string(d.DocType)
	if d.IsTest {
		kind += " of a test user"
	}
	l.Put("type", "%s, %s", kind, wording.Either(d.Route == "", "no route takes it", "route "+d.Route))
	l.Put("state", "%s", stateLine(string(d.State), d.Reason, wording.When(d.Since), wording.Age(now, d.Since)))
	l.Put("report", "%s", reportText(d.Doc))
	l.Put("posted as", "%s", postAsWords(d.PostAs, d.Basis))
	l.Put("amount", "%s %s", fis.Money(d.Amount, d.Currency), d.Currency)
	l.Put("received", "%s", receivedText(d.Doc))
	l.Put("payload", "%s", payloadText(d))
	l.Put("sha256", "%s", d.PayloadSHA256)
	for _, p := range d.Places {
		l.Put("file", "%s", placeText(p))
	}
	familyText(l, d.Family)
	if len(d.Places) == 0 && d.State != journal.Left {
		l.Put("file", "in none yet")
	}
	for _, s := range d.Said {
		l.Put("result", "%s", saidText(s))
	}
	if d.Confirmation != nil {
		l.Put("posting", "%s", postingText(*d.Confirmation))
	}
	for _, p := range d.Payments {
		l.Put("payment", "%s", paymentText(p))
	}
	alarmLines(l, now, d.Alarms)
	if d.Case != nil {
		changeTable(d.Case, a.stdout, a.width())
	}
	historyList(a.stdout, a.width(), d.History, d.About)
}

func reportText(d journal.Doc) string {
	if d.ReportKey == "" {
		return d.ReportID
	}
	text := fmt.Sprintf("%s (key %s)", d.ReportID, d.ReportKey)
	if d.Revision > 1 {
		text += fmt.Sprintf(", revision %d", d.Revision)
	}
	return strings.TrimSpace(text)
}

func receivedText(d journal.Doc) string {
	s := wording.When(d.Received)
	if d.AcknowledgedAt.IsZero() {
		return s + ", not acknowledged"
	}
	s += ", acknowledged " + wording.When(d.AcknowledgedAt)
	if d.AckMillis > 0 {
		s += fmt.Sprintf(" (%d ms after it came)", d.AckMillis)
	}
	if d.AckAttempts > 1 {
		s += fmt.Sprintf(", asked %d times", d.AckAttempts)
	}
	return s
}

func payloadText(d *desk.DocumentLife) string {
	switch {
	case d.PayloadBytes > 0:
		return wording.Grouped(fmt.Sprint(d.PayloadBytes)) + " bytes (--payload shows them)"
	case d.State == journal.Left:
		return "not stored: it was left in Concur"
	}
	return "aged out"
}

func placeText(p desk.DocumentPlace) string {
	s := fmt.Sprintf("%s, %s, %s, debit %s credit %s %s; file is %s", p.File, p.Name, span(p.FirstLine, p.LastLine), fis.Money(p.Debit, p.Currency), fis.Money(p.Credit, p.Currency), p.Currency, p.State)
	if !p.Dropped.IsZero() {
		s += ", dropped " + wording.When(p.Dropped)
	}
	if as := postAsWords(p.PostAs, p.Basis); as != "" {
		s += "; it " + as
	}
	if p.Withdrawn && p.State != journal.Withdrawn {
		s += ", the document was taken out"
	}
	return s
}

func saidText(s journal.Said) string {
	text := fmt.Sprintf("line %d of %s (result %d): %s", s.Line, s.Result, s.ResultID, s.Kind)
	if s.Verdict != "" {
		text += " " + string(s.Verdict)
	}
	if s.FileLine > 0 {
		text += fmt.Sprintf(" about line %d of the import file", s.FileLine)
	}
	if s.Problem != "" {
		text += ": " + s.Problem
	}
	return text
}

func postingText(c journal.Confirmation) string {
	o := c.Outcome
	parts := []string{string(c.Verdict)}
	for _, p := range []struct{ name, value string }{{"number", o.Number}, {"company", o.Company}, {"fiscal year", o.FiscalYear}, {"on", o.Posted.String()}} {
		if p.value != "" {
			parts = append(parts, p.name+" "+p.value)
		}
	}
	if text := messageText(o.Messages); text != "" {
		parts = append(parts, "“"+text+"”")
	}
	return strings.Join(parts, ", ") + "; " + owedText(c.State, c.DoneAt, c.Due, c.Attempts, c.Code, c.Message, c.Correlation)
}

func paymentText(p journal.PaymentRecord) string {
	s := fmt.Sprintf("%s, %s, %s %s", p.Payment.Reference, desk.StatusWord(p.Payment.Status), fis.Money(p.Payment.Amount, p.Payment.Currency), p.Payment.Currency)
	if cleared := p.Payment.Cleared.String(); cleared != "" {
		s += ", cleared " + cleared
	}
	if p.Payment.Message != "" {
		s += ", “" + p.Payment.Message + "”"
	}
	return s + "; " + owedText(p.State, p.DoneAt, p.Due, p.Attempts, p.Code, p.Message, p.Correlation)
}

// owedText tells how far a confirmation of either kind has come.
func owedText(state journal.ConfirmState, done, due time.Time, attempts, code int, message, correlation string) string {
	var s string
	switch state {
	case journal.Done:
		s = "Concur knows it since " + wording.When(done)
	case journal.Pending:
		s = "due to be told to Concur since " + wording.When(due)
	case journal.Intended:
		s = "sent, but the answer is not known; asked again after " + wording.When(due)
	case journal.Waiting:
		s = "waits before Concur is told"
	case journal.Kept:
		s = "kept here: FIS takes payment confirmations for expense only, or the route sends none"
	default:
		s = string(state) + ": never repeated by itself"
	}
	if attempts > 1 {
		s += fmt.Sprintf(", sent %d times", attempts)
	}
	if answer := answerText(code, message); answer != "" {
		s += ", answer " + answer
	}
	if correlation != "" {
		s += ", correlation " + correlation
	}
	return s
}

func alarmLines(l term.Lines, now time.Time, alarms []journal.Alarm) {
	for _, al := range alarms {
		l.Put(fmt.Sprintf("alarm %d", al.ID), "%s, %s: %s", al.Kind, wording.Age(now, al.Opened), al.Message)
		if al.Resolved.IsZero() {
			l.Put("        →", "%s", al.Remedy)
		} else {
			l.Put("", "resolved %s: %s", wording.When(al.Resolved), al.Resolution)
		}
	}
}
