package json

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// maxDepth bounds arrays and objects in each other.
const maxDepth = 100

// value is a value of a record that is read.
type value struct {
	kind  jsontext.Kind
	text  string
	keys  []string
	items []value // of an object beside its keys, or of an array
	at    string  // a JSON pointer
}

// source reads a file. What stands in arrays of records is read item by item; what is around them, as it comes.
type source struct {
	*format
	json   *jsontext.Decoder
	part   *layout.Part
	most   int
	places []around // the arrays and objects that are open, from the outside
	ready  []found  // rows that were read and not yet given
	n      int
	values []layout.Value
}

// around is an array or object that is open.
type around struct {
	place *place
	list  bool
	// record is the one whose object it is, and own what was read of it, until its row is given.
	record int
	own    *value
}

// found is a row before its fields are looked at.
type found struct {
	record int
	value  value
	bad    *layout.LineError
}

func newSource(f *format, in layout.Input) *source {
	r := io.Reader(io.NewSectionReader(in.R, 0, in.Size))
	var mark [3]byte
	if n, _ := in.R.ReadAt(mark[:], 0); n == 3 && string(mark[:]) == "\uFEFF" {
		r = io.NewSectionReader(in.R, 3, in.Size-3)
	}
	return &source{format: f, json: jsontext.NewDecoder(r), part: in.Part, most: in.Limits.Line, values: make([]layout.Value, f.plan.MostCells())}
}

func (s *source) Close() error { return nil }

// Next is the next row.
func (s *source) Next() (layout.Row, error) {
	for len(s.ready) == 0 {
		if err := s.step(); err != nil {
			if errors.Is(err, io.EOF) && s.n == 0 && s.part == nil && s.own.Form != lines {
				return layout.Row{Record: -1}, &layout.ContradictionError{Reason: "there is no entry in it: " + s.expected()}
			}
			return layout.Row{Record: -1}, err
		}
	}
	next := s.ready[0]
	s.ready = s.ready[:copy(s.ready, s.ready[1:])]
	return s.row(&next)
}

// expected says where records stand.
func (s *source) expected() string {
	var all []string
	for i := range s.records {
		if r := &s.records[i]; r.parent < 0 {
			all = append(all, "/"+strings.Join(r.keys, "/"))
		}
	}
	return "nothing at " + strings.Join(all, ", ")
}

// step reads on up to a row, or to the next end.
func (s *source) step() error {
	if len(s.places) == 0 {
		return s.begin()
	}
	here := &s.places[len(s.places)-1]
	kind := s.json.PeekKind()
	switch {
	case kind == ']' || kind == '}':
		if _, err := s.json.ReadToken(); err != nil {
			return s.wrong(err)
		}
		if here.own != nil {
			s.ready = append(s.ready, found{record: here.record, value: *here.own})
		}
		s.places = s.places[:len(s.places)-1]
		return nil
	case here.list:
		return s.item(here.place)
	}
	return s.key(here)
}

// begin begins the file, or its next line.
func (s *source) begin() error {
	kind := s.json.PeekKind()
	switch {
	case s.own.Form == lines:
		return s.item(s.root)
	case s.json.InputOffset() > 0 && s.n > 0 || kind == 0:
		if _, err := s.json.ReadToken(); err != nil {
			return s.wrong(err)
		}
		return s.contradiction("there is something behind its end")
	case s.own.Form == array && kind != '[', s.own.Form == object && kind != '{':
		return s.contradiction("is no JSON " + s.own.Form + "; the layout says own: { form: " + s.own.Form + " }")
	}
	if _, err := s.json.ReadToken(); err != nil {
		return s.wrong(err)
	}
	next := around{place: s.root, list: s.own.Form == array, record: -1}
	if s.own.Form == object && len(s.root.records) > 0 {
		next.record, next.own = s.root.records[0], &value{kind: '{'}
	}
	s.places = append(s.places, next)
	return nil
}

// key reads a key of an object around records, and what stands under it.
func (s *source) key(here *around) error {
	token, err := s.json.ReadToken()
	if err != nil {
		return s.wrong(err)
	}
	name := token.String()
	kid := here.place.kids[name]
	switch kind := s.json.PeekKind(); {
	case kid == nil:
		return s.wrong(s.json.SkipValue())
	case kid.within() && kid.list && kind == '[', !kid.within() && kind == '{' && kid.leads():
		s.give(here)
		if _, err := s.json.ReadToken(); err != nil {
			return s.wrong(err)
		}
		s.places = append(s.places, around{place: kid, list: kid.list, record: -1})
		return nil
	case kid.within() && !kid.list && kind == '{':
		s.give(here)
		return s.item(kid)
	}
	v, err := s.read(0, s.json.InputOffset())
	if err != nil {
		return err
	}
	if here.record >= 0 && here.own == nil && v.kind != 'n' {
		s.ready = append(s.ready, found{record: here.record, bad: &layout.LineError{Line: s.n, Place: "at " + v.at, Record: s.plan.Records()[here.record].Name,
			Value: layout.Clip(v.text), Reason: "stands behind the records in its own; in the object that is the file only what stands before them is read"}})
		return nil
	}
	if here.own != nil {
		here.own.keys, here.own.items = append(here.own.keys, name), append(here.own.items, v)
	}
	return nil
}

// give gives the row of the object that is the file, before the first record in it.
func (s *source) give(here *around) {
	if here.own != nil {
		s.ready = append(s.ready, found{record: here.record, value: *here.own})
		here.own = nil
	}
}

// within tells whether records stand here.
func (p *place) within() bool { return len(p.records) > 0 }

// leads tells whether records stand somewhere below.
func (p *place) leads() bool {
	for _, kid := range p.kids {
		if kid.within() || kid.leads() {
			return true
		}
	}
	return false
}

// item reads a record with everything in it.
func (s *source) item(p *place) error {
	v, err := s.read(0, s.json.InputOffset())
	if err != nil {
		return err
	}
	s.rows(p, v)
	return nil
}

// rows are those of a record and of the records in it, in the order of the file.
func (s *source) rows(p *place, v value) {
	record := -1
	for _, i := range p.records {
		if s.records[i].is(&v) {
			record = i
			break
		}
	}
	if record < 0 {
		s.ready = append(s.ready, found{record: -1, bad: &layout.LineError{Place: "at " + v.at, Value: layout.Clip(v.text), Reason: s.plan.Unrecognised()}})
		return
	}
	s.ready = append(s.ready, found{record: record, value: v})
	s.inner(s.records[record].place, &v)
}

// inner are the rows of the records in an object.
func (s *source) inner(p *place, v *value) {
	if v.kind != '{' {
		return
	}
	for i, key := range v.keys {
		kid, item := p.kids[key], &v.items[i]
		switch {
		case kid == nil || kid.cell != nil || item.kind == 'n':
		case kid.within() && kid.list && item.kind == '[':
			for _, one := range item.items {
				s.rows(kid, one)
			}
		case kid.within():
			s.rows(kid, *item)
		default:
			s.inner(kid, item)
		}
	}
}

// is tells whether a value is this record.
func (r *record) is(v *value) bool {
	if r.alone != nil {
		return v.kind != '{' && v.kind != '['
	}
	if v.kind != '{' {
		return false
	}
	for _, k := range r.own.Always {
		if got := v.at1(k.Key); got == nil || got.text != k.Value {
			return false
		}
	}
	return true
}

// at1 is what stands under a key; nil when it is not there.
func (v *value) at1(key string) *value {
	for i := range v.keys {
		if v.keys[i] == key {
			return &v.items[i]
		}
	}
	return nil
}

// read reads a value whole.
func (s *source) read(depth int, from int64) (value, error) {
	if depth > maxDepth {
		return value{}, &layout.LimitError{What: "arrays and objects in each other", Limit: maxDepth, Place: string(s.json.StackPointer())}
	}
	token, err := s.json.ReadToken()
	if err != nil {
		return value{}, s.wrong(err)
	}
	v := value{kind: token.Kind(), at: string(s.json.StackPointer())}
	switch v.kind {
	case '"', '0':
		v.text = token.String()
	case 't', 'f':
		v.text = string(map[bool]string{true: "true", false: "false"}[token.Bool()])
	case '{', '[':
		for s.json.PeekKind() != '}' && s.json.PeekKind() != ']' {
			if v.kind == '{' {
				name, err := s.json.ReadToken()
				if err != nil {
					return v, s.wrong(err)
				}
				v.keys = append(v.keys, name.String())
			}
			inner, err := s.read(depth+1, from)
			if err != nil {
				return v, err
			}
			v.items = append(v.items, inner)
		}
		if _, err := s.json.ReadToken(); err != nil {
			return v, s.wrong(err)
		}
	}
	if s.json.InputOffset()-from > int64(s.most) {
		return v, &layout.LimitError{What: "bytes in one record", Limit: int64(s.most), Place: v.at}
	}
	return v, nil
}

// wrong makes errors of the decoder ours: those of the file, and those of reading it.
func (s *source) wrong(err error) error {
	var syntax *jsontext.SyntacticError
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return err
	case errors.As(err, &syntax) && errors.Is(err, io.ErrUnexpectedEOF):
		return &layout.ContradictionError{Place: fmt.Sprintf("byte %d", syntax.ByteOffset+1), Reason: "is no whole JSON: it ends in the middle"}
	case errors.As(err, &syntax):
		return &layout.ContradictionError{Place: fmt.Sprintf("byte %d", syntax.ByteOffset+1), Reason: "is no sound JSON: " + layout.Clip(syntax.Err.Error()) + " at " + layout.Clip(string(syntax.JSONPointer))}
	}
	return err
}

func (s *source) contradiction(reason string) error {
	return &layout.ContradictionError{Place: fmt.Sprintf("byte %d", s.json.InputOffset()+1), Reason: reason}
}

// row makes a row.
func (s *source) row(r *found) (layout.Row, error) {
	s.n++
	row := layout.Row{Record: -1, Line: s.n}
	if r.bad != nil {
		r.bad.Line, r.bad.Place = s.n, fmt.Sprintf("entry %d %s", s.n, r.bad.Place)
		return row, r.bad
	}
	line := &s.plan.Lines()[r.record]
	row.Record, row.Values = r.record, s.values[:len(line.Cells)]
	clear(row.Values)
	var raw []string
	var bad *layout.LineError
	for _, o := range s.records[r.record].fields {
		if !s.part.Wants(r.record, o.cell.Index) {
			continue
		}
		c := &line.Cells[o.cell.Index]
		at := r.value.under(o.keys)
		v, reason := s.cell(c, at, s.currency(r, line, c))
		row.Values[c.Index] = v
		if at != nil && s.part == nil {
			raw = append(raw, c.Name+"="+layout.Clip(at.text))
		}
		if reason != "" && bad == nil {
			bad = &layout.LineError{Line: s.n, Place: fmt.Sprintf("entry %d at %s", s.n, placeOf(r.value.at)), Record: line.Name, Field: c.Name, Reason: reason}
			if at != nil {
				bad.Value = layout.Clip(at.text)
			}
		}
	}
	row.Raw = strings.Join(raw, " ")
	if bad != nil {
		return row, bad
	}
	return row, nil
}

func placeOf(pointer string) string {
	if pointer == "" {
		return "/"
	}
	return pointer
}

// under is what stands under keys; nil when it is not there.
func (v *value) under(keys []string) *value {
	for _, key := range keys {
		if v = v.at1(key); v == nil {
			return nil
		}
	}
	return v
}

// cell turns a value into that of a field: by what it is, not by how it looks.
func (s *source) cell(c *layout.Cell, v *value, currency string) (layout.Value, string) {
	switch {
	case v == nil || v.kind == 'n':
		return layout.Value{}, c.Missing()
	case v.kind == '{' || v.kind == '[':
		return layout.Value{}, "is an object or array, and no value"
	case v.kind == 't' || v.kind == 'f':
		if c.Type != layout.FlagType {
			return layout.Value{}, fmt.Sprintf("is true or false, and no %s", c.Type)
		}
		return layout.Flag(v.kind == 't'), ""
	case v.kind == '0' && c.Type == layout.CodeType && strings.ContainsAny(v.text, ".eE"):
		return layout.Value{}, "is a number with decimals, and no code"
	case v.kind == '0' && c.Numeric() && strings.ContainsAny(v.text, "eE"):
		a, err := fis.ParseAmount(v.text)
		if err != nil {
			return layout.Value{}, "is not a number that can be an amount"
		}
		return c.Parse(a.String(), currency)
	}
	return c.Parse(v.text, currency)
}

// currency is the companion text of an amount with implied decimals by currency.
func (s *source) currency(r *found, line *layout.Line, c *layout.Cell) string {
	if !c.ByCurrency || !c.Unmarked {
		return ""
	}
	for _, o := range s.records[r.record].fields {
		if o.cell.Index == c.Companion {
			if v := r.value.under(o.keys); v != nil {
				return s.part.Companion(v.text)
			}
		}
	}
	return s.part.Companion("")
}
