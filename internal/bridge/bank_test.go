package bridge_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/bridge/paying"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/templates"
)

// banked gives a world whose template reads bank files too, with the documents D1 (20.00 EUR), D2 and D3 (10.00 EUR) posted and confirmed.
func banked(t *testing.T) *world {
	t.Helper()
	text, err := fs.ReadFile(templates.FS(), "generic-csv/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return bankedBy(t, string(text), "  - iso20022\n  - mt940\n")
}

// bankedBy is banked with result formats of its own.
func bankedBy(t *testing.T, text, formats string) *world {
	t.Helper()
	own := strings.Replace(text, "\nresults:\n", "\nresults:\n"+formats, 1)
	w := newWorld(t, options{templates: fstest.MapFS{"generic-csv/template.yaml": {Data: []byte(own)}}})
	w.good("D2", "D3")
	w.add("expense", "D1", expense("RD1", "640100 640100"))
	w.run(bridge.ExitDone)
	w.answer("1", posted("D1", "1"), posted("D2", "2"), posted("D3", "3"))
	w.run(bridge.ExitDone)
	return w
}

// camt is a notification: each entry is `side day amount bank-reference end-to-end-id reason`.
func camt(entries ...string) string {
	var b strings.Builder
	b.WriteString(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>M</MsgId></GrpHdr><Ntfctn>`)
	for _, e := range entries {
		f := strings.Fields(e)
		reason := ""
		if len(f) > 5 {
			reason = "<RtrInf><Rsn><Cd>" + f[5] + "</Cd></Rsn></RtrInf>"
		}
		fmt.Fprintf(&b, `<Ntry><Amt Ccy="EUR">%[3]s</Amt><CdtDbtInd>%[1]s</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-%[2]s</Dt></BookgDt><AcctSvcrRef>%[4]s</AcctSvcrRef>`+
			`<NtryDtls><TxDtls><Refs><EndToEndId>%[5]s</EndToEndId></Refs><Amt Ccy="EUR">%[3]s</Amt>%[6]s</TxDtls></NtryDtls></Ntry>`, f[0], f[1], f[2], f[3], f[4], reason)
	}
	return b.String() + `</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>`
}

// told are the payments that Concur was told of with effect, in their order.
func (w *world) told() []string {
	var out []string
	for _, c := range w.fis.Record() {
		for _, item := range c.Items {
			if c.Call != "payment" || !item.Effect {
				continue
			}
			text := string(item.Content)
			get := func(key string) string {
				_, rest, _ := strings.Cut(text, `"`+key+`":`)
				return strings.Trim(rest[:strings.IndexAny(rest+",", ",}")], `"`)
			}
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %s %s", item.DocID, get("processingStatusCode"), get("clearingAmount"), get("paymentRef"), get("additionalMessage"))))
		}
	}
	return out
}

// What a bank tells: parts add up and the last one is complete; money that came back is reversed with the bank's reason; a second attempt is a payment again;
// a refused payment that was told is reversed, one that was not is listed.
func TestBankTellsOfPayments(t *testing.T) {
	w := banked(t)
	w.write("erp/out/54-1.xml", camt("DBIT 04-02 8.00 B1 RD1", "DBIT 04-02 10.00 B2 RD2", "CRDT 04-02 99.00 B3 INVOICE"))
	w.run(bridge.ExitDone)
	w.write("erp/out/53-1.xml", camt("DBIT 04-02 8.00 B1 RD1")) // the part again, in the statement of the day: no second part
	w.run(bridge.ExitDone)
	w.write("erp/out/54-2.xml", camt("CRDT 04-03 10.00 B4 RD2 AC04", "DBIT 04-03 12.00 B5 RD1"))
	w.run(bridge.ExitDone)
	w.write("erp/out/day.sta", ":20:S\n:25:A\n:28C:1\n:60F:C260404EUR100,00\n:61:2604060406D10,NTRFNONREF//B6\n:86:166?00X?20EREF+RD2\n:62F:C260406EUR90,00\n-\n")
	w.run(bridge.ExitDone)
	want := []string{"D1 PP 8.00 B1", "D2 CP 10.00 B2", "D1 CP 12.00 B5", "D2 RE 10.00 B4 AC04", "D2 CP 10.00 B6"}
	if diff := cmp.Diff(want, w.told()); diff != "" {
		t.Error(diff)
	}
	w.quiet()

	// The bank tells of a payment again, in its statement of the day.
	w.write("erp/out/53.xml", camt("DBIT 04-02 10.00 B2 RD2"))
	w.run(bridge.ExitDone)
	w.quiet()

	// It refuses one of which nothing was told: somebody must pay again.
	w.write("erp/out/status.xml", `<Document><CstmrPmtStsRpt><GrpHdr><CreDtTm>2026-04-07T08:00:00</CreDtTm></GrpHdr><OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>RD3</OrgnlEndToEndId><TxSts>RJCT</TxSts>`+
		`<StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf><OrgnlTxRef><Amt><InstdAmt Ccy="EUR">10.00</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`)
	w.run(bridge.ExitNeedsPerson)
	if note := w.read("erp/out/failed/" + w.note("status")); !strings.Contains(note, "takes back 10.00 EUR (AC01), but no payment of document D3 is known") {
		t.Error(note)
	}
	if diff := cmp.Diff(want, w.told()); diff != "" {
		t.Error(diff)
	}
}

// A file that contradicts itself changes nothing, and a person is asked.
func TestBankContradictsItself(t *testing.T) {
	w := banked(t)
	w.write("erp/out/1.xml", strings.Replace(camt("DBIT 04-02 10.00 B2 RD2"), `<Ntry><Amt Ccy="EUR">10.00`, `<Ntry><Amt Ccy="EUR">10.01`, 1))
	w.run(bridge.ExitNeedsPerson)
	if told := w.told(); len(told) > 0 {
		t.Error(told)
	}
	if note := w.read("erp/out/failed/" + w.note("1")); !strings.Contains(note, "the entry of 10.01 EUR has transactions of 10") {
		t.Error(note)
	}
}

// entry is a booked debit of a statement, with what the bank says of it.
func entry(amount, reference, details string) string {
	return fmt.Sprintf(`<Ntry><Amt Ccy="EUR">%[1]s</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-04-02</Dt></BookgDt><AcctSvcrRef>%[2]s</AcctSvcrRef><NtryDtls><TxDtls><Amt Ccy="EUR">%[1]s</Amt>%[3]s</TxDtls></NtryDtls></Ntry>`, amount, reference, details)
}

func notification(entries ...string) string {
	return strings.Replace(camt(), "</Ntfctn>", strings.Join(entries, "")+"</Ntfctn>", 1)
}

// A statement is of everything that the company pays. What names a document in its free text is that document's payment; what names something else is nobody's,
// and nobody is asked, however often the bank tells of it; what names nothing, and has the amount of open documents, is asked about with these.
func TestStatementOfEverything(t *testing.T) {
	w := banked(t)
	w.sameReport("D2", "D3")
	w.add("expense", "a11223344556677889900aabbccddeef", expense("RX", "640100"))
	w.run(bridge.ExitDone)
	w.answer("2", posted("a11223344556677889900aabbccddeef", "4"))
	w.run(bridge.ExitDone)
	day := []string{
		entry("10.00", "B1", "<RmtInf><Ustrd>expenses A11223344556677889900AABBCCDDEEF june</Ustrd></RmtInf>"),
		entry("77.00", "B2", "<Refs><EndToEndId>INVOICE-2026-0017</EndToEndId></Refs>"),
		entry("88.00", "B3", ""),
		entry("20.00", "B4", ""),
	}
	w.write("erp/out/1.xml", notification(day[:3]...))
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"a11223344556677889900aabbccddeef CP 10.00 B1"}, w.told()); diff != "" {
		t.Error(diff)
	}
	w.quiet()
	asked, err := w.j.ListAsked(w.ctx, records.Filter{})
	w.ok(err)
	if len(asked.Rows) != 2 || asked.Rows[0].Mark != records.PaymentUnclaimed || asked.Rows[0].Payment.Reference != "B2" {
		t.Errorf("%+v", asked.Rows)
	}

	w.write("erp/out/2.xml", notification(day...)) // the statement tells of all again, and of one more
	w.run(bridge.ExitNeedsPerson)
	w.alarm("result lines", "1 of 4 lines", "1 payment of which nobody knows the document")
	asked, err = w.j.ListAsked(w.ctx, records.Filter{})
	w.ok(err)
	if len(asked.Rows) != 3 || asked.Rows[0].Payment.Reference != "B4" || len(asked.Rows[0].May) != 1 || asked.Rows[0].May[0].DocID != "D1" {
		t.Errorf("%+v", asked.Rows)
	}
}

// A mapping says in which order the document of a payment is looked for. Only one that is whole and alone counts.
func TestOrderOfWays(t *testing.T) {
	text, err := fs.ReadFile(templates.FS(), "generic-csv/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	w := bankedBy(t, string(text), "  - { ready: camt.054, files: \"*.xml\", match: [reference, amount and date and party] }\n")
	for id, accounts := range map[string]string{"N1": "640100 640100", "N2": "640100", "N3": "640100"} {
		w.add("expense", id, strings.Replace(expense("R"+id, accounts), `"employeeId":"E1"`, `"employeeId":"E1","employeeFirstName":"Mira","employeeLastName":"Sandholm"`, 1))
	}
	w.run(bridge.ExitDone)
	w.answer("2", posted("N1", "11"), posted("N2", "12"), posted("N3", "13"))
	w.run(bridge.ExitDone)
	w.sameReport("N1", "N2", "N3")
	party := func(name string) string { return "<RltdPties><Cdtr><Nm>" + name + "</Nm></Cdtr></RltdPties>" }
	w.write("erp/out/1.xml", notification(
		entry("20.00", "B1", "<Refs><EndToEndId>RN1</EndToEndId></Refs>"+party("SANDHOLM, MIRA")), // of three, by amount one
		entry("10.00", "B2", "<Refs><EndToEndId>RN1</EndToEndId></Refs>"+party("Mira Sandholm")),  // of three, by amount two
		entry("10.00", "B3", party("Somebody Else")),
	))
	w.run(bridge.ExitNeedsPerson)
	if diff := cmp.Diff([]string{"N1 CP 20.00 B1"}, w.told()); diff != "" {
		t.Error(diff)
	}
	asked, err := w.j.ListAsked(w.ctx, records.Filter{States: []string{"asked"}})
	w.ok(err)
	if len(asked.Rows) != 2 || len(asked.Rows[0].May) != 2 || len(asked.Rows[1].May) != 4 {
		t.Errorf("%+v", asked.Rows)
	}
}

// A statement serves all routes: it lies in the return folder of one, and pays documents of another, whose answers come from elsewhere, and whose mapping cannot
// be used now.
func TestStatementOfAllRoutes(t *testing.T) {
	text, err := fs.ReadFile(templates.FS(), "generic-csv/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	own := strings.Replace(string(text), "\nresults:\n", "\nresults:\n  - iso20022\n", 1)
	mapping, err := os.ReadFile(filepath.Join("..", "..", "mappings", "generic-csv.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	routes := strings.NewReplacer(`match: ["jp-*"]`, `match: ["jp-*", "*.xml"]`, `folder: ./out/`, `folder: back`).Replace(twoRoutes)
	w := newWorld(t, options{routes: routes, mappings: map[string]string{"japan.xlsx": string(mapping)},
		templates: fstest.MapFS{"generic-csv/template.yaml": {Data: []byte(own)}}})
	w.ok(os.MkdirAll(filepath.Join(w.dir, "erp", "back"), 0o700))
	w.report("J1", "JP", "N")
	w.report("E1", "EU", "N")
	w.run(bridge.ExitDone)
	w.answer("jp-1", posted("J1", "1"))
	w.write("erp/back/eu-1.result.csv", answerHead+posted("E1", "1"))
	w.run(bridge.ExitDone)
	w.states("J1 posted, E1 posted")
	w.write("erp/out/1.xml", camt("DBIT 04-02 10.00 B1 RJ1", "DBIT 04-02 10.00 B2 RE1", "DBIT 04-02 10.00 B3 INVOICE7"))
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"E1 CP 10.00 B2", "J1 CP 10.00 B1"}, slices.Sorted(slices.Values(w.told()))); diff != "" {
		t.Error(diff)
	}
	w.quiet()

	w.ok(os.Remove(filepath.Join(w.dir, "csv.xlsx"))) // of the other route
	w.load()
	w.write("erp/out/2.xml", camt("CRDT 04-03 10.00 B4 RE1 AC04"))
	w.run(bridge.ExitNeedsPerson)
	if told := w.told(); len(told) != 3 || told[2] != "E1 RE 10.00 B4 AC04" {
		t.Errorf("%q", told)
	}
}

// What was nobody's when the statement came is somebody's later: the file is read again by a person's word.
func TestStatementReadAgain(t *testing.T) {
	w := banked(t)
	w.write("erp/out/1.xml", camt("DBIT 04-02 10.00 B1 RLATE", "DBIT 04-02 10.00 B2 RD2", "DBIT 04-02 10.00 B3 INVOICE"))
	w.run(bridge.ExitDone)
	w.add("expense", "LATE", expense("RLATE", "640100"))
	w.run(bridge.ExitDone)
	w.answer("2", posted("LATE", "9"))
	w.run(bridge.ExitDone)
	w.ok(w.j.RetryResult(w.ctx, 2, "the document was refetched"))
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"D2 CP 10.00 B2", "LATE CP 10.00 B1"}, w.told()); diff != "" {
		t.Error(diff)
	}
	asked, err := w.j.ListAsked(w.ctx, records.Filter{})
	w.ok(err)
	if len(asked.Rows) != 1 || asked.Rows[0].Payment.Reference != "B3" {
		t.Errorf("%+v", asked.Rows)
	}
	w.quiet()
}

// A payment did not fit and was listed; a later file tells of it again when it does. Who then calls the listed line valid has nothing told twice.
func TestListedPaymentToldSince(t *testing.T) {
	w := banked(t)
	w.write("erp/out/a.xml", camt("DBIT 04-02 8.00 B1 RD1", "DBIT 04-02 14.00 B2 RD1"))
	w.run(bridge.ExitNeedsPerson)
	files, err := w.j.FindResults(w.ctx, "a.xml")
	w.ok(err)
	p, err := w.j.ListedPayment(w.ctx, files[0], 2)
	w.ok(err)
	w.write("erp/out/b.xml", camt("CRDT 04-03 8.00 B3 RD1 AC04"))
	w.run(bridge.ExitNeedsPerson)
	w.write("erp/out/c.xml", camt("DBIT 04-02 14.00 B2 RD1"))
	w.run(bridge.ExitDone)
	if _, err := w.j.MarkPayment(w.ctx, p, records.PaymentValid, paying.TellAs, true, "the bank says so"); !errors.Is(err, ledger.ErrStale) {
		t.Errorf("said to be valid: %v", err)
	}
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"D1 PP 8.00 B1", "D1 RE 8.00 B3 AC04", "D1 PP 14.00 B2"}, w.told()); diff != "" {
		t.Error(diff)
	}
	w.quiet()
}

// A part that the notification tells with the bank's reference, and the statement of the day without, is told once: a person says whether it is another one.
func TestPartWithoutTheBanksReference(t *testing.T) {
	w := banked(t)
	w.write("erp/out/a.xml", camt("DBIT 04-02 8.00 B1 RD1"))
	w.run(bridge.ExitDone)
	w.write("erp/out/day.sta", ":20:S\n:25:A\n:28C:1\n:60F:C260402EUR100,00\n:61:2604020402D8,NTRFNONREF\n:86:166?00X?20EREF+RD1\n:62F:C260402EUR92,00\n-\n")
	w.run(bridge.ExitNeedsPerson)
	if diff := cmp.Diff([]string{"D1 PP 8.00 B1"}, w.told()); diff != "" {
		t.Error(diff)
	}
	if note := w.read("erp/out/failed/" + w.note("day")); !strings.Contains(note, "may be payment B1") {
		t.Error(note)
	}
}

// A return that a person has called valid is told under a reference of ours; the bank tells of it again, with more words, when it would fit once more.
func TestValidReturnToldAgain(t *testing.T) {
	w := banked(t)
	w.write("erp/out/a.xml", camt("DBIT 04-02 8.00 B1 RD1", "DBIT 04-02 12.00 B2 RD1", "CRDT 04-01 8.00 B1 RD1 AC03"))
	w.run(bridge.ExitNeedsPerson)
	files, err := w.j.FindResults(w.ctx, "a.xml")
	w.ok(err)
	p, err := w.j.ListedPayment(w.ctx, files[0], 3)
	w.ok(err)
	_, err = w.j.MarkPayment(w.ctx, p, records.PaymentValid, paying.TellAs, true, "the bank says so")
	w.ok(err)
	w.write("erp/out/b.xml", camt("DBIT 03-31 5.00 B9 RD1"))
	w.run(bridge.ExitDone)
	w.write("erp/out/c.xml", camt("CRDT 04-01 8.00 B1 RD1 AC05"))
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"D1 PP 8.00 B1", "D1 CP 12.00 B2", "D1 RE 8.00 B1-2 AC03", "D1 PP 5.00 B9"}, w.told()); diff != "" {
		t.Error(diff)
	}
	w.quiet()
}

// A report key is a number as check numbers are: in a bank's file it names a document only with an amount of it.
func TestBankNamesAReportKey(t *testing.T) {
	w := banked(t)
	w.write("erp/out/a.xml", camt("DBIT 04-02 8.00 B1 KRD1", "DBIT 04-02 10.00 B2 KRD2"))
	w.run(bridge.ExitNeedsPerson)
	w.write("erp/out/b.xml", camt("DBIT 04-02 10.00 B2 KRD2", "CRDT 04-03 10.00 B3 KRD2 AC04"))
	w.run(bridge.ExitNeedsPerson)
	w.alarms("result lines") // of the first file
	if diff := cmp.Diff([]string{"D2 CP 10.00 B2", "D2 RE 10.00 B3 AC04"}, w.told()); diff != "" {
		t.Error(diff)
	}
	if note := w.read("erp/out/failed/" + w.note("a")); !strings.Contains(note, `"KRD1" is the report key of document D1`) {
		t.Error(note)
	}
}

// So it is with the key of a further posting: 4711-2 is a number of others as 4711 is.
func TestBankNamesTheKeyOfAFurtherPosting(t *testing.T) {
	w := banked(t)
	db := pgtest.Raw(w.TB, filepath.Join(w.dir, "journal.db"))
	_, err := db.ExecContext(w.ctx, `UPDATE file_documents SET post_as = 'add', posting = 2`)
	w.ok(err)
	w.ok(db.Close())
	w.write("erp/out/a.xml", camt("DBIT 04-02 8.00 B1 KRD1-2", "DBIT 04-02 10.00 B2 KRD2-2"))
	w.run(bridge.ExitNeedsPerson)
	if diff := cmp.Diff([]string{"D2 CP 10.00 B2"}, w.told()); diff != "" {
		t.Error(diff)
	}
}

// A bank cuts references: ACH at 15 characters, MT940 at 16. What is of the amount of a document whose id begins so is no
// payment of others: a person is asked, and so for money that came back.
func TestReferenceThatTheBankHasCut(t *testing.T) {
	w := banked(t)
	w.add("expense", "D9", expense("8B529375F4D95FD281B8", "640100"))
	w.run(bridge.ExitDone)
	w.answer("9", posted("D9", "9"))
	w.run(bridge.ExitDone)
	w.write("erp/out/a.xml", camt("DBIT 04-02 10.00 B9 8B529375F4D95FD2", "DBIT 04-02 11.00 B8 8B529375F4D95FD2", "DBIT 04-02 10.00 B7 8B529375F4D95F"))
	w.run(bridge.ExitNeedsPerson)
	asked := func() (out []string) {
		page, err := w.j.ListAsked(w.ctx, records.Filter{})
		w.ok(err)
		for _, r := range page.Rows {
			if r.Mark == records.PaymentAsked {
				out = append(out, fmt.Sprintf("%s %d", r.Result, r.Line))
				for _, m := range r.May {
					out = append(out, m.DocID)
				}
			}
		}
		return out
	}
	if got := strings.Join(asked(), " "); got != "a.xml 1 D9" {
		t.Fatalf("asked about %s", got)
	}
	w.write("erp/out/b.xml", camt("DBIT 04-02 10.00 B9 8B529375F4D95FD281B8"))
	w.run(bridge.ExitDone)
	w.write("erp/out/c.xml", camt("CRDT 04-05 10.00 B10 8B529375F4D95FD AC04"))
	w.run(bridge.ExitNeedsPerson)
	if got := strings.Join(asked(), " "); got != "c.xml 1 D9" {
		t.Fatalf("asked about %s", got)
	}
}
