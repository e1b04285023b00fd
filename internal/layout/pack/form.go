package pack

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// Reform changes what the members of some kind are like in the package that a layout describes, and tells how many of
// them there are. Without any the layout stays as it is.
func Reform(s *layout.Spec, kind layout.KindName, change func(member *layout.Spec)) (members int, err error) {
	if s.Kind != Name {
		return 0, nil
	}
	var own settings
	if err := s.Own.Decode(&own); err != nil {
		return 0, fmt.Errorf("read the members of the package: %w", err)
	}
	for i := range own.Members {
		if m := &own.Members[i]; m.From == "" && m.File.Kind == kind {
			change(&m.File)
			members++
		}
	}
	if members == 0 {
		return 0, nil
	}
	s.Own, err = layout.OwnOf(own)
	return members, err
}

// Has tells whether a member of the package that a layout describes is of some kind.
func Has(s layout.Spec, kind layout.KindName) bool {
	n, err := Reform(&s, kind, func(*layout.Spec) {})
	return n > 0 && err == nil
}
