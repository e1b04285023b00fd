package fis

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Parser turns the JSON of documents into trees. It keeps buffers and names between documents: one Parser for each
// goroutine. Documents stay valid after further calls.
type Parser struct {
	wanted func(string) bool
	names  map[string]name
	seen   [MaxDepth + 1]seenNames // one for each level
	dec    *jsontext.Decoder
	buf    bytes.Buffer
	text   []byte   // the kept texts of the document in hand
	spans  []span   // whose they are
	fields []string // stack of the names of objects in hand
	items  []*Node  // stack of the values of objects and lists in hand
	tree   slab
}

// name is a field name that was met before: one copy of it, and whether scalars of it are kept.
type name struct {
	text string
	keep bool
}

// span is the text of a node in Parser.text.
type span struct {
	node       *Node
	start, end int
}

// maxNames bounds what a parser remembers; FIS has some thousand field names.
const maxNames = 1 << 14

// maxRemembered is the size of a document up to which buffers are kept for the next one.
const maxRemembered = 1 << 20

// NewParser makes a parser that keeps the scalar fields (and lists of scalars) whose name is wanted, and all objects and other lists;
// with nil, all non-null fields. Fields that the methods of Document read are always kept. Whatever is skipped must still be
// well-formed.
func NewParser(wanted func(name string) bool) *Parser {
	return &Parser{wanted: wanted, names: map[string]name{}, dec: jsontext.NewDecoder(bytes.NewReader(nil))}
}

// Parse reads the document of an envelope. Malformed JSON, a name twice in one object, anything after the object, more than MaxDepth levels
// or MaxDocumentBytes is a *FormatError. An envelope without a type gets it from the shape of the document.
func (p *Parser) Parse(env Envelope) (*Document, error) {
	root, err := p.parse(env.Document)
	if len(env.Document) > maxRemembered { // keep no hold on a huge one
		p.text, p.spans, p.fields, p.items, p.seen = nil, nil, nil, nil, [MaxDepth + 1]seenNames{}
	}
	if err != nil {
		offset, err := syntax(err, p.dec.InputOffset())
		return nil, &FormatError{env.Name(), offset, err}
	}
	if env.DocType == "" {
		env.DocType = shapeOf(root)
	}
	return &Document{Envelope: env, Root: root}, nil
}

func (p *Parser) parse(document []byte) (*Node, error) {
	p.buf = *bytes.NewBuffer(document)
	// Names are checked here, faster.
	p.dec.Reset(&p.buf, jsontext.AllowDuplicateNames(true))
	if len(document) > MaxDocumentBytes {
		return nil, fmt.Errorf("%w: more than %d MiB", ErrTooLarge, MaxDocumentBytes>>20)
	}
	p.text, p.spans, p.fields, p.items = p.text[:0], p.spans[:0], p.fields[:0], p.items[:0]
	p.tree.begin()
	root, err := p.value(p.dec.PeekKind(), 0)
	if err != nil {
		return nil, err
	}
	if _, err := p.dec.ReadToken(); !errors.Is(err, io.EOF) {
		if err == nil {
			err = errors.New("text after the document")
		}
		return nil, err
	}
	if root.Kind() != Object {
		return nil, fmt.Errorf("%w: a document is an object", ErrNotDocument)
	}
	text := string(p.text)
	for _, s := range p.spans {
		s.node.text = text[s.start:s.end]
	}
	return root, nil
}

// value reads the next value, whose kind was peeked at; nil is null.
func (p *Parser) value(kind jsontext.Kind, depth int) (*Node, error) {
	if kind == '{' || kind == '[' {
		if depth >= MaxDepth {
			return nil, fmt.Errorf("%w: more than %d levels", ErrTooLarge, MaxDepth)
		}
		if _, err := p.dec.ReadToken(); err != nil {
			return nil, err
		}
		if kind == '{' {
			return p.object(depth)
		}
		return p.list(depth)
	}
	raw, err := p.dec.ReadValue()
	if err != nil || kind == 'n' {
		return nil, err
	}
	return p.scalar(kind, raw)
}

func (p *Parser) scalar(kind jsontext.Kind, raw []byte) (n *Node, err error) {
	start := len(p.text)
	switch kind {
	case '"':
		n = p.tree.node(String)
		if bytes.IndexByte(raw, '\\') < 0 {
			p.text = append(p.text, raw[1:len(raw)-1]...)
		} else if p.text, err = jsontext.AppendUnquote(p.text, raw); err != nil {
			return nil, err
		}
	case '0':
		n = p.tree.node(Number)
		p.text = append(p.text, raw...)
	default:
		n = p.tree.node(Bool)
		p.text = append(p.text, raw...)
	}
	p.spans = append(p.spans, span{n, start, len(p.text)})
	return n, nil
}

func (p *Parser) list(depth int) (*Node, error) {
	n, base := p.tree.node(Array), len(p.items)
	for kind := p.dec.PeekKind(); kind != ']'; kind = p.dec.PeekKind() {
		item, err := p.value(kind, depth+1)
		if err != nil {
			return nil, err
		}
		if item != nil {
			p.items = append(p.items, item)
		}
	}
	n.items = p.tree.list(p.items[base:])
	p.items = p.items[:base]
	_, err := p.dec.ReadToken()
	return n, err
}

func (p *Parser) object(depth int) (*Node, error) {
	n, fields, items := p.tree.node(Object), len(p.fields), len(p.items)
	seen := &p.seen[depth]
	seen.reset()
	for kind := p.dec.PeekKind(); kind != '}'; kind = p.dec.PeekKind() {
		if err := p.field(seen, depth); err != nil {
			return nil, err
		}
	}
	n.names, n.items = p.tree.strings(p.fields[fields:]), p.tree.list(p.items[items:])
	p.fields, p.items = p.fields[:fields], p.items[:items]
	_, err := p.dec.ReadToken()
	return n, err
}

// field reads a name and its value, and keeps both when the value is neither null nor unwanted.
func (p *Parser) field(seen *seenNames, depth int) error {
	raw, err := p.dec.ReadValue()
	if err != nil {
		return err
	}
	word, err := fieldName(raw)
	if err != nil {
		return err
	}
	if !seen.add(word) {
		return fmt.Errorf("field %q comes twice in one object", clip(string(word), 60))
	}
	kind := p.dec.PeekKind()
	if kind == 'n' {
		_, err := p.dec.ReadToken()
		return err
	}
	known := p.intern(word)
	if !known.keep && kind != '{' && kind != '[' {
		_, err := p.dec.ReadToken()
		return err
	}
	item, err := p.value(kind, depth+1)
	if err == nil && (known.keep || !item.isScalarList()) {
		p.fields, p.items = append(p.fields, known.text), append(p.items, item)
	}
	return err
}

func fieldName(raw []byte) ([]byte, error) {
	if bytes.IndexByte(raw, '\\') >= 0 {
		return jsontext.AppendUnquote(nil, raw)
	}
	return raw[1 : len(raw)-1], nil
}

func (p *Parser) intern(word []byte) name {
	known, ok := p.names[string(word)]
	if !ok {
		text := string(word)
		known = name{text, p.wanted == nil || isFact(text) || p.wanted(text)}
		if len(p.names) < maxNames {
			p.names[text] = known
		}
	}
	return known
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
