package returns

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// finish turns what was read into an outcome or a payment and checks it.
func (d *data) finish() {
	d.row.ByLine = d.row.Kind == Posting && d.f.spec.Level == format.LevelLine
	d.row.Checked = d.row.ByLine && d.f.spec.PostedLines == format.LinesChecked
	switch d.row.Kind {
	case Posting:
		d.finishOutcome()
		if d.hasAmount {
			a := d.amount
			if !d.row.ByLine {
				a = a.Abs()
			}
			d.row.Booked, d.row.BookedIn = &a, d.row.Payment.Currency
		}
		if !d.row.Refs.NamesDocument() && !(d.row.Refs.NamesFile() && d.row.Refs.FileLine > 0) {
			d.problem("the row has no reference to a document")
		}
	case File:
		d.finishFile()
	case Payment:
		d.finishPayment()
	}
	if d.row.Kind != Payment {
		d.row.Payment = fis.Payment{}
	} else {
		d.row.Outcome = fis.Outcome{}
	}
}

func (d *data) finishOutcome() {
	o := &d.row.Outcome
	word := d.outcome
	if word == "" {
		word = d.f.spec.DefaultOutcome
	}
	switch word {
	case format.WordPosted, format.WordWarning:
		o.Verdict = fis.Posted
	case format.WordRejected:
		o.Verdict = fis.Rejected
		if d.duplicate { // what the ERP has is no rejection
			o.Verdict = fis.Duplicate
		}
	case format.WordDuplicate:
		o.Verdict = fis.Duplicate
	case format.WordPartial:
		o.Verdict = Partial
		if d.row.Kind == Posting {
			d.problem("a document is posted or rejected, not partial")
		}
	default:
		if len(d.problems) == 0 {
			d.problem("no outcome")
		}
	}
	o.Messages = d.messages()
	o.FiscalYear = d.fiscalYear(o.FiscalYear, o.Posted)
	d.plausible("posting date", o.Posted, o.FiscalYear)
	if o.Verdict == fis.Posted {
		d.identifies("document number", o.Number, noNumber)
		d.identifies("company", o.Company, noText)
	} else if noNumber(o.Number) != "" {
		o.Number = "" // the ERP gives none to what it refuses
	}
	if n := runes(o.Number); n > maxNumber {
		d.problem("the document number has %d characters; Concur takes %d", n, maxNumber)
	}
	if n := runes(o.Company); n > maxCompany {
		d.problem("the company has %d characters; Concur takes %d", n, maxCompany)
	}
}

// finishFile checks a row about a whole import file. Without an outcome column its counts decide; with both they must
// agree.
func (d *data) finishFile() {
	accepted, rejected := d.row.Accepted, d.row.Rejected
	if d.outcome == "" && d.f.spec.DefaultOutcome == "" && accepted >= 0 && rejected >= 0 {
		switch {
		case accepted == 0 && rejected == 0:
			d.problem("nothing was accepted and nothing rejected")
		case rejected == 0:
			d.outcome = format.WordPosted
		case accepted == 0:
			d.outcome = format.WordRejected
		default:
			d.outcome = format.WordPartial
		}
	}
	d.finishOutcome()
	if !d.row.Refs.NamesFile() {
		d.problem("the row has no reference to an import file")
	}
	switch v := d.row.Outcome.Verdict; {
	case v == fis.Posted && rejected > 0:
		d.problem("the file is accepted, yet %d are rejected", rejected)
	case v == fis.Rejected && accepted > 0:
		d.problem("the file is rejected, yet %d are accepted", accepted)
	}
}

func (d *data) finishPayment() {
	p := &d.row.Payment
	word := d.status
	if word == "" {
		word = d.f.spec.DefaultStatus
	}
	p.Status = fis.PaymentStatus(word)
	if word == format.WordRefused {
		p.Status, p.Refused = fis.PaymentReversed, true
	}
	if p.Run = d.row.Seek.Run; !p.Identified { // the day of a reference that was made says more
		p.EndToEnd = ""
	}
	d.checkBeside()
	d.direction()
	if p.Message == "" {
		for _, m := range d.messages() {
			if p.Message != "" {
				p.Message += "; "
			}
			p.Message += m.Text
		}
	}
	p.FiscalYear = d.fiscalYear(p.FiscalYear, p.Cleared)
	d.plausible("payment date", p.Cleared, p.FiscalYear)
	d.identifies("payment reference", p.Reference, noNumber)
	d.identifies("document number", p.Number, noNumber)
	d.identifies("company", p.Company, noText)
	given := p.Message != ""
	if !given { // Concur takes neither word without one
		switch {
		case p.Status == fis.PaymentReversed && (d.status == "" || d.perhaps != ""):
			p.Message = cameBack
		case p.Status == fis.PaymentReversed:
			p.Message = takenBack
		case p.Status == fis.PaymentObsolete:
			p.Message = notComing
		}
	}
	if !d.row.Refs.NamesDocument() && len(d.f.spec.Match) == 0 {
		d.problem("the row has no reference to a document")
	}
	if len(d.problems) == 0 { // a word that is not known is one problem, not two
		checked := *p
		if word == format.WordRefused && unsaid(*p) { // what was told of it before says how much
			checked.Amount, checked.Currency = decimal.New(1, 0), "XXX"
		}
		d.problems = append(d.problems, paymentProblems(checked)...)
	}
	if len(d.problems) > 0 && p.Status == fis.PaymentReversed && given {
		d.problem("the file says: %s", cut(p.Message, 120))
	}
}

// What Concur is told of a payment that came back, or will not come, where the file gives no reason: of one of which it
// says no more than the sign, of one that it calls reversed, of one that it calls obsolete.
const (
	cameBack  = "the money came back"
	takenBack = "the payment was reversed; no reason was given"
	notComing = "no payment will be made; no reason was given"
)

// direction reads the sign of a payment's amount, where the format says what it means. Money that came back is a
// reversed payment, whatever the status is by default; a status that says otherwise contradicts it.
func (d *data) direction() {
	p := &d.row.Payment
	if d.f.paid == "" {
		return // amounts are positive; a negative one is told by paymentProblems
	}
	back := p.Amount.IsNegative() == (d.f.paid == format.PositiveAmounts) && !p.Amount.IsZero()
	p.Amount = p.Amount.Abs()
	switch paid := p.Status == fis.PaidCompletely || p.Status == fis.PaidPartially || p.Status == fis.Paid; {
	case !back || !paid:
	case d.status != "":
		d.problem("the status says %s, but by its sign the money came back", p.Status)
	default:
		p.Status = fis.PaymentReversed
	}
}

// messages pairs codes and texts in the order of their columns; a code without text is its own text.
func (d *data) messages() []fis.Message {
	n := min(max(d.nCodes, d.nTexts), len(d.texts))
	var out []fis.Message
	for i := range n {
		m := fis.Message{Code: d.codes[i], Text: d.texts[i], LineItem: d.messageLine}
		if m.Text == "" {
			m.Text = m.Code
		}
		if m.Text != "" {
			if out == nil {
				out = make([]fis.Message, 0, n-i)
			}
			out = append(out, m)
		}
	}
	return out
}

// fiscalYear is the year that the ERP gave, or that follows from the date by the format's rule.
func (d *data) fiscalYear(given string, date fis.Date) string {
	if given != "" {
		if problem := YearProblem(given); problem != "" {
			d.problem("%s", problem)
		}
		return given
	}
	start := d.f.spec.FiscalYearStart
	if start == 0 || date.IsZero() {
		return ""
	}
	year := int(date.Year)
	switch {
	case start > 1 && d.f.spec.FiscalYearNamed == "end" && int(date.Month) >= start:
		year++
	case start > 1 && d.f.spec.FiscalYearNamed == "start" && int(date.Month) < start:
		year--
	}
	return fmt.Sprintf("%04d", year)
}
