package mapping

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
)

// numberInText is a number cell where a text is needed.
type numberInText struct {
	cell
	heading string
	key     bool
}

// numberCells reports them: cells one below the other in one line, for whole columns are pasted.
func (b *lookupBuilder) numberCells() {
	slices.SortStableFunc(b.numbers, func(x, y numberInText) int {
		return cmp.Or(cmp.Compare(columnOf(x.ref), columnOf(y.ref)), cmp.Compare(rowOf(x.ref), rowOf(y.ref)))
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
	return columnOf(x.ref) >= 0 && columnOf(x.ref) == columnOf(y.ref) && rowOf(y.ref) == rowOf(x.ref)+1
}

func (b *lookupBuilder) numberRun(run []numberInText) {
	first := run[0]
	why := ""
	if first.key {
		why = " (leading zeros and long numbers are lost in number cells)"
	}
	if len(run) == 1 {
		b.found.mendable(first.place, first.value().String(), fmt.Sprintf("%s %q is a number cell; make it text%s", first.heading, first.value().String(), why), MendText)
		return
	}
	at := place{first.sheet, first.ref + ":" + run[len(run)-1].ref}
	b.found.mendable(at, first.value().String(), fmt.Sprintf("%d cells of %s are number cells, %q the first; make them text%s, or write a copy in which they are with fisbridge mapping check --fix",
		len(run), first.heading, first.value().String(), why), MendText)
}

// strangeResults looks at the codes that a lookup gives.
func (b *lookupBuilder) strangeResults() {
	for i, name := range b.out.columns {
		if b.out.types[i] != formula.Text || !b.isCode(name) {
			continue
		}
		for _, r := range b.out.rows {
			if v := r.values[i]; v.Kind == layout.TextKind {
				noteStrange(cell{kind: textCell, text: v.Text, place: r.places[i]}, v.Text, "", b.found)
			}
		}
	}
}
