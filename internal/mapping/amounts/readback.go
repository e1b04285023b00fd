package amounts

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Comparison is what became of comparing an import file with its documents.
type Comparison struct {
	// Said are the sums of the file's amounts by currency, Must those that its documents say. In files of one-sided
	// rows they are those of the rows.
	Said, Must map[string]Sides
	// Documents were compared; Aged could not be, because their JSON is not kept any more.
	Documents, Aged int
	// Unheld are documents of which no row is held against them.
	Unheld int
	// ByDocument takes what the rows of each document say, by its place in the file from 0, when it is not nil.
	ByDocument map[int]map[string]Sides
	// RoundedAway and OnRoundingLine are what rounding made of documents, by currency; Rounding is how many they are.
	// Documents that replace others are not among them: what was rounded before is not known here.
	RoundedAway, OnRoundingLine map[string]fis.Amount
	Rounding                    int
	// Wrong are documents of which the file says something else, Err is why the file cannot be read.
	Wrong []*refusal.DocumentError
	Err   error
}

// Compared counts a document that was compared, with what rounding made of it; whole where it replaces no other.
func (c *Comparison) Compared(currency string, rows []Row, whole bool, away, line fis.Amount) {
	if c.Documents++; InFile(rows) == nil {
		c.Unheld++
	}
	if !whole || away.IsZero() && line.IsZero() {
		return
	}
	if c.Rounding++; c.RoundedAway == nil {
		c.RoundedAway, c.OnRoundingLine = map[string]fis.Amount{}, map[string]fis.Amount{}
	}
	c.RoundedAway[currency] = c.RoundedAway[currency].Add(away)
	c.OnRoundingLine[currency] = c.OnRoundingLine[currency].Add(line)
}

// readBack reads a finished file by its layout and compares each row with what it must say.
type readBack struct {
	rules *Rules
	name  string
	want  iter.Seq2[*Expected, error]

	doc  *Expected // whose rows are read
	at   int       // its place among the documents, from 1
	row  int       // the next of them
	next func() (*Expected, error, bool)
	// held are the latest values of fields that other records carry (a header's currency), by record.
	held [][]layout.Value
	// owner is the report that a text in the document field stands for; here is the text of the document in hand.
	owner map[string]string
	here  *string

	file, must Sides            // of the document
	said       map[string]Sides // what its rows say, by the currency that they name
	rows       []refusal.Problem
	more       int
	wrong      []*refusal.DocumentError
	wrongAt    []int
	sums       *Comparison // takes the sums of the file; may be nil
}

// readBackLimits bound the reading of a file of our own: it was written a moment ago, and is as large as it is.
func readBackLimits() layout.Limits {
	return layout.Limits{Bytes: math.MaxInt64, Rows: math.MaxInt, Columns: 1 << 16, Line: 64 << 20, Unzipped: 8 << 30}
}

// ReadBack compares a file with what its documents must say in it. The error is a *refusal.ReadBackError, a
// *refusal.FileError when the file as a whole cannot be read back, or of the machine.
func (r *Rules) ReadBack(name string, in io.ReaderAt, size int64, want iter.Seq2[*Expected, error],
	sums *Comparison) error {
	if !r.Any() {
		return nil
	}
	b := &readBack{rules: r, sums: sums, name: name, want: want, owner: map[string]string{},
		held: make([][]layout.Value, len(r.records))}
	next, stop := iter.Pull2(want)
	defer stop()
	b.next = next
	file, err := r.reading.NewPartReader(in, size, readBackLimits(), b.part())
	if err != nil {
		return &refusal.FileError{Err: fmt.Errorf("import file %s cannot be read back: %w", name, err)}
	}
	defer file.Close()
	if err := b.run(file); err != nil {
		return err
	}
	if len(b.wrong) > 0 {
		return &refusal.ReadBackError{File: name, Documents: b.wrong, At: b.wrongAt}
	}
	return nil
}

// part is what is read: the fields with  Lines before and after the documents are passed over where they cannot be
// recognised.
func (b *readBack) part() layout.Part {
	part := layout.Part{Want: b.rules.want, Currency: b.currency, Ignore: b.rules.frame}
	if b.rules.merged {
		part.Expect = b.expected
	}
	if part.Ignore != nil {
		part.Skip = func(line int) bool { return b.doc == nil || line < b.doc.First }
	}
	return part
}

// expected is the record of the next row, -1 after the last one.
func (b *readBack) expected() int {
	if b.doc == nil || b.row >= len(b.doc.Rows) {
		return -1
	}
	return b.doc.Rows[b.row].Record
}

// currency is that of the document whose row is read.
func (b *readBack) currency() string {
	if b.doc == nil {
		return ""
	}
	return b.doc.Currency
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
		if err == nil {
			err = b.take(&row)
		} else if bad := (*layout.LineError)(nil); errors.As(err, &bad) {
			err = b.unreadable(bad)
		}
		if errors.Is(err, errDisorder) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	for b.doc != nil && b.doc.Unknown {
		if err := b.advance(); err != nil {
			return err
		}
	}
	if b.doc != nil {
		_ = b.disorder("", say.F("%d of its %d rows with amounts are not in the file", len(b.doc.Rows)-b.row,
			len(b.doc.Rows)))
	}
	return nil
}

// advance goes on to the next document that has rows with
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
		if len(doc.Rows) > 0 || doc.Unknown {
			return nil
		}
	}
}

// take compares a row.
func (b *readBack) take(row *layout.Row) error {
	r := &b.rules.records[row.Record]
	if b.rules.carried[row.Record] {
		b.held[row.Record] = append(b.held[row.Record][:0], row.Values...)
	}
	if !b.rules.Carries(row.Record) {
		return nil
	}
	if over, err := b.passOver(row.Line); over || err != nil {
		return err
	}
	if b.doc == nil {
		return &refusal.FileError{Err: fmt.Errorf("import file %s: line %d carries amounts of no document", b.name,
			row.Line)}
	}
	want := b.doc.Rows[b.row]
	if want.Record != row.Record || b.outside(row.Line) {
		return b.disorder(r.Name, say.F("line %d of the file is not the row that was written there", row.Line))
	}
	b.row++
	if h := r.heldFor(b.doc.DocType); h != nil && !want.Free {
		b.compare(h, row, want.Amount)
	}
	if b.row == len(b.doc.Rows) {
		b.conclude()
		return b.advance()
	}
	return nil
}

// passOver goes over the lines of documents of which it is not known what they must say.
func (b *readBack) passOver(line int) (over bool, err error) {
	for b.doc != nil && b.doc.Unknown {
		if !b.rules.lined {
			return false, &refusal.FileError{Err: fmt.Errorf("import file %s cannot be compared: what document %s "+
				"must say in it is not known, and its rows cannot be found without that", b.name, b.doc.DocID)}
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

// outside reports whether a line is none of the document in hand. Where records and lines are not the same it cannot be
// told.
func (b *readBack) outside(line int) bool {
	if !b.rules.lined {
		return false
	}
	return line < b.doc.First || line > b.doc.Last
}

// compare compares a row with the amount of its posting lines, the document's currency, and the other rows of the
// document.
func (b *readBack) compare(h *Held, row *layout.Row, want fis.Amount) {
	said, field, reason := h.Difference(row.Values, want, b.doc.Currency)
	b.must.Add(want)
	b.file = b.file.Plus(said)
	b.say(h, row, said)
	at := Field{Record: row.Record, Field: field}
	if reason == "" && h.Currency.Known() {
		at, reason = h.Currency, h.OtherCurrency(b.text(h.Currency, row), b.doc.Currency)
	}
	for _, also := range h.CurrencyAlso {
		if reason == "" {
			at, reason = also, h.OtherCurrency(b.text(also, row), b.doc.Currency)
		}
	}
	if reason == "" && h.Document.Known() {
		at, reason = h.Document, b.otherDocument(b.text(h.Document, row))
	}
	if reason == "" {
		return
	}
	if len(b.rows) == mostDiffering {
		b.more++
		return
	}
	r := &b.rules.records[at.Record]
	f := &r.Columns[at.Field]
	b.rows = append(b.rows, refusal.Problem{Record: r.Name, Field: f.Name, Place: f.At, Reason: refusal.Amounts,
		Detail: say.F("line %d: %s", row.Line, reason)})
}

// say adds up what the rows of the document say, for who wants to see it.
func (b *readBack) say(h *Held, row *layout.Row, said Sides) {
	if b.sums == nil {
		return
	}
	currency := b.doc.Currency
	if h.Currency.Known() {
		currency = strings.Clone(h.ISOOf(b.text(h.Currency, row), currency))
	}
	if b.said == nil {
		b.said = map[string]Sides{}
	}
	b.said[currency] = b.said[currency].Plus(said)
}

// text is what stands in a field of the row, or of the latest row of another record.
func (b *readBack) text(f Field, row *layout.Row) string {
	if f.Record == row.Record {
		return row.Values[f.Field].String()
	}
	if values := b.held[f.Record]; values != nil {
		return values[f.Field].String()
	}
	return ""
}

// otherDocument says that the rows of a document do not belong together, or that the ERP would take two reports for
// one.
func (b *readBack) otherDocument(text string) say.Text {
	if b.here != nil {
		if *b.here == text {
			return ""
		}
		return say.F("%q stands here, but %q in the rows of the document before: they would not be one "+
			"document any more", text, *b.here)
	}
	b.here = &text
	report := b.doc.ReportID
	if report == "" {
		report = b.doc.DocID
	}
	owner, known := b.owner[text]
	switch {
	case text == "":
		return "is blank: nobody could tell which document the row belongs to"
	case known && owner != report:
		return say.F("%q stands in the rows of report %s, too: the ERP would take two reports for one document",
			text, owner)
	}
	b.owner[strings.Clone(text)] = report // and not the lines around it
	return ""
}

// conclude ends a document.
func (b *readBack) conclude() {
	if b.sums != nil {
		c := b.doc.Currency
		b.sums.Must[c] = b.sums.Must[c].Plus(b.must)
		for currency, s := range b.said {
			b.sums.Said[currency] = b.sums.Said[currency].Plus(s)
		}
		if b.sums.ByDocument != nil {
			b.sums.ByDocument[b.at-1] = b.said
		}
	}
	if len(b.rows) == 0 {
		return
	}
	list := append([]refusal.Problem{{Reason: refusal.Amounts, Detail: Differ(b.must, b.file, b.doc.Currency)}},
		b.rows...)
	if b.more > 0 {
		list = append(list, refusal.Problem{Reason: refusal.Amounts, Detail: say.F("and %d more rows", b.more)})
	}
	b.blame(list)
}

// disorder blames the document in hand for rows that are not as they were written, and ends the reading: what follows
// may be shifted.
func (b *readBack) disorder(record string, detail say.Text) error {
	b.blame([]refusal.Problem{{Record: record, Reason: refusal.Amounts,
		Detail: say.F("the file would not say what the document says: %s", detail)}})
	return errDisorder
}

// blame notes what is wrong with the document in hand.
func (b *readBack) blame(problems []refusal.Problem) {
	b.wrong = append(b.wrong, &refusal.DocumentError{DocID: b.doc.DocID, Problems: problems})
	b.wrongAt = append(b.wrongAt, b.at-1)
}

// unreadable is a line that our own layout cannot read: the ERP could not either.
func (b *readBack) unreadable(bad *layout.LineError) error {
	if b.doc == nil || b.outside(bad.Line) {
		return &refusal.FileError{Err: fmt.Errorf("import file %s cannot be read back: %w", b.name, bad)}
	}
	return b.disorder(bad.Record, say.Of(bad))
}
