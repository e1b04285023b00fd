package bridge_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/bridge/paying"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// say has a person say what a listed payment, the first line of a file, pays of documents, in their currency.
func (w *world) say(file string, parts ...string) {
	w.Helper()
	found, err := w.j.FindResults(w.ctx, file)
	w.ok(err)
	p, err := w.j.ListedPayment(w.ctx, found[0], 1)
	w.ok(err)
	var list []records.ListedPayment
	var pays []bool
	for _, part := range parts {
		id, text, _ := strings.Cut(part, "=")
		a, err := fis.ParseAmount(text)
		w.ok(err)
		one := p
		one.Doc, err = w.j.Document(w.ctx, id)
		w.ok(err)
		if one.Doc.Currency == p.Payment.Currency {
			one.Payment.Amount = a
		} else {
			one.Payment.Counts = &a
		}
		if len(parts) > 1 {
			one.Payment.Reference += "-" + one.Doc.ReportID
		}
		list, pays = append(list, one), append(pays, true)
	}
	_, err = w.j.MarkParts(w.ctx, p, list, paying.TellAs, pays, "the accountant knows")
	w.ok(err)
}

// Amounts of two currencies are never added up: what a payment in another currency pays of its document a person says, and
// its return is that payment's.
func TestPaymentInAnotherCurrency(t *testing.T) {
	usd := func(entries ...string) string { return strings.ReplaceAll(camt(entries...), `"EUR"`, `"USD"`) }
	w := banked(t)
	w.write("erp/out/1.xml", usd("DBIT 04-02 11.00 U1 RD1"))
	w.run(bridge.ExitNeedsPerson)
	w.say("1.xml", "D1=9.00") // of 20.00
	w.run(bridge.ExitDone)
	w.write("erp/out/2.xml", camt("DBIT 04-03 9.00 E1 RD1")) // 11 and 9 are 20, but 11 USD are 9 EUR
	w.run(bridge.ExitDone)
	want := []string{"D1 PP 11.00 U1", "D1 PP 9.00 E1"}
	if diff := cmp.Diff(want, w.told()); diff != "" {
		t.Error(diff)
	}
	w.write("erp/out/3.xml", usd("CRDT 04-04 11.00 U2 RD1 AC04")) // that payment comes back, and is paid again
	w.run(bridge.ExitDone)
	w.write("erp/out/4.xml", camt("DBIT 04-05 11.00 E2 RD1"))
	w.run(bridge.ExitDone)
	want = append(want, "D1 RE 11.00 U2 AC04", "D1 CP 11.00 E2")
	if diff := cmp.Diff(want, w.told()); diff != "" {
		t.Error(diff)
	}
	w.quiet()
	w.write("erp/out/5.xml", usd("CRDT 04-06 11.00 U3 RD1 AC04")) // there is nothing more of it that could come back
	w.run(bridge.ExitNeedsPerson)
	w.alarm("result lines")

	w.write("erp/out/6.xml", usd("DBIT 04-02 11.00 U4 RD2"))
	w.run(bridge.ExitNeedsPerson)
	w.say("6.xml", "D2=10.00") // the whole
	w.run(bridge.ExitNeedsPerson)
	if told := w.told(); told[len(told)-1] != "D2 CP 11.00 U4" {
		t.Error(told)
	}
}

// One transfer pays two documents: a person says the parts, and the bank tells of it again without a question. Where the
// bank says the parts itself, nobody is asked.
func TestOneTransferPaysTwoDocuments(t *testing.T) {
	w := banked(t)
	both := camt("DBIT 04-02 20.00 B1 PAY77")
	both = strings.Replace(both, "</TxDtls>", "<RmtInf><Ustrd>D2 D3</Ustrd></RmtInf></TxDtls>", 1)
	w.write("erp/out/1.xml", both)
	w.run(bridge.ExitDone) // short ids are no words of a text: nobody's
	w.say("1.xml", "D2=10.00", "D3=10.00")
	w.run(bridge.ExitDone)
	w.write("erp/out/2.xml", strings.Replace(both, "<MsgId>M<", "<MsgId>N<", 1))
	w.run(bridge.ExitDone)
	want := []string{"D2 CP 10.00 B1-RD2", "D3 CP 10.00 B1-RD3"}
	if diff := cmp.Diff(want, w.told()); diff != "" {
		t.Error(diff)
	}
	w.quiet()
}

func TestBankSaysTheParts(t *testing.T) {
	part := func(named, amount string) string {
		return `<Strd><RfrdDocInf><Nb>` + named + `</Nb></RfrdDocInf><RfrdDocAmt><RmtdAmt Ccy="EUR">` + amount + `</RmtdAmt></RfrdDocAmt></Strd>`
	}
	paid := func(parts ...string) string {
		return strings.Replace(camt("DBIT 04-02 20.00 B1 NOTPROVIDED"), "</TxDtls>", "<RmtInf>"+strings.Join(parts, "")+"</RmtInf></TxDtls>", 1)
	}
	w := banked(t)
	w.write("erp/out/1.xml", paid(part("RD2", "10.00"), part("RD3", "10.00")))
	w.run(bridge.ExitDone)
	w.write("erp/out/2.xml", strings.Replace(paid(part("RD2", "10.00"), part("RD3", "10.00")), "<MsgId>M<", "<MsgId>N<", 1))
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"D2 CP 10.00 B1-RD2", "D3 CP 10.00 B1-RD3"}, w.told()); diff != "" {
		t.Error(diff)
	}
	w.quiet()

	w = banked(t)
	w.write("erp/out/1.xml", paid(part("RD2", "10.00"), part("RD3", "9.00"))) // the parts are not the whole
	w.run(bridge.ExitNeedsPerson)
	if told := w.told(); len(told) > 0 {
		t.Error(told)
	}
}
