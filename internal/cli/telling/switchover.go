package telling

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/switchover"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

type switchoverFlags struct {
	extracts            []string
	since, until, route string
	list                string
	all                 bool
}

// NewSwitchover compares extract files with what FIS delivered.
func NewSwitchover(shared *frame.Frame) *cobra.Command {
	a := &room{shared}
	var o switchoverFlags
	cmd := &cobra.Command{
		Use:   "switchover --extract FILE…",
		Short: "Compare extract files with what FIS delivered, report by report",
		Long: `For some weeks the extract and FIS deliver the same reports. switchover reads expense extracts (SAE version 3, version 2, or
the workbook) and holds them against the journal, by report key and currency: what both have, what one of them has, and
what differs. Compared is the net amount of a report: column 169 added up, and what the document leaves to be paid.

An extract whose count, total, batch or signs do not agree with its header is not used at all, and told. A batch that is
given twice counts once. Cash advances that the extract issues are only added up: it has no id of them that FIS has.

With --list the reports of the extracts are added to a file. A route that names it (extract_list) holds the documents of these
reports, so that the ERP does not get them twice; a person releases them by name.

Exit code 3 when something differs, is on one side only, or could not be read.`,
		Example: `  fisbridge switchover --extract extract_CES_SAE_v3_p0000000_20260302.txt
  fisbridge switchover --since 2026-03-01 --until 2026-03-31 --extract march/*.txt
  fisbridge switchover --list switchover.csv --extract march/*.txt
  fisbridge switchover --extract march/*.txt --json`,
		Args: frame.WantArgs(0, -1),
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.extracts, "extract", nil, "an extract `file`; further ones may follow")
	f.StringVar(&o.since, "since", "", "of what only FIS has: received from this `day` on, like 2026-03-01")
	f.StringVar(&o.until, "until", "", "of what only FIS has: received up to and with this `day`")
	f.StringVar(&o.route, "route", "", "of what only FIS has: of this `route` only")
	f.StringVar(&o.list, "list", "", "add the reports of the extracts to this `file`, by which a route (extract_list) holds their documents")
	f.BoolVar(&o.all, "all", false, "show also the reports that are the same on both sides")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		files := append(o.extracts, args...)
		if len(files) == 0 {
			return desk.Usage(errors.New("switchover wants extract files: --extract FILE…"))
		}
		return a.switchover(ctx, files, o)
	})
	return cmd
}

func (a *room) switchover(ctx context.Context, files []string, o switchoverFlags) error {
	sel, err := period{since: o.since, until: o.until, route: o.route}.selection(a.Zone())
	if err != nil {
		return err
	}
	return desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) error {
		if err := w.KnownRoute(ctx, o.route); err != nil {
			return err
		}
		c, err := w.Switchover(ctx, files, sel)
		if err != nil {
			return err
		}
		if o.list != "" {
			news, all, err := c.AddTo(o.list)
			if err != nil {
				return err
			}
			a.Remark("%s: %s, %d new entries", o.list, wording.Counted(all, "report"), news)
		}
		if a.JSON {
			if err := a.WriteJSON(c); err != nil {
				return err
			}
		} else {
			a.switchoverText(c, o.all)
		}
		if c.NeedsPerson {
			return desk.NeedsPerson()
		}
		return nil
	})
}

func (a *room) switchoverText(c *switchover.Comparison, all bool) {
	for _, x := range c.Files {
		switch {
		case len(x.Problems) > 0:
			a.Say("%s: not used", x.Name)
			for _, p := range x.Problems {
				a.Say("  %s", p)
			}
		case x.Same != "":
			a.Say("%s: the same batch as %s, not counted again", x.Name, x.Same)
		default:
			a.Say("%s: batch %s of %s, %s, total %s", x.Name, x.Batch, x.Date, wording.Counted(x.Rows, "row"), fis.Money(x.Total, ""))
		}
	}
	for _, v := range c.Advances {
		a.Say("cash advances issued in the extract, not compared: %s, %s %s", wording.Counted(v.Rows, "row"), fis.Money(v.Amount, v.Currency), v.Currency)
	}
	g := &term.Grid{Heads: []string{"report", "result", "extract", "FIS", "difference", "", "documents"}, Right: []int{2, 3, 4}}
	rows := 0
	for i := range c.Reports {
		if r := &c.Reports[i]; all || r.Result != switchover.Same || r.Twice {
			rows++
			g.Add(r.Key, string(r.Result), side(r.Extract, r.Currency), side(r.FIS, r.Currency), fis.Money(r.Difference, r.Currency), r.Currency, documentsOf(r, a.Zone()))
		}
	}
	if rows > 0 {
		g.Write(a.Stdout, a.Width())
	}
	t := &term.Grid{Heads: []string{"result", "reports", "extract", "FIS", "", "in import files"}, Right: []int{1, 2, 3}}
	for _, s := range c.Totals {
		t.Add(string(s.Result), strconv.Itoa(s.Reports), fis.Money(s.Extract, s.Currency), fis.Money(s.FIS, s.Currency), s.Currency, strconv.Itoa(s.InFiles))
	}
	t.Write(a.Stdout, a.Width())
}

// side is an amount, or that there is none.
func side(v *fis.Amount, currency string) string {
	if v == nil {
		return "-"
	}
	return fis.Money(*v, currency)
}

// documentsOf names the documents of a report, with their states.
func documentsOf(r *switchover.Report, zone *time.Location) string {
	var out []string
	for _, d := range r.Documents {
		out = append(out, fmt.Sprintf("%s %s, received %s", d.ID, d.State, d.Received.In(zone).Format(time.DateOnly)))
	}
	if r.Note != "" {
		out = append(out, r.Note)
	}
	return strings.Join(out, "; ")
}
