package amounts

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// Tally adds up what the rows of a finished file say, without the documents that they stand for: a package's members
// are read one by one, and a currency may stand in another member than the amount.
type Tally struct {
	rules *Rules
	// named are the currencies that records name, by the field and the document they belong to.
	named map[Field]map[string]string
	rows  []tallied
	// inexact are groups of which a row could not be added up.
	inexact map[int]bool
}

// tallied is a row with an amount.
type tallied struct {
	group  int
	held   *Held
	key    string
	values []layout.Value
	record int
}

// Tally begins to add up.
func (r *Rules) Tally() *Tally {
	return &Tally{rules: r, named: map[Field]map[string]string{}, inexact: map[int]bool{}}
}

// Add takes a row of a group, such as a member of a package.
func (t *Tally) Add(group, record int, values []layout.Value) {
	for i := range t.rules.records {
		for _, h := range t.rules.records[i].held {
			if c := h.Currency; c.Known() && c.Record == record && c.Record != i {
				t.name(c, t.keyIn(record, i, h), values)
			}
		}
	}
	held := t.rules.records[record].held
	if len(held) == 0 {
		return
	}
	if len(held) > 1 && slices.ContainsFunc(held[1:], func(h *Held) bool { return !h.sameFields(held[0]) }) {
		t.inexact[group] = true // which of them speaks for the row only its document tells
		return
	}
	row := tallied{group: group, held: held[0], record: record, values: slices.Clone(values)}
	if d := row.held.Document; d.Record == record {
		row.key = values[d.Field].String()
	}
	t.rows = append(t.rows, row)
}

// sameFields reports whether two ways of holding rows against documents read the same fields in the same way.
func (h *Held) sameFields(o *Held) bool {
	return h.Debit == o.Debit && h.Credit == o.Credit && h.Amount == o.Amount && h.Side == o.Side && h.Currency == o.Currency && h.Document == o.Document &&
		h.Rows.Signed == o.Rows.Signed && h.Rows.CreditPositive == o.Rows.CreditPositive && h.Rows.Units == o.Rows.Units
}

// keyIn is the field of a record that names the document, as another record's rows name it; -1 for none.
func (t *Tally) keyIn(record, of int, h *Held) int {
	if h.Document.Record == record {
		return h.Document.Field
	}
	if h.Document.Record != of {
		return -1
	}
	same := t.rules.records[of].Columns[h.Document.Field].Name
	return slices.IndexFunc(t.rules.records[record].Columns, func(c Column) bool { return c.Name == same })
}

func (t *Tally) name(at Field, key int, values []layout.Value) {
	if key < 0 {
		return
	}
	if t.named[at] == nil {
		t.named[at] = map[string]string{}
	}
	t.named[at][values[key].String()] = values[at.Field].String()
}

// Sums are the sums of each group by currency. A group is left out where it has no amounts, or where one of its rows
// does not tell its currency or its side.
func (t *Tally) Sums() map[int]map[string]Sides {
	out := map[int]map[string]Sides{}
	for _, row := range t.rows {
		text := ""
		if c := row.held.Currency; c.Known() && c.Record == row.record {
			text = row.values[c.Field].String()
		} else if c.Known() {
			text = t.named[c][row.key]
		}
		currency := row.held.ISOOf(text, "")
		said, _, reason := row.held.says(row.values, currency)
		if currency == "" || reason != "" {
			t.inexact[row.group] = true
			continue
		}
		if out[row.group] == nil {
			out[row.group] = map[string]Sides{}
		}
		out[row.group][currency] = out[row.group][currency].Plus(said)
	}
	for group := range t.inexact {
		delete(out, group)
	}
	return out
}

// Reading is the layout by which a finished file is read back.
func (r *Rules) Reading() *layout.Plan { return r.reading }
