package dropping

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// Import files as they were dropped lie in the working folder, where people look for them. The journal has the bytes: a
// full disk here is only a note.

// fileCopies are the copies that were written while their files were sent, by id; they lie in the folder for temporary
// files.
type fileCopies struct {
	mu   sync.Mutex
	made map[int64]string
}

// take gives the copy of a file and forgets it; empty when there is none.
func (c *fileCopies) take(id int64) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	path := c.made[id]
	delete(c.made, id)
	return path
}

func (c *fileCopies) add(id int64, path string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made == nil {
		c.made = map[int64]string{}
	}
	c.made[id] = path
}

// sentFile reads the bytes of a file and writes its copy on the way, for unpacking them costs more than both.
type sentFile struct {
	io.ReadCloser
	d    *Dropper
	f    records.File
	copy *os.File // nil when none is written
	n    int64
}

func (d *Dropper) bytesToSend(ctx context.Context, f records.File) io.ReadCloser {
	s := &sentFile{ReadCloser: d.Journal.FileBytes(ctx, f.ID), d: d, f: f}
	s.copy, _ = os.CreateTemp(d.Temp, "fisbridge-import-*") // without one, the copy is made of the journal's bytes later
	return s
}

func (s *sentFile) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if s.copy == nil {
		return n, err
	}
	if _, werr := s.copy.Write(p[:n]); werr != nil || err != nil && !errors.Is(err, io.EOF) {
		s.drop()
		return n, err
	}
	if s.n += int64(n); errors.Is(err, io.EOF) {
		name := s.copy.Name()
		if s.n != s.f.Size || s.copy.Close() != nil {
			s.drop()
			return n, err
		}
		s.copy = nil
		if former := s.d.copies.take(s.f.ID); former != "" {
			os.Remove(former)
		}
		s.d.copies.add(s.f.ID, name)
	}
	return n, err
}

// drop gives the copy up.
func (s *sentFile) drop() {
	s.copy.Close()
	os.Remove(s.copy.Name())
	s.copy = nil
}

func (s *sentFile) Close() error {
	if s.copy != nil {
		s.drop()
	}
	return s.ReadCloser.Close()
}

// keepCopy puts the file into the working folder: what was written while it was sent, or the journal's bytes.
func (d *Dropper) keepCopy(ctx context.Context, f records.File) {
	path, made := d.CopyPath(f), d.copies.take(f.ID)
	if made != "" {
		defer os.Remove(made)
		if ownfile.MakeFolder(filepath.Dir(path)) == nil && os.Link(made, path) == nil { // it replaces nothing and follows nothing
			return
		}
	}
	if err := d.writeCopy(path, d.Journal.FileBytes(ctx, f.ID)); err != nil {
		d.Note(fmt.Sprintf("the copy of %s in the working folder was not written: %s", f.Name, err))
	}
}

// writeCopy writes a new file; what is there already is left as it is, and followed nowhere.
func (d *Dropper) writeCopy(path string, body io.ReadCloser) (err error) {
	defer body.Close()
	if err := ownfile.MakeFolder(filepath.Dir(path)); err != nil {
		return err
	}
	w, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, ownfile.File)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("a file of this name is in %s already and was left as it is", filepath.Dir(path))
	}
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, w.Close()); err != nil {
			err = errors.Join(err, os.Remove(path)) // half of it
		}
	}()
	_, err = io.Copy(w, body)
	return err
}
