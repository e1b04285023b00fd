package functions

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// NewFormat reads a format of TEXT as the Excel of a language writes it: what it takes and how it writes.
func NewFormat(typed string, in Language) (Type, func(dst []byte, v layout.Value) []byte, error) {
	if strings.ContainsAny(unquoted(typed), "0#") {
		f, err := newNumberFormat(in.toEnglishNumber(typed))
		if err != nil && in.DecimalComma() {
			return Any, nil, failure(Unreadable, "%q is no number format of a %s Excel, where it is written %s", clip(typed),
				in.Word(), quotedFormat(in.marks()))
		}
		if err != nil {
			return Any, nil, err
		}
		f.marks = in.marks()
		return Number, func(dst []byte, v layout.Value) []byte { return f.append(dst, v.Number) }, nil
	}
	f, err := newDateFormat(in.toEnglish(typed))
	if err != nil {
		return Any, nil, err
	}
	return Date, func(dst []byte, v layout.Value) []byte { return f.append(dst, v.Date) }, nil
}

// quotedFormat shows what a format looks like.
func quotedFormat(m marks) string { return `"#` + m.thousands + `##0` + m.decimal + `00"` }

// unquoted is a format without its "quoted" words.
func unquoted(s string) string {
	var b strings.Builder
	for i, piece := range strings.Split(s, `"`) {
		if i%2 == 0 {
			b.WriteString(piece)
		}
	}
	return b.String()
}

// DateReader reads dates that are written in one form.
type DateReader struct{ format *dateFormat }

// NewDateReader reads the form, yyyy-MM-dd (a time may follow) where it is "".
func NewDateReader(typed string, in Language) (DateReader, error) {
	if typed == "" {
		return DateReader{&dateFormat{parts: []datePart{{unit: 'y', count: 4}, {literal: "-"}, {unit: 'm', count: 2},
			{literal: "-"}, {unit: 'd', count: 2}}, typed: "yyyy-MM-dd", orTime: true}}, nil
	}
	f, err := newDateFormat(in.toEnglish(typed))
	if err == nil {
		err = f.readable()
	}
	return DateReader{f}, err
}

// Read gives the day of a text.
func (r DateReader) Read(text string) (fis.Date, bool) { return r.format.read(text) }

// Form is how the dates are written.
func (r DateReader) Form() string { return r.format.typed }

// Convert makes a value of another type as the functions that are advised for it do: VALUE, DATEVALUE, TEXT, or a
// comparison.
func Convert(v layout.Value, want Type) (layout.Value, error) {
	switch {
	case TypeOf(v) == want || v.Kind == layout.Empty:
		return v, nil
	case v.Kind == layout.TextKind && want == Number:
		return value(v)
	case v.Kind == layout.TextKind && want == Date:
		r, err := NewDateReader("", English)
		if err != nil {
			return v, err
		}
		d, ok := r.Read(v.Text)
		if !ok {
			return v, failure(Unreadable, "%q is not a date", clip(v.Text))
		}
		return layout.Day(d), nil
	case want == Text, want == Bool && v.Kind != layout.DateKind:
		return v, nil
	}
	return v, failure(WrongType, "%s is no %s", TypeOf(v), want)
}
