package mapping

import (
	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/mapping/settings"
)

// LateEnv gives the values that only a file knows, and what a row kept of its document.
type LateEnv struct {
	slots  []scope.Slot
	file   *File
	record *Record
	row    *Row // nil for headers and trailers
}

// Value is the value of a name.
func (e *LateEnv) Value(i int) layout.Value {
	s := &e.slots[i]
	if s.Phase() == facts.Early {
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
	switch s.Fact() {
	case facts.DocumentNumber:
		return scope.Count(f.now.documents)
	case facts.RowNumber:
		return scope.Count(f.now.byRecord[e.record.index])
	case facts.RowLine:
		return scope.Count(f.now.lines + 1)
	case facts.FileSequence:
		return layout.Number(decimal.NewFromInt(f.ctx.Sequence))
	case facts.FileDate:
		return layout.Day(fis.DateOf(f.ctx.Created))
	case facts.FileTime:
		return layout.Text(f.ctx.Created.Format("15:04:05"))
	case facts.FileName:
		return layout.Text(f.name)
	case facts.FileRoute:
		return layout.Text(f.ctx.Route)
	case facts.FileGroup:
		return layout.Text(f.ctx.Group)
	case facts.FileCompany:
		if f.plan.byCompany {
			return layout.Text(settings.CompanyOf(f.ctx.Group, len(f.plan.groups) == 1))
		}
		return layout.Value{}
	}
	return f.endFact(s.Fact())
}

// endFact is what is known when all documents are in.
func (f *File) endFact(n facts.Fact) layout.Value {
	switch n {
	case facts.FileLines:
		return scope.Count(f.now.rows)
	case facts.FileRecords:
		return scope.Count(f.now.records)
	case facts.FileDocuments:
		return scope.Count(f.now.documents)
	case facts.FileDebit:
		return layout.Number(f.now.debit)
	case facts.FileCredit:
		return layout.Number(f.now.credit)
	case facts.FileAmount:
		return layout.Number(f.now.amount)
	case facts.FileHash:
		return layout.Number(decimal.NewFromBigInt(f.now.hash, 0))
	case facts.FileCurrency:
		if len(f.debit) == 1 {
			for currency := range f.debit {
				return layout.Text(currency)
			}
		}
	}
	return layout.Value{}
}
