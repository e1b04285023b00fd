package exchange

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckName refuses names that could leave their folder or that some system cannot hold: both ends of an exchange may be
// Windows. Final names come from templates and sequences, result names from the partner's folder.
func CheckName(name string) error {
	bad := func(reason string) error { return &NameError{name, reason} }
	switch {
	case name == "":
		return bad("is empty")
	case name == "." || name == "..":
		return bad("is no file name")
	case len(name) > 240:
		return bad("is longer than 240 bytes")
	case !utf8.ValidString(name):
		return bad("is not valid UTF-8")
	case strings.ContainsAny(name, `/\`):
		return bad("contains a path separator")
	case strings.ContainsAny(name, `<>:"|?*`):
		return bad(`contains one of < > : " | ? *`)
	case strings.ContainsFunc(name, unicode.IsControl):
		return bad("contains a control character")
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " "):
		return bad("ends in a dot or a space, which Windows drops")
	}
	if stem, _, _ := strings.Cut(name, "."); reserved(stem) {
		return bad("is a device name on Windows")
	}
	return nil
}

// reserved knows the device names of Windows, which name a device with any extension.
func reserved(stem string) bool {
	s := strings.ToUpper(strings.TrimRight(stem, " "))
	switch s {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	n := strings.TrimLeft(s, "COMLPT")
	return (s == "COM"+n || s == "LPT"+n) && len([]rune(n)) == 1 && strings.Contains("0123456789¹²³", n)
}

// checkFound refuses what would be dangerous in a name that the partner chose; how it looks otherwise is the partner's business.
func checkFound(name string) error {
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\\x00") {
		return &NameError{name, "is no plain file name"}
	}
	return nil
}

// leftovers are names that office programs, transfer tools and systems leave behind (PITFALLS: return folder).
var leftovers = [...]string{
	"~$*", ".~lock.*#", "*.part", "*.partial", "*.filepart", "*.writing", "*.tmp", "*.temp", "*.crdownload", "*.swp", "*~",
	".*", "thumbs.db", "desktop.ini",
}

// ignored tells whether a name is a leftover, is ours while in work, or is ignored by the target.
func (t Target) ignored(name string) bool {
	return strings.HasPrefix(name, claimPrefix) || matches(leftovers[:], name) || matches(t.Ignore, name)
}

// Wants tells whether a name may be a result file of this target.
func (t Target) Wants(name string) bool {
	return checkFound(name) == nil && !t.ignored(name) && t.matched(name)
}

func (t Target) matched(name string) bool {
	return len(t.Match) == 0 || matches(t.Match, name) || t.Sealed && matches(t.Match, PlainName(name))
}

// sealedExtensions are those of files that are sealed by OpenPGP.
var sealedExtensions = []string{".pgp", ".gpg", ".asc"}

// PlainName is the name of a sealed file without what says that it is sealed; any other name stays as it is.
func PlainName(name string) string {
	if ext := path.Ext(name); slices.Contains(sealedExtensions, strings.ToLower(ext)) && len(ext) < len(name) {
		return name[:len(name)-len(ext)]
	}
	return name
}

// matches compares without regard to case, as the systems on which such names arise do.
func matches(patterns []string, name string) bool {
	for _, p := range patterns {
		if ok, err := path.Match(strings.ToLower(p), strings.ToLower(name)); err == nil && ok {
			return true
		}
	}
	return false
}
