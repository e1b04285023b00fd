package mapping

import "github.com/fisbridge/fisbridge/internal/fis"

// WithoutReadBack makes a file that is not read back, to see what that costs.
func (p *Plan) WithoutReadBack(ctx FileContext) (*File, error) {
	f, err := p.NewFile(ctx)
	if err == nil {
		f.unchecked = true
	}
	return f, err
}

// Forgetful is a worker that makes every row anew.
func (p *Plan) Forgetful() *Worker {
	w := p.NewWorker()
	w.watch = func(*Record) {}
	return w
}

// PanicAt prepares a document on a worker that fails by itself at its end.
func (p *Plan) PanicAt(w *Worker, env fis.Envelope) (err error) {
	doc, err := w.parser.Lend(env)
	if err != nil {
		return err
	}
	defer w.caught(env.ID, &err)
	if _, err = w.PrepareAs(doc, Input{Envelope: env}, nil); err == nil {
		panic("itself")
	}
	return err
}
