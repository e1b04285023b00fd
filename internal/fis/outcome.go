package fis

// Verdict is what the ERP said about one document.
type Verdict string

const (
	// Posted: the ERP has booked the document and (usually) gave a document number.
	Posted Verdict = "posted"
	// Rejected: the ERP refused the document and booked nothing of it.
	Rejected Verdict = "rejected"
	// Duplicate: the ERP says it had the document before. Never reported to Concur as an error: what holds is the first
	// outcome.
	Duplicate Verdict = "duplicate"
)

// Message is one text of the ERP about a document or a line; employees and processors read it in Concur.
type Message struct {
	// Code is the ERP's message number, at most 255 characters.
	Code string `json:"code,omitempty"`
	// Text is what a person reads; FIS takes 1300 characters.
	Text string `json:"text"`
	// LineItem is the Concur entry or line item the message is about, when known.
	LineItem string `json:"line_item,omitempty"`
}

// Outcome is what an ERP's result file says about the posting of one document.
type Outcome struct {
	Verdict Verdict `json:"verdict"`
	// Number is the ERP's document number (80 characters at most), Company its company code (32), FiscalYear four
	// digits.
	Number     string    `json:"number,omitempty"`
	Company    string    `json:"company,omitempty"`
	FiscalYear string    `json:"fiscal_year,omitempty"`
	Posted     Date      `json:"posting_date,omitzero"`
	Messages   []Message `json:"messages,omitempty"`
	// Also are further documents of the ERP, where it has posted the lines of a document in several.
	Also []Booking `json:"also,omitempty"`
}

// Booking is one document of the ERP.
type Booking struct {
	Number     string `json:"number"`
	Company    string `json:"company,omitempty"`
	FiscalYear string `json:"fiscal_year,omitempty"`
	Posted     Date   `json:"posting_date,omitzero"`
}

// Bookings are the documents of the ERP that an outcome names; at least one, which may lack its number.
func (o *Outcome) Bookings() []Booking {
	return append([]Booking{{o.Number, o.Company, o.FiscalYear, o.Posted}}, o.Also...)
}

// Numbers are the document numbers, for people; empty where there is none.
func (o *Outcome) Numbers() string {
	text := o.Number
	for _, b := range o.Also {
		text += ", " + b.Number
	}
	return text
}

// PaymentStatus is FIS's processingStatusCode.
type PaymentStatus string

const (
	// PaidCompletely moves the report to "Payment Confirmed".
	PaidCompletely PaymentStatus = "CP"
	// PaidPartially expects a PaidCompletely later.
	PaidPartially PaymentStatus = "PP"
	// PaymentReversed takes a payment back; it needs a message.
	PaymentReversed PaymentStatus = "RE"
	// Paid is a payment of which the file does not say whether it is all that was owed, as a bank does not. It is told
	// as PaidCompletely or PaidPartially, which follows from what is owed and what was paid before; Concur does not
	// know the word.
	Paid PaymentStatus = "paid"
	// PaymentObsolete says that no payment will come; it needs a message.
	PaymentObsolete PaymentStatus = "OB"
)

// Payment is what an ERP's or a bank's result file says about the payment of one document.
type Payment struct {
	Status PaymentStatus `json:"status"`
	// Reference is unique for each payment confirmation (FIS paymentRef).
	Reference string `json:"reference"`
	Amount    Amount `json:"amount"`
	Currency  string `json:"currency"`
	Cleared   Date   `json:"cleared,omitzero"`
	// Method is "E" (electronic) or "C" (check).
	Method     string `json:"method,omitempty"`
	Company    string `json:"company,omitempty"`
	Number     string `json:"number,omitempty"`
	FiscalYear string `json:"fiscal_year,omitempty"`
	// Identified: the reference is the bank's own of this one payment, so that one with the same reference is the same
	// payment told again.
	Identified bool `json:"identified,omitempty"`
	// EndToEnd is the order of an identified payment as the file names it, a bank's end-to-end id, and Run its payment run: one
	// payment has the same in each message of a bank.
	EndToEnd string `json:"end_to_end,omitempty"`
	Run      string `json:"run,omitempty"`
	// Made: the file could have had the bank's own reference and has none, and the reference was made of what it says.
	Made bool `json:"made,omitempty"`
	// Refused: the reversed payment was never carried out, as a bank's status report says; no money came back.
	Refused bool `json:"refused,omitempty"`
	// Counts is what a payment in another currency pays of its document, in the document's currency, as a person has said;
	// nil: nobody has.
	Counts *Amount `json:"counts,omitempty"`
	// Doubtful: the file does not say that it is a payment of ours, or a return of one, but names our document.
	Doubtful bool `json:"doubtful,omitempty"`
	// ReceiverID, ReceiverName name who was paid; the type is always EMPLOYEE.
	ReceiverID   string `json:"receiver_id,omitempty"`
	ReceiverName string `json:"receiver_name,omitempty"`
	// Message is FIS's additionalMessage, required for reversed and obsolete payments.
	Message string `json:"message,omitempty"`
}

// Of is what the payment pays of a document in a currency (empty: not known): its amount, or what a person has said that one
// in another currency counts for. It is zero where nobody has.
func (p *Payment) Of(currency string) Amount {
	switch {
	case p.Counts != nil:
		return *p.Counts
	case currency == "" || p.Currency == currency:
		return p.Amount
	}
	return Zero
}
