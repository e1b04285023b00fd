package switchover

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/extracted"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// Result is what the comparison says of a report in a currency.
type Result string

const (
	// Differs: both have it, with other amounts or in another currency.
	Differs Result = "differs"
	// OnlyExtract and OnlyFIS: one of the two has it.
	OnlyExtract Result = "extract only"
	OnlyFIS     Result = "FIS only"
	// Unknown: FIS has it, but what it posts is not known: the document cannot be posted, or is not kept any more.
	Unknown Result = "not comparable"
	// Same: both have it, with the same amount.
	Same Result = "same"
)

// Results lists all of them, those that need a person first.
func Results() []Result { return []Result{Differs, OnlyExtract, OnlyFIS, Unknown, Same} }

// Comparison is what extract files and journal say of the same reports.
type Comparison struct {
	Files   []*Extract `json:"files"`
	Reports []Report   `json:"reports"`
	Totals  []Total    `json:"totals"`
	// Advances are cash advances that the extract issues, which cannot be compared.
	Advances []Advances `json:"advances,omitempty"`
	// NeedsPerson: something differs, is on one side only, or could not be read.
	NeedsPerson bool `json:"needs_person"`
}

// Report is one report in one currency. An amount is nil where that side has nothing: the net amount that is to be
// paid, to the employee and to issuers of cards.
type Report struct {
	Key        string      `json:"report_key"`
	ID         string      `json:"report_id,omitempty"`
	Currency   string      `json:"currency"`
	Result     Result      `json:"result"`
	Extract    *fis.Amount `json:"extract"`
	FIS        *fis.Amount `json:"fis"`
	Difference fis.Amount  `json:"difference"` // FIS less extract
	Batches    []string    `json:"batches,omitempty"`
	Documents  []Document  `json:"documents,omitempty"`
	// Twice: it is in an import file, of a route that holds what the extract had, and nobody has released it beside the
	// extract.
	Twice bool   `json:"twice,omitempty"`
	Note  string `json:"note,omitempty"`
}

// Document is a document of a report. The last one is compared: each document of a report states the whole.
type Document struct {
	ID       string        `json:"doc_id"`
	Revision int           `json:"revision,omitempty"`
	State    records.State `json:"state"`
	Route    string        `json:"route,omitempty"`
	Received time.Time     `json:"received_at"`
	InFile   bool          `json:"in_import_file"`
}

// Total adds up the reports of a result in a currency. InFiles are those of which a document stands in an import file.
type Total struct {
	Result   Result     `json:"result"`
	Currency string     `json:"currency"`
	Reports  int        `json:"reports"`
	Extract  fis.Amount `json:"extract"`
	FIS      fis.Amount `json:"fis"`
	InFiles  int        `json:"in_import_files"`
}

// Route is what the comparison needs to know of a route: what its mapping says about posting lines, and whether it
// holds what the extract had.
type Route struct {
	Posting posting.Options
	Holds   bool
}

// Compare reads the extract files and holds them against the expense documents of the journal. What only FIS has is
// told of the documents that were received in the selection.
func Compare(ctx context.Context, j *journal.Journal, files []string, sel records.Selection, route func(name string) Route) (*Comparison, error) {
	c := &comparison{route: route, sel: sel, reports: map[string]*both{}, parser: fis.NewParser(nil), out: &Comparison{}}
	if err := c.extracts(ctx, files); err != nil {
		return nil, err
	}
	if err := j.EachExpense(ctx, c.document); err != nil {
		return nil, err
	}
	c.conclude()
	return c.out, c.twice(ctx, j)
}

// twice finds documents that went into an import file of a route which holds what the extract had: before their extract
// was in the list, or without it.
func (c *comparison) twice(ctx context.Context, j *journal.Journal) error {
	for i := range c.out.Reports {
		r := &c.out.Reports[i]
		if r.Extract == nil {
			continue
		}
		for _, d := range r.Documents {
			if !d.InFile || !c.route(d.Route).Holds {
				continue
			}
			waived, err := j.ExtractWaived(ctx, d.ID)
			if err != nil {
				return err
			}
			if !waived && !r.Twice {
				r.Twice, c.out.NeedsPerson = true, true
				r.Note = strings.TrimPrefix(r.Note+"; in an import file, too: look in the ERP whether it is posted twice", "; ")
			}
		}
	}
	return nil
}

// AddTo adds what the used files have of reports to the list at a path, and returns how many entries are new and how
// many reports are in it.
func (c *Comparison) AddTo(path string) (news, reports int, err error) {
	l, err := extracted.Open(path)
	if err != nil {
		return 0, 0, err
	}
	for _, x := range c.Files {
		if !x.Used() {
			continue
		}
		var entries []extracted.Entry
		for s, amount := range x.reports {
			entries = append(entries, extracted.Entry{Key: s.key, ReportID: s.id, Currency: s.currency, Amount: amount, Batch: x.Batch, Date: x.Date, File: x.Name})
		}
		news += l.Add(entries)
	}
	return news, l.Reports(), l.Save()
}

// both are the two sides of a report.
type both struct {
	key, id   string
	extract   map[string]fis.Amount // by currency
	batches   []string
	documents []Document
	// last is the document that is compared: its amount and currency, or why it has none.
	amount   fis.Amount
	currency string
	unknown  string
}

type comparison struct {
	route   func(name string) Route
	sel     records.Selection
	reports map[string]*both // by report key
	parser  *fis.Parser
	out     *Comparison
}

// extracts reads the files. One that says of its batch what another one said is not counted again.
func (c *comparison) extracts(ctx context.Context, files []string) error {
	seen := map[string]string{}
	advances := map[string]Advances{}
	for _, path := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		x, err := ReadExtract(path)
		if err != nil {
			return err
		}
		c.out.Files = append(c.out.Files, x)
		if len(x.Problems) > 0 {
			c.out.NeedsPerson = true
			continue
		}
		batch := strings.Join([]string{x.Batch, x.Date, fmt.Sprint(x.Rows), x.Total.String()}, "|")
		if x.Batch == "" { // without rows
			batch = x.SHA256
		}
		if x.Same = seen[batch]; x.Same != "" {
			continue
		}
		seen[batch] = x.Name
		for s, amount := range x.reports {
			c.extract(x, s, amount)
		}
		for currency, a := range x.advances {
			sum := advances[currency]
			advances[currency] = Advances{Currency: currency, Rows: sum.Rows + a.Rows, Amount: sum.Amount.Add(a.Amount)}
		}
	}
	for _, currency := range sorted(advances) {
		c.out.Advances = append(c.out.Advances, advances[currency])
	}
	return nil
}

func (c *comparison) extract(x *Extract, s sum, amount fis.Amount) {
	b := c.report(s.key, s.id)
	if b.extract == nil {
		b.extract = map[string]fis.Amount{}
	}
	b.extract[s.currency] = b.extract[s.currency].Add(amount)
	if !slices.Contains(b.batches, x.Batch) {
		b.batches = append(b.batches, x.Batch)
	}
}

func (c *comparison) report(key, id string) *both {
	b := c.reports[key]
	if b == nil {
		b = &both{key: key, id: id}
		c.reports[key] = b
	}
	return b
}

// document takes in a document of the journal. open gives its JSON, and is called only where it is needed.
func (c *comparison) document(d records.Doc, open func() (*fis.Envelope, error)) error {
	switch {
	case d.State == records.Recalled, d.State == records.Gone: // it returns under another id
		return nil
	case d.IsTest:
		return nil
	}
	key := cmp.Or(d.ReportKey, d.ReportID)
	if b := c.reports[key]; (b == nil || b.extract == nil) && !c.selected(d) {
		return nil
	}
	b := c.report(key, d.ReportID)
	b.documents = append(b.documents, Document{ID: d.ID, Revision: d.Revision, State: d.State, Route: d.Route, Received: d.Received, InFile: d.FileID != 0})
	slices.SortStableFunc(b.documents, func(a, z Document) int {
		return cmp.Or(cmp.Compare(a.Revision, z.Revision), a.Received.Compare(z.Received))
	})
	if b.documents[len(b.documents)-1].ID != d.ID {
		return nil // an earlier one
	}
	b.currency, b.unknown = d.Currency, ""
	env, err := open()
	switch {
	case err != nil:
		b.unknown = err.Error()
	case env == nil:
		b.unknown = "its JSON is not kept any more"
	default:
		b.amount, b.currency, b.unknown = c.amount(d, *env)
	}
	return nil
}

// selected reports whether a document was received in the selection, by the route that it names.
func (c *comparison) selected(d records.Doc) bool {
	s := c.sel
	return (s.Route == "" || s.Route == d.Route) && (s.Since.IsZero() || !d.Received.Before(s.Since)) && (s.Until.IsZero() || d.Received.Before(s.Until))
}

// amount is what a document leaves to be paid, which is what column 169 adds up to: the rows of the extract are
// one-sided.
func (c *comparison) amount(d records.Doc, env fis.Envelope) (sum fis.Amount, currency, unknown string) {
	doc, err := c.parser.Parse(env)
	if err != nil {
		return fis.Zero, d.Currency, err.Error()
	}
	opt := c.route(d.Route).Posting
	opt.Round, opt.EntrySums = true, true
	r, err := posting.Derive(doc, opt)
	if err != nil {
		return fis.Zero, d.Currency, err.Error()
	}
	for i := range r.Lines {
		if l := &r.Lines[i]; l.Role.IsParty() {
			sum = sum.Sub(l.Amount())
		}
	}
	return sum, r.Currency, ""
}

// conclude gives each report its result, and adds up.
func (c *comparison) conclude() {
	for _, key := range sorted(c.reports) {
		c.out.Reports = append(c.out.Reports, c.reports[key].lines()...)
	}
	order := Results()
	slices.SortStableFunc(c.out.Reports, func(a, z Report) int {
		return cmp.Compare(slices.Index(order, a.Result), slices.Index(order, z.Result))
	})
	at := map[string]int{}
	for i := range c.out.Reports {
		r := &c.out.Reports[i]
		c.out.NeedsPerson = c.out.NeedsPerson || r.Result != Same
		k := string(r.Result) + "|" + r.Currency
		n, known := at[k]
		if !known {
			n = len(c.out.Totals)
			at[k] = n
			c.out.Totals = append(c.out.Totals, Total{Result: r.Result, Currency: r.Currency})
		}
		c.out.Totals[n].add(r)
	}
}

func (t *Total) add(r *Report) {
	t.Reports++
	if r.Extract != nil {
		t.Extract = t.Extract.Add(*r.Extract)
	}
	if r.FIS != nil {
		t.FIS = t.FIS.Add(*r.FIS)
	}
	if slices.ContainsFunc(r.Documents, func(d Document) bool { return d.InFile }) {
		t.InFiles++
	}
}

// lines are the results of a report, one a currency.
func (b *both) lines() (out []Report) {
	currencies := sorted(b.extract)
	fromFIS := len(b.documents) > 0
	if fromFIS && !slices.Contains(currencies, b.currency) {
		currencies = append(currencies, b.currency)
	}
	for _, currency := range currencies {
		r := Report{Key: b.key, ID: b.id, Currency: currency, Batches: b.batches, Documents: b.documents}
		if a, has := b.extract[currency]; has {
			r.Extract = &a
			r.Difference = a.Neg()
		}
		if fromFIS && currency == b.currency && b.unknown == "" {
			r.FIS = &b.amount
			r.Difference = r.Difference.Add(b.amount)
		}
		r.Result, r.Note = b.judge(&r)
		out = append(out, r)
	}
	return out
}

func (b *both) judge(r *Report) (Result, string) {
	switch {
	case len(b.documents) == 0:
		return OnlyExtract, ""
	case b.unknown != "":
		return Unknown, b.unknown
	case b.extract == nil:
		return OnlyFIS, ""
	case r.Extract != nil && r.FIS != nil && r.Difference.IsZero():
		return Same, ""
	case r.Extract == nil || r.FIS == nil:
		return Differs, "the other side has it in another currency"
	case len(b.documents) > 1:
		return Differs, fmt.Sprintf("the last of %d documents is compared", len(b.documents))
	}
	return Differs, ""
}

func sorted[K cmp.Ordered, V any](m map[K]V) []K {
	var out []K
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
