package mapping

import (
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
)

// phase is when a name has its value.
type phase uint8

const (
	// early: when the document is prepared.
	early phase = iota
	// late: when the document is put into a file.
	late
	// atEnd: when the file is finished; for headers and trailers only.
	atEnd
)

// slotKind is where a name's value comes from.
type slotKind uint8

const (
	sourceSlot slotKind = iota
	lineSlot
	documentSlot
	rowSlot
	fileSlot
)

// slot is one name that formulas of a plan use.
type slot struct {
	name  string
	kind  slotKind
	typ   formula.Type
	phase phase
	fact  fact
}

// fact is a name that is not a field of the document.
type fact uint8

const (
	noFact fact = iota
	lineRole
	lineAccount
	lineParty
	lineDebit
	lineCredit
	lineAmount
	lineSide
	lineNumber
	lineTaxAuthority
	lineTaxCode
	lineTaxReclaimCode
	lineEntryID
	lineAllocationID
	lineItem
	lineCashAdvanceID
	lineDate
	lineText
	documentID
	documentType
	documentCurrency
	documentReportID
	documentReportKey
	documentTitle
	documentEmployeeID
	documentDate
	documentTotal
	documentCompanyID
	documentEntityID
	documentCompanyCode
	documentLines
	documentDebit
	documentCredit
	documentTest
	documentMinorUnits
	documentNumber
	rowNumber
	rowLine
	rowInDocument
	rowKind
	rowAmount
	rowSide
	rowPayer
	rowPayee
	rowAccount
	rowTaxes
	rowTaxAmount
	rowTaxReclaim
	rowParty
	rowNet
	rowNetOfReclaim
	rowAllocation
	rowEntryNumber
	rowEntryAmount
	fileSequence
	fileDate
	fileTime
	fileNameFact
	fileRoute
	fileGroup
	fileLines
	fileRecords
	fileDocuments
	fileDebit
	fileCredit
	fileAmount
	fileHash
	fileCurrency
)

// factInfo describes a fact; the Fields sheet shows it.
type factInfo struct {
	name    string
	fact    fact
	kind    slotKind
	typ     formula.Type
	phase   phase
	meaning string
	sample  string
	// needs are the document's fields that the fact is made of.
	needs []string
}

// dateFields are what fis.Document.Date looks at.
func dateFields() []string {
	return []string{"invoiceDate", "reportUserDefinedDate", "issuedDate", "reportSubmitDate", "submitDate", "requestDate", "reportCreationDate", "requestCreationDate"}
}

// textFields are what line.text looks at, best first.
func textFields() []string {
	return []string{"entryDescription", "lineItemDescription", "expenseTypeName", "purpose"}
}

// facts is the catalogue of the names that are not fields of the document.
func facts() []factInfo {
	org := []string{}
	for _, prefix := range []string{"report", "request", "employee"} {
		for _, n := range "123456" {
			org = append(org, prefix+"OrgUnit"+string(n)+"Code")
		}
	}
	T, N, D, B := formula.Text, formula.Number, formula.Date, formula.Bool
	return []factInfo{
		{"line.role", lineRole, lineSlot, T, early, "what the posting line is: expense, tax, non_deductible_tax, employee_payable, card_vendor_payable, card_clearing, cash_advance_clearing, ap_vendor", "expense", nil},
		{"line.account", lineAccount, lineSlot, T, early, "the account the document names for the line; blank for most tax and party lines", "474210", nil},
		{"line.party", lineParty, lineSlot, T, early, "who is owed: EMPL, CBCP, IBCP, COPD, or the vendor code of an invoice", "EMPL", nil},
		{"line.debit", lineDebit, lineSlot, N, early, "the amount of a debit line; blank on a credit line", "88.50", nil},
		{"line.credit", lineCredit, lineSlot, N, early, "the amount of a credit line; blank on a debit line", "", nil},
		{"line.amount", lineAmount, lineSlot, N, early, "the signed amount: debit positive, credit negative", "88.50", nil},
		{"line.side", lineSide, lineSlot, T, early, "D for a debit, C for a credit", "D", nil},
		{"line.number", lineNumber, lineSlot, N, early, "number of the posting line in its document, from 1", "1", nil},
		{"line.tax_authority", lineTaxAuthority, lineSlot, T, early, "tax authority of a tax line", "DEVAT", nil},
		{"line.tax_code", lineTaxCode, lineSlot, T, early, "tax code of a tax line", "V1", nil},
		{"line.tax_reclaim_code", lineTaxReclaimCode, lineSlot, T, early, "reclaim code of a tax line", "TM", nil},
		{"line.entry_id", lineEntryID, lineSlot, T, early, "id of the expense entry", "", nil},
		{"line.allocation_id", lineAllocationID, lineSlot, T, early, "id of the allocation", "", nil},
		{"line.line_item", lineItem, lineSlot, T, early, "number of the invoice line item", "1", nil},
		{"line.cash_advance_id", lineCashAdvanceID, lineSlot, T, early, "id of the cash advance", "", nil},
		{"line.date", lineDate, lineSlot, D, early, "date of the entry, else of the document", "2026-03-31", append([]string{"entryDate"}, dateFields()...)},
		{"line.text", lineText, lineSlot, T, early, "description of the entry or line item, else its expense type, else the title", "Taxi", append(textFields(), "reportName", "requestTitle", "name")},
		{"document.id", documentID, documentSlot, T, early, "the FIS document id, which confirmations name", "e7f810cabc8348cdb051dd9431c8cfbb", nil},
		{"document.type", documentType, documentSlot, T, early, "expense, invoice, cashadvance, payroll, requestobligation, reportobligation", "expense", nil},
		{"document.currency", documentCurrency, documentSlot, T, early, "the posting currency", "EUR", []string{"employeeCurrencyAlphaCode", "currencyAlphaCode"}},
		{"document.report_id", documentReportID, documentSlot, T, early, "id of the report, request or cash advance: what people call its number", "641C4F998328438284A2", []string{"reportId", "requestId", "cashAdvanceId"}},
		{"document.report_key", documentReportKey, documentSlot, T, early, "Concur's number of the report or request", "55455", []string{"reportKey", "reqKey"}},
		{"document.title", documentTitle, documentSlot, T, early, "name of the report, request or advance", "Trip to Berlin", []string{"reportName", "requestTitle", "name"}},
		{"document.employee_id", documentEmployeeID, documentSlot, T, early, "id of the employee", "5", []string{"employeeId"}},
		{"document.date", documentDate, documentSlot, D, early, "invoice date, report date or issue date, else the day it was submitted", "2026-03-31", dateFields()},
		{"document.total", documentTotal, documentSlot, N, early, "the amount at the head of the document", "100.00", []string{"totalApprovedAmount", "requestTotal", "requestAmount"}},
		{"document.company_id", documentCompanyID, documentSlot, T, early, "Concur's id of the company", "192544", nil},
		{"document.entity_id", documentEntityID, documentSlot, T, early, "Concur's id of the entity", "p0153808bco5", nil},
		{"document.company_code", documentCompanyCode, documentSlot, T, early, "the first organisation unit code of the report, request or employee", "1000", org},
		{"document.lines", documentLines, documentSlot, N, early, "number of posting lines", "3", nil},
		{"document.debit", documentDebit, documentSlot, N, early, "sum of the debits of the document", "100.00", nil},
		{"document.credit", documentCredit, documentSlot, N, early, "sum of the credits of the document", "100.00", nil},
		{"document.is_test", documentTest, documentSlot, B, early, "whether it belongs to a test user", "N", []string{"isTest"}},
		{"document.minor_units", documentMinorUnits, documentSlot, N, early, "number of decimals of the posting currency", "2", nil},
		{"document.number", documentNumber, documentSlot, N, late, "number of the document in the file, from 1", "1", nil},
		{"row.number", rowNumber, rowSlot, N, late, "number of the row among those of its record in the file, from 1", "1", nil},
		{"row.line", rowLine, rowSlot, N, late, "number of the physical line in the file, headings and headers included", "2", nil},
		{"row.in_document", rowInDocument, rowSlot, N, early, "number of the row among those of its record in the document, from 1", "1", nil},
		{"row.kind", rowKind, rowSlot, T, early, "what the row was made from: posting, journal, application, tax, allocation, entry, payroll, document", "journal", nil},
		{"row.amount", rowAmount, rowSlot, N, early, "signed amount of a journal row or cash advance application: paid by the company positive", "100.00", journalFields()},
		{"row.side", rowSide, rowSlot, T, early, "DR for a positive, CR for a negative row.amount", "DR", journalFields()},
		{"row.payer", rowPayer, rowSlot, T, early, "who pays: COMP, EMPL, a card code", "COMP", journalFields()},
		{"row.payee", rowPayee, rowSlot, T, early, "who is paid: COMP, EMPL, a card code, a vendor", "EMPL", journalFields()},
		{"row.account", rowAccount, rowSlot, T, early, "account of a journal row or cash advance application", "474210", journalFields()},
		{"row.taxes", rowTaxes, rowSlot, N, early, "number of taxes of the allocation", "1", nil},
		{"row.tax_amount", rowTaxAmount, rowSlot, N, early, "sum of the taxes of the allocation; on its first journal row only, for rows of one allocation share its taxes", "19.00", []string{"amountTax"}},
		{"row.tax_reclaim", rowTaxReclaim, rowSlot, N, early, "sum of the reclaimable taxes of the allocation; on its first journal row only", "19.00", []string{"amountReclaim"}},
		{"row.party", rowParty, rowSlot, T, early, "who pays or is paid beside the company: EMPL, a card code, a vendor", "EMPL", journalFields()},
		{"row.net", rowNet, rowSlot, N, early, "amount of a journal row without any tax; rounded, when amounts are, so that it goes with row.amount", "81.00", []string{"amountNetOfTax"}},
		{"row.net_of_reclaim", rowNetOfReclaim, rowSlot, N, early, "amount of a journal row without the tax that is reclaimed; rounded, when amounts are", "81.00", []string{"amountNetOfReclaim"}},
		{"row.allocation", rowAllocation, rowSlot, N, early, "number of the allocation in its document, from 1", "1", nil},
		{"row.entry_number", rowEntryNumber, rowSlot, T, early, "Concur's number of the entry; of an application of an advance that of the first entry which the employee paid, for FIS does not say which it was used up for", "80000", []string{"legacyEntryId"}},
		{"row.entry_amount", rowEntryAmount, rowSlot, N, early, "amount of that entry in the currency it was spent in", "100.00", []string{"reportEntryTransactionAmount"}},
		{"file.sequence", fileSequence, fileSlot, N, late, "number of the import file, without gaps", "42", nil},
		{"file.date", fileDate, fileSlot, D, late, "the day the file was made", "2026-04-01", nil},
		{"file.time", fileTime, fileSlot, T, late, "the time the file was made, HH:mm:ss", "02:15:00", nil},
		{"file.name", fileNameFact, fileSlot, T, late, "name of the file", "gl_000042.csv", nil},
		{"file.route", fileRoute, fileSlot, T, late, "name of the route", "expenses", nil},
		{"file.group", fileGroup, fileSlot, T, late, "what the documents of the file have in common, by the grouping", "EUR", nil},
		{"file.currency", fileCurrency, fileSlot, T, atEnd, "currency of the documents; blank when there are several", "EUR", nil},
		{"file.lines", fileLines, fileSlot, N, atEnd, "number of detail records", "120", nil},
		{"file.records", fileRecords, fileSlot, N, atEnd, "number of all records, header and trailer included", "122", nil},
		{"file.documents", fileDocuments, fileSlot, N, atEnd, "number of documents", "40", nil},
		{"file.debit", fileDebit, fileSlot, N, atEnd, "sum of the debits", "4020.15", nil},
		{"file.credit", fileCredit, fileSlot, N, atEnd, "sum of the credits", "4020.15", nil},
		{"file.amount", fileAmount, fileSlot, N, atEnd, "sum of the signed amounts", "0.00", nil},
		{"file.hash", fileHash, fileSlot, N, atEnd, "hash total", "14990", nil},
	}
}

// journalFields are the fields that row.* of journal rows and applications are made of.
func journalFields() []string {
	return []string{
		"amountGross", "amount", "amountNet", "amountShipping", "amountTax", "cashAdvanceApplicationAmount",
		"journalPayer", "journalPayee", "payer", "payee", "vendorCode",
		"journalAccountCode", "accountCode", "allocationAccountCode", "clearingAccountCode", "cashAdvanceClearingAccountCode", "entryIsPersonal",
	}
}

// slots gives out slots to the formulas of a plan and knows which names there are.
type slots struct {
	all    []slot
	byName map[string]int
	facts  map[string]factInfo
	fields map[string]*sourceField
	names  []string
}

// sourceField is a field of the documents the plan takes.
type sourceField struct {
	name string
	typ  formula.Type
}

func newSlots(types []fis.DocType) *slots {
	s := &slots{byName: map[string]int{}, facts: map[string]factInfo{}, fields: map[string]*sourceField{}}
	for _, f := range facts() {
		s.facts[f.name] = f
	}
	for _, t := range types {
		for _, info := range fis.Fields(t) {
			s.field(info)
		}
	}
	for name := range s.facts {
		s.names = append(s.names, name)
	}
	for name := range s.fields {
		s.names = append(s.names, name)
	}
	sort.Strings(s.names)
	return s
}

// name gives the slot of a name.
func (s *slots) name(name string) (int, formula.Type, bool) {
	if i, ok := s.byName[name]; ok {
		return i, s.all[i].typ, true
	}
	var n slot
	if f, ok := s.facts[name]; ok {
		n = slot{name: name, kind: f.kind, typ: f.typ, phase: f.phase, fact: f.fact}
	} else if f, ok := s.fields[name]; ok {
		n = slot{name: name, kind: sourceSlot, typ: f.typ}
	} else {
		return 0, 0, false
	}
	s.byName[name] = len(s.all)
	s.all = append(s.all, n)
	return len(s.all) - 1, n.typ, true
}

// wanted are the document's fields that the plan reads.
func (s *slots) wanted() map[string]bool {
	out := map[string]bool{}
	for _, n := range s.all {
		if n.kind == sourceSlot {
			out[n.name] = true
		}
		for _, need := range s.facts[n.name].needs {
			out[need] = true
		}
	}
	return out
}

// symbols are the names that one formula may use.
type symbols struct {
	slots *slots
	c     *compiler
}

var _ formula.Symbols = symbols{}

func (s symbols) Field(name string) (int, formula.Type, bool) { return s.slots.name(name) }
func (s symbols) FieldNames() []string                        { return s.slots.names }

func (s symbols) Table(name string) (formula.Table, bool) {
	if s.c == nil {
		return nil, false
	}
	if t := s.c.table(name); t != nil {
		return t, true
	}
	return nil, false
}

func (s symbols) TableNames() []string {
	if s.c == nil {
		return nil
	}
	return s.c.content.tables.names()
}

func (s symbols) Setting(name string) (layout.Value, bool) {
	if s.c == nil {
		return layout.Value{}, false
	}
	s.c.used[strings.ToLower(name)] = true
	v, ok := s.c.settings[strings.ToLower(name)]
	return v, ok
}

func (s symbols) SettingNames() []string {
	if s.c == nil {
		return nil
	}
	return s.c.settingNames
}
