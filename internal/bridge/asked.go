package bridge

import (
	"context"
	"time"
)

// Beside is how somebody in the same process takes part in a bridge that watches. What is zero asks for nothing.
type Beside struct {
	// Now wakes a full pass, as a scheduled time does.
	Now <-chan struct{}
	// Pass gives the context of a pass, which may end before that of the daemon, and what is told its end.
	Pass func(ctx context.Context) (context.Context, func())
	// Began is told that a run over everything begins.
	Began func()
	// Step is told which step of a pass begins.
	Step func(name string)
	// Since is from when on a schedule counts that nobody has looked after yet; zero: from the first look on.
	Since time.Time
}

// onePass makes a pass under a context of its own. One that somebody stopped alone is no failure of the daemon.
func (b *Bridge) onePass(ctx context.Context, pass func(context.Context) (*Summary, error)) (*Summary, error) {
	if b.beside.Pass == nil {
		return pass(ctx)
	}
	own, end := b.beside.Pass(ctx)
	defer end()
	s, err := pass(own)
	if own.Err() != nil && ctx.Err() == nil {
		err = nil
	}
	return s, err
}

func (b *Bridge) begins(step string) {
	if b.beside.Step != nil {
		b.beside.Step(step)
	}
}
