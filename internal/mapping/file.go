package mapping

import (
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/mapping/filename"
	"github.com/fisbridge/fisbridge/internal/mapping/readalong"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/spool"
)

// FileContext is what a file knows beside its documents.
type FileContext struct {
	Route    string
	Sequence int64
	// Created is the time the file was numbered, in the zone the company wants to see; day and time in the file come
	// from it.
	Created time.Time
	// Group is Prepared.Group of the documents in it.
	Group string
	// TempDir holds the spooled body until Finish or Abort; empty for the system's.
	TempDir string
}

// FileName is the name of a file by the template's pattern (package filename).
func (p *Plan) FileName(ctx FileContext) (string, error) {
	name, err := p.fileName.Name(filename.Of{Route: ctx.Route, Group: ctx.Group, Sequence: ctx.Sequence,
		Created: ctx.Created})
	if err != nil {
		return "", fmt.Errorf("file name %q of mapping %s: %w", name, p.name, err)
	}
	return name, nil
}

// File is an import file in the making. It is for one goroutine.
type File struct {
	plan  *Plan
	ctx   FileContext
	name  string
	spool *spool.Spool
	// pending is what the rows of each document must say, until the file is read back.
	pending *amounts.Pending
	// along is the file where it is made, when it has its place already; spool and pending are empty then.
	along *readalong.Along
	now   Tally
	// debit and credit by currency, and the values that once_per has seen, by record.
	debit, credit map[string]fis.Amount
	once          map[onceKey]bool
	notes         layout.Notes
	env           LateEnv
	buf           []byte
	// ends and amounts are room for those of a document.
	ends    []int
	amounts []amounts.Row
	values  []layout.Value
	done    bool
	broken  error
	// watch sees each record that goes into the file; nil but for explain.
	watch FileWatch
	// unchecked: the bytes are not held against the documents, for explaining a file that went out long ago.
	unchecked bool
	// compared takes what is wrong with an unchecked file, when not nil, for the preview.
	compared func(amounts.Comparison, *refusal.ReadBackError)
	// limit is the most lines that it may have, 0 for none.
	limit int
}

// FileWatch sees the records of a file in the making. The file's tally is as formulas saw it.
type FileWatch interface {
	Row(row *Row, encoded []byte)
	Special(r *Record, values []layout.Value, encoded []byte)
}

type onceKey struct {
	record int
	value  string
}

// Tally is what is counted while a file grows; a copy of it is put back when a document fails.
type Tally struct {
	documents, rows, records, lines int
	byRecord                        []int
	debit, credit, amount           fis.Amount
	hash                            *big.Int
}

func (t Tally) clone() Tally {
	t.byRecord = append([]int(nil), t.byRecord...)
	t.hash = new(big.Int).Set(t.hash)
	return t
}

// Part is where a document's records lie in a file. Lines count the physical records of the file from 1, headings and
// headers included.
type Part struct {
	DocID               string
	FirstLine, LastLine int
	// Rows is the number of records: 0 when the mapping makes none for the document.
	Rows int
	// Debit and Credit are what the records say, where the template tells which fields hold them.
	Debit, Credit fis.Amount
	InFile        *amounts.Sides // what the rows say that are held against the document; nil where none are
}

// Totals is what a finished file holds, counted from the records themselves.
type Totals struct {
	Documents int
	// Lines is the number of physical records, Rows that of detail records (file.lines).
	Lines, Rows int
	// Debit and Credit by currency, Amount and Hash as in the trailer; zero and empty when the template does not tell
	// which fields hold them.
	Debit, Credit map[string]fis.Amount
	Amount        fis.Amount
	Hash          string
	// Notes counts the values that were cut, cleaned or replaced, by field.
	Notes []layout.Note
}

// NotesText tells what was not written as it came: by field, without values; empty when everything was.
func (t Totals) NotesText() string { return layout.NotesText(t.Notes) }

// NewFile begins a file.
func (p *Plan) NewFile(ctx FileContext) (*File, error) {
	name, err := p.FileName(ctx)
	if err != nil {
		return nil, err
	}
	f := &File{
		plan: p, pending: amounts.NewPending(ctx.TempDir), ctx: ctx, name: name, spool: spool.New(ctx.TempDir),
		once: map[onceKey]bool{}, debit: map[string]fis.Amount{}, credit: map[string]fis.Amount{},
		now: Tally{byRecord: make([]int, len(p.records)), hash: new(big.Int)}, limit: p.maxLines,
	}
	f.env = LateEnv{slots: p.slots, file: f}
	f.now.lines, f.now.records = f.head()
	return f, nil
}

// Name is the file's name.
func (f *File) Name() string { return f.name }

// head is the number of lines and records before the body.
func (f *File) head() (lines, records int) {
	for i := range f.plan.records {
		r := &f.plan.records[i]
		if !r.header {
			continue
		}
		buf, ok, err := f.special(r, nil)
		if ok || err != nil {
			lines += f.plan.LinesOf(buf)
			records++
		}
	}
	if f.plan.tpl.File.Header {
		lines++
	}
	return lines, records
}

// LinesOf counts the physical lines of one encoded record: one, but for text whose patterns may span several.
func (p *Plan) LinesOf(encoded []byte) int {
	if !p.layout.Can().Tall {
		return 1
	}
	n := 0
	for _, b := range encoded {
		if b == '\n' {
			n++
		}
	}
	return n
}

// Add puts a document into the file, all of it or nothing: after an error, and when the mapping makes no record for it,
// the file is as it was. What is wrong with the document is a *refusal.DocumentError; refusal.ErrFull tells that it goes
// into the next file, because this one would have more lines than the ERP takes.
func (f *File) Add(doc *Prepared) (Part, error) {
	if f.broken != nil || f.done {
		return Part{}, fmt.Errorf("import file %s takes no more documents: %w", f.name, errOr(f.broken))
	}
	if doc.Group != f.ctx.Group {
		return Part{}, fmt.Errorf("document %s belongs in a file of group %q; import file %s is of group %q", doc.DocID,
			doc.Group, f.name, f.ctx.Group)
	}
	if err := f.room(doc); err != nil {
		return Part{}, err
	}
	before := f.now.clone()
	a := adder{f: f, doc: doc, part: Part{DocID: doc.DocID, FirstLine: f.now.lines + 1}, ends: f.ends[:0], amounts: f.amounts[:0]}
	defer func() { f.ends, f.amounts = a.ends, a.amounts }()
	f.now.documents++
	if err := a.run(); err != nil {
		f.now = before
		return Part{}, err
	}
	if a.part.Rows == 0 { // not in the file, and not counted
		f.now = before
		return Part{DocID: doc.DocID}, nil
	}
	if err := f.keep(doc, &a); err != nil {
		f.now, f.broken = before, err
		return Part{}, fmt.Errorf("write document %s to import file %s: %w", doc.DocID, f.name, err)
	}
	for _, k := range a.once {
		f.once[k] = true
	}
	f.notes.Add(&doc.notes)
	f.notes.Add(&a.notes)
	f.debit[doc.Currency] = f.debit[doc.Currency].Add(a.part.Debit)
	f.credit[doc.Currency] = f.credit[doc.Currency].Add(a.part.Credit)
	a.part.LastLine, a.part.InFile = f.now.lines, amounts.InFile(a.amounts)
	return a.part, nil
}

// room is why the lines of a document do not go into the file beside those that it has; nil where they do.
func (f *File) room(doc *Prepared) error {
	if f.limit == 0 {
		return nil
	}
	lines, once := 0, map[onceKey]bool{}
	for i := range doc.rows {
		row := &doc.rows[i]
		k := onceKey{row.record, row.once}
		if row.once != "" && (f.once[k] || once[k]) {
			continue
		}
		if once[k] = true; f.plan.records[row.record].totals.Counted {
			lines++
		}
	}
	return refusal.Full(doc.DocID, lines, f.now.rows+lines, f.limit)
}

func errOr(err error) error {
	if err != nil {
		return err
	}
	return errFinished
}

// Finish writes the file to w: header, body, trailer, and reads it back: what stands in the bytes must be what the
// documents say. A file that does not balance is refused, and one whose bytes say something else
// (*refusal.ReadBackError); nothing is written then. Either way the file is done with.
func (f *File) Finish(w io.Writer) (Totals, error) { return f.finish(w, nil) }

// Store is a file that is written and can be read again. It must be empty.
type Store = readalong.Place

// FinishIn is Finish into a file that can be read again itself, which saves a copy: the one that Begin was given, when it
// took it. After an error what is in it is of no use.
func (f *File) FinishIn(s Store) (Totals, error) { return f.finish(s, s) }

func (f *File) finish(w io.Writer, in io.ReaderAt) (Totals, error) {
	if f.done {
		return Totals{}, fmt.Errorf("import file %s: %w", f.name, errFinished)
	}
	defer f.Abort()
	if f.broken != nil {
		return Totals{}, fmt.Errorf("import file %s: %w", f.name, f.broken)
	}
	if err := f.balanced(); err != nil {
		return Totals{}, &refusal.FileError{Err: err}
	}
	if err := f.writeChecked(w, in); err != nil {
		if wrong := (*refusal.ReadBackError)(nil); errors.As(err, &wrong) {
			return Totals{}, err
		}
		return Totals{}, fmt.Errorf("finish import file %s: %w", f.name, err)
	}
	return f.totals(), nil
}

// balanced checks debits against credits, by currency, once more for the file as a whole.
func (f *File) balanced() error {
	if f.plan.tpl.Totals.Unbalanced {
		return nil
	}
	for currency, d := range f.debit {
		if c := f.credit[currency]; !d.Equal(c) {
			return fmt.Errorf("import file %s does not balance: %s debit %s, credit %s", f.name, currency, d, c)
		}
	}
	return nil
}

func (f *File) write(w io.Writer) error {
	heads, tails, err := f.frame()
	if err != nil {
		return &refusal.FileError{Err: err}
	}
	out, err := f.plan.layout.NewNamedFile(w, f.name)
	if err != nil {
		return err
	}
	for _, b := range heads {
		if err := out.Write(b); err != nil {
			return err
		}
	}
	if err := f.spool.Read(out.Write); err != nil {
		return err
	}
	for _, b := range tails {
		if err := out.Write(b); err != nil {
			return err
		}
	}
	return out.Close()
}

// frame makes headers and trailers. The number of records is known before they are made, for they may state it.
func (f *File) frame() (heads, tails [][]byte, err error) {
	for i := range f.plan.records {
		r := &f.plan.records[i]
		if stands, _ := f.Stands(r); stands && r.trailer { // the error comes when it is made
			f.now.records++
		}
	}
	for i := range f.plan.records {
		r := &f.plan.records[i]
		if !r.header && !r.trailer {
			continue
		}
		b, ok, err := f.special(r, &f.notes)
		switch {
		case err != nil:
			return nil, nil, fmt.Errorf("record %s: %w", r.name, err)
		case ok && r.header:
			heads = append(heads, b)
		case ok:
			tails = append(tails, b)
			f.now.lines += f.plan.LinesOf(b)
		}
	}
	return heads, tails, nil
}

// Stands reports whether a header or trailer stands in the file, by its condition.
func (f *File) Stands(r *Record) (bool, error) {
	if f.env.row = nil; r.when == nil {
		return true, nil
	}
	return r.when.Test(&f.env)
}

// special makes a header or trailer; not ok when its condition says no.
func (f *File) special(r *Record, notes *layout.Notes) (encoded []byte, ok bool, err error) {
	if yes, err := f.Stands(r); err != nil || !yes {
		return nil, false, err
	}
	values := make([]layout.Value, len(r.fields))
	for i := range r.fields {
		if values[i], err = f.lateValue(&r.fields[i]); err != nil {
			return nil, false, fmt.Errorf("%s (%s): %w", r.fields[i].name, r.fields[i].at, err)
		}
	}
	encoded, err = f.plan.layout.EncodeGuarded(r.index, values, notes)
	if err == nil && f.watch != nil {
		f.watch.Special(r, values, encoded)
	}
	return encoded, err == nil, err
}

// lateValue evaluates a field of a header, a trailer, or a field that waited for the file.
func (f *File) lateValue(p *Field) (layout.Value, error) {
	switch p.mode {
	case blankField:
		return layout.Value{}, nil
	case ConstantField:
		return p.value, nil
	case SourceMode:
		return f.env.Value(p.slot), nil
	}
	return p.prog.Eval(&f.env)
}

func (f *File) totals() Totals {
	return Totals{
		Documents: f.now.documents, Lines: f.now.lines, Rows: f.now.rows, Debit: f.debit, Credit: f.credit,
		Amount: f.now.amount, Hash: f.hashText(), Notes: f.notes.List(f.plan.layout),
	}
}

func (f *File) hashText() string {
	if f.plan.tpl.Totals.Hash == nil {
		return ""
	}
	return f.now.hash.String()
}

// Abort throws the file away. It does nothing after Finish.
func (f *File) Abort() {
	if !f.done {
		f.done = true
		f.spool.Remove()
		f.pending.Remove()
		if f.along != nil {
			f.along.Abort()
		}
	}
}
