package format

import (
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/say"
)

// column checks one column by itself.
func (c *checker) column(i int) {
	col := &c.f.Columns[i]
	place := ".columns." + string(col.Role)
	facts, ok := col.Role.Facts()
	if !ok || col.Role == RoleFiles || col.Role == RoleMatch {
		c.add(place, string(col.Role), say.F("there is no role %q", string(col.Role)), nearestWord(string(col.Role), Roles()))
	}
	given := 0
	for _, has := range []bool{col.Field != "", len(col.Fields) > 0, col.Value != "", col.Plus != "" || col.Minus != ""} {
		if has {
			given++
		}
	}
	if given != 1 {
		c.add(place, "", "give one of field, fields and value, or plus with minus", "")
	}
	c.wholeNumber(place, col, facts)
	c.columnSource(place, col, facts)
	if col.Pattern != "" {
		re, err := regexp.Compile(col.Pattern)
		switch {
		case err != nil:
			c.add(place+".pattern", col.Pattern, say.Of(err), "")
		case re.NumSubexp() == 0:
			c.add(place+".pattern", col.Pattern, "the pattern has no group ( ) for the part that counts", "")
		}
	}
	if ok {
		c.words(place+".words", col, facts)
	}
}

// columnSource checks that the record and its fields exist and can hold what the role needs.
func (c *checker) columnSource(place string, col *Column, facts roleFacts) {
	var records []*layout.Record
	var names, fields []string
	for i := range c.f.Records {
		r := &c.f.Records[i]
		names = append(names, r.Name)
		if col.Record == "" || col.Record == r.Name {
			records = append(records, r)
			for _, f := range r.Fields {
				fields = append(fields, f.Name)
			}
		}
	}
	if len(records) == 0 {
		if len(names) > 0 {
			c.add(place, col.Record, say.F("there is no record %q", col.Record), nearestWord(col.Record, names))
		}
		return
	}
	found := false
	for _, r := range records {
		if hasFields(r, col.Sources()) {
			found = true
			c.columnTypes(place, r, col, facts)
		}
	}
	if found {
		return
	}
	for _, name := range col.Sources() {
		if !slices.Contains(fields, name) {
			c.add(place, name, say.F("there is no field %q in the records of this format", name), nearestWord(name, fields))
			return
		}
	}
	c.add(place, JoinWords(col.Fields), "no record has all of these fields", "")
}

func (c *checker) columnTypes(place string, r *layout.Record, col *Column, facts roleFacts) {
	if facts.counting && c.f.UseOf(r.Name) == UseData && c.f.Level != LevelFile && c.f.Kind != Mixed {
		c.add(place, r.Name, "counts stand in a record that is used as header or trailer", "")
	}
	if c.f.UseOf(r.Name) == UseHeader && rowsOnly(col.Role) && c.onlyIn(r, col) {
		c.add(place, r.Name, "the header speaks for no row: this role stands in data rows", "")
	}
	for _, name := range col.Sources() {
		t := fieldOf(r, name).Type
		switch {
		case facts.date && t != layout.DateType:
			c.add(place, name, say.F("the field has type %q; this role needs a date", t), "")
		case (col.Role == RoleAmount || col.Role == RoleTotalAmount) && t != layout.AmountType && t != layout.IntegerType:
			c.add(place, name, say.F("the field has type %q; this role needs an amount", t), "")
		case !facts.date && !facts.number && t == layout.AmountType && !besideAmount(col):
			c.add(place, name, "the field is an amount; this role needs a code or a text", "")
		case isID(col.Role) && t == layout.IntegerType:
			c.add(place, name, "the field is an integer, which loses leading zeros and long numbers; make it a code", "")
		}
	}
}

// rowsOnly tells whether a role means something in data rows only.
func rowsOnly(r Role) bool {
	switch r {
	case RoleKind, RoleOutcome, RoleStatus, RoleMessage, RoleMessageCode, RoleMessageLine:
		return true
	}
	return false
}

// onlyIn tells whether no other record has the column's fields: a name that header and rows share is no mistake.
func (c *checker) onlyIn(r *layout.Record, col *Column) bool {
	for i := range c.f.Records {
		other := &c.f.Records[i]
		if other.Name != r.Name && (col.Record == "" || col.Record == other.Name) && hasFields(other, col.Sources()) {
			return false
		}
	}
	return true
}

func isID(r Role) bool {
	switch r {
	case RoleDocID, RoleReportID, RoleReference, RoleNumber, RoleCompany, RolePaymentRef, RoleReceiverID, RoleBatchID, RoleFileName:
		return true
	}
	return false
}

func (c *checker) words(place string, col *Column, facts roleFacts) {
	if facts.Words == nil {
		if len(col.Words) > 0 {
			c.add(place, "", say.F("the role %s has no words", col.Role), "")
		}
		if col.Value != "" && (facts.number || facts.date) {
			c.add(place, col.Value, say.F("the role %s cannot be a constant", col.Role), "")
		}
		return
	}
	keys := make([]string, 0, len(col.Words))
	for k := range col.Words {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	seen := map[string]string{}
	for _, k := range keys {
		if !slices.Contains(facts.Words, col.Words[k]) {
			c.add(place+"."+k, string(col.Words[k]), say.F("%q is not one of %s", string(col.Words[k]), JoinWords(facts.Words)), nearestWord(string(col.Words[k]), facts.Words))
		}
		folded := FoldWord(k)
		if col.Exact {
			folded = k
		}
		if other, twice := seen[folded]; twice {
			c.add(place+"."+k, k, say.F("%q and %q are the same word", other, k), "")
		}
		seen[folded] = k
		if facts.some && strings.Trim(folded, "*") == "" || facts.some && k == WordBlank {
			c.add(place+"."+k, k, "name the messages: a * stands for a part of a text", "")
		}
	}
	if !facts.some && col.Value != "" && len(col.Words) == 0 && !slices.Contains(facts.Words, Word(col.Value)) {
		c.add(place, col.Value, say.F("%q is not one of %s", col.Value, JoinWords(facts.Words)), nearestWord(col.Value, facts.Words))
	}
}

// FoldWord is how words are compared: no blanks around, no difference between upper and lower case.
func FoldWord(word string) string { return strings.ToLower(strings.TrimSpace(word)) }

// WordTable is the words of a column by their folded form. A column without words means the words of its role
// themselves.
func (c *Column) WordTable() map[string]Word {
	table := map[string]Word{}
	if facts, ok := c.Role.Facts(); ok && len(c.Words) == 0 && !facts.some {
		for _, w := range facts.Words {
			table[FoldWord(string(w))] = w
		}
	}
	for k, w := range c.Words {
		if c.Exact && k != WordBlank {
			table[strings.TrimSpace(k)] = w
			continue
		}
		table[FoldWord(k)] = w
	}
	return table
}
