package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"

	"github.com/fisbridge/fisbridge/internal/killpoint"
)

func (c *collector) Move(ctx context.Context, name, folder, as string) error {
	if err := checkFound(name); err != nil {
		return err
	}
	if err := checkFound(as); err != nil {
		return err
	}
	dir, err := c.folder(ctx, folder)
	if err != nil {
		return err
	}
	if err := c.move(ctx, name, dir, as); err != nil {
		return fmt.Errorf("move %s to %s: %w", name, c.pl.join(dir, as), err)
	}
	return c.moveMarker(ctx, name)
}

// folder resolves a sub-folder and makes it when it is missing. An absolute folder must exist: it may be a share that is not
// mounted, and making it would fill the wrong disk.
func (c *collector) folder(ctx context.Context, folder string) (string, error) {
	if c.pl.isAbs(folder) {
		if _, isFolder, err := c.pl.stat(ctx, folder); errors.Is(err, fs.ErrNotExist) || (err == nil && !isFolder) {
			return "", &FolderError{folder, fs.ErrNotExist}
		}
		return folder, nil
	}
	dir := c.t.Folder
	for _, part := range strings.Split(folder, "/") {
		if err := checkFound(part); err != nil {
			return "", err
		}
		dir = c.pl.join(dir, part)
		if err := c.ensureFolder(ctx, dir); err != nil {
			return "", err
		}
	}
	return dir, nil
}

func (c *collector) Lacks(ctx context.Context, folder string) (bool, error) {
	if c.pl.isAbs(folder) {
		return false, nil
	}
	_, isFolder, err := c.pl.stat(ctx, c.path(folder))
	switch {
	case hopeless(ctx, err):
		return false, err
	case errors.Is(err, fs.ErrNotExist):
		return true, nil
	}
	return err == nil && !isFolder, nil
}

func (c *collector) Filed(ctx context.Context, folder string) ([]string, error) {
	dir := folder
	if !c.pl.isAbs(folder) {
		dir = c.path(folder)
	}
	_, isFolder, err := c.pl.stat(ctx, dir)
	switch {
	case hopeless(ctx, err):
		return nil, err
	case errors.Is(err, fs.ErrNotExist) || err == nil && !isFolder:
		return nil, nil
	}
	files, err := c.pl.list(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", dir, err)
	}
	names := make([]string, 0, len(files))
	for _, f := range files {
		names = append(names, f.Name)
	}
	return names, nil
}

// ensureFolder makes one folder. That it cannot be looked at, or that making it fails because it exists, is no error.
func (c *collector) ensureFolder(ctx context.Context, dir string) error {
	if _, isFolder, err := c.pl.stat(ctx, dir); err == nil && isFolder {
		return nil
	} else if hopeless(ctx, err) {
		return err
	}
	// A base folder that vanished is never made anew by us: it may be an unmounted share.
	err := c.pl.mkdir(ctx, dir)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	if _, lerr := c.pl.list(ctx, dir); lerr == nil {
		return nil
	}
	return fmt.Errorf("make folder %s: %w", dir, err)
}

// move renames, or copies where the other folder lies on another device. A repeat after a crash finishes what was begun.
func (c *collector) move(ctx context.Context, name, dir, as string) error {
	from, to := c.path(name), c.pl.join(dir, as)
	_, done, err := look(ctx, c.pl, dir, as)
	if err != nil && !errors.Is(err, ErrCannotTell) {
		return err
	}
	if done {
		return c.moved(ctx, name, from, to)
	}
	err = c.pl.rename(ctx, from, to)
	if err == nil {
		return errors.Join(c.pl.syncFolder(dir), c.pl.syncFolder(c.t.Folder))
	}
	if hopeless(ctx, err) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, ErrBusy) {
		return err
	}
	if _, there, lerr := look(ctx, c.pl, dir, as); lerr == nil && there {
		return c.moved(ctx, name, from, to)
	}
	if cerr := c.copyOver(ctx, from, dir, as); cerr != nil {
		return fmt.Errorf("%w (and then: %w)", err, cerr)
	}
	return nil
}

// moved finishes a move whose new name exists: our own, unfinished, or somebody else's file.
func (c *collector) moved(ctx context.Context, name, from, to string) error {
	_, there, err := look(ctx, c.pl, c.t.Folder, name)
	if err != nil || !there {
		return err
	}
	same, ours, other, err := sameContent(ctx, c.pl, from, to)
	if err != nil {
		return err
	}
	if !same {
		return &NameTakenError{Name: to, Size: ours, Other: other}
	}
	return c.pl.remove(ctx, from)
}

// copyOver is the move between devices: copy to a temporary name, sync, compare, rename, remove.
func (c *collector) copyOver(ctx context.Context, from, dir, as string) error {
	temp, to := c.pl.join(dir, "."+as+".part"), c.pl.join(dir, as)
	if err := c.copyFile(ctx, from, temp); err != nil {
		if !hopeless(ctx, err) {
			_ = c.pl.remove(ctx, temp)
		}
		return fmt.Errorf("copy: %w", err)
	}
	killpoint.Here("move.copy.acted")
	if err := c.pl.rename(ctx, temp, to); err != nil {
		return fmt.Errorf("rename the copy: %w", err)
	}
	if err := c.pl.syncFolder(dir); err != nil {
		return err
	}
	killpoint.Here("move.rename.acted")
	if err := c.pl.remove(ctx, from); err != nil {
		return fmt.Errorf("remove the original: %w", err)
	}
	killpoint.Here("move.remove.acted")
	return c.pl.syncFolder(c.t.Folder)
}

// copyFile copies within the place, through us, and compares both files afterwards.
func (c *collector) copyFile(ctx context.Context, from, to string) (err error) {
	if err := c.pl.remove(ctx, to); err != nil && hopeless(ctx, err) {
		return err
	}
	r, err := c.pl.open(ctx, from)
	if err != nil {
		return err
	}
	defer r.close(ctx)
	size, err := r.size(ctx)
	if err != nil {
		if hopeless(ctx, err) {
			return err
		}
		size = -1
	}
	w, err := c.pl.create(ctx, to, false)
	if err != nil {
		return err
	}
	pr, pw := io.Pipe()
	var reads sync.WaitGroup
	reads.Go(func() {
		_, err := r.copyTo(ctx, pw, size)
		pw.CloseWithError(err)
	})
	_, err = w.readFrom(ctx, pr, size)
	pr.CloseWithError(io.ErrClosedPipe)
	reads.Wait()
	err = errors.Join(err, w.sync(ctx), w.close(ctx))
	if err != nil {
		return err
	}
	same, ours, other, err := sameContent(ctx, c.pl, from, to)
	if err != nil {
		return err
	}
	if !same {
		return fmt.Errorf("%w: %d bytes copied, %d arrived", ErrIncomplete, ours, other)
	}
	return nil
}

// moveMarker removes the done-marker of a file that was moved, so that a later file of that name is not taken half-written.
func (c *collector) moveMarker(ctx context.Context, name string) error {
	if c.t.Marker == "" {
		return nil
	}
	if original, _, ok := parseClaim(name); ok {
		name = original
	}
	marker := fill(c.t.Marker, name)
	if err := c.pl.remove(ctx, c.path(marker)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove marker %s: %w", marker, err)
	}
	return nil
}

// putFile writes a small file as a whole, in the place of a former one. A link in its place is replaced, never written through.
func putFile(ctx context.Context, pl place, p string, content []byte) error {
	if err := pl.remove(ctx, p); err != nil && hopeless(ctx, err) {
		return err
	}
	w, err := pl.create(ctx, p, false)
	if err != nil {
		return err
	}
	_, err = w.readFrom(ctx, bytes.NewReader(content), int64(len(content)))
	return errors.Join(err, w.close(ctx))
}
