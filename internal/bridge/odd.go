package bridge

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/why"
)

// oddKind is the kind of the alarms about entries of return folders that are not taken as they are. They last as long
// as the entry lies there.
const oddKind = "return folder"

// tellOdd opens an alarm for each entry of a return folder that cannot be taken, in the first run that sees it, and
// closes those of entries that are gone or were taken.
func (b *Bridge) tellOdd(ctx context.Context, in *inbox) error {
	var now []journal.Lasting
	for _, o := range append(in.Odd(), in.odds...) {
		name := strings.ToValidUTF8(o.Name, "\uFFFD") // as every database keeps it, so that the next run knows its alarm again
		now = append(now, journal.Lasting{Subject: in.subject(name),
			Why: why.New("result-file-odd", "result_file", name, "folder", in.key, "problem", o.Reason,
				"way", o.Hint)})
	}
	open, err := b.j.OpenAlarms(ctx)
	if err != nil {
		return err
	}
	for _, a := range open { // those of other folders stay
		if a.Kind == oddKind && !strings.HasSuffix(a.Subject, in.subject("")) {
			now = append(now, journal.Lasting{Subject: a.Subject})
		}
	}
	return b.j.LastingAlarms(ctx, oddKind, now, "it is gone from the return folder, or was read")
}

// setAside moves a file that is too large to the failed ones without reading it. It is told once, by an alarm that a
// person resolves; the next night it costs nothing.
func (b *Bridge) setAside(ctx context.Context, in *inbox, name, lies string, size int64, s *Summary) error {
	folder := in.target.Failed
	said := why.New("result-file-too-large", "result_file", name, "folder", in.key, "mib", size>>20,
		"limit", b.cfg.Limits.ResultFileMiB, "failed", folder)
	if err := b.j.Alarm(ctx, "result file", in.subject(name), said); err != nil {
		return err
	}
	killpoint.Here("aside.intended")
	as := archiveName(name, b.now(), "toolarge")
	if err := in.WriteNote(ctx, folder, as+".txt", []byte(said.Text()+"\n\nWhat to do: "+said.Way()+"\n")); err != nil {
		return aside(err)
	}
	if err := in.Move(ctx, lies, folder, as); err != nil {
		return aside(err)
	}
	killpoint.Here("aside.acted")
	b.log.Warn("result file too large", "file", name, "bytes", size, "moved", path.Join(folder, as))
	return nil
}

// aside: where nothing may be moved the file stays, and is not read the next time either.
func aside(err error) error {
	if errors.Is(err, os.ErrPermission) || errors.Is(err, exchange.ErrRefused) {
		return nil
	}
	return fmt.Errorf("set it aside: %w", err)
}
