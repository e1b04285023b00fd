package main

import (
	"bufio"
	"fmt"
	"math/rand"
	"os"
	"strings"
)

// mappingOf is the mapping of a job: the template's own values, and lookups for the accounts and cost centres of the
// corpus.
func mappingOf(job string) string {
	if job == "rows" {
		return "template: rows\ncolumns: {}\n"
	}
	var b strings.Builder
	b.WriteString("template: lines\nlookups:\n  Accounts:\n    columns: [\"Concur (key)\", Account]\n    rows:\n")
	for a := range 200 {
		fmt.Fprintf(&b, "      - [\"%d\", \"%06d\"]\n", 640000+a, 40000+a)
	}
	b.WriteString("      - [\"*\", \"999999\"]\n  Cost centres:\n    columns: [\"Concur (key)\", Cost centre]\n    rows:\n")
	for c := range 500 {
		fmt.Fprintf(&b, "      - [\"%d\", \"K%d\"]\n", 1000+c, 1000+c)
	}
	b.WriteString("      - [\"*\", \"K999\"]\ncolumns: {}\n")
	return b.String()
}

// writeCorpus writes expense documents of some 28 KB as the service sends them, one a line: many fields, most of them
// null, in several shapes.
func writeCorpus(path string, n int) error {
	f, err := os.Create(path + ".part")
	if err != nil {
		return err
	}
	w, rnd := bufio.NewWriterSize(f, 1<<20), rand.New(rand.NewSource(1))
	shapes := make([]shape, 12)
	for i := range shapes {
		shapes[i] = newShape(rnd)
	}
	for i := range n {
		shapes[rnd.Intn(len(shapes))].document(w, rnd, i)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}

// shape is an order in which fields come.
type shape struct{ employee, report, entry, allocation []string }

func newShape(rnd *rand.Rand) shape {
	mixed := func(parts ...string) []string {
		var out []string
		for _, p := range parts {
			name, most, _ := strings.Cut(p, "*")
			n := 1
			if most != "" {
				_, _ = fmt.Sscan(most, &n)
			}
			from := rnd.Intn(n)
			for i := range n {
				out = append(out, strings.Replace(name, "#", fmt.Sprint((from+i)%n+1), 1))
			}
		}
		rnd.Shuffle(len(out)/8, func(a, b int) { out[8*a], out[8*b] = out[8*b], out[8*a] })
		return out
	}
	return shape{
		employee: mixed("employeeCustom#Code*21", "employeeCustom#Value*21", "employeeOrgUnit#Code*6", "employeeOrgUnit#Value*6", "employeeFirstName", "employeeLastName", "employeeMI", "employeeId"),
		report: mixed("reportKey", "reportId", "reportName", "reportOrgUnit#Code*6", "reportOrgUnit#Value*6", "reportCustom#Code*20", "reportCustom#Value*20", "employeeCurrencyAlphaCode", "homeCountryCode",
			"reportSubmitDate", "reportUserDefinedDate", "totalPostedAmount", "isTest", "ledgerCode"),
		entry: mixed("entryId", "entryDate", "expenseTypeCode", "expenseTypeName", "entryDescription", "entryVendorDescription", "entryIsPersonal", "entryIsBillable", "entryReceiptType", "entryExchangeRate",
			"entryCurrAlphaCode", "entryCountryCode", "entryLocationName", "entryCustom#Code*40", "entryCustom#Value*40", "entryOrgUnit#Code*6", "entryOrgUnit#Value*6", "cardTransactionID", "cardTransactionAmount",
			"liabilityAccountCode", "clearingAccountCode", "reportEntryPatKey"),
		allocation: mixed("allocationId", "allocationPercentage", "allocationCustom1Code", "allocationCustom#Value*20"),
	}
}

// object writes the fields of an object: those that have a value, and null for the others. rest is written behind them.
func object(w *bufio.Writer, names []string, values map[string]string, rest func()) {
	w.WriteByte('{')
	for i, name := range names {
		if i > 0 {
			w.WriteByte(',')
		}
		value, ok := values[name]
		if !ok {
			value = "null"
		}
		fmt.Fprintf(w, `"%s":%s`, name, value)
	}
	rest()
	w.WriteByte('}')
}

func (s *shape) document(w *bufio.Writer, rnd *rand.Rand, n int) {
	person := fmt.Sprintf(`"%07d"`, 1_000_000+n%5000)
	currency := `"` + []string{"EUR", "USD", "GBP", "CHF"}[rnd.Intn(4)] + `"`
	fmt.Fprintf(w, `{"id":"%032x","docType":"expense","companyId":"17","entityId":"p0017","companyUuid":null,"docStatus":"READY","document":{"employee":`, n)
	object(w, s.employee, map[string]string{"employeeId": person, "employeeFirstName": `"Mira"`, "employeeLastName": `"Sandström"`, "employeeOrgUnit2Code": `"QA"`, "employeeCustom17Code": person}, func() {})
	w.WriteString(`,"report":`)
	object(w, s.report, map[string]string{"reportKey": fmt.Sprint(500_000 + n), "reportId": fmt.Sprintf(`"%020X"`, n), "reportName": `"Visit to Malmö"`, "employeeCurrencyAlphaCode": currency, "homeCountryCode": `"SE"`,
		"reportSubmitDate": `"2026-06-01T22:55:01.197Z"`, "reportUserDefinedDate": `"2026-06-01T00:00:00.000Z"`, "isTest": `"N"`, "reportOrgUnit4Code": fmt.Sprintf(`"%02d-PARIS"`, rnd.Intn(90)),
		"reportCustom13Code": fmt.Sprintf(`"%d.%02d"`, rnd.Intn(900), rnd.Intn(100))}, func() {})
	w.WriteString(`,"cashAdvanceApplication":[],"expenseEntry":[`)
	for e := range 4 + rnd.Intn(6) {
		if e > 0 {
			w.WriteByte(',')
		}
		s.expense(w, rnd, n*10+e, currency)
	}
	w.WriteString("]}}\n")
}

func (s *shape) expense(w *bufio.Writer, rnd *rand.Rand, n int, currency string) {
	object(w, s.entry, map[string]string{"entryId": fmt.Sprintf(`"%032X"`, n), "entryDate": fmt.Sprintf(`"2026-0%d-%02dT00:00:00.000Z"`, 1+rnd.Intn(6), 1+rnd.Intn(28)),
		"expenseTypeCode": `"` + []string{"TAXIX", "LODNG", "Airfr", "meals"}[rnd.Intn(4)] + `"`, "expenseTypeName": `"Taxi"`, "entryDescription": fmt.Sprintf(`"station, airport and back, trip %d"`, n),
		"entryVendorDescription": `"City \"cab\""`, "entryIsPersonal": `"N"`, "entryIsBillable": `"N"`, "entryReceiptType": `"R"`, "entryExchangeRate": "1.00000000", "entryCurrAlphaCode": currency,
		"entryCountryCode": `"SE"`, "entryLocationName": `"Malmö"`, "reportEntryPatKey": `"CASH"`, "entryCustom35Code": fmt.Sprintf(`"%d"`, rnd.Intn(900)), "entryCustom40Code": fmt.Sprintf(`"P%d"`, rnd.Intn(90))}, func() {
		w.WriteString(`,"allocation":[`)
		for a := range 1 + rnd.Intn(8)/7 {
			if a > 0 {
				w.WriteByte(',')
			}
			s.share(w, rnd, n*3+a)
		}
		w.WriteByte(']')
	})
}

// share is an allocation: one journal row with or without tax, part of which may stay cost.
func (s *shape) share(w *bufio.Writer, rnd *rand.Rand, n int) {
	net, tax, back := 100+rnd.Intn(99_999), 0, 0
	if rnd.Intn(2) == 0 {
		tax = 1 + net/5
		back = tax - rnd.Intn(2)*(tax/3)
	}
	cents := func(c int) string { return fmt.Sprintf("%d.%02d", c/100, c%100) }
	object(w, s.allocation, map[string]string{"allocationId": fmt.Sprintf(`"%032X"`, n), "allocationPercentage": "100.00000000", "allocationCustom1Code": fmt.Sprintf(`"%d"`, 1000+rnd.Intn(600))}, func() {
		fmt.Fprintf(w, `,"journal":[{"accountingTransactionType":null,"amountGross":%s,"amountNetOfReclaim":%s,"amountNetOfTax":%s,"journalAccountCode":"%d","journalPayer":"COMP","journalPayee":"%s","taxGuid":[]}],"tax":[`,
			cents(net+tax), cents(net+tax-back), cents(net), 640000+rnd.Intn(220), []string{"EMPL", "CBCP"}[rnd.Intn(2)])
		if tax > 0 {
			fmt.Fprintf(w, `{"amountReclaim":%s,"amountTax":%s,"taxAuthorityLabel":"VAT","taxCode":"V1","taxReclaimCode":null}`, cents(back), cents(tax))
		}
		w.WriteByte(']')
	})
}
