package docfiles

import (
	"fmt"
	"io"
	"iter"
	"os"
	"slices"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// twiceRead are documents that can be read a second time: what comes from standard input is kept in a temporary file.
type twiceRead struct {
	*frame.Frame
	paths []string
	kept  *os.File // nil without standard input
}

// Twice prepares to read the documents at some places (see In) more than once.
func Twice(a *frame.Frame, paths []string) (*twiceRead, error) {
	t := &twiceRead{Frame: a, paths: paths}
	if len(paths) > 0 && !slices.Contains(paths, "-") {
		return t, nil
	}
	var err error
	if t.kept, err = os.CreateTemp("", "fisbridge-stdin-"); err != nil {
		return nil, fmt.Errorf("keep standard input: %w", err)
	}
	return t, nil
}

// First reads them the first time.
func (t *twiceRead) First() iter.Seq2[workshop.Piece, error] {
	if t.kept != nil {
		return pieces(t.Frame, io.TeeReader(t.Input, t.kept), t.paths)
	}
	return pieces(t.Frame, t.Input, t.paths)
}

// Again reads those with some numbers again: they count from 0 those that could be read, and ascend.
func (t *twiceRead) Again(numbers []int) iter.Seq2[fis.Envelope, error] {
	return func(yield func(fis.Envelope, error) bool) {
		if t.kept != nil {
			if _, err := t.kept.Seek(0, io.SeekStart); err != nil {
				yield(fis.Envelope{}, err)
				return
			}
		}
		n := -1
		for env, err := range from(t.Frame, t.kept, t.paths) {
			if err != nil {
				continue // it was told
			}
			if n++; len(numbers) == 0 {
				return
			}
			if n == numbers[0] {
				numbers = numbers[1:]
				if !yield(env, nil) {
					return
				}
			}
		}
	}
}

func (t *twiceRead) Remove() {
	if t.kept != nil {
		t.kept.Close()
		os.Remove(t.kept.Name())
	}
}
