package formula

import (
	"strings"
	"unicode"

	"github.com/agnivade/levenshtein"
)

// Nearest gives the name most like the one typed, "" when none is near: one letter in three may differ, case and blanks do not
// count, and a name that has the whole typed word in it is near as well.
func Nearest(typed string, names []string) string {
	want := squeeze(typed)
	if want == "" || len(want) > 200 {
		return ""
	}
	best, bestDistance := "", max(1, len([]rune(want))/3)+1
	part := ""
	for _, name := range names {
		have := squeeze(name)
		if d := levenshtein.ComputeDistance(want, have); d < bestDistance {
			best, bestDistance = name, d
		}
		if len(want) >= 4 && strings.Contains(have, want) && (part == "" || len(name) < len(part)) {
			part = name
		}
	}
	if best == "" {
		return part
	}
	return best
}

// squeeze is a name without what people write differently: case, blanks, "_" and "-".
func squeeze(name string) string {
	return strings.Map(func(r rune) rune {
		if isBlank(r) || r == '_' || r == '-' {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// sameName finds the one name that differs from the typed one only by case, blanks, "_" and "-".
func sameName(typed string, names []string) (string, bool) {
	want, found := squeeze(typed), ""
	for _, name := range names {
		if squeeze(name) != want {
			continue
		}
		if found != "" && found != name {
			return "", false
		}
		found = name
	}
	return found, found != ""
}

const settingPrefix = "settings."

// settingName cuts "settings." off.
func settingName(name string) (string, bool) {
	if len(name) > len(settingPrefix) && strings.EqualFold(name[:len(settingPrefix)], settingPrefix) {
		return name[len(settingPrefix):], true
	}
	return "", false
}
