package bridge

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/fisbridge/fisbridge/internal/bridge/incoming"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/exchange/seal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// Result files of a target that seals them are kept as they came, and opened each time that they are read: what is in
// clear lies on no disk under a name.

// seals tells whether a route's result files come sealed.
func (b *Bridge) seals(r config.Route) bool {
	_, sealed := b.cfg.Opening(r)
	return sealed
}

// plainName is the name by which a route's formats know a result file.
func (r *route) plainName(name string) string {
	if r.sealed {
		return exchange.PlainName(name)
	}
	return name
}

// opener opens a route's result files; nil where they come in clear.
func (b *Bridge) opener(r *route) (*seal.Opener, error) {
	how, sealed := b.cfg.Opening(r.Route)
	if !sealed || b.openers[r.Returns.Target] != nil {
		return b.openers[r.Returns.Target], nil
	}
	o, err := how.Load()
	if err != nil {
		return nil, fmt.Errorf("open result files: %w", err)
	}
	if b.openers == nil {
		b.openers = map[string]*seal.Opener{}
	}
	b.openers[r.Returns.Target] = o
	return o, nil
}

// opened gives a copy of a route's result file as it can be read: the bytes as they came, or what is sealed in them. It
// is removed by itself, beside the one that it is made of. A *seal.FileError says why it cannot be opened; any other
// error, such as a key that cannot be had, says nothing about the file.
func (b *Bridge) opened(r *route, res *records.ResultFile, came *incoming.Copy) (*incoming.Copy, error) {
	opener, err := b.opener(r)
	if err != nil || opener == nil {
		return came, err
	}
	return b.newCopy(r.plainName(res.Name), func(w io.Writer) (exchange.Info, error) {
		// By the keys of the day on which it came: one that expires later makes nothing untrue that was signed before.
		return came.Info, opener.Open(w, came.File, came.Size, b.limits().Bytes, res.Collected)
	})
}

// unopened says for people why a result file cannot be opened; nil when the error is not about the file.
func unopened(err error) error {
	var no *seal.FileError
	if !errors.As(err, &no) {
		return nil
	}
	return fmt.Errorf("it cannot be opened: %s; %s", no.Reason, no.Way)
}

// sealedWhole fetches a file of a folder where files are sealed, and looks whether its end is there.
func (b *Bridge) sealedWhole(ctx context.Context, in *inbox, info exchange.Info) (got *incoming.Copy, whole bool, err error) {
	got, err = b.fetchCopy(ctx, in, info.Name, info.Name)
	if errors.Is(err, exchange.ErrChanging) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if whole, err = seal.Whole(io.NewSectionReader(got.File, 0, got.Size)); err != nil {
		got.Remove()
		return nil, false, err
	}
	if whole || b.now().Sub(info.ModTime) >= longEnough {
		return got, true, nil
	}
	in.odd(info.Name, "is not whole yet: the end of the sealed file is missing", "look whether it is still being written; in an hour it is taken as it is, and then set aside as unreadable")
	return got, false, nil
}
