// Package say owns sentences of the engine that people read: what is wrong with a mapping, why a document cannot be
// posted, what an equation says. A sentence is an id with values; the id is its English, with verbs as package fmt has
// them, and whoever shows it puts it into the reader's words.
//
// It guarantees that the English is what fmt.Sprintf makes of it, that two sentences are equal when they say the same,
// and that a sentence which was stored is read back with its values.
package say

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// Text is a sentence: its English where it has no values, else a JSON array of its id and its values (a text, a number,
// a sentence, or what was formatted already, {"p": …}). The empty Text says nothing. Texts are never joined with +: F
// and Join do that.
type Text string

// opens is how a sentence with values begins.
const opens = `["`

// F is a sentence: the arguments of fmt.Sprintf. A value may be a sentence, or an error that has one.
func F(format string, args ...any) Text {
	if len(args) == 0 && !strings.Contains(format, "%") {
		return Text(format)
	}
	list := make([]any, 1+len(args))
	list[0] = format
	verbs := verbsOf(format)
	for i, a := range args {
		list[i+1] = value(verbs, i, a)
	}
	return Text(encode(list))
}

// Plain is a text that is what it is in every language: what people or other programs wrote.
func Plain(s string) Text {
	if s == "" {
		return ""
	}
	return F("%s", s)
}

// Known is a text that was not written in the program, such as the note of a template: a language may have it.
func Known(s string) Text {
	if strings.Contains(s, "%") || strings.HasPrefix(s, opens) {
		return Plain(s)
	}
	return Text(s)
}

// After is a sentence behind a name and a colon; without a name it stands alone.
func After(name string, t Text) Text {
	if name == "" {
		return t
	}
	return F("%s: %s", name, t)
}

// Counted is a number with its noun, as wording.Counted writes it.
func Counted(n int, noun string) Text { return F(counted+noun, n) }

// counted begins the id of a number with its noun.
const counted = "#"

// Join puts sentences behind each other; those that say nothing are left out.
func Join(between string, list ...Text) Text {
	var said []any
	for _, t := range list {
		if !t.None() {
			said = append(said, t)
		}
	}
	switch len(said) {
	case 0:
		return ""
	case 1:
		return said[0].(Text) //nolint:forcetypeassert // it was put there
	}
	return F(strings.TrimSuffix(strings.Repeat("%s"+strings.ReplaceAll(between, "%", "%%"), len(said)), strings.ReplaceAll(between, "%", "%%")), said...)
}

func encode(list []any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(list); err != nil {
		panic(err) // texts, numbers and sentences can be written
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// value is an argument as it is kept.
func value(verbs []verb, i int, a any) any {
	v := verb{letter: 's'}
	for _, w := range verbs {
		if w.arg == i {
			v = w
			break
		}
	}
	switch a := a.(type) {
	case Text:
		return a.tree()
	case error:
		return Of(a).tree()
	case interface{ Said() Text }:
		return a.Said().tree()
	case Number:
		return formatted{P: a.Shown, N: a.Digits}
	case English:
		return formatted{P: string(a), E: true}
	}
	if v.flags != "" || !strings.ContainsRune("svqdw", v.letter) {
		return formatted{P: fmt.Sprintf("%"+v.flags+string(v.letter), a)}
	}
	switch a := a.(type) {
	case int:
		return a
	case int64:
		return a
	case string:
		return a
	}
	if v.letter == 'q' {
		if t, is := a.(fmt.Stringer); is {
			return t.String()
		}
		return formatted{P: fmt.Sprintf("%q", a)}
	}
	return fmt.Sprint(a)
}

// formatted is a value as it was formatted; N are the digits of a number, which a language writes in its own way.
type formatted struct {
	P string `json:"p"`
	N string `json:"n,omitempty"`
	E bool   `json:"e,omitempty"` // English
}

// English is a sentence of the engine that was kept as it is in English; a language may know it.
type English string

// Number is a number as English shows it, and its digits: 1,234.50 and 1234.50.
type Number struct{ Shown, Digits string }

// None reports whether it says nothing.
func (t Text) None() bool { return t == "" }

// parts are the id and the values.
func (t Text) parts() (id string, args []any) {
	if !strings.HasPrefix(string(t), opens) {
		return string(t), nil
	}
	var list []any
	d := json.NewDecoder(strings.NewReader(string(t)))
	d.UseNumber()
	if d.Decode(&list) != nil || d.InputOffset() != int64(len(t)) {
		return string(t), nil
	}
	id, _ = list[0].(string)
	return id, list[1:]
}

// tree is the sentence as a value of another one.
func (t Text) tree() []any {
	id, args := t.parts()
	return append([]any{id}, args...)
}

// ID is the English with its verbs.
func (t Text) ID() string {
	id, _ := t.parts()
	return id
}

// String says it in English.
func (t Text) String() string {
	s, _ := t.In(nil)
	return s
}

// Words are the texts of a language.
type Words interface {
	// Format is the sentence of an id, with the verbs of its English.
	Format(id string) (string, bool)
	// Counted is a number with its noun.
	Counted(n int, noun string) (string, bool)
}

// In says it in a language; whole is false where a part of it is English because there is no text for it.
func (t Text) In(w Words) (said string, whole bool) {
	if t.None() {
		return "", true
	}
	id, args := t.parts()
	if args == nil && !strings.HasPrefix(string(t), opens) { // it has no verbs
		if w == nil || wordless(id) {
			return id, true
		}
		if own, ok := w.Format(id); ok {
			return own, true
		}
		return id, false
	}
	return speak(id, args, w)
}

func speak(format string, args []any, w Words) (string, bool) {
	if noun, is := strings.CutPrefix(format, counted); is && len(args) == 1 {
		return count(args[0], noun, w)
	}
	whole := true
	if w != nil && !wordless(format) {
		own, ok := w.Format(format)
		if whole = ok; ok {
			format = own
		}
	}
	var out strings.Builder
	last := 0
	for _, v := range verbsOf(format) {
		out.WriteString(format[last:v.start])
		last = v.end
		switch {
		case v.arg < 0:
			out.WriteByte('%')
		case v.arg >= len(args):
			out.WriteString(format[v.start:v.end])
			whole = false
		default:
			s, ok := part(v, args[v.arg], w)
			out.WriteString(s)
			whole = whole && ok
		}
	}
	out.WriteString(format[last:])
	return out.String(), whole
}

// part is a value in a sentence.
func part(v verb, a any, w Words) (string, bool) {
	switch a := a.(type) {
	case string:
		if v.letter == 'q' {
			return strconv.Quote(a), true
		}
		return a, true
	case json.Number:
		return a.String(), true
	case map[string]any:
		s, _ := a["p"].(string)
		if digits, is := a["n"].(string); is {
			if own, writes := w.(interface{ Digits(number string) string }); writes {
				return own.Digits(digits), true
			}
		}
		if is, _ := a["e"].(bool); is && w != nil {
			own, reads := w.(interface {
				Read(english string) (string, bool)
			})
			if !reads {
				return s, false
			}
			return own.Read(s)
		}
		return s, true
	case []any:
		if len(a) == 0 {
			return "", true
		}
		format, _ := a[0].(string)
		s, whole := speak(format, a[1:], w)
		if v.letter == 'q' {
			s = strconv.Quote(s)
		}
		return s, whole
	}
	return fmt.Sprint(a), true
}

func count(a any, noun string, w Words) (string, bool) {
	number, _ := a.(json.Number)
	n, err := strconv.Atoi(number.String())
	if err != nil {
		return fmt.Sprint(a) + " " + noun, false
	}
	if w != nil {
		if s, ok := w.Counted(n, noun); ok {
			return s, true
		}
	}
	return wording.Counted(n, noun), w == nil
}

// Part is the sentence that is a value of this one; what is none is plain.
func (t Text) Part(i int) Text {
	_, args := t.parts()
	if i >= len(args) {
		return ""
	}
	switch a := args[i].(type) {
	case []any:
		return Text(encode(a))
	case string:
		return Plain(a)
	}
	return Plain(fmt.Sprint(args[i]))
}

// Equal reports whether two sentences say the same in English.
func (t Text) Equal(u Text) bool { return t == u || t.String() == u.String() }

// IsPlain reports whether it says the same in every language.
func (t Text) IsPlain() bool {
	id, args := t.parts()
	if id != "%s" || len(args) != 1 {
		return t.None()
	}
	_, is := args[0].(string)
	return is
}

// MarshalText is the English: what machines read is not said in languages. Stored keeps the sentence.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText takes English as it is.
func (t *Text) UnmarshalText(b []byte) error {
	*t = Plain(string(b))
	return nil
}

// Stored is the sentence with its values, as text; FromStored reads it.
func (t Text) Stored() string {
	if t.None() || strings.HasPrefix(string(t), opens) {
		return string(t)
	}
	return encode([]any{string(t)})
}

// FromStored reads what Stored wrote.
func FromStored(s string) (Text, bool) {
	if !strings.HasPrefix(s, opens) {
		return "", false
	}
	if id, args := Text(s).parts(); len(args) == 0 && id != s && !strings.Contains(id, "%") {
		return Text(id), true
	}
	return Text(s), json.Valid([]byte(s))
}

// Masked is the sentence with its values gone through mask; those that it quotes become ….
func (t Text) Masked(mask func(string) string) Text {
	id, args := t.parts()
	if len(args) == 0 {
		return t
	}
	return Text(encode(append([]any{id}, masked(id, args, mask)...)))
}

func masked(format string, args []any, mask func(string) string) []any {
	quoted := map[int]bool{}
	for _, v := range verbsOf(format) {
		quoted[v.arg] = quoted[v.arg] || v.letter == 'q'
	}
	out := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case string:
			if out[i] = mask(a); quoted[i] {
				out[i] = "…"
			}
		case map[string]any:
			s, _ := a["p"].(string)
			f := formatted{P: mask(s)}
			if f.P == s {
				f.N, _ = a["n"].(string)
				f.E, _ = a["e"].(bool)
			}
			out[i] = f
		case []any:
			if out[i] = a; len(a) > 0 {
				inner, _ := a[0].(string)
				out[i] = append([]any{inner}, masked(inner, a[1:], mask)...)
			}
		default:
			out[i] = a
		}
	}
	return out
}

// Error is an error that says its sentence in every language.
type Error struct {
	text Text
	errs []error
}

// Errorf is fmt.Errorf for people: the error keeps its sentence. It wraps each error among the values of %w.
func Errorf(format string, args ...any) error {
	e := &Error{text: F(format, args...)}
	for _, v := range verbsOf(format) {
		if v.letter != 'w' || v.arg >= len(args) {
			continue
		}
		if err, is := args[v.arg].(error); is {
			e.errs = append(e.errs, err)
		}
	}
	return e
}

// Error is the sentence in English.
func (e *Error) Error() string { return e.text.String() }

// Said is the sentence.
func (e *Error) Said() Text { return e.text }

// Unwrap is what it wraps.
func (e *Error) Unwrap() []error { return e.errs }

// Of is the sentence of an error: its own, or its English as it is.
func Of(err error) Text {
	var own interface{ Said() Text }
	switch {
	case err == nil:
		return ""
	case errors.As(err, &own):
		if t := own.Said(); t.String() == err.Error() {
			return t
		}
	}
	return Plain(err.Error())
}
