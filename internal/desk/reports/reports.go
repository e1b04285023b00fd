// Package reports makes the reports that people file and send on: the reconciliation, the documents that the ERP
// rejected, those that are open, and a month as a whole. Each is tables of exact figures, which are written as a workbook,
// as CSV or as PDF. The figures are those of `report --json`, of the same moment and the same period; lists have no names
// of employees.
package reports

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/tables"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Ask says which report is wanted.
type Ask struct {
	// Kind is one of config.ReportKinds.
	Kind      string
	Selection desk.Selection
	// Period is what people call the time of the selection: 2026-11, or all of it where it is empty.
	Period string
}

// Report is a report that was made.
type Report struct {
	Kind  string
	Title string
	Facts [][2]string
	// Tables are its tables. CSV, where it is not nil, are those of the CSV instead: one row of headings for all.
	Tables []tables.Table
	CSV    []tables.Table
	// Reconciliation is what it was made of; nil for lists of documents.
	Reconciliation *desk.Reconciliation
	Made           time.Time
	// Rows is how many documents a list has.
	Rows int

	none    string         // what stands where a table has no row; empty is English
	onPaper []tables.Table // the tables of a PDF in another language; nil: those of paper
}

// Make makes a report of one instant. progress is told how many import files were read; nil: nobody waits.
func Make(ctx context.Context, w *desk.Workspace, ask Ask, progress func(done, total int)) (*Report, error) {
	r := &Report{Kind: ask.Kind, Made: w.Now()}
	err := w.Snapshot(ctx, func(w *desk.Workspace) error { return r.fill(ctx, w, ask, progress) })
	if err != nil {
		return nil, err
	}
	r.about(w, ask)
	return r, nil
}

func (r *Report) fill(ctx context.Context, w *desk.Workspace, ask Ask, progress func(done, total int)) error {
	zone := w.Config.Schedule.Zone()
	rejected := func() ([]desk.ListedDoc, error) {
		return documents(ctx, w, ask.Selection.Route, func(d desk.ListedDoc) bool {
			s := ask.Selection
			return (s.Since.IsZero() || !d.Since.Before(s.Since)) && (s.Until.IsZero() || d.Since.Before(s.Until))
		}, records.Rejected)
	}
	open := func() ([]desk.ListedDoc, error) {
		return documents(ctx, w, ask.Selection.Route, nil, records.Stored, records.Acknowledged, records.Held, records.Filed)
	}
	switch ask.Kind {
	case config.ReportRejected:
		list, err := rejected()
		r.Rows, r.Tables = len(list), []tables.Table{totals("rejected", list), rejectedTable(list, zone)}
		return err
	case config.ReportOpen:
		list, err := open()
		r.Rows, r.Tables = len(list), []tables.Table{totals("open", list), openTable(list, zone, r.Made)}
		return err
	case config.ReportReconciliation, config.ReportMonth:
	default:
		return fmt.Errorf("there is no report %q", ask.Kind)
	}
	rec, err := w.Reconcile(ctx, ask.Selection, progress)
	if err != nil {
		return err
	}
	r.Reconciliation = &rec
	if ask.Kind == config.ReportReconciliation {
		r.Tables = append([]tables.Table{overview(rec)}, sections(rec)...)
		r.CSV = []tables.Table{entries(rec)}
		return nil
	}
	gone, err := rejected()
	if err != nil {
		return err
	}
	left, err := open()
	if err != nil {
		return err
	}
	r.Rows = len(gone) + len(left)
	r.Tables = slices.Concat([]tables.Table{overview(rec), byRoute(rec), importFiles(rec)}, rounding(rec), []tables.Table{checks(rec), rejectedTable(gone, zone), openTable(left, zone, r.Made)})
	return nil
}

// documents are those in some states, the latest received first.
func documents(ctx context.Context, w *desk.Workspace, route string, want func(desk.ListedDoc) bool, states ...records.State) ([]desk.ListedDoc, error) {
	f := records.Filter{Route: route}
	for _, s := range states {
		f.States = append(f.States, string(s))
	}
	p, err := w.ListDocuments(ctx, f)
	if err != nil || want == nil {
		return p.Rows, err
	}
	return slices.DeleteFunc(p.Rows, func(d desk.ListedDoc) bool { return !want(d) }), nil
}

// names are what reports are called.
var names = map[string]string{
	config.ReportReconciliation: "Reconciliation", config.ReportRejected: "Rejected documents", config.ReportOpen: "Open documents", config.ReportMonth: "Overview of the month",
}

// about says in title and facts what the report is of.
func (r *Report) about(w *desk.Workspace, ask Ask) {
	zone := w.Config.Schedule.Zone()
	r.Title = names[r.Kind]
	if c := w.Config.Console.Name; c != "" {
		r.Title += ", " + wording.Line(c)
	}
	if ask.Period != "" {
		r.Title += ", " + ask.Period
	}
	put := func(name, value string) { r.Facts = append(r.Facts, [2]string{name, value}) }
	put("as of", r.Made.In(zone).Format("2006-01-02 15:04")+" "+zone.String())
	day := func(t time.Time) string { return t.In(zone).Format(time.DateOnly) }
	switch s := ask.Selection; {
	case r.Kind == config.ReportOpen:
	case !s.Since.IsZero() && !s.Until.IsZero():
		put("days", day(s.Since)+" to "+day(s.Until.Add(-time.Second)))
	case !s.Since.IsZero():
		put("days", "from "+day(s.Since))
	case !s.Until.IsZero():
		put("days", "up to "+day(s.Until.Add(-time.Second)))
	default:
		put("days", "all")
	}
	if route := ask.Selection.Route; route != "" {
		put("route", route)
	}
	if r.Reconciliation != nil {
		if n := len(r.Reconciliation.Broken()); n > 0 {
			put("ties out", fmt.Sprintf("no: %s", wording.Counted(n, "equation")+" does not hold"))
		} else {
			put("ties out", r.Reconciliation.Word())
		}
	} else {
		put("documents", fmt.Sprint(r.Rows))
	}
}

// Write writes the report in one of config.ReportFormats.
func (r *Report) Write(w io.Writer, format string) error {
	switch format {
	case config.FormatXLSX:
		return tables.Workbook(w, r.Tables)
	case config.FormatCSV:
		if r.CSV != nil {
			return tables.CSV(w, r.CSV)
		}
		return tables.CSV(w, r.Tables)
	case config.FormatPDF:
		return tables.PDF(w, tables.Page{Title: r.Title, Facts: r.Facts, Foot: r.Title, Made: r.Made, None: r.none}, r.paper())
	}
	return fmt.Errorf("there is no format %q", format)
}

// paper are the tables of a PDF: of a reconciliation those that people read, without the rows for machines.
func (r *Report) paper() []tables.Table {
	if r.onPaper != nil {
		return r.onPaper
	}
	if r.Kind != config.ReportReconciliation {
		return r.Tables
	}
	rec := *r.Reconciliation
	return slices.Concat([]tables.Table{overview(rec), byRoute(rec), importFiles(rec)}, rounding(rec), []tables.Table{checks(rec)})
}
