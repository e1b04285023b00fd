package bridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/fisbridge/fisbridge/internal/bridge/incoming"
	"github.com/fisbridge/fisbridge/internal/bridge/kept"
	"github.com/fisbridge/fisbridge/internal/bridge/placing"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/matching"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/why"
)

// applyAll applies result files that an earlier run collected and did not get to. Those of this run are applied as they
// are collected.
func (b *Bridge) applyAll(ctx context.Context, s *Summary) error {
	files, err := b.j.ResultsIn(ctx, records.Collected)
	if err != nil {
		return err
	}
	var errs []error
	for _, res := range files {
		r := b.route(res.Route)
		if r == nil || r.broken != nil {
			s.look(removedTrouble, fmt.Sprintf("result %d", res.ID),
				why.New("result-file-waits", "result_file", res.Name, "route", res.Route))
			continue
		}
		if err := b.applyLeft(ctx, r, &res, s); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", res.Name, err))
		}
	}
	return errors.Join(errs...)
}

// applyLeft applies a file that lies in the journal.
func (b *Bridge) applyLeft(ctx context.Context, r *route, res *records.ResultFile, s *Summary) error {
	file, err := b.journalCopy(ctx, res.ID, res.Name)
	if err != nil {
		return err
	}
	defer file.Remove()
	return b.applyOne(ctx, r, res, file, s)
}

// applyOne turns every line of a collected result file into an outcome, a payment, or a listed exception, all in one
// transaction. A file that cannot be read as a whole changes nothing and asks for a person.
func (b *Bridge) applyOne(ctx context.Context, r *route, res *records.ResultFile, file *incoming.Copy, s *Summary) error {
	if res.State != records.Collected {
		return nil
	}
	clear, err := b.opened(r, res, file)
	if no := unopened(err); no != nil {
		return b.unreadable(ctx, res, no)
	}
	if err != nil {
		return err
	}
	if clear != file {
		defer clear.Remove()
	}
	file = clear
	whose, err := b.claimedBy(ctx, r, res, file)
	if no := asUnclaimed(err); no != nil {
		return b.unreadable(ctx, res, no)
	}
	if err != nil || res.State != records.Collected {
		return err
	}
	r = whose.r
	format := whose.f
	ap := &applier{b: b, r: r, files: map[int64]bool{}, spoken: map[int64]bool{}}
	if !format.AnyRoute() {
		if ap.untaken, err = b.untaken(ctx); err != nil {
			return err
		}
	}
	killpoint.Here("parse.intended")
	counts, err := b.j.ApplyResult(ctx, *res, format.Name(), func(a *journal.Apply) error {
		return ap.run(ctx, a, format, file)
	})
	switch {
	case ap.unreadable != nil:
		return b.unreadable(ctx, res, ap.unreadable)
	case err != nil:
		return err
	}
	killpoint.Here("parse.done")
	b.tellMeant(res, ap.a.Meant(), s)
	res.State, res.Counts, res.Format = records.Applied, counts, ap.readAs
	s.Posted += counts.Posted
	s.Rejected += counts.Rejected
	s.Payments += counts.Payments
	b.log.Info("result file applied", "route", r.Name, "file", res.Name, "outcomes", counts.Outcomes,
		"payments", counts.Payments, "listed", counts.Listed)
	return nil
}

func (b *Bridge) unreadable(ctx context.Context, res *records.ResultFile, why error) error {
	res.State, res.Reason = records.Unreadable, why.Error()
	b.log.Warn("result file unreadable", "file", res.Name, "error", res.Reason)
	return b.j.ResultUnreadable(ctx, *res, res.Reason)
}

// applier is one pass over one result file.
type applier struct {
	b          *Bridge
	r          *route
	a          *journal.Apply
	format     *returns.Format
	readAs     string // the format, with the file's own kind where it takes several
	unreadable error
	files      map[int64]bool // import files that the result file speaks of
	spoken     map[int64]bool // those of the whole of which it speaks for the first time
	lines      kept.Lines
	next       []returns.Row // see take
	untaken    []int64       // see Bridge.untaken
	perhaps    int           // lines that are counted as ignored, and name a document of ours
	// books is the company of the document that was asked for last.
	books struct {
		at      records.Place
		company string
	}
}

func (ap *applier) run(ctx context.Context, a *journal.Apply, format *returns.Format, file *incoming.Copy) error {
	ap.a, ap.format = a, format
	a.Untaken(ap.untaken)
	a.Within(ap.b.cfg.Matching.PostedDays, ap.b.cfg.Matching.PaidDays)
	if format.AnyRoute() {
		a.AnyRoute()
	} else if err := ap.b.others(a, ap.r, file.Name); err != nil {
		return err
	}
	sum, unread, err := file.Each(ctx, format, ap.take)
	if unread == nil && err == nil {
		err = ap.rows()
	}
	if unread != nil {
		ap.unreadable = unread // the file, not we: nothing of it may be believed
		return unread
	}
	if err != nil {
		return err
	}
	if ap.readAs = format.Name(); sum.Kind != "" {
		ap.readAs += " " + sum.Kind
	}
	a.ReadAs(ap.readAs)
	if err := a.Ignore(sum.Ignored - ap.perhaps); err != nil {
		return err
	}
	rest, err := ap.rest(sum)
	if err != nil {
		return err
	}
	if err := a.EachDocument(ap.document); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(ap.files)) {
		if err := ap.wholeFile(id, rest); err != nil {
			return err
		}
	}
	if err := a.EachPaying(ap.payments); err != nil { // after the outcomes: a rejection in the same file counts
		return err
	}
	return a.SettleFiles()
}

// take gathers lines: their documents are looked up together.
func (ap *applier) take(row returns.Row) error {
	if ap.next = append(ap.next, row); len(ap.next) < 200 {
		return nil
	}
	return ap.rows()
}

func (ap *applier) rows() error {
	refs := make([]records.Ref, len(ap.next))
	for i := range ap.next {
		refs[i] = refOf(ap.next[i].Refs)
	}
	if err := ap.a.Foresee(refs); err != nil {
		return err
	}
	for _, row := range ap.next {
		if err := ap.row(row); err != nil {
			return err
		}
	}
	ap.next = ap.next[:0]
	return nil
}

// row matches one line and keeps it.
func (ap *applier) row(row returns.Row) error {
	out := records.ResultRow{Line: row.Line, Problem: row.Problem, FileLine: row.Refs.FileLine,
		Verdict: row.Outcome.Verdict}
	switch {
	case row.Kind == returns.Exception:
		return ap.unreadableRow(row, out)
	case row.Perhaps:
		return ap.perhapsOurs(row, out)
	}
	file, used, err := ap.a.Used(row.Line)
	if used || err != nil {
		ap.speaks(file)
		return err
	}
	ref := refOf(row.Refs)
	switch ref.Payment = row.Kind == returns.Payment; {
	case ref.Payment:
		ref.Number = row.Payment.Number
	case row.Outcome.Verdict == fis.Posted:
		ref.Number, ref.Company, ref.FiscalYear = row.Outcome.Number, row.Outcome.Company, row.Outcome.FiscalYear
		ref.Posted, ref.Day = true, row.Outcome.Posted
	case row.Outcome.Verdict == fis.Rejected:
		ref.Said = matching.Said(row.Outcome)
	}
	var before journal.Before
	if ref.Payment {
		if before, err = ap.a.Asked(row.Payment); err != nil {
			return err
		}
		switch before.Mark {
		case records.PaymentInvalid: // a person has said so
			return ap.a.Ignore(1)
		case records.PaymentValid, records.PaymentTold: // and it is told, perhaps under another reference than the bank's
			if err := ap.a.PaymentRepeated(before.Doc, row.Payment.Reference); err != nil {
				return err
			}
			return ap.a.Ignore(1)
		}
	}
	var m matching.Match
	if ref.Payment {
		m, err = ap.place(row, ref)
	} else {
		m, err = ap.a.Match(ref)
	}
	if err != nil {
		return err
	}
	out.DocID, out.FileID = m.Doc, m.File
	switch {
	case m.Problem != "" && before.Mark.Open(): // an earlier file has it
		return ap.a.Ignore(1)
	case m.Problem != "" && ref.Payment:
		return ap.ask(row, out, m)
	case m.Problem != "":
		out.Problem, out.Data = m.Problem, quoted(row.Raw)
		return ap.a.Add(out)
	}
	ap.speaks(out.FileID)
	if row.Kind == returns.Payment {
		return ap.payment(row, out)
	}
	if out.Problem = m.NotWhole(row.Outcome.Verdict); out.Problem != "" {
		out.Data = quoted(row.Raw)
		return ap.a.Add(out)
	}
	if out.Problem, err = ap.elsewhere(&row.Outcome, m); err != nil {
		return err
	}
	if out.Problem != "" {
		out.Data = quoted(row.Raw)
		return ap.a.Add(out)
	}
	if row.Kind == returns.File {
		return ap.file(row, out)
	}
	out.Kind = records.OutcomeRow
	if out.DocID == "" {
		out.Problem = "the line names an import file but no document of it"
		return ap.a.Add(out)
	}
	// nothing tells how many lines it had, or whether the others were taken
	if out.FileID == 0 && (row.ByLine || ap.r.plan.AllOrNothing() && row.Outcome.Verdict != fis.Rejected) {
		out.Problem = fmt.Sprintf("document %s was in an import file that this journal does not know any more: say what became of it with `fisbridge mark document %s posted|rejected --reason …`", out.DocID, out.DocID)
		return ap.a.Add(out)
	}
	if out.Data, err = ap.lines.Data(&row); err != nil {
		return err
	}
	return ap.a.Add(out)
}

// speaks notes that the result file speaks of an import file.
func (ap *applier) speaks(file int64) {
	if file != 0 {
		ap.files[file] = true
	}
}

func refOf(r fis.Refs) records.Ref {
	if r.FileSequence != 0 {
		r.BatchID = "" // the number says it
	}
	return records.Ref{Refs: r}
}

func quoted(raw string) string {
	b, err := json.Marshal(raw)
	if err != nil {
		return ""
	}
	return string(b)
}

func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// unreadableRow lists a line that could not be read whole, with the document that it speaks of where its references can be read.
func (ap *applier) unreadableRow(row returns.Row, out records.ResultRow) (err error) {
	out.Data = quoted(row.Raw)
	if row.Refs.NamesDocument() {
		if out.DocID, err = ap.a.LookUp(refOf(row.Refs)); err != nil {
			return err
		}
	}
	return ap.a.Add(out)
}

// ask lists a payment of which nobody knows the document. It is kept as it is, so that a person can name the document.
func (ap *applier) ask(row returns.Row, out records.ResultRow, m matching.Match) (err error) {
	out.Problem, out.Mark = m.Problem, records.PaymentAsked
	out.Data, err = encode(records.Asked{Payment: row.Payment, May: m.May, Guess: m.Guess})
	if err != nil {
		return err
	}
	if ap.unclaimed(row, m) {
		out.Kind, out.Mark = records.UnclaimedRow, records.PaymentUnclaimed
	}
	return ap.a.Add(out)
}

// place finds the document of a payment.
func (ap *applier) place(row returns.Row, ref records.Ref) (matching.Match, error) {
	return placing.Search{Apply: ap.a, Format: ap.format}.Place(row, ref)
}

// unclaimed tells whether a payment is of none of ours as far as anybody knows: it stands in a file of all routes and of
// others.
func (ap *applier) unclaimed(row returns.Row, m matching.Match) bool {
	return ap.format.AnyRoute() && row.Kind == returns.Payment && m.Doc == "" && len(m.May) == 0
}

func (ap *applier) payment(row returns.Row, out records.ResultRow) error {
	out.Kind = records.PaymentRow
	if out.DocID == "" {
		return ap.ask(row, out, matching.Match{Problem: "the payment names no document"})
	}
	var err error
	if out.Data, err = encode(row.Payment); err != nil {
		return err
	}
	return ap.a.Add(out)
}

// routeOf is the route of a document, for what the configuration says of it; the result file's where it has that one no
// more.
func (ap *applier) routeOf(d records.Doc) *route {
	if r := ap.b.route(d.Route); r != nil {
		return r
	}
	return ap.r
}

func (ap *applier) file(row returns.Row, out records.ResultRow) error {
	out.Kind = records.FileRow
	if out.FileID == 0 {
		out.Problem = "the line speaks of an import file but names none of ours"
		return ap.a.Add(out)
	}
	ap.spoken[out.FileID] = true
	var err error
	if out.Data, err = encode(kept.Outcome{Outcome: row.Outcome, Accepted: row.Accepted, Rejected: row.Rejected}); err != nil {
		return err
	}
	return ap.a.Add(out)
}
