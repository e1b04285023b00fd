package mapping

import (
	"errors"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Condition is a compiled yes-or-no formula over a document, such as a route's `when`.
type Condition struct{}

// CompileCondition compiles a formula over document.* and the fields at the head of a document.
func CompileCondition(source string) (*Condition, error) { return nil, errors.ErrUnsupported }

// Match evaluates the condition.
func (c *Condition) Match(doc *fis.Document) (bool, error) { return false, errors.ErrUnsupported }
