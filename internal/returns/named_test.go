package returns

import (
	"regexp"
	"testing"

	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// Letters before the number in a result file's name are our own name's, unless the pattern asks for them; two names
// that differ in them are two results.
func TestNamedByUs(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{`(?<file_sequence>[0-9]{6})\.rej$`, "CNQR000001.rej", true},
		{`(?<file_sequence>[0-9]{6})\.rej$`, "000001.rej", false},
		{`(?<file_sequence>[0-9]{6})\.rej$`, "x_000001.rej", false},
		{`^GL(?<file_sequence>[0-9]+)\.rej$`, "GL000001.rej", false},
		{`^(?i:gl)(?<file_sequence>[0-9]+)\.rej$`, "GL000001.rej", false},
		{`^(?<report_key>[A-Z]+)`, "ABC1.rej", false},
	} {
		f := &Format{spec: format.Format{NamePattern: c.pattern}, name: regexp.MustCompile(c.pattern)}
		if got := f.namedByUs(c.name); got != c.want {
			t.Errorf("%s of %s: %v", c.name, c.pattern, got)
		}
	}
	f := &Format{spec: format.Format{NamePattern: `(?<file_sequence>[0-9]{6})\.rej$`}, name: regexp.MustCompile(`(?<file_sequence>[0-9]{6})\.rej$`)}
	if f.NameRefs("CNQR000001.rej") == f.NameRefs("BBBB000001.rej") || f.NameRefs("CNQR000001.rej") != f.NameRefs("cnqr000001.rej") {
		t.Error("two import files, or one in other letters")
	}
}
