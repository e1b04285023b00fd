package fis

import (
	"errors"
	"fmt"
	"strings"
)

// Parser turns the JSON of documents into trees. It learns the shapes of documents and keeps buffers between them: one
// Parser for each goroutine. Documents stay valid after further calls, but for those that Lend and Line lend.
type Parser struct {
	scanner
	known  memory
	wanted func(string) bool
	text   strings.Builder // the kept texts of the document in hand
	most   int             // how long they were lately
	fields []string        // stack of the names of objects in hand
	items  []*Node         // stack of the values of objects and lists in hand
	may    uint32          // bits of the names of the object in hand
	spell  []byte          // scratch for texts with escapes
	tree   slab
	base   int // the level at which the document in hand begins
	rare   []*seenNames
	// wrappers are how many lists and answers stand around the outer object in hand.
	wrappers int
	// outside are the outer objects of the text, and the documents in envelopes, in the order in which they end.
	outside []extent
}

// maxRemembered is the size of a document up to which buffers are kept for the next one.
const maxRemembered = 1 << 20

// NewParser makes a parser that keeps the scalar fields (and lists of scalars) whose name is wanted, and all objects
// and other lists; with nil, all non-null fields. Fields that the methods of Document read, and those of envelopes, are
// always kept. Whatever is skipped must still be well-formed.
func NewParser(wanted func(name string) bool) *Parser {
	return &Parser{wanted: wanted, known: newMemory()}
}

// Parse reads the document of an envelope. Malformed JSON, a name twice in one object, anything after the object, more
// than MaxDepth levels or MaxDocumentBytes is a *FormatError. An envelope without a type gets it from the shape of the
// document.
func (p *Parser) Parse(env Envelope) (*Document, error) { return p.read(env, false) }

func (p *Parser) read(env Envelope, lend bool) (*Document, error) {
	root, err := p.parse(env.Document, lend)
	offset := int64(p.at)
	if errors.Is(err, errSyntax) {
		offset, err = malformed(env.Document, p.at)
	}
	p.end(len(env.Document))
	if err != nil {
		return nil, &FormatError{env.Name(), offset, err}
	}
	if env.DocType == "" {
		env.DocType = shapeOf(root)
	}
	return &Document{Envelope: env, Root: root}, nil
}

// Lend is Parse of a document that is good only until the next call.
func (p *Parser) Lend(env Envelope) (*Document, error) { return p.read(env, true) }

// begin takes a text in hand.
func (p *Parser) begin(text []byte, lend bool) {
	p.doc, p.at, p.base = text, 0, 0
	if p.known.full() {
		p.known = newMemory()
	}
	p.text.Reset()
	p.text.Grow(min(max(p.most, 64)+64, 64<<10)) // and for the places of its documents
	p.fields, p.items, p.outside = p.fields[:0], p.items[:0], p.outside[:0]
	p.tree.begin(lend)
}

// end lets a text of n bytes go.
func (p *Parser) end(n int) {
	p.doc, p.most = nil, max(p.text.Len(), p.most-p.most/8)
	if n > maxRemembered { // keep no hold on a huge one
		p.fields, p.items, p.spell, p.rare = nil, nil, nil, nil
	}
}

func (p *Parser) parse(document []byte, lend bool) (*Node, error) {
	p.begin(document, lend)
	if len(document) > MaxDocumentBytes {
		return nil, fmt.Errorf("%w: more than %d MiB", ErrTooLarge, MaxDocumentBytes>>20)
	}
	root, err := p.value(p.peek(), 0, 0)
	if err != nil {
		return nil, err
	}
	end := p.at
	if p.peek(); p.at < len(p.doc) {
		return nil, errSyntax
	}
	if p.at = end; root.Kind() != Object {
		return nil, fmt.Errorf("%w: a document is an object", ErrNotDocument)
	}
	return root, nil
}

// value reads the value of a field (the number of its name; 0 for the root), whose first byte was peeked at; nil is
// null.
func (p *Parser) value(first byte, level int, field int32) (*Node, error) {
	switch first {
	case '{', '[':
		if level-p.base >= MaxDepth {
			return nil, fmt.Errorf("%w: more than %d levels", ErrTooLarge, MaxDepth)
		}
		p.at++
		if first == '{' {
			return p.object(level, field, false)
		}
		return p.list(level, field)
	case '"':
		return p.string()
	case 0:
		return nil, errSyntax
	}
	kind, raw, err := p.scalar()
	if err != nil || kind == 0 {
		return nil, err
	}
	return p.leaf(kind, raw), nil
}

// string reads a text that is kept.
func (p *Parser) string() (*Node, error) {
	start := p.at
	inner, escaped, err := p.quotation()
	if escaped && err == nil {
		p.at = start
		p.spell, err = p.unquoted(p.spell[:0])
		inner = p.spell
	}
	if err != nil {
		return nil, err
	}
	return p.leaf(String, inner), nil
}

// leaf is a node with a text.
func (p *Parser) leaf(k Kind, text []byte) *Node {
	n, start := p.tree.node(k), p.text.Len()
	p.text.Write(text)
	n.text = p.text.String()[start:]
	return n
}

// skip passes over a scalar that nobody wants.
func (p *Parser) skip(first byte) error {
	switch first {
	case '"':
		start := p.at
		_, escaped, err := p.quotation()
		if escaped && err == nil {
			p.at = start
			p.spell, err = p.unquoted(p.spell[:0])
		}
		return err
	case 0:
		return errSyntax
	}
	_, _, err := p.scalar()
	return err
}

func (p *Parser) list(level int, field int32) (*Node, error) {
	n, base := p.tree.node(Array), len(p.items)
	for c := p.peek(); c != ']'; {
		item, err := p.value(c, level+1, field)
		if err != nil {
			return nil, err
		}
		if item != nil {
			p.items = append(p.items, item)
		}
		if c, err = p.after(']'); err != nil {
			return nil, err
		}
	}
	p.at++
	n.items = p.tree.list(p.items[base:])
	p.items = p.items[:base]
	return n, nil
}

// after passes over what stands behind an item: the comma, to give the byte that begins the next one, or nothing before
// the end.
func (p *Parser) after(end byte) (byte, error) {
	switch p.peek() {
	case end:
		return end, nil
	case ',':
		p.at++
		if c := p.peek(); c != end {
			return c, nil
		}
	}
	return 0, errSyntax
}

// object reads the fields of an object under a field; its brace was read. An outer one may be the envelope of a
// document, or an answer.
func (p *Parser) object(level int, field int32, outer bool) (*Node, error) {
	n, fields, items, may := p.tree.node(Object), len(p.fields), len(p.items), p.may
	p.may = 0
	start := p.known.startOf(field)
	at, err := start, error(nil)
	for {
		next, length := p.known.follow(at, p.doc[p.at:])
		if p.at += length; next == at {
			more := false
			if more, err = p.another(at == start); !more || err != nil {
				break
			}
			if next, err = p.name(at); err != nil {
				break
			}
			if next == 0 {
				err = p.strange(level, at, outer)
				break
			}
		}
		at = next
		if err = p.field(at, level, outer); err != nil {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	n.marks |= p.known.places[at].marks
	n.names, n.items = p.tree.strings(p.fields[fields:]), p.tree.list(p.items[items:])
	n.may, p.may = p.may, may
	p.fields, p.items = p.fields[:fields], p.items[:items]
	return n, nil
}

// another passes over what stands before a name, and tells whether there is one, or the end of the object, which is
// passed over, too.
func (p *Parser) another(first bool) (bool, error) {
	c := p.peek()
	if c == '}' {
		p.at++
		return false, nil
	}
	if !first {
		if c != ',' {
			return false, errSyntax
		}
		p.at++
		c = p.peek()
	}
	if c != '"' {
		return false, errSyntax
	}
	return true, nil
}

// field reads the value at a place, and keeps it with its name when it is neither null nor unwanted.
func (p *Parser) field(at int32, level int, outer bool) error {
	step := &p.known.steps[at]
	c := p.peek()
	id, keep := step.word, step.keep
	switch {
	case c == '[' && !keep:
		if done, err := p.skipScalars(level + 1); done || err != nil {
			return err
		}
		fallthrough
	case c == '{' || c == '[':
		item, err := p.part(c, at, level, outer)
		if err == nil && item != nil && (keep || !item.isScalarList()) {
			p.take(&p.known.words[id], item)
		}
		return err
	case !keep || c == 'n':
		return p.skip(c)
	}
	item, err := p.value(c, level+1, id)
	if err == nil {
		p.take(&p.known.words[id], item)
	}
	return err
}

// take keeps a field of the object in hand.
func (p *Parser) take(w *word, item *Node) {
	p.fields, p.items = append(p.fields, w.text), append(p.items, item)
	p.may |= w.bit
}

// skipScalars passes over a list of scalars that nobody wants. It does not move when it is another list.
func (p *Parser) skipScalars(level int) (done bool, err error) {
	start, found := p.at, false
	if level-p.base >= MaxDepth {
		return false, nil
	}
	p.at++
	for c := p.peek(); c != ']'; {
		if c == '{' || c == '[' {
			p.at = start
			return false, nil
		}
		found = found || c != 'n'
		if err := p.skip(c); err != nil {
			return false, err
		}
		if c, err = p.after(']'); err != nil {
			return false, err
		}
	}
	if p.at++; !found {
		p.at = start
	}
	return found, nil
}

// name reads the name of a field behind a place, and gives the place of its value; 0 when it cannot be learned, and is
// yet to be read.
func (p *Parser) name(at int32) (int32, error) {
	start := p.at
	inner, escaped, err := p.quotation()
	if err != nil {
		return 0, err
	}
	if escaped {
		p.at = start
		return 0, nil
	}
	next := p.known.child(at, inner)
	if next == 0 {
		word := p.word(inner)
		if word != 0 && p.known.has(at, word) {
			return 0, twice(inner)
		}
		if word == 0 || !p.known.mayGrow(at) {
			p.at = start
			return 0, nil
		}
		next = p.known.add(at, word)
	}
	return next, p.pass(':')
}

func twice(name []byte) error {
	return fmt.Errorf("field %q comes twice in one object", clip(string(name), 60))
}

// word is the number of a name; 0 when there is no room for it.
func (p *Parser) word(name []byte) int32 {
	id, ok := p.known.ids[string(name)]
	if !ok && len(p.known.words) < maxWords {
		text := string(name)
		id = int32(len(p.known.words))
		p.known.words = append(p.known.words, word{text: text, bit: bitOf(text), keep: p.keeps(text), marks: marksOf(text)})
		p.known.ids[text] = id
	}
	return id
}

// keeps reports whether scalars of a name are kept.
func (p *Parser) keeps(name string) bool {
	return p.wanted == nil || isFact(name) || isOutside(name) || marksOf(name) != 0 || p.wanted(name)
}

// strange reads the rest of an object of which nothing can be learned: with names that are spelled with escapes, or
// more of them than are worth it. The place is the last one that is known.
func (p *Parser) strange(level int, at int32, outer bool) error {
	if outer {
		return errUnsure
	}
	for len(p.rare) <= level {
		p.rare = append(p.rare, &seenNames{})
	}
	seen := p.rare[level]
	seen.reset()
	for ; at != 0 && p.known.places[at].word != 0; at = p.known.places[at].up {
		seen.add([]byte(p.known.words[p.known.places[at].word].text))
	}
	for {
		name, err := p.unquoted(nil)
		if err != nil {
			return err
		}
		if !seen.add(name) {
			return twice(name)
		}
		if err := p.pass(':'); err != nil {
			return err
		}
		if err := p.strangeField(string(name), level); err != nil {
			return err
		}
		if more, err := p.another(false); !more || err != nil {
			return err
		}
	}
}

func (p *Parser) strangeField(name string, level int) error {
	keep := p.keeps(name)
	c := p.peek()
	if c == 'n' || !keep && c != '{' && c != '[' {
		return p.skip(c)
	}
	item, err := p.value(c, level+1, p.word([]byte(name)))
	if err == nil && (keep || !item.isScalarList()) {
		p.take(&word{text: name, bit: bitOf(name)}, item)
	}
	return err
}

// isScalarList reports whether n is a list of nothing but scalars. An empty one counts as a list of objects.
func (n *Node) isScalarList() bool {
	if n.kind != Array || len(n.items) == 0 {
		return false
	}
	for _, item := range n.items {
		if item.kind >= Object {
			return false
		}
	}
	return true
}
