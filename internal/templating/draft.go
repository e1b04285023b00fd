package templating

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/templating/naming"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Draft is a template in the making.
type Draft struct {
	// Name is that of the template, Source the file it is made of and what that is.
	Name, Source string
	// Files are further files of its folder: a workbook that is filled in; a copybook or a schema, for template check.
	Files map[string][]byte
	// Remarks are what the definition does not say, and what was guessed, in the order of the file.
	Remarks []Remark

	kind     layout.KindName
	file     []entry
	fileName string
	records  []*record
	from     string // the file's name, for remarks
	company  bool   // settings that Values use
	origin   bool
	// posted tells that a field holds the posting date.
	posted bool
}

// Remark is something that the definition does not say, or that was guessed.
type Remark struct {
	// Place is file:line of the definition; the file alone where it is about the whole.
	Place string `json:"place"`
	// Guess: it stands in the template all the same. Else it is open.
	Guess bool   `json:"guess"`
	Text  string `json:"text"`
}

// String is the remark on one line.
func (r Remark) String() string {
	return r.Place + ": " + wording.Either(r.Guess, "guessed: ", "not known: ") + r.Text
}

// entry is a key of `file:`, with its value as YAML.
type entry struct{ key, value, comment string }

// record is a kind of line.
type record struct {
	name, note, repeat string
	parent             string
	match              string // as YAML
	own                string // as YAML
	sheet              string
	comment            string
	fields             []*field
	line               int
}

// field is a field with the Value that was found for it.
type field struct {
	layout.Field
	value   string
	own     string // as YAML
	comment string
	line    int
	// loose: the type is not certain: digits may be a number, a code or a date.
	loose bool
	role  naming.Role
	// constant is what the definition says always stands here.
	constant string
	// codes are what the definition or a sample shows in the field, as far as they are few; named are what they are called
	// there. negative: a sample has amounts below zero in it. sides are the codes of debit and credit that were found.
	codes, named []string
	shown        bool // a sample has something in it
	negative     bool
	sides        naming.Sides
	both         bool // the amount has its sign beside the side
}

// guess and open remark on a line of the definition; 0 for the whole.
func (d *Draft) guess(line int, format string, args ...any) { d.remark(line, true, format, args) }
func (d *Draft) open(line int, format string, args ...any)  { d.remark(line, false, format, args) }

func (d *Draft) remark(line int, guess bool, format string, args []any) {
	d.Remarks = append(d.Remarks, Remark{place(d.from, line), guess, fmt.Sprintf(format, args...)})
}

func place(file string, line int) string {
	if line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, line)
}

// set sets a key of `file:`.
func (d *Draft) set(key, value, comment string) {
	for i := range d.file {
		if d.file[i].key == key {
			d.file[i] = entry{key, value, comment}
			return
		}
	}
	d.file = append(d.file, entry{key, value, comment})
}

// Error is a definition of which no template can be made, at its line.
type Error struct {
	File   string
	Line   int // 0: the whole file
	Reason string
}

func (e *Error) Error() string { return place(e.File, e.Line) + ": " + e.Reason }

// source is the text of a definition with its name.
type source struct{ name, text string }

func (s source) wrong(line int, format string, args ...any) error {
	return &Error{s.name, line, fmt.Sprintf(format, args...)}
}

// unique gives the field a name that no other field of the record has.
func (r *record) unique(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" {
		name = "field"
	}
	for n, try := 2, name; ; n++ {
		taken := false
		for _, f := range r.fields {
			taken = taken || wording.Fold(f.Name) == wording.Fold(try)
		}
		if !taken {
			return try
		}
		try = fmt.Sprintf("%s %d", name, n)
	}
}

func (r *record) add(f *field) *field {
	f.Name = r.unique(f.Name)
	r.fields = append(r.fields, f)
	return f
}

// edge: it is a header or a trailer.
func (r *record) edge() bool { return r.repeat == "header" || r.repeat == "trailer" }

// has finds the field with this role.
func (r *record) has(want naming.Role) *field {
	for _, f := range r.fields {
		if f.role == want {
			return f
		}
	}
	return nil
}
