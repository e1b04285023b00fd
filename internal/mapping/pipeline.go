package mapping

import (
	"context"
	"runtime"
	"sync"

	"github.com/fisbridge/fisbridge/internal/fis"
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

// job is a batch on its way through the pipeline.
type job struct {
	Batch
	first Rendered
	more  []Rendered
	ready chan struct{}
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
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	// A batch is in order before it is in jobs, and order has room for few: this bounds the documents in memory.
	order := make(chan *job, 2*workers)
	jobs := make(chan *job, 2*workers)
	spare := lent.NewPool[room](cap(order) + workers + 1)
	var wg sync.WaitGroup
	var fed error
	wg.Go(func() {
		defer close(order)
		defer close(jobs)
		fed = feed(work, next, order, jobs)
	})
	for range workers {
		wg.Go(func() {
			w := p.NewWorker()
			w.amountsOnly = amountsOnly
			for j := range jobs {
				if work.Err() == nil {
					j.work(w, spare)
				}
				close(j.ready)
			}
		})
	}
	err := drain(work, order, spare, emit)
	cancel()
	for range order { // let the feeder go
	}
	wg.Wait()
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = fed
	}
	return err
}

// work prepares the documents of a batch.
func (j *job) work(w *Worker, spare lent.Pool[room]) {
	switch {
	case j.Pass != nil:
		j.first.Pass = j.Pass
	case j.Lines == nil:
		j.first.Input = j.Input
		j.first.Prepared, j.first.Err = w.PrepareInput(j.Input)
	default:
		j.room = spare.Take()
		w.room = j.room
		j.more = w.prepareLines(j.Lines, j.room.made[:0])
		j.room.made, w.room = j.more, nil
		j.Lines.Release()
	}
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

func feed(ctx context.Context, next func() (Batch, bool, error), order, jobs chan<- *job) error {
	for ctx.Err() == nil {
		b, ok, err := next()
		if err != nil || !ok {
			return err
		}
		j := &job{Batch: b, ready: make(chan struct{})}
		select {
		case order <- j:
		case <-ctx.Done():
			return nil
		}
		jobs <- j // the workers take every job until jobs is closed
	}
	return nil
}

// reset takes back what was made in the room.
func (r *room) reset() *room {
	clear(r.made)
	r.bytes.Reset()
	r.rows.Reset()
	return r
}

// drain waits for each batch in turn. What came before an error of next is still handed out.
func drain(ctx context.Context, order <-chan *job, spare lent.Pool[room], emit func(Rendered) error) error {
	count := 0
	hand := func(r *Rendered) error {
		r.Index = count
		if r.Unread == nil && r.Pass == nil {
			count++
		}
		return emit(*r)
	}
	for j := range order {
		<-j.ready
		if ctx.Err() != nil {
			return nil
		}
		if j.Lines == nil {
			if err := hand(&j.first); err != nil {
				return err
			}
		}
		for i := range j.more {
			if err := hand(&j.more[i]); err != nil {
				return err
			}
		}
		if j.room != nil {
			spare.Give(j.room.reset())
		}
	}
	return nil
}
