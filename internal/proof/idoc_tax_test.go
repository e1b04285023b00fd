package proof

import (
	"bytes"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
)

// SAP posts no line of tax without lines of cost that have its code, and its base is what these add up to; cost that has no
// line of tax has no code, for SAP would miss one. Where several taxes are charged on the same cost Concur does not say how.
func TestIDocsSayWhatATaxIsChargedOn(t *testing.T) {
	for _, template := range []string{"sap-idoc-xml", "sap-idoc-flat"} {
		for name, want := range map[string]string{ // code of the cost, by line; base of each line of tax
			"14-tax-deductible":       "",
			"15-tax-two-rates":        "",
			"16-tax-not-deductible":   "no code",
			"17-tax-half-deductible":  "",
			"18-tax-two-authorities":  "no code",
			"19-tax-two-accounts":     "",
			"30-allocations-with-tax": "",
			"40-credit-with-tax":      "",
			"48-invoice-tax":          "",
			"51-invoice-credit-note":  "",
		} {
			for _, idoc := range idocs(t, template, sample(t, name)) {
				amounts, bases := map[string]string{}, map[string]string{}
				for _, cr := range idoc.all("E1BPACCR09") {
					amounts[cr.get("ITEMNO_ACC")], bases[cr.get("ITEMNO_ACC")] = cr.get("AMT_DOCCUR"), cr.get("AMT_BASE")
				}
				cost := map[string][]string{}
				for _, gl := range idoc.all("E1BPACGL09") {
					if code := gl.get("TAX_CODE"); code != "" {
						cost[code] = append(cost[code], amounts[gl.get("ITEMNO_ACC")])
					}
				}
				taxes := idoc.all("E1BPACTX09")
				if want == "no code" {
					if len(cost) > 0 || strings.Contains(strings.Join(valuesOf(bases), ""), ".") {
						t.Errorf("%s of %s: codes %v, bases %v", name, template, cost, bases)
					}
					continue
				}
				if len(taxes) == 0 {
					t.Errorf("%s of %s has no line of tax", name, template)
				}
				codes := map[string]bool{}
				for _, tx := range taxes {
					code, base := tx.get("TAX_CODE"), bases[tx.get("ITEMNO_ACC")]
					if codes[code] = true; len(cost[code]) == 0 {
						t.Errorf("%s of %s: no cost has the code %s of a line of tax", name, template, code)
					}
					if template == "sap-idoc-xml" && len(taxes) == 1 && base == "" {
						t.Errorf("%s of %s: no base of %s", name, template, code)
					}
				}
				for code := range cost {
					if !codes[code] {
						t.Errorf("%s of %s: cost has the code %s, and no line of tax has", name, template, code)
					}
				}
			}
		}
	}
	one := idocs(t, "sap-idoc-xml", sample(t, "14-tax-deductible"))[0]
	var net, base string
	for _, cr := range one.all("E1BPACCR09") {
		for _, gl := range one.all("E1BPACGL09") {
			if gl.get("TAX_CODE") != "" && gl.get("ITEMNO_ACC") == cr.get("ITEMNO_ACC") {
				net = cr.get("AMT_DOCCUR")
			}
		}
		base += cr.get("AMT_BASE")
	}
	if net == "" || net != base {
		t.Errorf("the cost is %s, the base of its tax %s", net, base)
	}
}

func valuesOf(m map[string]string) (out []string) {
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

// A later document of a report posts the difference of two: each of its lines of tax has a code that cost has, too, and none
// has a base, for the cost beside it is not what that tax was charged on. The document after it has its base again.
func TestIDocsTakeTaxesBack(t *testing.T) {
	plan, env := readyPlan(t, "sap-idoc-xml"), sample(t, "14-tax-deductible")
	first, err := plan.NewWorker().PrepareInput(mapping.Input{Envelope: env, KeepWritten: true})
	if err != nil {
		t.Fatal(err)
	}
	written, err := takeback.ParseWritten(first.Written)
	if err != nil {
		t.Fatal(err)
	}
	later := sample(t, "14-tax-deductible", `119`, `142.80`, `"amountReclaim": 19`, `"amountReclaim": 22.80`, `"amountTax": 19`, `"amountTax": 22.80`, `"amountNetOfTax": 100`, `"amountNetOfTax": 120`,
		`"amountNetOfReclaim": 100`, `"amountNetOfReclaim": 120`)
	later.ID, later.Posting = "6b1f2f6bbec5be6d8bb53fe3ffd42b37", 2
	worker := plan.NewWorker()
	for _, c := range []struct {
		in    mapping.Input
		taxes int
		bases string
	}{
		{mapping.Input{Envelope: later, Revision: &mapping.Revision{Written: []takeback.Written{written}}}, 2, ""},
		{mapping.Input{Envelope: later}, 1, "120.00"},
	} {
		doc, err := worker.PrepareInput(c.in)
		if err != nil {
			t.Fatal(err)
		}
		file, err := plan.NewFile(mapping.FileContext{Route: "gl", Sequence: 1, Created: made(), TempDir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Add(doc); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := file.Finish(&b); err != nil {
			t.Fatal(err)
		}
		idoc, err := readElements(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		bases := ""
		for _, cr := range idoc.all("E1BPACCR09") {
			bases += cr.get("AMT_BASE")
		}
		codes := map[string]bool{}
		for _, gl := range idoc.all("E1BPACGL09") {
			codes[gl.get("TAX_CODE")] = true
		}
		taxes := idoc.all("E1BPACTX09")
		for _, tx := range taxes {
			if !codes[tx.get("TAX_CODE")] {
				t.Errorf("no cost has the code %s of a line of tax", tx.get("TAX_CODE"))
			}
		}
		if len(taxes) != c.taxes || bases != c.bases {
			t.Errorf("%d lines of tax, bases %q, want %d and %q\n%s", len(taxes), bases, c.taxes, c.bases, b.Bytes())
		}
	}
}

// The flat form has no place for the base of a tax, without which SAP posts none: such documents are held until somebody
// says that the system takes them. Credit notes may have a type of their own.
func TestFlatIDocsHoldTaxes(t *testing.T) {
	plan := readyPlan(t, "sap-idoc-flat")
	for name, held := range map[string]bool{"14-tax-deductible": true, "48-invoice-tax": true, "01-cash-taxi": false, "16-tax-not-deductible": false} {
		env := sample(t, name)
		_, refused := render(t, plan, []fis.Envelope{env}, 1)
		if (refused[env.Name()] != nil) != held || held && !strings.Contains(refused[env.Name()].Error(), "AMT_BASE") {
			t.Errorf("%s: %v", name, refused)
		}
	}
	for _, template := range []string{"sap-idoc-xml", "sap-idoc-flat"} {
		changes := []string{"type_credit: KR", "type_credit: KG"}
		if template == "sap-idoc-flat" {
			changes = append(changes, "taxes: hold", "taxes: send")
		}
		for name, want := range map[string]string{"51-invoice-credit-note": "KG", "48-invoice-tax": "KR"} {
			idoc := idocsBy(t, settled(t, template, changes...), template, sample(t, name))[0]
			if got := idoc.all("E1BPACHE09")[0].get("DOC_TYPE"); got != want {
				t.Errorf("%s of %s has the type %s", name, template, got)
			}
		}
	}
}
