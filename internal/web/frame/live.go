package frame

import (
	"context"
	"sync"
	"time"
)

// Live is what goes on in the company's run, as the process that runs it knows.
type Live struct {
	mu    sync.Mutex
	steps []LiveStep
	stop  context.CancelFunc
	began time.Time
	asked chan struct{}
}

// LiveStep is a step of a run that goes on, or of the last one.
type LiveStep struct {
	Name  string
	Began time.Time
	Ended time.Time
	Done  int
	Total int
}

// NewLive is a company without a run.
func NewLive() *Live { return &Live{asked: make(chan struct{}, 1)} }

// Asked wakes the run that people ask for.
func (l *Live) Asked() <-chan struct{} { return l.asked }

// Ask asks for a run; false when one is asked for already, or goes on.
func (l *Live) Ask() bool {
	if l.Going() {
		return false
	}
	select {
	case l.asked <- struct{}{}:
		return true
	default:
		return false
	}
}

// Pass gives a run its context, which Stop ends.
func (l *Live) Pass(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stop, l.began, l.steps = cancel, time.Now(), nil
	return ctx, func() {
		cancel()
		l.mu.Lock()
		defer l.mu.Unlock()
		l.endStep()
		l.stop = nil
	}
}

// Stop ends the run that goes on at the next boundary of a step; false when none goes on.
func (l *Live) Stop() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stop == nil {
		return false
	}
	l.stop()
	return true
}

// Going reports whether a run goes on.
func (l *Live) Going() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stop != nil
}

// Step is told which step begins.
func (l *Live) Step(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.endStep()
	l.steps = append(l.steps, LiveStep{Name: name, Began: time.Now()})
}

func (l *Live) endStep() {
	if n := len(l.steps); n > 0 && l.steps[n-1].Ended.IsZero() {
		l.steps[n-1].Ended = time.Now()
	}
}

// Progress is told how far a step is.
func (l *Live) Progress(_ string, done, total int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.steps); n > 0 {
		l.steps[n-1].Done, l.steps[n-1].Total = done, total
	}
}

// Steps are those of the run that goes on, or of the last one.
func (l *Live) Steps() []LiveStep {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]LiveStep(nil), l.steps...)
}
