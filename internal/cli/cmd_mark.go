package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/spf13/cobra"
)

func newMark(a *app) *cobra.Command {
	var reason string
	var documents []string
	var cmd *cobra.Command
	var o desk.OutcomeGiven
	cmd = frame.ReasonFlag(&cobra.Command{
		Use:   "mark document DOC posted|rejected|settled | file FILE posted|rejected|received|lost | payment RESULT#LINE valid|invalid [--document DOC=AMOUNT …] | payment RESULT#LINE --document DOC | result RESULT settled | alarm N resolved",
		Short: "Say what really happened, where fisbridge cannot know",
		Long: `document DOC posted     the ERP has booked it (--number or --no-number, --company, --fiscal-year, --date); Concur is told success
document DOC rejected   the ERP has refused it (--message); Concur is told an error
document DOC settled    its stuck confirmation was settled in Concur by hand; nothing more is sent
file FILE posted        the ERP has booked every document of an import file of which it has said nothing (as for a document)
file FILE rejected      it has refused all of them (--message)
file FILE received      an import file in doubt did reach the ERP
file FILE lost          it did not: the next run makes a new file of its documents
payment RESULT#LINE valid    a listed payment is right all the same; Concur is told it, of a return that the money came back; the books do not change
payment RESULT#LINE invalid  it is no payment of its own; Concur is told nothing
payment RESULT#LINE valid --document DOC=AMOUNT   it pays so much of the document: one in another currency, or one of
                        several documents, with --document for each
payment RESULT#LINE --document DOC   a payment of which nobody knows the document is of this one; it is held against it, and Concur is told
result RESULT settled   the listed lines of a result file were looked after
alarm N resolved        what the alarm asked for was done`,
		Example: `  fisbridge mark document 9FD2A0C1B7E44B70 posted --number 1900004711 --company 1000 --reason "found in the ERP"`,
		Args:    frame.WantArgs(2, 3),
		RunE: a.Action(func(ctx context.Context, args []string) error {
			document := strings.Join(documents, " ")
			switch {
			case args[0] == "payment" && (len(args) == 3 || document != ""):
				return a.markPayment(ctx, args, document, reason)
			case document != "":
				return desk.Usage(errors.New("--document is for payments: mark payment RESULT#LINE --document DOC"))
			}
			if err := frame.WantArgs(3, 3)(cmd, args); err != nil {
				return err
			}
			return a.mark(ctx, args, o, reason)
		}),
	}, &reason)
	f := cmd.Flags()
	f.StringArrayVar(&documents, "document", nil, "the `document` that a payment is of; with what it pays of it (DOC=109.00) for each of several, and where it is in another currency")
	f.StringVar(&o.Number, "number", "", "the ERP's document number")
	f.BoolVar(&o.Unnumbered, "no-number", false, "the ERP gives no document number: Concur is told the name of the import file")
	f.StringVar(&o.Company, "company", "", "the ERP's company code")
	f.BoolVar(&o.OtherCompany, "other-company", false, "the ERP has it in the company that --company names, although it was written into the books of another one")
	f.StringVar(&o.FiscalYear, "fiscal-year", "", "fiscal year, four digits")
	f.StringVar(&o.Date, "date", "", "posting date, yyyy-MM-dd")
	f.StringVar(&o.Message, "message", "", "what people read in Concur about a rejected document (default: the reason)")
	return cmd
}

func (a *app) mark(ctx context.Context, args []string, o desk.OutcomeGiven, reason string) error {
	what, word, as := args[0], args[1], args[2]
	switch what + " " + as {
	case "document posted", "document rejected":
		outcome, err := o.Outcome(fis.Verdict(as), reason)
		if err != nil {
			return err
		}
		return a.onDocument(ctx, "mark", word, desk.MarkDocument(outcome, o.Sure, reason))
	case "document settled":
		return a.onDocument(ctx, "mark", word, desk.MarkSettled(reason))
	case "file posted", "file rejected":
		return desk.Beside(ctx, a.Place("mark"), func(w *desk.Workspace) error {
			f, err := w.MarkFileDocuments(ctx, word, fis.Verdict(as), o, 0, reason)
			a.Warnings(f.Warnings)
			if err == nil {
				a.Remark("%s of import file %s %s marked %s", wording.Counted(len(f.Done), "document"), f.File.Name, wording.Either(len(f.Done) == 1, "is", "are"), as)
			}
			return err
		})
	case "file received", "file lost":
		return desk.Beside(ctx, a.Place("mark"), func(w *desk.Workspace) error { return a.markFile(ctx, w, word, as, reason) })
	case "result settled", "result ignored":
		return desk.Beside(ctx, a.Place("mark"), func(w *desk.Workspace) error {
			r, err := w.SettleResult(ctx, word, reason)
			if err == nil {
				a.Remark("result file %s is settled", r.Name)
			}
			return err
		})
	case "alarm resolved":
		id, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return desk.Usage(fmt.Errorf("alarm: %q is not a number", word))
		}
		return desk.Beside(ctx, a.Place("mark"), func(w *desk.Workspace) error {
			err := w.ResolveAlarm(ctx, id, reason)
			if err == nil {
				a.Remark("alarm %d is resolved", id)
			}
			return err
		})
	}
	return desk.Usage(fmt.Errorf("mark does not know %q", strings.Join(args, " ")))
}

func (a *app) markFile(ctx context.Context, w *desk.Workspace, word, as, reason string) error {
	f, err := w.MarkFile(ctx, word, as == "received", reason)
	a.Warnings(f.Warnings)
	if err == nil {
		a.Remark("import file %s is marked %s%s", f.Name, as, wording.Either(as == "lost", "; the next run makes a new file of its documents", ""))
	}
	return err
}

// markPayment reads RESULT#LINE and settles that payment: as valid or invalid, or as one of a document.
func (a *app) markPayment(ctx context.Context, args []string, document, reason string) error {
	word, mark := args[1], desk.PaymentMark("")
	if len(args) == 3 {
		mark = desk.PaymentMark(args[2])
	}
	if mark != "" && mark != desk.PaymentValid && mark != desk.PaymentInvalid {
		return desk.Usage(fmt.Errorf("mark does not know %q", strings.Join(args, " ")))
	}
	if mark == desk.PaymentInvalid && document != "" {
		return desk.Usage(errors.New("a payment that is invalid is of no document"))
	}
	at := strings.LastIndexAny(word, "#/")
	line, err := 0, error(nil)
	if at > 0 {
		line, err = strconv.Atoi(word[at+1:])
	}
	if at <= 0 || err != nil || line < 1 {
		return desk.Usage(fmt.Errorf("payment: %q is not RESULT#LINE, such as 17#3", word))
	}
	return desk.Beside(ctx, a.Place("mark"), func(w *desk.Workspace) error {
		var p desk.PaymentMarked
		if mark == "" {
			p, err = w.PlacePayment(ctx, word[:at], line, document, reason)
		} else {
			p, err = w.MarkPayment(ctx, word[:at], line, mark, document, reason)
		}
		switch {
		case err != nil:
			return err
		case mark == desk.PaymentInvalid:
			a.Remark("line %d of result file %s is no payment of its own: Concur is told nothing of it", line, p.Result.Name)
			return nil
		}
		if p.Payment.Status == fis.PaymentReversed {
			a.Remark("the return of %s %s in line %d of result file %s counts for document %s, under the reference %s: Concur is told that the money came back, unless it was never told of that payment (a card's, beside what the employee has got); the books do not change", p.Payment.Amount, p.Payment.Currency, line, p.Result.Name, strings.Join(p.Of, ", "), p.As)
			return nil
		}
		a.Remark("the payment of %s %s in line %d of result file %s counts for document %s, under the reference %s", p.Payment.Amount, p.Payment.Currency, line, p.Result.Name, strings.Join(p.Of, ", "), p.As)
		return nil
	})
}
