package fis

import (
	"slices"
	"strconv"
	"strings"
)

// isFact reports whether the methods below read the field, so that every parser keeps it.
func isFact(name string) bool {
	switch name {
	case "currencyAlphaCode", "employeeCurrencyAlphaCode", "reportId", "requestId", "cashAdvanceId", "reportKey", "reqKey", "reportName", "requestTitle", "requestName", "name",
		"isTest", "employeeId", "reportNumber", "requestKey", "vendorInvoiceNumber", "revisionNumber", "totalApprovedAmount", "requestTotal", "requestAmount", "instruction", "employeeReimbursementCurrency", "payrollData":
		return true
	}
	return slices.Contains(dateNames(), name) || strings.Contains(name, "OrgUnit") && strings.HasSuffix(name, "Code")
}

func dateNames() []string {
	return []string{"invoiceDate", "reportUserDefinedDate", "issuedDate", "reportSubmitDate", "submitDate", "requestSubmitDate", "requestDate", "reportCreationDate", "requestCreationDate"}
}

// headerName is the part of a document of the type that says what the document is about.
func (t DocType) headerName() string {
	switch t {
	case Invoice, RequestObligation:
		return "requestHeader"
	case CashAdvance:
		return "cashAdvanceData"
	}
	return "report"
}

// Header is the part of the document that says what it is about: report, requestHeader or cashAdvanceData; nil when it
// has none.
func (d *Document) Header() *Node {
	for _, name := range []string{d.DocType.headerName(), "report", "requestHeader", "cashAdvanceData"} {
		if n := d.Root.Get(name); n.Kind() == Object {
			return n
		}
	}
	return nil
}

// Person is the employee the document belongs to: employee, employeeData or ownerEmployee; nil when it has none.
func (d *Document) Person() *Node {
	for _, name := range []string{"employee", "employeeData", "ownerEmployee"} {
		if n := d.Root.Get(name); n.Kind() == Object {
			return n
		}
	}
	return nil
}

func first(n *Node, names ...string) string {
	for _, name := range names {
		if s := n.Str(name); s != "" {
			return s
		}
	}
	return ""
}

// Currency is the posting currency, "" when the document has none. Amounts of journal rows are in it. Of an advance it
// is the employee's, not the one of the request; of a travel request, which names none itself, it is what its employee
// is reimbursed in.
func (d *Document) Currency() string {
	switch d.DocType {
	case Invoice:
		return d.Root.Get("requestHeader").Str("currencyAlphaCode")
	case Expense, Payroll:
		return d.Root.Get("report").Str("employeeCurrencyAlphaCode")
	case CashAdvance:
		return d.Root.Get("cashAdvanceData").Str("employeeCurrencyAlphaCode")
	}
	if s := d.Root.Get("report").Str("employeeCurrencyAlphaCode"); s != "" {
		return s
	}
	return d.Root.Get("employee").Str("employeeReimbursementCurrency")
}

// ReportID is what people call the document's number: report id, request id or cash advance id. It outlives a
// rejection, the docId does not.
func (d *Document) ReportID() string {
	return first(d.Header(), "reportId", "requestId", "cashAdvanceId")
}

// The instructions of an obligation.
const (
	Obligate   = "obligate"
	Release    = "release"
	FundsCheck = "fundsCheck"
)

// Instructions are those that are documented.
func Instructions() []string { return []string{Obligate, Release, FundsCheck} }

// Instruction is what an obligation asks for, in the spelling of the constants when it is one of them; "" for other
// documents.
func (d *Document) Instruction() string {
	said := d.Root.Get("instruction").Str("instruction")
	for _, known := range Instructions() {
		if strings.EqualFold(said, known) {
			return known
		}
	}
	return said
}

// Earlier is the head of the earlier revision that an obligation speaks of, nil without one.
func (d *Document) Earlier() *Node {
	for _, name := range []string{"previousRevisionRequestHeader", "previousRevisionReportHeader"} {
		if n := d.Root.Get(name); n != nil {
			return n
		}
	}
	return nil
}

// ReportKey is Concur's own number of the report or request; cash advances have none.
func (d *Document) ReportKey() string { return first(d.Header(), "reportKey", "reqKey") }

// Revision is the document's revisionNumber: 1 for the first state of a report that is posted, more for later ones. 0
// when it has none, or one that is no whole number. It is a hint for people: what was posted before, the journal knows.
func (d *Document) Revision() int {
	n, err := strconv.Atoi(d.Header().Str("revisionNumber"))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// Direction is +1 for a cash advance that is handed out, -1 for one that is handed back, 0 for anything else: two
// documents of one advance in opposite directions are two events.
func (d *Document) Direction() int {
	if d.DocType != CashAdvance {
		return 0
	}
	sum := Zero
	for _, row := range d.Root.List("journalData") {
		if a, present, err := row.Amount("amount"); err == nil && present {
			sum = sum.Add(a)
		}
	}
	return sum.Sign()
}

// ReportNumber is the number that people quote, which some documents have beside their ids.
func (d *Document) ReportNumber() string {
	return first(d.Header(), "reportNumber", "requestKey", "vendorInvoiceNumber")
}

// Title is the name people gave the report, request or advance.
func (d *Document) Title() string {
	return first(d.Header(), "reportName", "requestTitle", "requestName", "name")
}

// Named is who a document is of, as people say it: the vendor of an invoice, else the employee. Empty when it names
// nobody.
func (d *Document) Named() string {
	if vendor := d.Root.Get("vendor").Str("vendorName"); vendor != "" { // an invoice is known by who wants the money
		return vendor
	}
	p := d.Person()
	return strings.TrimSpace(p.Str("employeeFirstName") + " " + p.Str("employeeLastName"))
}

// IsTest reports whether the document belongs to a test user: by its head, where isTest is Y, or by its employee, where
// the service has true (samples of requestobligation say it there alone).
func (d *Document) IsTest() bool {
	for _, part := range []*Node{d.Header(), d.Person()} {
		switch strings.ToLower(part.Str("isTest")) {
		case "y", "true":
			return true
		}
	}
	return false
}

// EmployeeID is the employee's id. For an invoice it is the owner's, not the payee's.
func (d *Document) EmployeeID() string { return d.Person().Str("employeeId") }

// Date is the document's own day: the invoice date, the day people gave the report, the day an advance was issued; then
// the day it was submitted or requested. Zero when it has none; what cannot be read is passed over (Day tells it).
func (d *Document) Date() Date {
	for _, name := range dateNames() {
		if day, err := d.Header().Date(name); err == nil && !day.IsZero() {
			return day
		}
	}
	return Date{}
}

// Day is Date; the error is of the first field that is filled and is no date as FIS writes them, with its name: the day
// after it would be another one than the document's.
func (d *Document) Day() (day Date, field string, err error) {
	for _, name := range dateNames() {
		if day, err = d.Header().Date(name); err != nil || !day.IsZero() {
			return day, name, err
		}
	}
	return Date{}, "", nil
}

// Total is the amount at the head of the document: totalApprovedAmount, requestTotal or requestAmount. It is for people
// and for checks, not for posting; of an advance it is in the currency of the request.
func (d *Document) Total() (a Amount, present bool, err error) {
	return d.TotalNode().Number()
}

// TotalNode is where Total stands; nil where there is none.
func (d *Document) TotalNode() *Node {
	h := d.Header()
	for _, name := range []string{"totalApprovedAmount", "requestTotal", "requestAmount"} {
		if f := h.Get(name); f != nil {
			return f
		}
	}
	return nil
}

// CompanyCodes are the values that companies commonly keep their company code in, those that are there: the
// organisation units of the report or request, then of the employee, first unit first, codes only.
func (d *Document) CompanyCodes() []string {
	var codes []string
	for _, part := range []struct {
		n      *Node
		prefix string
	}{{d.Header(), "report"}, {d.Header(), "request"}, {d.Person(), "employee"}} {
		for _, unit := range []string{"1", "2", "3", "4", "5", "6"} {
			if s := part.n.Str(part.prefix + "OrgUnit" + unit + "Code"); s != "" {
				codes = append(codes, s)
			}
		}
	}
	return codes
}
