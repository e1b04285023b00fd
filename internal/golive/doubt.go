package golive

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/internal/mapping/lint"
)

// A month is how far back a changed mapping is tried on the documents of its route.
const trialDays = 30

// LastMonth gives the documents of a route that were received in the last month and whose payload is still there.
func LastMonth(ctx context.Context, j *journal.Journal, route string, now time.Time) iter.Seq2[fis.Envelope, error] {
	return func(yield func(fis.Envelope, error) bool) {
		enough := errors.New("enough")
		err := j.EachRecentPayload(ctx, route, now.AddDate(0, 0, -trialDays), func(_ records.Doc, env fis.Envelope) error {
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

// Doubts tries a changed mapping beside the version in force on the documents of the last month, and gives what it
// would change that nobody said it would (compare.Diff.Doubts). Such a version waits until a person has accepted it.
// Nothing is written.
func Doubts(ctx context.Context, j *journal.Journal, route string, former, plan *mapping.Plan, now time.Time) (found findings.List, documents int, err error) {
	next, stop := iter.Pull2(LastMonth(ctx, j, route, now))
	defer stop()
	d, err := compare.Plans(ctx, former, plan, 0, now, func() (fis.Envelope, bool, error) {
		env, err, more := next()
		return env, more, err
	}, nil)
	if err != nil {
		return nil, 0, fmt.Errorf("try the changed mapping on the documents of the last month: %w", err)
	}
	return lint.Doubts(d, former, plan), d.Documents, nil
}

// StandingDoubts are the doubts about a mapping that differs from the version in force of a route and was not accepted,
// and on how many documents of the last month it was tried; -1 when it was not.
func StandingDoubts(ctx context.Context, j *journal.Journal, route, path string, plan *mapping.Plan, now time.Time) (found findings.List, documents int, err error) {
	live, has, err := j.LiveMapping(ctx, route)
	if err != nil || !has || SameVersion(live, plan) {
		return nil, -1, err
	}
	if accepted, err := j.MappingAccepted(ctx, route, plan.GuardedHash()); err != nil || accepted {
		return nil, -1, err
	}
	if approved, err := j.ChangeApproved(ctx, route, plan.GuardedHash()); err != nil || approved {
		return nil, -1, err
	}
	former, _ := formerPlan(path, live)
	if former == nil {
		return nil, -1, nil
	}
	return Doubts(ctx, j, route, former, plan, now)
}

// doubtsOf are the doubts about a workbook that is clean, none when a person has accepted it. They are found once for
// each version and day.
func (k *Versions) doubtsOf(ctx context.Context, rc Route, live records.MappingContent, former, plan *mapping.Plan) (findings.List, error) {
	if former == nil {
		return nil, nil // the former version cannot be read any more, which is told
	}
	accepted, err := k.Journal.MappingAccepted(ctx, rc.Name, plan.GuardedHash())
	if err != nil || accepted {
		return nil, err
	}
	key := doubtKey{rc.Name, live.FileHash, plan.GuardedHash(), k.Now().Format(time.DateOnly)}
	if found, known := k.doubts[key]; known {
		return found, nil
	}
	found, _, err := Doubts(ctx, k.Journal, rc.Name, former, plan, k.Now())
	if err != nil {
		return nil, err
	}
	if k.doubts == nil {
		k.doubts = map[doubtKey]findings.List{}
	}
	k.doubts[key] = found
	return found, nil
}

// doubtKey is what doubts depend on, as far as they are not looked for again.
type doubtKey struct{ route, live, hash, day string }

// acceptHint is how a person says that it is meant.
func acceptHint(route string) string {
	return fmt.Sprintf(`if that is meant: fisbridge mapping accept %s --reason "…"`, route)
}

// never: no person can accept it.
func never(f findings.Finding) bool { return f.Never }

// NotAcceptable says why there is nothing that a person could accept.
type NotAcceptable struct{ Reason, Hint string }

// Error is the reason.
func (e *NotAcceptable) Error() string { return e.Reason }

// Accept takes down that a person wants the workbook which lies in the place of a route's mapping to go live, whatever
// it changes. What is wrong with a workbook cannot be accepted: that must be mended. It gives what was accepted. The
// next run puts the workbook in force.
func (k *Versions) Accept(ctx context.Context, r Route, reason string) (findings.List, error) {
	name := r.Name
	if k.OthersApprove {
		return nil, &NotAcceptable{"somebody else must approve a changed mapping in this company: approval is other", fmt.Sprintf(`fisbridge mapping propose %s --reason "…"`, r.Mapping)}
	}
	cand, err := k.counts(ctx, r)
	if err != nil {
		return nil, err
	}
	if cand.plan == nil {
		return nil, &NotAcceptable{fmt.Sprintf("%s has %d errors, which must be mended", r.Mapping, len(cand.findings.Errors())), "fisbridge mapping check " + cand.path}
	}
	live, has, err := k.Journal.LiveMapping(ctx, name)
	switch {
	case err != nil:
		return nil, err
	case !has:
		return nil, &NotAcceptable{"no version is in force yet: the next run takes " + r.Mapping, "fisbridge run"}
	case SameVersion(live, cand.plan):
		return nil, &NotAcceptable{r.Mapping + " is the version in force", "fisbridge show mapping " + name}
	}
	failed, err := k.failedTests(ctx, cand.plan)
	if err != nil {
		return nil, err
	}
	if len(failed) > 0 {
		return nil, &NotAcceptable{fmt.Sprintf("%d tests of %s fail, and must be mended", len(failed), r.Mapping), "fisbridge mapping check " + cand.path}
	}
	former, _ := formerPlan(cand.path, live)
	found, err := k.doubtsOf(ctx, r, live, former, cand.plan)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, &NotAcceptable{fmt.Sprintf("nothing about %s needs to be accepted: the next run puts it in force", r.Mapping), "fisbridge run"}
	}
	if i := slices.IndexFunc(found, never); i >= 0 {
		return nil, &NotAcceptable{r.Mapping + ": " + found[i].Reason.String(), "fisbridge mapping check " + cand.path + " names the Values that are to be written again"}
	}
	var problems []string
	for _, f := range found {
		problems = append(problems, f.String())
	}
	return found, k.Journal.AcceptMapping(ctx, name, cand.plan.GuardedHash(), reason, problems)
}
