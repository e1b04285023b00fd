package rendering

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/why"
)

// A report is posted once. What a second document of it is, the journal says; how it is posted beside the first, the
// route's rule or a person.

// filing is how a document goes on its way into an import file.
type filing struct {
	doc      records.Doc
	as       records.PostAs
	basis    []records.Place
	standing records.ReportStanding
	// person: somebody has said so, not the route's rule. compare: it is held, and only compared with what was posted.
	person, compare bool
	// posting is its number among the postings of its report, 0 for a document that is alone.
	posting int
	// booksUnknown: in whose books the earlier ones stand was not kept.
	booksUnknown bool
	// commits: an obligation whose commitments are posting lines.
	commits bool
}

// decide says how a document that is not alone goes on: into a file, or held, or waiting, with the reason.
func (p *pass) decide(d records.Doc) (f *filing, rev *mapping.Revision, err error) {
	others, err := p.m.Journal.Siblings(p.ctx, d)
	if err != nil {
		return nil, nil, err
	}
	f = &filing{doc: d, standing: records.Judge(d, others)}
	s := f.standing
	if d.DocType.Commits() && s.Kind != records.Waits {
		return p.commitment(f)
	}
	switch s.Kind {
	case records.Whole:
		return f, nil, nil
	case records.Waits:
		p.walked.waits[d.ID] = waitingFor(s.On)
		return nil, nil, nil
	}
	f.basis = s.Basis()
	f.as, f.person = p.decided(f)
	f.compare = f.as == records.PostFull
	if f.as == records.PostAdd {
		return f, nil, nil
	}
	var missing say.Text
	if s.Kind == records.Revision {
		rev, missing, err = p.before(f)
	}
	if err != nil {
		return nil, nil, err
	}
	if rev == nil {
		p.walked.held[d.ID] = f.hold(nil, missing)
		return nil, nil, nil
	}
	return f, rev, nil
}

// posting is the number of a document among the postings of its report.
func (p *pass) posting(f *filing) (int, error) {
	own := 0
	if f.doc.ReissueOf != 0 {
		parts, err := p.m.Journal.PartsOf(p.ctx, f.doc.ID)
		if err != nil {
			return 0, err
		}
		for _, part := range parts {
			if part.FileID == f.doc.ReissueOf {
				own = part.Posting
			}
		}
	}
	return f.standing.NextPosting(f.as, own), nil
}

// commitment says how an obligation goes on: as what it changes against what was committed before, which is nothing for
// the first one.
func (p *pass) commitment(f *filing) (*filing, *mapping.Revision, error) {
	f.commits, f.basis = true, f.standing.Basis()
	switch {
	case f.doc.PostAs == records.PostAdd && samePlaces(f.doc.Basis, f.basis):
		f.as, f.person = records.PostAdd, true
		return f, nil, nil
	case f.standing.Kind == records.Elsewhere, f.standing.Kind == records.Unclean:
		p.walked.held[f.doc.ID] = f.hold(nil, "")
		return nil, nil, nil
	}
	f.as = records.PostReplace
	rev, missing, err := p.before(f)
	if err == nil && rev == nil {
		p.walked.held[f.doc.ID] = f.hold(nil, missing)
		f = nil
	}
	return f, rev, err
}

// commitment is an obligation that changes nothing: what it was held against, and what Concur is told when nothing was
// posted before.
type commitment struct {
	basis  []records.Place
	answer fis.Outcome
}

// releaseOfNothing is the number with which SAP's own connector answered a release that gave nothing back.
const releaseOfNothing = "ZERO-RELEA"

// nothingCommitted is the answer to an obligation that changes nothing, where the ERP gave no number before: the number
// by which people know the request or report, as SAP's own connector answered.
func nothingCommitted(p *mapping.Prepared, now time.Time) fis.Outcome {
	o := fis.Outcome{Verdict: fis.Posted, Number: strings.Clone(p.Quoted), Posted: fis.DateOf(now),
		FiscalYear: strconv.Itoa(now.Year())}
	if p.Instruction == fis.Release {
		o.Number = releaseOfNothing
	}
	return o
}

// decided is how the document is posted, as a person or the route's rule says; PostFull when nobody has said. A rule is
// for the younger document only, and only when something was posted from here; a person's word is about what was posted
// when it was given.
func (p *pass) decided(f *filing) (as records.PostAs, person bool) {
	d, s := f.doc, f.standing
	if d.PostAs != records.PostFull && samePlaces(d.Basis, f.basis) {
		return d.PostAs, true
	}
	if s.Kind != records.Revision || !s.Latest || s.Gap > 0 {
		return records.PostFull, false
	}
	switch p.r.Revisions {
	case config.RevisionsReplace:
		return records.PostReplace, false
	case config.RevisionsAdd:
		return records.PostAdd, false
	}
	return records.PostFull, false
}

func samePlaces(a, b []records.Place) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// before gathers what was written of the report, or says what is missing.
func (p *pass) before(f *filing) (rev *mapping.Revision, missing say.Text, err error) {
	for i := range f.standing.Posted {
		o := &f.standing.Posted[i]
		if o.Route == f.doc.Route {
			continue
		}
		same, err := p.sameByAnotherName(o, f.basis)
		if err != nil {
			return nil, "", err
		}
		switch {
		case same:
		case p.m.Former(o.Route):
			return nil, say.F("document %s was posted by route %s, which the configuration does not have any more, and not by the mapping or into the drop folder of this route", o.ID,
				o.Route), nil
		default:
			return nil, say.F("document %s was posted by route %s, with its accounts and for its ERP", o.ID,
				o.Route), nil
		}
	}
	if rev, missing, err = Before(p.ctx, p.m.Journal, p.r.Plan, f.basis); rev != nil {
		rev.Guard = true
		// what a fisbridge wrote that did not keep in whose books it stands: a person says, not the route's rule
		if f.as == records.PostReplace && !f.person && !f.commits && p.r.Plan.GuardsBooks() && slices.Contains(rev.Books, "") {
			f.as, f.compare, f.booksUnknown = records.PostFull, true, true
		}
	}
	return rev, missing, err
}

// sameByAnotherName tells whether a document was written by the mapping and into the drop folder of this route: the
// route had another name then.
func (p *pass) sameByAnotherName(o *records.Sibling, basis []records.Place) (same bool, err error) {
	if !p.m.Former(o.Route) {
		return false, nil
	}
	for _, at := range basis {
		if at.Doc != o.ID {
			continue
		}
		if at.File == 0 {
			return false, nil
		}
		f, err := p.m.Journal.File(p.ctx, at.File)
		if err != nil {
			return false, err
		}
		if f.Mapping != p.r.Plan.Name() || f.Place == "" || f.Place != p.r.Place {
			return false, nil
		}
		same = true
	}
	return same, nil
}

// judgeRevision takes a document that is compared, or replaces: whether it goes on into a file (go on), is held, or
// changes nothing.
func (p *pass) judgeRevision(f *filing, r mapping.Rendered) (goOn bool) {
	var refused *refusal.DocumentError
	switch {
	case r.Err != nil && errors.As(r.Err, &refused) && (f.compare || refused.Problems[0].IsRevision()):
		p.held[f.doc.ID] = f.hold(nil, reasons(refused))
		return false
	case r.Err != nil:
		return true // the mapping's problem, as with any document
	case !f.compare && !r.Prepared.Change.Unchanged:
		return true
	case f.commits:
		p.same[f.doc.ID] = commitment{f.basis, nothingCommitted(r.Prepared, p.m.Now().In(p.m.Zone))}
		return false
	case !f.compare && f.person && f.standing.Kind == records.Revision:
		p.unchanged = append(p.unchanged, f.doc.ID)
		return false
	}
	p.held[f.doc.ID] = f.hold(r.Prepared.Change, "")
	return false
}

// hold is the hold of a document that is held as a revision, with both documents and the difference.
func (f *filing) hold(change *takeback.Change, missing say.Text) journal.Hold {
	c := records.RevisionCase{Kind: f.standing.Kind, Basis: f.basis, Missing: missing.String(), Currency: f.doc.Currency}
	earlier := f.standing.Posted
	if len(earlier) == 0 && f.standing.On != nil {
		earlier = []records.Sibling{*f.standing.On}
	}
	for i := range earlier {
		c.Earlier = append(c.Earlier, earlier[i].RevisionOf())
	}
	switch {
	case f.standing.Kind == records.Elsewhere:
		c.Missing = "fisbridge did not post the earlier one"
	case f.standing.Kind == records.Unclean:
		c.Missing = "what is in the ERP of the earlier one is not known"
	}
	if change != nil {
		c.OldLines, c.NewLines, c.Unchanged = change.OldLines, change.NewLines, change.Unchanged
		for _, a := range change.Accounts {
			c.Accounts = append(c.Accounts,
				records.AccountChange{Account: a.Account, OldDebit: a.OldDebit, OldCredit: a.OldCredit,
					NewDebit: a.NewDebit, NewCredit: a.NewCredit})
		}
		c.Before, c.Now = revisionLines(change.Before), revisionLines(change.Now)
		c.Signs = signs(change)
	}
	if f.booksUnknown {
		c.Signs = append(c.Signs, say.F("in the books of which company the earlier one stands was not kept, for a former version wrote it: replace it only where it is the same company").String())
	}
	if f.standing.Gap > 0 {
		c.Signs = append(c.Signs, say.F("revision %d of the report is not known here: when it was posted, too, the difference is not what it changes", f.standing.Gap).String())
	}
	if !f.standing.Latest {
		c.Signs = append(c.Signs, say.F("it is older than what was posted").String())
	}
	return journal.Hold{Cause: records.CauseRevision, Reason: f.reason(&c, missing), Data: c}
}

func revisionLines(lines []takeback.Line) (out []records.RevisionLine) {
	for _, l := range lines {
		out = append(out, records.RevisionLine{Role: l.Role, Party: l.Party, Account: l.Account, Codes: l.Codes,
			Debit: l.Debit, Credit: l.Credit})
	}
	return out
}

// signs are what speaks for the document being the change itself. They are kept in English; pages read them back.
func signs(c *takeback.Change) []string {
	var out []string
	for _, w := range c.Warnings {
		if w.Reason == "total_mismatch" {
			out = append(out, say.F("its rows do not add up to its total, as in a document that is the change itself (add)").String())
			break
		}
	}
	if c.Mirrored > 0 {
		out = append(out, say.F("%d of its lines take back lines that were posted, as in a document that is the change itself (add)", c.Mirrored).String())
	}
	return out
}

// reason is what people read of a document that is held as a revision.
func (f *filing) reason(c *records.RevisionCase, missing say.Text) why.Reason {
	d, gap := f.doc, f.standing.Gap
	r := why.New("revision-changes", "doc", d.ID, "report", d.ReportID)
	if d.Revision > 0 {
		r = r.With("revision", d.Revision)
	}
	switch {
	case c.Kind == records.Unclean:
		r.Code = "revision-unclean"
		return r.With("other", c.Earlier[0].DocID).With("state", c.Earlier[0].State)
	case c.Kind == records.Elsewhere && len(c.Earlier) > 0:
		r.Code = "revision-foreign"
		return r.With("other", c.Earlier[0].DocID)
	case c.Kind == records.Elsewhere && gap > 0:
		r.Code = "revision-gap"
		return r.With("gap", gap)
	case c.Kind == records.Elsewhere:
		r.Code = "revision-alone"
		return r
	}
	var before []say.Text
	for _, e := range c.Earlier {
		before = append(before, e.Words())
	}
	if gap > 0 {
		before = append(before, say.F("revision %d is not known here, and may be posted, too", gap))
	}
	if len(before) == 0 {
		before = append(before, say.Text("nothing of it from here"))
	}
	r = r.With("before", say.Join("; ", before...)).With("amount", say.F("%s", records.Digits(d.Amount, d.Currency))).
		With("currency", d.Currency)
	switch {
	case c.Missing != "":
		r.Code = "revision-incomparable"
		return r.With("problem", missing)
	case c.Unchanged:
		r.Code = "revision-unchanged"
		return r
	}
	return r.With("changes", changes(c))
}

// mostAccounts is how many accounts the reason names; fisbridge show names all.
const mostAccounts = 6

func changes(c *records.RevisionCase) say.Text {
	var out []say.Text
	for _, a := range c.Accounts {
		sum := a.Change()
		if sum.IsZero() {
			continue
		}
		sign := "+"
		if sum.IsNegative() {
			sign = "-"
		}
		out = append(out, say.F("%s %s%s", a.Account, sign, records.Digits(sum.Abs(), c.Currency)))
	}
	if more := len(out) - mostAccounts; more > 0 {
		out = append(out[:mostAccounts], say.F("%d more", more))
	}
	return say.Join(", ", out...)
}

// waitingFor is what people read of a document that waits for another one of its report.
func waitingFor(o *records.Sibling) why.Reason {
	r := why.New("waits-for-first", "other", o.ID)
	switch o.State {
	case records.Filed:
		r.Code = "waits-for-answer"
		return r.With("file", o.FileName)
	case records.Held:
		if o.Live {
			r.Code = "waits-for-reissue"
			return r.With("file", o.FileName)
		}
		r.Code = "waits-for-held"
	case records.Stored:
		r.Code = "waits-for-lock"
	}
	return r
}
