// Package rendering makes import files of acknowledged documents, route by route. It owns which document goes into
// which file, what is held and why, and how a revision goes out beside what was posted. It guarantees that numbers have
// no gaps, that a file's bytes, number and documents are committed together or not at all, and that one bad document
// stops no other: it is held with its reason, and the file is made without it. It neither drops files nor speaks to
// Concur.
package rendering

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/exchange/seal"
	"github.com/fisbridge/fisbridge/internal/extracted"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/partspool"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Maker makes import files. Its fields are set once; each of them is required.
type Maker struct {
	Journal *journal.Journal
	Now     func() time.Time
	// Zone is where the days of import files are days.
	Zone *time.Location
	// Temp is the folder for what is not committed yet.
	Temp     string
	Log      *slog.Logger
	Progress func(step string, done, total int)
	// Former tells of a route that the configuration does not have any more.
	Former func(route string) bool
}

// Route is what making import files needs to know of a route.
type Route struct {
	Name string
	Plan *mapping.Plan
	// MaxDocuments of one file, 0: as the plan says.
	MaxDocuments int
	// Revisions is the rule for a further document of a report that was posted: one of config.Revisions…
	Revisions string
	// RequireReceipts keeps documents back while a receipt of theirs is not had.
	RequireReceipts bool
	// Extracted are the reports that the extract had already, whose documents are held; nil where no list is kept.
	Extracted *extracted.List
	// DoneMarker is the suffix of the marker that goes with a file, empty for none; Place names the drop folder, the
	// same words for the same folder.
	DoneMarker, Place string
	// Seal gives what seals the files; nil where they go out in clear.
	Seal func() (*seal.Sealer, error)
}

// Made counts what became of a route's documents, also where an error ended it.
type Made struct {
	Files, Filed, Held int
	// Remarks say of documents in the files what does not stop them: rows that do not add up to what was approved.
	Remarks []string
	// Changed says, for each file, which of its values were cut, cleaned or replaced.
	Changed []string
}

// Make makes files until nothing is left to render: a file that cannot be finished makes the numbers behind it wrong,
// so the others are made again without what was the matter with it.
func (m *Maker) Make(ctx context.Context, r Route) (made Made, err error) {
	known := &shared{tried: map[string]bool{}, clean: map[string]bool{}}
	for {
		p := &pass{m: m, r: r, made: &made, ctx: ctx, shared: known, probing: known.probe, groups: map[string]*draft{},
			held: map[string]journal.Hold{}, same: map[string]commitment{},
			walked: walked{held: map[string]journal.Hold{}, waits: map[string]why.Reason{}}}
		known.probe = nil
		again, err := p.run()
		if err != nil || !again {
			return made, err
		}
	}
}

// shared is what the passes of one route in one run know of each other.
type shared struct {
	// tried are the documents that were held in a pass before: they are not tried again in this run.
	tried map[string]bool
	// probe are documents of which each is made a file of its own in the next pass, and thrown away, to find the one
	// that spoils the file of all of them; clean are those that did not.
	probe, clean map[string]bool
	// limit, when not 0, is the most documents of one file, for a file that cannot be finished though each document
	// could.
	limit int
	// sealer seals the files; nil where they go out in clear.
	sealer *seal.Sealer
	// moved counts the passes that were in vain because somebody moved a document meanwhile.
	moved int
}

// pass is one pass over the documents of a route.
type pass struct {
	m      *Maker
	r      Route
	made   *Made
	ctx    context.Context
	shared *shared
	// probing: this pass makes nothing, but looks at these documents one by one.
	probing map[string]bool
	number  int64    // of the next file that is begun
	drafts  []*draft // begun and not committed, by number
	groups  map[string]*draft
	held    map[string]journal.Hold
	// unchanged are revisions that change nothing, which a person has let go.
	unchanged []string
	// same are obligations after which the same is committed as before.
	same   map[string]commitment
	walked walked
	failed bool
	count  int
}

// walked is what the walk over the documents has found. It is its goroutine's until the pass has ended.
type walked struct {
	held    map[string]journal.Hold
	waits   map[string]why.Reason
	related map[string]bool
}

// draft is one import file in the making.
type draft struct {
	file  *mapping.File
	ctx   mapping.FileContext
	parts partspool.Spool
	sums  map[string]records.Sum
	// inFile is what the rows say that are held against the documents; unheld: of some document there are none.
	inFile map[string]records.Sum
	unheld bool
	full   bool
	from   int64 // the file that this one is issued for again
}

// abort throws away what is not committed of a draft.
func (dr *draft) abort() {
	dr.file.Abort()
	dr.parts.Remove()
}

func (p *pass) run() (again bool, err error) {
	defer p.abort()
	n, err := p.m.Journal.CountTryable(p.ctx, p.r.Name)
	if err != nil || n == 0 {
		return false, err
	}
	if p.r.Seal != nil && p.shared.sealer == nil { // before any work, which would be in vain without the keys
		if p.shared.sealer, err = p.r.Seal(); err != nil {
			return false, fmt.Errorf("seal import files: %w", err)
		}
	}
	if p.number, err = p.m.Journal.NextSequence(p.ctx, p.r.Name); err != nil {
		return false, err
	}
	if p.walked.related, err = p.m.Journal.Related(p.ctx, p.r.Name); err != nil {
		return false, err
	}
	if err := p.walk(); err != nil {
		return false, err
	}
	maps.Copy(p.held, p.walked.held)
	for _, dr := range p.drafts {
		dr.full = true
	}
	if err := p.commitFull(); err != nil {
		return false, err
	}
	return p.failed || p.probing != nil, p.settle()
}

// walk goes through the documents: prepared on all processors, put into files in their order.
func (p *pass) walk() error {
	next, stop := iter.Pull2(p.documents())
	defer stop()
	return p.r.Plan.RenderAll(p.ctx, 0, func() (mapping.Input, bool, error) {
		in, err, ok := next()
		return in, ok && err == nil, err
	}, func(r mapping.Rendered) error {
		if p.failed || p.probing != nil && !p.probing[r.ID] {
			return nil
		}
		p.count++
		p.m.Progress("render "+p.r.Name, p.count, 0)
		return p.put(r, r.Of.(*filing))
	})
}

// documents is the walk over the documents that may go into a file.
func (p *pass) documents() iter.Seq2[mapping.Input, error] {
	return func(yield func(mapping.Input, error) bool) {
		err := p.m.Journal.EachTryable(p.ctx, p.r.Name, func(d records.Doc, env fis.Envelope, damaged error) error {
			if p.shared.tried[d.ID] {
				return nil
			}
			if damaged != nil {
				p.walked.held[d.ID] = journal.Hold{Cause: records.CauseDamaged,
					Reason: why.New("damaged", "problem", damaged)}
				return nil
			}
			if held, err := p.inExtract(d); err != nil || held {
				return err
			}
			if ready, err := p.receiptsReady(d); err != nil || !ready {
				return err
			}
			in := mapping.Input{Envelope: env, KeepWritten: true, Of: &filing{doc: d}}
			if p.decides(d) {
				f, rev, err := p.decide(d)
				if err != nil || f == nil {
					return err
				}
				if f.posting, err = p.posting(f); err != nil {
					return err
				}
				in.Of, in.Revision, in.Posting = f, rev, f.posting
			}
			if !yield(in, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(mapping.Input{}, err)
		}
	}
}

var errStop = errors.New("stop")

// decides reports whether it must be asked how a document goes on beside others: when it is not alone, and an
// obligation whose commitments are posted always, for it speaks of what was committed before. A template that reads the
// fields of obligations says the whole each time.
func (p *pass) decides(d records.Doc) bool {
	if d.DocType.Commits() {
		return p.r.Plan.PostsCommitments(d.DocType)
	}
	return p.walked.related[d.ID]
}

// put puts a document into the file of its group, or holds it.
func (p *pass) put(r mapping.Rendered, f *filing) error {
	if r.Revision != nil && !p.judgeRevision(f, r) {
		return nil
	}
	if r.Err != nil {
		return p.refused(f, r.Err)
	}
	if p.probing != nil {
		return p.probe(r.Prepared, f)
	}
	dr, err := p.draftOf(r.Prepared.Group, f.doc.ReissueOf)
	if err != nil {
		return err
	}
	part, err := dr.file.Add(r.Prepared)
	if errors.Is(err, refusal.ErrFull) {
		p.full(dr, r.Prepared.Group)
		if dr, err = p.draftOf(r.Prepared.Group, f.doc.ReissueOf); err != nil {
			return err
		}
		part, err = dr.file.Add(r.Prepared)
	}
	if err == nil && part.Rows == 0 {
		p.held[f.doc.ID] = journal.Hold{Cause: records.CauseMapping, Reason: p.noRow(f, r.Prepared)}
	}
	if err != nil || part.Rows == 0 {
		p.unused(dr, r.Prepared.Group)
	}
	if err != nil {
		return p.refused(f, err)
	}
	if part.Rows == 0 {
		return nil
	}
	for _, w := range r.Prepared.Warnings {
		p.made.Remarks = append(p.made.Remarks, "document "+f.doc.ID+": "+w.String())
	}
	said, debit, credit, err := p.inFile(f, r.Prepared, part.InFile)
	if err != nil {
		return err
	}
	// A copy of the currency, for the text is a part of the whole document's.
	if err := dr.add(records.Part{DocID: f.doc.ID, FirstLine: part.FirstLine, LastLine: part.LastLine, Rows: part.Rows,
		Currency: strings.Clone(r.Prepared.Currency), Debit: debit, Credit: credit, InFile: said, PostAs: f.as,
		Basis: f.partBasis(), Posting: f.posting, Written: r.Prepared.Written, Owed: ownParties(r.Prepared.Owed),
		Dated: r.Prepared.Dated}); err != nil {
		return err
	}
	if limit := p.maxDocuments(); limit > 0 && dr.parts.Len() >= limit || r.Prepared.Group == r.Prepared.DocID {
		p.full(dr, r.Prepared.Group)
	}
	return p.commitFull()
}

// full ends a file: the next document of its group begins another one.
func (p *pass) full(dr *draft, group string) {
	dr.full = true
	delete(p.groups, groupKey(group, dr.from))
}

// partBasis is what was posted of the report when a further document of it is: a replacing one is held against it.
func (f *filing) partBasis() []records.Place {
	if f.as == records.PostFull {
		return nil
	}
	return f.basis
}

// refused holds a document for what is wrong with it. Other errors are the machine's, and end the pass.
func (p *pass) refused(f *filing, err error) error {
	var refused *refusal.DocumentError
	if !errors.As(err, &refused) {
		return fmt.Errorf("document %s: %w", f.doc.ID, err)
	}
	p.held[f.doc.ID] = holdFor(refused)
	return nil
}

// holdFor holds a document for what is wrong with it: the mapping cannot take it, or the import file would not say what
// it says.
func holdFor(e *refusal.DocumentError) journal.Hold {
	h := journal.Hold{Cause: records.CauseMapping, Reason: why.New("mapping", "text", reasons(e)),
		Data: e.Problems[:min(len(e.Problems), mostProblems)]}
	if e.Amounts() {
		h.Cause, h.Reason.Code = records.CauseAmounts, "amounts"
	}
	if len(e.Problems) > 0 { // what documents with the same mistake share
		p := e.Problems[0]
		h.Reason = h.Reason.With("problem", p.Reason).With("record", p.Record).With("field", p.Field).
			With("place", p.Place).With("detail", p.Detail)
		if p.Key != "" {
			h.Reason = h.Reason.With("key", p.Key)
		}
	}
	return h
}

// unused throws away a file that was begun for a document which did not go into it, so that nothing waits behind its
// number.
func (p *pass) unused(dr *draft, group string) {
	if dr.parts.Len() > 0 || p.drafts[len(p.drafts)-1] != dr {
		return
	}
	dr.abort()
	p.drafts = p.drafts[:len(p.drafts)-1]
	delete(p.groups, groupKey(group, dr.from))
	p.number--
}

// add notes where a document lies in the file.
func (dr *draft) add(part records.Part) error {
	sum := dr.sums[part.Currency]
	dr.sums[part.Currency] = records.Sum{Debit: sum.Debit.Add(part.Debit), Credit: sum.Credit.Add(part.Credit)}
	if said := part.InFile; said == nil || said.Sum == nil {
		dr.unheld = true
	} else {
		dr.inFile[part.Currency] = dr.inFile[part.Currency].Plus(*said.Sum)
	}
	return dr.parts.Add(part)
}

// maxDocuments is the most documents of one file, 0 for no limit.
func (p *pass) maxDocuments() int {
	most := p.r.MaxDocuments
	if most == 0 {
		most = p.r.Plan.MaxDocuments()
	}
	if p.shared.limit > 0 && (most == 0 || most > p.shared.limit) {
		most = p.shared.limit
	}
	return most
}

func groupKey(group string, from int64) string { return fmt.Sprintf("%d/%s", from, group) }

// draftOf is the open file of a group; documents of a withdrawn file get one of their own.
func (p *pass) draftOf(group string, from int64) (*draft, error) {
	key := groupKey(group, from)
	if dr := p.groups[key]; dr != nil {
		return dr, nil
	}
	dr := &draft{from: from, sums: map[string]records.Sum{}, inFile: map[string]records.Sum{}, parts: partspool.Spool{Dir: p.m.Temp},
		ctx: mapping.FileContext{Route: p.r.Name, Sequence: p.number, Created: p.m.Now().In(p.m.Zone), Group: group,
			TempDir: p.m.Temp}}
	var err error
	if dr.file, err = p.r.Plan.NewFile(dr.ctx); err != nil {
		return nil, err
	}
	p.number++
	p.drafts = append(p.drafts, dr)
	p.groups[key] = dr
	return dr, nil
}

// commitFull commits the files that are full, in the order of their numbers, as far as no open one stands before them.
func (p *pass) commitFull() error {
	for len(p.drafts) > 0 && p.drafts[0].full && !p.failed {
		dr := p.drafts[0]
		if err := p.commit(dr); err != nil {
			return err
		}
		dr.abort()
		p.drafts[0] = nil // it holds a buffer
		p.drafts = p.drafts[1:]
	}
	return nil
}

// settle commits what becomes of the documents that went into no file.
func (p *pass) settle() error {
	for id := range p.held {
		p.shared.tried[id] = true
	}
	if len(p.held) > 0 {
		news, err := p.m.Journal.HoldAll(p.ctx, p.held)
		if err != nil {
			return err
		}
		p.made.Held += news
	}
	if len(p.walked.waits) > 0 {
		if err := p.m.Journal.Wait(p.ctx, p.walked.waits); err != nil {
			return err
		}
	}
	for id, c := range p.same {
		err := p.m.Journal.SettleCommitment(p.ctx, id, c.basis, c.answer)
		if err != nil && !errors.Is(err, ledger.ErrStale) {
			return err
		}
	}
	for _, id := range p.unchanged {
		err := p.m.Journal.SettleUnchanged(p.ctx, id)
		if err != nil && !errors.Is(err, ledger.ErrStale) { // moved meanwhile: the next run sees
			return err
		}
	}
	return nil
}

func (p *pass) abort() {
	for _, dr := range p.drafts {
		dr.abort()
	}
}

// mostProblems is how many things that are wrong with a document are told and kept.
const mostProblems = 5

// reasons tells what is wrong with a document in one text.
func reasons(e *refusal.DocumentError) say.Text {
	var lines []say.Text
	for i, problem := range e.Problems {
		if i == mostProblems {
			lines = append(lines, say.F("and %d more", len(e.Problems)-i))
			break
		}
		lines = append(lines, problem.Said())
	}
	if len(lines) == 0 {
		return e.Said()
	}
	return say.Join("; ", lines...)
}

// ownParties is a copy that does not hold on to the text of a whole document.
func ownParties(owed map[string]fis.Amount) map[string]fis.Amount {
	if owed == nil {
		return nil
	}
	out := make(map[string]fis.Amount, len(owed))
	for party, a := range owed {
		out[strings.Clone(party)] = a
	}
	return out
}
