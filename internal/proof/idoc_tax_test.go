package proof

import (
	"strings"
	"testing"
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
