package worlds

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// The invariants: nothing lost, nothing twice. They read the simulators' own records, the files on the server and the
// known input, never the journal: what the journal believes is compared afterwards (journal_test.go).

// violations gathers what does not hold; it is empty when all is well.
type violations struct {
	w    *world
	list []string
}

func (v *violations) add(format string, args ...any) {
	v.list = append(v.list, fmt.Sprintf(format, args...))
}

// check fails the test when an invariant is violated, or when the world was not idle.
func (w *world) check() {
	w.t.Helper()
	if s, e := w.run(); s.did() || s.leaves() {
		w.t.Errorf("there was something left to do: %s", e)
	}
	for _, text := range w.violations() {
		w.t.Errorf("violated: %s", text)
	}
	w.checkJournal()
}

func (w *world) violations() []string {
	v := &violations{w: w}
	books := w.erp.Books()
	calls := tally(w.fis.Record())
	v.refusals()
	for _, k := range w.input {
		v.acknowledged(k, calls)
		v.filed(k, books)
		v.confirmed(k, books, calls)
		v.paid(k, books, calls)
	}
	v.banked(calls)
	v.strangers(calls)
	v.files(books)
	v.totals(books)
	v.receipts()
	v.returned(books)
	return v.list
}

// done counts, from the service's record, what took effect.
type done struct {
	acks     map[string]int
	postings map[string][]json.RawMessage
	payments map[string][]simfis.Item // by reference
}

func tally(record []simfis.Call) done {
	d := done{acks: map[string]int{}, postings: map[string][]json.RawMessage{}, payments: map[string][]simfis.Item{}}
	for _, call := range record {
		for _, item := range call.Items {
			if !item.Effect {
				continue
			}
			switch call.Call {
			case "acknowledge":
				d.acks[item.DocID]++
			case "posting":
				d.postings[item.DocID] = append(d.postings[item.DocID], item.Content)
			case "payment":
				d.payments[item.PaymentRef] = append(d.payments[item.PaymentRef], item)
			}
		}
	}
	return d
}

// refusals: every call was one that the vendor's reference allows.
func (v *violations) refusals() {
	for _, r := range v.w.fis.Refusals() {
		v.add("the service refused a %s call: %s", r.Call, r.Reason)
	}
}

// acknowledged: each ready document exactly once, one that is left or was recalled never.
func (v *violations) acknowledged(k *known, calls done) {
	want := 1
	if k.fate == left || k.fate == recalled {
		want = 0
	}
	if n := calls.acks[k.id]; n != want {
		v.add("%s was acknowledged %d times, want %d", k.sample, n, want)
	}
}

// filed: in exactly one import file that the ERP saw; an ERP that takes all or nothing may have refused earlier ones.
func (v *violations) filed(k *known, books simerp.Books) {
	d, seen := books.Document(k.id)
	switch {
	case k.fate != told && seen:
		v.add("%s (%s) reached the ERP in %v", k.sample, k.fate, d.Files)
	case k.fate != told:
	case !seen:
		v.add("%s never reached the ERP", k.sample)
	case d.Duplicates > 0:
		v.add("%s reached the ERP again after it was posted: %v", k.sample, d.Files)
	case v.accepted(d, books) > 1:
		v.add("%s is in several import files that the ERP took: %v", k.sample, d.Files)
	case !v.w.set.whole && len(d.Files) != 1:
		v.add("%s is in the import files %v, want one", k.sample, d.Files)
	}
}

func (v *violations) accepted(d simerp.Document, books simerp.Books) (n int) {
	for _, f := range books.Files {
		if f.Verdict != string(fis.Rejected) && slices.Contains(f.Documents, d.Reference) {
			n++
		}
	}
	return n
}

// posted is what a posting confirmation says, as far as it is looked at.
type posted struct {
	Status   string                                                   `json:"overallPostingStatusCode"`
	Docs     []struct{ CompanyID, DocumentNumber, FiscalYear string } `json:"postingDocs"`
	Messages []struct{ MessageLongText string }                       `json:"systemMessages"`
}

// confirmed: each outcome exactly once, with what the ERP really said.
func (v *violations) confirmed(k *known, books simerp.Books, calls done) {
	got := calls.postings[k.id]
	d, _ := books.Document(k.id)
	if d.Number == "" && len(d.Rejections) == 0 {
		if len(got) > 0 {
			v.add("%s: the ERP said nothing, Concur was told %s", k.sample, got[0])
		}
		return
	}
	if len(got) != 1 {
		v.add("%s was confirmed %d times, want once", k.sample, len(got))
		return
	}
	var p posted
	if err := json.Unmarshal(got[0], &p); err != nil {
		v.add("%s: confirmation: %v", k.sample, err)
		return
	}
	switch {
	case d.Number != "" && (p.Status != "success" || len(p.Docs) != 1 || p.Docs[0].DocumentNumber != d.Number || p.Docs[0].CompanyID != d.Company || p.Docs[0].FiscalYear != d.FiscalYear):
		v.add("%s: the ERP posted it as %s, Concur was told %s", k.sample, d.Number, got[0])
	case d.Number == "" && (p.Status != "error" || len(p.Docs) != 0 || len(p.Messages) == 0 || p.Messages[0].MessageLongText != d.Rejections[len(d.Rejections)-1]):
		v.add("%s: the ERP rejected it (%s), Concur was told %s", k.sample, d.Rejections[len(d.Rejections)-1], got[0])
	}
}

// paid: each payment of the ERP exactly once where FIS takes payments, and never elsewhere; amounts as the ERP paid.
func (v *violations) paid(k *known, books simerp.Books, calls done) {
	d, _ := books.Document(k.id)
	for _, p := range d.Payments {
		got := calls.payments[p.Reference]
		if !k.docType.HasPaymentConfirmation() {
			if len(got) > 0 {
				v.add("payment %s of %s was sent, FIS takes none for %s", p.Reference, k.sample, k.docType)
			}
			if v.w.set.marks {
				v.marked(k, p)
			}
			continue
		}
		if len(got) != 1 {
			v.add("payment %s of %s took effect %d times, want once", p.Reference, k.sample, len(got))
			continue
		}
		var said struct {
			Status  string `json:"processingStatusCode"`
			Details []struct {
				Amount   json.Number `json:"clearingAmount"`
				Currency string      `json:"clearingCurrency"`
			} `json:"clearingDetails"`
		}
		if err := json.Unmarshal(got[0].Content, &said); err != nil || len(said.Details) != 1 {
			v.add("payment %s: %s: %v", p.Reference, got[0].Content, err)
			continue
		}
		amount, err := fis.ParseAmount(said.Details[0].Amount.String())
		if err != nil || !amount.Equal(p.Amount) || said.Details[0].Currency != p.Currency || said.Status != string(p.Status) || got[0].DocID != k.id {
			v.add("payment %s of %s: the ERP paid %s %s (%s), Concur was told %s", p.Reference, k.sample, p.Amount, p.Currency, p.Status, got[0].Content)
		}
	}
}

// marked: an invoice that the ERP paid in full is marked so in Concur, once.
func (v *violations) marked(k *known, p simerp.Payment) {
	d, _ := v.w.fis.Document(k.id)
	if len(d.Marks) != 1 {
		v.add("invoice %s was marked %d times, want once: %+v", k.sample, len(d.Marks), d.Marks)
		return
	}
	m := d.Marks[0]
	amount, err := fis.ParseAmount(m.Amount)
	if m.Status != "PAID" || m.CheckNumber != p.Reference || err != nil || !amount.Equal(p.Amount) {
		v.add("invoice %s: the ERP paid %s by %s, and it is marked %+v", k.sample, p.Amount, p.Reference, m)
	}
}

// strangers: nothing was done to a document that nobody put there, and no payment that the ERP did not make.
func (v *violations) strangers(calls done) {
	known := map[string]bool{}
	for _, k := range v.w.input {
		known[k.id] = true
	}
	for id := range calls.acks {
		if !known[id] {
			v.add("the unknown document %s was acknowledged", id)
		}
	}
	made := map[string]bool{}
	for _, d := range v.w.erp.Books().Documents {
		for _, p := range d.Payments {
			made[p.Reference] = true
		}
	}
	for ref := range calls.payments {
		if !made[ref] && v.w.bank == nil {
			v.add("the ERP never made the payment %s", ref)
		}
	}
}

// files: no content under two names, no number twice, no gap, nothing left half-done on the server.
func (v *violations) files(books simerp.Books) {
	names, hashes, sequences := map[string]bool{}, map[string]string{}, map[int64]string{}
	var highest int64
	for _, f := range books.Files {
		if names[f.Name] {
			v.add("the ERP read %s twice", f.Name)
		}
		names[f.Name] = true
		if other, ok := hashes[f.SHA256]; ok {
			v.add("one import file reached the ERP as %s and %s", other, f.Name)
		}
		hashes[f.SHA256] = f.Name
		if other, ok := sequences[f.Sequence]; ok {
			v.add("number %d was given to %s and %s", f.Sequence, other, f.Name)
		}
		sequences[f.Sequence] = f.Name
		highest = max(highest, f.Sequence)
		if strings.Contains(f.Reason, "number") {
			v.add("the ERP refused %s: %s", f.Name, f.Reason)
		}
	}
	for n := int64(1); n <= highest; n++ {
		if sequences[n] == "" {
			v.add("number %d never reached the ERP: the numbers have a gap", n)
		}
	}
	for _, name := range v.w.names("in") {
		if file, marker := strings.CutSuffix(name, ".done"); !v.w.set.marker || !marker || !names[file] {
			v.add("%s was left in the import folder", name)
		}
	}
	for name := range names {
		if v.w.set.marker && !slices.Contains(v.w.names("in"), name+".done") {
			v.add("%s has no done-marker", name)
		}
	}
}

// receipts: each receipt of a document that went out lies in its folder once and whole, and nothing else does.
func (v *violations) receipts() {
	if !v.w.set.receipts {
		return
	}
	want := map[string]bool{}
	for _, k := range v.w.input {
		d, there := v.w.fis.Document(k.id)
		if k.fate != told || !there || d.DocType != fis.Expense {
			continue
		}
		doc, err := fis.NewParser(nil).Parse(fis.Envelope{ID: d.ID, DocType: d.DocType, Document: d.Document})
		v.w.must(err)
		for n := range doc.ReceiptRefs() {
			want[fmt.Sprintf("%s-%d.png", k.id, n+1)] = true
		}
	}
	if len(want) == 0 {
		v.add("no document has a receipt: the test shows nothing")
	}
	for _, name := range v.w.names("receipts") {
		f, err := os.Open(v.w.path("receipts/" + name))
		v.w.must(err)
		if _, err := png.Decode(f); err != nil {
			v.add("%s in the folder of receipts is not whole: %v", name, err)
		}
		v.w.must(f.Close())
		if !want[name] {
			v.add("%s was left in the folder of receipts", name)
		}
		delete(want, name)
	}
	for name := range want {
		v.add("receipt %s was not dropped", name)
	}
}

// totals: the files that the ERP took hold exactly the documents' amounts. They are read here by other means than the
// program's.
func (v *violations) totals(books simerp.Books) {
	want, got := map[string]fis.Amount{}, map[string]fis.Amount{}
	for _, k := range v.w.input {
		if k.fate == told {
			want[k.id] = k.debit
		}
	}
	for _, f := range books.Files {
		if v.w.set.whole && f.Verdict == string(fis.Rejected) {
			continue
		}
		debits, credits, err := sumsOf(filepath.Join(v.w.path("imported"), f.Name))
		if err != nil {
			v.add("%s: %v", f.Name, err)
			continue
		}
		for id, sum := range debits {
			got[id] = got[id].Add(sum)
			if !sum.Equal(credits[id]) {
				v.add("%s: document %s has debits %s and credits %s", f.Name, id, sum, credits[id])
			}
		}
	}
	for id, sum := range want {
		if d, seen := books.Document(id); !got[id].Equal(sum) && !(v.w.set.whole && seen && d.Number == "") {
			v.add("document %s: its posting lines sum to %s, the import files hold %s", id, sum, got[id])
		}
	}
}

// sumsOf reads an import file and adds up debits and credits by document.
func sumsOf(path string) (debits, credits map[string]fis.Amount, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	head, err := r.Read()
	if err != nil {
		return nil, nil, err
	}
	at := func(name string) int { return slices.Index(head, name) }
	debits, credits = map[string]fis.Amount{}, map[string]fis.Amount{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return debits, credits, nil
		}
		if err != nil {
			return nil, nil, err
		}
		id := row[at("Reference")]
		for column, sums := range map[string]map[string]fis.Amount{"Debit": debits, "Credit": credits} {
			if text := row[at(column)]; text != "" {
				a, err := fis.ParseAmount(text)
				if err != nil {
					return nil, nil, err
				}
				sums[id] = sums[id].Add(a)
			} else {
				sums[id] = sums[id].Add(fis.Zero)
			}
		}
	}
}

// returned: every result file was taken out of the return folder, and every line that is no outcome and no payment is
// listed in a note.
func (v *violations) returned(books simerp.Books) {
	for _, name := range v.w.names("out") {
		v.add("%s was left in the return folder", name)
	}
	archived, failed := v.w.names("out/archive"), v.w.names("out/failed")
	answers := books.Answers
	if v.w.answerNames != nil {
		answers = v.w.answerNames
	}
	for _, name := range answers {
		want, n := 1, 0
		switch {
		case v.w.copiesAge:
			want = 0
		case slices.Contains(v.w.extraAnswers, name):
			want = 2
		}
		for _, a := range append(slices.Clone(archived), failed...) {
			if strings.HasSuffix(a, "-"+name) {
				n++
			}
		}
		if n != want {
			v.add("result file %s is %d times among the archived and failed ones, want %d", name, n, want)
		}
	}
	for _, name := range failed {
		if strings.HasSuffix(name, ".txt") {
			continue
		}
		if _, err := os.Stat(filepath.Join(v.w.path("out/failed"), name+".txt")); errors.Is(err, fs.ErrNotExist) {
			v.add("result file %s failed, and no note says why", name)
		}
	}
}
