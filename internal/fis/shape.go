package fis

import "slices"

// shapeByNames tells the type by the names at the root of a document; "" when it has no known shape. Payroll documents
// look like expense ones from there.
func shapeByNames(has func(string) bool) DocType {
	switch {
	case has("instruction") && has("requestHeader"):
		return RequestObligation
	case has("instruction"):
		return ReportObligation
	case has("cashAdvanceData") || has("journalData"):
		return CashAdvance
	case has("requestHeader") || has("lineItem"):
		return Invoice
	case has("expenseEntry"):
		return Expense
	case has("travelAllowances"):
		return Payroll
	}
	return ""
}

// shapeNames are the names that shapes are told by.
func shapeNames() []string {
	return []string{"instruction", "cashAdvanceData", "journalData", "requestHeader", "lineItem", "expenseEntry", "travelAllowances", "payrollData"}
}

// ShapeOf tells the type of a bare document from its JSON: "" when it has no known shape or is malformed.
func ShapeOf(document []byte) DocType {
	names := shapeNames()
	p := NewParser(func(name string) bool { return slices.Contains(names, name) })
	root, err := p.parse(document, false)
	if err != nil {
		return ""
	}
	return shapeOf(root)
}

func shapeOf(root *Node) DocType {
	shape := shapeByNames(func(name string) bool { return root.Get(name) != nil })
	if shape != Expense {
		return shape
	}
	for _, entry := range root.List("expenseEntry") {
		if data := entry.Get("payrollData"); data.Len() > 0 || data.Kind() == Object { // whatever a parser keeps of it
			return Payroll
		}
	}
	return Expense
}
