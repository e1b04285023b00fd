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
	// Attributes are those of the element that begins, until the next event.
	Attributes []xml.Attr

	in      *tokens
	names   []string
	open    []name            // the names of open elements as they stand in the file
	spaces  map[string]string // namespaces by prefix
	outside []binding         // what prefixes meant before open elements gave them another meaning
	text    []byte
	ended   bool // the text belongs to an element that has ended
	empty   bool // the element that has begun ends at once
	most    int  // bytes of a text, and of a tag
	root    bool
	failed  error // the declaration cannot be obeyed
}

// binding is what a prefix meant outside of an element.
type binding struct {
	depth       int
	prefix, was string
	known       bool
}

// New begins to read a file.
func New(in layout.Input) *Reader {
	bytes := bufio.NewReaderSize(io.NewSectionReader(in.R, 0, in.Size), 128<<10)
	r := &Reader{most: in.Limits.Line, spaces: map[string]string{}}
	var source io.Reader = bytes
	encoding := ""
	if wide := wideText(bytes); wide != nil {
		source = transform.NewReader(bytes, wide)
	} else if label := encodingOf(bytes); label != "" && !strings.EqualFold(label, "utf-8") {
		encoding = label
		if source, r.failed = charsetReader(label, bytes); r.failed != nil {
			r.failed, source = malformed(fmt.Sprintf("opening charset %q: %s", layout.Clip(label), r.failed)), bytes
		}
	}
	r.in = newTokens(source, in.Limits.Line)
	r.in.encoding = encoding
	return r
}

// encodingOf is the encoding that the declaration names; empty without any.
func encodingOf(in *bufio.Reader) string {
	head, _ := in.Peek(in.Size())
	head = behindBlanks(head)
	if !bytes.HasPrefix(head, []byte("<?xml")) || len(head) < 6 || !isSpace(head[5]) {
		return ""
	}
	text, _, found := bytes.Cut(head, []byte("?>"))
	if !found {
		return ""
	}
	return declared("encoding", string(text))
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
type decoded struct {
	in  *bufio.Reader
	err error
}

func (d *decoded) Read(p []byte) (n int, err error) {
	if len(p) < utf8.UTFMax {
		return 0, io.ErrShortBuffer
	}
	for d.err == nil && n+utf8.UTFMax <= len(p) {
		r, _, err := d.in.ReadRune()
		switch {
		case err != nil:
			d.err = err
		case r == utf8.RuneError:
			d.err = errors.New("it holds bytes that its encoding does not have")
		default:
			n += utf8.EncodeRune(p[n:], r)
		}
	}
	if n > 0 {
		return n, nil
	}
	return 0, d.err
}

// Line is the line that was read last, from 1.
func (r *Reader) Line() int { return r.in.line() }

// Depth is how many elements are open; one that ends does not count any more.
func (r *Reader) Depth() int { return len(r.names) }

// Within is the name of an element that is open, from the outside: 0 is the root.
func (r *Reader) Within(depth int) string { return r.names[depth] }

// Text is what stands in the element that ends since the tag before, without blanks around.
func (r *Reader) Text() string { return string(bytes.TrimSpace(r.text)) }

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
	if r.failed != nil {
		return 0, r.wrong(r.failed)
	}
	if r.ended {
		r.text, r.ended = r.text[:0], false
	}
	if n := len(r.open); r.empty && n > 0 {
		r.empty = false
		return End, r.end(r.open[n-1])
	}
	for {
		k, err := r.in.next()
		if err != nil {
			return 0, r.wrong(err)
		}
		switch k {
		case startTag, emptyTag:
			r.text, r.empty = r.text[:0], k == emptyTag
			return Begin, r.begin()
		case endTag:
			return End, r.end(r.in.tag)
		case charData:
			if err := r.characters(r.in.text); err != nil {
				return 0, err
			}
		case directive:
			return 0, r.contradiction("it has a document type (<!…>), which could load other files or grow without end; no bank or ERP needs one")
		}
	}
}

func (r *Reader) begin() error {
	tag, attrs := r.in.tag, r.in.attrs
	switch {
	case len(r.names) == 0 && r.root:
		return r.contradiction("a second root element <" + layout.Clip(tag.local) + ">; the file may be two files joined")
	case len(r.names) >= maxDepth:
		return &layout.LimitError{What: "elements in each other", Limit: maxDepth, Place: fmt.Sprintf("line %d", r.Line())}
	case len(attrs) > maxAttributes:
		return &layout.LimitError{What: "attributes in one element", Limit: maxAttributes, Place: fmt.Sprintf("line %d", r.Line())}
	}
	r.bind(attrs)
	for i := range attrs {
		n := &attrs[i].Name
		if n.Space != "" && n.Space != "xmlns" {
			n.Space = r.space(n.Space)
		}
		for k := range i {
			if attrs[k].Name == *n {
				return r.contradiction("the attribute " + layout.Clip(n.Local) + " stands twice in one element")
			}
		}
	}
	r.root = true
	r.Name, r.Space, r.Attributes = tag.local, r.space(tag.prefix), attrs
	r.names, r.open = append(r.names, tag.local), append(r.open, tag)
	return nil
}

// bind gives prefixes the meanings that an element gives them.
func (r *Reader) bind(attrs []xml.Attr) {
	for i := range attrs {
		n := &attrs[i].Name
		prefix := n.Local
		switch {
		case n.Space == "" && n.Local == "xmlns":
			prefix = ""
		case n.Space != "xmlns":
			continue
		}
		was, known := r.spaces[prefix]
		r.outside = append(r.outside, binding{len(r.names), prefix, was, known})
		r.spaces[prefix] = attrs[i].Value
	}
}

// space is the namespace of a prefix; one that nothing gives a meaning stands for itself.
func (r *Reader) space(prefix string) string {
	if space, ok := r.spaces[prefix]; ok {
		return space
	}
	if prefix == "xml" {
		return "http://www.w3.org/XML/1998/namespace"
	}
	return prefix
}

// end closes the element that was opened last; the tag must be its own.
func (r *Reader) end(tag name) error {
	if len(r.open) == 0 {
		return r.wrong(malformed("unexpected end element </" + tag.local + ">"))
	}
	last := len(r.open) - 1
	if r.open[last] != tag {
		return r.wrong(malformed("element <" + r.open[last].String() + "> closed by </" + tag.String() + ">"))
	}
	r.Name, r.open, r.names, r.ended = tag.local, r.open[:last], r.names[:last], true
	for i := len(r.outside) - 1; i >= 0 && r.outside[i].depth == last; i-- {
		b := r.outside[i]
		if r.spaces[b.prefix] = b.was; !b.known {
			delete(r.spaces, b.prefix)
		}
		r.outside = r.outside[:i]
	}
	return nil
}

func (r *Reader) characters(t []byte) error {
	if len(r.names) == 0 {
		if strings.TrimSpace(strings.TrimPrefix(string(t), "\uFEFF")) != "" {
			return r.contradiction("text outside of all elements; it is no XML")
		}
		return nil
	}
	if len(r.text)+len(t) > r.most {
		return r.tooLong()
	}
	r.text = append(r.text, t...)
	return nil
}

func (r *Reader) contradiction(reason string) error {
	return &layout.ContradictionError{Place: fmt.Sprintf("line %d", r.Line()), Reason: reason}
}

func (r *Reader) tooLong() error {
	return &layout.LimitError{What: "bytes in one text or tag", Limit: int64(r.most), Place: fmt.Sprintf("line %d", r.Line())}
}

// wrong words what is wrong with the file; errors of reading it stay what they are.
func (r *Reader) wrong(err error) error {
	var bad malformed
	switch {
	case errors.Is(err, errTooLong):
		return r.tooLong()
	case errors.Is(err, io.EOF) && !r.root:
		return r.contradiction("there is no element in it; it is no XML")
	case errors.Is(err, io.EOF) && len(r.open) > 0:
		return r.contradiction("is no well-formed XML: " + string(cutShort))
	case errors.As(err, &bad):
		return r.contradiction("is no well-formed XML: " + layout.Clip(string(bad)))
	}
	return err
}

// Path are the names from an open element at a depth down to the one that has just ended. It is valid until the next
// event.
func (r *Reader) Path(depth int) []string { return r.names[depth : len(r.names)+1] }
