package bridge

import (
	"context"
	"io"

	"github.com/fisbridge/fisbridge/internal/bridge/incoming"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// newCopy makes the temporary copy of a result file and lets fill write it.
func (b *Bridge) newCopy(name string, fill func(io.Writer) (exchange.Info, error)) (*incoming.Copy, error) {
	file, err := b.createTemp("result")
	if err != nil {
		return nil, err
	}
	return incoming.New(file, name, fis.DateOf(b.now().In(b.cfg.Schedule.Zone())), b.limits(), fill)
}

// fetchCopy copies a file of the return folder; lies is what it is called there now.
func (b *Bridge) fetchCopy(ctx context.Context, in *inbox, name, lies string) (*incoming.Copy, error) {
	return b.newCopy(name, func(w io.Writer) (exchange.Info, error) { return in.Fetch(ctx, lies, b.limits().Bytes, w) })
}

// journalCopy copies a file that an earlier run has put into the journal.
func (b *Bridge) journalCopy(ctx context.Context, id int64, name string) (*incoming.Copy, error) {
	return b.newCopy(name, func(w io.Writer) (info exchange.Info, err error) {
		_, err = io.Copy(w, b.j.ResultBytes(ctx, id))
		return info, err
	})
}

// still tells whether the file under its claimed name is the one that was fetched.
func still(ctx context.Context, c *incoming.Copy, in *inbox, claimed string) (bool, error) {
	now, there, err := in.Look(ctx, claimed)
	return err == nil && there && now.Size == c.Info.Size && now.ModTime.Equal(c.Info.ModTime), err
}
