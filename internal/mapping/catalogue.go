package mapping

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
)

// fieldType is what a formula makes of a source field. Flags stay texts: people compare them with "Y".
func fieldType(t fis.FieldType) formula.Type {
	switch t {
	case fis.FieldAmount, fis.FieldNumber, fis.FieldInteger:
		return formula.Number
	case fis.FieldDate:
		return formula.Date
	}
	return formula.Text
}

// field adds a field of a document type; one that holds different things in different types can be anything.
func (s *slots) field(info fis.FieldInfo) {
	typ := fieldType(info.Type)
	f, ok := s.fields[info.Name]
	if !ok {
		s.fields[info.Name] = &sourceField{name: info.Name, typ: typ}
		return
	}
	if f.typ != typ {
		f.typ = formula.Any
	}
}
