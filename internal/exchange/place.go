package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// place is a file system reduced to what exchange needs; the rules live above it, once for all kinds. Paths are whole paths of
// that place. Errors match fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, ErrRefused and ErrConnection where these apply.
type place interface {
	join(elem ...string) string
	isAbs(p string) bool
	// create makes a new file; truncate instead allows an existing one, emptied.
	create(ctx context.Context, p string, truncate bool) (writer, error)
	open(ctx context.Context, p string) (reader, error)
	stat(ctx context.Context, p string) (Info, bool, error) // bool: it is a folder
	// isLink tells whether a path itself is a link.
	isLink(ctx context.Context, p string) (bool, error)
	// list gives everything in a folder: plain files, and the rest with Odd saying what it is. Links are not followed.
	list(ctx context.Context, folder string) ([]Info, error)
	// rename never replaces an existing file where the place is able to tell.
	rename(ctx context.Context, from, to string) error
	// renameOther is a second way of renaming for places that refuse the first; it may replace, so the caller has looked.
	renameOther(ctx context.Context, from, to string) error
	// renameAll renames several, in their order: none gets its new name before those in front of it. Each of them has its error; what was not
	// tried, for one before it failed, has ErrWaits.
	renameAll(ctx context.Context, pairs [][2]string) []error
	// ready makes the connection, where there is one.
	ready(ctx context.Context) error
	remove(ctx context.Context, p string) error
	mkdir(ctx context.Context, p string) error
	syncFolder(p string) error
	// alive tells whether cleaning up now needs no new connection.
	alive() bool
	close() error
}

// writer is an open file to be written once, from its beginning to its end.
type writer interface {
	// readFrom writes all that r has; size is how much that is, -1 when nobody knows.
	readFrom(ctx context.Context, r io.Reader, size int64) (int64, error)
	size(ctx context.Context) (int64, error) // by the open handle
	sync(ctx context.Context) error          // to the disk, where the place can and close does not
	close(ctx context.Context) error
}

// reader is an open file to be read as a whole.
type reader interface {
	size(ctx context.Context) (int64, error)
	// copyTo writes the content in order; size is what is expected, -1 when unknown.
	copyTo(ctx context.Context, w io.Writer, size int64) (int64, error)
	close(ctx context.Context) error
}

// look finds out whether a file is there, with whatever the place allows: stat, else opening it, else the folder's list.
// Size is -1 when nobody tells it.
func look(ctx context.Context, pl place, folder, name string) (Info, bool, error) {
	p := pl.join(folder, name)
	info, isFolder, err := pl.stat(ctx, p)
	switch {
	case err == nil && isFolder:
		return Info{}, false, &NameError{name, "is a folder there"}
	case err == nil:
		info.Name = name
		return info, true, nil
	case errors.Is(err, fs.ErrNotExist):
		return Info{}, false, nil
	case hopeless(ctx, err):
		return Info{}, false, err
	}
	why := err
	if r, err := pl.open(ctx, p); err == nil {
		size, serr := r.size(ctx)
		if serr != nil {
			size = -1
		}
		if err := r.close(ctx); hopeless(ctx, err) {
			return Info{}, false, err
		}
		return Info{Name: name, Size: size}, true, nil
	} else if errors.Is(err, fs.ErrNotExist) {
		return Info{}, false, nil
	} else if hopeless(ctx, err) {
		return Info{}, false, err
	}
	all, err := pl.list(ctx, folder)
	if err != nil {
		if hopeless(ctx, err) {
			return Info{}, false, err
		}
		return Info{}, false, fmt.Errorf("%w: %w", ErrCannotTell, why)
	}
	for _, f := range all {
		if f.Name == name && f.Odd == "" {
			return f, true, nil
		}
	}
	return Info{}, false, nil
}

// hopeless tells that asking in another way brings nothing: there is no connection or the caller has ended it.
func hopeless(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || errors.Is(err, ErrConnection) || errors.As(err, new(*connectError)))
}

// sameContent compares two files byte by byte, through their sizes first.
func sameContent(ctx context.Context, pl place, a, b string) (same bool, sizeA, sizeB int64, err error) {
	hashA, sizeA, err := hashOf(ctx, pl, a)
	if err != nil {
		return false, 0, 0, err
	}
	hashB, sizeB, err := hashOf(ctx, pl, b)
	if err != nil {
		return false, sizeA, 0, err
	}
	return sizeA == sizeB && hashA == hashB, sizeA, sizeB, nil
}
