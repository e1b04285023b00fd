package formula

import (
	"strings"
	"unicode"
)

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
