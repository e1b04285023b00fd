package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/narrate"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// usualPage is how many rows a page of a list has.
const usualPage = 50

type listFlags struct {
	route, docType, since, until, employee, amount, text, find string
	states                                                     []string
	limit, page                                                int
}

func newList(a *app) *cobra.Command {
	o := listFlags{limit: usualPage, page: 1}
	cmd := &cobra.Command{
		Use:   "list documents|files|results|rejected|payments|lines|alarms",
		Short: "List documents, files, payments and alarms, also those that are finished",
		Long: `list shows what the journal knows, the latest first, narrowed by filters:

documents   every document, with the ERP's document number
rejected    the documents that the ERP or a person has refused, and why
files       import files, closed ones too
results     result files
payments    payments of the ERP, and whether Concur was told
lines       payments in result files that people are or were asked about, and
            which documents they may be of; those of nobody leave the list after
            matching.unclaimed_days (--state aged shows them)
alarms      what has asked for a person, resolved ones too

--find finds documents by what somebody reads aloud: a report's id, key or
number, a docId, the ERP's document number, the reference of a payment, an
employee's id, a word of the title or of the name of employee or vendor (or how
one of them begins), an amount, the name or ROUTE/NUMBER of an import file;
several words must all be found. --text finds the same, and what stands
anywhere in a reason; of files, results, payments and alarms what stands
anywhere in their names, numbers and reasons. --since and --until are days
of the schedule's time zone: documents received, files made, result files
collected, alarms opened on these days. fisbridge show tells everything about
one of them.`,
		Example: `  fisbridge list rejected --since 2026-03-01
  fisbridge list documents --employee S-4711 --state posted
  fisbridge list documents --amount 84.03
  fisbridge list documents --find "5100000042"
  fisbridge list files --route expenses --page 2
  fisbridge list alarms --state open --json`,
		ValidArgs: desk.ListKinds(),
		Args:      frame.OneOf("list", desk.ListKinds()),
	}
	f := cmd.Flags()
	f.StringVar(&o.route, "route", "", "of this `route` only")
	f.StringSliceVar(&o.states, "state", nil, "in these `states` only")
	f.StringVar(&o.docType, "type", "", "documents of this `type` only")
	f.StringVar(&o.since, "since", "", "from this `day` on, like 2026-03-01")
	f.StringVar(&o.until, "until", "", "up to and with this `day`")
	f.StringVar(&o.employee, "employee", "", "of the employee with this `id`")
	f.StringVar(&o.amount, "amount", "", "with exactly this `amount`")
	f.StringVar(&o.find, "find", "", "what somebody reads aloud of a document: `words` that begin its ids and numbers, its amount, its import file")
	f.StringVar(&o.text, "text", "", "with this `text` in numbers, names or reasons; documents by the beginnings of words")
	f.IntVar(&o.limit, "limit", usualPage, "`rows` of a page; 0: all")
	f.IntVar(&o.page, "page", 1, "which `page`, the first is 1")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		return desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) error {
			filter, err := o.filter(args[0], w.Config.Schedule.Zone())
			if err != nil {
				return err
			}
			if err := w.KnownRoute(ctx, o.route); err != nil {
				return err
			}
			return w.Snapshot(ctx, func(w *desk.Workspace) error { return a.list(ctx, w, args[0], filter) })
		})
	})
	return cmd
}

// filter reads the flags for a kind of list; what means nothing there is refused, for a list would seem to be narrowed
// and is not.
func (o listFlags) filter(kind string, zone *time.Location) (f desk.Filter, err error) {
	for name, value := range map[string]string{"type": o.docType, "employee": o.employee, "amount": o.amount, "route": o.route, "find": o.find} {
		if value != "" && !slices.Contains(desk.ListFilters(kind), name) {
			return f, desk.Usage(fmt.Errorf("--%s means nothing for a list of %s", name, kind))
		}
	}
	f = desk.Filter{Route: o.route, Type: fis.DocType(o.docType), Employee: o.employee, Text: o.text, Find: o.find, Limit: o.limit, Offset: (o.page - 1) * o.limit, States: o.states}
	switch {
	case o.docType != "" && !f.Type.Valid():
		return f, desk.Usage(fmt.Errorf("--type: %q is not one of %s", o.docType, strings.Join(offerTypes(context.Background(), nil), ", ")))
	case o.page < 1 || o.limit < 0:
		return f, desk.Usage(fmt.Errorf("--page begins at 1, --limit at 0"))
	case kind == "rejected" && len(o.states) > 0:
		return f, desk.Usage(fmt.Errorf("--state means nothing for a list of rejected documents"))
	case kind == "rejected":
		f.States = []string{string(desk.Rejected)}
	}
	for _, s := range o.states {
		if known := desk.StatesOf(kind); !slices.Contains(known, s) {
			return f, desk.Usage(fmt.Errorf("--state: %q is not one of %s", s, strings.Join(known, ", ")))
		}
	}
	if o.amount != "" {
		amount, err := fis.ParseAmount(o.amount)
		if err != nil {
			return f, desk.Usage(fmt.Errorf("--amount: %w", err))
		}
		f.Amount = &amount
	}
	if f.Since, err = frame.Day("since", o.since, zone); err != nil {
		return f, err
	}
	if f.Until, err = frame.Day("until", o.until, zone); err == nil && !f.Until.IsZero() {
		f.Until = f.Until.AddDate(0, 0, 1)
	}
	return f, err
}

func (a *app) list(ctx context.Context, w *desk.Workspace, kind string, f desk.Filter) error {
	switch kind {
	case "documents", "rejected":
		return pageOf(a, f, kind, w.ListDocuments, documentGrid)(ctx)
	case "files":
		return pageOf(a, f, kind, w.ListFiles, fileGrid)(ctx)
	case "results":
		return pageOf(a, f, kind, w.ListResults, resultGrid)(ctx)
	case "payments":
		return pageOf(a, f, kind, w.ListPayments, paymentGrid)(ctx)
	}
	if kind == "lines" {
		return pageOf(a, f, kind, w.ListAsked, askedGrid)(ctx)
	}
	return pageOf(a, f, kind, w.ListAlarms, alarmGrid)(ctx)
}

// pageOf reads a page of a list and shows it.
func pageOf[T any](a *app, f desk.Filter, kind string, read func(context.Context, desk.Filter) (desk.Page[T], error), table func([]T, *time.Location) *term.Grid) func(context.Context) error {
	return func(ctx context.Context) error {
		p, err := read(ctx, f)
		if err != nil {
			return err
		}
		if a.JSON {
			return a.WriteJSON(p)
		}
		a.pageHead(kind, f, p.Total, len(p.Rows))
		if len(p.Rows) > 0 {
			table(p.Rows, a.Zone()).Write(a.Stdout, a.Width())
		}
		return nil
	}
}

// pageHead tells which rows of how many follow.
func (a *app) pageHead(kind string, f desk.Filter, total, rows int) {
	switch {
	case total == 0:
		a.Say("%s: none", kind)
	case rows == 0:
		a.Say("%s: %s, and page %d is behind the last", kind, wording.Grouped(strconv.Itoa(total)), f.Offset/max(1, f.Limit)+1)
	case rows == total:
		a.Say("%s: %s", kind, wording.Grouped(strconv.Itoa(total)))
	default:
		a.Say("%s: %s, here %s to %s (--page N shows others, --limit 0 all)", kind, wording.Grouped(strconv.Itoa(total)), wording.Grouped(strconv.Itoa(f.Offset+1)), wording.Grouped(strconv.Itoa(f.Offset+rows)))
	}
}

func documentGrid(list []desk.ListedDoc, zone *time.Location) *term.Grid {
	g := &term.Grid{Heads: []string{"document", "route", "state", "received", "amount", "what"}, Right: []int{4}}
	for _, d := range list {
		g.Add(d.ID, desk.RouteName(d.Route), string(d.State), d.Received.In(zone).Format(time.DateOnly), fis.Money(d.Amount, d.Currency)+" "+d.Currency, narrate.Document(d).String())
	}
	return g
}

func fileGrid(list []desk.File, zone *time.Location) *term.Grid {
	g := &term.Grid{Heads: []string{"file", "state", "made", "documents", "name"}, Right: []int{3}}
	for _, f := range list {
		state := string(f.State)
		if f.Unverified {
			state += ", unverified"
		}
		g.Add(desk.FileLabel(f), state, f.Created.In(zone).Format(time.DateOnly), strconv.Itoa(f.Documents), f.Name)
	}
	return g
}

func resultGrid(list []desk.ResultFile, zone *time.Location) *term.Grid {
	g := &term.Grid{Heads: []string{"result", "route", "state", "collected", "lines", "not used", "name"}, Right: []int{0, 4, 5}}
	for _, r := range list {
		g.Add(strconv.FormatInt(r.ID, 10), r.Route, string(r.State), r.Collected.In(zone).Format(time.DateOnly), strconv.Itoa(r.Counts.Total), strconv.Itoa(r.Counts.Listed), r.Name)
	}
	return g
}

func paymentGrid(list []desk.PaidRow, _ *time.Location) *term.Grid {
	g := &term.Grid{Heads: []string{"reference", "state", "status", "paid", "amount", "document"}, Right: []int{4}}
	for _, p := range list {
		g.Add(p.Payment.Reference, string(p.State), string(p.Payment.Status), p.Payment.Cleared.String(), fis.Money(p.Payment.Amount, p.Payment.Currency)+" "+p.Payment.Currency, p.DocID)
	}
	return g
}

func askedGrid(list []desk.AskedLine, _ *time.Location) *term.Grid {
	g := &term.Grid{Heads: []string{"line", "state", "paid", "amount", "document"}, Right: []int{3}}
	for _, l := range list {
		of := l.DocID
		switch {
		case of == "" && len(l.May) == 0:
			of = "nobody knows: " + l.Problem
		case of == "":
			var ids []string
			for _, m := range l.May {
				ids = append(ids, m.DocID)
			}
			of = strings.Join(ids, " or ") + "?"
		}
		g.Add(fmt.Sprintf("%d#%d", l.ResultID, l.Line), string(l.Mark), l.Payment.Cleared.String(), fis.Money(l.Payment.Amount, l.Payment.Currency)+" "+l.Payment.Currency, of)
	}
	return g
}

func alarmGrid(list []desk.Alarm, zone *time.Location) *term.Grid {
	g := &term.Grid{Heads: []string{"alarm", "opened", "state", "what"}, Right: []int{0}}
	for _, al := range list {
		state, what := "open", al.Message
		if !al.Resolved.IsZero() {
			state, what = "resolved", al.Message+"; "+al.Resolution
		}
		g.Add(strconv.FormatInt(al.ID, 10), al.Opened.In(zone).Format(time.DateOnly), state, what)
	}
	return g
}
