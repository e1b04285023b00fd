package fis

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Limits of one document. FIS documents are some 28 KB and nested five deep.
const (
	MaxDocumentBytes = 64 << 20
	MaxDepth         = 64
)

// FormatError is a document that is not JSON, or JSON that is not a document.
type FormatError struct {
	// Document is the docId or the place where the document was found.
	Document string
	// Offset is the byte offset of the mistake: in the document for Parser.Parse, in the stream for ReadDocuments.
	Offset int64
	Err    error
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("document %s: byte %d: %v", e.Document, e.Offset, e.Err)
}

func (e *FormatError) Unwrap() error { return e.Err }

// Parser turns the JSON of documents into trees. It keeps buffers and names between documents: one Parser for each
// goroutine. Documents stay valid after further calls.
type Parser struct {
	wanted func(string) bool
	names  map[string]string
	dec    *jsontext.Decoder
}

// NewParser makes a parser that keeps the scalar fields whose name is wanted, and all objects and lists of objects; with nil, all
// non-null fields. Whatever is skipped must still be well-formed.
func NewParser(wanted func(name string) bool) *Parser {
	return &Parser{wanted: wanted, names: map[string]string{}, dec: jsontext.NewDecoder(bytes.NewReader(nil))}
}

// Parse reads the document of an envelope. Malformed JSON, a name twice in one object, anything after the object, more than MaxDepth levels
// or MaxDocumentBytes is a *FormatError. An envelope without a type gets it from the shape of the document.
func (p *Parser) Parse(env Envelope) (*Document, error) {
	if len(env.Document) > MaxDocumentBytes {
		return nil, &FormatError{env.Name(), MaxDocumentBytes, fmt.Errorf("more than %d MiB", MaxDocumentBytes>>20)}
	}
	p.dec.Reset(bytes.NewReader(env.Document))
	root, err := p.value(0)
	if err == nil {
		_, err = p.dec.ReadToken()
		switch {
		case errors.Is(err, io.EOF):
			err = nil
		case err == nil:
			err = errors.New("text after the document")
		}
	}
	if err == nil && root.Kind() != Object {
		err = errors.New("a document is an object")
	}
	if err != nil {
		return nil, &FormatError{env.Name(), p.dec.InputOffset(), err}
	}
	if env.DocType == "" {
		env.DocType = shapeOf(root)
	}
	return &Document{Envelope: env, Root: root}, nil
}

func (p *Parser) value(depth int) (*Node, error) {
	if depth > MaxDepth {
		return nil, fmt.Errorf("more than %d levels", MaxDepth)
	}
	tok, err := p.dec.ReadToken()
	if err != nil {
		return nil, err
	}
	switch tok.Kind() {
	case 'n':
		return nil, nil
	case 't', 'f':
		return &Node{kind: Bool, text: tok.String()}, nil
	case '"':
		return &Node{kind: String, text: tok.String()}, nil
	case '0':
		return &Node{kind: Number, text: tok.String()}, nil
	case '[':
		n := &Node{kind: Array}
		for p.dec.PeekKind() != ']' {
			item, err := p.value(depth + 1)
			if err != nil {
				return nil, err
			}
			if item != nil {
				n.items = append(n.items, item)
			}
		}
		_, err = p.dec.ReadToken()
		return n, err
	}
	n := &Node{kind: Object}
	for p.dec.PeekKind() != '}' {
		tok, err := p.dec.ReadToken()
		if err != nil {
			return nil, err
		}
		name := tok.String()
		item, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if item != nil && (p.wanted == nil || item.kind >= Object || p.wanted(name)) {
			n.names, n.items = append(n.names, name), append(n.items, item)
		}
	}
	_, err = p.dec.ReadToken()
	return n, err
}
