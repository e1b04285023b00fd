package workbench

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/fisbridge/fisbridge/internal/bundle"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// besideFiles is an import file that lies in a folder as several files: they are written when all of them are whole, the
// one that starts the import last.
type besideFiles struct {
	*os.File
	folder string
	reads  []string
	done   bool
}

func newBesideFiles(folder string, reads []string) (*besideFiles, error) {
	temp, err := ownfile.Scratch("", "fisbridge-*.bundle")
	return &besideFiles{File: temp, folder: folder, reads: reads}, err
}

// Place is where the bundle of them is made.
func (b *besideFiles) Place() interface {
	io.Writer
	io.ReaderAt
} {
	return b.File
}

// Commit unpacks the members into the folder.
func (b *besideFiles) Commit() error {
	size, err := b.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	members, err := bundle.Open(b.File, size, 1<<40)
	if err != nil {
		return err
	}
	for _, m := range members {
		if err := b.write(m); err != nil {
			return fmt.Errorf("write %s: %w", m.Name, err)
		}
	}
	return nil
}

func (b *besideFiles) write(m bundle.Member) error {
	in, err := m.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := frame.NewWholeFile(nil, filepath.Join(b.folder, m.Name), b.reads...)
	if err != nil {
		return err
	}
	defer out.Abort()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Commit()
}

// Abort frees the temporary file; what was committed stays.
func (b *besideFiles) Abort() {
	if !b.done {
		b.done = true
		ownfile.Discard(b.File)
	}
}
