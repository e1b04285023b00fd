package fis

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// FindField looks a field up by its name in the catalogues of the types (all types when none is given). Spellings of the vendor's own
// extract tables are understood: case does not count, and allocationCustomCode3 is allocationCustom3Code. The first type that has it wins.
func FindField(name string, types ...DocType) (FieldInfo, bool) {
	if len(types) == 0 {
		types = DocTypes()
	}
	fold := foldName(name)
	var loose *FieldInfo
	for _, t := range types {
		for _, f := range Fields(t) {
			if f.Name == name {
				return f, true
			}
			if loose == nil && foldName(f.Name) == fold {
				loose = &f
			}
		}
	}
	if loose == nil {
		return FieldInfo{}, false
	}
	return *loose, true
}

// foldName brings a field name to the form in which spellings are compared: small letters, and the number of a custom field before
// Code or Value.
func foldName(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	word := strings.TrimRight(name, "0123456789")
	number := name[len(word):]
	for _, end := range []string{"code", "value"} {
		if prefix, ok := strings.CutSuffix(word, end); ok && number != "" {
			return prefix + number + end
		}
	}
	return name
}

// Nearest is the known name that is most like an unknown one, for "did you mean"; "" when none is near.
func Nearest(name string, known []string) string {
	best, distance := "", max(2, len(name)/3)+1
	fold := foldName(name)
	for _, k := range known {
		if d := levenshtein.ComputeDistance(fold, foldName(k)); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// NearestField is the field of the types (all types when none is given) whose name is most like the name; "" when none is near.
func NearestField(name string, types ...DocType) string {
	if len(types) == 0 {
		types = DocTypes()
	}
	var known []string
	for _, t := range types {
		for _, f := range Fields(t) {
			known = append(known, f.Name)
		}
	}
	return Nearest(name, known)
}
