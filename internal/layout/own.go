package layout

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// Own are settings that only one kind of file knows: a block of YAML that the kind takes apart itself (Check.Own), so
// that a kind with settings of its own needs no place in Spec, Record and Field.
type Own struct{ node ast.Node }

// UnmarshalYAML keeps the block as it is.
func (o *Own) UnmarshalYAML(n ast.Node) error {
	o.node = n
	return nil
}

// MarshalYAML gives the block back.
func (o Own) MarshalYAML() (any, error) { return o.value() }

// MarshalJSON gives what the block says, for hashes.
func (o Own) MarshalJSON() ([]byte, error) {
	v, err := o.value()
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

func (o Own) value() (v any, err error) {
	if o.node != nil {
		err = yaml.NodeToValue(o.node, &v)
	}
	return v, err
}

// Decode takes the block apart, into a pointer to a struct with yaml tags. Keys that are not in it are mistakes.
func (o Own) Decode(into any) error {
	if o.node == nil {
		return nil
	}
	return yaml.NodeToValue(o.node, into, yaml.Strict())
}

// OwnOf is the block that says what from says.
func OwnOf(from any) (o Own, err error) {
	text, err := yaml.Marshal(from)
	if err == nil {
		err = yaml.Unmarshal(text, &o)
	}
	return o, err
}

// IsZero reports whether there is no block.
func (o Own) IsZero() bool { return o.node == nil }

// Equal reports whether two blocks say the same, wherever they stand.
func (o Own) Equal(other Own) bool {
	a, err1 := o.value()
	b, err2 := other.value()
	return err1 == nil && err2 == nil && reflect.DeepEqual(a, b)
}

// Own takes the block of a kind's own settings apart, into a pointer to a struct with yaml tags. Keys that are not in it are mistakes.
func (c *Check) Own(place string, own Own, into any) {
	if own.node == nil {
		return
	}
	err := yaml.NodeToValue(own.node, into, yaml.Strict())
	if err == nil {
		return
	}
	reason := err.Error()
	var wrong yaml.Error
	if errors.As(err, &wrong) {
		reason = wrong.GetMessage()
		if at := wrong.GetToken(); at != nil && at.Position != nil {
			reason += fmt.Sprintf(" in line %d", at.Position.Line)
		}
	}
	c.Problem(place, "", "%s", reason)
}

// noOwn refuses settings of its own for a kind that has none.
func (c *Check) noOwn(place string, own Own) {
	if own.node != nil && !c.plan.can.Own {
		c.Problem(place, "", "files of kind %s have no settings of their own; leave it out", c.plan.spec.Kind)
	}
}
