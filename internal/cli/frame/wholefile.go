package frame

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
)

// WholeFile is written under a temporary name and gets its own only when it is whole; nobody but its owner can read it,
// unless it replaces one that others could. Without a name it is a stream.
type WholeFile struct {
	*bufio.Writer
	name string
	Temp *os.File
	held *flock.Flock
}

// NewWholeFile begins a file. It replaces a former output of the same name, but no journal, no configuration, and none
// of the files that the command reads.
func NewWholeFile(stream io.Writer, name string, reads ...string) (*WholeFile, error) {
	if name == "" {
		return &WholeFile{Writer: bufio.NewWriter(stream)}, nil
	}
	if what := precious(name, reads); what != "" {
		return nil, &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("write %s: it is %s, and was left as it is", name, what), Hint: "give another name with -o"}
	}
	abandoned(name)
	temp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*.part")
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return &WholeFile{Writer: bufio.NewWriterSize(temp, 1<<16), name: name, Temp: temp, held: hold(temp.Name())}, nil
}

// hold keeps other commands from taking a temporary file for an abandoned one, as long as this process lives; nil where
// the system itself keeps files that are open, or where it cannot.
func hold(temp string) *flock.Flock {
	if runtime.GOOS == "windows" {
		return nil
	}
	l := flock.New(temp)
	if got, err := l.TryLock(); err != nil || !got {
		return nil
	}
	return l
}

// fresh is the time in which a temporary file may not be held yet.
const fresh = time.Minute

// abandoned removes temporary files of the same name that a killed command has left: they hold what the file itself would,
// and nobody else takes them away. One that cannot be removed stays.
func abandoned(name string) {
	entries, err := os.ReadDir(filepath.Dir(name))
	if err != nil {
		return // told when the file is written
	}
	for _, e := range entries {
		number, ours := strings.CutPrefix(e.Name(), "."+filepath.Base(name)+".")
		number, part := strings.CutSuffix(number, ".part")
		if _, err := strconv.ParseUint(number, 10, 64); !ours || !part || err != nil || !e.Type().IsRegular() {
			continue
		}
		if info, err := e.Info(); err != nil || time.Since(info.ModTime()) < fresh {
			continue
		}
		path := filepath.Join(filepath.Dir(name), e.Name())
		held := hold(path)
		if held == nil && runtime.GOOS != "windows" {
			continue
		}
		_ = os.Remove(path)
		release(held)
	}
}

func release(held *flock.Flock) {
	if held != nil {
		_ = held.Close()
	}
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

// Commit finishes the file: everything is on disk before it gets its name.
func (w *WholeFile) Commit() error {
	if w.Temp == nil {
		if err := w.Flush(); err != nil {
			return fmt.Errorf("write standard output: %w", err)
		}
		return nil
	}
	err := errors.Join(w.Flush(), w.rights(), w.Temp.Sync(), w.Temp.Close())
	if err == nil {
		err = os.Rename(w.Temp.Name(), w.name)
	}
	if err != nil {
		w.Abort()
		return fmt.Errorf("write %s: %w", w.name, err)
	}
	w.Temp = nil
	release(w.held)
	return nil
}

// rights gives the file those of the one that it replaces. A new one is its owner's alone, for it holds personal data:
// so it was from its first byte.
func (w *WholeFile) rights() error {
	info, err := os.Stat(w.name)
	if err != nil || !info.Mode().IsRegular() {
		return nil //nolint:nilerr // it is new
	}
	return w.Temp.Chmod(info.Mode().Perm())
}

// Abort throws away what is not finished; after commit it does nothing.
func (w *WholeFile) Abort() {
	if w.Temp == nil {
		return
	}
	_ = w.Temp.Close() // it is thrown away
	_ = os.Remove(w.Temp.Name())
	w.Temp = nil
	release(w.held)
}

// Place is the file itself, which can be read again; nil where there is none. It is to be asked for before anything is
// written, and all is to be written there then.
func (w *WholeFile) Place() interface {
	io.Writer
	io.ReaderAt
} {
	if w.Temp == nil {
		return nil
	}
	return w.Temp
}
