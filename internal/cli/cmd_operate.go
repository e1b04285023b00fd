package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// The commands by which a person settles what needs a person. Each wants a reason, which goes into the history.

func reasonFlag(cmd *cobra.Command, reason *string) *cobra.Command {
	cmd.Flags().StringVarP(reason, "reason", "r", "", "why; it goes into the history (required)")
	cmd.PreRunE = func(*cobra.Command, []string) (err error) {
		if *reason, err = wording.Reason(*reason); err != nil {
			return &Error{Code: ExitUsage, Err: fmt.Errorf("--reason: %w", err), Hint: fmt.Sprintf("%s … --reason \"why\"", cmd.CommandPath())}
		}
		return nil
	}
	return cmd
}

// beside opens the folder for what a person settles, also while a run works in it: the lock is for runs, and each act is one transaction
// that looks again at the state it starts from.
func (a *app) beside(ctx context.Context, command string, body func(*workspace) error) (err error) {
	w, err := a.openBeside(ctx, command)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := bridge.AtHome(ctx, w.cfg, w.j); err != nil { // as exclusively
		return restoredHint(err)
	}
	return overtaken(body(w))
}

// overtaken words the refusal of an act whose ground a run has changed in the moment between the look and the act.
func overtaken(err error) error {
	var own *Error
	if !errors.Is(err, journal.ErrStale) || errors.As(err, &own) {
		return err
	}
	return &Error{Code: ExitFailed, Err: err, Hint: "a run was at it in the same moment; nothing was done: look with fisbridge show, then give the command again if it still applies"}
}

// exclusively opens the folder under its lock for a command that must not work beside a run.
func (a *app) exclusively(ctx context.Context, command string, body func(*workspace) error) (err error) {
	w, err := a.open(ctx, command, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := bridge.AtHome(ctx, w.cfg, w.j); err != nil { // what a person would settle may be settled elsewhere, or since
		return restoredHint(err)
	}
	return body(w)
}

// oneDocument finds the document that a word means: docId, report id or report key, or the beginning of one of the ids.
func oneDocument(ctx context.Context, j *journal.Journal, word string) (journal.Doc, error) {
	found, err := findDocuments(ctx, j, word)
	if err != nil {
		return journal.Doc{}, err
	}
	return onlyDocument(word, found)
}

// onlyDocument is the one document that was found for a word.
func onlyDocument(word string, found []journal.Doc) (journal.Doc, error) {
	switch {
	case len(found) == 0:
		return journal.Doc{}, &Error{Code: ExitFailed, Err: fmt.Errorf("no document has the docId, report id, report key or report number %q", word), Hint: "fisbridge status lists what is open"}
	case len(found) > 1:
		var ids []string
		for i, d := range found {
			if i == usualRows {
				ids = append(ids, fmt.Sprintf("and %d more", len(found)-i))
				break
			}
			ids = append(ids, fmt.Sprintf("%s (%s)", d.ID, d.State))
		}
		return journal.Doc{}, &Error{Code: ExitFailed, Err: fmt.Errorf("%q means %s: %s", word, wording.Counted(len(found), "document"), strings.Join(ids, ", ")), Hint: "give the whole docId"}
	}
	return found[0], nil
}

// shortestBeginning is how much of an id says which one is meant.
const shortestBeginning = 4

// findDocuments gives the documents that have the word as an id, or else those whose docId or report id begins with it.
func findDocuments(ctx context.Context, j *journal.Journal, word string) ([]journal.Doc, error) {
	found, err := j.FindDocuments(ctx, word)
	if err != nil || len(found) > 0 || len(word) < shortestBeginning {
		return found, err
	}
	return j.FindByBeginning(ctx, word)
}

// oneFile finds the import file that a word means: name, route/number or id.
func oneFile(ctx context.Context, j *journal.Journal, word string) (journal.File, error) {
	found, err := j.FindFiles(ctx, word)
	switch {
	case err != nil:
		return journal.File{}, err
	case len(found) == 0:
		return journal.File{}, &Error{Code: ExitFailed, Err: fmt.Errorf("no import file has the name, route/number or id %q", word), Hint: "fisbridge status lists the files that are open"}
	case len(found) > 1:
		return journal.File{}, &Error{Code: ExitFailed, Err: fmt.Errorf("%q means %d import files", word, len(found)), Hint: "give ROUTE/NUMBER"}
	}
	return found[0], nil
}

func newHold(a *app) *cobra.Command {
	var reason string
	return reasonFlag(&cobra.Command{
		Use: "hold DOC…", Short: "Keep acknowledged documents out of the next import file", Args: wantArgs(1, -1),
		Long:    "Keep an acknowledged document out of the next import file, until it is released or rejected. DOC is a docId, a report id or a report key, or the beginning of one of the ids.",
		Example: `  fisbridge hold 9FD2A0C1B7E44B70 --reason "waits for the budget owner"`,
		RunE: a.action(func(ctx context.Context, args []string) error {
			return a.onDocuments(ctx, "hold", args, func(w *workspace, s standing) error {
				if s.State != journal.Acknowledged {
					return s.refused("held")
				}
				return w.j.Hold(ctx, s.ID, reason)
			})
		}),
	}, &reason)
}

func newRelease(a *app) *cobra.Command {
	var reason, as string
	cmd := reasonFlag(&cobra.Command{
		Use: "release DOC… [--as replace|add]", Short: "Let held documents go into the next import file", Args: wantArgs(1, -1),
		Long: `Let held documents go into the next import file. DOC is a docId, a report id or a report key, or the beginning of one of the ids; one that cannot be
released does not stop the others.

A further document of a report that was posted is held until somebody says what it is (fisbridge show DOC tells the difference):
--as replace    the report as it is now: what changed against what was posted goes into the import file
--as add        the change itself: the document is posted as it is`,
		Example: `  fisbridge release 9FD2A0C1B7E44B70 --reason "account added to the mapping"
  fisbridge release 9FD2A0C1B7E44B70 --as replace --reason "the hotel was added to the report"`,
		RunE: a.action(func(ctx context.Context, args []string) error {
			if err := checkAs(as); err != nil {
				return err
			}
			return a.onDocuments(ctx, "release", args, func(w *workspace, s standing) error { return s.release(ctx, w, as, reason) })
		}),
	}, &reason)
	cmd.Flags().StringVar(&as, "as", "", "how a further document of a posted report is posted: `replace` or add")
	return cmd
}

func newReject(a *app) *cobra.Command {
	var reason, message string
	cmd := reasonFlag(&cobra.Command{
		Use: "reject DOC…", Short: "Refuse documents: Concur is told an error, and the processor reads the message", Args: wantArgs(1, -1),
		Long: `Refuse a held or waiting document. The next run confirms it to Concur as an error with the message; the report then shows
"Financial Posting Failed", and returns under a new docId when it was corrected and approved again.`,
		Example: `  fisbridge reject 9FD2A0C1B7E44B70 --reason "wrong company" --message "Please submit under company 2000"`,
		RunE: a.action(func(ctx context.Context, args []string) error {
			return a.onDocuments(ctx, "reject", args, func(w *workspace, s standing) error {
				if s.State != journal.Held && s.State != journal.Acknowledged {
					return s.refused("rejected")
				}
				return a.markOutcome(ctx, w, s, rejection(message, reason), reason)
			})
		}),
	}, &reason)
	cmd.Flags().StringVar(&message, "message", "", "what the employee and the processor read in Concur (default: the reason)")
	return cmd
}

func (a *app) onDocument(ctx context.Context, command, word string, body func(*workspace, standing) error) error {
	return a.beside(ctx, command, func(w *workspace) error {
		after, err := a.settleOne(ctx, w, word, body)
		if err != nil || !a.json {
			return err
		}
		return a.writeJSON(after)
	})
}

// onDocuments does the same to each of several documents. One that cannot be settled does not stop the others. As JSON, several are a list.
func (a *app) onDocuments(ctx context.Context, command string, words []string, body func(*workspace, standing) error) error {
	if len(words) == 1 {
		return a.onDocument(ctx, command, words[0], body)
	}
	return a.beside(ctx, command, func(w *workspace) error {
		settled := []journal.Doc{}
		for _, word := range words {
			after, err := a.settleOne(ctx, w, word, body)
			var refused *Error
			switch {
			case err == nil:
				settled = append(settled, after)
			case errors.As(err, &refused):
				a.warn("%v: %s", refused, refused.Hint)
			default:
				return err
			}
		}
		if a.json {
			if err := a.writeJSON(settled); err != nil {
				return err
			}
		}
		if left := len(words) - len(settled); left > 0 {
			return &Error{Code: ExitFailed, Err: fmt.Errorf("%s: %d of %d documents stay as they were", command, left, len(words)), Hint: "the warnings say why, and the way out; the others are done"}
		}
		return nil
	})
}

func (a *app) settleOne(ctx context.Context, w *workspace, word string, body func(*workspace, standing) error) (after journal.Doc, err error) {
	d, err := oneDocument(ctx, w.j, word)
	if err != nil {
		return after, err
	}
	s, err := standingOf(ctx, w.j, d)
	if err != nil {
		return after, err
	}
	if err := body(w, s); err != nil {
		return after, err
	}
	if after, err = w.j.Document(ctx, d.ID); err == nil {
		a.remark("document %s is %s now (was %s)", d.ID, after.State, d.State)
	}
	return after, err
}

func newRetry(a *app) *cobra.Command {
	var reason string
	cmd := reasonFlag(&cobra.Command{
		Use:   "retry held [ROUTE] | document DOC | result RESULT",
		Short: "Try again: all held documents, a document's stuck confirmation, or the unused lines of a result file",
		Long: `held [ROUTE]     every held document goes into the next import file again, after a mapping was mended
document DOC     a confirmation that Concur refused for good is sent again; a held document is released
result RESULT    a result file that could not be read, or lines of which could not be used, is read again with today's mapping: after a document
                 was brought back with refetch, or a sheet was mended. Lines that were used before change nothing`,
		Example: `  fisbridge retry held --reason "account 6105 added"
  fisbridge retry result 17 --reason "Results sheet mended"`,
		Args: wantArgs(1, 2),
		RunE: a.action(func(ctx context.Context, args []string) error { return a.retry(ctx, args, reason) }),
	}, &reason)
	return cmd
}

func (a *app) retry(ctx context.Context, args []string, reason string) error {
	word := ""
	if len(args) == 2 {
		word = args[1]
	}
	switch {
	case args[0] == "held":
		return a.beside(ctx, "retry", func(w *workspace) error {
			n, left, err := w.j.RetryHeld(ctx, word, reason)
			if err != nil {
				return err
			}
			if n+left == 0 && word != "" && !slices.ContainsFunc(w.cfg.Routes, func(r config.Route) bool { return r.Name == word }) {
				return &Error{Code: ExitFailed, Err: fmt.Errorf("there is no route %q", word), Hint: "fisbridge status lists the held documents with their routes"}
			}
			a.remark("%s into the next import file", wording.Counted(n, "held document")+wording.Either(n == 1, " goes", " go"))
			if left > 0 {
				a.remark("%s held: a person held them, the ERP may have them or refused their import file, or their report was posted before; release, reject or reissue each by name (fisbridge status)", wording.Counted(left, "document")+wording.Either(left == 1, " stays", " stay"))
			}
			return nil
		})
	case args[0] == "document" && word != "":
		return a.onDocument(ctx, "retry", word, func(w *workspace, s standing) error {
			if s.State == journal.Held && s.file == nil {
				return s.release(ctx, w, "", reason)
			}
			n, err := w.j.RetryConfirmation(ctx, s.ID, reason)
			if err == nil && n == 0 {
				return s.refused("tried again")
			}
			return err
		})
	case args[0] == "result" && word != "":
		return a.beside(ctx, "retry", func(w *workspace) error {
			r, err := oneResult(ctx, w.j, word)
			if err != nil {
				return err
			}
			if r.State != journal.Unreadable && !(r.State == journal.Applied && r.Counts.Listed > 0) {
				return &Error{Code: ExitFailed, Err: fmt.Errorf("result file %s (%d) cannot be read again: it is %s", r.Name, r.ID, r.State), Hint: fmt.Sprintf("fisbridge show result %d tells what came of its lines", r.ID)}
			}
			err = w.j.RetryResult(ctx, r.ID, reason)
			if errors.Is(err, journal.ErrNoBytes) {
				return &Error{Code: ExitFailed, Err: fmt.Errorf("result file %s (%d) cannot be read again: %w", r.Name, r.ID, journal.ErrNoBytes), Hint: "put the file into the return folder again; lines that were used before change nothing"}
			}
			if err != nil {
				return err
			}
			a.remark("the next run reads %s again", r.Name)
			return nil
		})
	}
	return usage(errors.New("retry wants: held [ROUTE], document DOC, or result RESULT"))
}

func oneResult(ctx context.Context, j *journal.Journal, word string) (journal.ResultFile, error) {
	found, err := j.FindResults(ctx, word)
	switch {
	case err != nil:
		return journal.ResultFile{}, err
	case len(found) == 0:
		return journal.ResultFile{}, fmt.Errorf("no result file has the id or name %q", word)
	case len(found) > 1:
		return journal.ResultFile{}, fmt.Errorf("%q means %d result files; give the id", word, len(found))
	}
	return found[0], nil
}

func newReissue(a *app) *cobra.Command {
	var reason, message string
	var without []string
	cmd := reasonFlag(&cobra.Command{
		Use: "reissue FILE [--without DOC,…]", Short: "Withdraw an import file that the ERP did not take; a new one holds its documents", Args: wantArgs(1, 1),
		Long: `Withdraw an import file that the ERP refused or lost, and let the next run make a new one, with a new number, of its documents.
Those named with --without are rejected instead: Concur is told an error with the message. Make sure first that the ERP has not
imported the file. FILE is a name, ROUTE/NUMBER, or an id.`,
		Example: `  fisbridge reissue expenses/12 --without 9FD2A0C1B7E44B70 --reason "cost centre closed" --message "Cost centre 4100 is closed"`,
		RunE: a.action(func(ctx context.Context, args []string) error {
			return a.reissue(ctx, args[0], without, reason, message)
		}),
	}, &reason)
	cmd.Flags().StringSliceVar(&without, "without", nil, "documents to leave out and reject")
	cmd.Flags().StringVar(&message, "message", "", "what the employee and the processor read in Concur about rejected documents (default: the reason)")
	return cmd
}

func (a *app) reissue(ctx context.Context, word string, without []string, reason, message string) error {
	return a.beside(ctx, "reissue", func(w *workspace) error {
		f, err := oneFile(ctx, w.j, word)
		if err != nil {
			return err
		}
		if f.State != journal.Dropped && f.State != journal.Refused {
			return fileRefused(f, "reissued")
		}
		rejected := map[string]fis.Outcome{}
		for _, word := range without {
			d, err := oneDocument(ctx, w.j, word)
			if err != nil {
				return err
			}
			s, err := standingOf(ctx, w.j, d)
			if err != nil {
				return err
			}
			switch {
			case s.file == nil || s.file.ID != f.ID:
				return &Error{Code: ExitFailed, Err: fmt.Errorf("document %s is not in import file %s", d.ID, f.Name), Hint: "fisbridge show file " + fileLabel(f) + " lists its documents"}
			case s.State != journal.Filed && s.State != journal.Held:
				return s.refused("left out")
			}
			rejected[d.ID] = rejection(message, reason)
		}
		if err := a.notLyingThere(ctx, w, f); err != nil {
			return err
		}
		if err := w.j.Reissue(ctx, f.ID, rejected, reason); err != nil {
			return err
		}
		a.remark("import file %s is withdrawn; the next run makes a new file of its other documents", f.Name)
		return nil
	})
}

func newMark(a *app) *cobra.Command {
	var reason string
	var o outcomeFlags
	cmd := reasonFlag(&cobra.Command{
		Use:   "mark document DOC posted|rejected|settled | file FILE received|lost | payment RESULT/LINE valid|invalid | result RESULT settled | alarm N resolved",
		Short: "Say what really happened, where fisbridge cannot know",
		Long: `document DOC posted     the ERP has booked it (--number, --company, --fiscal-year, --date); Concur is told success
document DOC rejected   the ERP has refused it (--message); Concur is told an error
document DOC settled    its stuck confirmation was settled in Concur by hand; nothing more is sent
file FILE received      an import file in doubt did reach the ERP
file FILE lost          it did not: the next run makes a new file of its documents
payment RESULT/LINE valid    a listed payment is right all the same; Concur is told
payment RESULT/LINE invalid  it is no payment of its own; Concur is told nothing
result RESULT settled   the listed lines of a result file were looked after
alarm N resolved        what the alarm asked for was done`,
		Example: `  fisbridge mark document 9FD2A0C1B7E44B70 posted --number 1900004711 --company 1000 --reason "found in the ERP"`,
		Args:    wantArgs(3, 3),
		RunE:    a.action(func(ctx context.Context, args []string) error { return a.mark(ctx, args, o, reason) }),
	}, &reason)
	f := cmd.Flags()
	f.StringVar(&o.number, "number", "", "the ERP's document number")
	f.StringVar(&o.company, "company", "", "the ERP's company code")
	f.StringVar(&o.year, "fiscal-year", "", "fiscal year, four digits")
	f.StringVar(&o.date, "date", "", "posting date, yyyy-MM-dd")
	f.StringVar(&o.message, "message", "", "what people read in Concur about a rejected document (default: the reason)")
	return cmd
}

type outcomeFlags struct{ number, company, year, date, message string }

func (o outcomeFlags) outcome(verdict fis.Verdict, reason string) (fis.Outcome, error) {
	out := fis.Outcome{Verdict: verdict, Number: o.number, Company: o.company, FiscalYear: o.year}
	if o.date != "" {
		d, err := fis.ParseDate(o.date)
		if err != nil {
			return out, usage(fmt.Errorf("--date: %w", err))
		}
		out.Posted = d
	}
	if verdict == fis.Rejected {
		out.Messages = rejection(o.message, reason).Messages
	} else if o.number == "" {
		return out, usage(errors.New("posted wants the ERP's document number: --number"))
	}
	return out, nil
}

func (a *app) mark(ctx context.Context, args []string, o outcomeFlags, reason string) error {
	what, word, as := args[0], args[1], args[2]
	switch what + " " + as {
	case "document posted", "document rejected":
		outcome, err := o.outcome(fis.Verdict(as), reason)
		if err != nil {
			return err
		}
		return a.onDocument(ctx, "mark", word, func(w *workspace, s standing) error {
			if !s.markable() {
				return s.refused("marked " + as)
			}
			return a.markOutcome(ctx, w, s, outcome, reason)
		})
	case "document settled":
		return a.onDocument(ctx, "mark", word, func(w *workspace, s standing) error {
			n, err := w.j.SettleByHand(ctx, s.ID, reason)
			if err == nil && n == 0 {
				return s.refused("marked settled, for none of its confirmations is stuck")
			}
			return err
		})
	case "file received", "file lost":
		return a.beside(ctx, "mark", func(w *workspace) error {
			f, err := oneFile(ctx, w.j, word)
			if err != nil {
				return err
			}
			if !f.Unverified || f.State != journal.Dropped {
				return fileRefused(f, "marked "+as)
			}
			if as == "lost" {
				if err := a.notLyingThere(ctx, w, f); err != nil {
					return err
				}
			}
			if err := w.j.MarkFile(ctx, f.ID, as == "received", reason); err != nil {
				return err
			}
			a.remark("import file %s is marked %s%s", f.Name, as, wording.Either(as == "lost", "; the next run makes a new file of its documents", ""))
			return nil
		})
	case "payment valid", "payment invalid":
		return a.markPayment(ctx, word, journal.PaymentMark(as), reason)
	case "result settled", "result ignored":
		return a.beside(ctx, "mark", func(w *workspace) error {
			r, err := oneResult(ctx, w.j, word)
			if err != nil {
				return err
			}
			err = w.j.ResolveAbout(ctx, fmt.Sprintf("result %d", r.ID), reason)
			if errors.Is(err, journal.ErrNotFound) {
				return &Error{Code: ExitFailed, Err: fmt.Errorf("nothing is open about result file %s (%d)", r.Name, r.ID), Hint: "fisbridge status lists the open alarms"}
			}
			if err == nil {
				a.remark("result file %s is settled", r.Name)
			}
			return err
		})
	case "alarm resolved":
		id, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return usage(fmt.Errorf("alarm: %q is not a number", word))
		}
		return a.beside(ctx, "mark", func(w *workspace) error {
			err := w.j.ResolveAlarm(ctx, id, reason)
			if errors.Is(err, journal.ErrNotFound) {
				return &Error{Code: ExitFailed, Err: fmt.Errorf("no alarm %d is open", id), Hint: "fisbridge status lists the open alarms"}
			}
			if err == nil {
				a.remark("alarm %d is resolved", id)
			}
			return err
		})
	}
	return usage(fmt.Errorf("mark does not know %q", strings.Join(args, " ")))
}
