package fis

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is the JSON kind of a node.
type Kind uint8

const (
	String Kind = iota + 1
	Number
	Bool
	Object
	Array
)

func (k Kind) String() string {
	switch k {
	case String:
		return "text"
	case Number:
		return "number"
	case Bool:
		return "true or false"
	case Object:
		return "object"
	case Array:
		return "list"
	}
	return "nothing"
}

// Node is a value of a document. Nulls are not kept: a field that is null and one that is missing are the same thing.
// All methods work on a nil node, which is such a missing field. A node does not change after parsing and may be read
// by several goroutines.
type Node struct {
	kind  Kind
	marks marks    // Object: the telling names in it, null or not
	may   uint32   // Object: the bits of its names (bitOf); a name whose bit is not among them is not there
	text  string   // String: unescaped; Number: as spelled; Bool: true or false
	names []string // Object: names beside items
	items []*Node  // Object and Array
}

// Kind is the JSON kind, 0 for a missing field.
func (n *Node) Kind() Kind {
	if n == nil {
		return 0
	}
	return n.kind
}

// Get is the field of an object, nil when it is missing or null.
func (n *Node) Get(name string) *Node {
	if n == nil || n.may&bitOf(name) == 0 {
		return nil
	}
	for i, s := range n.names {
		if s == name {
			return n.items[i]
		}
	}
	return nil
}

// bitOf is one of 32 bits for a name. Most names that are asked for are not in the part of the document in hand.
func bitOf(name string) uint32 {
	n := len(name)
	if n == 0 {
		return 1
	}
	return 1 << ((uint(n)*5 + uint(name[n-1])*3 + uint(name[n/2])) % 32)
}

// Names are names of fields to look for, all at once.
type Names struct {
	all []string
	may uint32
}

// NewNames prepares to look for names.
func NewNames(all []string) *Names {
	n := &Names{all: all}
	for _, name := range all {
		n.may |= bitOf(name)
	}
	return n
}

// In reports whether one of the objects has a field of one of the names.
func (n *Names) In(objects []*Node) bool {
	for _, o := range objects {
		if o == nil || o.may&n.may == 0 {
			continue
		}
		for i, name := range o.names {
			if bitOf(name)&n.may != 0 && o.items[i] != nil && slices.Contains(n.all, name) {
				return true
			}
		}
	}
	return false
}

// Share is an object that stands for the whole of n: its only field is name, with the value of n's field of. It is nil
// when n has none.
func (n *Node) Share(name, of string) *Node {
	whole := n.Get(of)
	if whole == nil {
		return nil
	}
	return &Node{kind: Object, may: bitOf(name), names: []string{name}, items: []*Node{whole}}
}

// Text is the text of a scalar as sent: a text unescaped but not trimmed, a number as it was spelled. FIS contradicts
// itself about text and list of texts: the texts of a list of scalars come joined by ", ". Objects have no text.
func (n *Node) Text() string {
	if n == nil {
		return ""
	}
	if n.kind != Array {
		return n.text
	}
	var parts []string
	for _, item := range n.items {
		if s := strings.TrimSpace(item.scalar()); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

func (n *Node) scalar() string {
	if n == nil || n.kind == Array || n.kind == Object {
		return ""
	}
	return n.text
}

// Str is the trimmed text of the field, "" when it is missing, null, blank or an object.
func (n *Node) Str(name string) string { return strings.TrimSpace(n.Get(name).Text()) }

// Number reads the node as an amount. A number and a text that holds a number are the same; a missing or blank one is
// not present. Anything else is an error that wraps ErrNotNumber.
func (n *Node) Number() (a Amount, present bool, err error) {
	if n != nil && n.kind == Array && len(n.items) <= 1 { // a lone value in brackets
		if len(n.items) == 0 {
			return Zero, false, nil
		}
		n = n.items[0]
	}
	switch {
	case n == nil, n.kind == String && strings.TrimSpace(n.text) == "":
		return Zero, false, nil
	case n.kind != Number && n.kind != String:
		return Zero, true, fmt.Errorf("%s is %w", n.kind, ErrNotNumber)
	}
	a, err = ParseAmount(n.text)
	return a, true, err
}

// Amount reads the field as Number does.
func (n *Node) Amount(name string) (a Amount, present bool, err error) { return n.Get(name).Number() }

// Date reads the field's day; the zero date when it is missing or blank.
func (n *Node) Date(name string) (Date, error) {
	s := n.Str(name)
	if s == "" {
		return Date{}, nil
	}
	return ParseDate(s)
}

// List is the field as a list: its items, or the one value itself where FIS sends an object (or scalar) instead of a
// list.
func (n *Node) List(name string) []*Node {
	f := n.Get(name)
	switch {
	case f == nil:
		return nil
	case f.kind == Array:
		return f.items
	}
	return []*Node{f}
}

// Items are the values of a list or object in document order, without nulls.
func (n *Node) Items() []*Node {
	if n == nil {
		return nil
	}
	return n.items
}

// Len is the number of items or fields.
func (n *Node) Len() int { return len(n.Items()) }

// Each calls fn for each non-null field of an object in document order.
func (n *Node) Each(fn func(name string, v *Node)) {
	if n == nil {
		return
	}
	for i, name := range n.names {
		fn(name, n.items[i])
	}
}
