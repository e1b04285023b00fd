package fis

import (
	"bytes"
	"errors"
	"strconv"
)

// errUnsure says that a line is to be read by ReadDocuments, which knows all cases and says what is wrong.
var errUnsure = errors.New("not clear")

// Line finds and parses the documents in one text, such as a line of JSON lines, as ReadDocuments and Parse together
// do, but in one pass; place and line (from 1; 0 for none) are for messages. fn gets each document, or the error that
// it is refused with beside its envelope. A document has no Document bytes here, and is lent: it is good until fn
// returns. The error of a text that is no document, or of fn, ends it.
func (p *Parser) Line(text []byte, place string, line int, fn func(*Document, error) error) error {
	root := p.around(text)
	if root == nil {
		return p.lineByLine(text, placeOf(place, line), fn)
	}
	h := handing{p, place, line, 0, fn}
	return h.hand(root)
}

// Find finds the documents in one text as ReadDocuments does; errors are as of Line. Their bytes are copies.
func (p *Parser) Find(text []byte, place string, line int, fn func(Envelope) error) error {
	root := p.around(text)
	if root == nil {
		return ReadDocuments(bytes.NewReader(text), placeOf(place, line), fn)
	}
	next := 0
	h := handing{p, place, line, 0, func(doc *Document, _ error) error {
		for p.outside[next].node != doc.Root {
			next++
		}
		doc.Document = bytes.Clone(text[p.outside[next].from:p.outside[next].to])
		return fn(doc.Envelope)
	}}
	return h.hand(root)
}

// extent is where an object stands in the text in hand.
type extent struct {
	node     *Node
	from, to int
}

// around reads one text, documents and what stands around them; nil when it is not clear what it is. The tree is lent.
func (p *Parser) around(text []byte) *Node {
	p.begin(text, true)
	root, err := p.outer(p.peek(), 0, 0)
	if err == nil {
		if p.peek(); p.at < len(p.doc) {
			err = errUnsure
		}
	}
	if err == nil {
		err = certain(root)
	}
	if p.end(len(text)); err != nil {
		return nil
	}
	return root
}

// lineByLine is Line for everything that is not as it nearly always is.
func (p *Parser) lineByLine(text []byte, place string, fn func(*Document, error) error) error {
	return ReadDocuments(bytes.NewReader(text), place, func(env Envelope) error {
		doc, err := p.Parse(env)
		if err != nil {
			doc = &Document{Envelope: env}
		}
		return fn(doc, err)
	})
}

// outer reads what may be documents or stand around them.
func (p *Parser) outer(first byte, level, wrappers int) (*Node, error) {
	if wrappers > maxWrappers {
		return nil, errUnsure
	}
	start := p.at
	switch first {
	case '{':
		base := p.base
		p.base = level
		p.at++
		n, err := p.outerObject(level, wrappers)
		p.base = base
		if p.at-start > MaxDocumentBytes {
			return nil, errUnsure
		}
		p.outside = append(p.outside, extent{n, start, p.at})
		return n, err
	case '[':
		p.at++
		return p.outerList(level, wrappers)
	}
	return nil, errUnsure
}

func (p *Parser) outerObject(level, wrappers int) (*Node, error) {
	p.wrappers = wrappers
	return p.object(level, 0, true)
}

func (p *Parser) outerList(level, wrappers int) (*Node, error) {
	n, base := p.tree.node(Array), len(p.items)
	for c := p.peek(); c != ']'; {
		if c == 'n' {
			if err := p.skip(c); err != nil {
				return nil, err
			}
		} else {
			item, err := p.outer(c, level+1, wrappers+1)
			if err != nil {
				return nil, err
			}
			p.items = append(p.items, item)
		}
		var err error
		if c, err = p.after(']'); err != nil {
			return nil, err
		}
	}
	p.at++
	n.items = p.tree.list(p.items[base:])
	p.items = p.items[:base]
	return n, nil
}

// part reads an object or a list at a place.
func (p *Parser) part(first byte, at int32, level int, outer bool) (*Node, error) {
	place := &p.known.places[at]
	field := place.word
	if !outer {
		return p.value(first, level+1, field)
	}
	own, before := p.known.words[field].marks, p.known.places[place.up].marks
	switch {
	case before.opensAnswer(own):
		wrappers := p.wrappers
		n, err := p.outer(first, level+1, wrappers+1)
		p.wrappers = wrappers
		if err == nil {
			n.marks |= markListed
		}
		return n, err
	case own == markDocument:
		base, start := p.base, p.at
		p.base = level + 1
		n, err := p.value(first, level+1, field)
		p.base = base
		p.outside = append(p.outside, extent{n, start, p.at})
		return n, err
	}
	return p.value(first, level+1, field)
}

// certain reports whether all that was found is what it nearly always is.
func certain(n *Node) error {
	if n.kind == Array {
		return certainAll(n.items)
	}
	for _, name := range []string{"content", "fIDocuments"} {
		if list := n.Get(name); list != nil && list.marks&markListed != 0 {
			if n.marks&(markDocument|markShape) != 0 {
				return errUnsure
			}
			n.marks |= markAnswer
			if err := certain(list); err != nil {
				return err
			}
		}
	}
	if !n.marks.isAnswer() && n.marks.isEnvelope() && n.Get("document").Kind() != Object {
		return errUnsure
	}
	return nil
}

func certainAll(items []*Node) error {
	for _, item := range items {
		if err := certain(item); err != nil {
			return err
		}
	}
	return nil
}

// handing gives the documents of a tree to fn.
type handing struct {
	parser      *Parser
	place       string
	line, count int
	fn          func(*Document, error) error
}

func (h *handing) hand(n *Node) error {
	switch {
	case n.kind == Array:
		for _, item := range n.items {
			if err := h.hand(item); err != nil {
				return err
			}
		}
		return nil
	case n.marks.isAnswer():
		for i, item := range n.items {
			if name := n.names[i]; (name == "content" || name == "fIDocuments") && item.marks&markListed != 0 {
				if err := h.hand(item); err != nil {
					return err
				}
			}
		}
		return nil
	}
	doc := &Document{Root: n}
	if n.marks.isEnvelope() {
		doc.Envelope, doc.Root = outside(n), n.Get("document")
	}
	if doc.DocType == "" {
		doc.DocType = shapeOf(doc.Root)
	}
	h.count++
	doc.Place = h.placeOfDocument()
	return h.fn(doc, nil)
}

// placeOfDocument is the place of the document in hand; it lies beside its texts.
func (h *handing) placeOfDocument() string {
	text := &h.parser.text
	start := text.Len()
	text.WriteString(h.place)
	var room [20]byte
	if h.line > 0 {
		text.WriteString(", line ")
		text.Write(strconv.AppendInt(room[:0], int64(h.line), 10))
	}
	text.WriteString(", document ")
	text.Write(strconv.AppendInt(room[:0], int64(h.count), 10))
	return text.String()[start:]
}
