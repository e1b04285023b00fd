package mapping

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// spool keeps encoded records in a temporary file until the header is known. Memory does not grow with the file.
type spool struct {
	file *os.File
	w    *bufio.Writer
}

func newSpool(dir string) (*spool, error) {
	f, err := os.CreateTemp(dir, "fisbridge-*.body")
	if err != nil {
		return nil, err
	}
	return &spool{file: f, w: bufio.NewWriterSize(f, 64<<10)}, nil
}

// write appends the records that end at the given places of buf.
func (s *spool) write(buf []byte, ends []int) error {
	start := 0
	var head [binary.MaxVarintLen64]byte
	for _, end := range ends {
		n := binary.PutUvarint(head[:], uint64(end-start))
		if _, err := s.w.Write(head[:n]); err != nil {
			return err
		}
		if _, err := s.w.Write(buf[start:end]); err != nil {
			return err
		}
		start = end
	}
	return nil
}

// read hands out the records in order; the bytes are valid until the next one.
func (s *spool) read(fn func([]byte) error) error {
	if err := s.w.Flush(); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r := bufio.NewReaderSize(s.file, 64<<10)
	var buf []byte
	for {
		n, err := binary.ReadUvarint(r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if uint64(cap(buf)) < n {
			buf = make([]byte, n)
		}
		buf = buf[:n]
		if _, err := io.ReadFull(r, buf); err != nil {
			return err
		}
		if err := fn(buf); err != nil {
			return err
		}
	}
}

func (s *spool) remove() {
	s.file.Close()
	os.Remove(s.file.Name())
}
