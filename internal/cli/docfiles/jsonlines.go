package docfiles

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// isJSONLines: the file says by its name that each line stands for itself, so that a broken one does not hide those after it.
func isJSONLines(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".jsonl", ".ndjson":
		return true
	}
	return false
}

// readLines is fis.ReadDocuments for JSON lines: bad is told of each line that cannot be read, and the reading goes on with the next one. Lines may be
// of any length. What fn returns ends the reading and comes back unchanged.
func readLines(r io.Reader, place string, fn func(fis.Envelope) error, bad func(error) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	for n := 1; ; n++ {
		if _, err := in.Peek(1); errors.Is(err, io.EOF) {
			return nil
		}
		line := &lineReader{in: in}
		err := fis.ReadDocuments(line, fmt.Sprintf("%s, line %d", place, n), fn)
		var format *fis.FormatError
		if errors.As(err, &format) && line.err == nil {
			err = bad(err)
		}
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, line); err != nil {
			return fmt.Errorf("read %s: %w", place, err)
		}
	}
}

// lineReader ends with the line.
type lineReader struct {
	in    *bufio.Reader
	rest  []byte // read and not handed out; good until the next read of in
	ended bool
	err   error
}

// Read reads no further than the line end.
func (l *lineReader) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		if l.ended {
			return 0, io.EOF
		}
		var err error
		switch l.rest, err = l.in.ReadSlice('\n'); {
		case errors.Is(err, bufio.ErrBufferFull):
		case err == nil, errors.Is(err, io.EOF):
			l.ended = true
		default:
			l.err = err
			return 0, err
		}
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}
