package scope

import (
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
)

// Condition is a compiled yes-or-no formula over a document, such as a route's `when`. It does not change and is safe
// for concurrent use.
type Condition struct {
	source string
	prog   *formula.Program
	slots  []Slot
}

// CompileCondition compiles a formula over document.* and the fields at the head of a document of any type.
func CompileCondition(source string) (*Condition, error) {
	s := NewSlots(fis.DocTypes())
	prog, err := formula.CompileCondition(source, s)
	if err != nil {
		return nil, fmt.Errorf("condition %q: %w", source, err)
	}
	for _, i := range prog.Fields() {
		switch s.At(i).Kind() {
		case facts.OfSource, facts.OfDocument:
			if s.At(i).Phase() == facts.Early {
				continue
			}
		}
		return nil, fmt.Errorf("condition %q: %s is not known of a document by itself; use document.* and the "+
			"fields at its head", source, s.At(i).Name())
	}
	return &Condition{source, prog, s.All()}, nil
}

// String is the formula.
func (c *Condition) String() string { return c.source }

// Match evaluates the condition for a document that was parsed with all its fields.
func (c *Condition) Match(doc *fis.Document) (bool, error) {
	env := NewEnv(c.slots, false)
	env.Begin(doc, nil)
	yes, err := c.prog.Test(&env)
	if err == nil && len(env.Bad) > 0 {
		err = errors.New(env.Bad[0].String())
	}
	if err != nil {
		return false, fmt.Errorf("condition %q: document %s: %w", c.source, doc.ID, err)
	}
	return yes, nil
}
