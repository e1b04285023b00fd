package xmlread

import (
	"bytes"
	"errors"
	"io"
	"regexp"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// tail is how much is looked at of the end of a file, and of its beginning.
const tail = 8 << 10

var (
	rootTag = regexp.MustCompile(`<([^!?/\s<>&"']+)[\s/>]`)
	lastTag = regexp.MustCompile(`</([^\s<>&"']+)\s*>\s*(?:<(?:!--|\?)[^<]*>\s*)*$`)
)

// Unfinished says what is missing at the end of a file that is still being written: the end of its root element.
func Unfinished(r io.ReaderAt, size int64) (string, error) {
	head, err := part(r, 0, min(size, tail))
	if err != nil {
		return "", err
	}
	end, err := part(r, max(0, size-tail), min(size, tail))
	if err != nil {
		return "", err
	}
	root := rootTag.FindSubmatch(head)
	if root == nil {
		return "", nil // no XML, or no bytes of it: reading tells
	}
	last := lastTag.FindSubmatch(end)
	if last == nil && bytes.HasSuffix(bytes.TrimSpace(end), []byte("/>")) && size <= tail {
		return "", nil
	}
	if last == nil || !bytes.Equal(last[1], root[1]) {
		return "the end of the file, </" + layout.Clip(string(root[1])) + ">, is not there: the file is not whole", nil
	}
	return "", nil
}

// part reads a piece of a file, with the zero bytes of UTF-16 left out.
func part(r io.ReaderAt, at, n int64) ([]byte, error) {
	b := make([]byte, n)
	if got, err := r.ReadAt(b, at); err != nil && !(errors.Is(err, io.EOF) && int64(got) == n) {
		return nil, err
	}
	return bytes.ReplaceAll(b, []byte{0}, nil), nil
}

// Takes tells whether a file may be XML by its first bytes: with a declaration or without, in UTF-16 too.
func Takes(found layout.Found) bool {
	return found == layout.FoundXML || found == layout.FoundText || found == layout.FoundUTF16
}
