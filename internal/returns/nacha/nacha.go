// Package nacha reads the return files of the US clearing house (ACH): payments that we sent by ACH and that came back,
// and notes that an account has changed. Each entry with its addenda is a row: the reason stands in a record of its own
// behind it. Counts, hashes and totals must be right, or nothing of the file is believed.
package nacha

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/named"
)

// The facts of a row, in the order of Kind's.
const (
	what = iota
	code
	reference
	payment
	amount
	currency
	date
	effective
	trace
	returnTrace
	reason
	party
	account
	facts
)

// Kind is files of kind nacha.
func Kind() layout.Kind {
	return named.Reader{
		Word: "nacha", Unit: "line", Unfinished: unfinished,
		Facts: []named.Fact{
			{Name: "what", Type: layout.CodeType, Is: "returned, changed, debit"},
			{Name: "code", Type: layout.CodeType, Is: "the reason: R02, C01"},
			{Name: "reference", Type: layout.CodeType, Is: "the individual id, of at most 15 characters"},
			{Name: "payment", Type: layout.CodeType, Is: "the trace number of the payment that we sent"},
			{Name: "amount", Type: layout.AmountType, Is: "the amount"},
			{Name: "currency", Type: layout.CodeType, Is: "USD"},
			{Name: "date", Type: layout.DateType, Is: "the day on which the file was made"},
			{Name: "effective", Type: layout.DateType, Is: "the effective date of the batch"},
			{Name: "trace", Type: layout.CodeType, Is: "the trace number of the payment that we sent"},
			{Name: "return_trace", Type: layout.CodeType, Is: "the trace number of the return"},
			{Name: "reason", Type: layout.TextType, Is: "the code and text of the return"},
			{Name: "party", Type: layout.TextType, Is: "who was paid"},
			{Name: "account", Type: layout.CodeType, Is: "the account of who was paid"},
		},
		Open: func(_ *layout.Plan, in layout.Input, _ any) (named.Rows, error) {
			return &reader{in: bufio.NewReaderSize(io.NewSectionReader(in.R, 0, in.Size), 64<<10)}, nil
		},
	}
}

// unfinished: the file ends in its control record 9, filled or not.
func unfinished(r io.ReaderAt, size int64) (string, error) {
	tail, err := named.Tail(r, size, 16<<10)
	if err != nil {
		return "", err
	}
	head := make([]byte, min(size, 200))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if !bytes.HasPrefix(head, []byte("101")) {
		return "", nil // no such file: reading tells
	}
	in := &reader{in: bufio.NewReader(bytes.NewReader(tail))}
	if int64(len(tail)) < size && !bytes.ContainsAny(tail, "\r\n") { // back to back: begin where a record does
		_, _ = in.in.Discard(int((width - (size-int64(len(tail)))%width) % width))
	}
	for {
		rec, err := in.record()
		switch {
		case errors.Is(err, io.EOF):
			return "the file control record (9) is not there: the file is not whole", nil
		case err != nil:
			return "", nil //nolint:nilerr // reading tells
		case rec[0] == '9' && rec != filler:
			return "", nil
		}
	}
}

// width is the length of each record, and filler what fills the last block.
const width = 94

var filler = strings.Repeat("9", width)

// reader takes the records of a file one by one.
type reader struct {
	in   *bufio.Reader
	line int

	made, effective, class string
	inFile, inBatch, ended bool
	batch, file            sums
	batches, records       int
	entry                  *entry
	row                    named.Row
	done                   error
}

// sums are what a batch or the file adds up to.
type sums struct {
	entries, debits, credits int64
	hash                     int64
}

func (s *sums) add(o sums) {
	s.entries, s.debits, s.credits, s.hash = s.entries+o.entries, s.debits+o.debits, s.credits+o.credits, s.hash+o.hash
}

// record is the next record, filled up to its width. Records stand in lines, cut at their end or not, or back to back.
func (r *reader) record() (string, error) {
	for {
		piece, err := r.in.Peek(width)
		if len(piece) == 0 {
			return "", err
		}
		r.line++
		at := bytes.IndexAny(piece, "\r\n")
		text := string(piece)
		switch {
		case at >= 0:
			text = string(piece[:at])
			_, _ = r.in.Discard(at)
		default:
			_, _ = r.in.Discard(len(piece))
		}
		if err := r.lineEnd(); err != nil {
			return "", err
		}
		if strings.Trim(text, " \x1a\x00") == "" {
			continue
		}
		return text + strings.Repeat(" ", width-len(text)), nil
	}
}

// lineEnd passes over blanks behind a record and the end of its line.
func (r *reader) lineEnd() error {
	for n := 0; ; n++ {
		next, err := r.in.Peek(1)
		switch {
		case err != nil:
			return nil //nolint:nilerr // the next record tells
		case next[0] == '\n':
			_, _ = r.in.Discard(1)
			return nil
		case next[0] == '\r' || next[0] == ' ' || next[0] == 0x1a:
			if n > 1<<10 {
				return &layout.LimitError{What: "blanks behind a record", Limit: 1 << 10, Place: fmt.Sprintf("line %d", r.line)}
			}
			_, _ = r.in.Discard(1)
			continue
		}
		return nil
	}
}

func (r *reader) wrong(text string, args ...any) error {
	return &layout.ContradictionError{Place: fmt.Sprintf("line %d", r.line), Reason: fmt.Sprintf(text, args...)}
}

// Next is the next entry.
func (r *reader) Next() (*named.Row, error) {
	for {
		if r.done != nil {
			return nil, r.done
		}
		rec, err := r.record()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		before := r.entry
		if err != nil {
			r.entry, r.done = nil, r.end()
		} else if wrong := r.take(rec); wrong != nil {
			r.done = wrong
			continue
		}
		if before != nil && r.entry != before {
			return r.tell(before)
		}
	}
}

func (r *reader) end() error {
	if !r.ended {
		return &layout.ContradictionError{Reason: "the file control record (9) is missing: the file is not whole"}
	}
	return io.EOF
}

// take uses one record.
func (r *reader) take(rec string) error {
	if r.records++; r.ended {
		if rec != filler {
			return r.wrong("a record after the file control record (9)")
		}
		return nil
	}
	switch {
	case !r.inFile && rec[0] != '1':
		return r.wrong("the file does not begin with a file header (1); it is no NACHA file")
	case rec[0] != '7' || r.entry == nil:
		r.entry = nil
	}
	switch rec[0] {
	case '1':
		if r.inFile {
			return r.wrong("a second file header")
		}
		r.inFile, r.made = true, dayOf(rec[23:29])
	case '5':
		if r.inBatch {
			return r.wrong("a batch begins before the control record (8) of the one before")
		}
		r.inBatch, r.batch, r.class, r.effective = true, sums{}, rec[50:53], dayOf(rec[69:75])
		r.batches++
	case '6':
		return r.begin(rec)
	case '7':
		return r.addenda(rec)
	case '8':
		return r.batchEnds(rec)
	case '9':
		return r.fileEnds(rec)
	default:
		return r.wrong("there is no record %q in a NACHA file", rec[:1])
	}
	return nil
}

// batchEnds and fileEnds hold what was counted against the control records.
func (r *reader) batchEnds(rec string) error {
	if !r.inBatch {
		return r.wrong("a batch control record without a batch")
	}
	r.inBatch = false
	r.file.add(r.batch)
	return r.same("batch", r.batch, rec[4:10], rec[10:20], rec[20:32], rec[32:44])
}

func (r *reader) fileEnds(rec string) error {
	if r.inBatch {
		return r.wrong("the file ends before the control record (8) of its last batch")
	}
	r.ended = true
	if n, err := number(rec[1:7]); err != nil || n != int64(r.batches) {
		return r.wrong("the file says %s batches, it has %d", rec[1:7], r.batches)
	}
	return r.same("file", r.file, rec[13:21], rec[21:31], rec[31:43], rec[43:55])
}

func (r *reader) same(name string, is sums, entries, hash, debits, credits string) error {
	for _, c := range []struct {
		what, says string
		is         int64
	}{{"entries and addenda", entries, is.entries}, {"as entry hash", hash, is.hash % 1e10}, {"cents of debits", debits, is.debits}, {"cents of credits", credits, is.credits}} {
		if n, err := number(c.says); err != nil || n != c.is {
			return r.wrong("the %s says %s %s, it has %d", name, strings.TrimSpace(c.says), c.what, c.is)
		}
	}
	return nil
}

func number(s string) (int64, error) { return strconv.ParseInt(strings.TrimSpace(s), 10, 64) }

// dayOf turns YYMMDD into yyyy-MM-dd; what is none stays as it is, and is told.
func dayOf(s string) string {
	if strings.Trim(s, "0123456789") != "" {
		return strings.TrimSpace(s)
	}
	century := "20"
	if s[:2] >= "80" {
		century = "19"
	}
	return century + s[:2] + "-" + s[2:4] + "-" + s[4:]
}
