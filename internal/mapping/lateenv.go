package mapping

import (
	"github.com/shopspring/decimal"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// lateEnv gives the values that only a file knows, and what a row kept of its document.
type lateEnv struct {
	slots  []slot
	file   *File
	record *recordPlan
	row    *preparedRow // nil for headers and trailers
}

// Value is the value of a name.
func (e *lateEnv) Value(i int) layout.Value {
	s := &e.slots[i]
	if s.phase == early {
		if e.row != nil {
			for k, c := range e.record.capture {
				if c == i {
					return e.row.captured[k]
				}
			}
		}
		return layout.Value{}
	}
	f := e.file
	switch s.fact {
	case documentNumber:
		return count(f.now.documents)
	case rowNumber:
		return count(f.now.byRecord[e.record.index])
	case rowLine:
		return count(f.now.lines + 1)
	case fileSequence:
		return layout.Number(decimal.NewFromInt(f.ctx.Sequence))
	case fileDate:
		return layout.Day(fis.DateOf(f.ctx.Created))
	case fileTime:
		return layout.Text(f.ctx.Created.Format("15:04:05"))
	case fileNameFact:
		return layout.Text(f.name)
	case fileRoute:
		return layout.Text(f.ctx.Route)
	case fileGroup:
		return layout.Text(f.ctx.Group)
	}
	return f.endFact(s.fact)
}

// endFact is what is known when all documents are in.
func (f *File) endFact(n fact) layout.Value {
	switch n {
	case fileLines:
		return count(f.now.rows)
	case fileRecords:
		return count(f.now.records)
	case fileDocuments:
		return count(f.now.documents)
	case fileDebit:
		return layout.Number(f.now.debit)
	case fileCredit:
		return layout.Number(f.now.credit)
	case fileAmount:
		return layout.Number(f.now.amount)
	case fileHash:
		return layout.Number(decimal.NewFromBigInt(f.now.hash, 0))
	case fileCurrency:
		if len(f.debit) == 1 {
			for currency := range f.debit {
				return layout.Text(currency)
			}
		}
	}
	return layout.Value{}
}
