package proof

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/templates"
)

// knownAgainBy are the fields by which the ERP of each template knows what it has posted, by the facts of its format:
// the same key again is a duplicate to it. Empty: it takes whatever comes.
func knownAgainBy() map[string][]string {
	return map[string][]string{
		"beancount":                 {"docId"},
		"business-central-journal":  {"Line.Document No.", "Line.External Document No."},
		"business-central-package":  {"Line.Document No.", "Line.External Document No."},
		"business-central-purchase": {"Line.Document No.", "Line.External Document No."},
		"concur-prae":               nil, // an extract: whoever reads it keeps it apart by the batch
		"concur-sae":                nil,
		"concur-sae-v2":             nil,
		"concur-sae-xlsx":           nil,
		"d365-general-journal":      {"Line.VOUCHER"},
		"d365-journal-workbook":     {"Line.VOUCHER"},
		"datev-extf":                {"docId"}, // 011 finds open items, of a revision too
		"generic-csv":               {"Line.Reference"},
		"gp-econnect":               {"Line.JRNENTRY"},
		"hledger-journal":           {"docId"},
		"intacct-ap":                {"Line.BILL_NO"},
		"intacct-gl":                nil,
		"jde-f0911z1":               {"Line.EDBT", "Line.EDTN"}, // with EDLN the key of the table
		"lawson-gltransrel":         {"Line.RUN-GROUP", "Line.MX-VALUE-01"},
		"ledger-journal":            {"docId"},
		"legacy-fixed":              {"D.document", "H.batch"},
		"netsuite-bills":            {"Bill.External ID", "Bill.Reference No."},
		"netsuite-journal":          {"Line.External ID"},
		"obligations":               {"Document.Document"},
		"oracle-ebs-gl":             {"Line.REFERENCE21"},
		"oracle-fbdi-ap":            {"Invoice.INVOICE_NUM", "Invoice.INVOICE_ID"},
		"oracle-fbdi-gl":            {"Line.REFERENCE21"},
		"payroll-obligation-csv":    {"Wage.Reference"},
		"payroll-wage-types":        {"Wage.Document"},
		"peoplesoft-jgen":           nil, // numbers of its own
		"quickbooks-iif":            nil, // looks for no duplicates
		"sage-300":                  {"Detail.TRANSREF"},
		"sage-50":                   {"Journal.Reference", "Purchase.Reference"},
		"sap-idoc-flat":             {"Control.ARCKEY", "Control.DOCNUM", "Head.REF_DOC_NO"},
		"sap-idoc-xml":              {"Control.ARCKEY", "Control.DOCNUM", "Head.REF_DOC_NO"},
		"sap-rfbibl00":              {"BBKPF.XBLNR"},
		"summary-csv":               {"Line.Reference"},
		"tally-xml":                 {"Voucher.REMOTEID", "Voucher.VOUCHERNUMBER"},
		"travel-allowance":          {"Day.Document"},
		"workday-eib":               {"Journal.External Reference ID"},
		"workday-journal-xml":       {"Journal.Accounting_Journal_ID"},
		"xero-bills":                {"Line.InvoiceNumber"},
		"xero-manual-journal":       nil, // another import, another journal
	}
}

// What a revision changes is posted beside the first posting of its report: the key by which an ERP knows what it has
// posted must be another one, or the ERP says that it was posted before. It does not matter that the rest is the same.
func TestAFurtherPostingHasAnotherKey(t *testing.T) {
	keys := knownAgainBy()
	if names := template.Names(templates.FS()); !slices.Equal(names, slices.Sorted(maps.Keys(keys))) {
		t.Errorf("the templates are %v, the keys are told of %v", names, slices.Sorted(maps.Keys(keys)))
	}
	for name, fields := range keys {
		if len(fields) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			plan := readyPlan(t, name)
			all, _ := shelfDocuments(t, plan.DocTypes(), nil)
			var docs, again []fis.Envelope
			taken := map[fis.DocType]int{}
			for _, env := range all {
				// each of another supplier or employee would do, too; these are few, for speed
				if _, refused := render(t, plan, []fis.Envelope{env}, 1); len(refused) > 0 || taken[env.DocType] == 2 {
					continue
				}
				taken[env.DocType]++
				docs = append(docs, env)
				env.ID, env.Posting = strings.Repeat("f", 31)+string("0123456789abcdef"[len(docs)]), 2
				again = append(again, env)
			}
			first, _ := render(t, plan, docs, 42)
			second, _ := render(t, plan, again, 142)
			for _, field := range fields {
				if field == "docId" {
					for i := range docs {
						id := func(files []*importFile, id string) bool {
							return slices.ContainsFunc(files, func(f *importFile) bool { return bytes.Contains(f.data, []byte(id)) })
						}
						if !id(first, docs[i].ID) || !id(second, again[i].ID) || id(second, docs[i].ID) {
							t.Errorf("document %s is not told apart by its id", docs[i].ID)
						}
					}
					continue
				}
				record, column, _ := strings.Cut(field, ".")
				seen, n := map[string]bool{}, 0
				for i, files := range [][]*importFile{first, second} {
					for _, f := range files {
						for _, r := range readRows(t, plan, f.data) {
							if r.record != record {
								continue
							}
							text := r.values[column].String()
							switch {
							case text == "":
							case i == 0:
								seen[text] = true
							default:
								n++
								if seen[text] {
									t.Errorf("%s is %q in the first posting and in that of the revision: the ERP would say that it has it", field, text)
								}
							}
						}
					}
				}
				if len(seen) == 0 || n == 0 {
					t.Errorf("%s holds nothing: no field of the template?", field)
				}
			}
		})
	}
}
