package returns

import (
	"regexp"
	"testing"

	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// Letters before the number in a result file's name are our own name's, unless the pattern asks for them; two names
// that differ in them are two results.
func TestLettersOfName(t *testing.T) {
	for _, c := range []struct{ pattern, name, want string }{
		{`(?<file_sequence>[0-9]{6})\.rej$`, "CNQR000001.rej", "CNQR"},
		{`(?<file_sequence>[0-9]{6})\.rej$`, "z000001.rej", "Z"},
		{`(?<file_sequence>[0-9]{6})\.rej$`, "000001.rej", ""},
		{`(?<file_sequence>[0-9]{6})\.rej$`, "x_000001.rej", "X"},
		{`(?<file_sequence>[0-9]{6})\.rej$`, "2026-03-31_000001.rej", ""},
		{`^x_(?<file_sequence>[0-9]{6})\.rej$`, "x_000001.rej", ""},
		{`^GL(?<file_sequence>[0-9]+)\.rej$`, "GL000001.rej", ""},
		{`^(?i:gl)(?<file_sequence>[0-9]+)\.rej$`, "GL000001.rej", ""},
		{`^[A-Z]+(?<file_sequence>[0-9]+)\.rej$`, "Z000001.rej", "Z"},
		{`^(?<report_key>[A-Z]+)`, "ABC1.rej", ""},
	} {
		f := &Format{spec: format.Format{NamePattern: c.pattern}, name: regexp.MustCompile(c.pattern)}
		if got := f.letters(c.name); got != c.want {
			t.Errorf("%s of %s: %q", c.name, c.pattern, got)
		}
	}
	f := &Format{spec: format.Format{NamePattern: `(?<file_sequence>[0-9]{6})\.rej$`}, name: regexp.MustCompile(`(?<file_sequence>[0-9]{6})\.rej$`)}
	if f.NameRefs("CNQR000001.rej") == f.NameRefs("BBBB000001.rej") || f.NameRefs("CNQR000001.rej") != f.NameRefs("cnqr000001.rej") {
		t.Error("two import files, or one in other letters")
	}
}

// What stands around the number in a field is what we wrote, unless the pattern asks for it.
func TestAround(t *testing.T) {
	for _, c := range []struct {
		role                                format.Role
		pattern, whole, text, before, after string
	}{
		{format.RoleBatchID, "", "BBBB000001", "BBBB000001", "BBBB", ""},
		{format.RoleBatchID, "", "Fisbridge 1", "Fisbridge 1", "FISBRIDGE", ""},
		{format.RoleBatchID, "", "000001", "000001", "", ""},
		{format.RoleBatchID, "", "a word", "a word", "", ""},
		{format.RoleBatchID, `^[A-Z]+:([A-Z]+[0-9]+)`, "Q:AP7 more", "AP7", "AP", ""},
		{format.RoleSequence, "", "1", "1", "", ""},
		{format.RoleSequence, `([0-9]{6})$`, "BBBB000001", "000001", "BBBB", ""},
		{format.RoleSequence, `([0-9]{6})$`, "2026-000001", "000001", "", ""},
		{format.RoleSequence, `([0-9]{6})$`, "batch 000001", "000001", "", ""},
		{format.RoleSequence, `([0-9]{6})$`, "A2_000001", "000001", "A2", ""},
		{format.RoleSequence, `([0-9]{6})`, "000001b", "000001", "", "B"},
		{format.RoleSequence, `^GL([0-9]{6})$`, "GL000001", "000001", "", ""},
		{format.RoleSequence, `^[A-Z]{1,4}([0-9]{6})$`, "Z000001", "000001", "Z", ""},
		{format.RoleFileName, "", "X000001.dat", "X000001.dat", "", ""},
	} {
		col := &column{role: c.role}
		if c.pattern != "" {
			col.pattern = regexp.MustCompile(c.pattern)
		}
		if before, after := col.around(c.whole, c.text); before != c.before || after != c.after {
			t.Errorf("%s of %q by %q: %q and %q", c.role, c.whole, c.pattern, before, after)
		}
	}
}
