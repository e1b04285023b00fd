package narrate

import (
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/reconcile"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Document are what people know a document by.
func Document(d records.ListedDoc) say.Text {
	return say.Join(", ", given("report %s", d.ReportID), given("number %s", d.ReportNumber), given("employee %s", d.EmployeeID), given("ERP %s", d.Number), engine(d.Reason))
}

// given is a sentence about a value, where there is one.
func given(format, value string) say.Text {
	if value == "" {
		return ""
	}
	return say.F(format, value)
}

// State tells a state and for how long it has lasted.
func State(state, reason, sinceText, ageText string) say.Text {
	return After(say.F("%s since %s (%s)", say.Text(state), sinceText, ageText), engine(reason))
}

// Messages are the messages of an ERP.
func Messages(messages []fis.Message) string {
	var out []string
	for _, m := range messages {
		out = append(out, strings.TrimSpace(m.Code+" "+m.Text))
	}
	return strings.Join(out, "; ")
}

// money is an amount in a sentence.
func money(a fis.Amount, currency string) say.Number {
	return say.Number{Shown: fis.Money(a, currency), Digits: fis.Text(a, currency)}
}

// Sums tells debits by currency, and credits where they are not the same.
func Sums(sums map[string]records.Sum) say.Text {
	var out []say.Text
	for _, c := range reconcile.CurrenciesIn(sums) {
		name := say.Plain(c)
		if c == "" {
			name = say.Text(fis.CurrencyName(c))
		}
		if sums[c].Debit.Equal(sums[c].Credit) || sums[c].Credit.IsZero() {
			out = append(out, say.F("%s %s", money(sums[c].Debit, c), name))
		} else {
			out = append(out, say.F("%s %s (credit %s)", money(sums[c].Debit, c), name, money(sums[c].Credit, c)))
		}
	}
	return say.Join(", ", out...)
}

// InFile tells the debits and credits of an import file.
func InFile(f records.File) say.Text {
	sums, known := desk.InFile(f)
	if !known {
		return "not known any more: it was made by a version that did not keep what rows without posting lines say"
	}
	return Sums(sums)
}

// span tells lines of a file.
func span(first, last int) say.Text {
	if first == last {
		return say.F("line %d", first)
	}
	return say.F("lines %d to %d", first, last)
}

// PostAs is how a document is or was posted beside others of its report; it says nothing when it is posted as any other.
func PostAs(as records.PostAs, basis []records.Place) say.Text {
	switch as {
	case records.PostReplace:
		if len(basis) == 0 { // the first obligation of a request or report
			return ""
		}
		var docs []string
		for _, p := range basis {
			docs = append(docs, p.Doc)
		}
		return say.F("posts what it changes against document %s", strings.Join(docs, ", "))
	case records.PostAdd:
		return "is posted as it is, beside the other documents of its report"
	}
	return ""
}

// Report names the report of a document.
func Report(d records.Doc) say.Text {
	if d.ReportKey == "" {
		return say.Plain(d.ReportID)
	}
	var revision say.Text
	if d.Revision > 1 {
		revision = say.F("revision %d", d.Revision)
	}
	key := say.F("(key %s)", d.ReportKey)
	if d.ReportID != "" {
		key = say.F("%s %s", d.ReportID, key)
	}
	return say.Join(", ", key, revision)
}

// Received tells when a document came and when it was locked.
func Received(d records.Doc, zone *time.Location) say.Text {
	if d.AcknowledgedAt.IsZero() {
		return say.F("%s, not acknowledged", wording.When(d.Received, zone))
	}
	locked := say.F("acknowledged %s", wording.When(d.AcknowledgedAt, zone))
	if d.AckMillis > 0 {
		locked = say.F("%s (%d ms after it came)", locked, d.AckMillis)
	}
	var asked say.Text
	if d.AckAttempts > 1 {
		asked = say.F("asked %d times", d.AckAttempts)
	}
	return say.Join(", ", say.Plain(wording.When(d.Received, zone)), locked, asked)
}

// Payload tells whether the document itself is kept.
func Payload(d *desk.DocumentLife) say.Text {
	switch {
	case d.PayloadBytes > 0:
		return say.F("%s bytes (--payload shows them)", number(int64(d.PayloadBytes)))
	case d.State == records.Left:
		return "not stored: it was left in Concur"
	}
	return "aged out"
}

func number(n int64) say.Number {
	digits := strconv.FormatInt(n, 10)
	return say.Number{Shown: wording.Grouped(digits), Digits: digits}
}

// Place tells an import file in which a document was, and where.
func Place(p desk.DocumentPlace, zone *time.Location) say.Text {
	s := say.F("%s, %s, %s, debit %s credit %s %s; file is %s", p.File, p.Name, span(p.FirstLine, p.LastLine), money(p.Debit, p.Currency), money(p.Credit, p.Currency), p.Currency, say.Text(string(p.State)))
	if !p.Dropped.IsZero() {
		s = say.F("%s, dropped %s", s, wording.When(p.Dropped, zone))
	}
	if as := PostAs(p.PostAs, p.Basis); !as.None() {
		s = say.F("%s; it %s", s, as)
	}
	if p.Posting > 1 {
		s = say.F("%s; it is posting %d of its report", s, p.Posting)
	}
	if p.Withdrawn && p.State != records.Withdrawn {
		s = say.F("%s, the document was taken out", s)
	}
	return s
}

// Said tell what a line of a result file said.
func Said(s records.Said) say.Text {
	what := say.Text(string(s.Kind))
	if s.Verdict != "" {
		what = say.F("%s %s", what, say.Text(string(s.Verdict)))
	}
	if s.FileLine > 0 {
		what = say.F("%s about line %d of the import file", what, s.FileLine)
	}
	return After(say.F("line %d of %s (result %d): %s", s.Line, s.Result, s.ResultID, what), engine(s.Problem))
}

// Posting tell an outcome, and how far Concur knows it.
func Posting(c records.Confirmation, zone *time.Location) say.Text {
	o, number := c.Outcome, "number %s"
	if len(o.Also) > 0 {
		number = "numbers %s"
	}
	what := say.Join(", ", say.Text(string(c.Verdict)), given(number, o.Numbers()), given("company %s", o.Company), given("fiscal year %s", o.FiscalYear), given("on %s", o.Posted.String()),
		quoted(Messages(o.Messages)))
	return say.F("%s; %s", what, told(c.State, c.DoneAt, c.Due, c.Attempts, c.Code, c.Message, c.Correlation, "Concur knows it since %s", zone))
}

func quoted(text string) say.Text {
	if text == "" {
		return ""
	}
	return say.F("“%s”", text)
}

// Payment tell a payment, and how far Concur knows it.
func Payment(p records.PaymentRecord, zone *time.Location) say.Text {
	s := say.F("%s, %s, %s %s", p.Payment.Reference, say.Text(reconcile.StatusWord(p.Payment.Status)), money(p.Payment.Amount, p.Payment.Currency), p.Payment.Currency)
	s = say.Join(", ", s, given("cleared %s", p.Payment.Cleared.String()), quoted(p.Payment.Message))
	knows := "Concur knows it since %s"
	if p.DocType.IsMarkedPaid() {
		if p.State == records.Kept {
			return say.F("%s; %s", s, say.Text("kept here: Concur is told of an invoice once the whole is paid, where the route has payments: true"))
		}
		switch p.Payment.Status {
		case fis.PaymentReversed:
			knows = "the payment is void in Concur since %s"
		case fis.PaymentObsolete:
			knows = "the payment is cancelled in Concur since %s"
		default:
			knows = "the invoice is marked paid in Concur since %s"
		}
	}
	return say.F("%s; %s", s, told(p.State, p.DoneAt, p.Due, p.Attempts, p.Code, p.Message, p.Correlation, knows, zone))
}

// told tells how far a confirmation of either kind has come; knows is the sentence when Concur knows it.
func told(state records.ConfirmState, done, due time.Time, attempts, code int, message, correlation, knows string, zone *time.Location) say.Text {
	var s say.Text
	switch state {
	case records.Done:
		s = say.F(knows, wording.When(done, zone))
	case records.Pending:
		s = say.F("due to be told to Concur since %s", wording.When(due, zone))
	case records.Intended:
		s = say.F("sent, but the answer is not known; asked again after %s", wording.When(due, zone))
	case records.Waiting:
		s = "waits before Concur is told"
	case records.Kept:
		s = "kept here: Concur takes no payments of this type, or the route tells of none"
	default:
		s = say.F("%s: never repeated by itself", say.Text(string(state)))
	}
	var tries say.Text
	if attempts > 1 {
		tries = say.F("sent %d times", attempts)
	}
	return say.Join(", ", s, tries, given("answer %s", Answer(code, message)), given("correlation %s", correlation))
}

// Answer are the code and the message of an answer.
func Answer(code int, message string) string {
	return strings.TrimSpace(codeText(code) + " " + message)
}

func codeText(code int) string {
	if code <= 0 { // no code came
		return ""
	}
	return strconv.Itoa(code)
}

// Receipt tells of one receipt what became of it.
func Receipt(r records.Receipt, zone *time.Location) say.Text {
	since := wording.When(r.Since, zone)
	if !r.Gone.IsZero() {
		name := say.Plain(r.Name)
		if r.Name == "" {
			name = "not had"
		}
		return say.F("%s, its image was removed %s", name, wording.When(r.Gone, zone))
	}
	switch r.State {
	case records.ReceiptWanted:
		if r.Reason == "" {
			return "is to be fetched"
		}
		return say.F("was not had yet (%s): %s", say.Counted(r.Tries, "attempt"), say.English(r.Reason))
	case records.ReceiptMissing:
		return say.F("cannot be had, since %s: %s", since, say.English(r.Reason))
	case records.ReceiptWaived:
		return say.F("cannot be had: %s; a person let the document go without it %s", say.English(r.Reason), since)
	}
	return say.F("%s, %s bytes, %s %s, sha256 %s", r.Name, number(r.Size), say.Text(string(r.State)), since, wording.Short(r.SHA256))
}
