package fis

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// The service beside FIS by which invoices are marked paid (Invoice Payment Confirmation v4), and the call of Payment
// Request v3 that shows an invoice. Both work on the documents of FIS: an invoice is Extracted once its posting is
// confirmed, and can be marked in that state only.

const invoicePayPath = "/invoice/payment-confirmation/v4/payments"

// Marked is what the last mark made of an invoice.
type Marked struct {
	Status      string `json:"status"`
	CheckNumber string `json:"checkNumber"`
	Amount      string `json:"amount,omitempty"`
	Method      string `json:"method"`
	Date        string `json:"date,omitempty"`
}

// markItem is one item of the call that marks.
type markItem struct {
	RequestID         string            `json:"requestId"`
	InvoiceNumber     string            `json:"invoiceNumber"`
	VendorName        string            `json:"vendorName"`
	VendorCode        string            `json:"vendorCode"`
	VendorAddressCode string            `json:"vendorAddressCode"`
	InvoiceAmount     json.Number       `json:"invoiceAmount"`
	Status            string            `json:"paymentStatus"`
	Method            string            `json:"paymentMethodType"`
	Date              string            `json:"paymentStatusDate"`
	CheckNumbers      []string          `json:"checkNumbers"`
	Amount            json.Number       `json:"paymentAmount"`
	NotesToSupplier   string            `json:"notesToSupplier"`
	Notes             string            `json:"paymentAdjNotes"`
	Custom            map[string]string `json:"customFields"`
}

// invoicePayRoutes adds the calls of the service beside FIS.
func (f *Service) invoicePayRoutes() {
	f.mux.HandleFunc("POST "+invoicePayPath+"/bulkUpdate", f.serveMark)
	f.mux.HandleFunc("GET /api/v3.0/invoice/paymentrequest/{id}", f.serveInvoice)
	f.mux.HandleFunc("POST "+invoicePayPath, f.serveConsumed)
}

// serveConsumed refuses the call that hands out payments and marks them extracted: whoever makes it by mistake has lost
// them.
func (f *Service) serveConsumed(w http.ResponseWriter, r *http.Request) {
	if x, ok := f.begin(w, r, callMark, nil); ok && x.authorized() {
		f.refuse(w, x.call, "POST "+invoicePayPath+" consumes what it returns; to mark invoices it is …/bulkUpdate")
	}
}

// serveMark is POST …/payments/bulkUpdate.
func (f *Service) serveMark(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 16<<20))
	reasons, items, raw := []string{"the body cannot be read"}, []markItem(nil), []json.RawMessage(nil)
	var odd []string
	if err == nil {
		items, raw, reasons, odd = readMarks(body)
	}
	ids := make([]string, len(items))
	f.mu.Lock()
	for i := range items {
		if d := f.invoice(items[i]); d != nil {
			ids[i] = d.ID
		}
	}
	f.mu.Unlock()
	x, ok := f.begin(w, r, callMark, ids)
	if !ok || !x.authorized() {
		return
	}
	x.call.DocType = fis.Invoice
	if ct := r.Header.Get("Content-Type"); !strings.HasPrefix(ct, "application/json") {
		reasons = append(reasons, fmt.Sprintf("Content-Type is %q, not application/json", ct))
	}
	if r.URL.RawQuery != "" {
		reasons = append(reasons, "bulkUpdate takes no query")
	}
	if len(reasons) > 0 {
		x.refuseMarks(reasons)
		return
	}
	x.mark(items, raw, odd)
}

// refuseMarks is the answer to a bad request: nothing of it was done.
func (x *exchange) refuseMarks(reasons []string) {
	f := x.f
	f.mu.Lock()
	var errs []map[string]string
	for _, reason := range reasons {
		f.refusals = append(f.refusals, Refusal{Time: f.cfg.Now().UTC(), Call: callMark, Reason: reason})
		errs = append(errs, map[string]string{"errorCode": "invalidRequest", "errorMessage": reason})
	}
	x.call.Status, x.call.Answered, x.call.Refused = http.StatusBadRequest, true, reasons
	f.note(x.call)
	f.mu.Unlock()
	writeJSON(x.w, http.StatusBadRequest, map[string]any{"errors": errs})
}

// mark works on all items of a call, and answers as the reference says: 200 when all were taken, 207 when some were,
// 400 with the same body when none was.
func (x *exchange) mark(items []markItem, raw []json.RawMessage, odd []string) {
	f := x.f
	f.mu.Lock()
	for _, reason := range odd {
		f.odd(callMark, reason)
	}
	taken, failed := []map[string]any{}, []map[string]any{}
	for i, item := range items {
		d := f.invoice(item)
		id := ""
		if d != nil {
			id = d.ID
		}
		strikes := f.itemHits(callMark, id)
		problem := f.markOne(d, item, strikes)
		x.call.Items = append(x.call.Items, Item{DocID: id, PaymentRef: strings.Join(item.CheckNumbers, ","),
			Result: item.Status, Effect: problem == "", Message: problem, Content: raw[i]})
		x.call.Fault = strings.Trim(x.call.Fault+","+faultNames(strikes), ",")
		if _, omit := findFault(strikes, FaultOmit); omit {
			continue
		}
		answer := map[string]any{}
		_ = json.Unmarshal(raw[i], &answer)
		if problem == "" {
			taken = append(taken, answer)
		} else {
			answer["errorMessage"] = problem
			failed = append(failed, answer)
		}
	}
	if _, extra := findFault(x.faults, FaultExtra); extra {
		taken = append(taken, map[string]any{"requestId": "UNASKED0000000000000"})
	}
	if _, shuffle := findFault(x.faults, FaultShuffle); shuffle {
		f.random.Shuffle(len(taken), func(i, j int) { taken[i], taken[j] = taken[j], taken[i] })
		f.random.Shuffle(len(failed), func(i, j int) { failed[i], failed[j] = failed[j], failed[i] })
	}
	status, word := http.StatusOK, "SUCCESS"
	switch {
	case len(failed) > 0 && len(taken) > 0:
		status, word = http.StatusMultiStatus, "PARTIAL_SUCCESS"
	case len(failed) > 0:
		status, word = http.StatusBadRequest, "FAILURE"
	}
	x.call.Status, x.call.Answered = status, x.answered()
	f.note(x.call)
	f.mu.Unlock()
	body, _ := json.Marshal(map[string]any{"status": word, "successCount": len(taken), "failureCount": len(failed),
		"successfulPayments": taken, "failedPayments": failed})
	x.answer(status, body)
}

// markOne marks an invoice and says why it does not; empty: it is marked. The lock is held.
func (f *Service) markOne(d *Document, item markItem, strikes []Fault) string {
	const notExtracted = "Request does not have a Payment Status of Extracted"
	if _, ok := findFault(strikes, FaultItem); ok {
		return "Unknown error, please try again later."
	}
	switch {
	case d == nil:
		return "No request found"
	case d.Status != fis.StatusPostedSuccess:
		return notExtracted
	case d.asked < f.behaviour.ExtractAfter:
		d.asked++
		return notExtracted
	}
	status := item.Status
	if status == "" {
		status = "PAID"
	}
	if was := f.markOf(d); was != nil && !(f.behaviour.MarksChange && follows(was.Status, status)) {
		return notExtracted
	}
	d.Marked = &Marked{Status: status, CheckNumber: item.CheckNumbers[0], Amount: item.Amount.String(),
		Method: item.Method, Date: item.Date}
	d.Marks = append(d.Marks, *d.Marked)
	return ""
}

// markOf is the mark of the invoice that a document is of: all its documents have the same one. The lock is held.
func (f *Service) markOf(d *Document) (last *Marked) {
	for _, other := range f.order {
		if other.Marked != nil && other.DocType == fis.Invoice && requestOf(other) == requestOf(d) {
			last = other.Marked
		}
	}
	return last
}

// requestOf is the requestId of an invoice.
func requestOf(d *Document) string {
	var doc struct{ RequestHeader struct{ RequestID string } }
	_ = json.Unmarshal(d.Document, &doc)
	return doc.RequestHeader.RequestID
}

// follows tells which mark may come after which, where the first does not stand for good.
func follows(was, next string) bool {
	return was == "PAID" && next == "VOID" || was == "VOID" && next == "PAID"
}

// MarkAs marks an invoice as somebody else does who tells the service of payments.
func (f *Service) MarkAs(docID string, m Marked) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.docs[docID]
	if d == nil {
		return fmt.Errorf("mark %s: %w", docID, ErrNoDocument)
	}
	d.Marked, d.Marks = &m, append(d.Marks, m)
	return nil
}

// invoice finds the invoice that an item means; a document of a later revision before those it replaces. The lock is
// held.
func (f *Service) invoice(item markItem) *Document {
	for _, d := range slices.Backward(f.order) {
		var doc struct {
			RequestHeader struct{ RequestID, VendorInvoiceNumber string }
			Vendor        struct{ VendorName, VendorCode string }
		}
		if d.DocType != fis.Invoice || json.Unmarshal(d.Document, &doc) != nil {
			continue
		}
		h, v := doc.RequestHeader, doc.Vendor
		byNumber := item.InvoiceNumber != "" && h.VendorInvoiceNumber == item.InvoiceNumber &&
			(item.VendorCode == v.VendorCode || item.VendorName == v.VendorName)
		if item.RequestID != "" && h.RequestID == item.RequestID || item.RequestID == "" && byNumber {
			return d
		}
	}
	return nil
}

// serveInvoice is GET /api/v3.0/invoice/paymentrequest/{requestId}.
func (f *Service) serveInvoice(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	d := f.invoice(markItem{RequestID: r.PathValue("id")})
	f.mu.Unlock()
	var ids []string
	if d != nil {
		ids = append(ids, d.ID)
	}
	x, ok := f.begin(w, r, callLook, ids)
	if !ok || !x.authorized() {
		return
	}
	f.mu.Lock()
	forbidden, blind := f.behaviour.NoReadBack, f.behaviour.ReadBackBlank
	seen := map[string]any{"ID": r.PathValue("id"), "CheckNumber": nil, "PaymentAmount": nil}
	if d != nil && !blind {
		if was := f.markOf(d); was != nil {
			seen["CheckNumber"], seen["PaymentAmount"] = was.CheckNumber, was.Amount
		}
	}
	f.mu.Unlock()
	switch {
	case forbidden:
		x.note(http.StatusForbidden, true)
		writeJSON(w, http.StatusForbidden, map[string]any{"Message": "Forbidden: the token lacks the scope"})
	case d == nil:
		x.note(http.StatusNotFound, true)
		writeJSON(w, http.StatusNotFound, map[string]any{"Message": "The requested resource was not found"})
	default:
		x.note(http.StatusOK, x.answered())
		body, _ := json.Marshal(seen)
		x.answer(http.StatusOK, body)
	}
}

// readMarks takes the body apart and says what the reference does not allow in it, and what it allows with a
// consequence that nobody wants.
func readMarks(body []byte) (items []markItem, raw []json.RawMessage, reasons, odd []string) {
	var c check
	if !c.decode(body, &raw) {
		return nil, nil, c.reasons, nil
	}
	c.count("the body", len(raw))
	seen := map[string]bool{}
	for _, one := range raw {
		var item markItem
		if !c.decode(one, &item) {
			continue
		}
		items = append(items, item)
		name := item.RequestID
		if name == "" {
			name = "invoice " + item.InvoiceNumber
		}
		if seen[name] {
			c.bad("%s is named twice", name)
		}
		seen[name] = true
		c.mark(name, item)
	}
	return items, raw, c.reasons, c.odd
}

func (c *check) mark(name string, item markItem) {
	if item.RequestID == "" && (item.InvoiceNumber == "" || item.VendorName == "" && item.VendorCode == "") {
		c.bad("an item names no invoice: requestId, or invoiceNumber with vendorName or vendorCode")
	}
	c.size(name+": requestId", item.RequestID, 20, false)
	switch item.Status {
	case "PAID", "VOID", "CANCEL":
	case "":
		c.odd = append(c.odd, name+": a mark without paymentStatus is taken for PAID")
	default:
		c.bad("%s: paymentStatus is %q, not PAID, VOID or CANCEL", name, item.Status)
	}
	switch item.Method {
	case "CLIENT", "WIRE", "CARD", "VCHER":
	case "ACH", "CHECK", "":
		c.odd = append(c.odd,
			fmt.Sprintf("%s: with paymentMethodType %q Concur may pay the invoice once more", name, item.Method))
	default:
		c.bad("%s: paymentMethodType %q is not known", name, item.Method)
	}
	if item.Date != "" && !isDay(item.Date) || len(item.Date) != len("2006-01-02") && item.Date != "" {
		c.bad("%s: paymentStatusDate is %q, not YYYY-MM-DD", name, item.Date)
	}
	if len(item.CheckNumbers) != 1 {
		c.bad("%s: %d checkNumbers, one expected", name, len(item.CheckNumbers))
	}
	for _, n := range item.CheckNumbers {
		c.size(name+": a check number", n, 100, true)
	}
	c.size(name+": notesToSupplier", item.NotesToSupplier, 500, false)
	c.size(name+": paymentAdjNotes", item.Notes, 500, false)
	for field := range item.Custom {
		var n int
		if _, err := fmt.Sscanf(field, "custom%d", &n); err != nil || n < 1 || n > 24 ||
			utf8.RuneCountInString(field) > len("custom24") {
			c.bad("%s: customFields has no %q", name, field)
		}
	}
}
