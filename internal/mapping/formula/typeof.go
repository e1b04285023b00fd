package formula

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

func OfColumn(t layout.Type) Type {
	switch t {
	case layout.IntegerType, layout.AmountType:
		return Number
	case layout.DateType:
		return Date
	case layout.FlagType:
		return Bool
	case "":
		return Any
	}
	return Text
}

func OfValue(k layout.ValueKind) Type {
	switch k {
	case layout.NumberKind:
		return Number
	case layout.DateKind:
		return Date
	case layout.BoolKind:
		return Bool
	}
	return Text
}

// OfField is what a formula makes of a source field. Flags stay texts: people compare them with "Y". A part is whether
// it is there, a list of parts how many there are.
func OfField(t fis.FieldType) Type {
	switch t {
	case fis.FieldAmount, fis.FieldNumber, fis.FieldInteger, fis.FieldParts:
		return Number
	case fis.FieldDate:
		return Date
	case fis.FieldBool, fis.FieldPart:
		return Bool
	}
	return Text
}
