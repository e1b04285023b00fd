package frame

import (
	"errors"
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// KnownTemplate refuses a template that there is not, with the nearest name.
func KnownTemplate(template string, names []string) error {
	for _, n := range names {
		if n == template {
			return nil
		}
	}
	hint := "templates: " + strings.Join(names, ", ")
	if near := wording.Nearest(template, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	if template == "" {
		return &desk.Error{Code: desk.ExitUsage, Err: errors.New("--template is missing: which ERP's import file is it?"), Hint: hint}
	}
	return &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("there is no template %q", template), Hint: hint}
}
