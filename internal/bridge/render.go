package bridge

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/mapping"
)

// renderAll turns acknowledged documents into numbered import files, route by route.
func (b *Bridge) renderAll(ctx context.Context, s *Summary) error {
	var errs []error
	for _, r := range b.usable() {
		if err := b.renderRoute(ctx, r, s); err != nil {
			errs = append(errs, fmt.Errorf("route %s: %w", r.Name, err))
		}
	}
	return errors.Join(append(errs, b.strays(ctx, s))...)
}

// strays tells of documents that wait for a route which the configuration does not have any more.
func (b *Bridge) strays(ctx context.Context, s *Summary) error {
	waiting, err := b.j.CountByRoute(ctx, journal.Acknowledged)
	for _, name := range slices.Sorted(maps.Keys(waiting)) {
		if b.route(name) == nil {
			s.note(fmt.Sprintf("%s%d acknowledged documents wait for route %s, which the configuration does not have; put it back, or `fisbridge reject` them", lookMark, waiting[name], name))
		}
	}
	return err
}

// renderRoute renders until nothing is left to render: a file that cannot be finished holds its documents and makes the numbers behind it
// wrong, so the others are rendered again.
func (b *Bridge) renderRoute(ctx context.Context, r *route, s *Summary) error {
	for {
		p := &press{b: b, r: r, s: s, ctx: ctx, groups: map[string]*sheet{}, held: map[string]string{}, damaged: map[string]string{}}
		again, err := p.run()
		if err != nil || !again {
			return err
		}
	}
}

// press makes the import files of one route in one pass over its documents.
type press struct {
	b      *Bridge
	r      *route
	s      *Summary
	ctx    context.Context
	number int64    // of the next file that is begun
	sheets []*sheet // begun and not committed, by number
	groups map[string]*sheet
	held   map[string]string
	// damaged are documents whose payload cannot be read any more. Another goroutine fills it, until the pass has ended.
	damaged map[string]string
	failed  bool
	count   int
}

// sheet is one import file in the making.
type sheet struct {
	file  *mapping.File
	ctx   mapping.FileContext
	parts partSpool
	sums  map[string]journal.Sum
	full  bool
	from  int64 // the file that this one is issued for again
}

// abort throws away what is not committed of a sheet.
func (sh *sheet) abort() {
	sh.file.Abort()
	sh.parts.remove()
}

func (p *press) run() (again bool, err error) {
	defer p.abort()
	docs, err := p.b.j.DocumentsIn(p.ctx, p.r.Name, 1, journal.Acknowledged)
	if err != nil || len(docs) == 0 {
		return false, err
	}
	if p.number, err = p.b.j.NextSequence(p.ctx, p.r.Name); err != nil {
		return false, err
	}
	if err := p.pass(); err != nil {
		return false, err
	}
	maps.Copy(p.held, p.damaged)
	for _, sh := range p.sheets {
		sh.full = true
	}
	if err := p.commitFull(); err != nil {
		return false, err
	}
	if err := p.hold(); err != nil {
		return false, err
	}
	return p.failed, nil
}

// pass walks the documents: prepared on all processors, put into files in their order.
func (p *press) pass() error {
	reissue := &sync.Map{}
	next, stop := iter.Pull2(p.documents(reissue))
	defer stop()
	return p.r.plan.RenderAll(p.ctx, 0, func() (fis.Envelope, bool, error) {
		env, err, ok := next()
		return env, ok && err == nil, err
	}, func(r mapping.Rendered) error {
		var from int64
		if v, ok := reissue.LoadAndDelete(r.Envelope.ID); ok {
			from = v.(int64)
		}
		if p.failed {
			return nil
		}
		p.count++
		p.b.progress("render "+p.r.Name, p.count, 0)
		return p.put(r, from)
	})
}

// documents is the walk over the acknowledged documents; reissue remembers those that come from a withdrawn file.
func (p *press) documents(reissue *sync.Map) iter.Seq2[fis.Envelope, error] {
	return func(yield func(fis.Envelope, error) bool) {
		err := p.b.j.EachPayload(p.ctx, p.r.Name, journal.Acknowledged, func(d journal.Doc, env fis.Envelope, damaged error) error {
			if damaged != nil {
				p.damaged[d.ID] = damaged.Error()
				return nil
			}
			if d.ReissueOf != 0 {
				reissue.Store(d.ID, d.ReissueOf)
			}
			if !yield(env, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(fis.Envelope{}, err)
		}
	}
}

var errStop = errors.New("stop")

func (p *press) put(r mapping.Rendered, from int64) error {
	var refused *mapping.DocumentError
	if r.Err != nil {
		if !errors.As(r.Err, &refused) {
			return r.Err
		}
		p.held[r.Envelope.ID] = reasons(refused)
		return nil
	}
	sh, err := p.sheet(r.Prepared.Group, from)
	if err != nil {
		return err
	}
	part, err := sh.file.Add(r.Prepared)
	if err != nil {
		if !errors.As(err, &refused) {
			return fmt.Errorf("document %s: %w", r.Envelope.ID, err)
		}
		p.held[r.Envelope.ID] = reasons(refused)
		return nil
	}
	if part.Rows == 0 {
		p.held[r.Envelope.ID] = "the mapping makes no line for this document; check the conditions of its records, or reject the document"
		return nil
	}
	// A copy of the currency, for the text is a part of the whole document's.
	if err := sh.add(journal.Part{DocID: r.Prepared.DocID, FirstLine: part.FirstLine, LastLine: part.LastLine, Rows: part.Rows,
		Currency: strings.Clone(r.Prepared.Currency), Debit: r.Prepared.Debit, Credit: r.Prepared.Credit}); err != nil {
		return err
	}
	if limit := p.maxDocuments(); limit > 0 && sh.parts.Len() >= limit || r.Prepared.Group == r.Prepared.DocID {
		sh.full = true
		delete(p.groups, groupKey(r.Prepared.Group, from))
	}
	return p.commitFull()
}

// add notes where a document lies in the file.
func (sh *sheet) add(part journal.Part) error {
	sum := sh.sums[part.Currency]
	sh.sums[part.Currency] = journal.Sum{Debit: sum.Debit.Add(part.Debit), Credit: sum.Credit.Add(part.Credit)}
	return sh.parts.add(part)
}

func (p *press) maxDocuments() int {
	if p.r.MaxDocuments > 0 {
		return p.r.MaxDocuments
	}
	return p.r.plan.MaxDocuments()
}

func groupKey(group string, from int64) string { return fmt.Sprintf("%d/%s", from, group) }

// sheet is the open file of a group; documents of a withdrawn file get one of their own.
func (p *press) sheet(group string, from int64) (*sheet, error) {
	key := groupKey(group, from)
	if sh := p.groups[key]; sh != nil {
		return sh, nil
	}
	sh := &sheet{from: from, sums: map[string]journal.Sum{}, parts: partSpool{dir: p.b.temp},
		ctx: mapping.FileContext{Route: p.r.Name, Sequence: p.number, Created: p.b.now().In(p.b.cfg.Schedule.Zone()), Group: group, TempDir: p.b.temp}}
	var err error
	if sh.file, err = p.r.plan.NewFile(sh.ctx); err != nil {
		return nil, err
	}
	p.number++
	p.sheets = append(p.sheets, sh)
	p.groups[key] = sh
	return sh, nil
}

// commitFull commits the files that are full, in the order of their numbers, as far as no open one stands before them.
func (p *press) commitFull() error {
	for len(p.sheets) > 0 && p.sheets[0].full && !p.failed {
		sh := p.sheets[0]
		if sh.parts.Len() == 0 {
			// Every document of the group was refused: the number was not used, so what follows must be rendered anew.
			p.failed = len(p.sheets) > 1
		} else if err := p.commit(sh); err != nil {
			return err
		}
		sh.abort()
		p.sheets[0] = nil // it holds a buffer
		p.sheets = p.sheets[1:]
	}
	return nil
}

// hold commits the documents that need a person.
func (p *press) hold() error {
	if len(p.held) == 0 {
		return nil
	}
	p.s.Held += len(p.held)
	return p.b.j.HoldMany(p.ctx, p.held)
}

func (p *press) abort() {
	for _, sh := range p.sheets {
		sh.abort()
	}
}

// reasons tells everything that is wrong with a document in one text, at most five things.
func reasons(e *mapping.DocumentError) string {
	var lines []string
	for i, problem := range e.Problems {
		if i == 5 {
			lines = append(lines, fmt.Sprintf("and %d more", len(e.Problems)-i))
			break
		}
		lines = append(lines, problem.String())
	}
	if len(lines) == 0 {
		return e.Error()
	}
	return strings.Join(lines, "; ")
}

// copyPath is where the working folder keeps an import file for people to look at.
func (b *Bridge) copyPath(f journal.File) string {
	return filepath.Join(b.cfg.Path(b.cfg.Folders.Files), f.Route, f.Name)
}
