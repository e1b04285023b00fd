package desk

import (
	"context"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// FileSettled is an import file about which a person has spoken.
type FileSettled struct {
	records.File
	// Warnings say what nobody could look at before the act; they hold also when the act was refused.
	Warnings []string
}

// Reissue withdraws an import file that the ERP did not take; the next run makes a new one of its documents. Those of
// without are rejected instead, with the message.
func (w *Workspace) Reissue(ctx context.Context, word string, without []string, message, reason string) (out FileSettled, err error) {
	f, err := w.File(ctx, word)
	if err != nil {
		return out, err
	}
	if out.File = f; f.State != records.Dropped && f.State != records.Refused {
		return out, fileRefused(f, "reissued")
	}
	rejected := map[string]fis.Outcome{}
	for _, word := range without {
		d, err := w.Document(ctx, word)
		if err != nil {
			return out, err
		}
		s, err := standingOf(ctx, w.Journal, d)
		if err != nil {
			return out, err
		}
		switch {
		case s.file == nil || s.file.ID != f.ID:
			return out, &Error{Code: ExitFailed, Err: say.Errorf("document %s is not in import file %s", d.ID, f.Name), Hint: say.F("fisbridge show file %s lists its documents", FileLabel(f))}
		case s.State != records.Filed && s.State != records.Held:
			return out, s.refused("left out")
		}
		rejected[d.ID] = rejection(message, reason)
	}
	if out.Warnings, err = w.notLyingThere(ctx, f); err != nil {
		return out, err
	}
	return out, w.Journal.Reissue(ctx, f.ID, rejected, reason)
}

// MarkFile says whether an import file in doubt did reach the ERP. One that did not is made again, with a new number.
func (w *Workspace) MarkFile(ctx context.Context, word string, received bool, reason string) (out FileSettled, err error) {
	f, err := w.File(ctx, word)
	if err != nil {
		return out, err
	}
	if out.File = f; !f.Unverified || f.State != records.Dropped {
		return out, fileRefused(f, "marked "+wording.Either(received, "received", "lost"))
	}
	if !received {
		if out.Warnings, err = w.notLyingThere(ctx, f); err != nil {
			return out, err
		}
	}
	return out, w.Journal.MarkFile(ctx, f.ID, received, reason)
}

// notLyingThere looks whether an import file that is to go out again still lies where the ERP finds it: then both would
// be imported. Of a package no file may lie there, not even one that starts nothing.
func (w *Workspace) notLyingThere(ctx context.Context, f records.File) (warnings []string, err error) {
	there, place, err := w.lyingThere(ctx, f, f.Names())
	switch {
	case err != nil:
		return []string{notLooked(f, err)}, nil
	case there != "":
		return nil, &Error{Code: ExitFailed, Err: say.Errorf("import file %s still lies in %s: the ERP would import it beside the new one", there, place), Hint: "take it out of that folder first, then give the command again"}
	}
	return nil, nil
}

// takenByERP looks whether the import file still lies where the ERP finds it: then the ERP has not imported it yet, and
// would do so after the word of the person.
func (w *Workspace) takenByERP(ctx context.Context, f records.File, docID string) (warnings []string, err error) {
	there, place, err := w.lyingThere(ctx, f, []string{f.Name})
	switch {
	case err != nil:
		return []string{notLooked(f, err)}, nil
	case there != "":
		return nil, &Error{Code: ExitFailed, Err: say.Errorf("import file %s still lies in %s: the ERP has not taken it, and would import document %s after this", f.Name, place, docID),
			Hint: "wait for the ERP, or take the file out of that folder first; then give the command again"}
	}
	return nil, nil
}

func notLooked(f records.File, err error) string {
	return fmt.Sprintf("nobody could look whether %s still lies in the ERP's folder: %s; make sure that it does not", f.Name, wording.Error(err))
}

// lyingThere is the first of these files of an import file that lies where the ERP finds it; empty when none does.
func (w *Workspace) lyingThere(ctx context.Context, f records.File, names []string) (there, place string, err error) {
	for _, r := range w.Config.Routes {
		if r.Name != f.Route {
			continue
		}
		t, err := w.Config.DropTo(r)
		if err != nil {
			return "", "", err
		}
		d, err := exchange.OpenDrop(t, exchange.Options{})
		if err != nil {
			return "", "", err
		}
		for _, name := range names {
			if _, lies, serr := d.Stat(ctx, name); serr != nil || lies {
				there, err = name, serr
				break
			}
		}
		return there, t.Place(), errors.Join(err, d.Close())
	}
	return "", "", fmt.Errorf("the configuration has no route %s", f.Route)
}

// paysFor tells whether Concur is told of payments of the document.
func paysFor(cfg *config.Config, d records.Doc) bool {
	r, ok := cfg.Route(d.Route)
	return ok && r.PaysFor(d.DocType)
}
