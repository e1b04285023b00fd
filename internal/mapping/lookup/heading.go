package lookup

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// headings finds the key and the result columns. A heading that ends in (key) makes a key; without any, the template's
// declaration does, and the first column where the template does not know the sheet.
func (b *builder) headings() bool {
	marked := b.readHeads()
	declared := b.declaredKeys()
	for i, h := range b.heads {
		isKey := hasKeyMark(h)
		if isKey {
			h = wording.Clean(h[:len(h)-len(workbook.KeyMark)])
		}
		if !marked {
			isKey = slices.ContainsFunc(declared, func(k string) bool { return wording.Fold(k) == wording.Fold(h) })
		}
		switch {
		case h == "":
		case isKey:
			b.keyAt, b.out.keys = append(b.keyAt, i), append(b.out.keys, h)
		default:
			b.colAt, b.out.columns = append(b.colAt, i), append(b.out.columns, h)
		}
	}
	if !marked && len(b.keyAt) == 0 && len(b.colAt) > 0 { // the first column, by position
		b.keyAt, b.out.keys = b.colAt[:1:1], b.out.columns[:1:1]
		b.colAt, b.out.columns = b.colAt[1:], b.out.columns[1:]
		b.byPosition = true
	}
	return b.usableHeadings()
}

func hasKeyMark(heading string) bool {
	return strings.HasSuffix(strings.ToLower(heading), workbook.KeyMark)
}

// readHeads reads the row of headings; a heading that stands twice is an error.
func (b *builder) readHeads() (marked bool) {
	seen := map[string]string{}
	for _, c := range b.sheet.Rows[0].Cells {
		h := wording.Clean(c.Show())
		marked = marked || hasKeyMark(h)
		b.heads = append(b.heads, h)
		if h == "" {
			continue
		}
		if before, twice := seen[wording.Fold(h)]; twice {
			b.found.Errorf(c, "", "the heading %s stands twice: here and in %s", h, before)
		}
		seen[wording.Fold(h)] = c.Ref
	}
	return marked
}

// declaredKeys are the key columns that the template knows of this sheet.
func (b *builder) declaredKeys() (names []string) {
	if b.decl == nil {
		return nil
	}
	for _, c := range b.decl.Columns {
		if c.Key {
			names = append(names, c.Name)
		}
	}
	return names
}

// settle puts the keys of a sheet that the template knows into the template's order, and finds its first result column,
// so that formulas which name no headings mean the same columns wherever those stand.
func (b *builder) settle() {
	t := b.out
	t.settledKeys, t.settledFirst = len(t.keys) == 1 && !b.byPosition, len(t.columns) == 1
	if b.decl == nil {
		return
	}
	b.settleKeys(b.declaredKeys())
	for _, c := range b.decl.Columns {
		if i := slices.IndexFunc(t.columns,
			func(h string) bool { return wording.Fold(h) == wording.Fold(c.Name) }); i >= 0 && !c.Key {
			t.first, t.settledFirst = i, true
			return
		}
		if !c.Key {
			return // the first column of the template has another heading here
		}
	}
}

// settleKeys sorts the key columns as the template declares them. A single one with another heading takes the place of
// the single one that is missing.
func (b *builder) settleKeys(declared []string) {
	t := b.out
	var missing []int
	place := make([]int, len(t.keys)) // of each key column in the template's order
	for i := range place {
		place[i] = len(declared) + i
	}
	for d, name := range declared {
		if i := slices.IndexFunc(t.keys, func(h string) bool { return wording.Fold(h) == wording.Fold(name) }); i >= 0 {
			place[i] = d
		} else {
			missing = append(missing, d)
		}
	}
	unknown := slices.DeleteFunc(slices.Clone(place), func(p int) bool { return p < len(declared) })
	if len(missing) == 1 && len(unknown) == 1 {
		i := slices.Index(place, unknown[0])
		place[i], missing, unknown = missing[0], nil, nil
		if c := b.sheet.Rows[0].At(b.keyAt[i]); len(t.keys) > 1 {
			b.found.Warnf(c, "the template calls this key column %s; it is taken for that one, as no other has this "+
				"heading", declared[place[i]])
		}
	}
	order := make([]int, len(t.keys))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int { return place[x] - place[y] })
	keys, keyAt := slices.Clone(t.keys), slices.Clone(b.keyAt)
	for to, from := range order {
		t.keys[to], b.keyAt[to] = keys[from], keyAt[from]
	}
	t.settledKeys = t.settledKeys || len(missing) == 0 && len(unknown) <= 1 && !b.byPosition
}
