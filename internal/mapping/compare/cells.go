package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/keyed"
	"github.com/fisbridge/fisbridge/internal/mapping/lookup"
	"github.com/fisbridge/fisbridge/internal/mapping/renewal"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
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
	// ByTemplate: it is as a newer version of the template proposes it, and nobody's own doing.
	ByTemplate bool `json:"by_template,omitempty"`
}

// asProposed stands behind a change that a newer version of the template brings.
const asProposed = "as the newer template proposes it"

// Kinds of changes.
const (
	CellChanged = "changed"
	CellAdded   = "added"
	CellRemoved = "removed"
)

// proposed tells a cell from what the template itself says.
func (c CellChange) proposed() bool {
	return c.ByTemplate && !strings.HasPrefix(c.Sheet, TemplateSheet)
}

func (c CellChange) String() string {
	if c.proposed() {
		c.ByTemplate = false
		return c.String() + " (" + asProposed + ")"
	}
	at := findings.Place{Sheet: c.Sheet, Ref: c.Cell}.String()
	switch c.Kind {
	case CellAdded:
		return fmt.Sprintf("%s: %s added: %s", at, c.What, wording.OrBlank(c.New))
	case CellRemoved:
		return fmt.Sprintf("%s: %s removed: %s", at, c.What, wording.OrBlank(c.Old))
	}
	return fmt.Sprintf("%s: %s: %s → %s", at, c.What, wording.OrBlank(c.Old), wording.OrBlank(c.New))
}

// Said is what String says, as a sentence.
func (c CellChange) Said() say.Text {
	if c.proposed() {
		c.ByTemplate = false
		return say.F("%s (%s)", c.Said(), say.Text(asProposed))
	}
	at := findings.Place{Sheet: c.Sheet, Ref: c.Cell}.String()
	switch c.Kind {
	case CellAdded:
		return say.F("%s: %s added: %s", at, c.Named(), wording.OrBlank(c.New))
	case CellRemoved:
		return say.F("%s: %s removed: %s", at, c.Named(), wording.OrBlank(c.Old))
	}
	return say.F("%s: %s: %s → %s", at, c.Named(), wording.OrBlank(c.Old), wording.OrBlank(c.New))
}

// rowOf begins the name of a whole row of a lookup sheet.
const rowOf = "row "

// Named is What as a sentence: a row of a lookup sheet, or what has a name of its own.
func (c CellChange) Named() say.Text {
	if key, is := strings.CutPrefix(c.What, rowOf); is && c.Kind != CellChanged {
		return say.F("row %s", key)
	}
	switch c.What {
	case "lookup sheet":
		return say.Text("lookup sheet")
	case "headings":
		return say.Text("headings")
	}
	return say.Plain(c.What)
}

// Parted are the changes that somebody made, and those that a newer version of the template brings.
func Parted(all []CellChange) (own, byTemplate []CellChange) {
	for _, c := range all {
		if c.ByTemplate {
			byTemplate = append(byTemplate, c)
		} else {
			own = append(own, c)
		}
	}
	return own, byTemplate
}

// CellChanges are the cells in which two mappings differ, as far as they count: formatting, notes, the order of rows,
// and sheets that no formula uses do not. They come in the order of the sheets.
func CellChanges(older, newer *mapping.Plan) []CellChange {
	d := cellDiff{older: older, newer: newer}
	d.template()
	nothing := func(string, string, string) bool { return false }
	settings, columns := nothing, nothing
	if t := newer.Template(); t.Name == older.Template().Name && string(t.Source()) != string(older.Template().Source()) {
		settings = func(name, old, now string) bool { return renewal.BringsSetting(t, name, old, now) }
		columns = func(key, old, now string) bool {
			record, field, _ := strings.Cut(key, "\x00")
			return renewal.Brings(t, record, field, old, now)
		}
	}
	d.named(d.sheet(workbook.SheetSettings), settingCells(older), settingCells(newer), settings)
	d.named(d.sheet(workbook.SheetColumns), columnCells(older), columnCells(newer), columns)
	for _, name := range LookupsOf(older, newer) {
		d.lookup(name, older.View().Lookups()[name], newer.View().Lookups()[name])
	}
	d.named(d.sheet(workbook.SheetResults), keyed.Rows(older.View().Content().Results),
		keyed.Rows(newer.View().Content().Results), nothing)
	d.named(d.sheet(workbook.SheetTests), keyed.Rows(older.View().Content().Tests),
		keyed.Rows(newer.View().Content().Tests), nothing)
	return d.list
}

type cellDiff struct {
	older, newer *mapping.Plan
	list         []CellChange
}

// named compares cells by name; brought says of a name whether the newer template brings its change.
func (d *cellDiff) named(sheet string, old, now []keyed.Value, brought func(key, old, now string) bool) {
	add := func(v keyed.Value, kind, old, now string) {
		n := len(d.list)
		d.add(sheet, v.At, kind, v.What, old, now)
		if len(d.list) > n {
			d.list[n].ByTemplate = brought(v.Key, old, now)
		}
	}
	was := map[string]keyed.Value{}
	for _, v := range old {
		was[v.Key] = v
	}
	is := map[string]bool{}
	for _, v := range now {
		is[v.Key] = true
		o, known := was[v.Key]
		switch {
		case !known:
			add(v, CellAdded, "", v.Text)
		case o.Text != v.Text:
			add(v, CellChanged, o.Text, v.Text)
		}
	}
	for _, v := range old {
		if !is[v.Key] {
			add(v, CellRemoved, v.Text, "")
		}
	}
}

// sheet is the name of a sheet as the newer workbook has it.
func (d *cellDiff) sheet(english string) string {
	return d.newer.View().Content().Named(sheets.Sheets, english)
}

func (d *cellDiff) add(sheet string, at findings.Place, kind, what, old, now string) {
	if kind != CellChanged && old == now {
		return // a blank row more or less says nothing
	}
	if strings.HasPrefix(at.Ref, "line ") && at.Sheet != "" {
		sheet = at.Sheet
	}
	if content := d.newer.View().Content(); sheet == d.sheet(workbook.SheetSettings) {
		what, old, now = content.Named(sheets.Options, what), content.InWords(what, old), content.InWords(what, now)
	}
	d.list = append(d.list, CellChange{Sheet: sheet, Cell: at.Ref, What: what, Kind: kind, Old: old, New: now})
}

func settingCells(p *mapping.Plan) []keyed.Value {
	var out []keyed.Value
	for _, s := range p.View().Content().Settings {
		name := wording.Clean(s.Name.Show())
		out = append(out, keyed.Value{Key: wording.Fold(name), What: name, At: s.Value.Place,
			Text: keyed.Written(s.Value)})
	}
	return out
}

func columnCells(p *mapping.Plan) []keyed.Value {
	var out []keyed.Value
	for _, c := range p.View().Content().Columns {
		record, field := wording.Clean(c.Record.Show()), wording.Clean(c.Field.Show())
		out = append(out, keyed.Value{Key: wording.Fold(record) + "\x00" + wording.Fold(field), What: record +
			" " + p.View().Content().Named(sheets.Fields, field), At: c.Value.Place, Text: keyed.Written(c.Value)})
	}
	return out
}

// LookupsOf are the lookup sheets that either plan uses, in the order of the newer mapping.
func LookupsOf(older, newer *mapping.Plan) []string {
	var out []string
	for _, name := range append(newer.View().Content().LookupNames(), older.View().Content().LookupNames()...) {
		_, was := older.View().Lookups()[name]
		_, is := newer.View().Lookups()[name]
		if (was || is) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// lookup compares a lookup sheet row by row, by key.
func (d *cellDiff) lookup(name string, old, now *lookup.Table) {
	if old == nil || now == nil {
		d.wholeLookup(name, old, now)
		return
	}
	d.headings(name, old, now)
	was := map[string]int{}
	for i, r := range old.Rows() {
		was[old.Show(r.Key())] = i
	}
	is := map[string]bool{}
	for i := range now.Rows() {
		r := &now.Rows()[i]
		key := now.Show(r.Key())
		is[key] = true
		if o, known := was[key]; known {
			d.lookupRow(name, key, old, now, &old.Rows()[o], r)
		} else {
			d.add(name, r.At(), CellAdded, rowOf+key, "", lookupText(now, r))
		}
	}
	for i := range old.Rows() {
		if r := &old.Rows()[i]; !is[old.Show(r.Key())] {
			d.add(name, r.At(), CellRemoved, rowOf+old.Show(r.Key()), lookupText(old, r), "")
		}
	}
}

func (d *cellDiff) wholeLookup(name string, old, now *lookup.Table) {
	if now != nil {
		d.add(name, findings.Place{Sheet: name}, CellAdded, "lookup sheet", "", fmt.Sprintf("%d rows", len(now.Rows())))
	} else {
		d.add(name, findings.Place{Sheet: name}, CellRemoved, "lookup sheet", fmt.Sprintf("%d rows", len(old.Rows())),
			"")
	}
}

func (d *cellDiff) headings(name string, old, now *lookup.Table) {
	was, is := strings.Join(append(slices.Clone(old.Keys()), old.Columns()...), ", "),
		strings.Join(append(slices.Clone(now.Keys()), now.Columns()...), ", ")
	if was != is {
		d.add(name, findings.Place{Sheet: name}, CellChanged, "headings", was, is)
	}
}

// lookupRow compares the columns that both have.
func (d *cellDiff) lookupRow(name, key string, old, now *lookup.Table, was, is *lookup.Row) {
	for i, column := range now.Columns() {
		j := slices.Index(old.Columns(), column)
		if j < 0 || sameValue(was.Values()[j], is.Values()[i]) {
			continue
		}
		d.add(name, is.Places()[i], CellChanged, key+" "+column, valueText(was.Values()[j]), valueText(is.Values()[i]))
	}
}

func valueText(v layout.Value) string {
	if v.Kind == layout.NumberKind {
		return "number " + v.String()
	}
	return v.String()
}

// lookupText is a row in one line: its result columns.
func lookupText(t *lookup.Table, r *lookup.Row) string {
	var texts []string
	for _, v := range r.Values() {
		texts = append(texts, valueText(v))
	}
	if s := strings.Join(keyed.Trimmed(texts), " | "); s != "" {
		return s
	}
	return "(blank)"
}

// sameValue reports whether two values are of one kind and the same.
func sameValue(a, b layout.Value) bool {
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case layout.TextKind:
		return a.Text == b.Text
	case layout.NumberKind:
		return a.Number.Equal(b.Number)
	case layout.DateKind:
		return a.Date == b.Date
	case layout.BoolKind:
		return a.Bool == b.Bool
	}
	return true
}
