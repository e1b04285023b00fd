package cli

import (
	"fmt"
	"io"
	"iter"
	"os"
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// twiceRead are documents that can be read a second time: what comes from standard input is kept in a temporary file.
type twiceRead struct {
	*app
	paths []string
	kept  *os.File // nil without standard input
}

// twice prepares to read the documents at some places (see documents) more than once.
func (a *app) twice(paths []string) (*twiceRead, error) {
	t := &twiceRead{app: a, paths: paths}
	if len(paths) > 0 && !slices.Contains(paths, "-") {
		return t, nil
	}
	var err error
	if t.kept, err = os.CreateTemp("", "fisbridge-stdin-"); err != nil {
		return nil, fmt.Errorf("keep standard input: %w", err)
	}
	return t, nil
}

// first reads them the first time.
func (t *twiceRead) first() iter.Seq2[fis.Envelope, error] {
	if t.kept != nil {
		return t.documentsFrom(io.TeeReader(t.input, t.kept), t.paths)
	}
	return t.documents(t.paths)
}

// again reads those with some numbers again: they count from 0 those that could be read, and ascend.
func (t *twiceRead) again(numbers []int) iter.Seq2[fis.Envelope, error] {
	return func(yield func(fis.Envelope, error) bool) {
		if t.kept != nil {
			if _, err := t.kept.Seek(0, io.SeekStart); err != nil {
				yield(fis.Envelope{}, err)
				return
			}
		}
		n := -1
		for env, err := range t.documentsFrom(t.kept, t.paths) {
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

func (t *twiceRead) remove() {
	if t.kept != nil {
		t.kept.Close()
		os.Remove(t.kept.Name())
	}
}
