package template

import (
	"bytes"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// mostCopied bounds what the aliases of a template stand for, in nodes: a few lines can name themselves into gigabytes.
const mostCopied = 200_000

// decode reads the YAML of a template. Anchors and aliases (`&row`, `*row`) hold for the whole file: parts of it are
// decoded by themselves, and such a part would not find an anchor that stands before it.
func decode(data []byte, into any) error {
	if !bytes.ContainsRune(data, '&') {
		return yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(into)
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return err
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil
	}
	a := aliases{anchors: map[string]anchor{}}
	body, err := a.resolve(file.Docs[0].Body)
	if err != nil {
		return err
	}
	return yaml.NodeToValue(body, into, yaml.Strict())
}

// aliases puts what an alias stands for in its place.
type aliases struct {
	anchors map[string]anchor
	nodes   int // so far, with those that aliases stand for
}

// anchor is a named part of the file. It has no node while it is being read: what it holds cannot name it.
type anchor struct {
	node  ast.Node
	nodes int
}

// resolve gives the node with every alias in it replaced.
func (a *aliases) resolve(n ast.Node) (ast.Node, error) {
	a.nodes++
	switch n := n.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			if _, err := a.resolve(v); err != nil {
				return nil, err
			}
		}
	case *ast.MappingValueNode:
		value, err := a.resolve(n.Value)
		n.Value = value
		return n, err
	case *ast.SequenceNode:
		for i, v := range n.Values {
			var err error
			if n.Values[i], err = a.resolve(v); err != nil {
				return nil, err
			}
		}
	case *ast.TagNode:
		value, err := a.resolve(n.Value)
		n.Value = value
		return n, err
	case *ast.AnchorNode:
		return a.named(n)
	case *ast.AliasNode:
		return a.meant(n)
	}
	return n, nil
}

func (a *aliases) named(n *ast.AnchorNode) (ast.Node, error) {
	name, before := n.Name.GetToken().Value, a.nodes
	a.anchors[name] = anchor{}
	value, err := a.resolve(n.Value)
	if err != nil {
		return nil, err
	}
	a.anchors[name] = anchor{value, a.nodes - before}
	return value, nil
}

func (a *aliases) meant(n *ast.AliasNode) (ast.Node, error) {
	at := n.Value.GetToken()
	known, there := a.anchors[at.Value]
	switch a.nodes += known.nodes; {
	case !there:
		return nil, wrongAlias(at, "there is no anchor &%s before this", at.Value)
	case known.node == nil:
		return nil, wrongAlias(at, "&%s cannot stand in what it names", at.Value)
	case a.nodes > mostCopied:
		return nil, wrongAlias(at, "the aliases up to here stand for more than %d values: write it out", mostCopied)
	}
	return known.node, nil
}

func wrongAlias(at *token.Token, format string, args ...any) error {
	return &yaml.SyntaxError{Message: fmt.Sprintf(format, args...), Token: at}
}
