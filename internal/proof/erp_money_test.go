package proof

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/samples"
	"github.com/fisbridge/fisbridge/templates"
)

// sample is a sample document, whose text may be changed: from, to, from, to.
func sample(t *testing.T, name string, changes ...string) fis.Envelope {
	t.Helper()
	data, err := fs.ReadFile(samples.Documents(), name+".json")
	if err != nil {
		t.Fatal(err)
	}
	env := readEnvelopes(t, name, data)[0]
	for i := 0; i < len(changes); i += 2 {
		changed := bytes.ReplaceAll(env.Document, []byte(changes[i]), []byte(changes[i+1]))
		if bytes.Equal(changed, env.Document) {
			t.Fatalf("%s does not hold %s", name, changes[i])
		}
		env.Document = changed
	}
	return env
}

// idocs are the IDocs of some documents as trees, by either form.
func idocs(t *testing.T, template string, docs ...fis.Envelope) []*element {
	t.Helper()
	plan := readyPlan(t, template)
	if template == "sap-idoc-flat" {
		plan = settled(t, template, "taxes: hold", "taxes: send")
	}
	return idocsBy(t, plan, template, docs...)
}

func idocsBy(t *testing.T, plan *mapping.Plan, template string, docs ...fis.Envelope) (out []*element) {
	t.Helper()
	files, refused := render(t, plan, docs, 1)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	for _, f := range files {
		root, err := readElements(f.data)
		if template == "sap-idoc-flat" {
			var findings []string
			if root, findings = flatIdoc(f.data); len(findings) > 0 {
				t.Fatal(findings)
			}
		} else if err != nil {
			t.Fatal(err)
		}
		out = append(out, root.kids...)
	}
	return out
}

// Whom payroll pays, or a fund, the payment run must not pay as well: what the document gives an account of its own
// stands on that account, not on the vendor of the employee.
func TestIDocsPayEmployeesOnce(t *testing.T) {
	for _, template := range []string{"sap-idoc-xml", "sap-idoc-flat"} {
		for name, want := range map[string]struct{ vendors, account string }{
			"10-payroll-clearing":  {"", "0000241500 0000241500"},
			"11-liability-account": {"E30008", "0000241700"},
		} {
			idoc := idocs(t, template, sample(t, name))[0]
			var vendors, accounts []string
			for _, s := range idoc.all("E1BPACAP09") {
				vendors = append(vendors, s.get("VENDOR_NO"))
			}
			for _, s := range idoc.all("E1BPACGL09") {
				if a := s.get("GL_ACCOUNT"); strings.HasPrefix(a, "00002417") || strings.HasPrefix(a, "00002415") {
					accounts = append(accounts, a)
				}
			}
			if strings.Join(vendors, " ") != want.vendors || strings.Join(accounts, " ") != want.account {
				t.Errorf("%s of %s: vendors %v, accounts %v", name, template, vendors, accounts)
			}
		}
	}
}

// SAP lets nobody post on the reconciliation account of its vendors: where that is the liability account of Concur, the line stands on the vendor, and no
// other account does.
func TestIDocsPutReconciliationAccountsOnVendors(t *testing.T) {
	for _, template := range []string{"sap-idoc-xml", "sap-idoc-flat"} {
		for accounts, onVendors := range map[string]int{"": 1, "241700": 2, "160000, 241700": 2, "2417001, 1241700": 1} {
			text, err := workbook.NewYAML(templates.FS(), template, nil)
			if err != nil {
				t.Fatal(err)
			}
			with := regexp.MustCompile(`(?m)^(\s+vendor_accounts:).*$`).ReplaceAll(text, fmt.Appendf(nil, "$1 %q", accounts))
			plan, found := mapping.LoadBytes(templates.FS(), "m.yaml", with)
			if plan == nil {
				t.Fatal(found)
			}
			idoc := idocsBy(t, plan, template, sample(t, "11-liability-account"))[0]
			if vendors, lines := idoc.all("E1BPACAP09"), idoc.all("E1BPACGL09"); len(vendors) != onVendors || len(vendors)+len(lines)+len(idoc.all("E1BPACTX09")) != len(idoc.all("E1BPACCR09")) {
				t.Errorf("%s with %q: %d lines on vendors, %d on accounts", template, accounts, len(vendors), len(lines))
			}
		}
	}
}

// A tax code that nobody listed is no 19 percent: the document is held, as for accounts.
func TestIDocsHoldUnknownTaxCodes(t *testing.T) {
	for _, template := range []string{"sap-idoc-xml", "sap-idoc-flat"} {
		env := sample(t, "14-tax-deductible", `"taxCode": "V9"`, `"taxCode": "V3"`)
		if _, refused := render(t, readyPlan(t, template), []fis.Envelope{env}, 1); len(refused) != 1 || !strings.Contains(fmt.Sprint(refused[env.ID]), `Tax codes has no row for "DE / V3"`) {
			t.Errorf("%s: %v", template, refused)
		}
		idocs(t, template, sample(t, "14-tax-deductible"), sample(t, "50-invoice-several"))
	}
}

// eConnect takes 20 characters of a reference, and the id of a cash advance has 32. An account that nobody knows is none.
func TestGPTakesAdvancesAndNoWordsAsAccounts(t *testing.T) {
	plan := readyPlan(t, "gp-econnect")
	advance := sample(t, "32-advance-issued")
	files, refused := render(t, plan, []fis.Envelope{advance}, 1)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	root, err := readElements(files[0].data)
	if err != nil {
		t.Fatal(err)
	}
	line := root.kids[0].kids[0].kids[0]
	if id := parse(t, advance).ReportID(); line.get("ORDOCNUM") != id[len(id)-20:] {
		t.Errorf("ORDOCNUM is %q, of %s", line.get("ORDOCNUM"), id)
	}
	blank := sample(t, "01-cash-taxi", `"journalAccountCode": "640100"`, `"journalAccountCode": null`)
	if files, refused := render(t, plan, []fis.Envelope{blank}, 1); len(refused) != 1 {
		t.Errorf("a line without an account is written: %s", files[0].data)
	}
}

// SQL*Loader counts the bytes of CHAR(240). A row that it refuses leaves its journal without it.
func TestOracleInterfaceTextsFitInBytes(t *testing.T) {
	long := strings.Repeat("Übernachtung ", 30)
	env := sample(t, "01-cash-taxi", "Taxi to the airport", long, "Airport taxi", long)
	files, refused := render(t, readyPlan(t, "oracle-ebs-gl"), []fis.Envelope{env}, 1)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	var f found
	for i, r := range f.plain(files[0].data, strings.Split(glInterface, ",")) {
		for name, most := range map[string]int{"REFERENCE4": 100, "REFERENCE10": 240} {
			if n := len(r[name]); n > most || n < most-2 {
				t.Errorf("row %d: %s has %d bytes", i+1, name, n)
			}
		}
	}
}

// A document of more than 999 lines, as SAP has none, is held; what begins with the character that means "no data" is
// written so that SAP reads it.
func TestSAPBatchInputHoldsWhatSAPWouldNot(t *testing.T) {
	plan := readyPlan(t, "sap-rfbibl00")
	env := sample(t, "06-cash-many-entries")
	var doc map[string]any
	if err := json.Unmarshal(env.Document, &doc); err != nil {
		t.Fatal(err)
	}
	entries := doc["expenseEntry"].([]any)
	for n, held := range map[int]bool{12: false, 13: true} { // 480 and 520 entries have two lines each
		var many []any
		for range n {
			for i, e := range entries {
				entry := maps.Clone(e.(map[string]any))
				entry["entryId"] = fmt.Sprintf("%d-%d", len(many), i)
				many = append(many, entry)
			}
		}
		doc["expenseEntry"] = many
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		env.Document = text
		_, refused := render(t, plan, []fis.Envelope{env}, 1)
		if (len(refused) > 0) != held {
			t.Errorf("%d entries are held: %v", len(many), refused)
		}
		if held && !strings.Contains(fmt.Sprint(refused[env.ID]), "is required and has no value (posting key") || held && !strings.Contains(fmt.Sprint(refused[env.ID]), "999 lines at most") {
			t.Errorf("it does not say what the field is for: %v", refused)
		}
	}
	files, refused := render(t, plan, []fis.Envelope{sample(t, "48-invoice-tax", `"2026/0931"`, `"/2026/0931"`)}, 1)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	if got := at(strings.Split(string(files[0].data), "\n")[1], 79, 16); got != "./2026/0931" {
		t.Errorf("XBLNR is %q", got)
	}
}

// An advance and the money that is handed back are two entries: the table of JD Edwards knows rows by entry and line.
func TestJDEKeepsAnAdvanceAndItsReturnApart(t *testing.T) {
	issued, returned := sample(t, "32-advance-issued"), sample(t, "34-advance-returned")
	returned.Document = bytes.ReplaceAll(returned.Document, []byte(parse(t, returned).ReportID()), []byte(parse(t, issued).ReportID()))
	files, refused := render(t, readyPlan(t, "jde-f0911z1"), []fis.Envelope{issued, returned}, 1)
	if len(refused) > 0 || len(files) != 1 {
		t.Fatal(refused)
	}
	if found := jdeJournal(files[0]); len(found) > 0 {
		t.Errorf("%v\n%s", found, files[0].data)
	}
}

// What no ERP has posted is not posted, and what it has not looked at is not refused.
func TestResultsThatSayNothingYet(t *testing.T) {
	for _, c := range []struct {
		template, name, head, row string
		want                      returns.Kind
		verdict                   fis.Verdict
	}{
		{"oracle-fbdi-gl", "gl_interface_42.csv", "reference21,status,status_description,je_header_id,period,accounting_date", "D1,P,,300441,Nov-26,2026-11-02", returns.Posting, fis.Posted},
		{"oracle-fbdi-gl", "gl_interface_42.csv", "reference21,status,status_description,je_header_id,period,accounting_date", "D1,P,,,Nov-26,2026-11-02", returns.Ignored, ""},
		{"oracle-fbdi-gl", "gl_interface_42.csv", "reference21,status,status_description,je_header_id,period,accounting_date", "D1,NEW,,,Nov-26,2026-11-02", returns.Ignored, ""},
		{"oracle-fbdi-gl", "gl_interface_42.csv", "reference21,status,status_description,je_header_id,period,accounting_date", "D1,EF04,EF04 invalid account,,Nov-26,2026-11-02", returns.Posting, fis.Rejected},
		{"oracle-fbdi-gl", "gl_interface_42.csv", "reference21,status,status_description,je_header_id,period,accounting_date", "D1,WU01,posted to suspense,300441,Nov-26,2026-11-02", returns.Posting, fis.Posted},
		{"oracle-fbdi-gl", "gl_interface_42.csv", "reference21,status,status_description,je_header_id,period,accounting_date", "D1,WU01,unbalanced,,Nov-26,2026-11-02", returns.Ignored, ""},
		{"jde-f0911z1", "F0911Z1_000042.result.csv", "EDTN,EDSP,KCO,DCT,DOC,ERRTEXT", "D1,1,00100,JE,51007,", returns.Posting, fis.Posted},
		{"jde-f0911z1", "F0911Z1_000042.result.csv", "EDTN,EDSP,KCO,DCT,DOC,ERRTEXT", "D1,1,00100,JE,51007,period is old 10/1", returns.Posting, fis.Posted},
		{"jde-f0911z1", "F0911Z1_000042.result.csv", "EDTN,EDSP,KCO,DCT,DOC,ERRTEXT", "D1,0,00100,JE,0,Account 6400/10 invalid", returns.Posting, fis.Rejected},
		{"jde-f0911z1", "F0911Z1_000042.result.csv", "EDTN,EDSP,KCO,DCT,DOC,ERRTEXT", "D1,0,00100,JE,0,", returns.Ignored, ""},
		{"jde-f0911z1", "F0911Z1_000042.result.csv", "EDTN,EDSP,KCO,DCT,DOC,ERRTEXT", "D1,2,00100,JE,0,", returns.Exception, ""},
	} {
		text := c.head + "\n" + c.row + "\n"
		for _, spec := range readyPlan(t, c.template).Results() {
			f, err := returns.Compile(spec)
			if err != nil {
				t.Fatal(err)
			}
			if !f.Matches(c.name) {
				continue
			}
			var rows []returns.Row
			_, err = f.Aloud().Parse(t.Context(), c.name, strings.NewReader(text), int64(len(text)), layout.Limits{}, func(r returns.Row) error {
				rows = append(rows, r)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) != 1 || rows[0].Kind != c.want || rows[0].Outcome.Verdict != c.verdict && c.verdict != "" {
				t.Errorf("%s: %s is %+v", c.template, c.row, rows)
			}
		}
	}
}

// Numbers of journals are made of that of the file and of the document in it. A company may have more documents in a
// file than there is room for: the further ones are held, and do not get the numbers of the next file.
func TestNumbersEndBeforeThoseOfTheNextFile(t *testing.T) {
	for template, name := range map[string]string{"gp-econnect": "JRNENTRY", "d365-general-journal": "VOUCHER"} {
		plan := readyPlan(t, template)
		env, worker := sample(t, "01-cash-taxi"), plan.NewWorker()
		first, err := worker.Prepare(env)
		if err != nil {
			t.Fatal(err)
		}
		file, err := plan.NewFile(mapping.FileContext{Route: "gl", Sequence: 42, Created: made(), Group: first.Group, TempDir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		id := parse(t, env).ReportID()
		for i := range 1000 {
			one := env
			one.ID = fmt.Sprintf("%032d", i)
			one.Document = bytes.ReplaceAll(env.Document, []byte(id), []byte(fmt.Sprintf("%020d", i)))
			doc, err := worker.Prepare(one)
			if err != nil {
				t.Fatal(err)
			}
			if _, err = file.Add(doc); (err != nil) != (i == 999) || err != nil && !strings.Contains(err.Error(), name) {
				t.Fatalf("%s: document %d: %v", template, i+1, err)
			}
		}
	}
}
