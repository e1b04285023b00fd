// Package pack writes and reads files of kind package: one import file that is made of several members, each a file of
// a kind of its own. Its settings (own) say which records stand in which member. The members go out as a zip archive,
// or side by side; either way they are kept as one bundle.
package pack

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/bundle"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Name is the word for the kind.
const Name layout.KindName = "package"

// Kind is files of kind package.
type Kind struct{}

// Name is the word for it in a layout.
func (Kind) Name() layout.KindName { return Name }

// Can is what such files hold; what their records may be is a matter of the members.
func (Kind) Can() layout.Can {
	return layout.Can{Own: true, Apart: true, Ends: true, Members: true, Unit: "row"}
}

// settings are what stands under own of the file.
type settings struct {
	// As is zip (also when empty), or beside: the members lie side by side in the drop folder.
	As string `yaml:"as,omitempty"`
	// Members are in the order in which they stand in the archive, or get their final names: the one that starts the
	// import comes last.
	Members []memberSettings `yaml:"members"`
}

// memberSettings is one member.
type memberSettings struct {
	// Name may hold {name} and {stem}: the name of the import file, and the part of it before the last dot.
	Name string `yaml:"name"`
	// Records are those that stand in it; File says what the member is like, as `file:` of a template.
	Records []string    `yaml:"records,omitempty"`
	File    layout.Spec `yaml:"file,omitempty"`
	// From names a file in the folder of the template that is the member as it is.
	From string `yaml:"from,omitempty"`
}

// format is the files of one plan.
type format struct {
	plan    *layout.Plan
	beside  bool
	members []member
	places  []place // by record
}

// member is a compiled member.
type member struct {
	name    string
	plan    *layout.Plan // nil where it is a file as it is
	records []int        // by index in the plan of the member
	fixed   []byte
}

// place is where a record is written; member -1: nowhere, which is a mistake.
type place struct{ member, record int }

// New compiles the members.
func (Kind) New(c *layout.Check) layout.Format {
	f := &format{plan: c.Plan(), places: make([]place, len(c.Plan().Records()))}
	for i := range f.places {
		f.places[i].member = -1
	}
	if s := *c.Spec(); !reflect.DeepEqual(s, layout.Spec{Kind: s.Kind, Own: s.Own, Files: s.Files}) {
		c.Problem("file", "", "a package has only kind and own: encoding, delimiter and the like are settings of its members")
	}
	var s settings
	c.Own("file.own", c.Spec().Own, &s)
	c.Choice("file.own.as", s.As, "zip", "beside")
	f.beside = s.As == "beside"
	if len(s.Members) == 0 || len(s.Members) > bundle.MostMembers {
		c.Problem("file.own.members", "", "a package has 1 to %d members, each with name, records and file", bundle.MostMembers)
	}
	if f.beside && len(s.Members) < 2 {
		c.Problem("file.own.as", s.As, "needs two members")
	}
	for i := range s.Members {
		f.members = append(f.members, f.member(c, &s.Members[i]))
	}
	f.names(c)
	for i, p := range f.places {
		if p.member < 0 && len(s.Members) > 0 {
			c.Problem("records."+c.Plan().Records()[i].Name, "", "stands in no member of the package: name it under `records` of one")
		}
	}
	return f
}

// Beside are the names of the members that lie beside the last one.
func (f *format) Beside(file string) (names []string) {
	if !f.beside {
		return nil
	}
	for _, m := range f.members[:len(f.members)-1] {
		names = append(names, nameIn(m.name, file))
	}
	return names
}

// Names are the names of the members.
func (f *format) Names(file string) (names []string) {
	for _, m := range f.members {
		names = append(names, nameIn(m.name, file))
	}
	return names
}

// Member is the one that a record stands in.
func (f *format) Member(record int) int { return f.places[record].member }

// names checks the names of the members.
func (f *format) names(c *layout.Check) {
	seen := map[string]bool{}
	for i, m := range f.members {
		at, name := fmt.Sprintf("file.own.members.%d.name", i+1), nameIn(m.name, "FILE.csv")
		if err := bundle.CheckName(name); err != nil || strings.ContainsAny(name, "{}") {
			c.Problem(at, m.name, "a member has a file name of letters, digits and blanks, in which {name} and {stem} stand for the import file's")
		}
		if f.beside && strings.Contains(name, " ") {
			c.Problem(at, m.name, "members that lie side by side have no blanks in their names")
		}
		if f.beside && !strings.Contains(m.name, "{") {
			c.Problem(at, m.name, "needs {stem} or {name}, or two files would have one name in the folder")
		}
		if seen[strings.ToUpper(name)] {
			c.Problem(at, m.name, "is the name of another member too")
		}
		seen[strings.ToUpper(name)] = true
	}
	if n := len(f.members); f.beside && n > 0 && f.members[n-1].name != "{name}" {
		c.Problem(fmt.Sprintf("file.own.members.%d.name", n), f.members[n-1].name,
			"the last member starts the import, and has the name of the import file: {name}")
	}
}

// nameIn is the name of a member in the import file of a name.
func nameIn(pattern, file string) string {
	stem := file
	if at := strings.LastIndexByte(file, '.'); at > 0 {
		stem = file[:at]
	}
	return strings.NewReplacer("{name}", file, "{stem}", stem).Replace(pattern)
}

// member compiles one member.
func (f *format) member(c *layout.Check, s *memberSettings) member {
	at := "file.own.members." + s.Name
	m := member{name: s.Name}
	if s.From != "" {
		data, ok := c.Spec().Files[s.From]
		if !ok {
			c.Problem(at+".from", s.From, "is not among the files of the template: put it into its folder and name it under `files`")
		}
		if len(s.Records) > 0 || !reflect.DeepEqual(s.File, layout.Spec{}) {
			c.Problem(at, "", "has `from`, so it is that file as it is, without records and file")
		}
		m.fixed = data
		return m
	}
	if s.File.Kind == Name {
		c.Problem(at+".file.kind", string(Name), "no package stands in another")
		return m
	}
	var records []layout.Record
	for _, name := range s.Records {
		if r := f.take(c, at, name, len(records)); r >= 0 {
			m.records, records = append(m.records, r), append(records, c.Plan().Records()[r])
		}
	}
	if len(records) == 0 {
		c.Problem(at+".records", "", "names no record of the template")
		return m
	}
	s.File.Files = c.Spec().Files
	plan, problems := layout.Compile(c.Kinds(), s.File, records)
	for _, p := range problems {
		if strings.HasPrefix(p.Place, "file") {
			p.Place = at + "." + p.Place
		}
		c.Problem(p.Place, p.Value, "%s", p.Reason)
	}
	if plan != nil && plan.Charset().UTF16 != "" {
		c.Problem(at+".file.encoding", s.File.Encoding, "is read in result files, and not written")
	}
	if plan != nil && plan.Unreadable() != nil {
		c.Problem(at+".records", strings.Join(s.Records, ", "), "cannot be told apart when the member is read back: give each a match, or a member of its own")
	}
	m.plan = plan
	return m
}

// take puts a record into the member that is being compiled; -1 where it cannot be.
func (f *format) take(c *layout.Check, at, name string, n int) int {
	names := make([]string, len(c.Plan().Records()))
	for i, r := range c.Plan().Records() {
		names[i] = r.Name
	}
	i := slices.Index(names, name)
	switch {
	case i < 0:
		near := ""
		if best := wording.Nearest(name, names); best != "" {
			near = fmt.Sprintf(" (did you mean %q?)", best)
		}
		c.Problem(at+".records", name, "is not a record of the template%s", near)
	case f.places[i].member >= 0:
		c.Problem(at+".records", name, "stands in another member already")
		return -1
	default:
		f.places[i] = place{len(f.members), n}
	}
	return i
}

// Of is the plan by which a record is written.
func (f *format) Of(record int) (*layout.Plan, int) {
	if p := f.places[record]; p.member >= 0 && f.members[p.member].plan != nil {
		return f.members[p.member].plan, p.record
	}
	return nil, 0
}

// Field and Record are checked by the members.
func (f *format) Field(*layout.Check, *layout.Cell) {}

// Record has nothing to add.
func (f *format) Record(*layout.Check, *layout.Line) {}

// Encode encodes a record as its member does, behind the record's index and its length.
func (f *format) Encode(dst []byte, record int, values []layout.Value, seen *layout.Notes) ([]byte, layout.FieldErrors) {
	var own layout.Notes
	plan, n := f.Of(record)
	start := len(dst)
	dst = append(dst, make([]byte, frameBytes)...)
	out, err := plan.Encode(dst, n, values, &own)
	if err != nil {
		return out, err.(layout.FieldErrors) //nolint:errorlint // what Encode returns for a record that exists
	}
	binary.BigEndian.PutUint32(out[start:], uint32(record))
	binary.BigEndian.PutUint32(out[start+4:], uint32(len(out)-start-frameBytes))
	seen.AddAs(&own, record)
	return out, nil
}

// frameBytes stand before each record: its index and its length.
const frameBytes = 8

// Spans tells what the fields say, as the member does; they have no place in the bytes of a package.
func (f *format) Spans(w *layout.Writing, _ []byte, spans []layout.Span) {
	plan, n := f.Of(w.Line.Index)
	inner, err := plan.Spans(n, w.Values)
	if err != nil {
		return
	}
	for i := range inner {
		spans[i].Text = inner[i].Text
	}
}
