package explain

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"sort"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
)

// Options say what is rendered again, and of what it is told how it came to be.
type Options struct {
	// Context is that of the file; of several the sequence is that of the first.
	Context mapping.FileContext
	// OneFile puts all documents into one file: they were in one, whatever the grouping says today.
	OneFile bool
	// Member, of a package, is the member whose lines Want counts; empty: the records of all members are counted.
	Member string
	// Before, with Member and One, is how many lines of the member stand before those of the document.
	Before int
	// Want says which lines are explained, by number; nil for all.
	Want func(first, last int) bool
	// Documents keeps the documents with their fields, too.
	Documents bool
	// Most, with Documents, is how many documents are kept with all that made their lines, 0 for all. Of the others
	// there is what became of them (Document.Brief), and their lines in Bytes; those that would be held are kept all
	// the same, as many again.
	Most int
	// Revisions are what documents were held against that replaced earlier ones of their report, by docId.
	Revisions map[string]*mapping.Revision
}

// File is an import file that was made again.
type File struct {
	Context mapping.FileContext
	Name    string
	// Lines are those that were wanted, in order.
	Lines  []*Line
	Totals mapping.Totals
	// Counted is how many lines there are, as Options.Want counts them.
	Counted int
	Bytes   []byte
	// Err is why the file cannot be finished, nil when it can; Lines and Bytes hold what there was until then.
	Err error

	made *explainedFile
	docs int
}

// Document is a document with what became of it.
type Document struct {
	Envelope fis.Envelope
	// Document is nil when its JSON cannot be read, and unless Documents was asked for.
	Document *fis.Document
	Prepared *mapping.Prepared
	Postings []Posting
	// File is the index of its file, -1 when it is in none; Part where it lies in there.
	File int
	Part mapping.Part
	// Err is why it is in no file.
	Err error
	// Said is what its rows in the file say, by currency, and Spoilt what is wrong with them that only the file shows.
	// They are filled with Documents only.
	Said   map[string]amounts.Sides
	Spoilt []refusal.Problem
	// Brief tells that nothing is kept of how its lines came to be.
	Brief bool
}

// Files renders documents as a run does, into as many files as the grouping makes, and tells of the wanted lines how
// they came to be. Documents that cannot be mapped are left out of the files; without Options.Documents only these are
// handed out. The error is one of docs, or of the machine.
func Files(p *mapping.Plan, opt Options, docs iter.Seq2[fis.Envelope, error]) ([]*File, []*Document, error) {
	if opt.Want == nil {
		opt.Want = func(int, int) bool { return true }
	}
	s := &explainSet{plan: p, opt: opt, x: newExplainer(p), open: map[string]int{}}
	s.x.revisions = opt.Revisions
	defer s.abort()
	for env, err := range docs {
		if err != nil {
			return nil, nil, err
		}
		if err := s.document(env); err != nil {
			return nil, nil, err
		}
	}
	for _, f := range s.files {
		f.finish()
	}
	return s.files, s.docs, nil
}

// explainSet takes documents into files.
type explainSet struct {
	plan  *mapping.Plan
	opt   Options
	x     *explainer
	files []*File
	open  map[string]int // by group
	docs  []*Document
	// kept and held are how many documents were kept with everything, and because they would be held.
	kept, held int
}

// detailed reports whether the next document is kept with everything.
func (s *explainSet) detailed() bool {
	return s.opt.Documents && (s.opt.Most == 0 || s.kept < s.opt.Most)
}

func (s *explainSet) document(env fis.Envelope) error {
	out := &Document{Envelope: env, File: -1}
	s.docs = append(s.docs, out)
	defer func() {
		if !s.opt.Documents && out.Err == nil {
			s.docs = s.docs[:len(s.docs)-1] // nobody asks for it
		}
	}()
	doc, err := s.x.document(env, s.detailed())
	if brief := s.opt.Documents && !s.detailed(); brief && (err != nil || len(doc.prepared.Differs) > 0) && s.held < s.opt.Most {
		s.held++
		doc, err = s.x.document(env, true)
	} else if out.Brief = brief; !brief {
		s.kept++
	}
	defer out.shorten()
	out.keep(doc, err)
	if err != nil || out.Prepared.Rows == 0 {
		return nil
	}
	i, err := s.fileFor(out.Prepared.Group)
	if err != nil {
		return err
	}
	f := s.files[i]
	if !s.opt.Documents && f.made.mayHold(out.Prepared) {
		if doc, err = s.x.document(env, true); err != nil { // it was prepared a moment ago, with fewer fields
			out.Err = err
			return nil
		}
	}
	out.Part, out.Err = f.made.add(doc)
	if errors.Is(out.Err, refusal.ErrFull) {
		delete(s.open, out.Prepared.Group)
		if i, err = s.fileFor(out.Prepared.Group); err != nil {
			return err
		}
		f = s.files[i]
		out.Part, out.Err = f.made.add(doc)
	}
	if out.Err != nil {
		return nil
	}
	out.File = i
	f.docs++
	if most := s.plan.MaxDocuments(); most > 0 && f.docs >= most && !s.opt.OneFile {
		delete(s.open, out.Prepared.Group)
	}
	return nil
}

// shorten lets go what a brief document is not kept for.
func (d *Document) shorten() {
	if d.Brief {
		d.Envelope.Document, d.Document, d.Postings = nil, nil, nil
		if d.Prepared != nil {
			d.Prepared = d.Prepared.Brief()
		}
	}
}

func (d *Document) keep(doc *explained, err error) {
	d.Err = err
	if doc != nil {
		d.Document, d.Prepared, d.Postings = doc.doc, doc.prepared, doc.postings
	}
}

// fileFor is the open file of a group, as an index.
func (s *explainSet) fileFor(group string) (int, error) {
	if s.opt.OneFile {
		group = s.opt.Context.Group
	}
	if i, ok := s.open[group]; ok {
		return i, nil
	}
	f := &File{Context: s.opt.Context}
	f.Context.Group = group
	f.Context.Sequence += int64(len(s.files))
	made, err := s.x.file(f.Context, s.opt.Member, s.opt.Want, func(l *Line) { f.Lines = append(f.Lines, l) })
	if err != nil {
		return 0, fmt.Errorf("make the file again: %w", err)
	}
	if f.made, f.Name = made, made.file.Name(); s.opt.OneFile {
		made.file.Unbounded()
	}
	if i := len(s.files); s.opt.Documents {
		made.file.Compare(func(c amounts.Comparison, wrong *refusal.ReadBackError) { s.compared(i, c, wrong) })
	}
	s.open[group] = len(s.files)
	s.files = append(s.files, f)
	return len(s.files) - 1, nil
}

// compared notes what the rows of a file say of its documents.
func (s *explainSet) compared(file int, c amounts.Comparison, wrong *refusal.ReadBackError) {
	var docs []*Document
	for _, d := range s.docs {
		if d.File == file && d.Part.Rows > 0 {
			d.Said = c.ByDocument[len(docs)]
			docs = append(docs, d)
		}
	}
	if wrong == nil {
		return
	}
	for i, at := range wrong.At {
		docs[at].Spoilt = wrong.Documents[i].Problems
	}
}

// finish writes the file into memory.
func (f *File) finish() {
	var out bytes.Buffer
	f.Totals, f.Err = f.made.file.Finish(&out)
	f.Counted = f.Totals.Lines
	if f.made.member != "" {
		f.Counted = f.made.linesOf(f.made.member)
	}
	f.Bytes = out.Bytes()
	sort.SliceStable(f.Lines, func(i, j int) bool { return f.Lines[i].Line < f.Lines[j].Line })
}

func (s *explainSet) abort() {
	for _, f := range s.files {
		f.made.file.Abort()
	}
}
