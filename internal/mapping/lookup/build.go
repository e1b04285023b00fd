package lookup

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// builder reads one sheet and reports everything that is wrong with it.
type builder struct {
	sheet *workbook.Sheet
	decl  *template.Lookup
	found *workbook.Collector
	out   *Table
	keyAt []int
	colAt []int
	heads []string // by sheet column
	// byPosition says that the first column is the key only because no heading says otherwise.
	byPosition bool
	numbers    []numberInText
}

// Build reads a lookup sheet. Errors go to found; the lookup is usable for compiling formulas either way, nil when
// there are no headings.
func Build(s *workbook.Sheet, decl *template.Lookup, found *workbook.Collector) *Table {
	if s == nil || len(s.Rows) == 0 {
		return nil
	}
	b := &builder{sheet: s, decl: decl, found: found, out: &Table{name: s.Name, asked: map[int]bool{}}}
	if !b.headings() {
		return nil
	}
	b.settle()
	workbook.CheckMerged(s, s.Rows[0].Number, found)
	for _, row := range s.Rows[1:] {
		b.row(row)
	}
	b.types()
	b.numberCells()
	b.strangeResults()
	b.indexRows()
	b.suspicious()
	if !b.out.hasStar() {
		found.Add(findings.Warning, findings.Place{Sheet: s.Name}, "",
			`the lookup has no default row: a value without a row stops the document (a row with * takes the rest)`, "")
	}
	return b.out
}

func (b *builder) usableHeadings() bool {
	at := findings.Place{Sheet: b.sheet.Name}
	switch {
	case len(b.keyAt) == 0 || len(b.colAt) == 0:
		b.found.Add(findings.Error, at, "", "a lookup sheet needs headings for a key column and a result column", "")
		return false
	case len(b.keyAt) > formula.MaxKeys:
		b.found.Add(findings.Error, at, "", say.F("%d key columns; at most %d are possible", len(b.keyAt),
			formula.MaxKeys), "")
		return false
	}
	return true
}

func (b *builder) row(row workbook.Row) {
	r := Row{at: findings.Place{Sheet: b.sheet.Name, Ref: xlsx.Ref(0, row.Number)}}
	if len(row.Cells) > 0 {
		r.at = row.Cells[0].Place
	}
	blank := true
	for i, column := range b.keyAt {
		c := row.At(column)
		if c.IsBlank() {
			continue
		}
		blank = false
		r.key[i] = b.key(c, b.out.keys[i])
	}
	for _, column := range b.colAt {
		c := row.At(column)
		if c.Ref == "" {
			c.Place = b.placeOf(row, column)
		}
		blank = blank && c.IsBlank()
		if !workbook.Usable(c, b.found) {
			c.Kind = workbook.Blank
		}
		workbook.NoteBlanks(c, b.found)
		r.values, r.places = append(r.values, c.Value()), append(r.places, c.Place)
	}
	if blank {
		return
	}
	if row.Hidden {
		b.found.Add(findings.Warning, r.at, "", "the row is hidden, but it counts", "")
	}
	b.out.rows = append(b.out.rows, r)
}

func (b *builder) placeOf(row workbook.Row, column int) findings.Place {
	if len(row.Cells) > 0 && strings.HasPrefix(row.Cells[0].Ref, "line ") {
		return row.Cells[0].Place
	}
	return findings.Place{Sheet: b.sheet.Name, Ref: xlsx.Ref(column, row.Number)}
}

// key takes texts only: a number cell has lost leading zeros and, beyond 15 digits, figures.
func (b *builder) key(c workbook.Cell, heading string) string {
	switch c.Kind {
	case workbook.Text:
		workbook.NoteBlanks(c, b.found)
		workbook.NoteStrange(c, wording.Clean(c.Text), "", b.found)
		return wording.Clean(c.Text)
	case workbook.Number:
		b.numbers = append(b.numbers, numberInText{c, heading, true})
	case workbook.Date:
		b.found.Errorf(c, "", "%s %q is a date cell; make it text", heading, c.Value().String())
	case workbook.Bool:
		b.found.Errorf(c, "", "%s is a true-or-false cell; make it text", heading)
	default:
		workbook.Usable(c, b.found)
	}
	return c.Value().String()
}

// types settles what each result column holds. A declared column is what the template says; of the others a column is
// what its cells are.
func (b *builder) types() {
	for i, name := range b.out.columns {
		counts := map[layout.ValueKind]int{}
		for _, r := range b.out.rows {
			counts[r.values[i].Kind]++
		}
		want := b.declared(name)
		if want == formula.Any {
			want = majority(counts)
		}
		b.out.types = append(b.out.types, want)
		for j := range b.out.rows {
			b.checkResult(&b.out.rows[j], i, name, want)
		}
	}
}

func (b *builder) declared(name string) formula.Type {
	if b.decl == nil {
		return formula.Any
	}
	for _, c := range b.decl.Columns {
		if wording.Fold(c.Name) == wording.Fold(name) {
			return formula.OfColumn(c.Type)
		}
	}
	return formula.Any
}

func majority(counts map[layout.ValueKind]int) formula.Type {
	switch {
	case counts[layout.TextKind] > 0:
		return formula.Text
	case counts[layout.NumberKind] > 0:
		return formula.Number
	case counts[layout.DateKind] > 0:
		return formula.Date
	case counts[layout.BoolKind] > 0:
		return formula.Bool
	}
	return formula.Text
}

func (b *builder) checkResult(r *Row, column int, name string, want formula.Type) {
	v := r.values[column]
	if v.IsEmpty() || formula.OfValue(v.Kind) == want {
		if v.Kind == layout.NumberKind && v.Number.Abs().NumDigits() >= 15 && v.Number.IsInteger() {
			b.found.Add(findings.Error, r.places[column], v.String(), say.F("%s is a number of more than 14 "+
				"digits in a number cell, which loses figures; make it text", name), "")
		}
		return
	}
	reason := say.F("%s holds %s, but this is %s", name, want, formula.OfValue(v.Kind))
	if want == formula.Text && v.Kind == layout.NumberKind {
		b.numbers = append(b.numbers,
			numberInText{workbook.Cell{Kind: workbook.Number, Number: v.Number, Place: r.places[column]}, name, false})
		return
	}
	b.found.Add(findings.Error, r.places[column], v.String(), reason, "")
}

func (b *builder) indexRows() {
	byMask := map[uint]map[string]int{}
	patterns := map[uint][]patternRow{}
	for i, r := range b.out.rows {
		row, mask, isPattern := b.out.patternRow(i)
		if byMask[mask] == nil {
			byMask[mask] = map[string]int{}
		}
		if isPattern {
			patterns[mask] = append(patterns[mask], row)
			continue
		}
		key := string(appendKey(nil, &r.key, len(b.out.keys)))
		if first, twice := byMask[mask][key]; twice {
			b.found.Add(findings.Error, r.at, b.out.Show(r.key), say.F("the key %q stands twice: here and in %s",
				b.out.Show(r.key), b.out.rows[first].at.Ref), "")
			continue
		}
		byMask[mask][key] = i
	}
	for mask, rows := range byMask {
		b.overlaps(mask, patterns[mask])
		b.out.index = append(b.out.index, maskIndex{mask, rows, patterns[mask]})
	}
}
