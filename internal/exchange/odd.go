package exchange

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Oddity is an entry of a return folder that may be meant as a result file and cannot be taken as it is. Nothing is done to it.
type Oddity struct {
	Name   string
	Reason string // such as: is a link
	Hint   string // the way out
}

// longestFound is the longest name, in bytes, that a result file may have: file systems take 255, and an archived file gets its date, its
// hash and a note beside it.
const longestFound = 200

// oddKind says what an entry is when it is no plain file; empty for one.
func oddKind(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return ""
	case mode&fs.ModeSymlink != 0:
		return "is a link"
	case mode.IsDir():
		return "is a folder"
	}
	return "is no file"
}

// oddity tells why an entry that the target may want is not taken.
func (t Target) oddity(f Info) (Oddity, bool) {
	odd := func(reason, hint string) (Oddity, bool) { return Oddity{f.Name, reason, hint}, true }
	switch {
	case f.Odd == "is a link":
		return odd("is a link, and links in return folders are not followed", "put the file itself there")
	case f.Odd != "":
		return odd(f.Odd, "result files must lie in the folder itself; move it away, or add its name to ignore in the configuration")
	case strings.ContainsAny(f.Name, "/\\\x00") || !utf8.ValidString(f.Name) || strings.ContainsFunc(f.Name, unicode.IsControl):
		return odd("has a name with a character that no file name may have here", "rename it: no backslash, no control character, UTF-8")
	case len(f.Name) > longestFound:
		return odd(fmt.Sprintf("has a name of %d bytes; at most %d can be archived", len(f.Name), longestFound), "rename it")
	}
	return Oddity{}, false
}

// means tells whether an entry may be meant as a result file, whatever it is: its name is one that the target wants, and none of those that
// are left alone. The folders for done and bad files are ours.
func (t Target) means(f Info) bool {
	for _, own := range []string{t.Archive, t.Failed} {
		if first, _, _ := strings.Cut(path.Clean(own), "/"); f.Name == first && f.Odd != "" {
			return false
		}
	}
	return f.Name != "" && f.Name != "." && f.Name != ".." && !t.ignored(f.Name) && t.matched(f.Name)
}
