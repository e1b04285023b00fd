package returns

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// data reads the values of one line into a row, role by role. What is wrong is gathered; what an interim word makes of
// no consequence is noted.
type data struct {
	f        *Format
	row      *Row
	problems []string
	ignored  string
	perhaps  string // of no consequence, unless it names a document of ours

	outcome, status format.Word
	amount          fis.Amount
	hasAmount       bool
	beside          string    // the currency beside the amount, as it is written
	codes, texts    [8]string // of messages, by the order of their columns
	nCodes, nTexts  int
	messageLine     string
	duplicate       bool // a message says that the ERP has the document
}

func (d *data) problem(format string, args ...any) {
	d.problems = append(d.problems, fmt.Sprintf(format, args...))
}

// read takes a data row.
func (d *data) read(rec *record, values []layout.Value) {
	d.row.Kind = d.kindOf()
	for i := range rec.columns {
		c := &rec.columns[i]
		if !d.wants(c.role) {
			continue
		}
		text, ok := d.text(c, values)
		if ok {
			d.set(c, text, values)
		}
		if c.role == format.RoleKind && (d.ignored != "" || len(d.problems) > 0) {
			return // what the other columns mean is not known
		}
	}
	if d.ignored == "" {
		d.finish()
	}
}

// readHeader takes references, facts that hold for the rows that follow, and declared counts.
func (d *data) readHeader(rec *record, values []layout.Value, s *section) {
	d.row.Kind = Payment // a header may carry any fact
	for i := range rec.columns {
		c := &rec.columns[i]
		if c.words != nil && c.role != format.RoleMethod {
			continue // verdicts are of rows, even where a header has a field of that name
		}
		text, ok := d.text(c, values)
		if !ok {
			continue
		}
		at, counts := control(c.role)
		if !counts {
			d.set(c, text, values)
			continue
		}
		if text == "" {
			d.problem("%s is empty", c.name)
			continue
		}
		n, err := amountOf(c, values, text)
		if err != nil {
			d.problem("%s: %v", c.name, err)
			continue
		}
		s.declared[at], s.has[at] = n, true
	}
	d.checkBeside()
	d.row.Kind = 0
}

func (d *data) kindOf() Kind {
	switch {
	case d.f.spec.Level == format.LevelFile:
		return File
	case d.f.spec.Kind == format.Payment:
		return Payment
	}
	return Posting
}

// wants tells whether the role counts for a row of this kind.
func (d *data) wants(r format.Role) bool {
	switch r {
	case format.RoleOutcome, format.RolePostingDate:
		return d.row.Kind != Payment
	case format.RoleCurrency:
		return d.row.Kind == Payment || d.row.Kind == Posting // with the amount that was posted
	case format.RolePaymentRef, format.RolePaymentDate, format.RoleMethod, format.RoleStatus,
		format.RoleReceiverID, format.RoleReceiverName, format.RoleUnique, format.RoleText,
		format.RoleRun, format.RoleParty:
		return d.row.Kind == Payment
	}
	return true
}

// text is the column's text after its pattern.
func (d *data) text(c *column, values []layout.Value) (string, bool) {
	text := c.text(values)
	if c.role == format.RoleCurrency && len(c.fields) == 1 && values[c.fields[0]].Kind == layout.NumberKind {
		return d.currencyOf(c, values[c.fields[0]].Text)
	}
	if c.pattern == nil || text == "" || c.role == format.RoleText {
		return text, true
	}
	at := c.pattern.FindStringSubmatchIndex(text)
	if at == nil || at[2] < 0 {
		d.problem("%s %q does not fit the pattern %s", c.name, cut(text, 60), c.pattern)
		return "", false
	}
	if cutsNumber(c.role, text, at[2], at[3]) {
		d.problem("%s %q: the pattern %s takes only a part of the number", c.name, cut(text, 60), c.pattern)
		return "", false
	}
	return strings.TrimSpace(text[at[2]:at[3]]), true
}

// cutsNumber tells whether a pattern has taken a part out of a number: a digit stands directly beside it, or behind a
// mark.
func cutsNumber(role format.Role, text string, from, to int) bool {
	if !role.IsNumber() {
		return false
	}
	digit := func(i int) bool { return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9' }
	mark := func(i int) bool { return i >= 0 && i < len(text) && (text[i] == '.' || text[i] == ',') }
	return digit(from-1) && digit(from) || digit(to) && digit(to-1) || mark(from-1) && digit(from-2) || mark(to) && digit(to+1)
}

// set gives a role its value.
func (d *data) set(c *column, text string, values []layout.Value) {
	if c.words != nil {
		d.setWord(c, text)
		return
	}
	if c.role == format.RoleSequence || c.role == format.RoleBatchID || c.role == format.RoleFileName {
		d.row.Refs.Named = c.text(values)
		d.row.Refs.Before, d.row.Refs.After = c.around(d.row.Refs.Named, text)
	}
	if c.role == format.RoleReference {
		d.row.Payment.EndToEnd = c.text(values) // whole, whatever a pattern takes out of it
	}
	if c.role.IsReference() {
		if problem := d.row.setRef(c.role, text); problem != "" {
			d.problem("%s", problem)
		}
		return
	}
	d.duplicate = d.duplicate || c.duplicate != nil && c.duplicate.MatchString(text)
	o, p := &d.row.Outcome, &d.row.Payment
	switch c.role {
	case format.RoleNumber:
		o.Number, p.Number = text, text
	case format.RoleCompany:
		o.Company, p.Company = text, text
	case format.RoleFiscalYear:
		o.FiscalYear, p.FiscalYear = text, text
	case format.RolePostingDate:
		o.Posted = d.date(c, values)
	case format.RolePaymentDate:
		p.Cleared = d.date(c, values)
	case format.RoleMessageCode:
		d.codes[d.nCodes%len(d.codes)], d.nCodes = text, d.nCodes+1
	case format.RoleMessage:
		d.texts[d.nTexts%len(d.texts)], d.nTexts = text, d.nTexts+1
	case format.RoleMessageLine:
		d.messageLine = text
	case format.RolePaymentRef:
		p.Reference = text
	case format.RoleAmount:
		d.setAmount(c, text, values)
	case format.RoleCurrency:
		p.Currency = strings.ToUpper(text)
	case format.RoleReceiverID:
		p.ReceiverID = text
	case format.RoleReceiverName:
		p.ReceiverName = text
	case format.RoleText:
		d.row.Seek.Words = append(d.row.Seek.Words, wordsIn(c.pattern, text)...)
	case format.RoleRun:
		d.row.Seek.Run = text
	case format.RoleParty:
		d.row.Seek.Party = text
	case format.RoleUnique:
		p.Identified, p.Made = text != "", text == ""
	case format.RoleAcceptedCount:
		d.row.Accepted = d.number(c, text)
	case format.RoleRejectedCount:
		d.row.Rejected = d.number(c, text)
	}
}

func (d *data) setWord(c *column, text string) {
	word, known := c.word(text)
	if !known {
		if text == "" {
			d.problem("%s is empty, and no word is given for that", c.name)
		} else {
			d.problem("%s %q is not among the words of the format", c.name, cut(text, 60))
		}
		return
	}
	if word == format.WordIgnore {
		d.ignored = c.name + " " + cut(text, 40)
		return
	}
	switch c.role {
	case format.RoleKind:
		d.row.Kind = map[format.Word]Kind{format.WordKindPosting: Posting, format.WordKindPayment: Payment, format.WordKindFile: File}[word]
	case format.RoleOutcome:
		d.outcome = word
	case format.RoleStatus:
		d.setStatus(c, word, text)
	case format.RoleMethod:
		d.row.Payment.Method = string(word)
	}
}

func (d *data) setStatus(c *column, word format.Word, text string) {
	switch d.status = word; word {
	case format.WordPerhapsReversed:
		d.status, d.perhaps = format.WordReversed, c.name+" "+cut(text, 40)
	case format.WordPerhapsPaid:
		d.status, d.perhaps = format.WordPaid, c.name+" "+cut(text, 40)
	}
}

func (d *data) setAmount(c *column, text string, values []layout.Value) {
	if text == "" {
		return
	}
	a, err := amountOf(c, values, text)
	if err != nil {
		d.problem("%s: %v", c.name, err)
		return
	}
	d.amount, d.hasAmount = a, true
	d.row.Payment.Amount = a // signed until finish tells the direction
	for _, at := range c.fields {
		if v := values[at]; v.Kind == layout.NumberKind && v.Text != "" {
			d.beside = v.Text
		}
	}
}

func amountOf(c *column, values []layout.Value, text string) (fis.Amount, error) {
	if c.minus {
		return difference(values[c.fields[0]], values[c.fields[1]])
	}
	if len(c.fields) == 1 && values[c.fields[0]].Kind == layout.NumberKind && c.pattern == nil {
		return values[c.fields[0]].Number, nil
	}
	return fis.ParseAmount(text)
}

// difference is the amount of two columns, of which the row fills one. The column says the direction, so neither has a
// sign.
func difference(plus, minus layout.Value) (fis.Amount, error) {
	switch {
	case plus.Kind == layout.NumberKind && plus.Number.IsNegative(), minus.Kind == layout.NumberKind && minus.Number.IsNegative():
		return fis.Zero, fmt.Errorf("a column holds a negative amount, and the columns themselves say the direction")
	case !filled(plus):
		return minus.Number.Neg(), nil
	case !filled(minus):
		return plus.Number, nil
	}
	return fis.Zero, fmt.Errorf("both columns hold an amount, %s and %s", plus, minus)
}

func filled(v layout.Value) bool { return v.Kind == layout.NumberKind && !v.Number.IsZero() }

func (d *data) date(c *column, values []layout.Value) fis.Date {
	if len(c.fields) != 1 {
		return fis.Date{}
	}
	return values[c.fields[0]].Date
}

func (d *data) number(c *column, text string) int {
	if text == "" {
		return -1
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		d.problem("%s %q is not a count", c.name, cut(text, 40))
		return -1
	}
	return n
}

// setRef gives a reference its value; the answer says what is wrong with it.
func (r *Row) setRef(role format.Role, text string) string {
	if text == "" {
		return ""
	}
	if len(text) > 255 {
		return fmt.Sprintf("%s is longer than 255 characters", role)
	}
	switch role {
	case format.RoleDocID:
		r.Refs.DocID = text
	case format.RoleReportID:
		r.Refs.ReportID = text
	case format.RoleReportKey:
		r.Refs.ReportKey = text
	case format.RoleReference:
		r.Refs.Any = text
	case format.RoleBatchID:
		r.Refs.BatchID = text
	case format.RoleFileName:
		r.Refs.FileName = text
	case format.RoleSequence:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			return fmt.Sprintf("file sequence %q is not a number from 1", cut(text, 40))
		}
		r.Refs.FileSequence = n
	case format.RoleFileLine:
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return fmt.Sprintf("file line %q is not a number from 1", cut(text, 40))
		}
		r.Refs.FileLine = n
	}
	return ""
}
