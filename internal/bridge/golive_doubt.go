package bridge

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/mapping"
)

// A month is how far back a changed mapping is tried on the documents of its route.
const trialDays = 30

// LastMonth gives the documents of a route that were received in the last month and whose payload is still there.
func LastMonth(ctx context.Context, j *journal.Journal, route string, now time.Time) iter.Seq2[fis.Envelope, error] {
	return func(yield func(fis.Envelope, error) bool) {
		enough := errors.New("enough")
		err := j.EachRecentPayload(ctx, route, now.AddDate(0, 0, -trialDays), func(_ journal.Doc, env fis.Envelope) error {
			if !yield(env, nil) {
				return enough
			}
			return nil
		})
		if err != nil && !errors.Is(err, enough) {
			yield(fis.Envelope{}, err)
		}
	}
}

// Doubts tries a changed mapping beside the version in force on the documents of the last month, and gives what it would change that nobody said it
// would (mapping.Diff.Doubts). Such a version waits until a person has accepted it. Nothing is written.
func Doubts(ctx context.Context, j *journal.Journal, route string, former, plan *mapping.Plan, now time.Time) (found findings.List, documents int, err error) {
	next, stop := iter.Pull2(LastMonth(ctx, j, route, now))
	defer stop()
	d, err := mapping.Compare(ctx, former, plan, 0, func() (fis.Envelope, bool, error) {
		env, err, more := next()
		return env, more, err
	}, nil)
	if err != nil {
		return nil, 0, fmt.Errorf("try the changed mapping on the documents of the last month: %w", err)
	}
	return d.Doubts(former, plan), d.Documents, nil
}

// doubtsOf are the doubts about a workbook that is clean, none when a person has accepted it. They are found once for each version and day.
func (b *Bridge) doubtsOf(ctx context.Context, rc config.Route, live journal.MappingContent, former, plan *mapping.Plan) (findings.List, error) {
	if former == nil {
		return nil, nil // the former version cannot be read any more, which is told
	}
	accepted, err := b.j.MappingAccepted(ctx, rc.Name, plan.GuardedHash())
	if err != nil || accepted {
		return nil, err
	}
	key := doubtKey{rc.Name, live.FileHash, plan.GuardedHash(), b.now().Format(time.DateOnly)}
	if found, known := b.doubts[key]; known {
		return found, nil
	}
	found, _, err := Doubts(ctx, b.j, rc.Name, former, plan, b.now())
	if err != nil {
		return nil, err
	}
	if b.doubts == nil {
		b.doubts = map[doubtKey]findings.List{}
	}
	b.doubts[key] = found
	return found, nil
}

// doubtKey is what doubts depend on, as far as they are not looked for again.
type doubtKey struct{ route, live, hash, day string }

// acceptHint is how a person says that it is meant.
func acceptHint(route string) string {
	return fmt.Sprintf(`if that is meant: fisbridge mapping accept %s --reason "…"`, route)
}

// NotAcceptable says why there is nothing that a person could accept.
type NotAcceptable struct{ Reason, Hint string }

// Error is the reason.
func (e *NotAcceptable) Error() string { return e.Reason }

// AcceptMapping takes down that a person wants the workbook which lies in the place of a route's mapping to go live, whatever it changes. What is wrong
// with a workbook cannot be accepted: that must be mended. It gives what was accepted. The next run puts the workbook in force.
func (b *Bridge) AcceptMapping(ctx context.Context, name, reason string) (findings.List, error) {
	r := b.route(name)
	if r == nil {
		return nil, &NotAcceptable{fmt.Sprintf("there is no route %q", name), "fisbridge status names the routes"}
	}
	cand := lookAt(b.templates, b.cfg.Path(r.Mapping))
	if cand.plan == nil {
		return nil, &NotAcceptable{fmt.Sprintf("%s has %d errors, which must be mended", r.Mapping, len(cand.findings.Errors())), "fisbridge mapping check " + cand.path}
	}
	live, has, err := b.j.LiveMapping(ctx, name)
	switch {
	case err != nil:
		return nil, err
	case !has:
		return nil, &NotAcceptable{"no version is in force yet: the next run takes " + r.Mapping, "fisbridge run"}
	case SameVersion(live, cand.plan):
		return nil, &NotAcceptable{r.Mapping + " is the version in force", "fisbridge show mapping " + name}
	}
	failed, err := b.failedTests(ctx, cand.plan)
	if err != nil {
		return nil, err
	}
	if len(failed) > 0 {
		return nil, &NotAcceptable{fmt.Sprintf("%d tests of %s fail, and must be mended", len(failed), r.Mapping), "fisbridge mapping check " + cand.path}
	}
	former, _ := formerPlan(cand.path, live)
	found, err := b.doubtsOf(ctx, r.Route, live, former, cand.plan)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, &NotAcceptable{fmt.Sprintf("nothing about %s needs to be accepted: the next run puts it in force", r.Mapping), "fisbridge run"}
	}
	var problems []string
	for _, f := range found {
		problems = append(problems, f.String())
	}
	return found, b.j.AcceptMapping(ctx, name, cand.plan.GuardedHash(), reason, problems)
}
