package exchange

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
)

// hashOf reads a file as a whole.
func hashOf(ctx context.Context, pl place, p string) (sum [sha256.Size]byte, size int64, err error) {
	r, err := pl.open(ctx, p)
	if err != nil {
		return sum, 0, err
	}
	defer func() {
		if cerr := r.close(ctx); err == nil {
			err = cerr
		}
	}()
	want, err := r.size(ctx)
	if err != nil {
		if hopeless(ctx, err) {
			return sum, 0, err
		}
		want = -1
	}
	h := sha256.New()
	size, err = r.copyTo(ctx, h, want)
	if err != nil {
		return sum, size, fmt.Errorf("read back %s: %w", p, err)
	}
	h.Sum(sum[:0])
	return sum, size, nil
}

// counter counts what goes through a reader, and hashes it when asked to.
type counter struct {
	r io.Reader
	h io.Writer
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	if c.h != nil && n > 0 {
		_, _ = c.h.Write(b[:n])
	}
	return n, err
}
