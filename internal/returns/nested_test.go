package returns

import (
	"fmt"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// written is a format in YAML, compiled.
func written(tb testing.TB, text string) (*Format, error) {
	tb.Helper()
	var f format.Format
	if err := yaml.UnmarshalWithOptions([]byte(text), &f, yaml.Strict()); err != nil {
		tb.Fatal(err)
	}
	return Compile(f)
}

// lines are what a file says, by a format in YAML.
func lines(tb testing.TB, text, in string) string {
	tb.Helper()
	f, err := written(tb, text)
	if err != nil {
		return "refused: " + err.Error()
	}
	var out []string
	_, err = f.Aloud().Parse(tb.Context(), "x", strings.NewReader(in), int64(len(in)), layout.Limits{}, func(r Row) error {
		out = append(out, told(r))
		return nil
	})
	if err != nil {
		out = append(out, "not believed: "+err.Error())
	}
	return strings.Join(out, "\n")
}

// xmlFormat reads payments in batches: the day stands in the batch, the currency in an attribute, reasons may repeat.
const xmlFormat = `
name: erp
files: "*"
kind: payment
level: document
layout: { kind: xml }
records:
  - name: Payment
    own: { rows: Batch/Payment }
    fields:
      - { name: ref, type: code, required: true, own: { path: "@id" } }
      - { name: day, type: date, own: { path: ../Day } }
      - { name: run, type: code, own: { path: ../@run } }
      - { name: sum, type: amount, own: { path: Sum/Value } }
      - { name: ccy, type: code, own: { path: Sum/@cur } }
      - { name: state, type: code, own: { path: State } }
      - { name: why, type: text, own: { path: Reasons/Reason, join: "; " } }
columns:
  - { role: reference, field: ref }
  - { role: payment_date, field: day }
  - { role: payment_ref, fields: [run, ref], join: "-" }
  - { role: amount, field: sum }
  - { role: currency, field: ccy }
  - { role: status, field: state, words: { ok: paid, back: RE } }
  - { role: method, value: E }
  - { role: message, field: why }
`

const xmlFile = `<?xml version="1.0"?><p:Answer xmlns:p="urn:x"><Payment id="none"/>
<Batch run="7"><Day>2026-11-04</Day><Day>2026-11-05</Day>
 <Payment id="A"><State>ok</State><Sum cur="EUR"><Value>12.50</Value></Sum></Payment>
 <p:Payment id="B"><State>back</State><Reasons><Reason>closed</Reason><Reason>twice</Reason></Reasons><Sum cur="USD"><Value>1</Value></Sum></p:Payment>
 <Payment id="C"><State>ok</State><State>back</State><Sum cur="EUR"><Value>12.50</Value></Sum></Payment>
 <Payment><State>ok</State></Payment>
</Batch>
<Batch run="8"><Payment id="D"><State>ok</State><Sum cur="EUR"><Value>2</Value></Sum></Payment></Batch></p:Answer>`

func TestXMLByPaths(t *testing.T) {
	want := `1 paid A 12.5 EUR 2026-11-05 E 7-A
2 RE B 1 USD 2026-11-05 E 7-B | closed; twice
3 listed: state "ok": stands 2 times in the row; give the field ` + "`own: { join: … }`" + ` when all of them count
4 listed: ref is required and has no value
5 listed: the payment has no date`
	if got := lines(t, xmlFormat, xmlFile); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	for in, want := range map[string]string{
		"<Answer/>":           "there is no row in it: no element Batch/Payment",
		"<Answer><Batch>":     "the end of the file, </Answer>, is not there",
		"<Answer></Ansver>":   "the end of the file",
		"<!DOCTYPE a><a></a>": "document type",
		"Ref;Sum":             "no XML",
	} {
		if got := lines(t, xmlFormat, in); !strings.Contains(got, want) {
			t.Errorf("%s: %s", in, got)
		}
	}
	for change, want := range map[string]string{
		"own: { rows: Batch/Payment }|own: { rows: Payment }":       "must name the elements around the row",
		"own: { rows: Batch/Payment }|":                             "which element is a row",
		`path: ../Day|path: "ns:Day"`:                               "is no path",
		`path: Sum/@cur|path: "@cur/Sum"`:                           "is no path",
		`path: Sum/@cur|paths: Sum`:                                 "unknown field",
		"layout: { kind: xml }|layout: { kind: xml, header: true }": "only delimited",
	} {
		from, to, _ := strings.Cut(change, "|")
		if got := lines(t, strings.Replace(xmlFormat, from, to, 1), xmlFile); !strings.Contains(got, want) {
			t.Errorf("%s: %s", change, got)
		}
	}
}

// recordFormat has the outcome in the document's line, the number in the line below, and reasons in any number of
// lines, which may go on.
const recordFormat = `
name: erp
files: "*"
kind: posting
level: document
layout: { kind: records, delimiter: semicolon, own: { continues: "+;", joined: " " } }
records:
  - name: Run
    match: { prefix: "R;" }
    own: { part: true }
    fields: [ { name: t, type: code }, { name: company, type: code }, { name: day, type: date } ]
  - name: Doc
    parent: Run
    match: { prefix: "D;" }
    fields:
      - { name: t, type: code }
      - { name: ref, type: code }
      - { name: state, type: code }
      - { name: company, type: code, own: { of: Run.company } }
      - { name: day, type: date, own: { of: Run.day } }
      - { name: number, type: code, own: { of: Booking.number } }
      - { name: why, type: text, own: { of: Why.text, join: "; " } }
  - name: Booking
    parent: Doc
    match: { prefix: "B;" }
    own: { part: true }
    fields: [ { name: t, type: code }, { name: number, type: code } ]
  - name: Why
    parent: Doc
    match: { prefix: "W;" }
    own: { part: true, rest: true }
    fields: [ { name: t, type: code }, { name: text, type: text } ]
  - name: End
    match: { prefix: "E;" }
    fields: [ { name: t, type: code }, { name: rows, type: integer } ]
uses: { Run: ignore, Booking: ignore, Why: ignore, End: trailer }
columns:
  - { role: reference, record: Doc, field: ref }
  - { role: outcome, record: Doc, field: state, words: { OK: posted, NO: rejected } }
  - { role: document_number, record: Doc, field: number }
  - { role: company, record: Doc, field: company }
  - { role: posting_date, record: Doc, field: day }
  - { role: message, record: Doc, field: why }
  - { role: row_count, record: End, field: rows }
`

const recordFile = `R;1000;2026-11-05
D;A;OK
B;4711;x;y
D;B;NO
W;account 6000; closed
+;since May
W;and no cost center
R;2000
D;C;OK
B;4712
B;4713
X;odd
B;9
E;4
`

func TestRecordsWithParents(t *testing.T) {
	want := `2 posted A 4711 1000
4 rejected B 1000 | account 6000; closed since May; and no cost center
9 listed: number "4712": is given 3 times, and not alike; give the field ` + "`join`" + ` when all of them count
12 listed: "X;odd": is none of the records that the layout knows (Run, Doc, Booking, Why, End)
14 nothing: trailer End`
	if got := lines(t, recordFormat, recordFile); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got := lines(t, recordFormat, strings.Replace(recordFile, "D;A;OK\n", "", 1)); !strings.Contains(got, "stands in no Doc") {
		t.Error(got)
	}
	if got := lines(t, recordFormat, strings.Replace(recordFile, "E;4\n", "", 1)); !strings.Contains(got, "trailer is missing") {
		t.Error(got)
	}
	// Several on a line, each ended by its own mark.
	one := strings.Replace(recordFormat, `own: { continues: "+;", joined: " " }`, `own: { ends: "~" }`, 1)
	if got, want := lines(t, one, "R;1000;2026-11-05~D;A;OK~B;4711~D;B;OK~\nB;4712~E;2~\n"), "1 posted A 4711 1000\n2 posted B 4712 1000\n3 nothing: trailer End"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	for change, want := range map[string]string{
		"of: Run.company|of: Run.firm":                `has no field "firm"`,
		"of: Run.company|of: Ran.company":             `there is no record "Ran"`,
		"of: Run.company|of: End.rows":                "neither around this one nor in it",
		`match: { prefix: "B;" }|match: { }`:          "could not be recognised",
		"parent: Run|parent: Why":                     "is not a record before this one",
		"kind: records,|kind: records, header: true,": "no headings",
	} {
		from, to, _ := strings.Cut(change, "|")
		if got := lines(t, strings.Replace(recordFormat, from, to, 1), recordFile); !strings.Contains(got, want) {
			t.Errorf("%s: %s", change, got)
		}
	}
}

// Records of positions.
func TestFixedRecordsWithParents(t *testing.T) {
	const fixed = `
name: erp
files: "*"
kind: posting
level: document
layout: { kind: records, own: { form: fixed } }
records:
  - name: Doc
    match: { prefix: "1" }
    fields: [ { name: ref, type: code, start: 2, width: 5 }, { name: state, type: code, width: 2 }, { name: why, type: text, width: 60, own: { of: Why.text, join: " " } } ]
  - name: Why
    parent: Doc
    match: { prefix: "2" }
    own: { part: true }
    fields: [ { name: text, type: text, start: 2, width: 30 } ]
uses: { Why: ignore }
columns:
  - { role: reference, field: ref }
  - { role: outcome, field: state, words: { OK: posted, NO: rejected } }
  - { role: message, field: why }
`
	if got, want := lines(t, fixed, "1RPT-1NO\n2Konto fehlt für\n2alle\n1RPT-2OK\n1RPT-3\n"), "1 rejected RPT-1 | Konto fehlt für alle\n4 posted RPT-2\n5 listed: state is empty, and no word is given for that"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// What waits for the record around it is bounded.
func TestManyRecordsInOne(t *testing.T) {
	in := "R;1000;2026-11-05\nD;A;OK\n" + strings.Repeat("W;x\n", 100_001)
	if got := lines(t, recordFormat, in); !strings.Contains(got, "more than 100000 records in one") {
		t.Error(got[:min(len(got), 200)])
	}
	var b strings.Builder
	b.WriteString("R;1000;2026-11-05\n")
	for i := range 150_000 {
		fmt.Fprintf(&b, "D;A%d;OK\n", i)
	}
	if got := lines(t, recordFormat, b.String()+"E;150000\n"); !strings.HasSuffix(got, "nothing: trailer End") {
		t.Error(got[max(0, len(got)-200):])
	}
}

func fuzzText(f *testing.F, texts []string, seeds ...string) {
	for i, seed := range seeds {
		f.Add(i%len(texts), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, which int, content []byte) {
		format := texts[uint(which)%uint(len(texts))]
		if a, b := lines(t, format, string(content)), lines(t, format, string(content)); a != b {
			t.Fatalf("not the same twice: %s\n%s", a, b)
		}
	})
}

func FuzzXMLByPaths(f *testing.F) {
	fuzzText(f, []string{xmlFormat}, xmlFile, "<a><Batch><Payment/></Batch></a>", "<Batch><Payment id='x'><Payment/></Payment></Batch>")
}

func FuzzRecords(f *testing.F) {
	fuzzText(f, []string{recordFormat, strings.Replace(recordFormat, `own: { continues: "+;", joined: " " }`, `own: { ends: "~" }`, 1)}, recordFile, "R;1~D;A;OK~B;1~E;1~", "B;1\n+;x\n+;", "E;0\n")
}
