package bridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge/paying"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/tempfolder"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Run is one pass over everything: fetch, acknowledge, render, drop, collect, confirm. It does what can be done; the
// summary tells what was not, and why. The error is for what makes a pass impossible (the journal itself), or the end
// of ctx.
func (b *Bridge) Run(ctx context.Context) (*Summary, error) {
	s := &Summary{Started: b.now(), Full: true}
	clear(b.barred)
	b.openers = nil
	if b.beside.Began != nil {
		b.beside.Began()
	}
	if err := errors.Join(b.notRestored(ctx), tempfolder.Clean(b.cfg)); err != nil {
		return s, err
	}
	id, err := b.j.StartRun(ctx) // before all else: status tells of a run that was killed, however early
	if err != nil {
		return s, err
	}
	s.Run = id
	if err := errors.Join(b.releaseDue(ctx), b.takeMappings(ctx, s), b.placeFiles(ctx)); err != nil {
		s.fail(err)
		s.cut = ctx.Err() != nil
		return s, errors.Join(err, b.finish(context.WithoutCancel(ctx), s))
	}
	b.pass(ctx, s, b.steps())
	if ctx.Err() == nil {
		s.whole = true
		s.fail(b.tellLasting(ctx, s))
	}
	s.cut = ctx.Err() != nil
	return s, errors.Join(b.finish(context.WithoutCancel(ctx), s), ctx.Err())
}

// releaseDue lets go what a person held until a day that has come.
func (b *Bridge) releaseDue(ctx context.Context) error {
	n, err := b.j.ReleaseDue(ctx)
	if n > 0 {
		b.log.Info("documents released, for the day has come until which they were held", "documents", n)
	}
	return err
}

// pass does the steps one after the other; one that fails does not stop those behind it.
func (b *Bridge) pass(ctx context.Context, s *Summary, steps []step) {
	b.service.BeginRun()
	for _, step := range steps {
		if ctx.Err() != nil {
			return
		}
		b.begins(step.name)
		err := step.do(ctx, s)
		if err == nil || ctx.Err() != nil {
			continue
		}
		s.fail(inStep(step.name, err))
		b.log.Error("step failed", "step", step.name, "error", err.Error())
	}
}

func inStep(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}

// returnSteps are the half of a run that a result file wakes.
func (b *Bridge) returnSteps() []step {
	return []step{
		{"collect", b.collectAll},
		{"apply results", b.applyAll},
		{"render again", b.reissueAll},
		{"confirm postings", b.confirmPostings},
		{"confirm payments", b.confirmPayments},
	}
}

// Returns is the half of a run that a result file wakes: collect, apply, reissue, confirm. It is kept as a run only
// when it did something.
func (b *Bridge) Returns(ctx context.Context) (*Summary, error) {
	s := &Summary{Started: b.now()}
	b.openers = nil
	if err := errors.Join(b.notRestored(ctx), tempfolder.Clean(b.cfg)); err != nil {
		return s, err
	}
	if err := b.settle(ctx); err != nil {
		return s, err
	}
	before, err := b.j.OpenAlarms(ctx)
	if err != nil {
		return s, err
	}
	b.pass(ctx, s, b.returnSteps())
	s.fail(b.tellLooks(ctx, s, removedTrouble))
	now, err := b.j.OpenAlarms(context.WithoutCancel(ctx))
	if err != nil {
		return s, err
	}
	if s.Results+s.Dropped+s.Confirmed+s.PaymentsSent == 0 && len(s.errs) == 0 && sameAlarms(before, now) {
		return s, ctx.Err()
	}
	if s.Run, err = b.j.StartRun(context.WithoutCancel(ctx)); err != nil {
		return s, err
	}
	s.cut = ctx.Err() != nil
	return s, errors.Join(b.finish(context.WithoutCancel(ctx), s), ctx.Err())
}

type step struct {
	name string
	do   func(context.Context, *Summary) error
}

// steps in their order. Results are read before anything goes out, so that what the ERP answers to a withdrawn file is
// sent out anew in the same pass; confirmations come last, when everything is known.
func (b *Bridge) steps() []step {
	return []step{
		{"login", b.keepFresh},
		{"fetch", b.fetch},
		{"receipts", b.fetchReceipts},
		{"answer obligations", b.answerAll},
		{"collect", b.collectFirst},
		{"render", b.undoubted(b.renderAll)},
		{"drop", b.undoubted(b.dropAll)},
		{"drop receipts", b.undoubted(b.dropLateReceipts)},
		{"collect", b.collectLast},
		{"apply results", b.applyAll},
		{"render again", b.reissueAll},
		{"confirm postings", b.confirmPostings},
		{"confirm payments", b.confirmPayments},
		{"unclaimed payments", b.unclaimed},
		{"payments in part", b.paidShort},
		{"retention", b.age},
	}
}

func (b *Bridge) keepFresh(ctx context.Context, s *Summary) error {
	_, err := b.service.KeepFresh(ctx)
	if te := s.noToken(err); te != nil {
		return te
	}
	if err != nil {
		return err
	}
	return b.loginEnds(ctx, s)
}

// loginEnds warns in each run from the day on which the login needs to be renewed: nobody may look at anything else
// before it is over.
func (b *Bridge) loginEnds(ctx context.Context, s *Summary) error {
	status, err := b.service.Status(ctx)
	if err != nil || !status.LoggedIn || status.Warning == "" {
		return err
	}
	if status.Pressing() {
		s.said(lookMark + status.Warning) // finish puts it on the list
	} else {
		s.note(status.Warning)
	}
	return nil
}

// LoginNeed is what a person has to do about the login to Concur, if anything.
func LoginNeed(status concur.Status) (need records.Need, is bool) {
	if !status.Pressing() {
		return need, false
	}
	message, remedy, _ := strings.Cut(status.Warning, ": ")
	return records.Need{Code: records.NeedLogin, Subject: "login",
		Values: map[string]string{"ends": status.RefreshExpires.Format(time.DateOnly)}, Message: message,
		Remedy: remedy, Why: why.New("login-ends", "problem", message, "way", remedy), Since: status.RefreshIssued}, true
}

// collectFirst reads what the ERP has said before a new import file goes out: it may have taken a withdrawn file after
// all, or speak of numbers that this journal does not know. With it goes a look for other signs that the journal is
// older than the world.
func (b *Bridge) collectFirst(ctx context.Context, s *Summary) error {
	files, err := b.j.FilesIn(ctx, undropped...)
	if err != nil {
		return err
	}
	due := len(files)
	for _, r := range b.routes {
		n, err := b.j.CountTryable(ctx, r.Name)
		if err != nil {
			return err
		}
		due += n
	}
	if due == 0 {
		return nil
	}
	s.collected = true
	return errors.Join(b.collectAll(ctx, s), b.applyAll(ctx, s))
}

// collectLast is for a run that sends nothing out: a folder is read once a run.
func (b *Bridge) collectLast(ctx context.Context, s *Summary) error {
	if s.collected {
		return nil
	}
	return b.collectAll(ctx, s)
}

// reissueAll renders and drops what came back from withdrawn files in this pass.
func (b *Bridge) reissueAll(ctx context.Context, s *Summary) error {
	return errors.Join(b.undoubted(b.renderAll)(ctx, s), b.undoubted(b.dropAll)(ctx, s))
}

// unclaimed takes out of the list what is nobody's by now: what may be of documents only that are paid, and what is old.
func (b *Bridge) unclaimed(ctx context.Context, s *Summary) error {
	err := b.j.MootPayments(ctx, b.cfg.Matching.PostedDays, b.cfg.Matching.PaidDays)
	days := b.cfg.Matching.UnclaimedDays
	if err != nil || days <= 0 {
		return err
	}
	n, err := b.j.AgeUnclaimed(ctx, b.now().AddDate(0, 0, -days))
	if n > 0 {
		s.note(fmt.Sprintf("%s of banks' files, of no document of ours for %d days, left the list (list lines --state aged)",
			wording.Counted(n, "payment"), days))
	}
	return err
}

// paidShort asks about documents of which a rest stays unpaid.
func (b *Bridge) paidShort(ctx context.Context, _ *Summary) error {
	return paying.Short(ctx, b.j, b.now(), b.cfg.Matching.PartDays)
}

func (b *Bridge) age(ctx context.Context, s *Summary) error {
	days := b.cfg.Retention.PayloadDays
	if days <= 0 {
		return nil
	}
	before := b.now().AddDate(0, 0, -days)
	n, err := b.j.Age(ctx, before)
	s.AgedOut = int(n.Payloads)
	if err = errors.Join(err, b.j.AgeHeard(ctx, before)); err != nil {
		return err
	}
	copies, err := b.j.AgedCopies(ctx, before)
	if err != nil {
		return err
	}
	left, err := b.RemoveCopies(ctx, copies)
	more, lerr := b.RemoveFileCopies(ctx)
	var images []string
	var ierr error
	// The folder is looked through when something of it may have aged out, and now and then, for runs that were killed
	// before they could.
	if n.Texts > 0 || s.Run%someRuns == 0 {
		images, ierr = b.RemoveReceipts(ctx)
	}
	if left, err = slices.Concat(left, more, images), errors.Join(err, lerr, ierr); len(left) > 0 {
		b.log.Warn("copies of files are older than retention.payload_days and could not be removed", "files", len(left),
			"first", left[0])
	}
	return err
}

// someRuns is how many runs make "now and then".
const someRuns = 20

// mostNeeds bounds how many things of each kind that need a person a summary names; fisbridge status lists them all.
const mostNeeds = 20

// finish takes stock and closes the run.
func (b *Bridge) finish(ctx context.Context, s *Summary) error {
	var err error
	if s.Todo, err = b.j.Todo(ctx); err != nil {
		return err
	}
	if s.Alarms, err = b.j.OpenAlarms(ctx); err != nil {
		return err
	}
	if s.Needs, err = b.j.Needs(ctx, records.NeedRulesAt(b.now(), b.cfg.WarnAfterDays, mostNeeds)); err != nil {
		return err
	}
	login, err := b.service.Status(ctx)
	if err := inStep("login", err); err != nil && !slices.Contains(s.Problems, err.Error()) {
		s.fail(err) // it ends the run no other way than any step does
	}
	if s.LoginRefused != "" {
		login = login.WithRefusal(s.Started, s.LoginRefused)
	}
	if need, is := LoginNeed(login); is && err == nil {
		s.Needs.Add(need)
	}
	s.Ended = b.now()
	s.close()
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	b.log.Info("run ended", "run", s.Run, "exit", s.Exit, "stored", s.Stored, "dropped", s.Dropped,
		"confirmed", s.Confirmed, "payments", s.PaymentsSent)
	end := b.j.EndRun
	if s.whole {
		end = b.j.EndWholeRun
	}
	return errors.Join(end(ctx, s.Run, s.Exit, string(text)), b.j.NoteHead(ctx))
}

// states that several steps ask for.
var undropped = []records.FileState{records.Numbered, records.Uploading, records.Renaming}
