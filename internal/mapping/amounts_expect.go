package mapping

import (
	"encoding/binary"
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// expected is what the rows of one document in a file must say, kept beside the file's body until it is read back.
type expected struct {
	docID, reportID, currency string
	docType                   fis.DocType
	first, last               int // lines of the file
	rows                      []tiedRow
	// unknown: what it must say cannot be told; its lines are passed over. It is not kept in spools.
	unknown bool
}

// append writes it for the spool.
func (e *expected) append(b []byte) []byte {
	for _, s := range []string{e.docID, e.reportID, e.currency, string(e.docType)} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	b = binary.AppendUvarint(b, uint64(e.first))
	b = binary.AppendUvarint(b, uint64(e.last))
	b = binary.AppendUvarint(b, uint64(len(e.rows)))
	for _, r := range e.rows {
		record := uint64(r.record) << 1
		if r.free {
			b = binary.AppendUvarint(b, record|1)
			continue
		}
		b = appendAmount(binary.AppendUvarint(b, record), r.amount)
	}
	return b
}

// appendAmount writes an exact amount: its exponent, and its digits as a number where they fit in one, else as text.
func appendAmount(b []byte, a fis.Amount) []byte {
	b = binary.AppendVarint(b, int64(a.Exponent()))
	if c := a.Coefficient(); c.IsInt64() {
		return binary.AppendVarint(append(b, 0), c.Int64())
	}
	text := a.Coefficient().String()
	b = binary.AppendUvarint(append(b, 1), uint64(len(text)))
	return append(b, text...)
}

// take reads what append wrote.
func (e *expected) take(b []byte) error {
	r := &spoolReader{b: b}
	e.docID, e.reportID, e.currency = r.text(), r.text(), r.text()
	e.docType = fis.DocType(r.text())
	e.first, e.last = int(r.unsigned()), int(r.unsigned())
	n := int(r.unsigned())
	e.rows = e.rows[:0]
	for range n {
		if r.bad {
			break
		}
		record := r.unsigned()
		row := tiedRow{record: int(record >> 1), free: record&1 == 1}
		if !row.free {
			row.amount = r.amount()
		}
		e.rows = append(e.rows, row)
	}
	if r.bad || len(r.b) > 0 {
		return fmt.Errorf("what document %s must say was not kept whole; the temporary folder may be full", e.docID)
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
