package exchange

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"log/slog"
	"strings"
	"sync/atomic"

	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// dropper is the one Drop for all places.
type dropper struct {
	t   Target
	pl  place
	log *slog.Logger
	// tells: the place has told the size of a closed file, so that nobody needs to ask before it is closed.
	tells atomic.Bool
}

func (d *dropper) Close() error { return d.pl.close() }

func (d *dropper) TempName(final, token string) string {
	if token == "" {
		return fill(d.t.TempName, final)
	}
	if !strings.Contains(d.t.TempName, "{") {
		return fill("{name}."+token+d.t.TempName, final)
	}
	return fill(strings.NewReplacer("{name}", "{name}."+token, "{stem}", "{stem}."+token).Replace(d.t.TempName), final)
}

func (d *dropper) path(name string) string { return d.pl.join(d.t.Folder, name) }

func (d *dropper) Stat(ctx context.Context, name string) (Info, bool, error) {
	if err := CheckName(name); err != nil {
		return Info{}, false, err
	}
	info, ok, err := look(ctx, d.pl, d.t.Folder, name)
	if err == nil && !ok { // in a folder that is not there, nothing is: that says nothing about the file
		if _, isFolder, serr := d.pl.stat(ctx, d.t.Folder); errors.Is(serr, fs.ErrNotExist) || (serr == nil && !isFolder) {
			err = &FolderError{d.t.Place(), fs.ErrNotExist}
		} else if hopeless(ctx, serr) {
			err = serr
		}
	}
	if err != nil {
		return Info{}, false, fmt.Errorf("look for %s in %s: %w", name, d.t.Place(), err)
	}
	return info, ok, nil
}

func (d *dropper) Remove(ctx context.Context, temp string) error {
	if err := CheckName(temp); err != nil {
		return err
	}
	err := d.pl.remove(ctx, d.path(temp))
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if !hopeless(ctx, err) {
		if _, there, lerr := look(ctx, d.pl, d.t.Folder, temp); lerr == nil && !there {
			return nil
		}
	}
	return fmt.Errorf("remove %s in %s: %w", temp, d.t.Place(), err)
}

func (d *dropper) Mark(ctx context.Context, name string) (err error) {
	if d.t.Marker == "" {
		return nil
	}
	marker := fill(d.t.Marker, name)
	if err := CheckName(marker); err != nil {
		return err
	}
	w, err := d.pl.create(ctx, d.path(marker), false)
	if err == nil {
		err = w.close(ctx)
	} else if !hopeless(ctx, err) {
		if _, there, lerr := look(ctx, d.pl, d.t.Folder, marker); lerr == nil && there {
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("write marker %s in %s: %w", marker, d.t.Place(), err)
	}
	return d.pl.syncFolder(d.t.Folder)
}

func (d *dropper) Upload(ctx context.Context, temp string, size int64, open func() (io.ReadCloser, error)) (err error) {
	if err := CheckName(temp); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("upload %s to %s: %w", temp, d.t.Place(), err)
		}
	}()
	src, err := open()
	if err != nil {
		return err
	}
	defer src.Close()
	w, err := d.begin(ctx, temp)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			d.discard(ctx, temp)
		}
	}()
	killpoint.Here("upload.created")
	from := &counter{r: src}
	var sum hash.Hash
	if d.t.Verify == VerifyHash {
		sum = sha256.New()
		from.h = sum
	}
	var stream io.Reader = from
	if size > aheadBytes {
		a := readAhead(from)
		defer a.close()
		stream = a
	}
	byHandle, err := d.write(ctx, w, stream, from, size)
	if err != nil {
		return err
	}
	return d.verify(ctx, temp, size, byHandle, sum)
}

// begin opens temp for writing. What an earlier attempt left there is discarded; where the place forbids removing, it is emptied.
func (d *dropper) begin(ctx context.Context, temp string) (writer, error) {
	w, err := d.pl.create(ctx, d.path(temp), false)
	if err == nil || hopeless(ctx, err) {
		return w, err
	}
	_, there, lerr := look(ctx, d.pl, d.t.Folder, temp)
	if lerr != nil || !there {
		return nil, d.folderError(ctx, err)
	}
	if rerr := d.pl.remove(ctx, d.path(temp)); rerr != nil {
		if hopeless(ctx, rerr) {
			return nil, rerr
		}
		return d.pl.create(ctx, d.path(temp), true)
	}
	return d.pl.create(ctx, d.path(temp), false)
}

// folderError tells a missing folder from other reasons why a file cannot be created.
func (d *dropper) folderError(ctx context.Context, err error) error {
	if _, _, serr := d.pl.stat(ctx, d.t.Folder); errors.Is(serr, fs.ErrNotExist) {
		return &FolderError{d.t.Place(), serr}
	}
	return err
}

// write sends everything and closes. It returns the size by the open handle, -1 when the place does not tell.
func (d *dropper) write(ctx context.Context, w writer, stream io.Reader, from *counter, size int64) (byHandle int64, err error) {
	closed := false
	defer func() {
		if !closed {
			_ = w.close(ctx)
		}
	}()
	if _, err := w.readFrom(ctx, stream, size); err != nil {
		return 0, err
	}
	if from.n != size {
		return 0, fmt.Errorf("%w: %d bytes were announced, the source has %d", ErrIncomplete, size, from.n)
	}
	killpoint.Here("upload.written")
	if byHandle = -1; !d.tells.Load() {
		byHandle, err = w.size(ctx)
	}
	if err != nil {
		if hopeless(ctx, err) {
			return 0, err
		}
		byHandle = -1
	}
	closed = true
	if err := w.close(ctx); err != nil {
		return 0, fmt.Errorf("close: %w", err)
	}
	return byHandle, nil
}

// discard removes a temporary file that must not be used, best effort: the next attempt begins with the same.
func (d *dropper) discard(ctx context.Context, temp string) {
	if ctx.Err() != nil || !d.pl.alive() {
		return
	}
	if err := d.pl.remove(ctx, d.path(temp)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.log.Warn("temporary file left behind", "file", temp, "place", d.t.Place(), "error", err)
	}
}
