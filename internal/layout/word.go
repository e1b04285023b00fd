package layout

import (
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// Word is a text whose spelling counts: in YAML `0040` stays 0040 and `1.10` stays 1.10 also without quotes, where a
// plain string would become the number 32 or 1.1.
type Word string

// UnmarshalYAML takes the text as it is written. (It takes the node, for the decoder formats its whole document for
// each type that takes bytes.)
func (w *Word) UnmarshalYAML(n ast.Node) error {
	text, err := spelling(n)
	*w = Word(text)
	return err
}

// UnmarshalYAML takes `2` as well as `"2"`.
func (d *Decimals) UnmarshalYAML(n ast.Node) error {
	text, err := spelling(n)
	*d = Decimals(text)
	return err
}

// spelling undoes YAML's quotes and nothing else.
func spelling(n ast.Node) (string, error) {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value, nil
	case *ast.LiteralNode:
		return v.Value.Value, nil
	case ast.ScalarNode:
		return strings.TrimSpace(v.GetToken().Value), nil
	}
	var s string
	err := yaml.NodeToValue(n, &s)
	return s, err
}
