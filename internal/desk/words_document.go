package desk

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk/reconcile"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// DocumentWords are what people know a document by.
func DocumentWords(d records.ListedDoc) string {
	var words []string
	if d.ReportID != "" {
		words = append(words, "report "+d.ReportID)
	}
	if d.ReportNumber != "" {
		words = append(words, "number "+d.ReportNumber)
	}
	if d.EmployeeID != "" {
		words = append(words, "employee "+d.EmployeeID)
	}
	if d.Number != "" {
		words = append(words, "ERP "+d.Number)
	}
	if d.Reason != "" {
		words = append(words, d.Reason)
	}
	return strings.Join(words, ", ")
}

// StateWords tells a state and for how long it has lasted.
func StateWords(state, reason, sinceText, ageText string) string {
	s := fmt.Sprintf("%s since %s (%s)", state, sinceText, ageText)
	if reason != "" {
		s += ": " + reason
	}
	return s
}

// MessageWords are the messages of an ERP.
func MessageWords(messages []fis.Message) string {
	var out []string
	for _, m := range messages {
		out = append(out, strings.TrimSpace(m.Code+" "+m.Text))
	}
	return strings.Join(out, "; ")
}

// SumWords tells debits by currency, and credits where they are not the same.
func SumWords(sums map[string]records.Sum) string {
	var out []string
	for _, c := range reconcile.CurrenciesIn(sums) {
		text := fis.Money(sums[c].Debit, c) + " " + fis.CurrencyName(c)
		if !sums[c].Debit.Equal(sums[c].Credit) {
			text += " (credit " + fis.Money(sums[c].Credit, c) + ")"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// span tells lines of a file.
func span(first, last int) string {
	if first == last {
		return "line " + strconv.Itoa(first)
	}
	return fmt.Sprintf("lines %d to %d", first, last)
}

// PostAsWords is how a document is or was posted beside others of its report; "" when it is posted as any other.
func PostAsWords(as records.PostAs, basis []records.Place) string {
	switch as {
	case records.PostReplace:
		if len(basis) == 0 { // the first obligation of a request or report
			return ""
		}
		text := "posts what it changes"
		for i, p := range basis {
			text += wording.Either(i == 0, " against document ", ", ") + p.Doc
		}
		return text
	case records.PostAdd:
		return "is posted as it is, beside the other documents of its report"
	}
	return ""
}

// ReportWords name the report of a document.
func ReportWords(d records.Doc) string {
	if d.ReportKey == "" {
		return d.ReportID
	}
	text := fmt.Sprintf("%s (key %s)", d.ReportID, d.ReportKey)
	if d.Revision > 1 {
		text += fmt.Sprintf(", revision %d", d.Revision)
	}
	return strings.TrimSpace(text)
}

// ReceivedWords tell when a document came and when it was locked.
func ReceivedWords(d records.Doc) string {
	s := wording.When(d.Received)
	if d.AcknowledgedAt.IsZero() {
		return s + ", not acknowledged"
	}
	s += ", acknowledged " + wording.When(d.AcknowledgedAt)
	if d.AckMillis > 0 {
		s += fmt.Sprintf(" (%d ms after it came)", d.AckMillis)
	}
	if d.AckAttempts > 1 {
		s += fmt.Sprintf(", asked %d times", d.AckAttempts)
	}
	return s
}

// PayloadWords tell whether the document itself is kept.
func PayloadWords(d *DocumentLife) string {
	switch {
	case d.PayloadBytes > 0:
		return wording.Grouped(fmt.Sprint(d.PayloadBytes)) + " bytes (--payload shows them)"
	case d.State == records.Left:
		return "not stored: it was left in Concur"
	}
	return "aged out"
}

// PlaceWords tell an import file in which a document was, and where.
func PlaceWords(p DocumentPlace) string {
	s := fmt.Sprintf("%s, %s, %s, debit %s credit %s %s; file is %s", p.File, p.Name, span(p.FirstLine, p.LastLine), fis.Money(p.Debit, p.Currency), fis.Money(p.Credit, p.Currency), p.Currency, p.State)
	if !p.Dropped.IsZero() {
		s += ", dropped " + wording.When(p.Dropped)
	}
	if as := PostAsWords(p.PostAs, p.Basis); as != "" {
		s += "; it " + as
	}
	if p.Posting > 1 {
		s += fmt.Sprintf("; it is posting %d of its report", p.Posting)
	}
	if p.Withdrawn && p.State != records.Withdrawn {
		s += ", the document was taken out"
	}
	return s
}

// SaidWords tell what a line of a result file said.
func SaidWords(s records.Said) string {
	text := fmt.Sprintf("line %d of %s (result %d): %s", s.Line, s.Result, s.ResultID, s.Kind)
	if s.Verdict != "" {
		text += " " + string(s.Verdict)
	}
	if s.FileLine > 0 {
		text += fmt.Sprintf(" about line %d of the import file", s.FileLine)
	}
	if s.Problem != "" {
		text += ": " + s.Problem
	}
	return text
}

// PostingWords tell an outcome, and how far Concur knows it.
func PostingWords(c records.Confirmation) string {
	o := c.Outcome
	parts, number := []string{string(c.Verdict)}, "number"
	if len(o.Also) > 0 {
		number = "numbers"
	}
	for _, p := range []struct{ name, value string }{{number, o.Numbers()}, {"company", o.Company}, {"fiscal year", o.FiscalYear}, {"on", o.Posted.String()}} {
		if p.value != "" {
			parts = append(parts, p.name+" "+p.value)
		}
	}
	if text := MessageWords(o.Messages); text != "" {
		parts = append(parts, "“"+text+"”")
	}
	return strings.Join(parts, ", ") + "; " + ToldWords(c.State, c.DoneAt, c.Due, c.Attempts, c.Code, c.Message, c.Correlation)
}

// PaymentWords tell a payment, and how far Concur knows it.
func PaymentWords(p records.PaymentRecord) string {
	s := fmt.Sprintf("%s, %s, %s %s", p.Payment.Reference, reconcile.StatusWord(p.Payment.Status), fis.Money(p.Payment.Amount, p.Payment.Currency), p.Payment.Currency)
	if cleared := p.Payment.Cleared.String(); cleared != "" {
		s += ", cleared " + cleared
	}
	if p.Payment.Message != "" {
		s += ", “" + p.Payment.Message + "”"
	}
	told := ToldWords(p.State, p.DoneAt, p.Due, p.Attempts, p.Code, p.Message, p.Correlation)
	if !p.DocType.IsMarkedPaid() {
		return s + "; " + told
	}
	if p.State == records.Kept {
		return s + "; kept here: Concur is told of an invoice once the whole is paid, where the route has payments: true"
	}
	mark := map[fis.PaymentStatus]string{fis.PaymentReversed: "the payment is void", fis.PaymentObsolete: "the payment is cancelled"}[p.Payment.Status]
	if mark == "" {
		mark = "the invoice is marked paid"
	}
	return s + "; " + strings.Replace(told, "Concur knows it", mark+" in Concur", 1)
}

// ToldWords tells how far a confirmation of either kind has come.
func ToldWords(state records.ConfirmState, done, due time.Time, attempts, code int, message, correlation string) string {
	var s string
	switch state {
	case records.Done:
		s = "Concur knows it since " + wording.When(done)
	case records.Pending:
		s = "due to be told to Concur since " + wording.When(due)
	case records.Intended:
		s = "sent, but the answer is not known; asked again after " + wording.When(due)
	case records.Waiting:
		s = "waits before Concur is told"
	case records.Kept:
		s = "kept here: Concur takes no payments of this type, or the route tells of none"
	default:
		s = string(state) + ": never repeated by itself"
	}
	if attempts > 1 {
		s += fmt.Sprintf(", sent %d times", attempts)
	}
	if answer := AnswerWords(code, message); answer != "" {
		s += ", answer " + answer
	}
	if correlation != "" {
		s += ", correlation " + correlation
	}
	return s
}

// RouteName is the name of a route, or words for none.
func RouteName(route string) string {
	if route == "" {
		return "(no route)"
	}
	return route
}

// AnswerWords are the code and the message of an answer.
func AnswerWords(code int, message string) string {
	return strings.TrimSpace(codeText(code) + " " + message)
}

func codeText(code int) string {
	if code <= 0 { // no code came
		return ""
	}
	return strconv.Itoa(code)
}
