// Package lint owns the warnings about a mapping that can be used: what trying it on documents shows, and the doubts
// about a new version, which wait for a person. It changes nothing.
package lint

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/mapping/lookup"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/sums"
	"github.com/fisbridge/fisbridge/internal/mapping/trial"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Options say what a mapping is checked against.
type Options struct {
	// Documents are tried with the mapping; nil for none.
	Documents iter.Seq2[fis.Envelope, error]
	// Find gives documents that tests name; it may be nil.
	Find trial.FindDocument
	// Created is the moment the files of the trial are made.
	Created time.Time
}

// Report is everything that is to be said of a mapping.
type Report struct {
	File     string        `json:"file"`
	Template string        `json:"template,omitempty"`
	Usable   bool          `json:"usable"`
	Findings findings.List `json:"findings"`
	// Amounts says in words how the amounts of the file are held against the documents, and what is different on
	// purpose.
	Amounts []say.Text `json:"amounts,omitempty"`
	// Sums are the totals of both sides, when they differ: what the documents say and what the files of the trial
	// would.
	Sums []sums.Row `json:"sums,omitempty"`
	// Tests is how the Tests sheet went; nil without tests.
	Tests *trial.Report `json:"tests,omitempty"`
	// Documents is how many were tried, Held those of them that the mapping would hold, Unpostable those that no
	// mapping can take.
	Documents int `json:"documents"`
	// DocumentsFrom says where they come from when nobody named them: the journal.
	DocumentsFrom string `json:"documents_from,omitempty"`
	Held          int    `json:"held"`
	Unpostable    int    `json:"unpostable"`
	// Plan is nil when the mapping cannot be used.
	Plan *mapping.Plan `json:"-"`
}

// Check loads a mapping, runs its tests, and tries it on documents. The error is one of the documents, or of ctx; all
// that is wrong with the mapping is in the report.
func Check(ctx context.Context, templates fs.FS, path string, data []byte, opt Options) (*Report, error) {
	plan, findings := mapping.LoadBytes(templates, path, data)
	r := &Report{File: path, Plan: plan, Findings: findings}
	if plan == nil {
		return r, r.seenFields(opt)
	}
	r.Findings = append(r.Findings, Unfilled(plan)...)
	r.Findings = append(r.Findings, Yearless(plan)...)
	r.Template, r.Amounts = plan.TemplateName(), plan.Template().Declaration()
	if trial.Has(plan) {
		tests, err := trial.Run(ctx, plan, opt.Find)
		if err != nil {
			return r, err
		}
		r.Tests, r.Findings = &tests, append(r.Findings, tests.Findings...)
	}
	if opt.Documents != nil {
		if err := r.try(ctx, opt); err != nil {
			return r, err
		}
	}
	r.Findings = r.Findings.Sorted(plan.View().Content().Order)
	r.Usable = r.Findings.Err() == nil
	return r, nil
}

// HasPlaces reports whether a finding names a sheet, which means that the workbook could be opened.
func (r *Report) HasPlaces() bool {
	for _, f := range r.Findings {
		if f.Sheet != "" {
			return true
		}
	}
	return false
}

// attempt renders documents and watches the lookups.
type attempt struct {
	report   *Report
	plan     *mapping.Plan
	worker   *mapping.Worker
	files    map[string]*mapping.File
	context  mapping.FileContext
	problems map[refusal.Problem]*times
	defaults map[*lookup.Table]map[string]*times
	hits     map[*lookup.Table]map[int]bool
	// amounts are the documents whose rows would not say what they say, by place.
	amounts map[refusal.Problem]*wrongAmounts
	// remarks are what documents say of themselves and does not stop them, by reason.
	remarks map[string]*wrongAmounts
	blanks  *blankFields
	places  *undocumented
	sums    sums.BothSides
	doc     string
}

// wrongAmounts are documents with a wrong amount at one place; first is the first of them in words.
type wrongAmounts struct {
	times
	first say.Text
}

// times counts documents and remembers a few.
type times struct {
	count int
	last  string
	some  []string
}

func (t *times) add(doc string) {
	if t.count > 0 && t.last == doc {
		return
	}
	t.count++
	t.last = doc
	if len(t.some) < 3 {
		t.some = append(t.some, doc)
	}
}

// Said is how many documents, and a few of them.
func (t *times) Said() say.Text {
	some := strings.Join(t.some, ", ")
	if t.count > len(t.some) {
		some += ", …"
	}
	return say.F("%s: %s", say.Counted(t.count, "document"), some)
}

// try makes files of the documents, throws them away, and adds what was seen to the findings.
func (r *Report) try(ctx context.Context, opt Options) error {
	temp, err := os.MkdirTemp("", "fisbridge-check-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	t := &attempt{report: r, plan: r.Plan, worker: r.Plan.NewWorker(), files: map[string]*mapping.File{},
		problems: map[refusal.Problem]*times{}, amounts: map[refusal.Problem]*wrongAmounts{}, remarks: map[string]*wrongAmounts{},
		defaults: map[*lookup.Table]map[string]*times{}, hits: map[*lookup.Table]map[int]bool{},
		context: mapping.FileContext{Route: r.Plan.Name(), Sequence: 1, Created: opt.Created, TempDir: temp}}
	defer t.close()
	t.sums = sums.New()
	t.blanks, t.places = newBlankFields(r.Plan), newUndocumented(r.Plan)
	t.worker.Watch(func(rec *mapping.Record) {
		t.blanks.see(rec, t.worker.Here())
		t.places.see(t.worker.Here(), t.doc)
	})
	for _, l := range r.Plan.View().Lookups() {
		l.Watch(t.seen)
		defer l.Watch(nil)
		t.defaults[l], t.hits[l] = map[string]*times{}, map[int]bool{}
	}
	for env, err := range opt.Documents {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if err := t.document(env); err != nil {
			return err
		}
	}
	t.finish()
	if r.Documents > 0 {
		t.conclude()
	}
	return nil
}

func (t *attempt) close() {
	for _, f := range t.files {
		f.Abort()
	}
}

// seen is told of every row that a lookup gives.
func (t *attempt) seen(l *lookup.Table, row int, key string) {
	t.hits[l][row] = true
	stars := 0
	keys := l.Rows()[row].Key()
	for _, k := range keys[:len(l.Keys())] {
		if k == "*" {
			stars++
		}
	}
	if stars == len(l.Keys()) {
		if t.defaults[l][key] == nil {
			t.defaults[l][key] = &times{}
		}
		t.defaults[l][key].add(t.doc)
	}
}

// remarked gathers what does not stop a document: its rows do not add up to what it states.
func (t *attempt) remarked(list []refusal.Problem) {
	for _, p := range list {
		n := t.remarks[p.Reason]
		if n == nil {
			n = &wrongAmounts{first: p.Said()}
			t.remarks[p.Reason] = n
		}
		n.add(t.doc)
	}
}

func (t *attempt) document(env fis.Envelope) error {
	if !t.plan.Takes(env.DocType) && env.DocType != "" {
		return nil // another route's
	}
	t.doc = env.Name()
	t.report.Documents++
	p, err := t.worker.Prepare(env)
	if err == nil {
		t.remarked(p.Warnings)
	}
	if err == nil && p.Rows > 0 {
		err = t.put(p)
	}
	var refused *refusal.DocumentError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &refused):
		return err
	case refused.Refused:
		t.report.Unpostable++
		return nil
	}
	t.report.Held++
	t.refused(refused)
	if made := t.worker.Doc(); refused.Problems[0].Reason == refusal.Amounts {
		sums.AddTo(t.sums.Must, map[string]amounts.Sides{made.Currency: made.Must})
		sums.AddTo(t.sums.Said, map[string]amounts.Sides{made.Currency: made.Said})
	}
	return nil
}

// compared takes what the rows of a file say, and the documents of which it would say something else.
func (t *attempt) compared(c amounts.Comparison, wrong *refusal.ReadBackError) {
	sums.AddTo(t.sums.Must, c.Must)
	sums.AddTo(t.sums.Said, c.Said)
	if wrong == nil {
		return
	}
	for _, d := range wrong.Documents {
		t.doc = d.DocID
		t.report.Held++
		t.refused(d)
	}
}

// refused gathers why a document would be held, places and not documents first.
func (t *attempt) refused(refused *refusal.DocumentError) {
	amounts := false
	for _, p := range refused.Problems {
		if p.Reason == refusal.Amounts {
			if p.Place != "" || len(refused.Problems) == 1 {
				t.wrongAmount(p)
				amounts = true
			}
			continue
		}
		p.Entry, p.Allocation, p.Path = "", "", ""
		if t.problems[p] == nil {
			t.problems[p] = &times{}
		}
		t.problems[p].add(t.doc)
	}
	if first := refused.Problems[0]; first.Reason == refusal.Amounts && !amounts {
		t.wrongAmount(first)
	}
}

func (t *attempt) wrongAmount(p refusal.Problem) {
	k := refusal.Problem{Record: p.Record, Field: p.Field, Place: p.Place}
	n := t.amounts[k]
	if n == nil {
		n = &wrongAmounts{first: say.F("%s, in %s", p.Detail, t.doc)}
		t.amounts[k] = n
	}
	n.add(t.doc)
}

// put adds a document to the file of its group.
func (t *attempt) put(p *mapping.Prepared) error {
	f := t.files[p.Group]
	if f == nil {
		ctx := t.context
		ctx.Group = p.Group
		var err error
		if f, err = t.plan.NewFile(ctx); err != nil {
			return err
		}
		f.Compare(t.compared)
		t.files[p.Group] = f
	}
	_, err := f.Add(p)
	if !errors.Is(err, refusal.ErrFull) {
		return err
	}
	t.end(f)
	delete(t.files, p.Group)
	return t.put(p)
}

// finish makes the files whole, and reads them back as a run does.
func (t *attempt) finish() {
	for _, f := range t.files {
		t.end(f)
	}
	if rows := t.sums.Rows(true, nil); sums.AnyBad(rows) {
		t.report.Sums = rows
	}
}

// end makes a file whole.
func (t *attempt) end(f *mapping.File) {
	if _, err := f.Finish(io.Discard); err != nil {
		t.report.Findings = append(t.report.Findings, findings.Finding{Severity: findings.Error, File: t.report.File, Reason: say.Of(err)})
	}
}

// ownValue is the Value that the template gives the column of a problem: what to write again when people have changed
// it. Empty when it has none.
func (t *attempt) ownValue(p refusal.Problem) string {
	for _, r := range t.plan.Template().Records {
		for _, f := range r.Fields {
			if r.Name == p.Record && (f.Name == p.Field || f.Heading == p.Field) {
				return f.Value
			}
		}
	}
	return ""
}

// mostPerSheet bounds the findings of one kind at one sheet or cell.
const mostPerSheet = 20

// conclude turns what was seen into warnings.
func (t *attempt) conclude() {
	var all []findings.Finding
	for p, n := range t.amounts {
		sheet, cell, _ := strings.Cut(p.Place, "!")
		detail := say.F("the file would not say what the documents say, in %s (%s)", n, n.first)
		detail = say.After(strings.TrimSpace(p.Record+" "+p.Field), detail)
		if value := t.ownValue(p); value != "" {
			detail = say.F("%s; the template's own Value of this column is %s", detail, value)
		}
		f := t.warning(findings.Place{Sheet: sheet, Ref: cell}, "", detail)
		f.Severity = findings.Error
		all = append(all, f)
	}
	for p, n := range t.problems {
		sheet, cell, _ := strings.Cut(p.Place, "!")
		detail := p.Detail
		if p.Field != "" {
			detail = say.After(strings.TrimSpace(p.Record+" "+p.Field), detail)
		}
		all = append(all, t.warning(findings.Place{Sheet: sheet, Ref: cell}, "", say.F("would hold %s: %s", n,
			detail)))
	}
	for l, keys := range t.defaults {
		for key, n := range keys {
			all = append(all, t.warning(defaultPlace(l), key,
				say.F("%q has no row of its own and takes the default, in %s", key, n)))
		}
	}
	sort.Slice(all, func(i, j int) bool {
		return all[i].Place()+all[i].Reason.String() < all[j].Place()+all[j].Reason.String()
	})
	count := map[string]int{}
	for _, f := range all {
		if count[f.Place()]++; count[f.Place()] <= mostPerSheet {
			t.report.Findings = append(t.report.Findings, f)
		}
	}
	for at, n := range count {
		if n > mostPerSheet {
			i := slices.IndexFunc(all, func(f findings.Finding) bool { return f.Place() == at })
			t.report.Findings = append(t.report.Findings,
				t.warning(findings.Place{Sheet: all[i].Sheet, Ref: all[i].Cell}, "",
					say.F("and %d more of this kind", n-mostPerSheet)))
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(t.remarks)) {
		n := t.remarks[reason]
		t.report.Findings = append(t.report.Findings, t.warning(findings.Place{}, "",
			say.F("does not stop a document, but a person should know: %s, in %s", n.first, n)))
	}
	for l, hits := range t.hits {
		t.neverUsed(l, hits)
	}
	t.report.Findings = append(t.report.Findings, t.blanks.warnings(t)...)
	t.report.Findings = append(t.report.Findings, t.places.remarks(t)...)
}

func (t *attempt) warning(at findings.Place, value string, reason say.Text) findings.Finding {
	return findings.Finding{Severity: findings.Warning, File: t.report.File, Sheet: at.Sheet, Cell: at.Ref,
		Value: value, Reason: reason}
}

// defaultPlace is the row with * in every key.
func defaultPlace(t *lookup.Table) findings.Place {
	for _, r := range t.Rows() {
		if strings.Trim(t.Show(r.Key()), "* /") == "" && r.Key()[0] == "*" {
			return r.At()
		}
	}
	return findings.Place{Sheet: t.Name()}
}

// neverUsed tells which codes of a lookup occur in no document.
func (t *attempt) neverUsed(l *lookup.Table, hits map[int]bool) {
	var unused []string
	codes := 0
	for i, r := range l.Rows() {
		shown := l.Show(r.Key())
		if strings.Contains(shown, "*") {
			continue
		}
		codes++
		if !hits[i] {
			unused = append(unused, shown)
		}
	}
	if len(unused) == 0 {
		return
	}
	const most = 8
	n := len(unused)
	if n > most {
		unused = append(unused[:most:most], "…")
	}
	t.report.Findings = append(t.report.Findings, t.warning(findings.Place{Sheet: l.Name()}, "",
		say.F("%d of %d codes occur in none of %s: %s", n, codes, wording.Counted(t.report.Documents, "document"),
			strings.Join(unused, ", "))))
}
