package frame

import (
	"context"
	"slices"
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
	away  Elsewhere
}

// Elsewhere are runs that other processes make.
type Elsewhere interface {
	// Ask asks for a run; false when one goes on, or it cannot be asked for.
	Ask() bool
	// Stop ends the run that goes on; false when none does.
	Stop() bool
	Going() bool
	// Steps are those of the run that goes on, as far as they were told, in the words of the bridge.
	Steps() []LiveStep
}

// LiveElsewhere is a company whose runs other processes make.
func LiveElsewhere(e Elsewhere) *Live { return &Live{away: e} }

// LiveStep is a part of a run that goes on, or of the last one.
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
	switch {
	case l.away != nil:
		return l.away.Ask()
	case l.Going():
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
		l.endStep(time.Now())
		l.stop = nil
	}
}

// Stop ends the run that goes on at the next boundary of a step; false when none goes on.
func (l *Live) Stop() bool {
	if l.away != nil {
		return l.away.Stop()
	}
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
	if l.away != nil {
		return l.away.Going()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stop != nil
}

// parts are what people are told of a run, in its order, with the steps of the bridge that each is made of.
var parts = []struct {
	name  string
	steps []string
}{
	{"begin", []string{"login"}}, {"fetch", []string{"fetch", "receipts", "answer obligations"}}, {"make", []string{"collect", "render"}}, {"send", []string{"drop", "drop receipts"}},
	{readPart, []string{"collect", "apply results", "render again"}}, {"tell", []string{"confirm postings", "confirm payments", "unclaimed payments", "retention"}},
}

// readPart is where a pass begins that a result file wakes.
const readPart = "read"

// Parts are the names of the parts of a run, in its order.
func Parts() (out []string) {
	for _, p := range parts {
		out = append(out, p.name)
	}
	return out
}

// partOf is the part to which a step belongs that begins behind another part; a step that is not known is a part of its
// own.
func partOf(step, behind string) string {
	if behind == "" && step == "collect" {
		return readPart
	}
	past := behind == ""
	for _, p := range parts {
		past = past || p.name == behind
		if past && slices.Contains(p.steps, step) {
			return p.name
		}
	}
	return step
}

// Step is told which step begins.
func (l *Live) Step(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stepAt(name, time.Now())
}

func (l *Live) stepAt(name string, at time.Time) {
	behind := ""
	if n := len(l.steps); n > 0 {
		behind = l.steps[n-1].Name
	}
	part := partOf(name, behind)
	if part == behind {
		return
	}
	l.endStep(at)
	l.steps = append(l.steps, LiveStep{Name: part, Began: at})
}

func (l *Live) endStep(at time.Time) {
	if n := len(l.steps); n > 0 && l.steps[n-1].Ended.IsZero() {
		l.steps[n-1].Ended = at
	}
}

// Progress is told how far a step is.
func (l *Live) Progress(_ string, done, total int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.progress(done, total)
}

func (l *Live) progress(done, total int) {
	if n := len(l.steps); n > 0 && done >= l.steps[n-1].Done { // the figures of a part only grow
		l.steps[n-1].Done, l.steps[n-1].Total = done, total
	}
}

// Steps are those of the run that goes on, or of the last one.
func (l *Live) Steps() []LiveStep {
	if l.away != nil {
		var told Live
		for _, s := range l.away.Steps() {
			told.stepAt(s.Name, s.Began)
			told.progress(s.Done, s.Total)
		}
		return told.steps
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]LiveStep(nil), l.steps...)
}
