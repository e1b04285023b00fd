package fis

import (
	"fmt"
	"strconv"
	"strings"
)

// FieldType is how the value of a field is meant; FIS itself may spell a number as text.
type FieldType string

const (
	FieldText    FieldType = "text"    // free text, written by people
	FieldCode    FieldType = "code"    // identifier or key: digits in it are no number, leading zeros count
	FieldAmount  FieldType = "amount"  // money
	FieldNumber  FieldType = "number"  // rate, percentage, quantity
	FieldInteger FieldType = "integer" // count or sequence
	FieldDate    FieldType = "date"    // day
	FieldFlag    FieldType = "flag"    // Y or N
)

// FieldInfo describes a source field for the people who write mappings.
type FieldInfo struct {
	Name string
	// Group is the part of the document that holds the field, by its name in the JSON: report, expenseEntry, allocation...
	Group   string
	Type    FieldType
	Meaning string
	// Sample is a made-up value.
	Sample string
}

// Fields is the catalogue of the source fields of a type, in document order; nil for an unknown type. FIS adds fields at any time: a field
// that is not here may be there.
func Fields(t DocType) []FieldInfo {
	var c catalogue
	switch t {
	case Expense:
		c.employee("employee").report().group("cashAdvanceApplication", applicationFields)
		c.entry().allocation().group("journal", journalFields).group("tax", taxFields)
	case Invoice:
		c.request(invoiceFields).employee("ownerEmployee").group("vendor", vendorFields).group("lineItem", lineItemFields).custom("lineItemCustom", 20)
		c.group("receiptNumbers", receiptFields)
		c.allocation().group("", invoiceAllocationFields).group("journal", invoiceJournalFields).group("tax", invoiceTaxFields)
	case CashAdvance:
		c.employee("employeeData").group("cashAdvanceData", cashAdvanceFields).group("journalData", journalDataFields)
	case Payroll:
		c.employee("employee").report().entry().group("payrollData", payrollFields).allocation().group("travelAllowances", travelFields)
	case RequestObligation:
		c.group("instruction", instructionFields).request(obligationFields).employee("employee").group("requestEntry", requestEntryFields)
		c.allocation().group("", obligationAllocationFields)
	case ReportObligation:
		c.group("instruction", instructionFields).employee("employee").report().entry().allocation().group("", obligationAllocationFields)
	case Obligation:
		c.group("instruction", instructionFields).request(obligationFields).employee("employee").report().group("requestEntry", requestEntryFields).entry()
		c.allocation().group("", obligationAllocationFields)
	}
	return c.fields
}

// catalogue builds a list of fields, part by part.
type catalogue struct {
	fields []FieldInfo
	part   string
}

// group adds the fields of a table, each line "name type sample | meaning"; without a name they go to the part before. A sample without a
// value is "-", blanks in it are written as "_".
func (c *catalogue) group(part, table string) *catalogue {
	if part != "" {
		c.part = part
	}
	for line := range strings.Lines(strings.TrimSpace(table)) {
		facts, meaning, _ := strings.Cut(line, "|")
		words := strings.Fields(facts)
		sample := strings.ReplaceAll(words[2], "_", " ")
		if sample == "-" {
			sample = ""
		}
		c.fields = append(c.fields, FieldInfo{words[0], c.part, FieldType(words[1]), strings.TrimSpace(meaning), sample})
	}
	return c
}

// custom adds the fields of a company's own: a code and a value for each number.
func (c *catalogue) custom(prefix string, n int) *catalogue {
	what := "custom field"
	if strings.HasSuffix(prefix, "OrgUnit") {
		what = "organisation unit"
	}
	for i := 1; i <= n; i++ {
		number := strconv.Itoa(i)
		c.fields = append(c.fields,
			FieldInfo{prefix + number + "Code", c.part, FieldCode, fmt.Sprintf("code or text of %s %d, as the company set it up", what, i), "C" + number + "00"},
			FieldInfo{prefix + number + "Value", c.part, FieldText, fmt.Sprintf("name of the list item of %s %d", what, i), "Item " + number})
	}
	return c
}

func (c *catalogue) employee(part string) *catalogue {
	return c.group(part, employeeFields).custom("employeeOrgUnit", 6).custom("employeeCustom", 21)
}

func (c *catalogue) report() *catalogue {
	return c.group("report", reportFields).custom("reportOrgUnit", 6).custom("reportCustom", 20)
}

func (c *catalogue) request(table string) *catalogue {
	return c.group("requestHeader", table).custom("requestOrgUnit", 6).custom("requestCustom", 24)
}

func (c *catalogue) entry() *catalogue {
	return c.group("expenseEntry", entryFields).custom("entryOrgUnit", 6).custom("entryCustom", 40)
}

func (c *catalogue) allocation() *catalogue {
	return c.group("allocation", allocationFields).custom("allocationCustom", 20)
}
