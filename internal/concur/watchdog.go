package concur

import (
	"context"
	"errors"
	"io"
	"time"
)

// watchdog ends a call that makes no progress for a time. Each read of the answer is progress; while our own code works
// on a part of the answer the clock stands.
type watchdog struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	limit  time.Duration
	timer  *time.Timer
}

func newWatchdog(ctx context.Context, limit time.Duration) *watchdog {
	w := &watchdog{limit: limit}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	w.timer = time.AfterFunc(limit, func() { w.cancel(ErrTimeout) })
	return w
}

func (w *watchdog) stop() {
	w.timer.Stop()
	w.cancel(nil)
}

func (w *watchdog) pause()        { w.timer.Stop() }
func (w *watchdog) resume()       { w.timer.Reset(w.limit) }
func (w *watchdog) expired() bool { return errors.Is(context.Cause(w.ctx), ErrTimeout) }

func (w *watchdog) reader(r io.Reader) io.Reader { return &watchedReader{r: r, w: w} }

type watchedReader struct {
	r io.Reader
	w *watchdog
}

// Read reads and notes the progress.
func (r *watchedReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if n > 0 {
		r.w.resume()
	}
	return n, err
}
