// Package readalong writes the records of an import file to the place where it is made, and has them read back there
// while further ones are made: what comes after the last document is only the end of both. It owns the order of the two,
// and one goroutine, which has ended when Finish or Abort returns.
package readalong

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
)

// Place is where a file is made. What was written can be read at once, also while more is written.
type Place = interface {
	io.Writer
	io.ReaderAt
}

// Along is a file in the making. It is for one goroutine.
type Along struct {
	name  string
	rules *amounts.Rules
	to    Place
	file  *layout.File
	// records and expected are what is not yet written, and what the documents in it must say.
	records, expected []byte
	size              int64 // of what is written
	one               []byte
	// reader reads what is written, from the second block on; nil before, and where nothing is held against the file.
	reader *reader
}

// block is how much is written at once.
const block = 256 << 10

// Begin begins a file of records that stand one after the other (layout.Plan.Plain).
func Begin(plan *layout.Plan, name string, rules *amounts.Rules, to Place) (*Along, error) {
	a := &Along{name: name, rules: rules, to: to}
	file, err := plan.NewNamedFile((*buffer)(a), name)
	a.file = file
	return a, err
}

// buffer takes what the layout writes.
type buffer Along

func (b *buffer) Write(p []byte) (int, error) {
	b.records = append(b.records, p...)
	return len(p), nil
}

// Add writes the records of a document, which end at the given places; must is what they must say, nil where nothing is
// held against them.
func (a *Along) Add(records []byte, ends []int, must *amounts.Expected) error {
	if err := a.file.WriteAll(records, ends); err != nil {
		return err
	}
	if must != nil {
		a.one = must.Append(a.one[:0])
		a.expected = appendSized(a.expected, a.one)
	}
	if len(a.records) < block {
		return nil
	}
	if err := a.flush(); err != nil {
		return err
	}
	if a.reader == nil && a.rules.Any() {
		a.reader = newReader(a)
	}
	a.hand()
	return nil
}

// flush writes what is not yet written.
func (a *Along) flush() error {
	n, err := a.to.Write(a.records)
	a.size += int64(n)
	a.records = a.records[:0]
	return err
}

// hand tells the reader how far it may read, and what the documents up to there must say.
func (a *Along) hand() {
	if a.reader == nil {
		return
	}
	a.reader.parts <- part{a.size, a.expected}
	select {
	case a.expected = <-a.reader.spare:
		a.expected = a.expected[:0]
	default:
		a.expected = nil
	}
}

// Finish writes the records at the end of the file, and gives what reading it back has found; errors are those of
// amounts.Rules.ReadBack, and of the place.
func (a *Along) Finish(tails [][]byte) error {
	defer a.Abort()
	for _, t := range tails {
		if err := a.file.Write(t); err != nil {
			return err
		}
	}
	if err := errors.Join(a.file.Close(), a.flush()); err != nil {
		return err
	}
	if a.reader == nil {
		return a.rules.ReadBack(a.name, a.to, a.size, eachOf(a.expected), nil)
	}
	a.hand()
	r := a.reader
	a.reader = nil
	return r.end()
}

// Abort ends the reading. It does nothing after Finish.
func (a *Along) Abort() {
	if a.reader != nil {
		_ = a.reader.end() // of a file that is given up
		a.reader = nil
	}
}

// part is what the reader is told: the file is so long, and so much is expected of the documents that are new in it.
type part struct {
	size     int64
	expected []byte
}

// reader reads a file that grows.
type reader struct {
	from  io.ReaderAt
	parts chan part
	spare chan []byte
	done  chan error

	// of the goroutine that reads
	size  int64
	whole bool
	queue [][]byte
}

func newReader(a *Along) *reader {
	r := &reader{from: a.to, parts: make(chan part, 1), spare: make(chan []byte, 2), done: make(chan error, 1)}
	go func() {
		err := a.rules.ReadBack(a.name, r, math.MaxInt64, r.all(), nil)
		for range r.parts { // it may have ended early; whoever writes is not to wait for it
		}
		r.done <- err
	}()
	return r
}

// end waits for the end of the reading.
func (r *reader) end() error {
	close(r.parts)
	return <-r.done
}

// more waits until there is more, false at the end.
func (r *reader) more() bool {
	if r.whole {
		return false
	}
	p, ok := <-r.parts
	if !ok {
		r.whole = true
		return false
	}
	r.size = p.size
	if len(p.expected) > 0 {
		r.queue = append(r.queue, p.expected)
	}
	return true
}

// ReadAt waits for what is yet to be written.
func (r *reader) ReadAt(b []byte, at int64) (int, error) {
	for at+int64(len(b)) > r.size && r.more() {
	}
	if at >= r.size {
		return 0, io.EOF
	}
	n := min(int64(len(b)), r.size-at)
	if got, err := r.from.ReadAt(b[:n], at); int64(got) < n {
		return got, fmt.Errorf("read back what was written: %w", err)
	}
	if n < int64(len(b)) {
		return int(n), io.EOF
	}
	return int(n), nil
}

// all are the documents with what they must say, each valid until the next.
func (r *reader) all() iter.Seq2[*amounts.Expected, error] {
	return func(yield func(*amounts.Expected, error) bool) {
		for {
			for len(r.queue) > 0 {
				texts := r.queue[0]
				r.queue = r.queue[1:]
				for must, err := range eachOf(texts) {
					if !yield(must, err) {
						return
					}
				}
				select {
				case r.spare <- texts:
				default:
				}
			}
			if !r.more() {
				return
			}
		}
	}
}
