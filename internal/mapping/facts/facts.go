// Package facts owns the names beside the fields of a document that a Value may use: facts of the posting line, the
// document, the row and the file, with their types and meanings. What they are worth is for package mapping to say.
package facts

import "github.com/fisbridge/fisbridge/internal/mapping/formula"

// Phase is when a name has its value.
type Phase uint8

const (
	// Early: when the document is prepared.
	Early Phase = iota
	// Late: when the document is put into a file.
	Late
	// AtEnd: when the file is finished; for headers and trailers only.
	AtEnd
)

// Kind is where a name's value comes from.
type Kind uint8

const (
	OfSource Kind = iota
	OfLine
	OfDocument
	OfRow
	OfFile
)

// Fact is a name that is not a field of the document.
type Fact uint8

const (
	noFact Fact = iota
	LineRole
	LineAccount
	LineParty
	LineDebit
	LineCredit
	LineAmount
	LineSide
	LineNumber
	LineTaxAuthority
	LineTaxCode
	LineTaxReclaimCode
	LineTaxBase
	LineCostTaxAuthority
	LineCostTaxCode
	LineEntryID
	LineAllocationID
	LineItem
	LineCashAdvanceID
	LineReversal
	LineDate
	LineText
	DocumentID
	DocumentType
	DocumentCurrency
	DocumentReportID
	DocumentReportKey
	DocumentTitle
	DocumentEmployeeID
	DocumentDate
	DocumentTotal
	DocumentCompanyID
	DocumentEntityID
	DocumentCompanyCode
	DocumentLines
	DocumentDebit
	DocumentCredit
	DocumentTest
	DocumentMinorUnits
	DocumentReceipts
	DocumentReceiptNames
	DocumentReceiptHashes
	DocumentAgain
	DocumentNumber
	RowNumber
	RowLine
	RowInDocument
	RowKind
	RowAmount
	RowSide
	RowPayer
	RowPayee
	RowAccount
	RowTaxes
	RowTaxAmount
	RowTaxReclaim
	RowParty
	RowNet
	RowNetOfReclaim
	RowAllocation
	RowReceipt
	RowReceiptHash
	RowEntryNumber
	RowEntryAmount
	RowCalculation
	FileSequence
	FileDate
	FileTime
	FileName
	FileRoute
	FileGroup
	FileCompany
	FileLines
	FileRecords
	FileDocuments
	FileDebit
	FileCredit
	FileAmount
	FileHash
	FileCurrency
)

// Info describes a fact; the Fields sheet shows it.
type Info struct {
	Name    string
	Fact    Fact
	Kind    Kind
	Type    formula.Type
	Phase   Phase
	Meaning string
	Sample  string
	// Needs are the document's fields that the fact is made of.
	Needs []string
}

// DateFields are what fis.Document.Date looks at.
func DateFields() []string {
	return []string{"invoiceDate", "reportUserDefinedDate", "issuedDate", "reportSubmitDate", "submitDate",
		"requestSubmitDate", "requestDate", "reportCreationDate", "requestCreationDate"}
}

// TextFields are what line.text looks at, best first.
func TextFields() []string {
	return []string{"entryDescription", "lineItemDescription", "expenseTypeName", "purpose"}
}

// All is the catalogue of the names that are not fields of the document.
func All() []Info {
	org := []string{}
	for _, prefix := range []string{"report", "request", "employee"} {
		for _, n := range "123456" {
			org = append(org, prefix+"OrgUnit"+string(n)+"Code")
		}
	}
	T, N, D, B := formula.Text, formula.Number, formula.Date, formula.Bool
	return []Info{
		{"line.role", LineRole, OfLine, T, Early, "what the posting line is: expense, tax, non_deductible_tax, " +
			"employee_payable, card_vendor_payable, card_clearing, cash_advance_clearing, ap_vendor, rounding_difference; " +
			"of obligations commitment, commitment_tax, commitment_offset", "expense", nil},
		{"line.account", LineAccount, OfLine, T, Early,
			"the account the document names for the line; blank for most tax and party lines", "474210", nil},
		{"line.party", LineParty, OfLine, T, Early,
			"who is owed: EMPL, CBCP, IBCP, COPD, or the vendor code of an invoice", "EMPL", nil},
		{"line.debit", LineDebit, OfLine, N, Early, "the amount of a debit line; blank on a credit line", "88.50", nil},
		{"line.credit", LineCredit, OfLine, N, Early, "the amount of a credit line; blank on a debit line", "", nil},
		{"line.amount", LineAmount, OfLine, N, Early, "the signed amount: debit positive, credit negative", "88.50",
			nil},
		{"line.side", LineSide, OfLine, T, Early, "D for a debit, C for a credit", "D", nil},
		{"line.number", LineNumber, OfLine, N, Early, "number of the posting line in its document, from 1", "1", nil},
		{"line.tax_authority", LineTaxAuthority, OfLine, T, Early, "tax authority of a tax line", "DEVAT", nil},
		{"line.tax_code", LineTaxCode, OfLine, T, Early, "tax code of a tax line", "V1", nil},
		{"line.tax_reclaim_code", LineTaxReclaimCode, OfLine, T, Early, "reclaim code of a tax line", "TM", nil},
		{"line.tax_base", LineTaxBase, OfLine, N, Early, "the cost net of tax that the tax of a tax line is charged on; blank where its allocation has several taxes, since Concur " +
			"does not say which is charged on what, and in a document that posts only what it changes against an earlier one", "50.00", nil},
		{"line.cost_tax_authority", LineCostTaxAuthority, OfLine, T, Early, "tax authority of the tax of a line of cost (expense, non_deductible_tax); blank where its allocation has none or several, or nothing is reclaimed", "DE", nil},
		{"line.cost_tax_code", LineCostTaxCode, OfLine, T, Early, "tax code of the tax of a line of cost (expense, non_deductible_tax); blank where its allocation has none or several, or nothing is reclaimed", "V7", nil},
		{"line.entry_id", LineEntryID, OfLine, T, Early, "id of the expense entry", "", nil},
		{"line.allocation_id", LineAllocationID, OfLine, T, Early, "id of the allocation", "", nil},
		{"line.line_item", LineItem, OfLine, T, Early, "number of the invoice line item", "1", nil},
		{"line.cash_advance_id", LineCashAdvanceID, OfLine, T, Early, "id of the cash advance", "", nil},
		{"line.reversal", LineReversal, OfLine, B, Early, "whether the line takes an earlier one back: a commitment, or " +
			"what was posted of the report before", "N", nil},
		{"line.date", LineDate, OfLine, D, Early, "date of the entry, else of the document", "2026-03-31",
			append([]string{"entryDate"}, DateFields()...)},
		{"line.text", LineText, OfLine, T, Early, "description of the entry or line item, else its expense type, " +
			"else the title", "Taxi", append(TextFields(), "reportName", "requestTitle", "requestName", "name")},
		{"document.id", DocumentID, OfDocument, T, Early, "the FIS document id, which confirmations name",
			"e7f810cabc8348cdb051dd9431c8cfbb", nil},
		{"document.type", DocumentType, OfDocument, T, Early,
			"expense, invoice, cashadvance, payroll, requestobligation, reportobligation", "expense", nil},
		{"document.currency", DocumentCurrency, OfDocument, T, Early, "the posting currency", "EUR",
			[]string{"employeeCurrencyAlphaCode", "currencyAlphaCode", "employeeReimbursementCurrency"}},
		{"document.report_id", DocumentReportID, OfDocument, T, Early, "id of the report, request or cash advance: " +
			"what people call its number", "641C4F998328438284A2", []string{"reportId", "requestId", "cashAdvanceId"}},
		{"document.report_key", DocumentReportKey, OfDocument, T, Early, "Concur's number of the report or request",
			"55455", []string{"reportKey", "reqKey"}},
		{"document.title", DocumentTitle, OfDocument, T, Early, "name of the report, request or advance",
			"Trip to Berlin", []string{"reportName", "requestTitle", "requestName", "name"}},
		{"document.employee_id", DocumentEmployeeID, OfDocument, T, Early, "id of the employee", "5",
			[]string{"employeeId"}},
		{"document.date", DocumentDate, OfDocument, D, Early,
			"invoice date, report date or issue date, else the day it was submitted", "2026-03-31", DateFields()},
		{"document.total", DocumentTotal, OfDocument, N, Early, "the amount at the head of the document", "100.00",
			[]string{"totalApprovedAmount", "requestTotal", "requestAmount"}},
		{"document.company_id", DocumentCompanyID, OfDocument, T, Early, "Concur's id of the company", "192544", nil},
		{"document.entity_id", DocumentEntityID, OfDocument, T, Early, "Concur's id of the entity", "p0153808bco5",
			nil},
		{"document.company_code", DocumentCompanyCode, OfDocument, T, Early,
			"the first organisation unit code of the report, request or employee", "1000", org},
		{"document.lines", DocumentLines, OfDocument, N, Early, "number of posting lines", "3", nil},
		{"document.debit", DocumentDebit, OfDocument, N, Early, "sum of the debits of the document", "100.00", nil},
		{"document.credit", DocumentCredit, OfDocument, N, Early, "sum of the credits of the document", "100.00", nil},
		{"document.is_test", DocumentTest, OfDocument, B, Early, "whether it belongs to a test user", "N",
			[]string{"isTest"}},
		{"document.minor_units", DocumentMinorUnits, OfDocument, N, Early, "number of decimals of the posting currency",
			"2", nil},
		{"document.receipts", DocumentReceipts, OfDocument, N, Early, "number of its receipts that were had when its " +
			"import file was made (receipts in fisbridge.yaml)", "2", nil},
		{"document.receipt_names", DocumentReceiptNames, OfDocument, T, Early, "their file names, with a semicolon between",
			"e7f810cabc8348cdb051dd9431c8cfbb-1.pdf;e7f810cabc8348cdb051dd9431c8cfbb-2.jpg", nil},
		{"document.receipt_hashes", DocumentReceiptHashes, OfDocument, T, Early, "the SHA-256 of each, in hexadecimal digits, " +
			"with a semicolon between", "", nil},
		{"document.again", DocumentAgain, OfDocument, T, Early, "-2, -3 … of a further posting of a report (a revision), blank " +
			"of the first: behind the key by which the ERP knows what it has posted", "", nil},
		{"document.number", DocumentNumber, OfDocument, N, Late, "number of the document in the file, from 1", "1",
			nil},
		{"row.number", RowNumber, OfRow, N, Late, "number of the row among those of its record in the file, from 1",
			"1", nil},
		{"row.line", RowLine, OfRow, N, Late, "number of the physical line in the file, headings and headers included",
			"2", nil},
		{"row.in_document", RowInDocument, OfRow, N, Early,
			"number of the row among those of its record in the document, from 1", "1", nil},
		{"row.kind", RowKind, OfRow, T, Early, "what the row was made from: posting, journal, application, tax, " +
			"allocation, entry, payroll, document", "journal", nil},
		{"row.amount", RowAmount, OfRow, N, Early, "signed amount of a journal row or cash advance application: " +
			"paid by the company positive", "100.00", journalFields()},
		{"row.side", RowSide, OfRow, T, Early, "DR for a positive, CR for a negative row.amount", "DR",
			journalFields()},
		{"row.payer", RowPayer, OfRow, T, Early, "who pays: COMP, EMPL, a card code", "COMP", journalFields()},
		{"row.payee", RowPayee, OfRow, T, Early, "who is paid: COMP, EMPL, a card code, a vendor", "EMPL",
			journalFields()},
		{"row.account", RowAccount, OfRow, T, Early, "account of a journal row or cash advance application", "474210",
			journalFields()},
		{"row.taxes", RowTaxes, OfRow, N, Early, "number of taxes of the allocation", "1", nil},
		{"row.tax_amount", RowTaxAmount, OfRow, N, Early, "sum of the taxes of the allocation; on its first journal " +
			"row only, for rows of one allocation share its taxes", "19.00", []string{"amountTax"}},
		{"row.tax_reclaim", RowTaxReclaim, OfRow, N, Early, "sum of the reclaimable taxes of the allocation; on its " +
			"first journal row only", "19.00", []string{"amountReclaim"}},
		{"row.party", RowParty, OfRow, T, Early, "who pays or is paid beside the company: EMPL, a card code, a vendor",
			"EMPL", journalFields()},
		{"row.net", RowNet, OfRow, N, Early, "amount of a journal row without any tax; rounded, when amounts are, " +
			"so that it goes with row.amount", "81.00", []string{"amountNetOfTax"}},
		{"row.net_of_reclaim", RowNetOfReclaim, OfRow, N, Early, "amount of a journal row without the tax that is " +
			"reclaimed; rounded, when amounts are", "81.00", []string{"amountNetOfReclaim"}},
		{"row.allocation", RowAllocation, OfRow, N, Early, "number of the allocation in its document, from 1", "1",
			nil},
		{"row.receipt", RowReceipt, OfRow, T, Early, "file name of the receipt of the entry, or of the invoice; blank " +
			"when it was not had", "e7f810cabc8348cdb051dd9431c8cfbb-1.pdf", []string{"entryReceiptId"}},
		{"row.receipt_hash", RowReceiptHash, OfRow, T, Early, "SHA-256 of that receipt, in hexadecimal digits", "",
			[]string{"entryReceiptId"}},
		{"row.entry_number", RowEntryNumber, OfRow, T, Early, "Concur's number of the entry; of an application of " +
			"an advance that of the first entry which the employee paid, for FIS does not say which it was used up for",
			"80000", []string{"legacyEntryId"}},
		{"row.entry_amount", RowEntryAmount, OfRow, N, Early, "amount of that entry in the currency it was spent in",
			"100.00", []string{"reportEntryTransactionAmount"}},
		{"row.calculation", RowCalculation, OfRow, T, Early, "of a reduction of a travel allowance: government for that " +
			"of the legal amount, client for that of the company's", "government", nil},
		{"file.sequence", FileSequence, OfFile, N, Late, "number of the import file, without gaps", "42", nil},
		{"file.date", FileDate, OfFile, D, Late, "the day the file was made", "2026-04-01", nil},
		{"file.time", FileTime, OfFile, T, Late, "the time the file was made, HH:mm:ss", "02:15:00", nil},
		{"file.name", FileName, OfFile, T, Late, "name of the file", "gl_000042.csv", nil},
		{"file.route", FileRoute, OfFile, T, Late, "name of the route", "expenses", nil},
		{"file.group", FileGroup, OfFile, T, Late, "what the documents of the file have in common, by the grouping",
			"EUR", nil},
		{"file.company", FileCompany, OfFile, T, Late, "company of the documents (document.company), where files have one each; else blank",
			"1000", nil},
		{"file.currency", FileCurrency, OfFile, T, AtEnd, "currency of the documents; blank when there are several",
			"EUR", nil},
		{"file.lines", FileLines, OfFile, N, AtEnd, "number of detail records", "120", nil},
		{"file.records", FileRecords, OfFile, N, AtEnd, "number of all records, header and trailer included", "122",
			nil},
		{"file.documents", FileDocuments, OfFile, N, AtEnd, "number of documents", "40", nil},
		{"file.debit", FileDebit, OfFile, N, AtEnd, "sum of the debits", "4020.15", nil},
		{"file.credit", FileCredit, OfFile, N, AtEnd, "sum of the credits", "4020.15", nil},
		{"file.amount", FileAmount, OfFile, N, AtEnd, "sum of the signed amounts", "0.00", nil},
		{"file.hash", FileHash, OfFile, N, AtEnd, "hash total", "14990", nil},
	}
}

// journalFields are the fields that row.* of journal rows and applications are made of.
func journalFields() []string {
	return []string{
		"amountGross", "amount", "amountNet", "amountShipping", "amountTax", "cashAdvanceApplicationAmount",
		"journalPayer", "journalPayee", "payer", "payee", "vendorCode",
		"journalAccountCode", "accountCode", "allocationAccountCode", "clearingAccountCode",
		"cashAdvanceClearingAccountCode", "entryIsPersonal",
	}
}
