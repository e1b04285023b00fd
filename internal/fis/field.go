package fis

//go:generate go run ./fieldgen

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// FieldType is how the value of a field is meant; FIS itself may spell a number as text.
type FieldType string

const (
	FieldText    FieldType = "text"    // free text, written by people
	FieldCode    FieldType = "code"    // identifier or key: digits in it are no number, leading zeros count
	FieldAmount  FieldType = "amount"  // money
	FieldNumber  FieldType = "number"  // rate, percentage, quantity
	FieldInteger FieldType = "integer" // count or sequence
	FieldDate    FieldType = "date"    // day
	FieldFlag    FieldType = "flag"    // Y or N
	FieldBool    FieldType = "bool"    // true or false
	// FieldPart is an object and FieldParts a list of them: no value of its own, but fields inside.
	FieldPart  FieldType = "part"
	FieldParts FieldType = "parts"
)

// FieldInfo describes a source field for the people who write mappings.
type FieldInfo struct {
	Name string
	// Group is the part of the document that holds the field, by its name in the JSON: report, expenseEntry,
	// allocation...; "" for the parts at the root.
	Group string
	// Path is where the field is from the root, lists marked: expenseEntry[].allocation[].allocationId.
	Path string
	Type FieldType
	// Max is the greatest length in characters, 0 when none is stated.
	Max     int
	Meaning string
	// Sample is a made-up value.
	Sample string
}

// IsPart reports whether the field is an object or a list of objects.
func (f *FieldInfo) IsPart() bool { return f.Type == FieldPart || f.Type == FieldParts }

// OfAnother reports whether the field belongs to something else than the document is about: its earlier revision, or a
// request that it came from. A name alone never means such a field, its path does.
func (f *FieldInfo) OfAnother() bool { return IsOfAnother(f.Path) }

// IsOfAnother is OfAnother of the path or of the name of the part at its head.
func IsOfAnother(path string) bool {
	return strings.HasPrefix(path, "previousRevision") || strings.HasPrefix(path, "linkedRequestHeader") || strings.HasPrefix(path, "linkedRequestEntry[") || path == "linkedRequestEntry"
}

// walked reports whether rows of a file can stand in the items of a list.
func walked(list string) bool {
	switch list {
	case "expenseEntry", "lineItem", "requestEntry", "allocation", "journal", "tax", "payrollData", "cashAdvanceApplication", "journalData",
		"travelAllowances", "dailyAllowanceDetails", "dailyAllowanceRateTypeDetailList":
		return true
	}
	return false
}

// Way is the end of the path from the innermost part that a row of a file can stand in down to the field, without marks
// of lists: the name alone when the row stands beside the field, else a path such as mileage.routeId.
func (f *FieldInfo) Way() string {
	words := strings.Split(f.Path, ".")
	from := 0
	for i := range words {
		list := strings.HasSuffix(words[i], "[]")
		words[i] = strings.TrimSuffix(words[i], "[]")
		object := words[i] == "dailyAllowanceRateType" || words[i] == "journal" || i == 0 && words[i] != "cashAdvanceApplication"
		if i < len(words)-1 && (list && walked(words[i]) || !list && object) {
			from = i + 1
		}
	}
	return strings.Join(words[from:], ".")
}

// member is a field of a shape: a value, a run of numbered fields of the company's own (from, to), or a part. types are
// the documents that have it, all when it is empty.
type member struct {
	name, sample, meaning, part, types string
	typ                                FieldType
	list                               bool
	max, maxValue, from, to            int
}

// Fields is the catalogue of the source fields of a type, in document order, parts included; nil for an unknown type.
// FIS adds fields at any time: a field that is not here may be there. Whoever asks must not change it.
func Fields(t DocType) []FieldInfo {
	if all, ok := catalogues()[t]; ok {
		return all
	}
	return nil
}

var catalogues = sync.OnceValue(func() map[DocType][]FieldInfo {
	all := map[DocType][]FieldInfo{}
	for _, t := range DocTypes() {
		of := []DocType{t}
		if t == Obligation { // the name of both before 2023
			of = []DocType{RequestObligation, ReportObligation}
		}
		seen := map[string]bool{}
		for _, part := range of {
			c := catalogue{of: part}
			c.shape("document", "", "", 0)
			for _, f := range c.fields {
				if !seen[f.Path] {
					seen[f.Path] = true
					all[t] = append(all[t], f)
				}
			}
		}
	}
	return all
})

// catalogue gathers the fields of one type of documents.
type catalogue struct {
	of     DocType
	fields []FieldInfo
}

// shape adds the fields of a part that stands at a path: what is in the parts of it comes behind its own fields.
func (c *catalogue) shape(name, group, path string, depth int) {
	if depth > MaxDepth {
		panic("fields.txt: the shape " + name + " is inside itself")
	}
	var parts []member
	for _, m := range shapes[name] {
		switch {
		case m.types != "" && !slices.Contains(strings.Fields(m.types), string(c.of)):
		case m.part != "":
			parts = append(parts, m)
		case m.from > 0:
			c.custom(m, group, path)
		default:
			c.fields = append(c.fields, FieldInfo{m.name, group, path + m.name + brackets(m.list), m.typ, m.max, m.meaning, m.sample})
		}
	}
	for _, m := range parts {
		typ := FieldPart
		if m.list {
			typ = FieldParts
		}
		at := path + m.name + brackets(m.list)
		c.fields = append(c.fields, FieldInfo{m.name, group, at, typ, 0, m.meaning, ""})
		c.shape(m.part, m.name, at+".", depth+1)
	}
}

func brackets(list bool) string {
	if list {
		return "[]"
	}
	return ""
}

// custom adds the fields of a company's own: a code and a value for each number.
func (c *catalogue) custom(m member, group, path string) {
	for i := m.from; i <= m.to; i++ {
		number := strconv.Itoa(i)
		code, value := m.name+number+"Code", m.name+number+"Value"
		c.fields = append(c.fields,
			FieldInfo{code, group, path + code, FieldCode, m.max, fmt.Sprintf("code or text of %s %d, as the company set it up", m.meaning, i), "C" + number + "00"},
			FieldInfo{value, group, path + value, FieldText, m.maxValue, fmt.Sprintf("name of the list item of %s %d", m.meaning, i), "Item " + number})
	}
}
