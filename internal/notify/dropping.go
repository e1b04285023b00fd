package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/journal/telling"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/notify/post"
)

// channelDrop is the channel of reports that are dropped into a folder; their address is the name of the report.
const channelDrop = "drop"

// drop delivers a file as an import file is: written under a temporary name and checked, the intention to rename
// committed, renamed. After a kill it is looked up under both names first.
func (t *Teller) drop(ctx context.Context, m telling.Message, l post.Letter) (err error) {
	at := slices.IndexFunc(t.w.Config.Reports, func(r config.Report) bool { return r.Name == m.Address && r.Target != "" })
	if at < 0 || len(l.Files) != 1 {
		return &post.RefusedError{Err: errors.New("the configuration has no such report any more, or it is not dropped")}
	}
	target, err := t.w.Config.ReportTo(t.w.Config.Reports[at])
	if err != nil {
		return &post.RefusedError{Err: err}
	}
	d, err := exchange.OpenDrop(target, exchange.Options{Log: t.log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	f := l.Files[0]
	temp := m.Step
	if temp != "" {
		found, err := exchange.Find(ctx, d, temp, f.Name)
		if err != nil {
			return reached(err)
		}
		if found == exchange.FoundFinal || found == exchange.FoundGone {
			return nil
		}
	} else {
		temp = d.TempName(f.Name, m.ID[len(m.ID)-6:])
		if err := d.Upload(ctx, temp, int64(len(f.Data)), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f.Data)), nil }); err != nil {
			return reached(fmt.Errorf("drop %s: %w", f.Name, err))
		}
		if err := t.w.Journal.MessageStep(ctx, m, temp); err != nil {
			return err
		}
		killpoint.Here("report.renaming")
	}
	if err := t.w.Journal.StillOurs(ctx, m); err != nil {
		return err
	}
	if err := d.Publish(ctx, temp, f.Name); err != nil && !errors.Is(err, exchange.ErrGone) {
		var taken *exchange.NameTakenError
		if errors.As(err, &taken) {
			return &post.RefusedError{Err: err}
		}
		return reached(fmt.Errorf("drop %s: %w", f.Name, err))
	}
	killpoint.Here("report.renamed")
	return nil
}

// reached says of an error whether the server was there at all.
func reached(err error) error {
	if errors.Is(err, exchange.ErrConnection) || errors.Is(err, exchange.ErrLogin) {
		return &post.ReachError{Err: err}
	}
	return err
}
