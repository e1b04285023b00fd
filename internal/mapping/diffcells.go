package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// CellChange is one cell (or row) in which two versions of a mapping differ.
type CellChange struct {
	// Sheet and Cell are where it stands in the newer version; what was removed, where it stood in the older one.
	Sheet string `json:"sheet"`
	Cell  string `json:"cell,omitempty"`
	// What names it as people do: "Line Account", "640100 Account", "company".
	What string `json:"what"`
	// Kind is changed, added or removed.
	Kind string `json:"kind"`
	Old  string `json:"old,omitempty"`
	New  string `json:"new,omitempty"`
}

// Kinds of changes.
const (
	CellChanged = "changed"
	CellAdded   = "added"
	CellRemoved = "removed"
)

func (c CellChange) String() string {
	at := findings.Place{Sheet: c.Sheet, Ref: c.Cell}.String()
	switch c.Kind {
	case CellAdded:
		return fmt.Sprintf("%s: %s added: %s", at, c.What, blankWord(c.New))
	case CellRemoved:
		return fmt.Sprintf("%s: %s removed: %s", at, c.What, blankWord(c.Old))
	}
	return fmt.Sprintf("%s: %s: %s → %s", at, c.What, blankWord(c.Old), blankWord(c.New))
}

// CellChanges are the cells in which two mappings differ, as far as they count: formatting, notes, the order of rows, and sheets that no formula
// uses do not. They come in the order of the sheets.
func CellChanges(older, newer *Plan) []CellChange {
	d := cellDiff{older: older, newer: newer}
	d.template()
	d.named(workbook.SheetSettings, settingCells(older), settingCells(newer))
	d.named(workbook.SheetColumns, columnCells(older), columnCells(newer))
	for _, name := range lookupsOf(older, newer) {
		d.lookup(name, older.lookups[name], newer.lookups[name])
	}
	d.named(workbook.SheetResults, tableCells(older.content.Results), tableCells(newer.content.Results))
	d.named(workbook.SheetTests, tableCells(older.content.Tests), tableCells(newer.content.Tests))
	return d.list
}

type cellDiff struct {
	older, newer *Plan
	list         []CellChange
}

// namedValue is a cell under a name that tells it from all others of its sheet.
type namedValue struct {
	key, what string
	at        findings.Place
	text      string
}

// named compares cells by name.
func (d *cellDiff) named(sheet string, old, now []namedValue) {
	was := map[string]namedValue{}
	for _, v := range old {
		was[v.key] = v
	}
	is := map[string]bool{}
	for _, v := range now {
		is[v.key] = true
		o, known := was[v.key]
		switch {
		case !known:
			d.add(sheet, v.at, CellAdded, v.what, "", v.text)
		case o.text != v.text:
			d.add(sheet, v.at, CellChanged, v.what, o.text, v.text)
		}
	}
	for _, v := range old {
		if !is[v.key] {
			d.add(sheet, v.at, CellRemoved, v.what, v.text, "")
		}
	}
}

func (d *cellDiff) add(sheet string, at findings.Place, kind, what, old, now string) {
	if kind != CellChanged && old == now {
		return // a blank row more or less says nothing
	}
	if strings.HasPrefix(at.Ref, "line ") && at.Sheet != "" {
		sheet = at.Sheet
	}
	d.list = append(d.list, CellChange{Sheet: sheet, Cell: at.Ref, What: what, Kind: kind, Old: old, New: now})
}

// written is a cell as people see it; a number that looks like a text elsewhere says so.
func written(c workbook.Cell) string {
	if c.Kind == workbook.Number {
		return "number " + c.Value().String()
	}
	return wording.Clean(c.Show())
}

func settingCells(p *Plan) []namedValue {
	var out []namedValue
	for _, s := range p.content.Settings {
		name := wording.Clean(s.Name.Show())
		out = append(out, namedValue{wording.Fold(name), name, s.Value.Place, written(s.Value)})
	}
	return out
}

func columnCells(p *Plan) []namedValue {
	var out []namedValue
	for _, c := range p.content.Columns {
		record, field := wording.Clean(c.Record.Show()), wording.Clean(c.Field.Show())
		out = append(out, namedValue{wording.Fold(record) + "\x00" + wording.Fold(field), record + " " + field, c.Value.Place, written(c.Value)})
	}
	return out
}

// tableCells are the rows of a sheet that has no key: each row as a whole, told apart by what is in it.
func tableCells(s *workbook.Sheet) []namedValue {
	if s == nil || len(s.Rows) == 0 {
		return nil
	}
	var out []namedValue
	seen := map[string]int{}
	for _, row := range s.Rows[1:] {
		var texts []string
		for _, c := range row.Cells {
			texts = append(texts, written(c))
		}
		texts = trimmed(texts)
		if len(texts) == 0 {
			continue
		}
		n := min(2, len(texts)-1)
		key := strings.Join(texts[:n], "\x00")
		seen[key]++
		at := findings.Place{Sheet: s.Name, Ref: xlsx.Ref(0, row.Number)}
		if first := row.Cells[0]; first.Ref != "" {
			at = first.Place
		}
		what := strings.Trim(strings.Join(texts[:n], " "), " ")
		out = append(out, namedValue{fmt.Sprintf("%s\x00%d", key, seen[key]), what, at, strings.Join(texts[n:], " | ")})
	}
	return out
}

// trimmed takes blank cells off the end.
func trimmed(texts []string) []string {
	for len(texts) > 0 && texts[len(texts)-1] == "" {
		texts = texts[:len(texts)-1]
	}
	return texts
}

// lookupsOf are the lookup sheets that either plan uses, in the order of the newer mapping.
func lookupsOf(older, newer *Plan) []string {
	var out []string
	for _, name := range append(newer.content.LookupNames(), older.content.LookupNames()...) {
		_, was := older.lookups[name]
		_, is := newer.lookups[name]
		if (was || is) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// lookup compares a lookup sheet row by row, by key.
func (d *cellDiff) lookup(name string, old, now *lookup) {
	if old == nil || now == nil {
		d.wholeLookup(name, old, now)
		return
	}
	d.headings(name, old, now)
	was := map[string]int{}
	for i, r := range old.rows {
		was[old.show(r.key)] = i
	}
	is := map[string]bool{}
	for i := range now.rows {
		r := &now.rows[i]
		key := now.show(r.key)
		is[key] = true
		if o, known := was[key]; known {
			d.lookupRow(name, key, old, now, &old.rows[o], r)
		} else {
			d.add(name, r.at, CellAdded, "row "+key, "", now.text(r))
		}
	}
	for i := range old.rows {
		if r := &old.rows[i]; !is[old.show(r.key)] {
			d.add(name, r.at, CellRemoved, "row "+old.show(r.key), old.text(r), "")
		}
	}
}

func (d *cellDiff) wholeLookup(name string, old, now *lookup) {
	if now != nil {
		d.add(name, findings.Place{Sheet: name}, CellAdded, "lookup sheet", "", fmt.Sprintf("%d rows", len(now.rows)))
	} else {
		d.add(name, findings.Place{Sheet: name}, CellRemoved, "lookup sheet", fmt.Sprintf("%d rows", len(old.rows)), "")
	}
}

func (d *cellDiff) headings(name string, old, now *lookup) {
	was, is := strings.Join(append(slices.Clone(old.keys), old.columns...), ", "), strings.Join(append(slices.Clone(now.keys), now.columns...), ", ")
	if was != is {
		d.add(name, findings.Place{Sheet: name}, CellChanged, "headings", was, is)
	}
}

// lookupRow compares the columns that both have.
func (d *cellDiff) lookupRow(name, key string, old, now *lookup, was, is *lookupRow) {
	for i, column := range now.columns {
		j := slices.Index(old.columns, column)
		if j < 0 || sameValue(was.values[j], is.values[i]) {
			continue
		}
		d.add(name, is.places[i], CellChanged, key+" "+column, valueText(was.values[j]), valueText(is.values[i]))
	}
}

func valueText(v layout.Value) string {
	if v.Kind == layout.NumberKind {
		return "number " + v.String()
	}
	return v.String()
}

// text is a row in one line: its result columns.
func (t *lookup) text(r *lookupRow) string {
	var texts []string
	for _, v := range r.values {
		texts = append(texts, valueText(v))
	}
	if s := strings.Join(trimmed(texts), " | "); s != "" {
		return s
	}
	return "(blank)"
}
