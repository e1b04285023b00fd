package xmlread

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// kind is what stands in a file between two tags, or one of them.
type kind uint8

const (
	startTag kind = iota + 1
	emptyTag      // begins and ends at once
	endTag
	charData
	directive
	ignored // a comment, or an instruction for somebody
)

// name is a name as it stands in the file, with its prefix.
type name struct{ prefix, local string }

func (n name) String() string {
	if n.prefix == "" {
		return n.local
	}
	return n.prefix + ":" + n.local
}

// tokens takes a file apart into tags and texts, as strictly as encoding/xml does, and several times as fast. No piece
// is longer than the limit.
type tokens struct {
	in    io.Reader
	buf   []byte
	at    int // what is not taken yet
	lines int // in what was dropped from the buffer
	most  int
	err   error // of in, told when the buffer is used up
	begun bool  // something was taken that may not stand before the declaration
	// encoding is the one that the declaration names, and that in is decoded by; empty: UTF-8.
	encoding string

	tag    name
	attrs  []xml.Attr // the name's Space is the prefix
	text   []byte
	known  map[string]name // names by how they stand in the file, made once
	values []byte
}

func newTokens(in io.Reader, most int) *tokens {
	return &tokens{in: in, buf: make([]byte, 0, min(64<<10, most+1)), most: most, known: map[string]name{}}
}

// malformed is a file that is no XML; the Reader words it.
type malformed string

func (m malformed) Error() string { return string(m) }

// errTooLong is a piece that is longer than the limit.
var errTooLong = errors.New("too long")

const cutShort = malformed("unexpected EOF")

// line is the line of what is taken next.
func (t *tokens) line() int { return 1 + t.lines + bytes.Count(t.buf[:t.at], []byte{'\n'}) }

// more reads on, behind what is held; what was taken makes room. False at the end, and after an error.
func (t *tokens) more() bool {
	if t.err != nil {
		return false
	}
	if t.at > 0 {
		t.lines += bytes.Count(t.buf[:t.at], []byte{'\n'})
		t.buf = t.buf[:copy(t.buf, t.buf[t.at:])]
		t.at = 0
	}
	if cap(t.buf)-len(t.buf) < utf8.UTFMax {
		grown := make([]byte, len(t.buf), 2*cap(t.buf))
		copy(grown, t.buf)
		t.buf = grown
	}
	for range 100 {
		n, err := t.in.Read(t.buf[len(t.buf):cap(t.buf)])
		t.buf = t.buf[:len(t.buf)+n]
		if t.err = err; n > 0 || err != nil {
			return n > 0
		}
	}
	t.err = io.ErrNoProgress
	return false
}

// rest is what is held and not taken.
func (t *tokens) rest() []byte { return t.buf[t.at:] }

// missing is why there is no more.
func (t *tokens) missing() error {
	if errors.Is(t.err, io.EOF) {
		return cutShort
	}
	return t.err
}

// until is how far it is to a text, from a place on; it reads on as far as the limit.
func (t *tokens) until(what string, from int) (int, error) {
	for {
		rest := t.rest()
		if i := bytes.Index(rest[min(from, len(rest)):], []byte(what)); i >= 0 {
			if from+i > t.most {
				return 0, errTooLong
			}
			return from + i, nil
		}
		if len(rest) > t.most {
			return 0, errTooLong
		}
		from = max(from, len(rest)-len(what)+1)
		if !t.more() {
			return 0, t.missing()
		}
	}
}

// has reports whether a text stands next.
func (t *tokens) has(what string) bool {
	for len(t.rest()) < len(what) && t.more() {
	}
	return bytes.HasPrefix(t.rest(), []byte(what))
}

// next takes a piece; io.EOF at the end.
func (t *tokens) next() (kind, error) {
	if len(t.rest()) == 0 && !t.more() {
		return 0, t.err
	}
	first := !t.begun
	t.begun = true
	if t.rest()[0] != '<' {
		k, err := t.characters()
		t.begun = !first || err != nil || len(behindBlanks(t.text)) > 0
		return k, err
	}
	if len(t.rest()) < 2 && !t.more() {
		return 0, t.missing()
	}
	switch t.rest()[1] {
	case '/':
		return t.ending()
	case '?':
		return t.instruction(first)
	case '!':
		switch {
		case t.has("<!--"):
			return t.comment()
		case t.has("<![CDATA["):
			return t.section()
		}
		return directive, nil
	}
	return t.starting()
}

// characters takes the text up to the next tag.
func (t *tokens) characters() (kind, error) {
	for from := 0; ; {
		rest := t.rest()
		i := bytes.IndexByte(rest[from:], '<')
		switch {
		case i >= 0:
			i += from
		case len(rest) > t.most:
			return 0, errTooLong
		case t.more():
			from = len(rest)
			continue
		case errors.Is(t.err, io.EOF):
			i = len(rest)
		default:
			return 0, t.err
		}
		if i > t.most {
			return 0, errTooLong
		}
		var err error
		if t.text, err = plain(t.text[:0], rest[:i], 0); err != nil {
			return 0, err
		}
		t.at += i
		return charData, nil
	}
}

// section takes a CDATA section: its text means nothing but itself.
func (t *tokens) section() (kind, error) {
	const begin, end = "<![CDATA[", "]]>"
	n, err := t.until(end, len(begin))
	if err != nil {
		return 0, err
	}
	if t.text, err = plain(t.text[:0], t.rest()[len(begin):n], sectionText); err != nil {
		return 0, err
	}
	t.at += n + len(end)
	return charData, nil
}

func (t *tokens) comment() (kind, error) {
	n, err := t.until("--", len("<!--"))
	if err != nil {
		return 0, err
	}
	for len(t.rest()) < n+3 && t.more() {
	}
	if len(t.rest()) < n+3 {
		return 0, t.missing()
	}
	if t.rest()[n+2] != '>' {
		return 0, malformed(`invalid sequence "--" not allowed in comments`)
	}
	t.at += n + 3
	return ignored, nil
}

// behindBlanks is what stands behind a byte order mark, blanks and line breaks: some programs write them before the
// declaration, where XML has none, and no reader minds.
func behindBlanks(b []byte) []byte { return spaceLess(bytes.TrimPrefix(b, []byte("\uFEFF"))) }

// instruction takes one for somebody else, or the declaration, which stands first.
func (t *tokens) instruction(first bool) (kind, error) {
	n, err := t.until("?>", len("<?"))
	if err != nil {
		return 0, err
	}
	inner := t.rest()[len("<?"):n]
	size := nameSize(inner)
	if size == 0 || !validName(inner[:size]) {
		return 0, malformed("expected target name after <?")
	}
	if string(inner[:size]) == "xml" {
		version, encoding := declared("version", string(inner[size:])), strings.ToLower(declared("encoding", string(inner[size:])))
		switch {
		case version != "" && version != "1.0":
			return 0, malformed(fmt.Sprintf("unsupported version %q; only version 1.0 is supported", version))
		case !first, encoding != "" && encoding != "utf-8" && encoding != strings.ToLower(t.encoding) && !strings.HasPrefix(encoding, "utf-16"):
			return 0, malformed("a declaration that does not stand first, or is not obeyed")
		}
	}
	t.at += n + len("?>")
	return ignored, nil
}

// declared is what a declaration says of a word.
func declared(word, text string) string {
	_, after, found := strings.Cut(text, word)
	after = strings.TrimLeft(after, " \t\r\n")
	if !found || !strings.HasPrefix(after, "=") {
		return ""
	}
	after = strings.TrimLeft(after[1:], " \t\r\n")
	if after == "" || after[0] != '\'' && after[0] != '"' {
		return ""
	}
	value, _, found := strings.Cut(after[1:], after[:1])
	if !found {
		return ""
	}
	return value
}

// tagSize is how long the tag is that stands next: a > in quotes does not end it.
func (t *tokens) tagSize() (int, error) {
	if n := bytes.IndexByte(t.rest(), '>'); n > 0 && n <= t.most && !bytes.ContainsAny(t.rest()[1:n], `"'<`) {
		return n + 1, nil // without attributes, as most are
	}
	quote := byte(0)
	for i := 1; ; i++ {
		for i >= len(t.rest()) {
			if len(t.rest()) > t.most {
				return 0, errTooLong
			}
			if !t.more() {
				return 0, t.missing()
			}
		}
		switch b := t.rest()[i]; {
		case quote != 0:
			j := bytes.IndexByte(t.rest()[i:], quote)
			if j < 0 {
				i = len(t.rest()) - 1
				continue
			}
			i, quote = i+j, 0
		case b == '"' || b == '\'':
			quote = b
		case b == '>':
			if i > t.most {
				return 0, errTooLong
			}
			return i + 1, nil
		case b == '<':
			return 0, malformed("expected attribute name in element")
		}
	}
}

func (t *tokens) ending() (kind, error) {
	n := bytes.IndexByte(t.rest(), '>')
	if n < 0 || n > t.most {
		var err error
		if n, err = t.until(">", len("</")); err != nil {
			return 0, err
		}
	}
	inner := t.rest()[len("</"):n]
	size := nameSize(inner)
	tag, ok := t.named(inner[:size])
	switch {
	case !ok:
		return 0, malformed("expected element name after </")
	case len(spaceLess(inner[size:])) > 0:
		return 0, malformed("invalid characters between </" + tag.local + " and >")
	}
	t.tag = tag
	t.at += n + 1
	return endTag, nil
}

func (t *tokens) starting() (kind, error) {
	n, err := t.tagSize()
	if err != nil {
		return 0, err
	}
	inner, k := t.rest()[1:n-1], startTag
	if len(inner) > 0 && inner[len(inner)-1] == '/' {
		inner, k = inner[:len(inner)-1], emptyTag
	}
	size := nameSize(inner)
	var ok bool
	if t.tag, ok = t.named(inner[:size]); !ok {
		return 0, malformed("expected element name after <")
	}
	t.attrs = t.attrs[:0]
	for inner = spaceLess(inner[size:]); len(inner) > 0; inner = spaceLess(inner) {
		if inner, err = t.attribute(inner); err != nil {
			return 0, err
		}
	}
	t.at += n
	return k, nil
}

// attribute takes an attribute; what stands behind it comes back.
func (t *tokens) attribute(in []byte) ([]byte, error) {
	size := nameSize(in)
	n, ok := t.named(in[:size])
	if !ok {
		return nil, malformed("expected attribute name in element")
	}
	in = spaceLess(in[size:])
	if len(in) == 0 || in[0] != '=' {
		return nil, malformed("attribute name without = in element")
	}
	in = spaceLess(in[1:])
	if len(in) == 0 || in[0] != '"' && in[0] != '\'' {
		return nil, malformed("unquoted or missing attribute value in element")
	}
	end := bytes.IndexByte(in[1:], in[0])
	if end < 0 {
		return nil, cutShort
	}
	var err error
	if t.values, err = plain(t.values[:0], in[1:1+end], attributeText); err != nil {
		return nil, err
	}
	t.attrs = append(t.attrs, xml.Attr{Name: xml.Name{Space: n.prefix, Local: n.local}, Value: string(t.values)})
	return in[end+2:], nil
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

func spaceLess(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	return b
}

// named is a name of the file, made once. False for what is none.
func (t *tokens) named(b []byte) (name, bool) {
	if n, ok := t.known[string(b)]; ok {
		return n, true
	}
	if !validName(b) || bytes.Count(b, []byte{':'}) > 1 {
		return name{}, false
	}
	n := name{local: string(b)}
	if prefix, local, ok := strings.Cut(n.local, ":"); ok && prefix != "" && local != "" {
		n = name{prefix, local}
	}
	if len(t.known) < 10_000 { // a file of strangers may have as many names as it likes
		t.known[string(b)] = n
	}
	return n, true
}

// nameSize is how much may be a name.
func nameSize(b []byte) int {
	for i, c := range b {
		if c < utf8.RuneSelf && (c < '-' || c == '/' || c > ':' && c < 'A' || c > 'Z' && c < '_' || c == '`' || c > 'z') {
			return i
		}
	}
	return len(b)
}

// validName reports whether a name begins and goes on as names may.
func validName(b []byte) bool {
	for i, c := range b {
		if c >= utf8.RuneSelf { // the letters of all alphabets: the standard library has the list
			_, err := xml.NewDecoder(strings.NewReader("<" + string(b) + "/>")).RawToken()
			return err == nil
		}
		if i == 0 && (c == '-' || c == '.' || c >= '0' && c <= '9') {
			return false
		}
	}
	return len(b) > 0
}
