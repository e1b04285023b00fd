package formula

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// sameName finds the one name that differs from the typed one only by case, blanks, "_" and "-".
func sameName(typed string, names []string) (string, bool) {
	want, found := wording.Fold(typed), ""
	for _, name := range names {
		if wording.Fold(name) != want {
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
