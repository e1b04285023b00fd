package mapping

import (
	"context"
	"runtime"
	"sync"
)

// Rendered is one document out of the pipeline: Prepared, or the error that refused it.
type Rendered struct {
	// Index counts the documents from 0 in the order they came.
	Index int
	Input
	Prepared *Prepared
	Err      error
}

// job is a document on its way through the pipeline.
type job struct {
	Rendered
	ready chan struct{}
}

// RenderAll prepares the documents that next hands out (until false) on several workers and gives them to emit in the order they came.
// At most a few documents for each worker are in memory. An error of next, of emit, or the end of ctx stops it and is returned; a document
// that cannot be mapped is emit's to judge. next and emit run on a goroutine each, never two at a time. Workers 0 means one for each processor.
func (p *Plan) RenderAll(ctx context.Context, workers int, next func() (Input, bool, error), emit func(Rendered) error) error {
	return p.pipeline(ctx, workers, false, next, emit)
}

func (p *Plan) pipeline(ctx context.Context, workers int, amountsOnly bool, next func() (Input, bool, error), emit func(Rendered) error) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	// A document is in order before it is in jobs, and order has room for few: this bounds the documents in memory.
	order := make(chan *job, 2*workers)
	jobs := make(chan *job, 2*workers)
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
					j.Prepared, j.Err = w.PrepareInput(j.Input)
				}
				close(j.ready)
			}
		})
	}
	err := drain(work, order, emit)
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

func feed(ctx context.Context, next func() (Input, bool, error), order, jobs chan<- *job) error {
	for i := 0; ctx.Err() == nil; i++ {
		in, ok, err := next()
		if err != nil || !ok {
			return err
		}
		j := &job{Rendered: Rendered{Index: i, Input: in}, ready: make(chan struct{})}
		select {
		case order <- j:
		case <-ctx.Done():
			return nil
		}
		jobs <- j // the workers take every job until jobs is closed
	}
	return nil
}

// drain waits for each document in turn. What came before an error of next is still handed out.
func drain(ctx context.Context, order <-chan *job, emit func(Rendered) error) error {
	for j := range order {
		<-j.ready
		if ctx.Err() != nil {
			return nil
		}
		if err := emit(j.Rendered); err != nil {
			return err
		}
	}
	return nil
}
