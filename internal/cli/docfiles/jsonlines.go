package docfiles

import (
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// isJSONLines: the file says by its name that each line stands for itself, so that a broken one does not hide those
// after it.
func isJSONLines(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".jsonl", ".ndjson":
		return true
	}
	return false
}

// eachLines hands out JSON lines, many at once.
func eachLines(r io.Reader, place string, fn func(workshop.Piece) error) error {
	in := fis.NewLineReader(r, place)
	for {
		lines, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = fn(workshop.Piece{Lines: lines})
		}
		if err != nil {
			return err
		}
	}
}
