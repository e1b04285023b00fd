package formula

import "github.com/fisbridge/fisbridge/internal/layout"

// Program is a checked formula. It cannot change and is safe for concurrent use.
type Program struct {
	source   string
	typ      Type
	run      node
	constant bool
	fields   []int
	tables   []string
	settings []string
	lookups  []Lookup
	names    []Name
	texts    []string
	columns  []string
	cost     int // values and operators, those of the formulas in it included
}

// Name is a field as it was typed.
type Name struct{ Typed, Field string }

// node is a compiled part of a formula. tr is nil but for explain.
type node func(env Env, tr *Trace) (layout.Value, error)

// Source is the formula as the person typed it.
func (p *Program) Source() string { return p.source }

// Type is what the formula gives; Any when only the document can tell. Whatever the type, the value may be blank.
func (p *Program) Type() Type { return p.typ }

// Fields are the slots that the formula may read, ascending.
func (p *Program) Fields() []int { return p.fields }

// Tables are the names of the lookup sheets in use, sorted.
func (p *Program) Tables() []string { return p.tables }

// Settings are the names of the settings in use, without "settings.", sorted.
func (p *Program) Settings() []string { return p.settings }

// Lookups are the uses of lookup sheets, in the order of the formula.
func (p *Program) Lookups() []Lookup { return p.lookups }

// Names are the fields as they were typed, in the order of the formula.
func (p *Program) Names() []Name { return p.names }

// Texts are the text constants of the formula.
func (p *Program) Texts() []string { return p.texts }

// Constant gives the value of a formula that depends on no field and no lookup sheet.
func (p *Program) Constant() (layout.Value, bool) {
	if !p.constant {
		return layout.Value{}, false
	}
	v, err := p.run(nil, nil)
	return v, err == nil
}

// Eval computes the value. Errors are *EvalError.
func (p *Program) Eval(env Env) (layout.Value, error) { return p.run(env, nil) }

// Test computes a condition; blank is no. Errors are *EvalError.
func (p *Program) Test(env Env) (bool, error) {
	v, err := p.run(env, nil)
	return v.Bool, err
}

// Trace computes the value and records what was read on the way, also when it ends in an error.
func (p *Program) Trace(env Env) (layout.Value, *Trace, error) {
	tr := new(Trace)
	v, err := p.run(env, tr)
	return v, tr, err
}

// Trace is how a value came to be.
type Trace struct {
	Fields  []FieldRead // in the order they were read, each once
	Lookups []Hit
}

// FieldRead is a source field and its raw value.
type FieldRead struct {
	Slot  int
	Name  string
	Value layout.Value
}

// Hit is a lookup row that was used.
type Hit struct {
	Table, Column string
	Key           []string
	Row           int
	Cell          string // Accounts!C14
	ByDefault     bool   // a "*" row
	Value         layout.Value
}

// read records a field once.
func (tr *Trace) read(slot int, name string, v layout.Value) {
	for _, f := range tr.Fields {
		if f.Slot == slot {
			return
		}
	}
	tr.Fields = append(tr.Fields, FieldRead{Slot: slot, Name: name, Value: v})
}
