package bridge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/bridge"
)

// fate is a status report of one payment: what became of it, and why.
func fate(status, reason, endToEnd, amount string) string {
	because, sum := "", ""
	if reason != "" {
		because = "<StsRsnInf><Rsn><Cd>" + reason + "</Cd></Rsn></StsRsnInf>"
	}
	if amount != "" {
		sum = `<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">` + amount + `</InstdAmt></Amt></OrgnlTxRef>`
	}
	return fmt.Sprintf(`<Document><CstmrPmtStsRpt><GrpHdr><CreDtTm>2026-04-03T08:00:00</CreDtTm></GrpHdr><OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>%s</OrgnlEndToEndId><TxSts>%s</TxSts>%s%s</TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`,
		endToEnd, status, because, sum)
}

// A payment file is sent twice, and the bank refuses the second one: what the bank has booked of the first stays paid, and
// a person is asked. What only a status report or the ERP has told as paid, a refusal takes back, but not one for the
// reason that the bank has it already.
func TestRefusedAfterItWasPaid(t *testing.T) {
	for name, c := range map[string]struct {
		before, refused string
		told            string // the second confirmation; empty: a person is asked
		words           string
	}{
		"booked, then a duplicate":          {camt("DBIT 04-02 10.00 B2 RD2"), fate("RJCT", "AM05", "RD2", "10.00"), "", "as one that it had before (AM05)"},
		"booked, then another reason":       {camt("DBIT 04-02 10.00 B2 RD2"), fate("RJCT", "DT01", "RD2", "10.00"), "", "has booked 10.00 EUR of it (B2)"},
		"booked, and no amount is said":     {camt("DBIT 04-02 10.00 B2 RD2"), fate("CANC", "DT01", "RD2", ""), "", "has booked 10.00 EUR of it (B2)"},
		"booked without a bank's reference": {strings.Replace(camt("DBIT 04-02 10.00 B2 RD2"), "<AcctSvcrRef>B2</AcctSvcrRef>", "", 1), fate("RJCT", "DT01", "RD2", "10.00"), "", "has booked 10.00 EUR of it (RD2-20260402)"},
		"settled, then a duplicate":         {fate("ACSC", "", "RD2", "10.00"), fate("RJCT", "AM05", "RD2", "10.00"), "", "as one that it had before (AM05)"},
		"settled, then refused":             {fate("ACSC", "", "RD2", "10.00"), fate("RJCT", "AC04", "RD2", "10.00"), "D2 RE 10.00 RD2-20260403-RE AC04", ""},
		"the ERP's word, then refused":      {pays("D2", "paid", "P1", "10.00", "EUR"), fate("RJCT", "AC04", "RD2", ""), "D2 RE 10.00 RD2-20260403 AC04", ""},
		"the ERP's word, then a duplicate":  {pays("D2", "paid", "P1", "10.00", "EUR"), fate("RJCT", "AM05", "RD2", "10.00"), "", "as one that it had before (AM05)"},
		"nothing was told, and a duplicate": {"", fate("RJCT", "AM05", "RD2", ""), "", "as one that it had before (AM05)"},
	} {
		t.Run(name, func(t *testing.T) {
			w := banked(t)
			switch {
			case strings.HasPrefix(c.before, "D2,"):
				w.answer("2", c.before)
			case c.before != "":
				w.write("erp/out/1.xml", c.before)
			}
			w.run(bridge.ExitDone)
			told := w.told()
			w.write("erp/out/2.xml", c.refused)
			if c.told != "" {
				w.run(bridge.ExitDone)
				w.quiet()
				if diff := cmp.Diff(append(told, c.told), w.told()); diff != "" {
					t.Error(diff)
				}
				return
			}
			w.run(bridge.ExitNeedsPerson)
			if note := w.read("erp/out/failed/" + w.note("2")); !strings.Contains(note, c.words) {
				t.Error(note)
			}
			if diff := cmp.Diff(told, w.told()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The ERP tells of a payment, the bank's booking of it is listed as the same one, and then a second try is refused: the bank has
// booked it.
func TestRefusedAfterABookingThatWasListed(t *testing.T) {
	w := banked(t)
	w.answer("2", pays("D2", "paid", "P1", "10.00", "EUR"))
	w.run(bridge.ExitDone)
	w.write("erp/out/1.xml", camt("DBIT 04-02 10.00 B2 RD2"))
	w.run(bridge.ExitNeedsPerson)
	w.write("erp/out/status.xml", fate("RJCT", "DT01", "RD2", "10.00"))
	w.run(bridge.ExitNeedsPerson)
	if note := w.read("erp/out/failed/" + w.note("status")); !strings.Contains(note, "has booked 10.00 EUR of it (B2, listed in line 1 of result") {
		t.Error(note)
	}
	if told := w.told(); len(told) != 1 {
		t.Error(told)
	}
}
