package returns

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
)

// data reads the values of one line into a row, role by role. What is wrong is gathered; what an interim word makes of no consequence is noted.
type data struct {
	f        *Format
	row      *Row
	problems []string
	ignored  string

	outcome, status mapping.ResultWord
	amount          fis.Amount
	hasAmount       bool
	codes, texts    [8]string // of messages, by the order of their columns
	nCodes, nTexts  int
	messageLine     string
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
		if c.role == mapping.RoleKind && (d.ignored != "" || len(d.problems) > 0) {
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
		if c.words != nil && c.role != mapping.RoleMethod {
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
	d.row.Kind = 0
}

func (d *data) kindOf() Kind {
	switch {
	case d.f.spec.Level == mapping.LevelFile:
		return File
	case d.f.spec.Kind == mapping.ResultPayment:
		return Payment
	}
	return Posting
}

// wants tells whether the role counts for a row of this kind.
func (d *data) wants(r mapping.ResultRole) bool {
	switch r {
	case mapping.RoleOutcome, mapping.RolePostingDate:
		return d.row.Kind != Payment
	case mapping.RolePaymentRef, mapping.RoleCurrency, mapping.RolePaymentDate, mapping.RoleMethod, mapping.RoleStatus,
		mapping.RoleReceiverID, mapping.RoleReceiverName:
		return d.row.Kind == Payment
	}
	return true
}

// text is the column's text after its pattern.
func (d *data) text(c *column, values []layout.Value) (string, bool) {
	text := c.text(values)
	if c.pattern == nil || text == "" {
		return text, true
	}
	groups := c.pattern.FindStringSubmatch(text)
	if groups == nil {
		d.problem("%s %q does not fit the pattern %s", c.name, cut(text, 60), c.pattern)
		return "", false
	}
	return strings.TrimSpace(groups[1]), true
}

// set gives a role its value.
func (d *data) set(c *column, text string, values []layout.Value) {
	if c.words != nil {
		d.setWord(c, text)
		return
	}
	if c.role.IsReference() {
		if problem := d.row.setRef(c.role, text); problem != "" {
			d.problem("%s", problem)
		}
		return
	}
	o, p := &d.row.Outcome, &d.row.Payment
	switch c.role {
	case mapping.RoleNumber:
		o.Number, p.Number = text, text
	case mapping.RoleCompany:
		o.Company, p.Company = text, text
	case mapping.RoleFiscalYear:
		o.FiscalYear, p.FiscalYear = text, text
	case mapping.RolePostingDate:
		o.Posted = d.date(c, values)
	case mapping.RolePaymentDate:
		p.Cleared = d.date(c, values)
	case mapping.RoleMessageCode:
		d.codes[d.nCodes%len(d.codes)], d.nCodes = text, d.nCodes+1
	case mapping.RoleMessage:
		d.texts[d.nTexts%len(d.texts)], d.nTexts = text, d.nTexts+1
	case mapping.RoleMessageLine:
		d.messageLine = text
	case mapping.RolePaymentRef:
		p.Reference = text
	case mapping.RoleAmount:
		d.setAmount(c, text, values)
	case mapping.RoleCurrency:
		p.Currency = strings.ToUpper(text)
	case mapping.RoleReceiverID:
		p.ReceiverID = text
	case mapping.RoleReceiverName:
		p.ReceiverName = text
	case mapping.RoleAcceptedCount:
		d.row.Accepted = d.number(c, text)
	case mapping.RoleRejectedCount:
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
	if word == mapping.WordIgnore {
		d.ignored = c.name + " " + cut(text, 40)
		return
	}
	switch c.role {
	case mapping.RoleKind:
		d.row.Kind = map[mapping.ResultWord]Kind{mapping.WordKindPosting: Posting, mapping.WordKindPayment: Payment, mapping.WordKindFile: File}[word]
	case mapping.RoleOutcome:
		d.outcome = word
	case mapping.RoleStatus:
		d.status = word
	case mapping.RoleMethod:
		d.row.Payment.Method = string(word)
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
	if d.f.spec.AbsoluteAmounts {
		a = a.Abs()
	}
	d.row.Payment.Amount = a
}

func amountOf(c *column, values []layout.Value, text string) (fis.Amount, error) {
	if len(c.fields) == 1 && values[c.fields[0]].Kind == layout.NumberKind && c.pattern == nil {
		return values[c.fields[0]].Number, nil
	}
	return fis.ParseAmount(text)
}

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
func (r *Row) setRef(role mapping.ResultRole, text string) string {
	if text == "" {
		return ""
	}
	if len(text) > 255 {
		return fmt.Sprintf("%s is longer than 255 characters", role)
	}
	switch role {
	case mapping.RoleDocID:
		r.Refs.DocID = text
	case mapping.RoleReportID:
		r.Refs.ReportID = text
	case mapping.RoleReportKey:
		r.Refs.ReportKey = text
	case mapping.RoleReference:
		r.Refs.Any = text
	case mapping.RoleBatchID:
		r.Refs.BatchID = text
	case mapping.RoleFileName:
		r.Refs.FileName = text
	case mapping.RoleSequence:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			return fmt.Sprintf("file sequence %q is not a number from 1", cut(text, 40))
		}
		r.Refs.FileSequence = n
	case mapping.RoleFileLine:
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return fmt.Sprintf("file line %q is not a number from 1", cut(text, 40))
		}
		r.Refs.FileLine = n
	}
	return ""
}
