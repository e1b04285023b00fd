package amounts

import (
	"errors"
	"iter"

	"github.com/fisbridge/fisbridge/internal/mapping/spool"
)

// Pending keeps what the documents of a file must say until the file is read back.
type Pending struct {
	spool *spool.Spool
	buf   []byte
}

// NewPending keeps nothing yet; what does not fit in memory goes to a temporary file in dir.
func NewPending(dir string) *Pending { return &Pending{spool: spool.New(dir)} }

// Add keeps what the next document must say.
func (p *Pending) Add(e *Expected) error {
	p.buf = e.Append(p.buf[:0])
	return p.spool.Write(p.buf, []int{len(p.buf)})
}

var errStopped = errors.New("no more is asked for")

// All hands out what the documents must say, in order; each is valid until the next.
func (p *Pending) All() iter.Seq2[*Expected, error] {
	return func(yield func(*Expected, error) bool) {
		var e Expected
		err := p.spool.Read(func(b []byte) error {
			if err := e.Take(b); err != nil {
				return err
			}
			if !yield(&e, nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(nil, err)
		}
	}
}

// Remove throws away what is kept.
func (p *Pending) Remove() { p.spool.Remove() }
