package worlds

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// The loop with a bank. The import file goes out sealed by OpenPGP to a real OpenSSH server; GnuPG opens it for the
// ERP, which posts, and seals what it answers. The ERP pays by a payment file (pain.001), the bank books that as one
// batch for each currency and tells of it (camt.054), one transfer comes back, is paid again, and the statement of the
// day (camt.053) tells of all that once more. Concur must know each payment exactly once.

// bankFormats are the rows of the Results sheet that make a mapping read the bank's files too.
const bankFormats = "    - [camt.054, files, \"\"]\n    - [camt.053, files, \"\"]\n"

// bank is the partners' side of a world: their keys, the ERP's own folders behind the postman, and the bank's books.
type bank struct {
	gpg     *gnuPG
	in, out string                  // the ERP's folders, in clear
	sealed  map[string]records.File // what was sealed, by its name in clear
	entries []bankEntry
	paid    map[string]bool // end-to-end ids that the ERP has paid
	booked  int             // payment files
}

// bankEntry is an entry of the bank's books.
type bankEntry struct {
	currency, reference, run, side string
	amount                         fis.Amount
	transfers                      []transfer
}

// transfer is one payment, in the payment file and in the bank's books.
type transfer struct {
	EndToEnd   string `xml:"PmtId>EndToEndId"`
	Instructed struct {
		Amount   string `xml:",chardata"`
		Currency string `xml:"Ccy,attr"`
	} `xml:"Amt>InstdAmt"`
	Name      string `xml:"Cdtr>Nm"`
	reference string // the bank's own
	status    fis.PaymentStatus
	reason    string
}

func (w *world) openBank() {
	w.t.Helper()
	inside := filepath.Join(filepath.Dir(w.dir), "inside")
	w.bank = &bank{gpg: startGnuPG(w.t), in: filepath.Join(inside, "in"), out: filepath.Join(inside, "out"), sealed: map[string]records.File{}, paid: map[string]bool{}}
	w.must(os.MkdirAll(w.bank.in, 0o700))
	w.must(os.MkdirAll(w.bank.out, 0o700))
	w.write("secrets/pgp", pgpPassphrase+"\n")
	for name, key := range w.bank.gpg.keys {
		w.write("secrets/"+name, string(key))
	}
	w.answerNames = []string{}
}

// sealed are the keys of the target whose files are sealed.
func (w *world) sealed() string {
	if w.bank == nil {
		return ""
	}
	return `    seal: { to: [secrets/partner.asc], sign: secrets/bridge.sec.asc, passphrase: "file:secrets/pgp" }
    open: { key: secrets/bridge.sec.asc, passphrase: "file:secrets/pgp", from: [secrets/partner.asc] }
`
}

// open takes the import files out of the server's folder and gives them to the ERP in clear.
func (b *bank) open(w *world) {
	w.t.Helper()
	for _, name := range w.names("in") {
		clearName, ok := strings.CutSuffix(name, ".pgp")
		if !ok || strings.HasPrefix(name, ".") {
			continue
		}
		sealed, err := os.ReadFile(w.path("in", name))
		w.must(err)
		text, err := b.gpg.open(sealed)
		w.must(err)
		if bytes.Contains(sealed, []byte("Debit,Credit")) || !bytes.Contains(text, []byte("Debit,Credit")) {
			w.t.Errorf("%s is not sealed, or is no journal", name)
		}
		sum := sha256.Sum256(sealed)
		b.sealed[clearName] = records.File{Name: name, SHA256: hex.EncodeToString(sum[:])}
		w.must(os.WriteFile(filepath.Join(b.in, clearName), text, 0o600))
		w.must(os.Remove(w.path("in", name)))
	}
}

// seal puts what the ERP has answered into the server's folder.
func (b *bank) seal(w *world) {
	w.t.Helper()
	entries, err := os.ReadDir(b.out)
	w.must(err)
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(b.out, e.Name()))
		w.must(err)
		b.send(w, e.Name(), text)
		w.must(os.Remove(filepath.Join(b.out, e.Name())))
	}
}

// send seals and signs a file and puts it whole into the return folder.
func (b *bank) send(w *world, name string, text []byte) {
	w.t.Helper()
	sealed, err := b.gpg.seal(text)
	w.must(err)
	name += ".pgp"
	w.must(os.WriteFile(w.path("out", name+".part"), sealed, 0o600))
	w.must(os.Rename(w.path("out", name+".part"), w.path("out", name)))
	w.answerNames = append(w.answerNames, name)
}

// clearly gives a file of the journal the name and the hash that the ERP knows, where what went out is what was sealed.
func (w *world) clearly(f *records.File) {
	if w.bank == nil {
		return
	}
	for _, e := range w.erp.Books().Files {
		if s := w.bank.sealed[e.Name]; s.Name == f.Name && s.SHA256 == f.SHA256 {
			f.Name, f.SHA256 = e.Name, e.SHA256
			return
		}
	}
}

// paymentFile is what the ERP gives its bank for everything that is posted and not paid: a pain.001 with one payment
// run for each currency. The end-to-end id is the document's.
func (w *world) paymentFile(again ...string) []byte {
	w.t.Helper()
	b := w.bank
	runs := map[string][]string{}
	for _, d := range w.erp.Books().Documents {
		if d.Number == "" || !d.Payable.IsPositive() || b.paid[d.Reference] && !slices.Contains(again, d.Reference) {
			continue
		}
		b.paid[d.Reference] = true
		runs[d.Currency] = append(runs[d.Currency], fmt.Sprintf(`<CdtTrfTxInf><PmtId><EndToEndId>%s</EndToEndId></PmtId><Amt><InstdAmt Ccy="%s">%s</InstdAmt></Amt><Cdtr><Nm>Payee of %s</Nm></Cdtr></CdtTrfTxInf>`,
			d.Reference, d.Currency, d.Payable, d.Number))
	}
	b.booked++
	var out strings.Builder
	fmt.Fprintf(&out, `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn><GrpHdr><MsgId>PAY-%d</MsgId></GrpHdr>`, b.booked)
	for _, currency := range sorted(runs) {
		fmt.Fprintf(&out, `<PmtInf><PmtInfId>RUN-%d-%s</PmtInfId>%s</PmtInf>`, b.booked, currency, strings.Join(runs[currency], ""))
	}
	return []byte(out.String() + `</CstmrCdtTrfInitn></Document>`)
}

// book books a payment file: one entry for each payment run, as batch booking asks for.
func (b *bank) book(w *world, file []byte) (entries []bankEntry) {
	w.t.Helper()
	var in struct {
		Runs []struct {
			ID        string     `xml:"PmtInfId"`
			Transfers []transfer `xml:"CdtTrfTxInf"`
		} `xml:"CstmrCdtTrfInitn>PmtInf"`
	}
	w.must(xml.Unmarshal(file, &in))
	for _, run := range in.Runs {
		e := bankEntry{run: run.ID, reference: fmt.Sprintf("LB%d", len(b.entries)+len(entries)+1), side: "DBIT", currency: run.Transfers[0].Instructed.Currency}
		for n, tr := range run.Transfers {
			amount, err := fis.ParseAmount(tr.Instructed.Amount)
			w.must(err)
			tr.reference, tr.status = fmt.Sprintf("%s-%d", e.reference, n+1), fis.PaidCompletely
			e.amount, e.transfers = e.amount.Add(amount), append(e.transfers, tr)
		}
		entries = append(entries, e)
	}
	b.entries = append(b.entries, entries...)
	return entries
}

// giveBack books the return of a transfer, because its account is closed.
func (b *bank) giveBack(w *world, tr transfer) bankEntry {
	w.t.Helper()
	amount, err := fis.ParseAmount(tr.Instructed.Amount)
	w.must(err)
	tr.status, tr.reason, tr.reference = fis.PaymentReversed, "AC04", fmt.Sprintf("LB%d", len(b.entries)+1)
	e := bankEntry{currency: tr.Instructed.Currency, reference: tr.reference, side: "CRDT", amount: amount, transfers: []transfer{tr}}
	b.entries = append(b.entries, e)
	return e
}

// text is an entry as the bank writes it.
func (e bankEntry) text() string {
	day := time.Now().UTC().Format(time.DateOnly)
	var b strings.Builder
	fmt.Fprintf(&b, `<Ntry><Amt Ccy="%s">%s</Amt><CdtDbtInd>%s</CdtDbtInd>`, e.currency, e.amount, e.side)
	if e.side == "CRDT" {
		b.WriteString(`<RvslInd>true</RvslInd>`)
	}
	fmt.Fprintf(&b, `<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%s</Dt></BookgDt><AcctSvcrRef>%s</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls>`, day, e.reference)
	if e.run != "" {
		fmt.Fprintf(&b, `<Btch><PmtInfId>%s</PmtInfId><NbOfTxs>%d</NbOfTxs></Btch>`, e.run, len(e.transfers))
	}
	for _, tr := range e.transfers {
		fmt.Fprintf(&b, `<TxDtls><Refs><AcctSvcrRef>%s</AcctSvcrRef><EndToEndId>%s</EndToEndId></Refs><Amt Ccy="%s">%s</Amt><CdtDbtInd>%s</CdtDbtInd><RltdPties><Cdtr><Pty><Nm>%s</Nm></Pty></Cdtr></RltdPties>`,
			tr.reference, tr.EndToEnd, e.currency, tr.Instructed.Amount, e.side, tr.Name)
		if tr.reason != "" {
			fmt.Fprintf(&b, `<RtrInf><Rsn><Cd>%s</Cd></Rsn><AddtlInf>account closed</AddtlInf></RtrInf>`, tr.reason)
		}
		b.WriteString(`</TxDtls>`)
	}
	return b.String() + `</NtryDtls></Ntry>`
}

// notify sends a camt.054 with some entries.
func (b *bank) notify(w *world, name string, entries ...bankEntry) {
	w.t.Helper()
	now := time.Now().UTC().Format("2006-01-02T15:04:05Z")
	var text strings.Builder
	fmt.Fprintf(&text, `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>%[1]s</MsgId><CreDtTm>%[2]s</CreDtTm></GrpHdr>
<Ntfctn><Id>%[1]s-1</Id><CreDtTm>%[2]s</CreDtTm><Acct><Id><IBAN>DE44500105175407324931</IBAN></Id></Acct>`, name, now)
	for _, e := range entries {
		text.WriteString("\n" + e.text())
	}
	text.WriteString("</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n")
	b.send(w, "camt054-"+name+".xml", []byte(text.String()))
}

// state sends the statement of the day for each currency: balances, and all entries again.
func (b *bank) state(w *world) {
	w.t.Helper()
	now, day := time.Now().UTC().Format("2006-01-02T15:04:05Z"), time.Now().UTC().Format(time.DateOnly)
	by := map[string][]bankEntry{}
	for _, e := range b.entries {
		by[e.currency] = append(by[e.currency], e)
	}
	var text strings.Builder
	fmt.Fprintf(&text, `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>DAY</MsgId><CreDtTm>%s</CreDtTm></GrpHdr>`, now)
	for _, currency := range sorted(by) {
		opening, err := fis.ParseAmount("100000.00")
		w.must(err)
		closing, entries := opening, ""
		for _, e := range by[currency] {
			if entries += "\n" + e.text(); e.side == "DBIT" {
				closing = closing.Sub(e.amount)
			} else {
				closing = closing.Add(e.amount)
			}
		}
		balance := func(code string, amount fis.Amount) string {
			return fmt.Sprintf(`<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="%s">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>`, code, currency, amount, day)
		}
		fmt.Fprintf(&text, `<Stmt><Id>DAY-%[1]s</Id><CreDtTm>%[2]s</CreDtTm><Acct><Id><IBAN>DE44500105175407324931</IBAN></Id><Ccy>%[1]s</Ccy></Acct>%[3]s%[4]s%[5]s</Stmt>`,
			currency, now, balance("OPBD", opening), balance("CLBD", closing), entries)
	}
	text.WriteString("</BkToCstmrStmt></Document>\n")
	b.send(w, "camt053-day.xml", []byte(text.String()))
}

// bankPhases is the life of a document whose payments a bank tells of.
func bankPhases() []phase {
	pass := func(w *world, env ...string) ended { _, e := w.run(env...); return e }
	var batch []bankEntry
	return []phase{
		{"login", func(*world) {}, func(w *world, env ...string) ended { return w.exec(env, requestToken+"\n", "auth", "login") }},
		{"drop", func(w *world) { w.fis.ExpireAccess() }, pass},
		{"answer", func(w *world) { w.answer() }, pass},
		{"paid", func(w *world) {
			batch = w.bank.book(w, w.paymentFile())
			w.bank.notify(w, "booked", batch...)
		}, pass},
		{"returned", func(w *world) { w.bank.notify(w, "returned", w.bank.giveBack(w, batch[0].transfers[1])) }, pass},
		{"again", func(w *world) { // a second attempt, of which the statement of the day tells first, beside all the rest
			w.bank.book(w, w.paymentFile(batch[0].transfers[1].EndToEnd))
			w.bank.state(w)
		}, pass},
	}
}

// banked: each payment of the bank's books exactly once, with its amount and, where it came back, the bank's reason;
// and no other.
func (v *violations) banked(calls done) {
	if v.w.bank == nil {
		return
	}
	if s, _ := v.w.run(); len(s.Alarms) > 0 || s.Exit != 0 {
		v.add("somebody is asked: exit code %d, %+v", s.Exit, s.Alarms)
	}
	v.w.nothingInClear()
	made := map[string]bool{}
	for _, e := range v.w.bank.entries {
		for _, tr := range e.transfers {
			made[tr.reference] = true
			v.transferred(tr, calls.payments[tr.reference])
		}
	}
	for ref := range calls.payments {
		if !made[ref] {
			v.add("the bank never made the payment %s", ref)
		}
	}
}

func (v *violations) transferred(tr transfer, got []simfis.Item) {
	if len(got) != 1 {
		v.add("payment %s of %s took effect %d times, want once", tr.reference, tr.EndToEnd, len(got))
		return
	}
	var said struct {
		Status  string `json:"processingStatusCode"`
		Message string `json:"additionalMessage"`
		Details []struct {
			Amount   json.Number `json:"clearingAmount"`
			Currency string      `json:"clearingCurrency"`
		} `json:"clearingDetails"`
	}
	if err := json.Unmarshal(got[0].Content, &said); err != nil || len(said.Details) != 1 {
		v.add("payment %s: %s: %v", tr.reference, got[0].Content, err)
		return
	}
	want, err := fis.ParseAmount(tr.Instructed.Amount)
	v.w.must(err)
	amount, err := fis.ParseAmount(said.Details[0].Amount.String())
	if err != nil || !amount.Equal(want) || said.Details[0].Currency != tr.Instructed.Currency || said.Status != string(tr.status) || !strings.HasPrefix(said.Message, tr.reason) || got[0].DocID != tr.EndToEnd {
		v.add("payment %s of %s: the bank says %s %s %s (%s), Concur was told %s", tr.reference, tr.EndToEnd, tr.status, want, tr.Instructed.Currency, tr.reason, got[0].Content)
	}
}

// nothingInClear: what came sealed or goes out sealed lies nowhere in clear, neither in the working folder nor on the
// server.
func (w *world) nothingInClear() {
	w.t.Helper()
	for _, root := range []string{w.dir, w.path("in"), w.path("out")} {
		w.must(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.Contains(path, "/mappings/") {
				return err
			}
			b, err := os.ReadFile(path)
			for _, mark := range []string{"Debit,Credit", "<EndToEndId>", "doc_id,kind,status"} {
				if bytes.Contains(b, []byte(mark)) {
					w.t.Errorf("in clear (%s): %s", mark, path)
				}
			}
			return err
		}))
	}
}

func bankSet() setup {
	return setup{bank: true, openssh: true, documents: []string{"01-cash-taxi", "14-tax-deductible", "29-three-cost-centres", "44-zloty-lodz", "59-erp-rejects"}}
}

// The loop, undisturbed: what Concur knows in the end.
func TestLoopWithABank(t *testing.T) {
	w := prepare(t, bankSet())
	w.live("*")
	w.check()
	counts := map[fis.PaymentStatus]int{}
	for _, e := range w.bank.entries {
		for _, tr := range e.transfers {
			counts[tr.status]++
		}
	}
	if len(w.bank.entries) != 4 || counts[fis.PaidCompletely] != 5 || counts[fis.PaymentReversed] != 1 {
		t.Errorf("the bank has %d entries with %v: not the story that is told here", len(w.bank.entries), counts)
	}
	w.command(0, "report")
	w.command(0, "audit", "verify")
}

// bankCuts are the places at which the short form kills the program: those that the general matrix does not have.
var bankCuts = []string{"drop/number.intended", "drop/copy.done", "drop/upload.written", "drop/rename.acted", "answer/parse.done", "paid/claim.acted", "paid/collect.done",
	"paid/parse.intended", "paid/parse.done", "paid/archive.acted", "paid/pay.acted", "returned/parse.done", "returned/pay.acted", "again/parse.done", "again/pay.intended", "again/pay.done"}

// The same with the program killed between any two steps; the short form leaves most of them to the general matrix.
func TestKillsInTheLoopWithABank(t *testing.T) {
	skipShort(t)
	var all []cut
	seen := map[string]bool{}
	for _, c := range cuts(t, bankSet()) {
		name := c.phase + "/" + c.name
		if c.phase != "login" && (long() || slices.Contains(bankCuts, name) && !seen[name]) {
			all = append(all, c)
		}
		seen[name] = true
	}
	for _, name := range bankCuts {
		if !seen[name] {
			t.Errorf("no process is killed at %s", name)
		}
	}
	killAt(t, bankSet(), all)
}
