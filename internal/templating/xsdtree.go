package templating

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// xsdNode is an element of a schema document.
type xsdNode struct {
	tag      string // without its prefix
	attrs    map[string]string
	line     int
	children []*xsdNode
	text     string
}

const (
	xsdSpace   = "http://www.w3.org/2001/XMLSchema"
	deepestXSD = 200
	mostXSD    = 200_000
)

// parseXSD reads a schema document. It has no entities of its own and is not read from anywhere else.
func parseXSD(file string, data []byte) (*xsdNode, error) {
	in := xml.NewDecoder(bytes.NewReader(data))
	in.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		switch strings.ToLower(label) {
		case "iso-8859-1", "latin1":
			return charmap.ISO8859_1.NewDecoder().Reader(r), nil
		case "windows-1252":
			return charmap.Windows1252.NewDecoder().Reader(r), nil
		case "us-ascii", "ascii":
			return r, nil
		}
		return nil, errors.New("encoding " + label + " is not read; save it as UTF-8")
	}
	var open []*xsdNode
	var root *xsdNode
	count := 0
	for {
		line, _ := in.InputPos()
		t, err := in.Token()
		switch {
		case errors.Is(err, io.EOF) && root != nil && len(open) == 0:
			return root, nil
		case err != nil:
			at, _ := in.InputPos()
			reason := err.Error()
			var syntax *xml.SyntaxError
			if errors.As(err, &syntax) {
				at, reason = syntax.Line, syntax.Msg
			}
			return nil, &Error{file, at, "is no well-formed XML: " + reason}
		}
		switch t := t.(type) {
		case xml.StartElement:
			if count++; count > mostXSD || len(open) > deepestXSD {
				return nil, &Error{file, line, "the schema is too large or too deep"}
			}
			n := &xsdNode{tag: t.Name.Local, attrs: map[string]string{}, line: line}
			if t.Name.Space != xsdSpace {
				n.tag = "-" + n.tag // documentation, appinfo
			}
			for _, a := range t.Attr {
				if a.Name.Space == "" {
					n.attrs[a.Name.Local] = a.Value
				}
			}
			if len(open) > 0 {
				up := open[len(open)-1]
				up.children = append(up.children, n)
			} else if root == nil {
				root = n
			}
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(t)
			}
		}
	}
}

// local is a name without its prefix.
func local(name string) string {
	if _, after, ok := strings.Cut(name, ":"); ok {
		return after
	}
	return name
}

// find is the first child with this tag.
func (n *xsdNode) find(tag string) *xsdNode {
	for _, c := range n.children {
		if c.tag == tag {
			return c
		}
	}
	return nil
}

// documentation is what people wrote about it.
func (n *xsdNode) documentation() string {
	a := n.find("annotation")
	if a == nil {
		return ""
	}
	if doc := a.find("documentation"); doc != nil {
		text := strings.Join(strings.Fields(doc.text), " ")
		if len(text) > 200 {
			text = strings.ToValidUTF8(text[:200], "") + "…"
		}
		return text
	}
	return ""
}
