package proof

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// fbdiColumn is a fact about a column that Oracle's loaders read: its place from 1, what it holds, its bytes at most.
type fbdiColumn struct {
	at       int
	name     string
	kind     byte // t text, d date, n number
	most     int
	required bool
}

// fbdiFacts are columns by the loaders' control files, the table descriptions, and what the jobs need. Columns that are
// not here hold texts of at most 255 bytes.
func fbdiFacts() map[string][]fbdiColumn {
	return map[string][]fbdiColumn{
		"GlInterface.csv": {{1, "STATUS", 't', 50, true}, {3, "ACCOUNTING_DATE", 'd', 0, true}, {4, "USER_JE_SOURCE_NAME", 't', 25, true}, {5, "USER_JE_CATEGORY_NAME", 't', 25, true},
			{6, "CURRENCY_CODE", 't', 15, true}, {7, "DATE_CREATED", 'd', 0, true}, {8, "ACTUAL_FLAG", 't', 1, true}, {9, "SEGMENT1", 't', 25, true}, {38, "SEGMENT30", 't', 25, false},
			{39, "ENTERED_DR", 'n', 0, false}, {40, "ENTERED_CR", 'n', 0, false}, {43, "REFERENCE1", 't', 100, false}, {46, "REFERENCE4", 't', 100, false}, {52, "REFERENCE10", 't', 240, false},
			{53, "REFERENCE21", 't', 240, true}, {65, "CURRENCY_CONVERSION_DATE", 'd', 0, false}, {67, "GROUP_ID", 'n', 0, true}, {92, "LEDGER_NAME", 't', 255, true}, {118, "ATTRIBUTE_NUMBER10", 'n', 0, false}},
		"ApInvoicesInterface.csv": {{1, "INVOICE_ID", 'n', 0, true}, {2, "OPERATING_UNIT", 't', 255, true}, {3, "SOURCE", 't', 255, true}, {4, "INVOICE_NUM", 't', 50, true}, {5, "INVOICE_AMOUNT", 'n', 0, true},
			{6, "INVOICE_DATE", 'd', 0, true}, {8, "VENDOR_NUM", 't', 255, true}, {9, "VENDOR_SITE_CODE", 't', 255, true}, {10, "INVOICE_CURRENCY_CODE", 't', 255, true}, {12, "DESCRIPTION", 't', 240, false},
			{13, "GROUP_ID", 't', 255, true}, {14, "INVOICE_TYPE_LOOKUP_CODE", 't', 25, true}, {24, "GL_DATE", 'd', 0, false}, {54, "REMITTANCE_MESSAGE1", 't', 255, true}, {72, "CALC_TAX", 't', 1, true}, {134, "REQUESTER_EMAIL_ADDRESS", 't', 240, false}},
		"ApInvoiceLinesInterface.csv": {{1, "INVOICE_ID", 'n', 0, true}, {2, "LINE_NUMBER", 'n', 0, true}, {3, "LINE_TYPE_LOOKUP_CODE", 't', 25, true}, {4, "AMOUNT", 'n', 0, true}, {8, "DESCRIPTION", 't', 255, false},
			{22, "DIST_CODE_CONCATENATED", 't', 255, true}, {24, "ACCOUNTING_DATE", 'd', 0, false}, {67, "ATTRIBUTE1", 't', 255, true}, {81, "ATTRIBUTE15", 't', 255, false}},
	}
}

// fbdiWidest is where each loader's columns end.
func fbdiWidest() map[string]int {
	return map[string]int{"GlInterface.csv": 118, "ApInvoicesInterface.csv": 134, "ApInvoiceLinesInterface.csv": 163}
}

var (
	fbdiDate   = regexp.MustCompile(`^[0-9]{4}/(0[1-9]|1[0-2])/([0-2][0-9]|3[01])$`)
	fbdiNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
)

// fbdiFaults is what a loader and its job would refuse in a package.
func fbdiFaults(t *testing.T, data []byte) (faults []string, rows map[string][][]string) {
	t.Helper()
	rows = map[string][][]string{}
	for name, text := range unpacked(t, data) {
		facts, known := fbdiFacts()[name]
		if !known {
			faults = append(faults, name+" is no name that a loader knows")
			continue
		}
		r := csv.NewReader(bytes.NewReader(text))
		r.FieldsPerRecord = -1
		all, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		rows[name] = all
		for n, row := range all {
			faults = append(faults, fbdiRow(fmt.Sprintf("%s line %d", name, n+1), facts, fbdiWidest()[name], row)...)
		}
	}
	return append(faults, fbdiSums(rows)...), rows
}

func fbdiRow(at string, facts []fbdiColumn, widest int, row []string) (faults []string) {
	if len(row) > widest {
		faults = append(faults, fmt.Sprintf("%s: %d columns", at, len(row)))
	}
	for i, cell := range row {
		if len(cell) > 255 {
			faults = append(faults, fmt.Sprintf("%s: column %d has %d bytes", at, i+1, len(cell)))
		}
	}
	for _, f := range facts {
		cell := ""
		if f.at <= len(row) {
			cell = row[f.at-1]
		}
		switch {
		case cell == "" && f.required:
			faults = append(faults, at+": "+f.name+" is empty")
		case cell == "":
		case f.kind == 'd' && !fbdiDate.MatchString(cell), f.kind == 'n' && !fbdiNumber.MatchString(cell), f.most > 0 && len(cell) > f.most:
			faults = append(faults, fmt.Sprintf("%s: %s is %q", at, f.name, cell))
		}
	}
	return faults
}

// fbdiSums: each journal balances, and the lines of each invoice are its amount.
func fbdiSums(rows map[string][][]string) (faults []string) {
	left := map[string]fis.Amount{}
	add := func(key, text string, credit bool) {
		a, err := fis.ParseAmount(text)
		if err != nil {
			return
		}
		if credit {
			a = a.Neg()
		}
		left[key] = left[key].Add(a)
	}
	for _, r := range rows["GlInterface.csv"] {
		key := strings.Join([]string{"journal", r[91], r[42], r[45], r[3], r[4], r[5], r[2]}, "|")
		if (r[38] == "") == (r[39] == "") {
			faults = append(faults, "not one of ENTERED_DR and ENTERED_CR: "+r[52])
		}
		add(key, r[38], false)
		add(key, r[39], true)
	}
	for _, r := range rows["ApInvoicesInterface.csv"] {
		add("invoice|"+r[0], r[4], false)
		if (r[13] == "CREDIT") != strings.HasPrefix(r[4], "-") {
			faults = append(faults, "invoice "+r[0]+" is "+r[13]+" with "+r[4])
		}
	}
	for _, r := range rows["ApInvoiceLinesInterface.csv"] {
		add("invoice|"+r[0], r[3], true)
	}
	for _, key := range slices.Sorted(maps.Keys(left)) {
		if !left[key].IsZero() {
			faults = append(faults, key+" is off by "+left[key].String())
		}
	}
	return faults
}

// Oracle's loaders take what the templates write of every document: by facts of the control files here, and by the
// judge where it is there.
func TestOracleLoadersTakeTheFiles(t *testing.T) {
	for name, member := range map[string]string{"oracle-fbdi-gl": "GlInterface.csv", "oracle-fbdi-ap": "ApInvoiceLinesInterface.csv"} {
		plan := readyPlan(t, name)
		var docs []fis.Envelope
		for _, d := range sampleDocuments(t) {
			if plan.Takes(d.DocType) {
				docs = append(docs, d)
			}
		}
		files, refused := render(t, plan, docs, 4000)
		if len(files) != 1 || len(refused) > 1 {
			t.Fatalf("%s: %d files, refused %v", name, len(files), refused)
		}
		faults, rows := fbdiFaults(t, files[0].data)
		if len(faults) > 0 || len(rows[member]) < len(docs) {
			t.Errorf("%s: %d rows of %d documents: %v", name, len(rows[member]), len(docs), faults)
		}
		judged(t, true, "judge-fbdi", laid(t, files[0].name, files[0].data))
	}
}

// The facts and the judge refuse what is wrong.
func TestOracleLoadersRefuse(t *testing.T) {
	head := "100001,BU,CONCUR,A-1,%s,2026/08/08,,V1,MAIN,USD,USD,Paper,1,STANDARD,,,,,,,,,,2026/11/29" + strings.Repeat(",", 30) + "doc" + strings.Repeat(",", 18) + "N,N\n"
	line := "100001,1,ITEM,50.00,,,,Paper" + strings.Repeat(",", 14) + "01-100-6100-000,,%s" + strings.Repeat(",", 43) + "doc\n"
	for name, c := range map[string]struct {
		amount, date string
		wrong        bool
	}{"good": {"50.00", "2026/11/29", false}, "another amount": {"50.01", "2026/11/29", true}, "another form of dates": {"50.00", "2026-11-29", true}, "a comma": {`"50,00"`, "2026/11/29", true}} {
		data := packed(t, "ApInvoiceLinesInterface.csv", fmt.Sprintf(line, c.date), "ApInvoicesInterface.csv", fmt.Sprintf(head, c.amount))
		if faults, _ := fbdiFaults(t, data); (len(faults) > 0) != c.wrong {
			t.Errorf("%s: %v", name, faults)
		}
		judged(t, !c.wrong, "judge-fbdi", laid(t, "invoices.zip", data))
	}
	if faults, _ := fbdiFaults(t, packed(t, "apinvoicesinterface.csv", "")); len(faults) == 0 {
		t.Error("another name of a member is taken")
	}
}
