// Package xmlread reads XML from strangers piece by piece: elements begin and end, with their attributes and their
// text. It is strict where a parser should be (one root, well formed, each attribute once) and has limits where a file
// could do harm: no document type and so no entities of its own, elements in elements only so deep, texts and tags only
// so long. What it holds does not grow with the file.
package xmlread

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/fisbridge/fisbridge/internal/layout"
)

const (
	maxDepth      = 100
	maxAttributes = 100
)

// Kind is what an event is.
type Kind uint8

const (
	Begin Kind = iota + 1
	End
)

// Reader gives the events of one file. Not for concurrent use.
type Reader struct {
	// Name is the local name of the element that begins or ends: banks differ in prefixes and namespaces.
	Name string
	// Space is the namespace of the element that begins.
	Space string
	// Attributes are those of the element that begins.
	Attributes []xml.Attr

	decoder *xml.Decoder
	in      *guard
	names   []string
	text    []byte
	ended   bool // the text belongs to an element that has ended
	most    int  // bytes of a text, and of a tag
	root    bool
}

// New begins to read a file.
func New(in layout.Input) *Reader {
	bytes := bufio.NewReaderSize(io.NewSectionReader(in.R, 0, in.Size), 128<<10)
	var source io.Reader = bytes
	if wide := wideText(bytes); wide != nil {
		source = transform.NewReader(bytes, wide)
	}
	r := &Reader{in: newGuard(source, in.Limits.Line), most: in.Limits.Line}
	r.decoder = xml.NewDecoder(r.in)
	r.decoder.CharsetReader = charsetReader
	return r
}

// wideText decodes UTF-16 by its byte order mark, or by how `<?` looks in it; it takes the mark of UTF-8 away. Nil:
// bytes.
func wideText(in *bufio.Reader) transform.Transformer {
	head, _ := in.Peek(4)
	is := func(magic string) bool { return strings.HasPrefix(string(head), magic) }
	switch {
	case is("\xFF\xFE"), is("\xFE\xFF"):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
	case is("<\x00?\x00"):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()
	case is("\x00<\x00?"):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()
	case is("\xEF\xBB\xBF"):
		_, _ = in.Discard(3)
	}
	return nil
}

// charsetReader serves the encoding that the declaration names.
func charsetReader(label string, in io.Reader) (io.Reader, error) {
	if strings.HasPrefix(strings.ToLower(label), "utf-16") {
		return in, nil // read as such already, or it would not be text
	}
	e, err := ianaindex.MIME.Encoding(label)
	if err != nil || e == nil {
		return nil, fmt.Errorf("the encoding %q is not known", layout.Clip(label))
	}
	return &decoded{in: bufio.NewReader(e.NewDecoder().Reader(in))}, nil
}

// decoded refuses what the encoding does not have, which a decoder only replaces.
type decoded struct{ in *bufio.Reader }

func (d *decoded) Read(p []byte) (int, error) {
	r, n, err := d.in.ReadRune()
	if err != nil {
		return 0, err
	}
	if r == utf8.RuneError {
		return 0, errors.New("it holds bytes that its encoding does not have")
	}
	if len(p) < n {
		return 0, io.ErrShortBuffer
	}
	return utf8.EncodeRune(p, r), nil
}

// guard is a buffer that counts the bytes of one piece, so that no piece can be much larger than the limit, and the
// lines.
type guard struct {
	in      io.Reader
	buf     []byte
	at, end int
	before  int64 // bytes of the buffers before this one
	begun   int64 // where the piece began
	most    int
	lines   int // in the buffers before this one
	err     error
}

func newGuard(in io.Reader, most int) *guard {
	return &guard{in: in, buf: make([]byte, min(64<<10, most)), most: most}
}

func (g *guard) ReadByte() (byte, error) {
	if g.at == g.end {
		if err := g.fill(); err != nil {
			return 0, err
		}
	}
	b := g.buf[g.at]
	g.at++
	return b, nil
}

func (g *guard) Read(p []byte) (int, error) {
	if g.at == g.end {
		if err := g.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, g.buf[g.at:g.end])
	g.at += n
	return n, nil
}

func (g *guard) fill() error {
	if g.err != nil {
		return g.err
	}
	if g.large() {
		return g.tooLong()
	}
	g.lines += bytes.Count(g.buf[:g.end], []byte{'\n'})
	g.before += int64(g.end)
	g.at, g.end = 0, 0
	for g.end == 0 && g.err == nil {
		g.end, g.err = g.in.Read(g.buf)
	}
	if g.end == 0 {
		return g.err
	}
	return nil
}

// begin begins a piece.
func (g *guard) begin() { g.begun = g.before + int64(g.at) }

func (g *guard) large() bool { return g.before+int64(g.at)-g.begun > int64(g.most) }

func (g *guard) line() int { return 1 + g.lines + bytes.Count(g.buf[:g.at], []byte{'\n'}) }

func (g *guard) tooLong() error {
	return &layout.LimitError{What: "bytes in one text or tag", Limit: int64(g.most), Place: fmt.Sprintf("line %d", g.line())}
}

// Line is the line that was read last, from 1.
func (r *Reader) Line() int { return r.in.line() }

// Depth is how many elements are open; one that ends does not count any more.
func (r *Reader) Depth() int { return len(r.names) }

// Within is the name of an element that is open, from the outside: 0 is the root.
func (r *Reader) Within(depth int) string { return r.names[depth] }

// Text is what stands in the element that ends since the tag before, without blanks around.
func (r *Reader) Text() string { return strings.TrimSpace(string(r.text)) }

// Blank tells whether there is no text.
func (r *Reader) Blank() bool {
	for _, b := range r.text {
		if b != ' ' && b != '\n' && b != '\t' && b != '\r' {
			return false
		}
	}
	return true
}

// Attribute is the value of an attribute by its local name.
func (r *Reader) Attribute(name string) string {
	for i := range r.Attributes {
		if r.Attributes[i].Name.Local == name {
			return r.Attributes[i].Value
		}
	}
	return ""
}

// Next is the next event; io.EOF after the root has ended and nothing else follows.
func (r *Reader) Next() (Kind, error) {
	if r.ended {
		r.text, r.ended = r.text[:0], false
	}
	for {
		r.in.begin()
		token, err := r.decoder.Token()
		if err == nil && r.in.large() {
			err = r.in.tooLong()
		}
		if err != nil {
			return 0, r.wrong(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			r.text = r.text[:0]
			return Begin, r.begin(t)
		case xml.EndElement:
			r.Name = t.Name.Local
			r.names, r.ended = r.names[:len(r.names)-1], true
			return End, nil
		case xml.CharData:
			if err := r.characters(t); err != nil {
				return 0, err
			}
		case xml.Directive:
			return 0, r.contradiction("it has a document type (<!…>), which could load other files or grow without end; no bank or ERP needs one")
		}
	}
}

func (r *Reader) begin(t xml.StartElement) error {
	switch {
	case len(r.names) == 0 && r.root:
		return r.contradiction("a second root element <" + layout.Clip(t.Name.Local) + ">; the file may be two files joined")
	case len(r.names) >= maxDepth:
		return &layout.LimitError{What: "elements in each other", Limit: maxDepth, Place: fmt.Sprintf("line %d", r.Line())}
	case len(t.Attr) > maxAttributes:
		return &layout.LimitError{What: "attributes in one element", Limit: maxAttributes, Place: fmt.Sprintf("line %d", r.Line())}
	}
	for i := range t.Attr {
		for k := range i {
			if t.Attr[i].Name == t.Attr[k].Name {
				return r.contradiction("the attribute " + layout.Clip(t.Attr[i].Name.Local) + " stands twice in one element")
			}
		}
	}
	r.root = true
	r.Name, r.Space, r.Attributes = t.Name.Local, t.Name.Space, t.Attr
	r.names = append(r.names, t.Name.Local)
	return nil
}

func (r *Reader) characters(t xml.CharData) error {
	if len(r.names) == 0 {
		if strings.TrimSpace(strings.TrimPrefix(string(t), "\uFEFF")) != "" {
			return r.contradiction("text outside of all elements; it is no XML")
		}
		return nil
	}
	if len(r.text)+len(t) > r.most {
		return r.in.tooLong()
	}
	r.text = append(r.text, t...)
	return nil
}

func (r *Reader) contradiction(reason string) error {
	return &layout.ContradictionError{Place: fmt.Sprintf("line %d", r.Line()), Reason: reason}
}

// wrong makes errors of the decoder ours: those of the file, and those of reading it.
func (r *Reader) wrong(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, io.EOF) && !r.root:
		return r.contradiction("there is no element in it; it is no XML")
	case errors.As(err, &syntax):
		return r.contradiction("is no well-formed XML: " + layout.Clip(syntax.Msg))
	case strings.HasPrefix(err.Error(), "xml:"): // declarations that it does not take
		return r.contradiction(layout.Clip(strings.TrimPrefix(err.Error(), "xml: ")))
	}
	return err
}

// Path are the names from an open element at a depth down to the one that has just ended. It is valid until the next
// event.
func (r *Reader) Path(depth int) []string { return r.names[depth : len(r.names)+1] }
