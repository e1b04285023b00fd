package exchange

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"sync"

	"github.com/pkg/sftp"
)

// sftpPlace is an SFTP server. It connects at the first call and again at the first call after a connection was lost; it never
// repeats a request by itself, for it cannot know what a lost one did.
type sftpPlace struct {
	t   Target
	log *slog.Logger
	mu  sync.Mutex
	s   *session
}

func (p *sftpPlace) join(elem ...string) string { return path.Join(elem...) }
func (p *sftpPlace) isAbs(f string) bool        { return path.IsAbs(f) }
func (p *sftpPlace) syncFolder(string) error    { return nil }

func (p *sftpPlace) alive() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.s != nil && !p.s.dead.Load()
}

func (p *sftpPlace) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.s != nil {
		p.s.close()
		p.s = nil
	}
	return nil
}

// session is the living connection, made when there is none.
func (p *sftpPlace) session(ctx context.Context) (*session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.s != nil && !p.s.dead.Load() {
		return p.s, nil
	}
	if p.s != nil {
		p.s.close()
		p.s = nil
	}
	s, err := connect(ctx, p.t, p.log)
	if err != nil {
		return nil, err
	}
	p.s = s
	return s, nil
}

func (p *sftpPlace) do(ctx context.Context, f func(*sftp.Client) error) error {
	s, err := p.session(ctx)
	if err != nil {
		return err
	}
	return s.guard(ctx, func() error { return f(s.sftp) })
}

// openFile opens without asking for attributes: some servers refuse to set them.
func (p *sftpPlace) openFile(ctx context.Context, name string, flags int) (*sftpFile, error) {
	s, err := p.session(ctx)
	if err != nil {
		return nil, err
	}
	f := &sftpFile{s: s, workers: p.t.Concurrency, sequential: p.t.SequentialWrites}
	err = s.guard(ctx, func() (err error) {
		f.f, err = s.sftp.OpenFile(name, flags)
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (p *sftpPlace) create(ctx context.Context, name string, truncate bool) (writer, error) {
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if truncate {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := p.openFile(ctx, name, flags)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (p *sftpPlace) open(ctx context.Context, name string) (reader, error) {
	f, err := p.openFile(ctx, name, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (p *sftpPlace) stat(ctx context.Context, name string) (info Info, isFolder bool, err error) {
	err = p.do(ctx, func(c *sftp.Client) error {
		fi, err := c.Stat(name)
		if err == nil {
			info, isFolder = infoOf(fi), fi.IsDir()
		}
		return err
	})
	return info, isFolder, err
}

func (p *sftpPlace) list(ctx context.Context, folder string) ([]Info, error) {
	var out []Info
	s, err := p.session(ctx)
	if err != nil {
		return nil, err
	}
	defer s.listing()()
	err = s.guard(ctx, func() error {
		entries, err := s.sftp.ReadDir(folder) // it tells of links themselves
		if err != nil {
			return err
		}
		for _, fi := range entries {
			out = append(out, infoOf(fi))
		}
		return nil
	})
	return out, err
}

func (p *sftpPlace) isLink(ctx context.Context, name string) (is bool, err error) {
	err = p.do(ctx, func(c *sftp.Client) error {
		fi, err := c.Lstat(name)
		is = err == nil && fi.Mode()&fs.ModeSymlink != 0
		return err
	})
	return is, err
}

func (p *sftpPlace) rename(ctx context.Context, from, to string) error {
	return p.do(ctx, func(c *sftp.Client) error { return c.Rename(from, to) })
}

func (p *sftpPlace) renameOther(ctx context.Context, from, to string) error {
	return p.do(ctx, func(c *sftp.Client) error {
		if _, ok := c.HasExtension("posix-rename@openssh.com"); !ok {
			return &ownError{ErrRefused}
		}
		return c.PosixRename(from, to)
	})
}

// remove sends one more request when it fails: the library then tries to remove a folder, which a file is not.
func (p *sftpPlace) remove(ctx context.Context, name string) error {
	return p.do(ctx, func(c *sftp.Client) error { return c.Remove(name) })
}

func (p *sftpPlace) mkdir(ctx context.Context, name string) error {
	return p.do(ctx, func(c *sftp.Client) error { return c.Mkdir(name) })
}

// sftpFile is an open file on the server; it lives and dies with its session.
type sftpFile struct {
	s          *session
	f          *sftp.File
	workers    int
	sequential bool
}

// readFrom writes with many requests under way. When one fails the file has holes, so the caller discards it.
func (f *sftpFile) readFrom(ctx context.Context, r io.Reader, size int64) (n int64, err error) {
	workers := f.workers
	if size >= 0 { // a small file needs no more than its packets, and there may be many of them
		workers = int(min(int64(workers), size/chunkSize+1))
	}
	err = f.s.guard(ctx, func() (err error) {
		if f.sequential {
			n, err = f.f.ReadFrom(ownReader{r})
		} else {
			n, err = f.f.ReadFromWithConcurrency(ownReader{r}, workers)
		}
		return err
	})
	return n, err
}

func (f *sftpFile) copyTo(ctx context.Context, w io.Writer, size int64) (n int64, err error) {
	workers := f.workers
	if f.sequential {
		workers = 1
	}
	err = f.s.guard(ctx, func() (err error) {
		if size < 0 {
			n, err = f.f.WriteTo(ownWriter{w}) // one request at a time, to the end that the server reports
		} else {
			n, err = copyChunks(ctx, ownWriter{w}, f.f, size, workers)
		}
		return err
	})
	return n, err
}

func (f *sftpFile) size(ctx context.Context) (n int64, err error) {
	err = f.s.guard(ctx, func() error {
		fi, err := f.f.Stat()
		if err == nil {
			n = fi.Size()
		}
		return err
	})
	return n, err
}

// sync asks for the disk where the server offers it.
func (f *sftpFile) sync(ctx context.Context) error {
	if _, ok := f.s.sftp.HasExtension("fsync@openssh.com"); !ok {
		return nil
	}
	return f.s.guard(ctx, f.f.Sync)
}

func (f *sftpFile) close(ctx context.Context) error { return f.s.guard(ctx, f.f.Close) }

// ownReader and ownWriter mark errors of our side.
type ownReader struct{ r io.Reader }

func (o ownReader) Read(b []byte) (int, error) {
	n, err := o.r.Read(b)
	if err != nil && err != io.EOF {
		err = &ownError{err}
	}
	return n, err
}

type ownWriter struct{ w io.Writer }

func (o ownWriter) Write(b []byte) (int, error) {
	n, err := o.w.Write(b)
	if err != nil {
		err = &ownError{err}
	}
	return n, err
}
