package exchange

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// localPlace is the file system of this machine, network drives included. Files and folders are synced to the disk: after a
// power cut a renamed file is whole.
type localPlace struct{}

func (localPlace) join(elem ...string) string { return filepath.Join(elem...) }
func (localPlace) isAbs(p string) bool        { return filepath.IsAbs(p) }
func (localPlace) alive() bool                { return true }
func (localPlace) close() error               { return nil }

func (localPlace) create(ctx context.Context, p string, truncate bool) (writer, error) {
	flag := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if truncate {
		flag = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(p, flag, 0o640)
	if err != nil {
		return nil, busy(err)
	}
	return localWriter{localFile{f}}, nil
}

func (localPlace) open(ctx context.Context, p string) (reader, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := os.Open(p)
	if err != nil {
		return nil, busy(err)
	}
	return localFile{f}, nil
}

func (localPlace) stat(ctx context.Context, p string) (Info, bool, error) {
	if err := ctx.Err(); err != nil {
		return Info{}, false, err
	}
	fi, err := os.Stat(p)
	if err != nil {
		return Info{}, false, err
	}
	return infoOf(fi), fi.IsDir(), nil
}

func infoOf(fi fs.FileInfo) Info {
	return Info{Name: fi.Name(), Size: fi.Size(), ModTime: fi.ModTime(), Odd: oddKind(fi.Mode())}
}

// list takes a file that vanishes between the listing and the look for gone.
func (localPlace) list(ctx context.Context, folder string) ([]Info, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d, err := os.Open(folder)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	var out []Info
	for {
		entries, err := d.ReadDir(1000)
		for _, e := range entries {
			fi, err := e.Info() // of a link itself
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, err
			}
			out = append(out, infoOf(fi))
		}
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, err
		case len(out) > mostEntries:
			return nil, errEndless
		case ctx.Err() != nil:
			return nil, ctx.Err()
		}
	}
}

func (localPlace) isLink(ctx context.Context, p string) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	fi, err := os.Lstat(p)
	return err == nil && fi.Mode()&fs.ModeSymlink != 0, err
}

func (localPlace) rename(ctx context.Context, from, to string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return busy(renameNoReplace(from, to))
}

func (localPlace) renameOther(context.Context, string, string) error { return ErrRefused }

func (localPlace) remove(ctx context.Context, p string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return busy(os.Remove(p))
}

func (localPlace) mkdir(ctx context.Context, p string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return os.Mkdir(p, 0o750)
}

// localFile is a local file open for reading.
type localFile struct{ f *os.File }

// localWriter is a file open for writing: it is on the disk when it is closed.
type localWriter struct{ localFile }

func (l localWriter) readFrom(ctx context.Context, r io.Reader, _ int64) (int64, error) {
	return io.Copy(writerOnly{l.f}, ctxReader{ctx, r})
}

func (l localWriter) sync(context.Context) error { return nil }

func (l localWriter) close(context.Context) error { return errors.Join(l.f.Sync(), l.f.Close()) }

func (l localFile) copyTo(ctx context.Context, w io.Writer, _ int64) (int64, error) {
	return io.Copy(w, ctxReader{ctx, l.f})
}

func (l localFile) close(context.Context) error { return l.f.Close() }

func (l localFile) size(context.Context) (int64, error) {
	fi, err := l.f.Stat()
	if err != nil {
		return 0, err
	}
	return fi.Size(), nil
}

type writerOnly struct{ io.Writer }

// ctxReader ends a copy when the context ends.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (c ctxReader) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(b)
}
