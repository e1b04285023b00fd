// Package spool keeps records in order until they are read once: the latest in memory, the others in a temporary file.
package spool

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// Spool keeps records. Memory does not grow with them, and no file is kept open: a route may have hundreds of import
// files in the making.
type Spool struct {
	dir  string
	name string // of the temporary file, "" while there is none
	buf  []byte
}

// inMemory is what of the records lies in memory at most, but for a single record that is longer.
const inMemory = 256 << 10

// New makes an empty spool. Its temporary file lies in dir; empty for the system's folder.
func New(dir string) *Spool { return &Spool{dir: dir} }

// Write appends the records that end at the given places of buf.
func (s *Spool) Write(buf []byte, ends []int) error {
	start := 0
	for _, end := range ends {
		s.buf = binary.AppendUvarint(s.buf, uint64(end-start))
		s.buf = append(s.buf, buf[start:end]...)
		start = end
	}
	if len(s.buf) < inMemory {
		return nil
	}
	return s.flush()
}

// flush moves what is in memory to the temporary file.
func (s *Spool) flush() (err error) {
	var f *os.File
	if s.name == "" {
		f, err = os.CreateTemp(s.dir, "fisbridge-*.body")
	} else {
		f, err = os.OpenFile(s.name, os.O_WRONLY|os.O_APPEND, 0)
	}
	if err != nil {
		return err
	}
	s.name = f.Name()
	_, err = f.Write(s.buf)
	s.buf = s.buf[:0]
	return errors.Join(err, f.Close())
}

// Read hands out the records in order; the bytes are valid until the next one.
func (s *Spool) Read(fn func([]byte) error) error {
	if s.name == "" {
		return eachRecord(s.buf, fn)
	}
	f, err := os.Open(s.name)
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, inMemory)
	var buf []byte
	for {
		n, err := binary.ReadUvarint(r)
		if errors.Is(err, io.EOF) {
			return eachRecord(s.buf, fn)
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

// eachRecord hands out the records that lie in memory.
func eachRecord(buf []byte, fn func([]byte) error) error {
	for len(buf) > 0 {
		n, width := binary.Uvarint(buf)
		if width <= 0 || uint64(len(buf)-width) < n {
			return io.ErrUnexpectedEOF
		}
		if err := fn(buf[width : width+int(n)]); err != nil {
			return err
		}
		buf = buf[width+int(n):]
	}
	return nil
}

// Remove throws the records away.
func (s *Spool) Remove() {
	s.buf = nil
	if s.name != "" {
		os.Remove(s.name)
		s.name = ""
	}
}

// Counting counts the bytes that are written To another writer.
type Counting struct {
	To   io.Writer
	Size int64
}

func (c *Counting) Write(b []byte) (int, error) {
	n, err := c.To.Write(b)
	c.Size += int64(n)
	return n, err
}
