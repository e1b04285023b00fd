package bridge_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/bridge"
)

// What the bank takes for itself stands at the entry or at its transactions, in the form of version 02 or of later ones:
// it is what the entry is more than its transactions. Another difference is a contradiction.
func TestBankChargesWithinAnEntry(t *testing.T) {
	late := `<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">2.50</TtlChrgsAndTaxAmt><Rcrd><Amt Ccy="EUR">2.50</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>`
	early := `<Chrgs><Amt Ccy="EUR">2.50</Amt><CdtDbtInd>DBIT</CdtDbtInd></Chrgs>`
	for name, c := range map[string]struct{ amount, at, charges string }{
		"at the transaction":             {"12.50", "</TxDtls>", late},
		"at the transaction, version 02": {"12.50", "</TxDtls>", early},
		"two kinds of charges":           {"15.00", "</TxDtls>", early + early},
		"at the entry":                   {"12.50", "<NtryDtls>", late},
		"another difference":             {"12.51", "</TxDtls>", late},
	} {
		t.Run(name, func(t *testing.T) {
			w := banked(t)
			text := strings.Replace(camt("DBIT 04-02 10.00 B2 RD2"), `<Ntry><Amt Ccy="EUR">10.00`, `<Ntry><Amt Ccy="EUR">`+c.amount, 1)
			text = strings.Replace(text, c.at, c.charges+c.at, 1)
			w.write("erp/out/1.xml", text)
			if name == "another difference" {
				w.run(bridge.ExitNeedsPerson)
				w.alarm("result file", "the entry of 12.51 EUR has transactions of 10")
				return
			}
			w.run(bridge.ExitDone)
			if diff := cmp.Diff([]string{"D2 CP 10.00 B2"}, w.told()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
