package mapping

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/inorder"
	"github.com/fisbridge/fisbridge/internal/mapping/lent"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
)

// Rendered is one document out of the pipeline: Prepared, or the error that refused it.
type Rendered struct {
	// Index counts the documents from 0 in the order they came.
	Index int
	Input
	Prepared *Prepared
	Err      error
	// Unread is the error of a text among the lines of a batch in which no document was found; Err is nil then, and it does not count.
	Unread error
	// Pass is that of its batch; there is no document then.
	Pass any
}

// Batch is what a worker takes at once: a document; or lines, in which it finds the documents itself, which come out without their JSON.
type Batch struct {
	Input
	Lines *fis.Lines
	// Pass, when not nil, comes out as it is in its place, and nothing else of the batch.
	Pass any
}

// batchMade is what was made of a batch.
type batchMade struct {
	first Rendered
	more  []Rendered // of the documents in lines
	lines bool
	room  *room // of the rows of documents in lines
}

// room is memory for what is made of the lines of a batch.
type room struct {
	made  []Rendered
	bytes lent.Room[byte]
	rows  lent.Room[Row]
}

// RenderAll prepares the documents that next hands out (until false) on several workers and gives them to emit in the order they came.
// At most a few documents for each worker are in memory. An error of next, of emit, or the end of ctx stops it and is returned; a document
// that cannot be mapped is emit's to judge. next and emit run on a goroutine each, never two at a time. Workers 0 means one for each processor.
func (p *Plan) RenderAll(ctx context.Context, workers int, next func() (Input, bool, error), emit func(Rendered) error) error {
	return p.pipeline(ctx, workers, false, single(next), emit)
}

// RenderBatches is RenderAll for documents that come in batches. What is made of documents in lines is lent: it is good
// until emit returns.
func (p *Plan) RenderBatches(ctx context.Context, workers int, next func() (Batch, bool, error), emit func(Rendered) error) error {
	return p.pipeline(ctx, workers, false, next, emit)
}

func single(next func() (Input, bool, error)) func() (Batch, bool, error) {
	return func() (Batch, bool, error) {
		in, ok, err := next()
		return Batch{Input: in}, ok, err
	}
}

func (p *Plan) pipeline(ctx context.Context, workers int, amountsOnly bool, next func() (Batch, bool, error), emit func(Rendered) error) error {
	workers = inorder.Workers(workers)
	spare := lent.NewPool[room](inorder.Most(workers))
	worker := func() func(*Batch, *batchMade) {
		w := p.NewWorker()
		w.amountsOnly = amountsOnly
		return func(b *Batch, made *batchMade) { made.work(w, b, spare) }
	}
	count := 0
	return inorder.Run(ctx, workers, next, worker, func(made *batchMade) error {
		return made.hand(&count, spare, emit)
	})
}

// work prepares the documents of a batch.
func (m *batchMade) work(w *Worker, b *Batch, spare lent.Pool[room]) {
	switch {
	case b.Pass != nil:
		m.first.Pass = b.Pass
	case b.Lines == nil:
		m.first.Input = b.Input
		m.first.Prepared, m.first.Err = w.PrepareInput(b.Input)
	default:
		m.lines, m.room = true, spare.Take()
		w.room = m.room
		m.more = w.prepareLines(b.Lines, m.room.made[:0])
		m.room.made, w.room = m.more, nil
		b.Lines.Release()
	}
}

// hand gives the documents to emit, counting them, and takes back what was lent to them.
func (m *batchMade) hand(count *int, spare lent.Pool[room], emit func(Rendered) error) error {
	all := m.more
	if !m.lines {
		all = []Rendered{m.first}
	}
	for i := range all {
		r := &all[i]
		r.Index = *count
		if r.Unread == nil && r.Pass == nil {
			*count++
		}
		if err := emit(*r); err != nil {
			return err
		}
	}
	if m.room != nil {
		spare.Give(m.room.reset())
	}
	return nil
}

// prepareLines finds documents in lines and prepares them.
func (w *Worker) prepareLines(lines *fis.Lines, out []Rendered) []Rendered {
	_ = lines.Each(w.parser, func(doc *fis.Document, err error) error {
		var r Rendered
		switch {
		case doc == nil:
			r.Unread = err
		case err != nil:
			r.Envelope = doc.Envelope
			r.Err = refusal.Unreadable(doc.Envelope, err)
		default:
			r.Envelope = doc.Envelope
			r.Prepared, r.Err = w.PrepareDocument(doc)
		}
		out = append(out, r)
		return nil
	})
	return out
}

// reset takes back what was made in the room.
func (r *room) reset() *room {
	clear(r.made)
	r.bytes.Reset()
	r.rows.Reset()
	return r
}
