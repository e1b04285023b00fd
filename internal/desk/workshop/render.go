package workshop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Rendering says how documents are made import files without a journal.
type Rendering struct {
	// Route and Sequence are what the (first) file says of itself, Created when it says it was made.
	Route    string
	Sequence int64
	Created  time.Time
	// Workers is how many documents are worked on at once; 0: one for each processor.
	Workers int
	// OneFile: documents that make more than one file are refused.
	OneFile bool
	// First gives the documents, in pieces; Again those with some numbers once more: they count from 0 those that could
	// be read, and ascend.
	First func() iter.Seq2[Piece, error]
	Again func(numbers []int) iter.Seq2[fis.Envelope, error]
	// Open begins to write a file of this name.
	Open func(name string) (Writing, error)
	// LeftOut hears of each document that is in no file, NotMade of a file that cannot be made of so many documents.
	// Progress hears of each document.
	LeftOut  func(env fis.Envelope, err error)
	NotMade  func(err error, documents int)
	Progress func()
}

// Writing is a file that is there when it is committed, and leaves nothing behind when it is not.
type Writing interface {
	io.Writer
	Commit() error
	Abort()
}

// PlacedWriting is a Writing that perhaps has a place where it can be read back.
type PlacedWriting interface {
	Writing
	// Place is where it is written; nil when it cannot be read there: what goes to a terminal or a pipe cannot.
	Place() mapping.Store
}

// placeOf is the place of a file, nil where it has none.
func placeOf(w Writing) mapping.Store {
	if p, ok := w.(PlacedWriting); ok {
		return p.Place()
	}
	return nil
}

// RenderedFile is an import file that was made.
type RenderedFile struct {
	Name   string
	Totals mapping.Totals
}

// Render makes import files of documents, each whole or not at all, as many as the mapping's grouping makes of them.
func Render(ctx context.Context, plan *mapping.Plan, r Rendering) (made []RenderedFile, err error) {
	s := &fileSet{Rendering: r, ctx: ctx, plan: plan, context: mapping.FileContext{Route: r.Route, Sequence: r.Sequence, Created: r.Created}, open: map[string]*groupFile{}}
	defer s.abort()
	err = s.render(r.First(), func(err error) { r.LeftOut(fis.Envelope{}, err) }, func(doc mapping.Rendered) error {
		r.Progress()
		return s.add(doc)
	})
	if err != nil {
		return nil, err
	}
	err = s.finish()
	for _, g := range s.files {
		made = append(made, RenderedFile{g.name, g.totals})
	}
	return made, err
}

// fileSet takes rendered documents into as many import files as the mapping's grouping makes of them.
type fileSet struct {
	Rendering
	ctx     context.Context
	plan    *mapping.Plan
	context mapping.FileContext // its sequence is that of the next file

	files []*groupFile
	open  map[string]*groupFile // by group
}

// groupFile is one import file of the set.
type groupFile struct {
	file      *mapping.File
	out       Writing // where the file is made, when it is there before its documents
	context   mapping.FileContext
	name      string
	group     string
	documents int
	// numbers are those of its documents in the input, from 0.
	numbers []int
	totals  mapping.Totals
}

// render renders the documents in pieces; what cannot be read is told.
func (s *fileSet) render(pieces iter.Seq2[Piece, error], tell func(error), emit func(mapping.Rendered) error) error {
	next, stop := iter.Pull2(pieces)
	defer stop()
	found := false // in the file in hand: documents, or why there are none
	return s.plan.RenderBatches(s.ctx, s.Workers, func() (mapping.Batch, bool, error) {
		p, err, ok := next()
		b := mapping.Batch{Input: mapping.Input{Envelope: p.Envelope}, Lines: p.Lines}
		switch {
		case err != nil:
			b.Pass = err
		case p.Ended != "":
			b.Pass = p.Ended
		}
		return b, ok, nil
	}, func(r mapping.Rendered) error {
		switch pass := r.Pass.(type) {
		case string:
			if !found {
				tell(NoDocument(pass))
			}
			found = false
			return nil
		case error:
			tell(pass)
		default:
			if r.Unread == nil {
				found = true
				return emit(r)
			}
			tell(Unread(r.Unread))
		}
		found = true
		return nil
	})
}

// renderAgain renders documents that could be read before.
func (s *fileSet) renderAgain(documents iter.Seq2[fis.Envelope, error], emit func(mapping.Rendered) error) error {
	next, stop := iter.Pull2(documents)
	defer stop()
	return s.plan.RenderAll(s.ctx, s.Workers, func() (mapping.Input, bool, error) {
		env, err, ok := next()
		return mapping.Input{Envelope: env}, ok, err
	}, emit)
}

// add puts a document into the file of its group. A document that cannot be rendered is told and left out.
func (s *fileSet) add(r mapping.Rendered) error {
	if r.Err != nil {
		s.LeftOut(r.Envelope, r.Err)
		return nil
	}
	g, err := s.fileFor(r.Prepared.Group)
	if err != nil {
		return err
	}
	part, err := g.file.Add(r.Prepared)
	if errors.Is(err, refusal.ErrFull) {
		delete(s.open, g.group)
		if g, err = s.fileFor(r.Prepared.Group); err != nil {
			return err
		}
		part, err = g.file.Add(r.Prepared)
	}
	switch {
	case err != nil:
		s.LeftOut(r.Envelope, err)
		return nil
	case part.Rows == 0: // a run holds it, too
		reason := "the mapping makes no line for this document; check the conditions of its records"
		if s.plan.View().Amounts().NothingToPost(s.plan.Posts(r.Prepared.DocType), r.Prepared.Lines) {
			reason = "the document has nothing to post: it has no rows, or each of them is 0.00 or private"
		}
		s.LeftOut(r.Envelope, errors.New(reason))
		return nil
	}
	g.numbers = append(g.numbers, r.Index)
	if g.documents++; s.plan.MaxDocuments() > 0 && g.documents >= s.plan.MaxDocuments() {
		delete(s.open, g.group)
	}
	return nil
}

func (s *fileSet) fileFor(group string) (*groupFile, error) {
	if g := s.open[group]; g != nil {
		return g, nil
	}
	if len(s.files) > 0 && s.OneFile {
		return nil, &desk.Error{Code: desk.ExitUsage, Err: errors.New("these documents make more than one import file"), Hint: say.Plain(fmt.Sprintf("give a folder: -o out%s", string(filepath.Separator)))}
	}
	context := s.context
	context.Group = group
	file, err := s.plan.NewFile(context)
	if err != nil {
		return nil, fmt.Errorf("begin import file: %w", err)
	}
	s.context.Sequence++
	g := &groupFile{file: file, context: context, name: file.Name(), group: group}
	s.open[group] = g
	s.files = append(s.files, g)
	return g, s.begin(g)
}

// begin begins the one file where it is to be. Of several, each is begun when its documents are known.
func (s *fileSet) begin(g *groupFile) error {
	if !s.OneFile {
		return nil
	}
	out, err := s.Open(g.name)
	if err != nil {
		return err
	}
	taken := false
	if place := placeOf(out); place != nil {
		taken, err = g.file.Begin(place)
	}
	if !taken || err != nil {
		out.Abort()
		return err
	}
	g.out = out
	return nil
}

// drop gives a file up.
func (g *groupFile) drop() {
	g.file.Abort()
	if g.out != nil {
		g.out.Abort()
	}
}

// finish writes the files, each whole or not at all. Files that no document is in are not made; one that its documents
// do not allow is told, and does not stop the others.
func (s *fileSet) finish() error {
	kept := s.files[:0]
	for _, g := range s.files {
		if g.documents == 0 {
			g.drop()
			continue
		}
		err := s.proved(g)
		if errors.Is(err, errNothingLeft) {
			continue
		}
		if refused := (*refusal.FileError)(nil); errors.As(err, &refused) {
			s.NotMade(fmt.Errorf("import file %s is not made, and its %s not in any: %w", g.name, documentsAre(g.documents), refused.Err), g.documents)
			continue
		}
		if err != nil {
			return err
		}
		kept = append(kept, g)
	}
	s.files = kept
	return nil
}

// errNothingLeft: every document of a file is told and left out.
var errNothingLeft = errors.New("no document is left in the import file")

// mostAgain bounds how often a file is made again.
const mostAgain = 20

// proved writes a file. Documents of which its bytes say something else than they do are told, as a run holds them, and
// it is made again without them.
func (s *fileSet) proved(g *groupFile) error {
	for range mostAgain {
		err := s.write(g)
		wrong := (*refusal.ReadBackError)(nil)
		if !errors.As(err, &wrong) {
			return err
		}
		for i, d := range wrong.Documents {
			s.LeftOut(fis.Envelope{ID: d.DocID}, d)
			g.numbers[wrong.At[i]] = -1
		}
		g.numbers = slices.DeleteFunc(g.numbers, func(n int) bool { return n < 0 })
		if g.documents = len(g.numbers); g.documents == 0 {
			return errNothingLeft
		}
		if err := s.remake(g); err != nil {
			return err
		}
	}
	return &refusal.FileError{Err: fmt.Errorf("it was made %d times without the documents above, and there were more each time", mostAgain)}
}

// remake makes a file again of the documents that are left in it.
func (s *fileSet) remake(g *groupFile) error {
	file, err := s.plan.NewFile(g.context)
	if err != nil {
		return fmt.Errorf("begin import file: %w", err)
	}
	g.file, g.out = file, nil
	if err := s.begin(g); err != nil {
		return err
	}
	added := 0
	err = s.renderAgain(s.Again(g.numbers), func(r mapping.Rendered) error {
		if r.Err != nil {
			return r.Err
		}
		part, err := file.Add(r.Prepared)
		if err == nil && part.Rows > 0 {
			added++
		}
		return err
	})
	if err == nil && added != g.documents {
		err = errors.New("the documents are not those that were read before")
	}
	if err != nil {
		return fmt.Errorf("make import file %s again: %w", g.name, err)
	}
	return nil
}

func documentsAre(n int) string {
	if n == 1 {
		return "document is"
	}
	return fmt.Sprintf("%d documents are", n)
}

func (s *fileSet) write(g *groupFile) (err error) {
	out := g.out
	if out == nil {
		if out, err = s.Open(g.name); err != nil {
			return err
		}
	}
	defer out.Abort()
	if place := placeOf(out); place != nil {
		g.totals, err = g.file.FinishIn(place)
	} else {
		g.totals, err = g.file.Finish(out)
	}
	if err != nil {
		return fmt.Errorf("write import file %s: %w", g.name, err)
	}
	return out.Commit()
}

// abort throws away files that are not finished; it does nothing to finished ones.
func (s *fileSet) abort() {
	for _, g := range s.files {
		g.drop()
	}
}

// PostingLines are the debits and credits of a document before any mapping, as JSON in one line, and the doubts about
// them. cards are the payee codes of further card vendors.
func PostingLines(parser *fis.Parser, env fis.Envelope, cards []string) (line []byte, warnings []string, err error) {
	doc, err := parser.Parse(env)
	if err != nil {
		return nil, nil, err
	}
	result, err := posting.Derive(doc, posting.Options{CardCodes: cards})
	if err != nil {
		return nil, nil, err
	}
	for _, w := range result.Warnings {
		warnings = append(warnings, fmt.Sprint(w))
	}
	line, err = json.Marshal(result)
	return line, warnings, err
}

// LinesParser reads the fields that posting lines are made of.
func LinesParser() *fis.Parser { return fis.NewParser(posting.Wanted) }
