package workbench

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/cli/docfiles"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
)

// fileSet takes rendered documents into as many import files as the mapping's grouping makes of them.
type fileSet struct {
	plan    *mapping.Plan
	output  string   // file, folder, or empty for stdout
	reads   []string // documents and mapping, which are never replaced
	stdout  io.Writer
	left    *docfiles.LeftOut
	context mapping.FileContext // its sequence is that of the next file
	// again renders some of the documents once more, by their numbers in the input from 0, ascending.
	again func(numbers []int, emit func(mapping.Rendered) error) error

	files []*groupFile
	open  map[string]*groupFile // by group
}

// groupFile is one import file of the set.
type groupFile struct {
	file      *mapping.File
	context   mapping.FileContext
	name      string
	group     string
	documents int
	// numbers are those of its documents in the input, from 0.
	numbers []int
	totals  mapping.Totals
	path    string
}

// add puts a document into the file of its group. A document that cannot be rendered is told and left out.
func (s *fileSet) add(r mapping.Rendered) error {
	if r.Err != nil {
		s.left.Tell(r.Envelope, r.Err)
		return nil
	}
	g, err := s.fileFor(r.Prepared.Group)
	if err != nil {
		return err
	}
	part, err := g.file.Add(r.Prepared)
	switch {
	case err != nil:
		s.left.Tell(r.Envelope, err)
		return nil
	case part.Rows == 0: // a run holds it, too
		s.left.Tell(r.Envelope, errors.New("the mapping makes no line for this document; check the conditions of its records"))
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
	if len(s.files) > 0 && !s.intoFolder() {
		return nil, &desk.Error{Code: desk.ExitUsage, Err: errors.New("these documents make more than one import file"), Hint: "give a folder: -o out" + string(filepath.Separator)}
	}
	context := s.context
	context.Group = group
	file, err := s.plan.NewFile(context)
	if err != nil {
		return nil, fmt.Errorf("begin import file: %w", err)
	}
	s.context.Sequence++
	g := &groupFile{file: file, context: context, name: file.Name(), group: group}
	if s.open == nil {
		s.open = map[string]*groupFile{}
	}
	s.open[group] = g
	s.files = append(s.files, g)
	return g, nil
}

// intoFolder: the output is a folder, or written like one.
func (s *fileSet) intoFolder() bool {
	if strings.HasSuffix(s.output, "/") || strings.HasSuffix(s.output, string(filepath.Separator)) {
		return true
	}
	info, err := os.Stat(s.output)
	return err == nil && info.IsDir()
}

// finish writes the files, each whole or not at all. Files that no document is in are not made; one that its documents do not allow is told,
// and does not stop the others.
func (s *fileSet) finish() error {
	kept := s.files[:0]
	for _, g := range s.files {
		if g.documents == 0 {
			g.file.Abort()
			continue
		}
		err := s.proved(g)
		if errors.Is(err, errNothingLeft) {
			continue
		}
		if refused := (*refusal.FileError)(nil); errors.As(err, &refused) {
			s.left.File(fmt.Errorf("import file %s is not made, and its %s not in any: %w", g.name, documentsAre(g.documents), refused.Err), g.documents)
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

// proved writes a file. Documents of which its bytes say something else than they do are told, as a run holds them, and it is made again without
// them.
func (s *fileSet) proved(g *groupFile) error {
	for range mostAgain {
		err := s.write(g)
		wrong := (*refusal.ReadBackError)(nil)
		if !errors.As(err, &wrong) {
			return err
		}
		for i, d := range wrong.Documents {
			s.left.Tell(fis.Envelope{ID: d.DocID}, d)
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
	g.file = file
	added := 0
	err = s.again(g.numbers, func(r mapping.Rendered) error {
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

func (s *fileSet) write(g *groupFile) error {
	path := s.output
	if s.intoFolder() {
		if err := os.MkdirAll(s.output, 0o700); err != nil {
			return fmt.Errorf("make the output folder: %w", err)
		}
		path = filepath.Join(s.output, filepath.Base(g.name))
	}
	out, err := frame.NewWholeFile(s.stdout, path, s.reads...)
	if err != nil {
		return err
	}
	defer out.Abort()
	finish := func() (mapping.Totals, error) { return g.file.Finish(out) }
	if out.Temp != nil { // it is read back where it is
		finish = func() (mapping.Totals, error) { return g.file.FinishIn(out) }
	}
	if g.totals, err = finish(); err != nil {
		return fmt.Errorf("write import file %s: %w", g.name, err)
	}
	g.path = path
	return out.Commit()
}

// abort throws away files that are not finished; it does nothing to finished ones.
func (s *fileSet) abort() {
	for _, g := range s.files {
		g.file.Abort()
	}
}

// tellRendered says what was made of the documents.
func (a *bench) tellRendered(s *fileSet) error {
	if err := a.tellFiles(s); err != nil {
		return err
	}
	switch {
	case s.left.Count > 0:
		return desk.NeedsPerson()
	case len(s.files) == 0:
		return &desk.Error{Code: desk.ExitFailed, Err: errors.New("no document, so no import file")}
	}
	return nil
}

func (a *bench) tellFiles(s *fileSet) error {
	if a.JSON && s.output != "" {
		list := make([]map[string]any, len(s.files))
		for i, g := range s.files {
			list[i] = map[string]any{"file": g.path, "documents": g.totals.Documents, "lines": g.totals.Lines, "debit": g.totals.Debit, "credit": g.totals.Credit, "not_as_they_came": g.totals.NotesText()}
		}
		return a.WriteJSON(map[string]any{"files": list, "left_out": s.left.Count})
	}
	for _, g := range s.files {
		if g.path == "" {
			continue // standard output holds it, and nothing else
		}
		a.Remark("%s: %d documents, %d lines%s", g.path, g.totals.Documents, g.totals.Lines, sums(g.totals))
		if len(g.totals.Notes) > 0 {
			a.Remark("%s: not written as they came: %s", g.path, g.totals.NotesText())
		}
	}
	if s.left.Count > 0 {
		a.Remark("%d left out", s.left.Count)
	}
	return nil
}

// sums lists the debits by currency.
func sums(t mapping.Totals) string {
	var parts []string
	for currency, amount := range t.Debit {
		parts = append(parts, currency+" "+fis.Text(amount, currency))
	}
	sort.Strings(parts)
	if len(parts) == 0 {
		return ""
	}
	return ", debit " + strings.Join(parts, ", ")
}
