package trial

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
)

// FindDocument gives the document with a docId or report id; false when it is not at hand.
type FindDocument func(ctx context.Context, id string) (fis.Envelope, bool, error)

// Report is how the tests of a mapping went.
type Report struct {
	Passed int `json:"passed"`
	Failed int `json:"failed"`
	// NotRun are tests whose document was not at hand.
	NotRun int `json:"not_run"`
	// Findings are an error for each test that failed, at the cell with the expected value, and a warning for each
	// document that was not at hand.
	Findings findings.List `json:"findings"`
}

// Run runs the tests of the Tests sheet. Documents come from find, which may be nil, or from files beside the workbook.
// The error is one of find or the end of ctx.
func Run(ctx context.Context, p *mapping.Plan, find FindDocument) (Report, error) {
	rows, bad := Read(p)
	r := testRun{plan: p, find: find, found: &workbook.Collector{File: p.Path(), List: bad},
		parser: fis.NewParser(p.Wants)}
	var err error
	if r.maker, err = mapping.NewMaker(p, time.Time{}); err != nil {
		return r.report, err
	}
	r.texts = mapping.NewTexts(p)
	for i := 0; i < len(rows); {
		n := i + 1
		for n < len(rows) && rows[n].document == rows[i].document {
			n++
		}
		if err := ctx.Err(); err != nil {
			return r.report, err
		}
		if err := r.document(ctx, rows[i:n]); err != nil {
			return r.report, err
		}
		i = n
	}
	r.report.Findings = r.found.List.Sorted([]string{r.plan.View().Content().Named(sheets.Sheets, workbook.SheetTests)})
	return r.report, nil
}

type testRun struct {
	plan   *mapping.Plan
	find   FindDocument
	found  *workbook.Collector
	parser *fis.Parser
	maker  *mapping.Maker
	texts  mapping.TextsOf
	report Report
	// held are the reasons for which the document would be held.
	held []string
}

// document runs the tests of one document.
func (r *testRun) document(ctx context.Context, rows []testRow) error {
	first := &rows[0]
	if first.document == "" {
		for i := range rows {
			r.fail(&rows[i], workbook.TestDocument, "",
				"name the document: its docId, its report id, or a file beside the workbook")
		}
		return nil
	}
	env, ok, err := r.envelope(ctx, first)
	if err != nil {
		return err
	}
	switch {
	case ok:
	case isDocumentFile(first.document):
		r.report.Failed += len(rows)
		return nil
	default:
		r.report.NotRun += len(rows)
		return nil
	}
	doc, err := r.parser.Parse(env)
	if err != nil {
		for i := range rows {
			r.fail(&rows[i], workbook.TestDocument, "", say.F("the document cannot be read: %s", err))
		}
		return nil
	}
	_, made, err := r.maker.Make(doc)
	r.held = refusal.Reasons(err)
	r.texts.Begin(made)
	for i := range rows {
		before := r.report.Failed
		if r.test(&rows[i]); r.report.Failed == before {
			r.report.Passed++
		}
	}
	return nil
}

// envelope finds the document; not ok: it was told already.
func (r *testRun) envelope(ctx context.Context, t *testRow) (fis.Envelope, bool, error) {
	if isDocumentFile(t.document) {
		env, err := documentFile(r.plan, t.document)
		if err != nil {
			r.found.Add(findings.Error, t.where[workbook.TestDocument], t.document, say.Of(err), "")
		}
		return env, err == nil, nil
	}
	if r.find != nil {
		env, ok, err := r.find(ctx, t.document)
		if err != nil || ok {
			return env, ok, err
		}
	}
	r.found.Add(findings.Warning, t.where[workbook.TestDocument], t.document,
		say.F("the document %s is not at hand: its tests were not run", t.document), "")
	return fis.Envelope{}, false, nil
}

var errOneDocument = errors.New("it holds more than one document")

// documentFile reads the one document in a file beside the workbook.
func documentFile(p *mapping.Plan, name string) (env fis.Envelope, err error) {
	local := filepath.FromSlash(name)
	if !filepath.IsLocal(local) {
		return env, fmt.Errorf("%s is not below the workbook's folder", name)
	}
	f, err := os.Open(filepath.Join(filepath.Dir(p.Path()), local))
	if err != nil {
		return env, fmt.Errorf("cannot read the document: %w", err)
	}
	defer f.Close()
	found := false
	err = fis.ReadDocuments(f, name, func(e fis.Envelope) error {
		if found {
			return errOneDocument
		}
		env, found = e, true
		return nil
	})
	switch {
	case err != nil:
		return env, fmt.Errorf("cannot read the document %s: %w", name, err)
	case !found:
		return env, fmt.Errorf("%s holds no document", name)
	}
	return env, nil
}

// test runs one test.
func (r *testRun) test(t *testRow) {
	switch {
	case wording.Fold(t.column) == wording.Fold(testHeld):
		r.testHeld(t)
		return
	case len(r.held) > 0:
		r.fail(t, workbook.TestExpected, "", say.F("the document would be held: %s", strings.Join(r.held, "; ")))
		return
	}
	record, ok := r.record(t)
	if !ok {
		return
	}
	if wording.Fold(t.column) == wording.Fold(testLines) {
		r.testLines(t, record)
		return
	}
	field, ok := r.field(t, record)
	if !ok {
		return
	}
	if !r.expectable(t, record, field) {
		return
	}
	lines, all, ok := r.lines(t, record)
	if ok {
		r.values(t, lines, all, field)
	}
}

func (r *testRun) testHeld(t *testRow) {
	want := wording.Clean(t.expected.Show())
	if len(r.held) == 0 {
		r.fail(t, workbook.TestExpected, "", "the document would not be held")
		return
	}
	if all := strings.Join(r.held, "; "); !strings.Contains(strings.ToLower(all), strings.ToLower(want)) {
		r.fail(t, workbook.TestExpected, "", say.F("the document would be held, but for another reason: %s", all))
	}
}

// record is the record that is meant; without a name, the only one with lines of the document, or the only one that has
// the column.
func (r *testRun) record(t *testRow) (int, bool) {
	var names []string
	var having []int
	for i := range r.plan.View().Records() {
		rec := &r.plan.View().Records()[i]
		if rec.Header() || rec.Trailer() {
			continue
		}
		names = append(names, rec.Name())
		if t.record != "" && wording.Fold(rec.Name()) == wording.Fold(t.record) {
			return i, true
		}
		if fieldAt(rec, t.column) >= 0 || wording.Fold(t.column) == wording.Fold(testLines) {
			having = append(having, i)
		}
	}
	switch {
	case t.record != "":
		r.fail(t, workbook.TestRecord, wording.Nearest(t.record, names),
			say.F("there is no record %q with lines of a document; the records are %s", t.record,
				strings.Join(names, ", ")))
	case len(having) == 1:
		return having[0], true
	case wording.Fold(t.column) == wording.Fold(testLines):
		return -1, true
	case len(having) > 1:
		r.fail(t, workbook.TestRecord, "", say.F("several records have the column %s: name one of %s", t.column,
			strings.Join(names, ", ")))
	default:
		r.fail(t, workbook.TestColumn, wording.Nearest(t.column, r.fieldNames(-1)), say.F("there is no column %q",
			t.column))
	}
	return 0, false
}

func fieldAt(r *mapping.Record, name string) int {
	return slices.IndexFunc(r.Fields(),
		func(f mapping.Field) bool { return wording.Fold(f.Name()) == wording.Fold(name) })
}

func (r *testRun) fieldNames(record int) []string {
	var names []string
	for i := range r.plan.View().Records() {
		if record >= 0 && i != record {
			continue
		}
		for _, f := range r.plan.View().Records()[i].Fields() {
			names = append(names, f.Name())
		}
	}
	return names
}

func (r *testRun) field(t *testRow, record int) (int, bool) {
	rec := &r.plan.View().Records()[record]
	if i := fieldAt(rec, t.column); i >= 0 {
		return i, true
	}
	r.fail(t, workbook.TestColumn, wording.Nearest(t.column, r.fieldNames(record)),
		say.F("the record %s has no column %q", rec.Name(), t.column))
	return 0, false
}

// expectable refuses number cells where a code is expected: leading zeros would be lost.
func (r *testRun) expectable(t *testRow, record, field int) bool {
	f := &r.plan.View().Records()[record].Fields()[field]
	switch t.expected.Kind {
	case workbook.Uncalculated, workbook.ErrorCell:
		workbook.Usable(t.expected, r.found)
		r.report.Failed++
		return false
	case workbook.Number:
		if f.Type() != layout.AmountType && f.Type() != layout.IntegerType {
			r.fail(t, workbook.TestExpected, "", say.F("%s %q is a number cell; make it text", f.Name(),
				t.expected.Value().String()))
			return false
		}
	}
	return true
}

// testLines compares the number of lines.
func (r *testRun) testLines(t *testRow, record int) {
	n := 0
	for i := range r.texts.Rows() {
		if record < 0 || r.texts.Rows()[i].Record() == record {
			n++
		}
	}
	if want := wording.Clean(t.expected.Show()); want != strconv.Itoa(n) {
		r.fail(t, workbook.TestExpected, "", say.F("the document makes %s, not %s", say.Counted(n, "line"),
			wording.OrBlank(want)))
	}
}

// lines are the rows that the test is about. all: each of them must read as expected; else one of them is enough.
func (r *testRun) lines(t *testRow, record int) (rows []int, all, ok bool) {
	var whole []int
	for i := range r.texts.Rows() {
		if r.texts.Rows()[i].Record() == record {
			whole = append(whole, i)
		}
	}
	if len(whole) == 0 {
		r.fail(t, workbook.TestRecord, "", say.F("the document makes no line of the record %s",
			r.plan.View().Records()[record].Name()))
		return nil, false, false
	}
	n, err := strconv.Atoi(t.line)
	switch {
	case t.line == "":
		return whole, false, true
	case wording.Fold(t.line) == testAll:
		return whole, true, true
	case err == nil && n >= 1 && n <= len(whole):
		return whole[n-1 : n], true, true
	}
	var words []string
	for _, i := range whole {
		o := &r.texts.Rows()[i].Origin
		if slices.Contains([]string{o.Role(), o.Entry(), o.Item(), o.Allocation()}, t.line) {
			rows = append(rows, i)
		}
		for _, w := range []string{o.Role(), o.Entry(), o.Item()} {
			if w != "" && !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
	}
	if len(rows) > 0 {
		return rows, true, true
	}
	reason := say.F("no line of the document is %q: the document makes %s of %s; give a number from 1, %s, a "+
		"role or an entry id", t.line, say.Counted(len(whole), "line"), r.plan.View().Records()[record].Name(),
		testAll)
	r.fail(t, workbook.TestLine, wording.Nearest(t.line, words), reason)
	return nil, false, false
}

// values compares what the lines say.
func (r *testRun) values(t *testRow, lines []int, all bool, field int) {
	want := wording.Clean(t.expected.Show())
	var others []string
	hits := 0
	for _, i := range lines {
		got := r.texts.At(i, field)
		if agrees(t.expected, got, r.texts.Rows()[i].Values()[field]) {
			hits++
			continue
		}
		if !slices.Contains(others, wording.OrBlank(got)) {
			others = append(others, wording.OrBlank(got))
		}
	}
	if hits == len(lines) || !all && hits > 0 {
		return
	}
	const most = 4
	if len(others) > most {
		others = append(others[:most:most], "…")
	}
	got := strings.Join(others, ", ")
	switch {
	case len(lines) == 1:
		r.fail(t, workbook.TestExpected, "", say.F("the test %s expects %s in %s, but it is %s", t.label(),
			wording.OrBlank(want), t.column, got))
	case all:
		r.fail(t, workbook.TestExpected, "", say.F("the test %s expects %s in %s of all %d lines, but %d of "+
			"them have %s", t.label(), wording.OrBlank(want), t.column, len(lines), len(lines)-hits, got))
	default:
		r.fail(t, workbook.TestExpected, "",
			say.F("the test %s expects %s in %s, but no line has it; they have %s", t.label(),
				wording.OrBlank(want), t.column, got))
	}
}

// agrees compares a cell of the Tests sheet with what stands in the file: as a text, or as the number or date that it
// is.
func agrees(want workbook.Cell, got string, v layout.Value) bool {
	text := wording.Clean(want.Show())
	if text == got {
		return true
	}
	switch v.Kind {
	case layout.NumberKind:
		a, err := fis.ParseAmount(text)
		return err == nil && a.Equal(v.Number)
	case layout.DateKind:
		return text == v.Date.String()
	}
	return false
}

func (r *testRun) fail(t *testRow, column, near string, reason say.Text) {
	r.report.Failed++
	at, value := t.where[column], ""
	switch column {
	case workbook.TestExpected:
		at, value = t.expected.Place, t.expected.Show()
	case workbook.TestDocument:
		value = t.document
	case workbook.TestRecord:
		value = t.record
	case workbook.TestLine:
		value = t.line
	case workbook.TestColumn:
		value = t.column
	}
	r.found.Add(findings.Error, at, value, reason, near)
}
