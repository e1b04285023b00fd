package bridge

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Where a copy of everything was put back, of the whole machine for instance, nothing on it tells. But the world
// outside goes on: these are its signs.

// undoubted leaves a step out while somebody must look whether the journal knows everything: a number or a document
// that was used already must not be used again. The open alarm says so.
func (b *Bridge) undoubted(do func(context.Context, *Summary) error) func(context.Context, *Summary) error {
	return func(ctx context.Context, s *Summary) error {
		doubts, err := b.j.Doubts(ctx)
		if err != nil || len(doubts) > 0 {
			return err
		}
		return do(ctx, s)
	}
}

// archived compares the archive of one return folder with the journal: we moved every file in it, and the journal knows
// each. That it cannot be listed is no failure: rights may forbid it.
func (b *Bridge) archived(ctx context.Context, in *inbox) error {
	subject := "return folder " + in.key
	known, err := b.j.KnownUntil(ctx, subject)
	if err != nil {
		return err
	}
	var newest string
	var at time.Time
	n := 0
	for _, folder := range []string{in.target.Archive, in.target.Failed} {
		names, err := in.Filed(ctx, folder)
		if err != nil && !errors.Is(err, os.ErrPermission) && !errors.Is(err, exchange.ErrRefused) {
			return err
		}
		if err != nil {
			b.log.Warn("archive of a return folder not looked at", "folder", in.key, "error", err.Error())
			continue
		}
		for _, archived := range names {
			name, when, ok := readArchiveName(archived)
			if r, _ := in.format(name); !ok || r == nil || !when.After(known) {
				continue
			}
			if n++; when.After(at) {
				newest, at = archived, when
			}
		}
	}
	if n == 0 {
		return nil
	}
	return b.j.Doubt(ctx, subject,
		why.New("journal-other-results", "folder", in.key, "files", n, "since", sinceText(known), "newest", newest))
}

func sinceText(t time.Time) string {
	if t.IsZero() {
		return "its beginning"
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}
