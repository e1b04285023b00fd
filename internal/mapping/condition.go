package mapping

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
)

// Condition is a compiled yes-or-no formula over a document, such as a route's `when`. It does not change and is safe for concurrent use.
type Condition struct {
	source string
	prog   *formula.Program
	slots  []Slot
}

// CompileCondition compiles a formula over document.* and the fields at the head of a document of any type.
func CompileCondition(source string) (*Condition, error) {
	s := newSlots(fis.DocTypes())
	prog, err := formula.CompileCondition(source, symbols{slots: s})
	if err != nil {
		return nil, fmt.Errorf("condition %q: %w", source, err)
	}
	for _, i := range prog.Fields() {
		switch s.all[i].kind {
		case facts.OfSource, facts.OfDocument:
			if s.all[i].phase == facts.Early {
				continue
			}
		}
		return nil, fmt.Errorf("condition %q: %s is not known of a document by itself; use document.* and the fields at its head", source, s.all[i].name)
	}
	return &Condition{source, prog, s.all}, nil
}

// String is the formula.
func (c *Condition) String() string { return c.source }

// Match evaluates the condition for a document that was parsed with all its fields.
func (c *Condition) Match(doc *fis.Document) (bool, error) {
	env := Env{slots: c.slots}
	env.begin(doc, nil)
	yes, err := c.prog.Test(&env)
	if err == nil && len(env.bad) > 0 {
		err = fmt.Errorf("%s: %s", env.bad[0].name, env.bad[0].detail)
	}
	if err != nil {
		return false, fmt.Errorf("condition %q: document %s: %w", c.source, doc.ID, err)
	}
	return yes, nil
}
