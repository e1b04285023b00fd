package desk

import (
	"context"
	"errors"
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
)

// FileMarked is what a person's word about a whole import file has settled.
type FileMarked struct {
	File     records.File
	Done     []records.Doc
	Warnings []string
}

// Unanswered are the documents of an import file of which the ERP has said nothing, in its order.
func (w *Workspace) Unanswered(ctx context.Context, f records.File) (out []Standing, err error) {
	parts, err := w.Journal.Parts(ctx, f.ID)
	for _, p := range parts {
		if p.Withdrawn {
			continue
		}
		d, err := w.Journal.Document(ctx, p.DocID)
		if err != nil {
			return nil, err
		}
		if d.FileID != f.ID || d.State != records.Filed && d.State != records.Held {
			continue
		}
		s, err := standingOf(ctx, w.Journal, d)
		if err != nil {
			return nil, err
		}
		if s.markable() {
			out = append(out, s)
		}
	}
	return out, err
}

// MarkFileDocuments says what the ERP did with every document of an import file of which it has said nothing, as where it answers
// by telephone. All are looked at before the first is settled; each has its own row in the history. seen is how many the person
// saw, 0 for whoever counted none: when others have an answer meanwhile, nothing is done.
func (w *Workspace) MarkFileDocuments(ctx context.Context, word string, verdict fis.Verdict, given OutcomeGiven, seen int, reason string) (out FileMarked, err error) {
	o, err := given.Outcome(verdict, reason)
	if err != nil {
		return out, err
	}
	if out.File, err = w.File(ctx, word); err != nil {
		return out, err
	}
	f := out.File
	if f.State != records.Dropped && f.State != records.Refused {
		return out, fileRefused(f, "marked "+string(verdict))
	}
	list, err := w.Unanswered(ctx, f)
	switch {
	case err != nil:
		return out, err
	case len(list) == 0:
		return out, &Error{Code: ExitFailed, Err: say.Errorf("each document of import file %s has its answer", f.Name)}
	case seen > 0 && seen != len(list):
		return out, &Error{Code: ExitFailed, Err: say.Errorf("%d documents of import file %s wait for an answer now, and not %d: nothing was changed", len(list), f.Name, seen), Hint: "look at the file again"}
	}
	plan := w.planOf(f.Route)
	for _, s := range list {
		warnings, err := w.acceptable(ctx, s, o, given.Sure, plan)
		if err != nil {
			return out, err
		}
		for _, said := range warnings {
			if !slices.Contains(out.Warnings, said) {
				out.Warnings = append(out.Warnings, said)
			}
		}
	}
	more, err := w.takenByERP(ctx, f, list[0].ID)
	if out.Warnings = append(out.Warnings, more...); err != nil {
		return out, err
	}
	for _, s := range list {
		err := w.Journal.MarkOutcomeFrom(ctx, s.ID, s.State, o, reason)
		if errors.Is(err, ledger.ErrStale) { // a run has moved it meanwhile
			out.Warnings = append(out.Warnings, say.F("document %s has moved meanwhile: it is left as it is", s.ID).String())
			continue
		}
		if err != nil {
			return out, err
		}
		out.Done = append(out.Done, s.Doc)
	}
	return out, nil
}
