package bridge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/bridge"
)

// dayStatement is camt as the statement of an account tells it.
func dayStatement(entries ...string) string {
	return strings.NewReplacer("BkToCstmrDbtCdtNtfctn", "BkToCstmrStmt", "Ntfctn", "Stmt", "camt.054", "camt.053").Replace(camt(entries...))
}

// inRun gives the transactions of a message the name of a payment run.
func inRun(run, message string) string {
	return strings.ReplaceAll(message, "<EndToEndId>", "<PmtInfId>"+run+"</PmtInfId><EndToEndId>")
}

// settledOn is a status report: the payment of a reference is settled, as the bank reports on a day.
func settledOn(day, status, amount, reference string) string {
	return fmt.Sprintf(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt><GrpHdr><MsgId>PS%[1]s%[2]s</MsgId><CreDtTm>2026-%[1]sT08:00:00</CreDtTm></GrpHdr>`+
		`<OrgnlGrpInfAndSts><OrgnlMsgId>PAYFILE</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>RUN</OrgnlPmtInfId>`+
		`<TxInfAndSts><OrgnlEndToEndId>%[4]s</OrgnlEndToEndId><TxSts>%[2]s</TxSts><OrgnlTxRef><Amt><InstdAmt Ccy="EUR">%[3]s</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>`+
		`</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`, day, status, amount, reference)
}

// The word iso20022 reads every message of a bank. A notification and the statement of the next day that have a reference
// each for one payment are two kinds of file all the same, and so are two reports of one payment file on two days: half of
// a report was told as paid twice, and the report as paid in full.
func TestMessagesOfTwoDaysTellOfOnePayment(t *testing.T) {
	for name, c := range map[string]struct {
		first, second, again string
		exit                 int // of the second
	}{
		"notification, statement":       {camt("DBIT 04-02 10.00 B1 RD1"), dayStatement("DBIT 04-03 10.00 S77 RD1"), "camt.054", bridge.ExitNeedsPerson},
		"statement, notification":       {dayStatement("DBIT 04-02 10.00 B1 RD1"), camt("DBIT 04-03 10.00 S77 RD1"), "camt.053", bridge.ExitNeedsPerson},
		"status report, another one":    {settledOn("04-02", "ACSC", "10.00", "RD1"), settledOn("04-03", "ACCC", "10.00", "RD1"), "neither has the bank's own reference", bridge.ExitNeedsPerson},
		"status report, statement":      {settledOn("04-02", "ACSC", "10.00", "RD1"), dayStatement("DBIT 04-03 10.00 S77 RD1"), "only one of them has the bank's own reference", bridge.ExitNeedsPerson},
		"two statements":                {dayStatement("DBIT 04-02 10.00 B1 RD1"), dayStatement("DBIT 04-03 10.00 S77 RD1"), "both are of the order RD1", bridge.ExitNeedsPerson},
		"two notifications":             {camt("DBIT 04-02 10.00 B1 RD1"), camt("DBIT 04-02 10.00 S77 RD1"), "both are of the order RD1", bridge.ExitNeedsPerson},
		"two amounts of one order":      {dayStatement("DBIT 04-02 10.00 B1 RD1"), dayStatement("DBIT 04-03 9.00 S77 RD1"), "", bridge.ExitDone},
		"two payment runs":              {inRun("RUN1", dayStatement("DBIT 04-02 10.00 B1 RD1")), inRun("RUN2", dayStatement("DBIT 04-03 10.00 S77 RD1")), "", bridge.ExitDone},
		"one payment run":               {inRun("RUN1", dayStatement("DBIT 04-02 10.00 B1 RD1")), inRun("RUN1", dayStatement("DBIT 04-03 10.00 S77 RD1")), "both are of the order RD1", bridge.ExitNeedsPerson},
		"statement, of the next week":   {camt("DBIT 04-02 10.00 B1 RD1"), dayStatement("DBIT 04-09 10.00 S77 RD1"), "", bridge.ExitDone},
		"told again, both in statement": {camt("DBIT 04-02 10.00 B1 RD1"), dayStatement("DBIT 04-02 10.00 B1 RD1", "DBIT 04-03 10.00 S77 RD1"), "", bridge.ExitDone},
	} {
		t.Run(name, func(t *testing.T) {
			w := banked(t)
			w.write("erp/out/1.xml", c.first)
			w.run(bridge.ExitDone)
			w.write("erp/out/2.xml", c.second)
			w.run(c.exit)
			if c.exit == bridge.ExitDone {
				if n := len(w.told()); n != 2 {
					t.Errorf("%q", w.told())
				}
				return
			}
			if len(w.told()) != 1 || !strings.HasPrefix(w.told()[0], "D1 PP 10.00 ") {
				t.Errorf("%q", w.told())
			}
			if note := w.read("erp/out/failed/" + w.note("2.xml")); !strings.Contains(note, "told again") || !strings.Contains(note, c.again) {
				t.Error(note)
			}
			found, err := w.j.FindResults(w.ctx, "1.xml")
			w.ok(err)
			if diff := cmp.Diff(1, len(found)); diff != "" || !strings.HasPrefix(found[0].Format, "iso20022 ") {
				t.Errorf("%+v", found)
			}
		})
	}
}
