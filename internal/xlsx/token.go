package xlsx

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// kind is what stands in a part of a workbook.
type kind uint8

const (
	startTag kind = iota + 1
	endTag
	charData // a part of a text: what stands between two tags may come in several
)

// tokens reads the XML of a part: tags with their attributes, and texts with their references resolved. Comments,
// processing instructions and declarations are passed over. It is as strict as encoding/xml is about what it reads
// (characters, references, quotes; UTF-8 only), and like its RawToken does not ask whether tags match. What it gives is
// valid until the next call: nothing is kept of a cell but what its reader keeps.
type tokens struct {
	in       io.Reader
	buf      []byte
	at, end  int
	ended    error // what the reader said at last
	closing  bool  // the tag that was given ends itself
	kind     kind
	name     []byte // of a tag, without its prefix
	attrs    []attribute
	text     []byte
	resolved []byte // texts and values with references in them
}

type attribute struct {
	name, value []byte // the name with its prefix
	from        int    // in resolved, for a value that lies there; -1 for others
}

// tokenWindow is how much of a part is looked at at once, longestTag how long a tag may be.
const (
	tokenWindow = 64 << 10
	longestTag  = 1 << 20
)

func newTokens(in io.Reader) *tokens {
	return &tokens{in: in, buf: make([]byte, tokenWindow)}
}

// next reads on; io.EOF is the end.
func (t *tokens) next() error {
	if t.closing {
		t.closing, t.kind = false, endTag
		return nil
	}
	for {
		if t.at == t.end {
			if err := t.fill(); err != nil {
				return err
			}
		}
		if t.buf[t.at] != '<' {
			return t.chars()
		}
		skipped, err := t.markup()
		if err != nil || !skipped {
			return err
		}
	}
}

// fill reads more behind what is not used yet.
func (t *tokens) fill() error {
	if t.ended != nil {
		return t.ended
	}
	if t.at > 0 {
		t.end = copy(t.buf, t.buf[t.at:t.end])
		t.at = 0
	}
	if t.end == len(t.buf) {
		if len(t.buf) >= longestTag {
			return fmt.Errorf("a tag or comment is longer than %d bytes", longestTag)
		}
		t.buf = append(t.buf, make([]byte, len(t.buf))...)
	}
	for {
		n, err := t.in.Read(t.buf[t.end:])
		t.end += n
		if err != nil {
			t.ended = err
		}
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// until gives the bytes up to a mark that must come, reading on as far as needed, and where it stands behind t.at.
func (t *tokens) until(mark string, from int) (int, error) {
	for {
		if i := bytes.Index(t.buf[t.at+from:t.end], []byte(mark)); i >= 0 {
			return from + i, nil
		}
		from = max(from, t.end-t.at-len(mark)+1)
		if err := t.fill(); err != nil {
			return 0, unexpected(err)
		}
	}
}

// has reads on until so many bytes are there.
func (t *tokens) has(n int) error {
	for t.end-t.at < n {
		if err := t.fill(); err != nil {
			return unexpected(err)
		}
	}
	return nil
}

// markup reads what begins with <; skipped: nothing comes of it.
func (t *tokens) markup() (skipped bool, err error) {
	if err := t.has(2); err != nil {
		return false, err
	}
	switch t.buf[t.at+1] {
	case '?':
		return true, t.instruction()
	case '!':
		return t.declaration()
	case '/':
		n, err := t.until(">", 2)
		if err != nil {
			return false, err
		}
		t.kind = endTag
		t.name, err = localName(bytes.TrimRight(t.buf[t.at+2:t.at+n], " \t\r\n"))
		t.at += n + 1
		return false, err
	}
	return false, t.start()
}

// instruction passes over one. The one at the beginning tells the encoding.
func (t *tokens) instruction() error {
	n, err := t.until("?>", 2)
	if err != nil {
		return err
	}
	text := string(t.buf[t.at+2 : t.at+n])
	t.at += n + 2
	if target, _, _ := strings.Cut(strings.ReplaceAll(text, "\n", " "), " "); !isName(target) {
		return fmt.Errorf("a processing instruction for %q", target)
	}
	if rest, is := strings.CutPrefix(text, "xml"); is && (rest == "" || strings.ContainsRune(" \t\r\n", rune(rest[0]))) {
		if _, said, ok := strings.Cut(rest, "encoding="); ok && len(said) > 1 {
			if end := strings.IndexByte(said[1:], said[0]); end >= 0 && !strings.EqualFold(said[1:1+end], "utf-8") {
				return fmt.Errorf("the encoding %q is not UTF-8", said[1:1+end])
			}
		}
	}
	return nil
}

// declaration passes over comments and document types; texts of CDATA are given.
func (t *tokens) declaration() (skipped bool, err error) {
	if err := t.has(3); err != nil {
		return false, err
	}
	begin, mark := 2, ">"
	switch t.buf[t.at+2] {
	case '-':
		begin, mark = 4, "-->"
	case '[':
		begin, mark = 9, "]]>"
	}
	if err := t.has(begin); err != nil {
		return false, err
	}
	opening := string(t.buf[t.at : t.at+begin])
	if begin == 4 && opening != "<!--" || begin == 9 && opening != "<![CDATA[" {
		return false, errors.New("a declaration is not XML")
	}
	n, err := t.until(mark, begin)
	if err != nil {
		return false, err
	}
	body := t.buf[t.at+begin : t.at+n]
	t.at += n + len(mark)
	switch {
	case begin == 2 && (!bytes.HasPrefix(body, []byte("DOCTYPE ")) || bytes.ContainsAny(body, "<[\"'")):
		return false, errors.New("a declaration other than a plain document type")
	case begin == 4 && (bytes.Contains(body, []byte("--")) || bytes.HasSuffix(body, []byte("-"))):
		return false, errors.New("-- in a comment")
	case begin != 9:
		return true, nil
	case len(body) == 0:
		return true, nil
	}
	t.kind, t.resolved = charData, t.resolved[:0]
	t.text, err = t.plain(body, true)
	return false, err
}

// start reads a start tag, which must be there whole: its end is the first > outside of quotes.
func (t *tokens) start() error {
	n, quote := 1, byte(0)
	for {
		for ; t.at+n < t.end; n++ {
			switch c := t.buf[t.at+n]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '>':
				return t.tag(n)
			}
		}
		if err := t.fill(); err != nil {
			return unexpected(err)
		}
	}
}

// tag takes a start tag apart.
func (t *tokens) tag(n int) (err error) {
	in := t.buf[t.at+1 : t.at+n]
	t.at += n + 1
	if t.closing = len(in) > 0 && in[len(in)-1] == '/'; t.closing {
		in = in[:len(in)-1]
	}
	end := wordEnd(in)
	if t.name, err = localName(in[:end]); err != nil {
		return err
	}
	t.kind, t.attrs, t.resolved = startTag, t.attrs[:0], t.resolved[:0]
	for in = trimBlank(in[end:]); len(in) > 0; in = trimBlank(in) {
		if in, err = t.attribute(in); err != nil {
			return err
		}
	}
	for i := range t.attrs { // resolved may have moved while it grew
		if a := &t.attrs[i]; a.from >= 0 {
			a.value = t.resolved[a.from : a.from+len(a.value)]
		}
	}
	return nil
}

func (t *tokens) attribute(in []byte) (rest []byte, err error) {
	end := wordEnd(in)
	a := attribute{from: -1}
	if a.name = in[:end]; len(a.name) > 0 {
		_, err = localName(a.name)
	} else {
		err = errors.New("an attribute without a name")
	}
	if err != nil {
		return nil, err
	}
	if in = trimBlank(in[end:]); len(in) == 0 || in[0] != '=' {
		return nil, fmt.Errorf("attribute %q without a value", a.name)
	}
	if in = trimBlank(in[1:]); len(in) == 0 || in[0] != '"' && in[0] != '\'' {
		return nil, fmt.Errorf("the value of attribute %q is not in quotes", a.name)
	}
	n := bytes.IndexByte(in[1:], in[0])
	if n < 0 {
		return nil, fmt.Errorf("the value of attribute %q has no end", a.name)
	}
	before := len(t.resolved)
	if a.value, err = t.plain(in[1:1+n], false); err != nil {
		return nil, err
	}
	if len(t.resolved) > before {
		a.from = before
	}
	t.attrs = append(t.attrs, a)
	return in[n+2:], nil
}

// attr is the value of an attribute without a prefix, empty when there is none.
func (t *tokens) attr(name string) []byte {
	for i := range t.attrs {
		if string(t.attrs[i].name) == name {
			return t.attrs[i].value
		}
	}
	return nil
}

// chars gives a text up to the next tag, or as far as it is there.
func (t *tokens) chars() error {
	n := bytes.IndexByte(t.buf[t.at:t.end], '<')
	if n < 0 {
		n = t.end - t.at
		if t.ended == nil { // a reference, a character or a ]]> may go on behind it
			n = wholeUpTo(t.buf[t.at:t.end])
		}
		if n == 0 {
			if err := t.fill(); err != nil && t.end == t.at {
				return err
			}
			return t.chars()
		}
	}
	in := t.buf[t.at : t.at+n]
	t.at += n
	if bytes.Contains(in, []byte("]]>")) {
		return errors.New("]]> in a text")
	}
	t.kind, t.resolved = charData, t.resolved[:0]
	var err error
	t.text, err = t.plain(in, false)
	return err
}

// longestReference is how long a reference may be that is waited for.
const longestReference = 64

// wholeUpTo is how much of a text can be used before more of it is there.
func wholeUpTo(in []byte) int {
	n := len(in)
	if at := bytes.LastIndexByte(in[max(0, n-longestReference):], '&'); at >= 0 {
		at += max(0, n-longestReference)
		if bytes.IndexByte(in[at:], ';') < 0 {
			n = at
		}
	}
	for n > 0 && (in[n-1] == ']' || in[n-1] == '\r') {
		n--
	}
	for back := 1; back <= utf8.UTFMax && back <= n; back++ {
		if c := in[n-back]; utf8.RuneStart(c) {
			if !utf8.FullRune(in[n-back : n]) {
				n -= back
			}
			break
		}
	}
	return n
}

// plain is a text with its references resolved and its line ends made \n; literally: there are no references in it.
func (t *tokens) plain(in []byte, literally bool) ([]byte, error) {
	wide := false
	for _, c := range in {
		if c >= ' ' && c < utf8.RuneSelf && c != '&' && c != '<' {
			continue
		}
		switch {
		case c == '\t' || c == '\n':
		case c >= utf8.RuneSelf:
			wide = true
		case c == '\r', c == '&' && !literally:
			return t.resolve(in, literally)
		case literally && (c == '&' || c == '<'):
		case c == '<':
			return nil, errors.New("a < in a value")
		default:
			return nil, fmt.Errorf("character U+%04X", c)
		}
	}
	if wide {
		return in, allowed(in)
	}
	return in, nil
}

// allowed refuses what is not UTF-8, and characters that XML does not know.
func allowed(in []byte) error {
	for i := 0; i < len(in); {
		r, n := utf8.DecodeRune(in[i:])
		if r == utf8.RuneError && n <= 1 {
			return errors.New("not UTF-8")
		}
		if !inXML(r) {
			return fmt.Errorf("character U+%04X", r)
		}
		i += n
	}
	return nil
}

func inXML(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= utf8.MaxRune
}

func (t *tokens) resolve(in []byte, literally bool) ([]byte, error) {
	from := len(t.resolved)
	for i := 0; i < len(in); i++ {
		switch c := in[i]; {
		case c == '\r':
			t.resolved = append(t.resolved, '\n')
			if i+1 < len(in) && in[i+1] == '\n' {
				i++
			}
		case c == '<' && !literally:
			return nil, errors.New("a < in a value")
		case c != '&' || literally:
			t.resolved = append(t.resolved, c)
		default:
			n := bytes.IndexByte(in[i:], ';')
			if n < 0 {
				return nil, errors.New("a reference without a semicolon")
			}
			r, ok := reference(string(in[i+1 : i+n]))
			if !ok {
				return nil, fmt.Errorf("reference %q", in[i:i+n+1])
			}
			t.resolved = utf8.AppendRune(t.resolved, r)
			i += n
		}
	}
	return t.resolved[from:], allowed(t.resolved[from:])
}

// reference is the character of one of the five names, or of a number.
func reference(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	digits, is := strings.CutPrefix(name, "#")
	base := 10
	if hex, isHex := strings.CutPrefix(digits, "x"); isHex {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	return rune(n), is && err == nil && n <= utf8.MaxRune && inXML(rune(n))
}

func isName(text string) bool {
	_, err := localName([]byte(text))
	return err == nil
}

// localName is a name without its prefix.
func localName(name []byte) ([]byte, error) {
	colon := -1
	for i, c := range name {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= utf8.RuneSelf
		switch {
		case c == ':' && colon < 0:
			colon = i
		case !letter && (i == 0 || c != '-' && c != '.' && (c < '0' || c > '9')):
			return nil, fmt.Errorf("name %q", name)
		}
	}
	if len(name) == 0 || !utf8.Valid(name) {
		return nil, fmt.Errorf("name %q", name)
	}
	if colon > 0 && colon < len(name)-1 {
		return name[colon+1:], nil
	}
	return name, nil
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func trimBlank(in []byte) []byte {
	for len(in) > 0 && isBlank(in[0]) {
		in = in[1:]
	}
	return in
}

// wordEnd is where a name ends.
func wordEnd(in []byte) int {
	for i, c := range in {
		if isBlank(c) || c == '=' {
			return i
		}
	}
	return len(in)
}
