package exchange

import (
	"errors"
	"log/slog"
	"time"
)

// Options are what an opened target needs from its surroundings. The zero value is fine.
type Options struct {
	Log *slog.Logger     // nothing is logged when nil
	Now func() time.Time // time.Now when nil; only names and ages depend on it
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// OpenDrop prepares delivery to a target. It checks the configuration but does not connect: the first call does, and any later
// one connects anew when the connection was lost.
func OpenDrop(t Target, o Options) (Drop, error) {
	return nil, errors.ErrUnsupported
}

// OpenReturns prepares collecting from a target. It checks the configuration but does not connect.
func OpenReturns(t Target, o Options) (Returns, error) {
	return nil, errors.ErrUnsupported
}
