package fis

import (
	"bytes"
	"encoding/json"
	"testing"
)

// What a hand-written converter would declare for the same columns.
type typedDocument struct {
	Employee struct {
		EmployeeID string `json:"employeeId"`
	} `json:"employee"`
	Report struct {
		ReportID        string      `json:"reportId"`
		ReportName      string      `json:"reportName"`
		ReportOrgUnit3  string      `json:"reportOrgUnit3Code"`
		Submitted       string      `json:"reportSubmitDate"`
		Currency        string      `json:"employeeCurrencyAlphaCode"`
		Total           json.Number `json:"totalApprovedAmount"`
		PayrollPay      string      `json:"payrollPayIndicator"`
		PayrollClearing string      `json:"payrollPaymentClearingAccountCode"`
		IsTest          string      `json:"isTest"`
	} `json:"report"`
	Applications []struct {
		Amount  json.Number `json:"cashAdvanceApplicationAmount"`
		Account string      `json:"cashAdvanceClearingAccountCode"`
		ID      string      `json:"cashAdvanceId"`
	} `json:"cashAdvanceApplication"`
	Entries []struct {
		ID          string      `json:"entryId"`
		Type        string      `json:"expenseTypeCode"`
		Description string      `json:"entryDescription"`
		Date        string      `json:"entryDate"`
		Personal    string      `json:"entryIsPersonal"`
		Approved    json.Number `json:"entryApprovedAmount"`
		Clearing    string      `json:"clearingAccountCode"`
		Liability   string      `json:"liabilityAccountCode"`
		Allocations []struct {
			ID      string `json:"allocationId"`
			Custom3 string `json:"allocationCustom3Code"`
			Journal []struct {
				Gross        json.Number `json:"amountGross"`
				NetOfReclaim json.Number `json:"amountNetOfReclaim"`
				NetOfTax     json.Number `json:"amountNetOfTax"`
				Account      string      `json:"journalAccountCode"`
				Payer        string      `json:"journalPayer"`
				Payee        string      `json:"journalPayee"`
			} `json:"journal"`
			Tax []struct {
				Reclaim     json.Number `json:"amountReclaim"`
				Tax         json.Number `json:"amountTax"`
				Authority   string      `json:"taxAuthorityLabel"`
				Code        string      `json:"taxCode"`
				ReclaimCode string      `json:"taxReclaimCode"`
			} `json:"tax"`
		} `json:"allocation"`
	} `json:"expenseEntry"`
}

func wantedNames() func(string) bool {
	names := map[string]bool{}
	for _, s := range []string{
		"employeeId", "reportId", "reportName", "reportOrgUnit3Code", "reportSubmitDate", "employeeCurrencyAlphaCode", "totalApprovedAmount",
		"payrollPayIndicator", "payrollPaymentClearingAccountCode", "isTest", "cashAdvanceApplicationAmount", "cashAdvanceClearingAccountCode", "cashAdvanceId",
		"entryId", "expenseTypeCode", "entryDescription", "entryDate", "entryIsPersonal", "entryApprovedAmount", "clearingAccountCode", "liabilityAccountCode",
		"allocationId", "allocationCustom3Code", "amountGross", "amountNetOfReclaim", "amountNetOfTax", "journalAccountCode", "journalPayer", "journalPayee",
		"amountReclaim", "amountTax", "taxAuthorityLabel", "taxCode", "taxReclaimCode",
	} {
		names[s] = true
	}
	return func(name string) bool { return names[name] }
}

func benchDocuments() [][]byte {
	var docs [][]byte
	for i := range 50 {
		docs = append(docs, sampleExpense(i))
	}
	return docs
}

func BenchmarkParse(b *testing.B) {
	docs := benchDocuments()
	run := func(b *testing.B, wanted func(string) bool) {
		p := NewParser(wanted)
		b.SetBytes(int64(len(docs[0])))
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			doc, err := p.Parse(Envelope{ID: "d", DocType: Expense, Document: docs[i%len(docs)]})
			if err != nil || doc.Root.Get("expenseEntry").Len() != 5 {
				b.Fatal(err)
			}
		}
	}
	b.Run("wanted", func(b *testing.B) { run(b, wantedNames()) })
	b.Run("all", func(b *testing.B) { run(b, nil) })
}

// BenchmarkTypedStructs is the baseline for BenchmarkParse.
func BenchmarkTypedStructs(b *testing.B) {
	docs := benchDocuments()
	b.SetBytes(int64(len(docs[0])))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		var doc typedDocument
		if err := json.Unmarshal(docs[i%len(docs)], &doc); err != nil || len(doc.Entries) != 5 {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadDocuments finds 50 documents in a list answer.
func BenchmarkReadDocuments(b *testing.B) {
	answer := []byte(`{"content":[`)
	for i, doc := range benchDocuments() {
		if i > 0 {
			answer = append(answer, ',')
		}
		answer = append(append(append(answer, `{"id":"d1","docType":"expense","document":`...), doc...), '}')
	}
	answer = append(answer, "]}"...)
	b.SetBytes(int64(len(answer)))
	b.ReportAllocs()
	for b.Loop() {
		count := 0
		err := ReadDocuments(bytes.NewReader(answer), "in", func(Envelope) error { count++; return nil })
		if err != nil || count != 50 {
			b.Fatal(err)
		}
	}
}
