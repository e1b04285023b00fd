package inorder

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

// numbers hands out 0 to n-1 and then err.
func numbers(n int, err error) func() (int, bool, error) {
	i := 0
	return func() (int, bool, error) {
		if i == n {
			return 0, false, err
		}
		i++
		return i - 1, true, nil
	}
}

func squares() func(*int, *int) {
	return func(in, out *int) {
		time.Sleep(time.Duration(*in%3) * 100 * time.Microsecond) // some take longer than those behind them
		*out = *in * *in
	}
}

// What is made comes out in order, all of it, also what was made before an error.
func TestInOrder(t *testing.T) {
	broken := errors.New("broken")
	for _, workers := range []int{1, 2, 7} {
		for _, fault := range []error{nil, broken} {
			var got []int
			err := Run(t.Context(), workers, numbers(100, fault), squares, func(out *int) error {
				got = append(got, *out)
				return nil
			})
			if !errors.Is(err, fault) || len(got) != 100 || !slices.IsSorted(got) {
				t.Errorf("%d workers: %v and %d things, %v", workers, err, len(got), got)
			}
		}
	}
}

// An error of emit ends it at once; so does the end of its context, from inside and outside; never are more in memory than Most says.
func TestEnds(t *testing.T) {
	broken := errors.New("broken")
	begun, count := 0, 0
	endless := func() (int, bool, error) { begun++; return begun, true, nil }
	err := Run(t.Context(), 3, endless, squares, func(*int) error {
		if count++; count == 50 {
			return broken
		}
		return nil
	})
	if !errors.Is(err, broken) || count != 50 || begun > 50+Most(3) {
		t.Errorf("%v after %d of %d", err, count, begun)
	}
	ctx, cancel := context.WithCancel(t.Context())
	count = 0
	err = Run(ctx, 2, endless, squares, func(*int) error {
		if count++; count == 10 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || count != 10 {
		t.Errorf("%v after %d", err, count)
	}
}
