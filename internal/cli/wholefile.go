package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// wholeFile is written under a temporary name and gets its own only when it is whole. Without a name it is a stream.
type wholeFile struct {
	*bufio.Writer
	name string
	temp *os.File
}

func newWholeFile(stream io.Writer, name string) (*wholeFile, error) {
	if name == "" {
		return &wholeFile{Writer: bufio.NewWriter(stream)}, nil
	}
	temp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*.part")
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return &wholeFile{Writer: bufio.NewWriterSize(temp, 1<<16), name: name, temp: temp}, nil
}

// commit finishes the file: everything is on disk before it gets its name.
func (w *wholeFile) commit() error {
	if w.temp == nil {
		if err := w.Flush(); err != nil {
			return fmt.Errorf("write standard output: %w", err)
		}
		return nil
	}
	err := errors.Join(w.Flush(), w.temp.Chmod(0o640), w.temp.Sync(), w.temp.Close())
	if err == nil {
		err = os.Rename(w.temp.Name(), w.name)
	}
	if err != nil {
		w.abort()
		return fmt.Errorf("write %s: %w", w.name, err)
	}
	w.temp = nil
	return nil
}

// abort throws away what is not finished; after commit it does nothing.
func (w *wholeFile) abort() {
	if w.temp == nil {
		return
	}
	_ = w.temp.Close() // it is thrown away
	_ = os.Remove(w.temp.Name())
	w.temp = nil
}
