package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func (a *app) showResult(ctx context.Context, w *desk.Workspace, r desk.ResultFile, o showFlags) error {
	if o.bytes {
		in, err := w.ResultBytes(ctx, r)
		if err != nil {
			return err
		}
		return a.toStdout(in, "result file "+r.Name)
	}
	life, err := w.ResultLife(ctx, r)
	if err != nil {
		return err
	}
	if a.JSON {
		return a.WriteJSON(life)
	}
	a.resultText(life, o.all)
	return nil
}

func (a *app) resultText(r *desk.ResultLife, all bool) {
	l := term.Lines{Out: a.Stdout, Width: a.Width(), Label: 10, Zone: a.Zone()}
	l.Put("result", "%d, %s, route %s", r.ID, r.Name, r.Route)
	state := string(r.State)
	if r.Reason != "" {
		state += ": " + r.Reason
	}
	l.Put("state", "%s", state)
	l.Put("collected", "%s (%s)", wording.When(r.Collected, a.Zone()), wording.Age(a.Now(), r.Collected))
	l.Put("size", "%s bytes%s", wording.Grouped(strconv.FormatInt(r.Size, 10)), wording.Either(r.HasBytes, " (--bytes shows them)", ""))
	l.Put("sha256", "%s", r.SHA256)
	l.Put("format", "%s", r.Format)
	if r.State == desk.ResultApplied {
		c := r.Counts
		l.Put("lines", "%d: %s, %s, %d ignored, %d listed", c.Total, wording.Counted(c.Outcomes, "outcome"), wording.Counted(c.Payments, "payment"), c.Ignored, c.Listed)
	}
	l.Put("lies in", "%s", wording.Either(r.MovedTo == "", "the return folder still", r.MovedTo))
	alarmLines(l, a.Now(), a.Zone(), r.Alarms)
	if len(r.Listed) > 0 {
		shown := r.Listed
		if !all && len(shown) > usualParts {
			shown = shown[:usualParts]
		}
		term.Heading(a.Stdout, "lines that could not be used", len(r.Listed), len(shown))
		g := term.Grid{Heads: []string{"line", "document", "why"}, Right: []int{0}}
		for _, row := range shown {
			g.Add(strconv.Itoa(row.Line), row.DocID, row.Words())
			for _, m := range mayBe(row) {
				g.Add("", "", m)
			}
		}
		g.Write(a.Stdout, a.Width())
		if slices.ContainsFunc(r.Listed, func(l desk.ListedLine) bool { return l.Mark == desk.PaymentAsked }) {
			a.Say("\na payment that is right all the same: fisbridge mark payment %d#LINE valid --reason …   (or invalid: nothing is told)", r.ID)
		}
		if slices.ContainsFunc(r.Listed, func(l desk.ListedLine) bool { return l.Mark == desk.PaymentAsked && l.DocID == "" }) {
			a.Say("a payment without a document: fisbridge mark payment %d#LINE --document DOC --reason …", r.ID)
		}
	}
	unclaimedLines(a, r.Unclaimed, all)
	if r.Aged > 0 {
		a.Say("%s of no document of ours left the list: fisbridge list lines --state aged", wording.Counted(r.Aged, "payment"))
	}
	historyList(a.Stdout, a.Width(), a.Zone(), r.History, func(e desk.Event) say.Text {
		if e.FileID == 0 {
			return ""
		}
		return say.F("file %d", e.FileID)
	})
}

// unclaimedLines lists the payments of a file of all routes that are of no document of ours.
func unclaimedLines(a *app, list []desk.AskedLine, all bool) {
	if len(list) == 0 {
		return
	}
	shown := list
	if !all && len(shown) > usualParts {
		shown = shown[:usualParts]
	}
	term.Heading(a.Stdout, "payments of no document of ours", len(list), len(shown))
	g := term.Grid{Heads: []string{"line", "paid", "amount", "reference", "why"}, Right: []int{0, 2}}
	for _, l := range shown {
		g.Add(strconv.Itoa(l.Line), l.Payment.Cleared.String(), fis.Money(l.Payment.Amount, l.Payment.Currency)+" "+l.Payment.Currency, l.Payment.Reference, l.Problem)
	}
	g.Write(a.Stdout, a.Width())
}

// mayBe says which documents a payment may be of that a person is asked about.
func mayBe(l desk.ListedLine) (out []string) {
	if l.Mark != desk.PaymentAsked {
		return nil
	}
	for _, m := range l.May {
		text := fmt.Sprintf("may be %s: %s %s %s, route %s", m.DocID, fis.Money(m.Amount, m.Currency), m.Currency, m.State, m.Route)
		out = append(out, text+wording.Either(m.Number != "", ", ERP "+m.Number, ""))
	}
	return out
}
