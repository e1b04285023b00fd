package fis

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// check gathers what the vendor's reference does not allow in a body (reasons), and what it takes and shows wrong
// (odd).
type check struct{ reasons, odd []string }

func (c *check) bad(format string, args ...any) {
	c.reasons = append(c.reasons, fmt.Sprintf(format, args...))
}

// body reads a request strictly, but for members that begin with _: the vendor's public request collection keeps a
// comment in one, and the service takes it.
func (c *check) body(body []byte, to any) bool {
	c.spelling(body)
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return c.decode(body, to)
	}
	all := len(members)
	maps.DeleteFunc(members, func(name string, _ json.RawMessage) bool {
		comment := strings.HasPrefix(name, "_")
		if comment {
			c.odd = append(c.odd, fmt.Sprintf("%s is no field of the reference, and ignored", name))
		}
		return comment
	})
	if len(members) < all {
		body, _ = json.Marshal(members)
	}
	return c.decode(body, to)
}

// fieldNames are all that the reference has in the bodies of calls.
func fieldNames() []string {
	return []string{"ids", "systemId", "postingConfirmations", "docId", "overallPostingStatusCode", "postingDocs",
		"companyId", "documentNumber", "fiscalYear", "paymentRelevantLineItems", "postingDate", "systemMessages",
		"concurTransactionLineItemId", "messageId", "messageLanguage", "messageLongText", "messageShortText",
		"processingConfirmation", "processingStatusCode", "additionalMessage", "clearingDetails", "clearingDate",
		"clearingAmount", "clearingCurrency", "receiver", "receiverId", "receiverName", "receiverType",
		"clearingReference", "companyCode", "financialDocumentId", "paymentRef", "paymentMethod"}
}

// spelling refuses fields whose capital letters are not those of the reference, which the decoder would take.
func (c *check) spelling(body []byte) {
	right := map[string]string{}
	for _, name := range fieldNames() {
		right[strings.ToLower(name)] = name
	}
	var look func(raw json.RawMessage)
	look = func(raw json.RawMessage) {
		var object map[string]json.RawMessage
		var list []json.RawMessage
		if json.Unmarshal(raw, &object) == nil {
			for name, value := range object {
				if want := right[strings.ToLower(name)]; want != "" && want != name {
					c.bad("unknown field %q (%s?)", name, want)
				}
				look(value)
			}
		} else if json.Unmarshal(raw, &list) == nil {
			for _, value := range list {
				look(value)
			}
		}
	}
	look(body)
}

// jsonProblem says in words what a decoder minds.
func jsonProblem(err error) string {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF):
		return "the body is empty"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the body breaks off before the end of its JSON"
	case errors.As(err, &kind):
		return fmt.Sprintf("%s is a JSON %s, which the reference does not allow", kind.Field, kind.Value)
	case errors.As(err, &syntax):
		return fmt.Sprintf("the body is not JSON: byte %d: %v", syntax.Offset, err)
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// decode reads JSON strictly: unknown fields are refused.
func (c *check) decode(body []byte, to any) bool {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(to); err != nil {
		c.bad("%s", jsonProblem(err))
		return false
	}
	if d.More() {
		c.bad("there is something behind the body's JSON")
	}
	return true
}

func (c *check) size(name, value string, most int, required bool) {
	if required && value == "" {
		c.bad("%s is missing", name)
	}
	if n := utf8.RuneCountInString(value); n > most {
		c.bad("%s has %d characters, %d at most", name, n, most)
	}
}

// most is the most items of one call that we let pass; the vendor documents none.
const mostItems = 500

func (c *check) count(name string, n int) {
	if n == 0 {
		c.bad("%s is empty", name)
	}
	if n > mostItems {
		c.bad("%s has %d items, %d at most", name, n, mostItems)
	}
}

func readAcknowledge(body []byte, _ fis.DocType) (request, []string, []string) {
	var c check
	var b struct {
		IDs      []string `json:"ids"`
		SystemID *string  `json:"systemId"`
	}
	if !c.body(body, &b) {
		return request{}, c.reasons, nil
	}
	r := request{}
	if b.SystemID != nil {
		r.systemID = *b.SystemID
	}
	c.size("systemId", r.systemID, 50, false)
	c.count("ids", len(b.IDs))
	seen := map[string]bool{}
	for _, id := range b.IDs {
		c.size("an id", id, 32, true)
		if seen[id] {
			c.bad("id %s is sent twice", id)
		}
		seen[id] = true
		r.items = append(r.items, requestItem{docID: id})
	}
	return r, c.reasons, c.odd
}

type postingItem struct {
	DocID  string `json:"docId"`
	Status string `json:"overallPostingStatusCode"`
	Docs   []struct {
		CompanyID      string          `json:"companyId"`
		DocumentNumber string          `json:"documentNumber"`
		FiscalYear     json.RawMessage `json:"fiscalYear"`
		LineItems      []struct {
			Type     string `json:"type"`
			ID       string `json:"id"`
			ParentID string `json:"parentId"`
		} `json:"paymentRelevantLineItems"`
		PostingDate *string `json:"postingDate"`
	} `json:"postingDocs"`
	Messages []struct {
		LineItem  string `json:"concurTransactionLineItemId"`
		ID        string `json:"messageId"`
		Language  string `json:"messageLanguage"`
		LongText  string `json:"messageLongText"`
		ShortText string `json:"messageShortText"`
	} `json:"systemMessages"`
}

func readPosting(body []byte, _ fis.DocType) (request, []string, []string) {
	var c check
	var b struct {
		SystemID      *string           `json:"systemId"`
		Confirmations []json.RawMessage `json:"postingConfirmations"`
	}
	if !c.body(body, &b) {
		return request{}, c.reasons, nil
	}
	r := c.request(b.SystemID, "postingConfirmations", len(b.Confirmations))
	r.items = itemsOf(&c, b.Confirmations, func(p postingItem) requestItem {
		c.posting(p)
		return requestItem{docID: p.DocID, status: p.Status}
	})
	c.twice(r)
	return r, c.reasons, c.odd
}

func (c *check) request(systemID *string, name string, n int) (r request) {
	if systemID == nil {
		c.bad("systemId is missing (it may be empty)")
	} else {
		r.systemID = *systemID
	}
	c.size("systemId", r.systemID, 50, false)
	c.count(name, n)
	return r
}

// itemsOf reads the confirmations of a call.
func itemsOf[T any](c *check, list []json.RawMessage, item func(T) requestItem) (out []requestItem) {
	for _, raw := range list {
		var t T
		if c.decode(raw, &t) {
			i := item(t)
			i.content = raw
			out = append(out, i)
		}
	}
	return out
}

func (c *check) twice(r request) {
	seen := map[string]bool{}
	for _, i := range r.items {
		if seen[i.docID] {
			c.bad("docId %s is sent twice", i.docID)
		}
		seen[i.docID] = true
	}
}

func (c *check) posting(p postingItem) {
	c.size("docId", p.DocID, 32, true)
	switch p.Status {
	case "success":
		if len(p.Docs) == 0 {
			c.bad("%s: success without postingDocs", p.DocID)
		}
	case "error":
		if len(p.Docs) > 0 {
			c.bad("%s: error with postingDocs", p.DocID)
		}
		if len(p.Messages) == 0 {
			c.bad("%s: error without systemMessages", p.DocID)
		}
	default:
		c.bad("%s: overallPostingStatusCode is %q, not success or error", p.DocID, p.Status)
	}
	for _, d := range p.Docs {
		c.size("companyId", d.CompanyID, 32, true)
		c.size("documentNumber", d.DocumentNumber, 80, true)
		c.year(p.DocID, d.FiscalYear)
		if d.PostingDate != nil {
			if _, err := time.Parse(time.DateOnly, *d.PostingDate); err != nil {
				c.bad("%s: postingDate is %q, not YYYY-MM-DD", p.DocID, *d.PostingDate)
			}
		}
		for _, s := range d.LineItems {
			switch {
			case s.ID == "":
				c.bad("%s: a commitment source without id", p.DocID)
			case s.Type == "DOCUMENT" && s.ParentID != "", (s.Type == "ENTRY" || s.Type == "ALLOCATION") && s.ParentID == "":
				c.bad("%s: the parentId of commitment source %s %s is %q", p.DocID, s.Type, s.ID, s.ParentID)
			case s.Type != "DOCUMENT" && s.Type != "ENTRY" && s.Type != "ALLOCATION":
				c.bad("%s: the type of commitment source %s is %q", p.DocID, s.ID, s.Type)
			}
		}
	}
	for _, m := range p.Messages {
		c.size("messageLongText", m.LongText, 1300, false)
		c.size("messageShortText", m.ShortText, 1300, false)
		if m.LongText == "" && m.ShortText == "" {
			c.bad("%s: a message without text", p.DocID)
		}
	}
}

// year is an int32 by the vendor's tables and a text of digits in its samples: both pass, and so does none at all. An
// empty text is neither.
func (c *check) year(id string, raw json.RawMessage) {
	if raw != nil && !regexp.MustCompile(`^(null|"?\d{1,9}"?)$`).Match(raw) {
		c.bad("%s: fiscalYear is %s, not a year", id, raw)
	}
}

type paymentItem struct {
	DocID      string `json:"docId"`
	Status     string `json:"processingStatusCode"`
	Additional string `json:"additionalMessage"`
	Details    []struct {
		Date      string          `json:"clearingDate"`
		Amount    json.RawMessage `json:"clearingAmount"`
		Currency  string          `json:"clearingCurrency"`
		Receiver  json.RawMessage `json:"receiver"`
		Reference json.RawMessage `json:"clearingReference"`
	} `json:"clearingDetails"`
}

type paymentReference struct {
	Company    string          `json:"companyCode"`
	Document   string          `json:"financialDocumentId"`
	FiscalYear json.RawMessage `json:"fiscalYear"`
	Ref        string          `json:"paymentRef"`
	Method     string          `json:"paymentMethod"`
}

type paymentReceiver struct {
	ID   string `json:"receiverId"`
	Name string `json:"receiverName"`
	Type string `json:"receiverType"`
}

func readPayment(body []byte, t fis.DocType) (request, []string, []string) {
	var c check
	if !t.HasPaymentConfirmation() {
		c.bad("payment confirmations of %s come in a future release", t)
	}
	var b struct {
		SystemID      *string           `json:"systemId"`
		Confirmations []json.RawMessage `json:"processingConfirmation"`
	}
	if !c.body(body, &b) {
		return request{}, c.reasons, nil
	}
	r := c.request(b.SystemID, "processingConfirmation", len(b.Confirmations))
	r.items = itemsOf(&c, b.Confirmations, func(p paymentItem) requestItem {
		return requestItem{docID: p.DocID, ref: c.payment(p), status: p.Status}
	})
	return r, c.reasons, c.odd
}

// payment checks one confirmation and returns its reference.
func (c *check) payment(p paymentItem) (ref string) {
	c.size("docId", p.DocID, 32, true)
	switch p.Status {
	case "CP", "PP":
	case "RE", "OB":
		c.size(p.DocID+": additionalMessage", p.Additional, 1300, true)
	default:
		c.bad("%s: processingStatusCode is %q, not CP, PP, RE or OB", p.DocID, p.Status)
	}
	if len(p.Details) != 1 {
		c.bad("%s: %d clearingDetails, one expected", p.DocID, len(p.Details))
	}
	for _, d := range p.Details {
		c.clearing(p.DocID, d.Date, d.Amount, d.Currency)
		var who paymentReceiver
		var at paymentReference
		if c.decode(one(d.Receiver), &who) && who.Type != "EMPLOYEE" {
			c.bad("%s: receiverType is %q, not EMPLOYEE", p.DocID, who.Type)
		}
		if c.decode(one(d.Reference), &at) {
			c.year(p.DocID, at.FiscalYear)
			c.size(p.DocID+": paymentRef", at.Ref, 255, true)
			if at.Method != "" && at.Method != "E" && at.Method != "C" {
				c.bad("%s: paymentMethod is %q, not E or C", p.DocID, at.Method)
			}
			ref = at.Ref
		}
	}
	return ref
}

func (c *check) clearing(id, date string, amount json.RawMessage, currency string) {
	exact := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$|^\d{8}$`)
	loose := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,2})?Z$`)
	shaped := exact.MatchString(date) || loose.MatchString(date)
	switch {
	case shaped && !isDay(date):
		c.bad("%s: clearingDate %q is no day", id, date)
	case exact.MatchString(date):
	case loose.MatchString(date): // the vendor's own sample has two digits, and says elsewhere that it shows wrong
		c.odd = append(c.odd, fmt.Sprintf("%s: clearingDate %q shows wrong in Concur: three digits of milliseconds", id,
			date))
	default:
		c.bad("%s: clearingDate is %q, not yyyy-MM-ddTHH:mm:ss.SSSZ", id, date)
	}
	if !regexp.MustCompile(`^-?\d{1,15}(\.\d{1,8})?$`).Match(amount) {
		c.bad("%s: clearingAmount is %s, not a plain number", id, amount)
	}
	if !regexp.MustCompile(`^[A-Z]{3}$`).MatchString(currency) {
		c.bad("%s: clearingCurrency is %q, not three letters", id, currency)
	}
}

// isDay reports whether a clearing date names a day that there is.
func isDay(date string) bool {
	day, _, _ := strings.Cut(date, "T")
	_, err := time.Parse("20060102", strings.ReplaceAll(day, "-", ""))
	return err == nil
}

// one takes the only item of an array: the reference calls receiver and clearingReference arrays, its samples objects.
func one(raw json.RawMessage) json.RawMessage {
	var list []json.RawMessage
	if strings.HasPrefix(string(raw), "[") && json.Unmarshal(raw, &list) == nil && len(list) == 1 {
		return list[0]
	}
	return raw
}
