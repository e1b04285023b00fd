package layout

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Lines gives the lines of a file as bytes, without their ends.
type Lines struct {
	r      io.ReaderAt
	size   int64
	Offset int64 // of the byte after the line given last
	in     *bufio.Reader
	end    byte // last byte of a line end
	extra  byte // what may stand before it, 0: nothing
	Most   int  // bytes of a line
	Line   int  // number of the line given last
	buf    []byte
	done   bool
	decode func(io.Reader) io.Reader // of UTF-16; nil: none. Offset counts decoded bytes then
}

// NewLines begins to read the lines of a file, behind its byte order mark and the lines to skip.
func NewLines(p *Plan, in Input) (*Lines, error) {
	s := &Lines{r: in.R, size: in.Size, Most: in.Limits.Line, in: bufio.NewReaderSize(nil, buffered)}
	if p.charset.UTF16 != "" {
		s.decode = p.charset.Reader
	}
	s.open(0)
	s.end = p.lineEnd[len(p.lineEnd)-1]
	if p.spec.LineEnd == "" || p.spec.LineEnd == "lf" || p.spec.LineEnd == "crlf" {
		s.extra = p.charset.ASCII['\r'] // files change their line ends on the way; CR LF and LF are taken as the same
	}
	if p.charset.UTF8 {
		if head, err := s.in.Peek(3); err == nil && string(head) == "\uFEFF" {
			_, _ = s.in.Discard(3)
			s.Offset = 3
		}
	}
	if s.extra != 0 && in.Part == nil && p.charset.Same && s.onlyCR() {
		s.end, s.extra = '\r', 0
	}
	return s, s.skip(p.spec.SkipLines)
}

const buffered = 128 << 10

// onlyCR tells whether the lines of a file end in CR alone, as old programs write them: there is no LF as far as one
// looks.
func (s *Lines) onlyCR() bool {
	head, _ := s.in.Peek(buffered)
	return bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0
}

// open begins at an offset.
func (s *Lines) open(offset int64) {
	if s.decode == nil {
		s.in.Reset(io.NewSectionReader(s.r, offset, s.size-offset))
		return
	}
	s.in.Reset(s.decode(io.NewSectionReader(s.r, 0, s.size)))
	_, _ = io.CopyN(io.Discard, s.in, offset)
}

// Next is the next line, valid until the call after, with its number from 1. ended says what stood at its end.
func (s *Lines) Next() (line []byte, ended []byte, err error) {
	if s.done {
		return nil, nil, io.EOF
	}
	line, err = s.in.ReadSlice(s.end)
	if errors.Is(err, bufio.ErrBufferFull) {
		line, err = s.long(line)
	}
	switch {
	case isLimit(err):
		s.done = true
		return nil, nil, err
	case errors.Is(err, io.EOF):
		s.done = true
		if len(line) == 0 {
			return nil, nil, io.EOF
		}
		s.Line++
	case err != nil:
		return nil, nil, fmt.Errorf("read line %d: %w", s.Line+1, err)
	default:
		s.Line++
		ended, line = line[len(line)-1:], line[:len(line)-1]
		if s.extra != 0 && len(line) > 0 && line[len(line)-1] == s.extra {
			ended, line = line[len(line)-1:len(line)+1], line[:len(line)-1]
		}
	}
	s.Offset += int64(len(line) + len(ended))
	if len(line) > s.Most {
		s.done = true
		return nil, nil, s.tooLong()
	}
	return line, ended, nil
}

// isLimit reports whether a limit was reached.
func isLimit(err error) bool {
	if err == nil {
		return false // without room for what is looked for: this is asked of each line
	}
	var limit *LimitError
	return errors.As(err, &limit)
}

// long reads a line that is longer than the buffer, up to the limit.
func (s *Lines) long(begun []byte) ([]byte, error) {
	s.buf = append(s.buf[:0], begun...)
	for {
		if len(s.buf) > s.Most+2 {
			s.Line++
			return nil, s.tooLong()
		}
		more, err := s.in.ReadSlice(s.end)
		s.buf = append(s.buf, more...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return s.buf, err
		}
	}
}

func (s *Lines) tooLong() error {
	return &LimitError{What: "bytes", Limit: int64(s.Most), Place: fmt.Sprintf("line %d", s.Line)}
}

// Rewind goes back to the byte after line number line.
func (s *Lines) Rewind(offset int64, line int) {
	s.open(offset)
	s.Offset, s.Line, s.done = offset, line, false
}

// skip passes over n lines.
func (s *Lines) skip(n int) error {
	for range n {
		if _, _, err := s.Next(); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	return nil
}
