// Package mt940 reads the statements of banks in SWIFT's form: MT940, of the end of a day, and MT942, of the hours
// before. Each entry (:61: with its :86:) is a row. The opening balance and the entries must give the closing one, and
// the pages of a statement must follow on each other, or nothing of the file is believed.
package mt940

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/named"
)

// The facts of a row, in the order of Kind's.
const (
	what = iota
	status
	reference
	payment
	amount
	currency
	date
	valueDate
	endToEnd
	customerReference
	bankReference
	paymentRun
	check
	method
	kind
	reason
	text
	party
	account
	statement
	unique
	facts
)

// Kind is files of kind mt940.
func Kind() layout.Kind {
	return named.Reader{
		Word: "mt940", Unit: "line", Unfinished: unfinished,
		Facts: []named.Fact{
			{Name: "what", Type: layout.CodeType, Is: "paid, returned, waiting, received, taken out, charges"},
			{Name: "status", Type: layout.CodeType, Is: "the mark of the entry: D, C, RD, RC, ED, EC"},
			{Name: "reference", Type: layout.CodeType, Is: "the end-to-end id, else the customer reference"},
			{Name: "payment", Type: layout.CodeType, Is: "the bank's reference, else the reference with the day"},
			{Name: "amount", Type: layout.AmountType, Is: "the amount"},
			{Name: "currency", Type: layout.CodeType, Is: "the currency of the statement"},
			{Name: "date", Type: layout.DateType, Is: "the day of the entry, else the value date"},
			{Name: "value_date", Type: layout.DateType, Is: "the value date"},
			{Name: "end_to_end", Type: layout.CodeType, Is: "EREF of :86:"},
			{Name: "customer_reference", Type: layout.CodeType, Is: "the reference in :61:"},
			{Name: "bank_reference", Type: layout.CodeType, Is: "the bank's reference in :61:, behind //"},
			{Name: "payment_run", Type: layout.CodeType, Is: "KREF or PREF of :86:, or the number of the batch (?10)"},
			{Name: "check", Type: layout.CodeType, Is: "the number of a check (type CHK)"},
			{Name: "method", Type: layout.CodeType, Is: "C of a check, else E"},
			{Name: "type", Type: layout.CodeType, Is: "the type of the entry: NTRF"},
			{Name: "reason", Type: layout.TextType, Is: "the code and text of a return"},
			{Name: "text", Type: layout.TextType, Is: "the text of :86:"},
			{Name: "party", Type: layout.TextType, Is: "the other party"},
			{Name: "account", Type: layout.CodeType, Is: "the account of the statement"},
			{Name: "statement", Type: layout.CodeType, Is: "the number of the statement and page"},
			{Name: "unique", Type: layout.CodeType, Is: "yes, where payment is the bank's own reference"},
		},
		Open: func(plan *layout.Plan, in layout.Input, _ any) (named.Rows, error) {
			lines, err := named.NewText(plan, in)
			return &reader{lines: lines, most: in.Limits.Line}, err
		},
	}
}

// unfinished: a statement ends in its closing balance, or in the counts of a MT942.
func unfinished(r io.ReaderAt, size int64) (string, error) {
	tail, err := named.Tail(r, size, 64<<10)
	if err != nil {
		return "", err
	}
	last := -1
	for _, tag := range []string{"\n:62F:", "\n:62M:", "\n:90C:", "\n:90D:", "\r:62F:", "\r:62M:"} {
		last = max(last, bytes.LastIndex(tail, []byte(tag)))
	}
	entry := max(bytes.LastIndex(tail, []byte("\n:61:")), bytes.LastIndex(tail, []byte("\r:61:")))
	begun := bytes.LastIndex(tail, []byte(":20:"))
	switch {
	case last < 0 && begun < 0 && entry < 0:
		return "", nil // no statement, or a very long text: reading tells
	case last > entry && last > begun, bytes.LastIndex(tail, []byte(":34F:")) > begun && begun >= 0 && ended(tail):
		return "", nil
	}
	return "the closing balance (:62F:) is not there: the file is not whole", nil
}

// ended: a message ends in a line of its own.
func ended(tail []byte) bool {
	end := bytes.TrimRight(tail, " \r\n\x00\x1a")
	return bytes.HasSuffix(end, []byte("\n-")) || bytes.HasSuffix(end, []byte("\n-}"))
}

// field is a tag with its lines.
type field struct {
	tag   string
	lines []string
	line  int
	bytes int
}

func (f *field) first() string { return strings.TrimSpace(f.lines[0]) }

// reader takes the fields of a file one by one.
type reader struct {
	lines *named.Text
	most  int
	next  *field // begun
	ended bool   // a message ended after it
	any   bool   // a message was begun

	account, statement, page, currency string
	opening, sum                       fis.Amount
	balanced                           bool   // there is an opening balance
	interim                            string // account, statement and closing balance of a page that another one follows
	entry                              *entry
	n                                  int // entries of the file
	done                               error
	row                                named.Row
}

// Next is the next entry.
func (r *reader) Next() (*named.Row, error) {
	for {
		if r.done != nil {
			return nil, r.done
		}
		f, err := r.field()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		before := r.entry
		if f == nil || f.tag != "86" {
			r.entry = nil
		}
		if err != nil {
			r.done = r.end()
		} else if wrong := r.take(f); wrong != nil {
			r.done = wrong
		}
		if before != nil && r.entry != before {
			return r.tell(before)
		}
	}
}

func (r *reader) end() error {
	switch {
	case !r.any:
		return &layout.ContradictionError{Reason: "no message begins in it (:20:); it is no MT940"}
	case r.balanced:
		return &layout.ContradictionError{Reason: "the last statement has no closing balance (:62F:)"}
	}
	return io.EOF
}

// tags are those that begin a field; another line that begins with a colon and digits is text.
func isTag(tag string) bool {
	switch tag {
	case "20", "21", "25", "25P", "28", "28C", "13", "13C", "13D", "34F", "60F", "60M", "61", "86", "62F", "62M", "64", "65", "90C", "90D", "940", "942":
		return true
	}
	return false
}

// field is the next field; nil with io.EOF at the end.
func (r *reader) field() (*field, error) {
	for {
		line, number, err := r.lines.Next()
		if err != nil {
			f := r.next
			r.next = nil
			if f != nil && errors.Is(err, io.EOF) {
				return f, nil
			}
			return nil, err
		}
		tag, value, isField := begins(line)
		if !isField {
			if err := r.more(line, number); err != nil {
				return nil, err
			}
			continue
		}
		f := r.next
		r.next, r.ended = &field{tag: tag, lines: []string{value}, line: number, bytes: len(value)}, false
		if f != nil {
			return f, nil
		}
	}
}

// begins divides a line that begins a field; blocks of the SWIFT envelope may stand before the first one.
func begins(line string) (tag, value string, ok bool) {
	if at := strings.Index(line, "{4:"); at >= 0 && strings.HasPrefix(line, "{") {
		line = line[at+3:]
	}
	rest, found := strings.CutPrefix(line, ":")
	if !found {
		return "", "", false
	}
	tag, value, found = strings.Cut(rest, ":")
	return tag, value, found && isTag(tag)
}

// more takes a line that goes on with the field before it; what stands between messages is none of ours.
func (r *reader) more(line string, number int) error {
	if line == "-" || line == "-}" || strings.HasPrefix(line, "-}") {
		r.ended = true
		return nil
	}
	if r.next == nil || r.ended {
		return nil
	}
	if r.next.bytes += len(line); r.next.bytes > r.most {
		return &layout.LimitError{What: "bytes in one field", Limit: int64(r.most), Place: fmt.Sprintf("line %d", number)}
	}
	r.next.lines = append(r.next.lines, line)
	return nil
}

// take uses one field.
func (r *reader) take(f *field) error {
	switch f.tag {
	case "20":
		if r.balanced {
			return r.wrong(f, "a statement begins before the closing balance (:62F:) of the one before")
		}
		r.any = true
		r.account, r.statement, r.page, r.currency = "", "", "", ""
	case "25", "25P":
		r.account = f.first()
	case "28", "28C":
		r.statement, r.page, _ = strings.Cut(f.first(), "/")
		r.statement, r.page = strings.TrimLeft(r.statement, "0"), strings.TrimLeft(r.page, "0")
	case "34F":
		if v := f.first(); len(v) >= 3 {
			r.currency = v[:3]
		}
	case "60F", "60M":
		return r.opens(f)
	case "62F", "62M":
		return r.closes(f)
	case "61":
		r.n++
		r.entry = &entry{field: *f, number: r.n}
		if problem := r.entry.parse(); problem != "" {
			r.entry.problem = problem
			return nil
		}
		r.sum = r.sum.Add(r.entry.signed())
	case "86":
		if r.entry != nil {
			if r.entry.told += f.bytes + 1; r.entry.told > r.most {
				return &layout.LimitError{What: "bytes of :86: to one entry", Limit: int64(r.most), Place: fmt.Sprintf("line %d", f.line)}
			}
			r.entry.info = append(r.entry.info, f.lines...)
		}
	}
	return nil
}

func (r *reader) wrong(f *field, text string, args ...any) error {
	return &layout.ContradictionError{Place: fmt.Sprintf("line %d", f.line), Reason: fmt.Sprintf(text, args...)}
}

// balance reads C|D, a date, a currency and an amount.
func balance(s string) (a fis.Amount, currency string, ok bool) {
	if len(s) < 11 || s[0] != 'C' && s[0] != 'D' {
		return a, "", false
	}
	text, ok := decimalOf(strings.TrimSpace(s[10:]))
	if !ok {
		return a, "", false
	}
	a, err := fis.ParseAmount(text)
	if s[0] == 'D' {
		a = a.Neg()
	}
	return a, s[7:10], err == nil
}

func (r *reader) opens(f *field) error {
	a, currency, ok := balance(f.first())
	if !ok {
		return r.wrong(f, "the opening balance %q cannot be read", layout.Clip(f.first()))
	}
	at := r.account + " " + r.statement + " "
	if f.tag == "60M" && strings.HasPrefix(r.interim, at) && r.interim != at+a.String() {
		return r.wrong(f, "this page begins with %s, the page before ended with %s", a, strings.TrimPrefix(r.interim, at))
	}
	r.interim = ""
	r.opening, r.sum, r.currency, r.balanced = a, fis.Zero, currency, true
	return nil
}

func (r *reader) closes(f *field) error {
	a, _, ok := balance(f.first())
	switch {
	case !ok:
		return r.wrong(f, "the closing balance %q cannot be read", layout.Clip(f.first()))
	case !r.balanced:
		return r.wrong(f, "a closing balance without an opening one (:60F:)")
	}
	if is := r.opening.Add(r.sum); !is.Equal(a) {
		return r.wrong(f, "the statement of account %s begins with %s and its entries add up to %s, which makes %s, but it ends with %s", r.account, r.opening, r.sum, is, a)
	}
	r.balanced = false
	if f.tag == "62M" {
		r.interim = r.account + " " + r.statement + " " + a.String()
	}
	return nil
}
