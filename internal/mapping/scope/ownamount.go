package scope

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

// Some amounts have one name on several levels: entryApprovedAmount is what was approved of an entry, and the part of it
// that a wage type is. A wage type whose amount is null is not worth the whole entry: it has none.

// partsWith are the parts of documents, by their place, that have the amount that a name means; nil where only one has
// it, or where it is no amount.
func (s *Slots) partsWith(n *Slot) (parts []string) {
	if n.kind != facts.OfSource || n.typ != formula.Number || n.path != nil && len(n.path.steps) > 1 {
		return nil
	}
	for _, info := range s.byPath[n.Leaf()] {
		place := strings.ReplaceAll(info.Path, "[]", "")
		part, _, below := cutLast(place)
		if below && !info.OfAnother() && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	if len(parts) < 2 {
		return nil
	}
	return parts
}

// cutLast cuts a path before its last name.
func cutLast(path string) (before, name string, found bool) {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return "", path, false
	}
	return path[:i], path[i+1:], true
}

// named gives the field that a name means: of the innermost part that has it. An amount is not looked for beyond the
// part of the row that FIS gives such an amount, whether or not it is filled there.
func (e *Env) named(s *Slot) *fis.Node {
	name := s.Leaf()
	if s.own == nil {
		return e.Find(name)
	}
	for i, n := range e.nodes[:e.depth] {
		if f := n.Get(name); f != nil {
			return f
		}
		if part := e.partOf(i); slices.Contains(s.own, part) || e.hasOwn(s, part) {
			return nil
		}
	}
	for _, n := range e.heads {
		if f := n.Get(name); f != nil {
			return f
		}
	}
	return nil
}

// hasOwn reports whether a row beside an allowance of a day leaves out the part that has its amounts
// (dailyAllowanceRateType): those of the day are not its own.
func (e *Env) hasOwn(s *Slot, part string) bool {
	if e.kind != template.RepeatAllowance && e.kind != template.RepeatDeduction {
		return false
	}
	return part == allowances && slices.Contains(s.own, allowances+".dailyAllowanceRateType")
}

// allowances is the place of the allowances of a day.
const allowances = "travelAllowances.dailyAllowanceDetails.dailyAllowanceRateTypeDetailList"
