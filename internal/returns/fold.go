package returns

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Coverage says what a document needs before it counts as posted.
type Coverage struct {
	// Lines is how many lines the document has in the import file.
	Lines int
	// First and Last are where they lie in the import file. Where they are given, line rows about other lines do not
	// count.
	First, Last int
	// Whole takes one row for the whole document, also when the format speaks of lines.
	Whole bool
	// AllOrNothing: the ERP books nothing of the import file while a line of it is rejected.
	AllOrNothing bool
}

// State is how far rows settle what they are about.
type State uint8

const (
	// Settled: the outcome holds.
	Settled State = iota + 1
	// Waiting: not everything has been spoken for yet.
	Waiting
	// Conflict: the rows contradict each other, or the ERP booked a part; a person must look and nothing is told to
	// Concur.
	Conflict
)

// Folded is what all rows about one document say together.
type Folded struct {
	State State
	// Outcome is set when the state is Settled.
	Outcome fis.Outcome
	// Problem says what is missing or what contradicts what, with lines of the result file.
	Problem string
	// Covered is how many of the document's lines are spoken for.
	Covered int
	// InPart: the ERP has posted a part of the document and refused another. Booked are the document numbers of what it
	// has booked, where it gives any.
	InPart bool
	Booked []string
	// RestUnsaid: it has refused lines of the document and says nothing of the others, which may be in its books. Outcome
	// is the rejection, for a document whose posting is known.
	RestUnsaid bool
}

// Fold makes one outcome of all posting rows about one document, in the order in which they came. Rows of other kinds
// are passed over.
//
// One rejected line rejects the document, with the messages of all its lines, unless the ERP has posted another line, or
// says nothing of it: then it booked a part, or may have, and that is a conflict. A line that it has only checked, or that
// stands in an import file which is imported whole or not at all, is posted only when it has a document number. A document
// is posted when each of its lines is, or when one row says so of the whole document. Two document numbers for one line, or
// for the whole document, are a conflict: the ERP may have booked it twice, and nobody here knows which of them Concur
// should be told. Lines that have one number each were posted in several documents, and all of them are told. Two companies,
// fiscal years or posting dates in rows that speak for the whole document are a conflict, too. Posted and rejected for the same line or the whole document is a conflict, as is a
// duplicate beside a rejection. A duplicate beside posted is the second answer to a file that was read twice: posted.
// The same line told twice counts once.
func Fold(rows []Row, need Coverage) Folded {
	t := tally{}
	for i := range rows {
		r := &rows[i]
		if r.Kind != Posting {
			continue
		}
		if elsewhere := r.ByLine && r.Refs.FileLine > 0 && need.First > 0 && (r.Refs.FileLine < need.First || r.Refs.FileLine > need.Last); !elsewhere {
			t.add(r)
		}
	}
	return t.folded(need)
}

// tally is what the rows of one document say, by verdict.
type tally struct {
	posted, rejected, duplicate verdicts
	all                         []*Row
}

// verdicts are the rows with one verdict.
type verdicts struct {
	whole  *Row         // the first row that speaks for the whole document
	lines  map[int]*Row // by line of the import file
	loose  int          // line rows that do not say which line
	first  *Row
	booked *Row // the first row with a document number
	rows   []*Row
}

func (v *verdicts) add(r *Row) {
	if v.first == nil {
		v.first = r
	}
	switch {
	case !r.ByLine:
		if v.whole == nil {
			v.whole = r
		}
	case r.Refs.FileLine == 0:
		v.loose++
	default:
		if v.lines == nil {
			v.lines = map[int]*Row{}
		}
		if v.lines[r.Refs.FileLine] == nil {
			v.lines[r.Refs.FileLine] = r
		}
	}
	if v.booked == nil && r.Outcome.Number != "" {
		v.booked = r
	}
	v.rows = append(v.rows, r)
}

func (t *tally) add(r *Row) {
	t.all = append(t.all, r)
	switch r.Outcome.Verdict {
	case fis.Posted:
		t.posted.add(r)
	case fis.Rejected:
		t.rejected.add(r)
	case fis.Duplicate:
		t.duplicate.add(r)
	}
}

// covered is how many lines the rows of some verdicts speak for together.
func covered(need Coverage, groups ...*verdicts) int {
	seen := map[int]bool{}
	loose := 0
	for _, v := range groups {
		if v.whole != nil {
			return need.Lines
		}
		for line := range v.lines {
			seen[line] = true
		}
		loose += v.loose
	}
	return min(len(seen)+loose, max(need.Lines, 0))
}

func (t *tally) folded(need Coverage) Folded {
	out := Folded{Covered: covered(need, &t.posted, &t.rejected, &t.duplicate)}
	p, r, d := t.posted.first, t.rejected.first, t.duplicate.first
	switch {
	case p == nil && r == nil && d == nil:
		out.State, out.Problem = Waiting, "no row speaks for the document"
	case r != nil && d != nil:
		out.conflict("rejected in line %d, but a duplicate in line %d", r.Line, d.Line)
	case r != nil && p != nil:
		t.foldRejected(&out, need)
	case r != nil && t.rejected.whole == nil && out.Covered < need.Lines && !need.AllOrNothing && t.rejected.unchecked() != nil:
		out.RestUnsaid, out.Outcome = true, fis.Outcome{Verdict: fis.Rejected, Messages: t.messages()}
		out.conflict("line %d is rejected%s; nothing is said of %d of the %d lines of the document", r.Line, saying(r), need.Lines-out.Covered, need.Lines)
	case r != nil:
		out.State, out.Outcome = Settled, fis.Outcome{Verdict: fis.Rejected, Messages: t.messages()}
	case p != nil:
		t.foldPosted(&out, need)
	default:
		t.foldDuplicate(&out, need)
	}
	return out
}

func (f *Folded) conflict(format string, args ...any) {
	f.State, f.Problem = Conflict, fmt.Sprintf(format, args...)
}

// foldRejected: some rows say posted, some rejected.
func (t *tally) foldRejected(out *Folded, need Coverage) {
	p, r := &t.posted, &t.rejected
	if p.whole != nil || r.whole != nil {
		out.conflict("posted in line %d, rejected in line %d", p.first.Line, r.first.Line)
		return
	}
	for line, a := range p.lines {
		if b := r.lines[line]; b != nil {
			out.conflict("file line %d is posted in line %d and rejected in line %d", line, a.Line, b.Line)
			return
		}
	}
	switch booked := p.unchecked(); {
	case p.booked != nil:
		out.InPart, out.Booked = true, p.numbers()
		out.conflict("line %d has the document number %s, but line %d is rejected%s", p.booked.Line, p.booked.Outcome.Number, r.first.Line, saying(r.first))
		return
	case booked != nil && !need.AllOrNothing:
		out.InPart = true
		out.conflict("line %d is posted, but line %d is rejected%s", booked.Line, r.first.Line, saying(r.first))
		return
	}
	out.State, out.Outcome = Settled, fis.Outcome{Verdict: fis.Rejected, Messages: t.messages()}
}

// unchecked is the first row of which the ERP has done more than check it; nil for none.
func (v *verdicts) unchecked() *Row {
	for _, r := range v.rows {
		if !r.Checked {
			return r
		}
	}
	return nil
}

// numbers are the document numbers that the rows give, each once.
func (v *verdicts) numbers() (out []string) {
	for _, r := range v.rows {
		if n := r.Outcome.Number; n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// saying is what a row gives as its reason.
func saying(r *Row) string {
	if len(r.Outcome.Messages) == 0 {
		return ""
	}
	return ": " + strings.TrimSpace(r.Outcome.Messages[0].Code+" "+r.Outcome.Messages[0].Text)
}

// foldPosted: some rows say posted, perhaps others duplicate.
func (t *tally) foldPosted(out *Folded, need Coverage) {
	got := covered(need, &t.posted)
	if t.posted.whole == nil && !need.Whole && (need.Lines <= 0 || got < need.Lines) {
		if d := t.duplicate.first; d != nil {
			out.conflict("posted in line %d, but a duplicate in line %d", t.posted.first.Line, d.Line)
			return
		}
		out.State, out.Problem = Waiting, fmt.Sprintf("posted for %d of %d lines", got, need.Lines)
		return
	}
	if problem := t.posted.contradiction(); problem != "" {
		out.conflict("%s", problem)
		return
	}
	out.State, out.Outcome = Settled, t.booking()
}

// contradiction tells which fact of one posting the rows tell in two ways; empty when there is none.
func (v *verdicts) contradiction() string {
	numbered := slices.ContainsFunc(v.rows, func(r *Row) bool { return r.Outcome.Number != "" && (!r.ByLine || r.Refs.FileLine == 0) })
	for _, fact := range []struct {
		name  string
		lines bool // also where a row speaks for a line: parts of one posting may lie in several companies, and have several numbers
		of    func(*Row) string
	}{
		{"document number", numbered, func(r *Row) string { return r.Outcome.Number }},
		{"company", false, func(r *Row) string { return r.Outcome.Company }},
		{"fiscal year", false, func(r *Row) string { return r.Outcome.FiscalYear }},
		{"posting date", false, func(r *Row) string { return dateText(r.Outcome.Posted) }},
	} {
		var first *Row
		for _, r := range v.rows {
			switch {
			case fact.of(r) == "", r.ByLine && !fact.lines:
			case first == nil:
				first = r
			case fact.of(r) != fact.of(first):
				return fmt.Sprintf("line %d gives the %s %s, line %d gives %s", first.Line, fact.name, fact.of(first), r.Line, fact.of(r))
			}
		}
	}
	of := map[int]*Row{}
	for _, r := range v.rows {
		n := r.Refs.FileLine
		switch {
		case !r.ByLine || n == 0 || r.Outcome.Number == "":
		case of[n] == nil:
			of[n] = r
		case of[n].Outcome.Number != r.Outcome.Number:
			return fmt.Sprintf("file line %d has the document number %s in line %d and %s in line %d", n, of[n].Outcome.Number, of[n].Line, r.Outcome.Number, r.Line)
		}
	}
	return ""
}

func dateText(d fis.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func (t *tally) foldDuplicate(out *Folded, need Coverage) {
	got := covered(need, &t.duplicate)
	if t.duplicate.whole == nil && !need.Whole && (need.Lines <= 0 || got < need.Lines) {
		out.State, out.Problem = Waiting, fmt.Sprintf("duplicate for %d of %d lines", got, need.Lines)
		return
	}
	o := t.duplicate.first.Outcome
	o.Messages = t.messages()
	out.State, out.Outcome = Settled, o
}

// booking is the outcome of the posted rows, which do not contradict each other: the first one's facts, what it lacks
// from later ones. Each document number after the first is a further document of the ERP.
func (t *tally) booking() fis.Outcome {
	o := fis.Outcome{Verdict: fis.Posted, Messages: t.messages()}
	numbers := t.posted.numbers()
	if len(numbers) < 2 {
		b := t.posted.of("")
		o.Number, o.Company, o.FiscalYear, o.Posted = b.Number, b.Company, b.FiscalYear, b.Posted
		return o
	}
	first := t.posted.of(numbers[0])
	o.Number, o.Company, o.FiscalYear, o.Posted = first.Number, first.Company, first.FiscalYear, first.Posted
	for _, n := range numbers[1:] {
		o.Also = append(o.Also, t.posted.of(n))
	}
	return o
}

// of is what the rows say of the document with a number; empty: of all rows.
func (v *verdicts) of(number string) (b fis.Booking) {
	for _, row := range v.rows {
		r := &row.Outcome
		if number != "" && r.Number != number {
			continue
		}
		b.Number, b.Company, b.FiscalYear = cmp.Or(b.Number, r.Number), cmp.Or(b.Company, r.Company), cmp.Or(b.FiscalYear, r.FiscalYear)
		if b.Posted.IsZero() {
			b.Posted = r.Posted
		}
	}
	return b
}

// messages are those of all rows, in order, each once.
func (t *tally) messages() []fis.Message {
	var out []fis.Message
	seen := map[fis.Message]bool{}
	for _, r := range t.all {
		for _, m := range r.Outcome.Messages {
			if !seen[m] {
				seen[m] = true
				out = append(out, m)
			}
		}
	}
	return out
}
