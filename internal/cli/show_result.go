package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// resultLife is everything that is known of a result file; of its lines, those that could not be used.
type resultLife struct {
	journal.ResultFile
	HasBytes bool            `json:"has_bytes"`
	Listed   []listedLine    `json:"listed"`
	Alarms   []journal.Alarm `json:"alarms"`
	History  []journal.Event `json:"history"`
}

// listedLine is a line that became neither an outcome nor a payment, and why.
type listedLine struct {
	Line    int    `json:"line"`
	DocID   string `json:"doc_id,omitempty"`
	Problem string `json:"problem"`
	// Mark is what a person said about a payment that does not fit: asked, valid, invalid; empty for other lines.
	Mark journal.PaymentMark `json:"mark,omitempty"`
}

// words is the reason, and what a person has said since.
func (l listedLine) words() string {
	if l.Mark == "" || l.Mark == journal.PaymentAsked {
		return l.Problem
	}
	return l.Problem + " (marked " + string(l.Mark) + ")"
}

func (a *app) showResult(ctx context.Context, j *journal.Journal, r journal.ResultFile, o showFlags) error {
	has, err := j.HasBytes(ctx, 0, r.ID)
	if err != nil {
		return err
	}
	if o.bytes {
		switch {
		case has || r.Size == 0:
			return a.toStdout(j.ResultBytes(ctx, r.ID), "result file "+r.Name)
		case r.State == journal.Repeated:
			return &Error{Code: ExitFailed, Err: fmt.Errorf("result file %s repeats an earlier one byte for byte and was not kept twice", r.Name), Hint: "its history names the earlier one: fisbridge show result " + strconv.FormatInt(r.ID, 10)}
		}
		return agedOut("result file "+r.Name, "it lies in "+r.MovedTo+" of the return folder, unless somebody took it away")
	}
	life := &resultLife{ResultFile: r, HasBytes: has}
	if err := j.ResultRows(ctx, r.ID, true, func(row journal.ResultRow) error {
		life.Listed = append(life.Listed, listedLine{row.Line, row.DocID, row.Problem, row.Mark})
		return nil
	}); err != nil {
		return err
	}
	if life.Alarms, err = j.AlarmsAbout(ctx, fmt.Sprintf("result %d", r.ID)); err != nil {
		return err
	}
	all, err := j.History(ctx, "", 0, r.ID)
	if err != nil {
		return err
	}
	for _, e := range all {
		if e.DocID == "" { // what it meant for single documents stands in their own history
			life.History = append(life.History, e)
		}
	}
	if a.json {
		return a.writeJSON(life)
	}
	a.resultText(life, o.all)
	return nil
}

func (a *app) resultText(r *resultLife, all bool) {
	l := term.Lines{Out: a.stdout, Width: a.width(), Label: 10}
	l.Put("result", "%d, %s, route %s", r.ID, r.Name, r.Route)
	state := string(r.State)
	if r.Reason != "" {
		state += ": " + r.Reason
	}
	l.Put("state", "%s", state)
	l.Put("collected", "%s (%s)", wording.When(r.Collected), wording.Age(a.now(), r.Collected))
	l.Put("size", "%s bytes%s", wording.Grouped(strconv.FormatInt(r.Size, 10)), wording.Either(r.HasBytes, " (--bytes shows them)", ""))
	l.Put("sha256", "%s", r.SHA256)
	l.Put("format", "%s", r.Format)
	if r.State == journal.Applied {
		c := r.Counts
		l.Put("lines", "%d: %s, %s, %d ignored, %d listed", c.Total, wording.Counted(c.Outcomes, "outcome"), wording.Counted(c.Payments, "payment"), c.Ignored, c.Listed)
	}
	l.Put("lies in", "%s", wording.Either(r.MovedTo == "", "the return folder still", r.MovedTo))
	alarmLines(l, a.now(), r.Alarms)
	if len(r.Listed) > 0 {
		shown := r.Listed
		if !all && len(shown) > usualParts {
			shown = shown[:usualParts]
		}
		term.Heading(a.stdout, "lines that could not be used", len(r.Listed), len(shown))
		g := term.Grid{Heads: []string{"line", "document", "why"}, Right: []int{0}}
		for _, row := range shown {
			g.Add(strconv.Itoa(row.Line), row.DocID, row.words())
		}
		g.Write(a.stdout, a.width())
		if slices.ContainsFunc(r.Listed, func(l listedLine) bool { return l.Mark == journal.PaymentAsked }) {
			a.say("\na payment that is right all the same: fisbridge mark payment %d/LINE valid --reason …   (or invalid: nothing is told)", r.ID)
		}
	}
	historyList(a.stdout, a.width(), r.History, func(e journal.Event) string {
		return wording.Either(e.FileID != 0, fmt.Sprintf("file %d", e.FileID), "")
	})
}
