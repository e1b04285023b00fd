package bridge_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/bridge/paying"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/templates"
)

// entryOf is a MT940 of one entry, whose mark, amount and type stand together.
func entryOf(entry, information string) string {
	closing := "90,00"
	if strings.HasPrefix(entry, "C") || strings.HasPrefix(entry, "RD") {
		closing = "110,00"
	}
	return fmt.Sprintf(":20:S\n:25:A\n:28C:1\n:60F:C260406EUR100,00\n:61:2604060406%s\n:86:%s\n:62F:C260406EUR%s\n-\n", entry, information, closing)
}

// balances is a BAI2 report of one transaction, which is written `code,amount` and what follows.
func balances(transaction string) string {
	return "01,B,C,260406,0600,1,80,,2/\n02,C,B,1,260406,,EUR,2/\n03,1,,,,,/\n16," + transaction + "/\n49,1000,3/\n98,1000,1,5/\n99,1000,1,7/\n"
}

// bankedAll is banked with BAI2, too.
func bankedAll(t *testing.T) *world {
	t.Helper()
	text, err := fs.ReadFile(templates.FS(), "generic-csv/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return bankedBy(t, string(text), "  - iso20022\n  - mt940\n  - bai2\n")
}

// Money that comes in under a reference of ours is never passed over: it is told as a return where the bank calls it one in
// whatever way, and else a person is asked. So is money that leaves as a booking that is no payment by itself.
func TestMoneyThatNamesADocumentOfOurs(t *testing.T) {
	const long = "a11223344556677889900aabbccddeef"
	reversal := func(side, then string) string {
		text := strings.Replace(camt(then), "</CdtDbtInd>", "</CdtDbtInd><RvslInd>true</RvslInd>", 1)
		return strings.Replace(text, "</Amt></TxDtls>", "</Amt><CdtDbtInd>"+side+"</CdtDbtInd></TxDtls>", 1)
	}
	for name, c := range map[string]struct {
		file, text string
		told       string // after the payment; empty: nothing
		asked      string // the problem of its line; empty: nobody is asked
	}{
		"a reversal with the side of the payment":        {"2.xml", reversal("DBIT", "CRDT 04-04 10.00 B4 RD2"), "D2 RE 10.00 B4 the bank gave the money back and no reason", ""},
		"a return with the side of the payment":          {"2.xml", strings.Replace(camt("CRDT 04-04 10.00 B4 RD2 AC04"), "<RtrInf>", "<CdtDbtInd>DBIT</CdtDbtInd><RtrInf>", 1), "D2 RE 10.00 B4 AC04", ""},
		"a credit of ours is taken back, with its side":  {"2.xml", reversal("CRDT", "DBIT 04-04 10.00 B4 RD2"), "", "10.00 EUR left under the reference of document D2"},
		"a credit without a sign":                        {"2.xml", camt("CRDT 04-04 10.00 B4 RD2"), "", "10.00 EUR came in under the reference of document D2 (paid so far: 10.00)"},
		"a credit of another amount":                     {"2.xml", camt("CRDT 04-04 7.00 B4 RD2"), "", "7.00 EUR came in under the reference of document D2"},
		"a credit for a document that was not paid":      {"2.xml", camt("CRDT 04-04 7.00 B4 RD3"), "", "(paid so far: 0.00)"},
		"a credit that names the report in its text":     {"2.xml", notification(strings.Replace(entry("10.00", "B4", "<RmtInf><Ustrd>BACK "+long+" THANKS</Ustrd></RmtInf>"), "DBIT", "CRDT", 1)), "", "came in under the reference of document " + long},
		"a credit of others of the same amount":          {"2.xml", camt("CRDT 04-04 10.00 B4 INVOICE-77"), "", ""},
		"a credit of others that says nothing":           {"2.xml", camt("CRDT 04-04 10.00 B4 NOTPROVIDED"), "", ""},
		"MT940, the bank's text calls it a return":       {"2.sta", entryOf("C10,NTRFNONREF//B4", "166?00RUECKUEBERWEISUNG?20EREF+RD2?21SVWZ+KONTO ERLOSCHEN"), "D2 RE 10.00 B4 KONTO ERLOSCHEN", ""},
		"MT940, the purpose calls it a return":           {"2.sta", entryOf("C10,NTRFNONREF//B4", "166?00GUTSCHRIFT?20EREF+RD2?21SVWZ+RETOURE AC04"), "D2 RE 10.00 B4 RETOURE AC04", ""},
		"MT940, a credit without a sign":                 {"2.sta", entryOf("C10,NTRFNONREF//B4", "166?00GUTSCHRIFT?20EREF+RD2?21SVWZ+DANKE"), "", "10.00 EUR came in under the reference of document D2"},
		"MT940, a credit that was taken back":            {"2.sta", entryOf("RC10,NTRFNONREF//B4", "166?00STORNO?20EREF+RD2?21SVWZ+DANKE"), "", "10.00 EUR left under the reference of document D2"},
		"MT940, RETOURE of others":                       {"2.sta", entryOf("C10,NTRFNONREF//B4", "166?00GUTSCHRIFT?20SVWZ+RETOURE WARE 4711"), "", ""},
		"BAI2, a credit":                                 {"2.bai", balances("195,1000,Z,B4,RD2,WIRE IN"), "", "10.00 EUR came in under the reference of document D2"},
		"BAI2, a debit of a code that makes no payment":  {"2.bai", balances("451,1000,Z,B4,RD3,ACH"), "", "10.00 EUR left under the reference of document D3 (paid so far: 0.00)"},
		"BAI2, a debit of others":                        {"2.bai", balances("451,1000,Z,B4,4711,ACH"), "", ""},
		"a credit whose amount has too many digits":      {"2.xml", camt("CRDT 04-04 10.0000000001 B4 RD2"), "", "10.0000000001"},
		"a credit of others whose amount cannot be read": {"2.xml", camt("CRDT 04-04 10.0000000001 B4 INVOICE-77"), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := bankedAll(t)
			w.add("expense", long, expense("RX", "640100"))
			w.run(bridge.ExitDone)
			w.answer("4", posted(long, "4"))
			w.write("erp/out/1.xml", camt("DBIT 04-02 10.00 B2 RD2"))
			w.run(bridge.ExitDone)
			w.write("erp/out/"+c.file, c.text)
			want := []string{"D2 CP 10.00 B2"}
			if c.told != "" {
				want = append(want, c.told)
			}
			if c.asked == "" {
				w.run(bridge.ExitDone)
				w.quiet()
			} else {
				w.run(bridge.ExitNeedsPerson)
				if note := w.read("erp/out/failed/" + w.note("2")); !strings.Contains(note, c.asked) {
					t.Error(note)
				}
			}
			if diff := cmp.Diff(want, w.told()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A credit of which a person was asked is asked about once, whatever files tell of it; the answer counts for all of them.
// One that another file has told as a return is that return.
func TestCreditIsAskedAboutOnce(t *testing.T) {
	w := banked(t)
	w.write("erp/out/1.xml", camt("DBIT 04-02 10.00 B2 RD2", "DBIT 04-02 10.00 B3 RD3"))
	w.run(bridge.ExitDone)
	w.write("erp/out/2.xml", camt("CRDT 04-04 10.00 B4 RD2"))
	w.run(bridge.ExitNeedsPerson)
	w.write("erp/out/3.xml", strings.Replace(camt("CRDT 04-04 10.00 B4 RD2"), "<MsgId>M<", "<MsgId>N<", 1))
	w.run(bridge.ExitNeedsPerson)
	w.alarms("result lines")
	found, err := w.j.FindResults(w.ctx, "2.xml")
	w.ok(err)
	r := found[0]
	if r.Counts.Listed != 1 || r.Counts.Total != 1 || r.Counts.Ignored != 0 {
		t.Errorf("%+v", r.Counts)
	}
	p, err := w.j.ListedPayment(w.ctx, r, 1)
	w.ok(err)
	_, err = w.j.MarkPayment(w.ctx, p, records.PaymentValid, paying.TellAs, true, "the bank says so")
	w.ok(err)
	w.run(bridge.ExitDone)
	w.write("erp/out/4.xml", strings.Replace(camt("CRDT 04-04 10.00 B4 RD2"), "<MsgId>M<", "<MsgId>O<", 1))
	w.run(bridge.ExitDone)

	w.write("erp/out/5.xml", camt("CRDT 04-04 10.00 B5 RD3 AC04"))
	w.run(bridge.ExitDone)
	w.write("erp/out/6.sta", entryOf("C10,NTRFNONREF//M6", "166?00GUTSCHRIFT?20EREF+RD3?21SVWZ+DANKE"))
	w.run(bridge.ExitDone)
	w.quiet()
	want := []string{"D2 CP 10.00 B2", "D3 CP 10.00 B3", "D2 RE 10.00 B4 the money came back", "D3 RE 10.00 B5 AC04"}
	if diff := cmp.Diff(want, w.told()); diff != "" {
		t.Error(diff)
	}
}

// A payment run comes back as one entry that names the run alone: a person is asked, with the documents that it paid.
func TestPaymentRunComesBack(t *testing.T) {
	w := banked(t)
	const batch = `<Btch><PmtInfId>RUN-9</PmtInfId><NbOfTxs>2</NbOfTxs><TtlAmt Ccy="EUR">20.00</TtlAmt></Btch>`
	run := func(side, flag, transactions string) string {
		return notification(`<Ntry><Amt Ccy="EUR">20.00</Amt><CdtDbtInd>` + side + `</CdtDbtInd>` + flag + `<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-04-02</Dt></BookgDt><AcctSvcrRef>E` + side +
			`</AcctSvcrRef><NtryDtls>` + batch + transactions + `</NtryDtls></Ntry>`)
	}
	w.write("erp/out/1.xml", run("DBIT", "", `<TxDtls><Refs><AcctSvcrRef>T2</AcctSvcrRef><EndToEndId>RD2</EndToEndId></Refs><Amt Ccy="EUR">10.00</Amt></TxDtls>`+
		`<TxDtls><Refs><AcctSvcrRef>T3</AcctSvcrRef><EndToEndId>RD3</EndToEndId></Refs><Amt Ccy="EUR">10.00</Amt></TxDtls>`))
	w.run(bridge.ExitDone)
	w.write("erp/out/2.xml", strings.NewReplacer("RUN-9", "RUN-8", "ECRDT", "E8").Replace(run("CRDT", "<RvslInd>true</RvslInd>", "")))
	w.run(bridge.ExitDone) // another run of the company
	w.quiet()
	w.write("erp/out/3.xml", run("CRDT", "<RvslInd>true</RvslInd>", ""))
	w.run(bridge.ExitNeedsPerson)
	asked, err := w.j.ListAsked(w.ctx, records.Filter{})
	w.ok(err)
	if p := asked.Rows[0]; len(p.May) != 2 || p.May[0].DocID != "D2" || p.May[1].DocID != "D3" || !strings.Contains(p.Problem, "money of payment run RUN-9 came back, with which 2 documents were paid (D2, D3)") {
		t.Errorf("%+v", p)
	}
	if diff := cmp.Diff([]string{"D2 CP 10.00 T2", "D3 CP 10.00 T3"}, w.told()); diff != "" {
		t.Error(diff)
	}
}

// An amount of more decimals than its currency has is no money: its mark is one of thousands, and the line is listed,
// whatever file it stands in.
func TestAmountsOfNoMoney(t *testing.T) {
	for name, c := range map[string]struct{ file, text, words string }{
		"camt":            {"2.xml", camt("DBIT 04-02 1.234 B2 RD2"), "the payment's amount is 1.234, and EUR has 2 decimals"},
		"MT940":           {"2.sta", strings.Replace(entryOf("D1,234NTRFNONREF//B2", "166?00X?20EREF+RD2"), "EUR90,00", "EUR98,766", 1), "the payment's amount is 1.234"},
		"zeros are none":  {"2.xml", camt("DBIT 04-02 10.0000 B2 RD2"), ""},
		"an ERP's result": {"", pays("D2", "part", "P1", "1.234", "EUR"), "the payment's amount is 1.234"},
		"no decimals":     {"", pays("D2", "part", "P1", "1.2", "JPY"), "JPY has 0 decimals"},
	} {
		t.Run(name, func(t *testing.T) {
			w := banked(t)
			if c.file == "" {
				w.answer("2", c.text)
			} else {
				w.write("erp/out/"+c.file, c.text)
			}
			if c.words == "" {
				w.run(bridge.ExitDone)
				w.quiet()
				return
			}
			w.run(bridge.ExitNeedsPerson)
			if note := w.read("erp/out/failed/" + w.note("2")); !strings.Contains(note, c.words) {
				t.Error(note)
			}
			if told := w.told(); len(told) > 0 {
				t.Error(told)
			}
		})
	}
}

// A notification that says how many entries it has and what they add up to, or of a batch what that adds up to, and has
// others, is not believed.
func TestBankCountsItsEntries(t *testing.T) {
	summed := func(number, sum string) string {
		all := "<NbOfNtries>" + number + "</NbOfNtries><Sum>" + sum + "</Sum>"
		return strings.Replace(camt("DBIT 04-02 10.00 B2 RD2"), "<Ntry>", "<TxsSummry><TtlNtries>"+all+"</TtlNtries><TtlCdtNtries><NbOfNtries>0</NbOfNtries></TtlCdtNtries><TtlDbtNtries>"+all+"</TtlDbtNtries></TxsSummry><Ntry>", 1)
	}
	batched := func(total string) string {
		return strings.Replace(camt("DBIT 04-02 10.00 B2 RD2"), "<NtryDtls>", `<NtryDtls><Btch><NbOfTxs>1</NbOfTxs><TtlAmt Ccy="EUR">`+total+`</TtlAmt></Btch>`, 1)
	}
	for name, c := range map[string]struct{ text, words string }{
		"right":              {summed("1", "10"), ""},
		"an entry is lost":   {summed("2", "30.00"), "TtlNtries says 2 entries of 30, and there are 1 of 10"},
		"another sum":        {summed("1", "30.00"), "TtlNtries says 1 entries of 30"},
		"the batch is right": {batched("10.00"), ""},
		"another batch":      {batched("30.00"), "the entry of 10 EUR has a batch of 30"},
	} {
		t.Run(name, func(t *testing.T) {
			w := banked(t)
			w.write("erp/out/1.xml", c.text)
			if c.words == "" {
				w.run(bridge.ExitDone)
				w.quiet()
				return
			}
			w.run(bridge.ExitNeedsPerson)
			w.alarm("result file", c.words)
			if told := w.told(); len(told) > 0 {
				t.Error(told)
			}
		})
	}
}
