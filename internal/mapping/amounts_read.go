package mapping

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// ReadBackError is an import file whose bytes do not say what its documents say. The documents in it that are wrong are named; the others may go
// into a file without them.
type ReadBackError struct {
	File      string
	Documents []*DocumentError
	// At are their places among the documents that were added to the file, from 0.
	At []int
}

func (e *ReadBackError) Error() string {
	return fmt.Sprintf("import file %s does not say what %s of it say: %s", e.File, wording.Counted(len(e.Documents), "document"), e.Documents[0].Error())
}

// readBack reads a finished file by its layout and compares each row with what it must say.
type readBack struct {
	plan *Plan
	name string
	want iter.Seq2[*expected, error]

	doc  *expected // whose rows are read
	at   int       // its place among the documents, from 1
	row  int       // the next of them
	next func() (*expected, error, bool)
	// held are the latest values of fields that other records carry (a header's currency), by record.
	held [][]layout.Value
	// owner is the report that a text in the document field stands for; here is the text of the document in hand.
	owner map[string]string
	here  *string

	file, must Sides           // of the document
	said       map[string]Sums // what its rows say, by the currency that they name
	rows       []Problem
	more       int
	wrong      []*DocumentError
	wrongAt    []int
	sums       *Comparison // takes the sums of the file; may be nil
}

// readBackLimits bound the reading of a file of our own: it was written a moment ago, and is as large as it is.
func readBackLimits() layout.Limits {
	return layout.Limits{Bytes: math.MaxInt64, Rows: math.MaxInt, Columns: 1 << 16, Line: 64 << 20, Unzipped: 8 << 30}
}

// readBack compares a file with what its documents must say in it. The error is a *ReadBackError, a *FileError when the file as a whole cannot be
// read back, or of the machine.
func (p *Plan) readBack(name string, in io.ReaderAt, size int64, want iter.Seq2[*expected, error], sums *Comparison) error {
	if !p.proves() {
		return nil
	}
	b := &readBack{plan: p, sums: sums, name: name, want: want, owner: map[string]string{}, held: make([][]layout.Value, len(p.records))}
	next, stop := iter.Pull2(want)
	defer stop()
	b.next = next
	r, err := p.reading.NewPartReader(in, size, readBackLimits(), b.part())
	if err != nil {
		return &FileError{fmt.Errorf("import file %s cannot be read back: %w", name, err)}
	}
	defer r.Close()
	if err := b.run(r); err != nil {
		return err
	}
	if len(b.wrong) > 0 {
		return &ReadBackError{File: name, Documents: b.wrong, At: b.wrongAt}
	}
	return nil
}

// part is what is read: the fields with amounts. Lines before and after the documents are passed over where they cannot be recognised.
func (b *readBack) part() layout.Part {
	part := layout.Part{Want: b.plan.proof.want, Currency: b.currency, Ignore: b.plan.proof.frame}
	if part.Ignore != nil {
		part.Skip = func(line int) bool { return b.doc == nil || line < b.doc.first }
	}
	return part
}

// currency is that of the document whose row is read.
func (b *readBack) currency() string {
	if b.doc == nil {
		return ""
	}
	return b.doc.currency
}

// errDisorder ends the reading: what follows cannot be assigned to documents any more.
var errDisorder = errors.New("the rows are not those that were written")

func (b *readBack) run(r *layout.Reader) error {
	if err := b.advance(); err != nil {
		return err
	}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		var bad *layout.LineError
		switch {
		case errors.As(err, &bad):
			err = b.unreadable(bad)
		case err == nil:
			err = b.take(&row)
		}
		if errors.Is(err, errDisorder) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	for b.doc != nil && b.doc.unknown {
		if err := b.advance(); err != nil {
			return err
		}
	}
	if b.doc != nil {
		_ = b.disorder("", fmt.Sprintf("%d of its %d rows with amounts are not in the file", len(b.doc.rows)-b.row, len(b.doc.rows)))
	}
	return nil
}

// advance goes on to the next document that has rows with amounts.
func (b *readBack) advance() error {
	for {
		doc, err, ok := b.next()
		if err != nil {
			return err
		}
		b.doc, b.row, b.here, b.file, b.must, b.rows, b.more = doc, 0, nil, Sides{}, Sides{}, nil, 0
		b.said = nil
		if !ok {
			b.doc = nil
			return nil
		}
		b.at++
		if len(doc.rows) > 0 || doc.unknown {
			return nil
		}
	}
}

// take compares a row.
func (b *readBack) take(row *layout.Row) error {
	r := &b.plan.records[row.Record]
	if b.plan.proof.carried[row.Record] {
		b.held[row.Record] = append(b.held[row.Record][:0], row.Values...)
	}
	if len(r.held) == 0 {
		return nil
	}
	if over, err := b.passOver(row.Line); over || err != nil {
		return err
	}
	if b.doc == nil {
		return &FileError{fmt.Errorf("import file %s: line %d carries amounts of no document", b.name, row.Line)}
	}
	want := b.doc.rows[b.row]
	if want.record != row.Record || b.outside(row.Line) {
		return b.disorder(r.name, fmt.Sprintf("line %d of the file is not the row that was written there", row.Line))
	}
	b.row++
	if h := r.HeldFor(b.doc.docType); h != nil && !want.free {
		b.compare(r, h, row, want.amount)
	}
	if b.row == len(b.doc.rows) {
		b.conclude()
		return b.advance()
	}
	return nil
}

// passOver goes over the lines of documents of which it is not known what they must say.
func (b *readBack) passOver(line int) (over bool, err error) {
	for b.doc != nil && b.doc.unknown {
		if !b.plan.lined() {
			return false, &FileError{fmt.Errorf("import file %s cannot be compared: what document %s must say in it is not known, and its rows cannot be found without that", b.name, b.doc.docID)}
		}
		if !b.outside(line) {
			return true, nil
		}
		if err := b.advance(); err != nil {
			return false, err
		}
	}
	return false, nil
}

// outside reports whether a line is none of the document in hand. Where records and lines are not the same it cannot be told.
func (b *readBack) outside(line int) bool {
	if !b.plan.lined() {
		return false
	}
	return line < b.doc.first || line > b.doc.last
}

// compare compares a row with the amount of its posting lines, the document's currency, and the other rows of the document.
func (b *readBack) compare(r *Record, h *heldRecord, row *layout.Row, want fis.Amount) {
	said, field, reason := h.difference(row.Values, want, b.doc.currency)
	b.must.add(want)
	b.file.Debit, b.file.Credit = b.file.Debit.Add(said.Debit), b.file.Credit.Add(said.Credit)
	b.say(h, row, said)
	at := fieldRef{r.index, field}
	if reason == "" && h.currency.known() {
		at, reason = h.currency, h.otherCurrency(b.text(h.currency, row), b.doc.currency)
	}
	for _, also := range h.currencyAlso {
		if reason == "" {
			at, reason = also, h.otherCurrency(b.text(also, row), b.doc.currency)
		}
	}
	if reason == "" && h.document.known() {
		at, reason = h.document, b.otherDocument(b.text(h.document, row))
	}
	if reason == "" {
		return
	}
	if len(b.rows) == mostDiffering {
		b.more++
		return
	}
	f := &b.plan.records[at.record].fields[at.field]
	b.rows = append(b.rows, Problem{Record: b.plan.records[at.record].name, Field: f.name, Place: f.at.String(), Reason: ReasonAmounts,
		Detail: fmt.Sprintf("line %d: %s", row.Line, reason)})
}

// say adds up what the rows of the document say, for who wants to see it.
func (b *readBack) say(h *heldRecord, row *layout.Row, said Sides) {
	if b.sums == nil {
		return
	}
	currency := b.doc.currency
	if h.currency.known() {
		currency = h.isoOf(b.text(h.currency, row), currency)
	}
	if b.said == nil {
		b.said = map[string]Sums{}
	}
	b.said[currency] = b.said[currency].Plus(said)
}

// text is what stands in a field of the row, or of the latest row of another record.
func (b *readBack) text(f fieldRef, row *layout.Row) string {
	if f.record == row.Record {
		return row.Values[f.field].String()
	}
	if values := b.held[f.record]; values != nil {
		return values[f.field].String()
	}
	return ""
}

// otherDocument says that the rows of a document do not belong together, or that the ERP would take two reports for one.
func (b *readBack) otherDocument(text string) string {
	if b.here != nil {
		if *b.here == text {
			return ""
		}
		return fmt.Sprintf("%q stands here, but %q in the rows of the document before: they would not be one document any more", text, *b.here)
	}
	b.here = &text
	report := b.doc.reportID
	if report == "" {
		report = b.doc.docID
	}
	owner, known := b.owner[text]
	switch {
	case text == "":
		return "is blank: nobody could tell which document the row belongs to"
	case known && owner != report:
		return fmt.Sprintf("%q stands in the rows of report %s, too: the ERP would take two reports for one document", text, owner)
	}
	b.owner[text] = report
	return ""
}

// conclude ends a document.
func (b *readBack) conclude() {
	if b.sums != nil {
		c := b.doc.currency
		b.sums.Must[c] = b.sums.Must[c].Plus(b.must)
		for currency, s := range b.said {
			b.sums.Said[currency] = b.sums.Said[currency].Plus(Sides(s))
		}
		if b.sums.said != nil {
			b.sums.said[b.at-1] = b.said
		}
	}
	if len(b.rows) == 0 {
		return
	}
	list := append([]Problem{{Reason: ReasonAmounts, Detail: sumsDiffer(b.must, b.file, b.doc.currency)}}, b.rows...)
	if b.more > 0 {
		list = append(list, Problem{Reason: ReasonAmounts, Detail: fmt.Sprintf("and %d more rows", b.more)})
	}
	b.blame(list)
}

// disorder blames the document in hand for rows that are not as they were written, and ends the reading: what follows may be shifted.
func (b *readBack) disorder(record, detail string) error {
	b.blame([]Problem{{Record: record, Reason: ReasonAmounts, Detail: "the file would not say what the document says: " + detail}})
	return errDisorder
}

// blame notes what is wrong with the document in hand.
func (b *readBack) blame(problems []Problem) {
	b.wrong = append(b.wrong, &DocumentError{DocID: b.doc.docID, Problems: problems})
	b.wrongAt = append(b.wrongAt, b.at-1)
}

// unreadable is a line that our own layout cannot read: the ERP could not either.
func (b *readBack) unreadable(bad *layout.LineError) error {
	if b.doc == nil || b.outside(bad.Line) {
		return &FileError{fmt.Errorf("import file %s cannot be read back: %w", b.name, bad)}
	}
	return b.disorder(bad.Record, bad.Error())
}
