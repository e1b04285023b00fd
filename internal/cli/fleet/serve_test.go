package fleet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
)

// A node that is told to end while it connects has ended as it should; what went wrong by itself is told.
func TestStoppedWhileItBegins(t *testing.T) {
	t.Parallel()
	a := &room{&frame.Frame{Stderr: term.NewStream(io.Discard)}}
	ctx, cancel := context.WithCancel(t.Context())
	wrong := errors.New("the disk is full")
	if err := a.stopped(ctx, wrong); !errors.Is(err, wrong) {
		t.Error(err)
	}
	cancel()
	if err := a.stopped(ctx, fmt.Errorf("connect: %w", context.Canceled)); err != nil {
		t.Error(err)
	}
	if err := a.stopped(ctx, wrong); !errors.Is(err, wrong) {
		t.Error(err)
	}
}
