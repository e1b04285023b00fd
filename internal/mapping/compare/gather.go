package compare

import (
	"cmp"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

// mostMoves bounds the different changes that are told of one column; lines beyond them are counted.
const mostMoves = 500

// ColumnChange is what changes in one column.
type ColumnChange struct {
	Record string      `json:"record"`
	Column string      `json:"column"`
	Type   layout.Type `json:"type"`
	// Lines and Documents are those in which the column reads differently, new lines and lines that are gone not
	// included.
	Lines     int `json:"lines"`
	Documents int `json:"documents"`
	// Moves are the different changes, those in the most lines first. There are none when there are too many to be of
	// use; MoveCount tells.
	Moves     []Move `json:"moves"`
	MoveCount int    `json:"different_changes"`
	lastDoc   string
	moves     map[moveKey]*Move
}

// Move is one change of a column's text.
type Move struct {
	Old       string `json:"old"`
	New       string `json:"new"`
	Lines     int    `json:"lines"`
	Documents int    `json:"documents"`
	// Amounts are the amounts of the lines by currency, debits less credits.
	Amounts map[string]fis.Amount `json:"amounts"`
	lastDoc string
}

type moveKey struct{ old, now string }

// gatherer counts what the workers found, in the order of the documents.
type gatherer struct {
	d       *Diff
	byField map[moveKey]*ColumnChange // record and field
	order   map[moveKey]int
	types   map[moveKey]layout.Type
	// keys are the fields that tell documents apart, owner the report of each text in them.
	keys  map[string]bool
	owner map[moveKey]string
}

// documentFields are the fields by which the ERP tells documents apart, RECORD.FIELD in small letters.
func documentFields(t *template.Template) map[string]bool {
	keys := map[string]bool{}
	if t.Amounts == nil {
		return keys
	}
	for _, r := range t.Amounts.Rows {
		name := r.Document
		if name != "" && !strings.Contains(name, ".") {
			name = r.Record + "." + name
		}
		keys[strings.ToLower(name)] = name != ""
	}
	return keys
}

// shared looks whether a text that tells documents apart stands in two reports.
func (g *gatherer) shared(l LineChange, f FieldChange) {
	field := strings.ToLower(f.Record + "." + f.Field)
	if g.d.Shared != nil || f.New == "" || !g.keys[field] {
		return
	}
	report, k := cmp.Or(l.ReportID, l.DocID), moveKey{field, f.New}
	if g.owner == nil {
		g.owner = map[moveKey]string{}
	}
	if first, known := g.owner[k]; known && first != report {
		g.d.Shared = &SharedKey{f.Record, f.Field, f.New, [2]string{first, report}}
	}
	g.owner[k] = report
}

func newGatherer(d *Diff, p *pairs) *gatherer {
	g := &gatherer{d: d, byField: map[moveKey]*ColumnChange{}, order: map[moveKey]int{},
		types: map[moveKey]layout.Type{}}
	for i := range p.list {
		for _, f := range p.list[i].fields {
			k := moveKey{p.list[i].name, f.name}
			g.order[k], g.types[k] = len(g.order), f.typ
		}
	}
	return g
}

func (g *gatherer) take(c compared) {
	d := g.d
	if c.unread {
		d.Unread++
		return
	}
	d.Documents++
	d.OldLines += c.oldLines
	d.NewLines += c.newLines
	if c.held != nil {
		d.Held = append(d.Held, *c.held)
	}
	if c.heldInBoth {
		d.HeldInBoth++
	}
	if c.moved {
		d.Moved++
	}
	if len(c.lines) > 0 || c.held != nil && c.held.Kind != HeldOther {
		d.Changed++
	}
	for _, l := range c.lines {
		g.line(l)
	}
}

func (g *gatherer) line(l LineChange) {
	d := g.d
	switch l.Kind {
	case CellAdded:
		d.AddedLines++
	case CellRemoved:
		d.RemovedLines++
	default:
		d.ChangedLines++
		for _, f := range l.Fields {
			g.field(l, f)
			g.shared(l, f)
		}
	}
	if len(d.Lines) < mostLines {
		d.Lines = append(d.Lines, l)
	} else {
		d.LinesCut = true
	}
}

func (g *gatherer) field(l LineChange, f FieldChange) {
	k := moveKey{f.Record, f.Field}
	c := g.byField[k]
	if c == nil {
		c = &ColumnChange{Record: f.Record, Column: f.Field, Type: g.types[k], moves: map[moveKey]*Move{}}
		g.byField[k] = c
	}
	c.Lines++
	if c.lastDoc != l.DocID {
		c.lastDoc = l.DocID
		c.Documents++
	}
	m := c.moves[moveKey{f.Old, f.New}]
	if m == nil {
		c.MoveCount++
		if len(c.moves) >= mostMoves {
			return // MoveCount is then at least the number of different changes
		}
		m = &Move{Old: f.Old, New: f.New, Amounts: map[string]fis.Amount{}}
		c.moves[moveKey{f.Old, f.New}] = m
	}
	m.Lines++
	if m.lastDoc != l.DocID {
		m.lastDoc = l.DocID
		m.Documents++
	}
	m.Amounts[l.Currency] = m.Amounts[l.Currency].Add(l.Amount)
}

// columns are the columns that change: accounts and cost centres first, then in the order of the file.
func (g *gatherer) columns() []ColumnChange {
	var keys []moveKey
	for k := range g.byField {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		a, b := g.byField[keys[i]].rank(), g.byField[keys[j]].rank()
		if a != b {
			return a < b
		}
		return g.order[keys[i]] < g.order[keys[j]]
	})
	out := []ColumnChange{}
	for _, k := range keys {
		c := g.byField[k]
		if c.MoveCount <= mostMoves {
			for _, m := range c.moves {
				c.Moves = append(c.Moves, *m)
			}
		}
		sort.Slice(c.Moves, func(i, j int) bool {
			a, b := &c.Moves[i], &c.Moves[j]
			if a.Lines != b.Lines {
				return a.Lines > b.Lines
			}
			if a.Old != b.Old {
				return a.Old < b.Old
			}
			return a.New < b.New
		})
		out = append(out, *c)
	}
	return out
}

func (c *ColumnChange) rank() int {
	if c.Type != layout.CodeType {
		return 3
	}
	return columnRank(c.Column)
}

// IsCode reports whether the column holds codes, accounts or cost centres say, among which amounts move.
func (c *ColumnChange) IsCode() bool { return c.Type == layout.CodeType }
