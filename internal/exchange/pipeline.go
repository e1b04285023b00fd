package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
)

// chunkSize is the data of one read or write: what every server takes. Less (to travel as one SSH packet) was measured slower.
const chunkSize = 32 * 1024

// chunk is one read under way.
type chunk struct {
	whole *[chunkSize]byte
	buf   []byte // the part of whole that is wanted
	n     int
	err   error
	done  chan struct{}
}

// copyChunks writes the first size bytes of r to w, in order, with up to workers reads under way, and makes sure that the
// file ends there. It does not rely on the library's own concurrent reads, which end early at a short answer without an error:
// each chunk must be full, or the file has changed.
func copyChunks(ctx context.Context, w io.Writer, r io.ReaderAt, size int64, workers int) (int64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan *chunk, max(workers-1, 1))
	spare := sync.Pool{New: func() any { return new([chunkSize]byte) }}
	var reads sync.WaitGroup
	defer reads.Wait()
	reads.Go(func() {
		defer close(queue)
		for off := int64(0); off < size; off += chunkSize {
			whole := spare.Get().(*[chunkSize]byte)
			c := &chunk{whole: whole, buf: whole[:min(chunkSize, size-off)], done: make(chan struct{})}
			select {
			case queue <- c:
			case <-ctx.Done():
				return
			}
			reads.Go(func() {
				defer close(c.done)
				c.n, c.err = r.ReadAt(c.buf, off)
			})
		}
	})
	var written int64
	for c := range queue {
		<-c.done
		if c.n < len(c.buf) {
			cancel()
			if c.err == nil || errors.Is(c.err, io.EOF) {
				return written, fmt.Errorf("%w: it ends after %d bytes instead of %d", ErrChanging, written+int64(c.n), size)
			}
			return written, c.err
		}
		if _, err := w.Write(c.buf); err != nil {
			cancel()
			return written, err
		}
		written += int64(len(c.buf))
		spare.Put(c.whole)
	}
	if err := ctx.Err(); err != nil {
		return written, err
	}
	var one [1]byte
	if n, err := r.ReadAt(one[:], size); n > 0 {
		return written, fmt.Errorf("%w: it grew beyond %d bytes", ErrChanging, size)
	} else if err != nil && !errors.Is(err, io.EOF) {
		return written, err
	}
	return written, nil
}
