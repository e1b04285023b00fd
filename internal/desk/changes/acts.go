package changes

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/asseen"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/golive"
	"github.com/fisbridge/fisbridge/internal/journal/changes"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Change is a change of a mapping.
type Change = changes.Change

// Effect is what a change would do to the documents of a route.
type Effect = changes.Effect

// How a change stands.
const (
	Unusable  = changes.Unusable
	Checked   = changes.Checked
	Asked     = changes.Asked
	Approved  = changes.Approved
	InForce   = changes.InForce
	Rejected  = changes.Rejected
	Overtaken = changes.Overtaken
	Ended     = changes.Ended
)

// Where a change comes from.
const (
	Proposed = changes.Proposed
	Reverted = changes.Reverted
	RowAdded = changes.RowAdded
	OnTopOf  = changes.OnTop
	Again    = changes.Again
)

// Why an approval ended.
const (
	EndedByTemplate = changes.EndedByTemplate
	EndedByAge      = changes.EndedByAge
)

// Outcome is what became of a workbook that was given.
type Outcome struct {
	*Trial
	// Change is nil where nothing was asked for: the workbook has errors, or says nothing new.
	Change *Change `json:"change"`
}

// Propose asks for a changed mapping to go live. What has errors is not taken, which the trial tells, nor is what says
// nothing new. Where the company wants nobody else to agree, and there is no doubt, it is approved at once.
func Propose(ctx context.Context, w *desk.Workspace, mapping, name string, body []byte, reason string) (Outcome, error) {
	return ask(ctx, w, mapping, name, body, reason, changes.Proposed)
}

func ask(ctx context.Context, w *desk.Workspace, mapping, name string, body []byte, reason, origin string) (Outcome, error) {
	if err := noteRule(ctx, w); err != nil {
		return Outcome{}, err
	}
	if c, err := w.Journal.WaitingChange(ctx, mapping); err == nil {
		return Outcome{}, waitsAlready(c)
	} else if !errors.Is(err, ledger.ErrNotFound) {
		return Outcome{}, err
	}
	t, err := Try(ctx, w, mapping, name, body)
	if err != nil || !t.Usable() || t.Same {
		return Outcome{Trial: t}, err
	}
	if origin == changes.Proposed {
		if t.content.MadeFrom, err = madeFrom(ctx, w, mapping, name, body); err != nil {
			return Outcome{Trial: t}, err
		}
		if from := t.content.MadeFrom; from != "" {
			t.Findings = append(t.Findings, findings.Finding{Severity: findings.Warning, File: t.Name, Reason: say.F("it was made from version %s, which is not in force any more: what was changed since would be undone", from[:8])})
		}
	}
	doubts := t.Doubts()
	if i := slices.IndexFunc(doubts, func(f findings.Finding) bool { return f.Never }); i >= 0 {
		return Outcome{Trial: t}, &desk.Error{Code: desk.ExitInvalid, Err: say.Errorf("%s: %s", t.Name, doubts[i].Reason), Hint: "that cannot be approved: the Values that it names are to be written again"}
	}
	c := t.content
	c.Origin, c.Reason, c.Findings, c.Effects = origin, reason, t.Findings, t.Effects
	id, err := w.Journal.Ask(ctx, c, w.Config.ApprovalRule() == config.ApprovalNone && len(doubts) == 0)
	if errors.Is(err, ledger.ErrStale) {
		if c, err := w.Journal.WaitingChange(ctx, mapping); err == nil {
			return Outcome{Trial: t}, waitsAlready(c)
		}
	}
	if err != nil {
		return Outcome{Trial: t}, err
	}
	made, err := w.Journal.ChangeContent(ctx, id)
	return Outcome{t, &made.Change}, err
}

func waitsAlready(c Change) error {
	return &desk.Error{Code: desk.ExitFailed, Err: say.Errorf("change %d of %s, which %s asked for, %s", c.ID, c.Mapping, Person(c.AskedBy), waitsFor(c)),
		Hint: say.F(`one change of a mapping at a time: let it go live, or fisbridge mapping reject %s --reason "…"`, c.Mapping)}
}

func waitsFor(c Change) string {
	if c.State == Approved {
		return "goes live with the next run"
	}
	return "waits for approval"
}

// Approve lets the change of a mapping that waits go live with the next run. Where the company wants four eyes, nobody
// approves what he asked for himself. It is for the change that was seen: of the number, when one is given; and only
// while the versions in force and the template are those that it was tried with.
func Approve(ctx context.Context, w *desk.Workspace, mapping string, number int64, reason string) (Change, error) {
	c, err := waiting(ctx, w, mapping, number)
	if err != nil {
		return c, err
	}
	return approve(ctx, w, c, reason)
}

// ApproveSeen is Approve of the change with a number. What has moved since it was seen is refused as that.
func ApproveSeen(ctx context.Context, w *desk.Workspace, id int64, reason string) (Change, error) {
	c, err := w.Journal.Change(ctx, id)
	switch {
	case err != nil:
		return c, err
	case c.State != Asked:
		return c, asseen.Moved(changeName(c), string(c.State))
	}
	return approve(ctx, w, c, reason)
}

// ErrOwn is a change that who acts has a part in: he uploaded it, asked for it, or added a row to it.
var ErrOwn = errors.New("somebody else must approve it")

func approve(ctx context.Context, w *desk.Workspace, c Change, reason string) (Change, error) {
	mapping := c.Mapping
	if c.State == Approved {
		return c, refused(say.Errorf("change %d of %s is approved already: it goes live with the next run", c.ID, mapping), "fisbridge run")
	}
	rule := w.Config.ApprovalRule()
	if rule == config.ApprovalOther && Has(c, w.Actor()) {
		did := "asked for"
		if !same(Person(w.Actor()), Person(c.AskedBy)) {
			did = "has a part in"
		}
		return c, refused(say.Errorf("%s %s change %d, so %w", Person(w.Actor()), did, c.ID, ErrOwn),
			"approval: other in "+config.FileName+" is the rule of this company; a company of one person writes approval: none, which is on record")
	}
	if err := noteRule(ctx, w); err != nil {
		return c, err
	}
	if err := stillFits(ctx, w, c); err != nil {
		return c, err
	}
	return decided(ctx, w, c, w.Journal.Approve(ctx, c, rule, reason))
}

// Reject ends the change of a mapping that waits. Who asked for it takes it back so.
func Reject(ctx context.Context, w *desk.Workspace, mapping string, number int64, reason string) (Change, error) {
	c, err := waiting(ctx, w, mapping, number)
	if err != nil {
		return c, err
	}
	if err := noteRule(ctx, w); err != nil {
		return c, err
	}
	return decided(ctx, w, c, w.Journal.Reject(ctx, c, reason))
}

// RejectSeen ends the change with a number, which is not in force yet: who has a part in it withdraws it so.
func RejectSeen(ctx context.Context, w *desk.Workspace, id int64, reason string) (Change, error) {
	c, err := w.Journal.Change(ctx, id)
	switch {
	case err != nil:
		return c, err
	case !Open(c):
		return c, asseen.Moved(changeName(c), string(c.State))
	}
	if err := noteRule(ctx, w); err != nil {
		return c, err
	}
	return decided(ctx, w, c, w.Journal.Reject(ctx, c, reason))
}

// Open: something can still become of it as it is.
func Open(c Change) bool {
	return c.State == Unusable || c.State == Checked || c.State == Asked || c.State == Approved || c.State == Ended
}

func changeName(c Change) string { return fmt.Sprintf("change %d of %s", c.ID, c.Mapping) }

// decided is the change after a decision about it.
func decided(ctx context.Context, w *desk.Workspace, c Change, err error) (Change, error) {
	if err != nil {
		return c, err
	}
	now, err := w.Journal.ChangeContent(ctx, c.ID)
	return now.Change, err
}

// waiting is the change of a mapping that waits, which must be the one of the number where one is given.
func waiting(ctx context.Context, w *desk.Workspace, mapping string, number int64) (Change, error) {
	c, err := w.Journal.WaitingChange(ctx, mapping)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		return c, refused(say.Errorf("no change of %s waits", mapping), say.F("fisbridge mapping versions %s lists its changes", mapping))
	case err != nil:
		return c, err
	case number != 0 && c.ID != number:
		return c, refused(say.Errorf("change %d of %s does not wait any more; change %d does", number, mapping, c.ID), say.F("look at it before you decide: fisbridge mapping versions %s", mapping))
	}
	return c, nil
}

// Standing says whether what was seen of a change still holds: empty where it does; overtaken when another version went
// live since; template when the template is another one now; age when it was approved too long ago.
func Standing(ctx context.Context, w *desk.Workspace, c Change) (string, error) {
	base, err := golive.Base(ctx, w.Journal, c.Routes)
	if err != nil {
		return "", err
	}
	if !slices.Equal(base, c.Base) {
		return string(Overtaken), nil
	}
	return golive.EndedBy(ctx, w.Journal, w.Templates(), w.Config.Path(c.Mapping), c, w.Now())
}

// stillFits refuses a change that was tried with other versions in force, or with another template, than there are now.
func stillFits(ctx context.Context, w *desk.Workspace, c Change) error {
	again := say.F(`fisbridge mapping reject %s --reason "…", then propose it again, so that its effect is known`, c.Mapping)
	switch stands, err := Standing(ctx, w, c); {
	case err != nil:
		return err
	case stands == string(Overtaken):
		return refused(say.Errorf("change %d of %s is overtaken: another version went live since %s asked for it", c.ID, c.Mapping, Person(c.AskedBy)), again)
	case stands == EndedByTemplate:
		return refused(say.Errorf("change %d of %s was tried with another template than there is now", c.ID, c.Mapping), again)
	}
	return nil
}

// Revert asks for a former version of a mapping to go live again. to is its hash, or the beginning of it.
func Revert(ctx context.Context, w *desk.Workspace, mapping, to, reason string) (Outcome, error) {
	v, err := Former(ctx, w, mapping, to)
	if err != nil {
		return Outcome{}, err
	}
	return ask(ctx, w, mapping, v.Name, v.Body, reason, changes.Reverted)
}

func refused(err error, hint say.Text) error {
	return &desk.Error{Code: desk.ExitFailed, Err: err, Hint: hint}
}

func noteRule(ctx context.Context, w *desk.Workspace) error {
	return w.Journal.NoteApproval(ctx, w.Config.ApprovalRule(), w.Config.Approval != "")
}

// RuleWords says the rule of a company in a sentence.
func RuleWords(cfg *config.Config) string {
	if cfg.ApprovalRule() == config.ApprovalOther {
		return "a changed mapping goes live when somebody else than who asked for it has approved it"
	}
	return "a changed mapping that is clean goes live with the next run; nobody else has to agree"
}
