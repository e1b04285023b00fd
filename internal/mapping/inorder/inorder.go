// Package inorder has many things made by several workers at once and hands them out in the order in which they were
// asked for. It guarantees that only a few of them are in memory for each worker, that all its goroutines have ended
// when it returns, and that what was made before an error is still handed out.
package inorder

import (
	"context"
	"runtime"
	"sync"
)

// Workers is how many there are: n, or one for each processor when n is 0.
func Workers(n int) int {
	if n <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return n
}

// Most is how many things are in memory at once: those that wait, one in the hands of each worker, and the one that is
// handed out.
func Most(workers int) int { return ahead(workers) + workers + 1 }

func ahead(workers int) int { return 2 * workers }

// job is a thing on its way.
type job[In, Out any] struct {
	in    In
	out   Out
	ready chan struct{}
}

// Run has what next hands out (until false) made by workers and gives it to emit in the order it came. worker begins one
// of them. An error of next, of emit, or the end of ctx stops it and is returned. next and emit run on a goroutine each,
// never two at a time.
func Run[In, Out any](ctx context.Context, workers int, next func() (In, bool, error), worker func() func(*In, *Out),
	emit func(*Out) error) error {
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	// A job is in order before it is in jobs, and order has room for few: this bounds what is in memory.
	order := make(chan *job[In, Out], ahead(workers))
	jobs := make(chan *job[In, Out], ahead(workers))
	var wg sync.WaitGroup
	var fed error
	wg.Go(func() {
		defer close(order)
		defer close(jobs)
		fed = feed(work, next, order, jobs)
	})
	for range workers {
		wg.Go(func() {
			do := worker()
			for j := range jobs {
				if work.Err() == nil {
					do(&j.in, &j.out)
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

func feed[In, Out any](ctx context.Context, next func() (In, bool, error), order, jobs chan<- *job[In, Out]) error {
	for ctx.Err() == nil {
		in, ok, err := next()
		if err != nil || !ok {
			return err
		}
		j := &job[In, Out]{in: in, ready: make(chan struct{})}
		select {
		case order <- j:
		case <-ctx.Done():
			return nil
		}
		jobs <- j // the workers take every job until jobs is closed
	}
	return nil
}

// drain waits for each job in turn. What came before an error of next is still handed out.
func drain[In, Out any](ctx context.Context, order <-chan *job[In, Out], emit func(*Out) error) error {
	for j := range order {
		<-j.ready
		if ctx.Err() != nil {
			return nil
		}
		if err := emit(&j.out); err != nil {
			return err
		}
	}
	return nil
}
