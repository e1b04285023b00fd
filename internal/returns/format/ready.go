package format

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/fisbridge/fisbridge/internal/returns/ready"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// plain is a Format without its own way to read YAML.
type plain Format

// UnmarshalYAML takes a format that is written out, one word for a ready one (`- camt.054`), or a ready one with what
// differs (`- { ready: camt.054, files: "CAMT54_*.xml" }`).
func (f *Format) UnmarshalYAML(n ast.Node) error {
	if word, ok := n.(*ast.StringNode); ok {
		return f.fromReady(word.Value)
	}
	var head struct {
		Ready string `yaml:"ready"`
	}
	_ = yaml.NodeToValue(n, &head) // what is wrong is told below
	if head.Ready != "" {
		if err := f.fromReady(head.Ready); err != nil {
			return err
		}
	}
	return yaml.NodeToValue(n, (*plain)(f), yaml.Strict())
}

// fromReady makes the format the ready one of a name.
func (f *Format) fromReady(name string) error {
	text, ok := ready.Text(name)
	if !ok {
		near := ""
		if best := wording.Nearest(name, ready.Names()); best != "" {
			near = fmt.Sprintf(" (did you mean %q?)", best)
		}
		return fmt.Errorf("there is no ready result format %q%s; there are %s", name, near, strings.Join(ready.Names(), ", "))
	}
	if err := yaml.UnmarshalWithOptions(text, (*plain)(f), yaml.Strict()); err != nil {
		return fmt.Errorf("the ready result format %s: %w", name, err)
	}
	f.Ready = name
	return nil
}

// Ready is the ready format of a name.
func Ready(name string) (Format, error) {
	var f Format
	err := f.fromReady(name)
	return f, err
}
