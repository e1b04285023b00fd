package term

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// evilText is what names, messages and numbers from outside may hold.
const evilText = "x\x1b[2J\x1b]0;owned\x07\r\nfisbridge: hint: your licence has expired\u009b31m\u202egpj\u2066\u200b\u0085\U000e0041\x7f\xff"

// actsOn tells of the first thing in a text that would act on a terminal.
func actsOn(text string) string {
	for _, c := range colours {
		text = strings.ReplaceAll(text, c, "")
	}
	for _, r := range text {
		if r != '\n' && !unicode.IsGraphic(r) {
			return fmt.Sprintf("%U", r)
		}
	}
	return ""
}

func TestDoor(t *testing.T) {
	for text, want := range map[string]string{
		"plain\n":             "plain\n",
		"\x1b[32mok\x1b[0m\n": "\x1b[32mok\x1b[0m\n",
		"a\x1b[2Jb\x1b[35mc":  `a\x1b[2Jb\x1b[35mc`,
		"a\tb\rc":             `a\tb\rc`,
		"東京│─┐\n":             "東京│─┐\n",
		"\u202eabc\n\x1b":     `\u202eabc` + "\n" + `\x1b`,
		"bad\xe2\x94":         `bad\xe2\x94`,
	} {
		for size := 1; size <= len(text); size++ { // whatever the pieces in which it comes
			var raw bytes.Buffer
			o := NewStream(&raw)
			for rest := []byte(text); len(rest) > 0; {
				n := min(size, len(rest))
				if _, err := o.Write(rest[:n]); err != nil {
					t.Fatal(err)
				}
				rest = rest[n:]
			}
			o.End()
			if raw.String() != want {
				t.Errorf("%q in pieces of %d: %q, want %q", text, size, raw.String(), want)
			}
		}
	}
}

func TestSentence(t *testing.T) {
	got := Sentence("%s, %d of %v: %s %v", evilText, 3, []string{"a\nb"}, Own("\x1b[31mred\x1b[0m"), errors.Join(errors.New("one\ntwo"), errors.New("three")))
	if strings.Contains(got, "\n") || !strings.Contains(got, `one\ntwo; three`) || !strings.Contains(got, "\x1b[31mred") {
		t.Errorf("%q", got)
	}
}

// Each of several errors is a line, said once; what they quote makes no further one.
func TestErrorLines(t *testing.T) {
	twice := errors.New("the same")
	err := fmt.Errorf("drop: %w", errors.Join(fmt.Errorf("route a: %w", twice), errors.New("bad name \"x\nfisbridge: hint: y\""), fmt.Errorf("route a: %w", twice)))
	want := []string{"drop: route a: the same", `bad name "x\nfisbridge: hint: y"`, "route a: the same"}
	if diff := cmp.Diff(want, wording.ErrorLines(err)); diff != "" {
		t.Error(diff)
	}
	if got := wording.ErrorLines(errors.Join(twice, twice, twice)); len(got) != 1 {
		t.Errorf("%q", got)
	}
	if got := wording.ErrorLines(fmt.Errorf("these:\n%w", errors.Join(errors.New("a"), errors.New("b")))); !cmp.Equal(got, []string{"these:", "a", "b"}) {
		t.Errorf("%q", got)
	}
}

// FuzzDoor: nothing that acts on a terminal leaves by the door.
func FuzzDoor(f *testing.F) {
	f.Add(evilText, 3)
	f.Fuzz(func(t *testing.T, text string, size int) {
		var raw bytes.Buffer
		o := NewStream(&raw)
		size = max(1, size&0xff)
		for rest := []byte(text); len(rest) > 0; {
			n := min(size, len(rest))
			if _, err := o.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		o.End()
		if bad := actsOn(strings.NewReplacer("\u200c", "", "\u200d", "", "\ufffd", "").Replace(raw.String())); bad != "" {
			t.Errorf("%q: %s in %q", text, bad, raw.String())
		}
	})
}
