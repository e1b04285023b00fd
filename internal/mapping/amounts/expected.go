package amounts

import (
	"encoding/binary"
	"fmt"
	"math/big"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// Expected is what the rows of one document in a file must say, kept beside the file's body until it is read back.
type Expected struct {
	DocID, ReportID, Currency string
	DocType                   fis.DocType
	First, Last               int // lines of the file
	Rows                      []Row
	// Unknown: what it must say cannot be told; its lines are passed over. It is not kept in spools.
	Unknown bool
}

// Row is a row with what it must say.
type Row struct {
	Record int
	Amount fis.Amount
	// Free tells that nothing is held against the row: its record carries amounts of other types of documents.
	Free bool
}

// InFile is what rows say by themselves; nil where none of them is held against the document.
func InFile(rows []Row) *Sides {
	var sum *Sides
	for _, r := range rows {
		if r.Free {
			continue
		}
		if sum == nil {
			sum = &Sides{}
		}
		sum.Add(r.Amount)
	}
	return sum
}

// Append writes it for the spool, at the end of b.
func (e *Expected) Append(b []byte) []byte {
	for _, s := range []string{e.DocID, e.ReportID, e.Currency, string(e.DocType)} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	b = binary.AppendUvarint(b, uint64(e.First))
	b = binary.AppendUvarint(b, uint64(e.Last))
	b = binary.AppendUvarint(b, uint64(len(e.Rows)))
	for _, r := range e.Rows {
		record := uint64(r.Record) << 1
		if r.Free {
			b = binary.AppendUvarint(b, record|1)
			continue
		}
		b = appendAmount(binary.AppendUvarint(b, record), r.Amount)
	}
	return b
}

// appendAmount writes an exact amount: its exponent, and its digits as a number where they fit in one, else as text.
func appendAmount(b []byte, a fis.Amount) []byte {
	b = binary.AppendVarint(b, int64(a.Exponent()))
	if n, ok := a.Small(); ok {
		return binary.AppendVarint(append(b, 0), n)
	}
	text := a.Coefficient().String()
	b = binary.AppendUvarint(append(b, 1), uint64(len(text)))
	return append(b, text...)
}

// Take reads what Append wrote; the error is of a spool that was cut short.
func (e *Expected) Take(b []byte) error {
	r := &spoolReader{b: b}
	e.DocID, e.ReportID, e.Currency = r.text(), r.text(), r.text()
	e.DocType = fis.DocType(r.text())
	e.First, e.Last = int(r.unsigned()), int(r.unsigned())
	n := int(r.unsigned())
	e.Rows = e.Rows[:0]
	for range n {
		if r.bad {
			break
		}
		record := r.unsigned()
		row := Row{Record: int(record >> 1), Free: record&1 == 1}
		if !row.Free {
			row.Amount = r.amount()
		}
		e.Rows = append(e.Rows, row)
	}
	if r.bad || len(r.b) > 0 {
		return fmt.Errorf("what document %s must say was not kept whole; the temporary folder may be full", e.DocID)
	}
	return nil
}

// spoolReader reads numbers and texts; bad when they end too early.
type spoolReader struct {
	b   []byte
	bad bool
}

func (r *spoolReader) unsigned() uint64 {
	v, n := binary.Uvarint(r.b)
	return take(r, v, n)
}

func (r *spoolReader) signed() int64 {
	v, n := binary.Varint(r.b)
	return take(r, v, n)
}

func take[T any](r *spoolReader, v T, n int) T {
	if n <= 0 {
		r.bad, r.b = true, nil
		return v
	}
	r.b = r.b[n:]
	return v
}

func (r *spoolReader) text() string {
	n := r.unsigned()
	if uint64(len(r.b)) < n {
		r.bad, r.b = true, nil
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

func (r *spoolReader) amount() fis.Amount {
	exponent := int32(r.signed())
	if r.unsigned() == 0 {
		return decimal.New(r.signed(), exponent)
	}
	n, ok := new(big.Int).SetString(r.text(), 10)
	if !ok {
		r.bad = true
		return fis.Zero
	}
	return decimal.NewFromBigInt(n, exponent)
}
