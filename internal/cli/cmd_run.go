package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func newRun(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "One pass over everything: fetch, acknowledge, render, drop, collect, confirm",
		Long: `One pass over everything, for a nightly scheduler. It does what can be done and tells what is left; what a
run that was killed left half-done is finished by the next one. Nothing is sent or booked twice.`,
		Example: `  fisbridge -C bridge run                # cron: 15 2 * * *  fisbridge -C /srv/bridge run
  fisbridge -C bridge run --json         # the summary for a monitoring system`,
		Args: wantArgs(0, 0),
		RunE: a.action(func(ctx context.Context, _ []string) error { return a.run(ctx) }),
	}
}

func (a *app) run(ctx context.Context) (err error) {
	w, err := desk.Open(ctx, a.place("run"), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	bars := a.newBars()
	b, err := w.Bridge(bars.step)
	if err != nil {
		return err
	}
	s, err := b.Run(ctx)
	bars.end()
	if err != nil {
		return desk.RestoredHint(err)
	}
	return a.tellSummary(s)
}

// bars shows one progress bar a step.
type bars struct {
	a    *app
	name string
	bar  *progressbar.ProgressBar
}

func (a *app) newBars() *bars { return &bars{a: a} }

func (p *bars) step(name string, done, total int) {
	if total == 0 {
		total = -1
	}
	if name != p.name || p.bar == nil {
		p.end()
		p.name, p.bar = name, p.a.newProgress(total, name)
	}
	_ = p.bar.Set(done) // a bar that cannot be drawn is no failure
}

func (p *bars) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
		p.bar = nil
	}
}

// tellSummary prints what a run did and ends with its exit code.
func (a *app) tellSummary(s *bridge.Summary) error {
	if a.json {
		if err := a.writeJSON(s); err != nil {
			return err
		}
	} else if !a.quiet {
		out := term.Lines{Out: a.stdout, Width: a.width(), Label: 9}
		for _, l := range summaryLines(s) {
			out.Put(l.label, "%s", l.text)
		}
	}
	for _, n := range s.Notes {
		if !strings.HasPrefix(n, "look: ") { // those are told below
			a.warn("%s", n)
		}
	}
	a.tellNeeds(s.Needs)
	switch s.Exit {
	case bridge.ExitFailed:
		return &desk.Error{Code: desk.ExitFailed, Err: s.Err(), Hint: failedHint(s.Err())}
	case bridge.ExitNeedsPerson:
		return desk.NeedsPerson()
	}
	return nil
}

// mostTold is how many things of a kind a run names; status lists them all.
const mostTold = 5

// tellNeeds names what needs a person, so that nobody has to guess why a run ended with exit code 3: for quiet schedulers, too.
func (a *app) tellNeeds(needs desk.Needs) {
	if a.json || needs.Total == 0 {
		return
	}
	for _, code := range needs.Kinds() {
		told := 0
		for _, n := range needs.First {
			if n.Code != code || told == mostTold && code != desk.NeedAlarm {
				continue
			}
			told++
			term.Print(a.stderr, "fisbridge: warning: %s\n", n.Message)
			if n.Remedy != "" && code != desk.NeedHeld && code != desk.NeedOverdue {
				term.Print(a.stderr, "fisbridge: hint: %s\n", n.Remedy)
			}
		}
		if more := needs.Counts[code] - told; more > 0 {
			term.Print(a.stderr, "fisbridge: warning: %s more\n", wording.Counted(more, string(code)))
		}
	}
	term.Print(a.stderr, "fisbridge: hint: fisbridge status shows everything that needs a person, and what to do\n")
}

// failedHint is what to do about a run that failed, before what is true of all of them.
func failedHint(err error) string {
	const always = "the next run goes on from here; nothing is done twice"
	if hint := desk.WayOut(err); hint != "" {
		return hint + "; " + always
	}
	return always
}

// summaryLine is one line of a run's summary.
type summaryLine struct{ label, text string }

// summaryLines is a run in a few lines, leaving out what did not happen.
func summaryLines(s *bridge.Summary) []summaryLine {
	var all []summaryLine
	line := func(what string, parts ...string) {
		kept := nonEmpty(parts...)
		if len(kept) == 0 {
			kept = []string{"nothing"}
		}
		all = append(all, summaryLine{what, strings.Join(kept, ", ")})
	}
	line("fetched", some(s.Stored, "stored"), some(s.Acknowledged, "acknowledged"), some(s.Recalled, "recalled"), some(s.Left, "left in Concur"))
	if s.Acknowledged > 0 && s.LockMax > 0 {
		line("", fmt.Sprintf("answer to acknowledgement: half within %d ms, 99 in 100 within %d ms, longest %d ms", s.LockP50, s.LockP99, s.LockMax))
	}
	line("files", some(s.Files, "made of "+wording.Counted(s.Filed, "document")), some(s.Dropped, "dropped"), some(s.Held, "held back"))
	for _, text := range s.Changed {
		line("", "not written as it came: "+text)
	}
	line("results", some(s.Results, "read"), some(s.Posted, "posted"), some(s.Rejected, "rejected"), several(s.Payments, "payment"))
	line("confirmed", several(s.Confirmed, "posting"), several(s.PaymentsSent, "payment"))
	t := s.Todo
	line("open", some(t.Stored, "to acknowledge"), some(t.AwaitingAnswer, "without the ERP's answer"), some(t.Held, "held"), some(t.ConfirmationsDue+t.PaymentsDue, "to confirm"),
		some(t.PaymentsWaiting, "paid before their posting is confirmed"), some(t.FilesUndropped, "to drop"), some(t.ResultsUnapplied, "to apply"), several(t.Alarms, "alarm"))
	return all
}

// several is a number of things, or nothing at all.
func several(n int, thing string) string {
	if n == 0 {
		return ""
	}
	return wording.Counted(n, thing)
}

func some(n int, what string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s", n, what)
}
