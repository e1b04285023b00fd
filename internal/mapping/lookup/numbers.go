package lookup

import (
	"cmp"
	"slices"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// numberInText is a number cell where a text is needed.
type numberInText struct {
	workbook.Cell
	heading string
	key     bool
}

// numberCells reports them: cells one below the other in one line, for whole columns are pasted.
func (b *builder) numberCells() {
	slices.SortStableFunc(b.numbers, func(x, y numberInText) int {
		return cmp.Or(cmp.Compare(xlsx.ColumnOf(x.Ref), xlsx.ColumnOf(y.Ref)),
			cmp.Compare(xlsx.RowOf(x.Ref), xlsx.RowOf(y.Ref)))
	})
	for i := 0; i < len(b.numbers); {
		n := 1
		for i+n < len(b.numbers) && below(b.numbers[i+n-1], b.numbers[i+n]) {
			n++
		}
		b.numberRun(b.numbers[i : i+n])
		i += n
	}
}

func below(x, y numberInText) bool {
	return xlsx.ColumnOf(x.Ref) >= 0 && xlsx.ColumnOf(x.Ref) == xlsx.ColumnOf(y.Ref) &&
		xlsx.RowOf(y.Ref) == xlsx.RowOf(x.Ref)+1
}

func (b *builder) numberRun(run []numberInText) {
	first := run[0]
	why := ""
	if first.key {
		why = " (leading zeros and long numbers are lost in number cells)"
	}
	if len(run) == 1 {
		b.found.Mendable(first.Place, first.Value().String(), say.F("%s %q is a number cell; make it text%s",
			first.heading, first.Value().String(), why), findings.MendText)
		return
	}
	at := findings.Place{Sheet: first.Sheet, Ref: first.Ref + ":" + run[len(run)-1].Ref}
	b.found.Mendable(at, first.Value().String(), say.F("%d cells of %s are number cells, %q the first; make "+
		"them text%s, or write a copy in which they are with fisbridge mapping check WORKBOOK --fix",
		len(run), first.heading, first.Value().String(), why), findings.MendText)
}

// strangeResults looks at the codes that a lookup gives.
func (b *builder) strangeResults() {
	for i, name := range b.out.columns {
		if b.out.types[i] != formula.Text || !b.isCode(name) {
			continue
		}
		for _, r := range b.out.rows {
			if v := r.values[i]; v.Kind == layout.TextKind {
				workbook.NoteStrange(workbook.Cell{Kind: workbook.Text, Text: v.Text, Place: r.places[i]}, v.Text, "",
					b.found)
			}
		}
	}
}
