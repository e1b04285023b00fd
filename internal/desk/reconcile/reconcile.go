package reconcile

import (
	"context"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/hearing"
	"github.com/fisbridge/fisbridge/internal/journal/infile"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Reconciliation says where every fetched document and its amount is, and whether each figure agrees with its second
// source.
type Reconciliation struct {
	Currencies []string `json:"currencies"`
	// Fetched = the sum of Documents, in each currency.
	Fetched   Figure   `json:"fetched"`
	Documents []Bucket `json:"documents"`
	// Postings and Payments are what Concur was told, and what it still has to be told.
	Postings []Bucket `json:"posting_confirmations"`
	Payments []Bucket `json:"payments"`
	Files    []Books  `json:"import_files"`
	Ties     []Tie    `json:"ties"`
	// Events is what was heard of documents against what was seen of them; nil when nothing ever was heard.
	Events *hearing.Count `json:"events,omitempty"`

	figures records.Figures
	read    filesRead
}

// Figure is a number of things with their amounts by currency. Counts are the numbers by currency.
type Figure struct {
	Number  int                   `json:"number"`
	Counts  map[string]int        `json:"numbers"`
	Amounts map[string]fis.Amount `json:"amounts"`
}

// Add adds things of a currency.
func (f *Figure) Add(currency string, n int, amount fis.Amount) {
	if f.Counts == nil {
		f.Counts, f.Amounts = map[string]int{}, map[string]fis.Amount{}
	}
	f.Number += n
	f.Counts[currency] += n
	f.Amounts[currency] = f.Amounts[currency].Add(amount)
}

// Bucket is a figure with a name for machines and a label for people, short in the heading of a table.
type Bucket struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Short string `json:"-"`
	// Always: told also when nothing is in it. Open: the ERP has not spoken yet.
	Always, Open bool `json:"-"`
	Figure
}

// Books are the import files of a route: what they say, read from their bytes, and what their documents say, exactly.
// Of files that could not be compared both are what the journal noted when they were made.
type Books struct {
	Route     string                 `json:"route"`
	Files     int                    `json:"files"`
	Withdrawn int                    `json:"withdrawn"`
	Documents int                    `json:"documents"`
	Parts     int                    `json:"documents_in_them"`
	Lines     int                    `json:"lines"`
	Totals    map[string]records.Sum `json:"control_totals"`
	Sums      map[string]records.Sum `json:"sums_of_documents"`
	// Rounding is what rounding made of Rounded documents, by currency: Totals = Sums + its rows_less_document.
	Rounding map[string]infile.Rounding `json:"rounding,omitempty"`
	Rounded  int                        `json:"rounded_documents,omitempty"`
	// NotCompared is how many of the files could not be compared, NotKnown how many of these have no amounts any more.
	NotCompared int `json:"not_compared,omitempty"`
	NotKnown    int `json:"not_known,omitempty"`
}

// Tie is one equation between two sources; Broken says what is wrong with it, nothing when it holds.
type Tie struct {
	Equation string   `json:"equation"`
	Holds    bool     `json:"holds"`
	Broken   []string `json:"broken,omitempty"`
	// Notes say what could not be compared, and what rounding made of the amounts.
	Notes []say.Text `json:"notes,omitempty"`
	// Compared is empty where everything was compared, else ComparedInPart or NotCompared.
	Compared string `json:"compared,omitempty"`
	// Rounding: it holds with what rounding made of documents, which Notes say.
	Rounding bool `json:"rounding,omitempty"`
}

// What became of comparing two sources.
const (
	NotCompared    = "not compared"
	ComparedInPart = "compared in part"
	NotKnown       = "not known any more"
	WithRounding   = "with rounding"
)

// Word is whether it holds, in a word: yes, no, or one of the words above.
func (t Tie) Word() string {
	switch {
	case !t.Holds:
		return "no"
	case t.Compared != "":
		return t.Compared
	case t.Rounding:
		return WithRounding
	}
	return "yes"
}

// Opener gives what an import file says in clear: body is what went out. The file that it gives is ended by
// ownfile.Discard.
type Opener func(f records.File, body io.Reader) (*os.File, int64, error)

// Run adds up the whole journal, or a part of it, and reads its import files, which open opens where they are sealed;
// progress is told how many of them were read, nil when nobody waits. Nothing is wrong with it when Broken gives
// nothing.
func Run(ctx context.Context, j *journal.Journal, sel records.Selection, open Opener, progress func(done, total int)) (Reconciliation, error) {
	f, err := j.Figures(ctx, sel)
	if err != nil {
		return Reconciliation{}, err
	}
	read, err := readFiles(ctx, j, f.Files, open, progress)
	if err != nil {
		return Reconciliation{}, err
	}
	r := balance(f, read)
	heard, ok, err := j.CountHeard(ctx, sel.Since, sel.Until, sel.Route)
	if ok {
		r.Events = &heard
	}
	return r, err
}

// balance puts the figures side by side.
func balance(f records.Figures, read filesRead) Reconciliation {
	r := Reconciliation{figures: f, read: read, Documents: documentBuckets(), Postings: postingBuckets(), Payments: paymentBuckets(f.Payments)}
	for _, a := range f.Fetched {
		r.Fetched.Add(a.Currency, a.Documents, a.Amount)
	}
	for _, t := range f.Tallies {
		put(r.Documents, string(t.State), t.Currency, t.Documents, t.Amount)
	}
	for _, c := range f.Confirmations {
		put(r.Postings, string(c.Verdict)+" "+string(told(c.State)), c.Currency, c.Count, c.Amount)
	}
	for _, p := range f.Payments {
		put(r.Payments, paymentName(p), p.Currency, p.Payments, p.Amount)
	}
	r.Files = booksOf(f.Files, read)
	r.Currencies = currenciesOf(f)
	r.Ties = ties(f, r)
	return r
}

// put adds to the bucket with a name. What has no bucket is in none, so that the sums do not tie out.
func put(buckets []Bucket, name, currency string, n int, amount fis.Amount) {
	for i := range buckets {
		if buckets[i].Name == name {
			buckets[i].Add(currency, n, amount)
		}
	}
}

func documentBuckets() []Bucket {
	return []Bucket{
		{Name: string(records.Posted), Label: "posted", Short: "posted", Always: true},
		{Name: string(records.Rejected), Label: "rejected", Short: "rejected", Always: true},
		{Name: string(records.Held), Label: "held for a person", Short: "held", Always: true},
		{Name: string(records.Recalled), Label: "recalled in Concur", Short: "recalled", Always: true},
		{Name: string(records.Left), Label: "left in Concur", Short: "left", Always: true},
		{Name: string(records.Foreign), Label: "taken by another system", Short: "foreign"},
		{Name: string(records.Gone), Label: "unknown to Concur", Short: "gone"},
		{Name: string(records.Filed), Label: "open: in an import file", Open: true},
		{Name: string(records.Acknowledged), Label: "open: wait for an import file", Open: true},
		{Name: string(records.Stored), Label: "open: not acknowledged yet", Open: true},
	}
}

// told folds the states of a confirmation into what people ask: does Concur know it?
func told(s records.ConfirmState) records.ConfirmState {
	if s == records.Intended {
		return records.Pending
	}
	return s
}

func postingBuckets() []Bucket {
	return []Bucket{
		{Name: "posted done", Label: "posted, Concur knows"},
		{Name: "posted pending", Label: "posted, to be told"},
		{Name: "posted waiting", Label: "posted, the rest of the file must come first"},
		{Name: "posted stuck", Label: "posted, stuck"},
		{Name: "rejected done", Label: "rejected, Concur knows"},
		{Name: "rejected pending", Label: "rejected, to be told"},
		{Name: "rejected waiting", Label: "rejected, the rest of the file must come first"},
		{Name: "rejected stuck", Label: "rejected, stuck"},
	}
}

// StatusWord is the status of a payment in a word.
func StatusWord(s fis.PaymentStatus) string {
	switch s {
	case fis.PaidCompletely:
		return "paid"
	case fis.PaidPartially:
		return "paid in part"
	case fis.PaymentReversed:
		return "reversed"
	case fis.PaymentObsolete:
		return "obsolete"
	}
	return string(s)
}

func paymentName(p records.PaymentTally) string {
	return StatusWord(p.Status) + " " + string(told(p.State))
}

// paymentBuckets has a bucket for each kind of payment there is.
func paymentBuckets(tallies []records.PaymentTally) []Bucket {
	var out []Bucket
	have := map[string]bool{}
	for _, state := range []struct {
		state records.ConfirmState
		label string
	}{
		{records.Done, ""}, {records.Pending, ", to be told"}, {records.Waiting, ", must wait"}, {records.Stuck, ", stuck"}, {records.Kept, ", kept here"},
	} {
		for _, t := range tallies {
			if name := paymentName(t); told(t.State) == state.state && !have[name] {
				have[name] = true
				out = append(out, Bucket{Name: name, Label: StatusWord(t.Status) + state.label})
			}
		}
	}
	return out
}

func booksOf(files []records.FileFigure, read filesRead) []Books {
	var out []Books
	for _, f := range files {
		if len(out) == 0 || out[len(out)-1].Route != f.Route {
			out = append(out, Books{Route: f.Route, Totals: map[string]records.Sum{}, Sums: map[string]records.Sum{}})
		}
		b := &out[len(out)-1]
		if f.State == records.Withdrawn {
			b.Withdrawn++
			continue
		}
		b.Files++
		b.Documents += f.Documents
		b.Parts += f.Parts
		b.Lines += f.Lines
		s := read.sums(f)
		addSums(b.Totals, s.Said)
		addSums(b.Sums, s.Must)
		if !s.Compared {
			b.NotCompared++
		}
		if s.Unknown {
			b.NotKnown++
		}
		all := infile.Figures{Rounding: b.Rounding, Rounded: b.Rounded + s.Rounded}
		for currency, by := range s.Rounding {
			all.Round(currency, 0, by)
		}
		b.Rounding, b.Rounded = all.Rounding, all.Rounded
	}
	return out
}

func addSums(into, more map[string]records.Sum) {
	for currency, s := range more {
		into[currency] = records.Sum{Debit: into[currency].Debit.Add(s.Debit), Credit: into[currency].Credit.Add(s.Credit)}
	}
}

// currenciesOf lists the currencies, the one with most documents first.
func currenciesOf(f records.Figures) []string {
	documents := map[string]int{}
	for _, a := range f.Fetched {
		documents[a.Currency] += a.Documents
	}
	for _, p := range f.Payments {
		documents[p.Currency] += 0
	}
	for _, file := range f.Files {
		for _, sums := range []map[string]records.Sum{file.Totals, file.InFile} {
			for currency := range sums {
				documents[currency] += 0
			}
		}
	}
	out := make([]string, 0, len(documents))
	for c := range documents {
		out = append(out, c)
	}
	sort.Slice(out, func(a, b int) bool {
		if documents[out[a]] != documents[out[b]] {
			return documents[out[a]] > documents[out[b]]
		}
		return out[a] < out[b]
	})
	return out
}

// Broken gives every equation that does not hold, with what is wrong.
func (r Reconciliation) Broken() []string {
	var out []string
	for _, t := range r.Ties {
		if !t.Holds {
			out = append(out, t.Equation+": "+strings.Join(t.Broken, "; "))
		}
	}
	return out
}

// Word is whether all of it ties out, in a word: that of an equation that is not plainly yes.
func (r Reconciliation) Word() string {
	word := "yes"
	for _, t := range r.Ties {
		if w := t.Word(); w == "no" || word == "yes" {
			word = w
		}
	}
	return word
}

// Count gives how many documents are in a state.
func (r Reconciliation) Count(s records.State) int {
	for _, b := range r.Documents {
		if b.Name == string(s) {
			return b.Number
		}
	}
	return 0
}

// PaymentsIn is how many payments are in a state, as people ask: does Concur know it?
func (r Reconciliation) PaymentsIn(s records.ConfirmState) (n int) {
	for _, p := range r.figures.Payments {
		if told(p.State) == s {
			n += p.Payments
		}
	}
	return n
}

func sample(s records.Sample) string {
	text := strings.Join(s.First, ", ")
	if more := s.Count - len(s.First); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
