package fis

import (
	"errors"
	"fmt"
)

// Parser turns the JSON of documents into trees. It keeps buffers and names between documents: one Parser for each
// goroutine. Documents stay valid after further calls.
type Parser struct {
	scanner
	words  words
	wanted func(string) bool
	text   []byte   // the kept texts of the document in hand
	spans  []span   // whose they are
	fields []string // stack of the names of objects in hand
	items  []*Node  // stack of the values of objects and lists in hand
	spell  []byte   // scratch for texts with escapes
	tree   slab
}

// span is the text of a node in Parser.text.
type span struct {
	node       *Node
	start, end int
}

// maxRemembered is the size of a document up to which buffers are kept for the next one.
const maxRemembered = 1 << 20

// NewParser makes a parser that keeps the scalar fields (and lists of scalars) whose name is wanted, and all objects and other lists;
// with nil, all non-null fields. Fields that the methods of Document read are always kept. Whatever is skipped must still be
// well-formed.
func NewParser(wanted func(name string) bool) *Parser {
	return &Parser{wanted: wanted, words: newWords()}
}

// Parse reads the document of an envelope. Malformed JSON, a name twice in one object, anything after the object, more than MaxDepth levels
// or MaxDocumentBytes is a *FormatError. An envelope without a type gets it from the shape of the document.
func (p *Parser) Parse(env Envelope) (*Document, error) {
	root, err := p.parse(env.Document)
	offset := int64(p.at)
	if errors.Is(err, errSyntax) {
		offset, err = malformed(env.Document, p.at)
	}
	p.doc = nil
	if len(env.Document) > maxRemembered { // keep no hold on a huge one
		*p = Parser{wanted: p.wanted, words: newWords(), tree: p.tree}
	}
	if err != nil {
		return nil, &FormatError{env.Name(), offset, err}
	}
	if env.DocType == "" {
		env.DocType = shapeOf(root)
	}
	return &Document{Envelope: env, Root: root}, nil
}

func (p *Parser) parse(document []byte) (*Node, error) {
	p.doc, p.at = document, 0
	if len(document) > MaxDocumentBytes {
		return nil, fmt.Errorf("%w: more than %d MiB", ErrTooLarge, MaxDocumentBytes>>20)
	}
	p.text, p.spans, p.fields, p.items = p.text[:0], p.spans[:0], p.fields[:0], p.items[:0]
	p.tree.begin()
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
	text := string(p.text)
	for _, s := range p.spans {
		s.node.text = text[s.start:s.end]
	}
	return root, nil
}

// value reads the value of a field (the number of its name; 0 for the root), whose first byte was peeked at; nil is null.
func (p *Parser) value(first byte, depth int, field int32) (*Node, error) {
	switch first {
	case '{', '[':
		if depth >= MaxDepth {
			return nil, fmt.Errorf("%w: more than %d levels", ErrTooLarge, MaxDepth)
		}
		p.at++
		if first == '{' {
			return p.object(depth, field)
		}
		return p.list(depth, field)
	case '"':
		start := len(p.text)
		text, err := p.unquoted(p.text)
		if err != nil {
			return nil, err
		}
		p.text = text
		return p.leaf(String, start), nil
	case 0:
		return nil, errSyntax
	}
	kind, raw, err := p.scalar()
	if err != nil || kind == 0 {
		return nil, err
	}
	start := len(p.text)
	p.text = append(p.text, raw...)
	return p.leaf(kind, start), nil
}

// leaf is a node for the text from start on.
func (p *Parser) leaf(k Kind, start int) *Node {
	n := p.tree.node(k)
	p.spans = append(p.spans, span{n, start, len(p.text)})
	return n
}

// skip passes over a scalar that nobody wants.
func (p *Parser) skip(first byte) (err error) {
	switch first {
	case '"':
		p.spell, err = p.unquoted(p.spell[:0])
	case 0:
		err = errSyntax
	default:
		_, _, err = p.scalar()
	}
	return err
}

func (p *Parser) list(depth int, field int32) (*Node, error) {
	n, base := p.tree.node(Array), len(p.items)
	for c := p.peek(); c != ']'; {
		item, err := p.value(c, depth+1, field)
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

func (p *Parser) object(depth int, field int32) (*Node, error) {
	n, fields, items := p.tree.node(Object), len(p.fields), len(p.items)
	p.words.enter(depth)
	before, guess := int32(0), p.words.list[field].inside
	for c := p.peek(); c != '}'; {
		if c != '"' {
			return nil, errSyntax
		}
		id, err := p.field(depth, guess)
		if err != nil {
			return nil, err
		}
		if id != guess {
			p.words.follow(field, before, id)
		}
		before, guess = id, p.words.list[id].next
		if c, err = p.after('}'); err != nil {
			return nil, err
		}
	}
	p.at++
	n.names, n.items = p.tree.strings(p.fields[fields:]), p.tree.list(p.items[items:])
	p.fields, p.items = p.fields[:fields], p.items[:items]
	return n, nil
}

// after passes over what stands behind a field or an item: the comma, to give the byte that begins the next one, or nothing before the end.
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

// field reads a name and its value, and keeps both when the value is neither null nor unwanted. guess is the name that may come; the result
// is the one that came, 0 when it is not remembered.
func (p *Parser) field(depth int, guess int32) (int32, error) {
	id, known := guess, &p.words.list[guess]
	if known.isNext(p.doc[p.at+1:]) {
		p.at += 1 + len(known.quoted)
	} else {
		var err error
		if id, known, err = p.name(); err != nil {
			return 0, err
		}
	}
	if !p.words.first(depth, id, known) {
		return 0, fmt.Errorf("field %q comes twice in one object", clip(known.text, 60))
	}
	if err := p.pass(':'); err != nil {
		return 0, err
	}
	c := p.peek()
	if c == 'n' || !known.keep && c != '{' && c != '[' {
		return id, p.skip(c)
	}
	text, keep := known.text, known.keep // what is inside may move the words
	item, err := p.value(c, depth+1, id)
	if err == nil && (keep || !item.isScalarList()) {
		p.fields, p.items = append(p.fields, text), append(p.items, item)
	}
	return id, err
}

// name reads the name of a field and remembers it, if there is room.
func (p *Parser) name() (int32, *word, error) {
	start := p.at
	inner, escaped, err := p.quotation()
	if escaped && err == nil {
		p.at = start
		p.spell, err = p.unquoted(p.spell[:0])
		inner = p.spell
	}
	if err != nil {
		return 0, nil, err
	}
	if id, ok := p.words.ids[string(inner)]; ok {
		return id, &p.words.list[id], nil
	}
	w := word{text: string(inner)}
	w.keep = p.wanted == nil || isFact(w.text) || p.wanted(w.text)
	if !escaped {
		w.quoted = w.text + `"`
	}
	return p.words.add(w)
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
