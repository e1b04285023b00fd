package mapping

import (
	"context"
	"errors"
	"io"
	"iter"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
)

// Filed is a document in an import file that went out.
type Filed struct {
	DocID string
	// First and Last are its lines in the file, from 1.
	First, Last int
	// Envelope is nil when its JSON is not kept any more.
	Envelope *fis.Envelope
	// Revision is what was written of its report before, of a document that posted what it changes.
	Revision *Revision
}

// ErrNotHeld says that the template does not say which fields carry the amounts, or that they are not held against the
// documents on purpose.
var ErrNotHeld = errors.New("the template does not hold its amounts against the documents")

// CompareFile reads an import file that went out and compares it with its documents, which come in the order in which
// they stand in it. Only what decides which row stands for which posting lines is evaluated. The error is one of docs,
// of the machine, or ErrNotHeld.
func (p *Plan) CompareFile(ctx context.Context, name string, in io.ReaderAt, size int64,
	docs iter.Seq2[Filed, error]) (amounts.Comparison, error) {
	c := amounts.Comparison{Said: map[string]amounts.Sides{}, Must: map[string]amounts.Sides{}}
	if !p.amounts.Any() {
		return c, ErrNotHeld
	}
	refused := map[string]*refusal.DocumentError{}
	err := p.amounts.ReadBack(name, in, size, p.mustSay(ctx, docs, refused, &c), &c)
	var wrong *refusal.ReadBackError
	var file *refusal.FileError
	switch {
	case errors.As(err, &wrong):
		c.Wrong = wrong.Documents
	case errors.As(err, &file):
		c.Err = file.Err
	case err != nil:
		return c, err
	}
	for _, d := range refused {
		c.Wrong = append(c.Wrong, d)
	}
	return c, nil
}

// mustSay are the rows that the documents must have in the file. Of a document that cannot be told, the lines are
// passed over.
func (p *Plan) mustSay(ctx context.Context, docs iter.Seq2[Filed, error], refused map[string]*refusal.DocumentError,
	c *amounts.Comparison) iter.Seq2[*amounts.Expected, error] {
	return func(yield func(*amounts.Expected, error) bool) {
		next, stop := iter.Pull2(docs)
		defer stop()
		feed := func() (Input, bool, error) {
			f, err, ok := next()
			if err != nil || !ok {
				return Input{}, false, err
			}
			in := Input{Envelope: fis.Envelope{ID: f.DocID, DocType: agedOut}, Of: f, Revision: f.Revision}
			if f.Envelope != nil {
				in.Envelope = *f.Envelope
			}
			return in, true, nil
		}
		err := p.pipeline(ctx, 0, true, single(feed), func(r Rendered) error {
			f := r.Of.(Filed)
			e := &amounts.Expected{DocID: f.DocID, First: f.First, Last: f.Last}
			var bad *refusal.DocumentError
			switch {
			case f.Envelope == nil:
				c.Aged++
				e.Unknown = true
			case errors.As(r.Err, &bad):
				refused[f.DocID], e.Unknown = bad, true
			case r.Err != nil:
				return r.Err
			default:
				c.Compared(r.Prepared.Currency, r.Prepared.amounts, f.Revision == nil, r.Prepared.RoundedAway, r.Prepared.OnRoundingLine)
				e.ReportID, e.Currency, e.DocType, e.Rows = r.Prepared.ReportID, r.Prepared.Currency,
					r.Prepared.DocType, r.Prepared.amounts
			}
			if !yield(e, nil) {
				return errFinished
			}
			return nil
		})
		if err != nil && !errors.Is(err, errFinished) {
			yield(nil, err)
		}
	}
}

// agedOut marks a document without its JSON on its way through the pipeline.
const agedOut fis.DocType = "\x00aged out"

// onlyAmounts makes what the rows of a document must say, and nothing else.
func (w *Worker) onlyAmounts(doc *fis.Document) (*Prepared, error) {
	p := w.doc
	for i := range w.plan.records {
		if r := &w.plan.records[i]; !r.header && !r.trailer && !r.within && (w.plan.nests() || w.plan.amounts.Carries(i)) {
			w.record(r)
		}
	}
	w.amounts.Unwritten()
	if len(w.problems) == 0 {
		w.problems = append(w.problems, w.conclude()...)
	}
	if len(w.problems) > 0 {
		return nil, &refusal.DocumentError{DocID: doc.ID, Problems: w.problems}
	}
	p.amounts = append(p.amounts, w.amounts.Rows()...)
	return p, nil
}
