package fis

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// Lines are some whole lines of a text of JSON lines.
type Lines struct {
	place string
	first int // number of the first line
	text  []byte
	long  bool // it is one line, and longer than any may be: only its beginning is here
	buf   []byte
	from  *LineReader
}

// LineReader cuts JSON lines into blocks of whole lines. The blocks may be worked on by several goroutines while
// further ones are read.
type LineReader struct {
	r     io.Reader
	place string
	line  int // number of the next line
	rest  []byte
	after bool // the rest came behind a line that was too long
	err   error
	spare chan []byte
	find  *Parser
}

// finder is the parser by which Envelopes finds documents: it wants nothing of them.
func (l *LineReader) finder() *Parser {
	if l.find == nil {
		l.find = NewParser(func(string) bool { return false })
	}
	return l.find
}

// linesBlock is how much is read at once. A line may be longer.
const linesBlock = 256 << 10

// longestLine bounds a line: a document with what may stand around it, and a text within a text.
const longestLine = 2 * MaxDocumentBytes

// NewLineReader reads JSON lines from r; place is for messages.
func NewLineReader(r io.Reader, place string) *LineReader {
	return &LineReader{r: r, place: place, line: 1, spare: make(chan []byte, 16)}
}

// Next gives the next lines; io.EOF when there are none. What was read before an error of the reader comes first.
func (l *LineReader) Next() (*Lines, error) {
	buf := append(l.buffer(), l.rest...)
	cut := 0 // there is no line end in the rest, but behind a line that was too long
	if l.after {
		cut, l.after = bytes.LastIndexByte(buf, '\n')+1, false
	}
	for l.rest = l.rest[:0]; ; {
		if errors.Is(l.err, io.EOF) {
			cut = len(buf) // the last line may have no end
		}
		switch {
		case cut > 0 && (l.err != nil || len(buf) >= linesBlock/2):
			l.rest = append(l.rest, buf[cut:]...)
			return l.lines(buf[:cut], false), nil
		case errors.Is(l.err, io.EOF):
			return nil, io.EOF
		case l.err != nil:
			return nil, fmt.Errorf("read %s: %w", l.place, l.err)
		case len(buf) > longestLine:
			return l.tooLong(buf)
		}
		if cap(buf)-len(buf) < linesBlock/4 {
			buf = append(make([]byte, 0, 2*cap(buf)), buf...)
		}
		n, err := l.r.Read(buf[len(buf):cap(buf)])
		if end := lastLineEnd(buf[len(buf) : len(buf)+n]); end >= 0 {
			cut = len(buf) + end + 1
		}
		buf, l.err = buf[:len(buf)+n], err
	}
}

// lastLineEnd is the place of the last line end, -1 when there is none. Lines are long: it looks at many bytes at once.
func lastLineEnd(text []byte) int {
	for len(text) > 0 {
		from := max(0, len(text)-4096)
		if part := text[from:]; bytes.IndexByte(part, '\n') >= 0 {
			return from + bytes.LastIndexByte(part, '\n')
		}
		text = text[:from]
	}
	return -1
}

func (l *LineReader) buffer() []byte {
	select {
	case buf := <-l.spare:
		return buf[:0]
	default:
		return make([]byte, 0, linesBlock+linesBlock/8)
	}
}

func (l *LineReader) lines(text []byte, long bool) *Lines {
	out := &Lines{place: l.place, first: l.line, text: text, long: long, buf: text, from: l}
	l.line += bytes.Count(text, []byte{'\n'})
	return out
}

// tooLong passes over the rest of a line that is longer than any may be.
func (l *LineReader) tooLong(begun []byte) (*Lines, error) {
	out := l.lines(begun[:1], true)
	l.line++
	for {
		n, err := l.r.Read(begun[:cap(begun)])
		if end := bytes.IndexByte(begun[:n], '\n'); end >= 0 {
			l.rest = append(l.rest, begun[end+1:n]...)
			l.err, l.after = err, true
			return out, nil
		}
		if l.err = err; err != nil {
			return out, nil
		}
	}
}

// Release gives the memory of the lines back, when they are done with.
func (l *Lines) Release() {
	if cap(l.buf) > 2*linesBlock || l.long {
		return
	}
	select {
	case l.from.spare <- l.buf:
	default:
	}
	l.text, l.buf = nil, nil
}

// Each parses the documents in the lines as Parser.Line does. A line that holds no document, or cannot be read, gives
// one error with no document, and the next one is read. The error of fn ends it.
func (l *Lines) Each(p *Parser, fn func(*Document, error) error) error {
	var own error
	hand := func(doc *Document, err error) error {
		own = fn(doc, err)
		return own
	}
	return l.each(func(line []byte, n int) error {
		if l.long {
			return hand(nil, tooLongLine(placeOf(l.place, n)))
		}
		if err := p.Line(line, l.place, n, hand); err != nil && own == nil {
			return hand(nil, err)
		}
		return own
	})
}

// Envelopes finds the documents in the lines, as ReadDocuments does in each; errors are as of Each. It is for one
// goroutine of all that have lines of the same reader.
func (l *Lines) Envelopes(fn func(Envelope, error) error) error {
	var own error
	hand := func(env Envelope, err error) error {
		own = fn(env, err)
		return own
	}
	p := l.from.finder()
	return l.each(func(line []byte, n int) error {
		if l.long {
			return hand(Envelope{}, tooLongLine(placeOf(l.place, n)))
		}
		err := p.Find(line, l.place, n, func(env Envelope) error { return hand(env, nil) })
		if err != nil && own == nil {
			return hand(Envelope{}, err)
		}
		return own
	})
}

// placeOf is the place of a line; 0 is none.
func placeOf(place string, line int) string {
	if line == 0 {
		return place
	}
	return place + ", line " + strconv.Itoa(line)
}

func tooLongLine(place string) error {
	return &FormatError{place, 0, fmt.Errorf("%w: more than %d MiB in one line", ErrTooLarge, longestLine>>20)}
}

// each reads one line after the other.
func (l *Lines) each(read func(line []byte, n int) error) error {
	n := l.first
	for rest := l.text; len(rest) > 0; n++ {
		line := rest
		if end := bytes.IndexByte(rest, '\n'); end >= 0 {
			line, rest = rest[:end], rest[end+1:]
		} else {
			rest = nil
		}
		if err := read(line, n); err != nil {
			return err
		}
	}
	return nil
}
