package frame

import (
	"github.com/schollz/progressbar/v3"
)

// bars shows one progress bar a step.
type bars struct {
	a    *Frame
	name string
	bar  *progressbar.ProgressBar
}

// NewBars are bars, one a step, of which none is shown yet.
func (a *Frame) NewBars() *bars { return &bars{a: a} }

func (p *bars) Step(name string, done, total int) {
	if total == 0 {
		total = -1
	}
	if name != p.name || p.bar == nil {
		p.End()
		p.name, p.bar = name, p.a.NewProgress(total, name)
	}
	_ = p.bar.Set(done) // a bar that cannot be drawn is no failure
}

func (p *bars) End() {
	if p.bar != nil {
		_ = p.bar.Finish()
		p.bar = nil
	}
}
