package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
)

// wholeFile is written under a temporary name and gets its own only when it is whole; nobody but its owner can read it, unless it replaces one that
// others could. Without a name it is a stream.
type wholeFile struct {
	*bufio.Writer
	name string
	temp *os.File
}

// newWholeFile begins a file. It replaces a former output of the same name, but no journal, no configuration, and none of the files that the
// command reads.
func newWholeFile(stream io.Writer, name string, reads ...string) (*wholeFile, error) {
	if name == "" {
		return &wholeFile{Writer: bufio.NewWriter(stream)}, nil
	}
	if what := precious(name, reads); what != "" {
		return nil, &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("write %s: it is %s, and was left as it is", name, what), Hint: "give another name with -o"}
	}
	temp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*.part")
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return &wholeFile{Writer: bufio.NewWriterSize(temp, 1<<16), name: name, temp: temp}, nil
}

// precious says what a file is that must not be replaced; empty when it may be, or is not there.
func precious(name string, reads []string) string {
	for _, r := range reads {
		if desk.SameFile(name, r) {
			return "what the command reads"
		}
	}
	if base := filepath.Base(name); base == config.FileName || base == "template.yaml" {
		if _, err := os.Lstat(name); err == nil {
			return "a part of the working folder"
		}
	}
	const database = "SQLite format 3\x00"
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	head := make([]byte, len(database))
	if _, err := io.ReadFull(f, head); err == nil && string(head) == database {
		return "a database, perhaps the journal"
	}
	return ""
}

// ReadAt reads what was written; a stream cannot be read again.
func (w *wholeFile) ReadAt(b []byte, at int64) (int, error) {
	if w.temp == nil {
		return 0, errors.ErrUnsupported
	}
	if err := w.Flush(); err != nil {
		return 0, err
	}
	return w.temp.ReadAt(b, at)
}

// commit finishes the file: everything is on disk before it gets its name.
func (w *wholeFile) commit() error {
	if w.temp == nil {
		if err := w.Flush(); err != nil {
			return fmt.Errorf("write standard output: %w", err)
		}
		return nil
	}
	err := errors.Join(w.Flush(), w.rights(), w.temp.Sync(), w.temp.Close())
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

// rights gives the file those of the one that it replaces. A new one is its owner's alone, for it holds personal data: so it was from its first byte.
func (w *wholeFile) rights() error {
	info, err := os.Stat(w.name)
	if err != nil || !info.Mode().IsRegular() {
		return nil //nolint:nilerr // it is new
	}
	return w.temp.Chmod(info.Mode().Perm())
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
