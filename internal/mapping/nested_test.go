package mapping_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// nestedFile is document > line > dimension, with a header around all of them and a trailer in it.
const nestedFile = `
file: { kind: xml, decimals: "2", own: { declaration: false } }
file_name: "{sequence:000}.xml"
records:
  - name: Batch
    repeat: header
    own: { element: B }
    fields: [ { name: documents, type: integer, value: file.documents, own: { path: "@docs" } } ]
  - name: Doc
    parent: Batch
    when: document.id <> "skip"
    own: { element: D }
    fields: [ { name: id, type: code, value: document.id, own: { path: "@id" } } ]
  - name: Line
    repeat: posting
    parent: Doc
    %s
    own: { element: L }
    fields:
      - { name: n, type: integer, value: row.in_document, own: { path: "@n" } }
      - { name: at, type: integer, value: row.line, own: { path: "@at" } }
      - { name: a, type: amount, value: line.amount, own: { path: "@a" } }
  - name: Dim
    repeat: posting
    parent: Line
    when: line.side = "D"
    own: { element: C }
    fields: [ { name: n, type: integer, value: row.in_document, own: { path: "@n" } }, { name: cc, type: code, value: allocationCustom2Code, own: { path: . } } ]
  - name: Mark
    repeat: posting
    parent: Line
    own: { element: M }
    fields: [ { name: role, type: code, value: line.role, own: { path: . } } ]
  - name: End
    repeat: trailer
    parent: Batch
    own: { element: E }
    fields: [ { name: sum, type: amount, value: file.debit, own: { path: "@sum" } } ]
totals: { amount: Line.a }
`

// Records in posting lines are written in each of them, numbered by themselves; where the record around is left out,
// so are they, and the document is held for its amounts.
func TestNestedRows(t *testing.T) {
	got := renderGroups(t, smallPlan(t, fmt.Sprintf(nestedFile, "")), []fis.Envelope{expense("1", "10.00", "5.00"), expense("skip", "1.00"), expense("2", "3.00")})
	want := `<B docs="2">
<D id="1">
<L n="1" at="3" a="10.00">
<C n="1">1000</C>
<M>expense</M>
</L>
<L n="2" at="6" a="-10.00">
<M>employee_payable</M>
</L>
<L n="3" at="8" a="5.00">
<C n="2">1001</C>
<M>expense</M>
</L>
<L n="4" at="11" a="-5.00">
<M>employee_payable</M>
</L>
</D>
<D id="2">
<L n="1" at="14" a="3.00">
<C n="1">1000</C>
<M>expense</M>
</L>
<L n="2" at="17" a="-3.00">
<M>employee_payable</M>
</L>
</D>
<E sum="18.00"></E>
</B>
`
	if diff := cmp.Diff(want, string(got.files[""])); diff != "" {
		t.Error(diff)
	}
	if err := got.refused["skip"]; err == nil || !strings.Contains(err.Error(), "stands in no row") {
		t.Errorf("%v", err)
	}
}

// Lines that are added up are added up for the records in them, too, and their codes must agree.
func TestNestedSums(t *testing.T) {
	plan := smallPlan(t, fmt.Sprintf(nestedFile, "summarise: { by: [line.role], across_allocations: true }"))
	got := renderGroups(t, plan, []fis.Envelope{expense("1", "10.00", "5.00"), expense("2", "3.00")})
	if err := got.refused["1"]; err == nil || err.Problems[0].Record != "Dim" || !strings.Contains(err.Error(), `"1000" and "1001" would be added up`) {
		t.Errorf("%v", err)
	}
	plan = smallPlan(t, strings.Replace(fmt.Sprintf(nestedFile, "summarise: { by: [line.role], across_allocations: true }"), "value: allocationCustom2Code", "value: line.account", 1))
	got = renderGroups(t, plan, []fis.Envelope{expense("1", "10.00", "5.00")})
	want := "<B docs=\"1\">\n<D id=\"1\">\n<L n=\"1\" at=\"3\" a=\"15.00\">\n<C n=\"1\">6000</C>\n<M>expense</M>\n</L>\n" +
		"<L n=\"2\" at=\"6\" a=\"-15.00\">\n<M>employee_payable</M>\n</L>\n</D>\n<E sum=\"15.00\"></E>\n</B>\n"
	if diff := cmp.Diff(want, string(got.files[""])); diff != "" || len(got.refused) > 0 {
		t.Error(diff, got.refused)
	}
}

// In an entry stand its allocations and its posting lines.
func TestRowsOfAnEntry(t *testing.T) {
	plan := smallPlan(t, `
file: { kind: xml, decimals: "2", own: { declaration: false, root: R } }
file_name: "{sequence:000}.xml"
records:
  - { name: Entry, repeat: entry, own: { element: E }, fields: [ { name: id, type: code, value: entryId, own: { path: "@id" } } ] }
  - { name: Alloc, repeat: allocation, parent: Entry, own: { element: A }, fields: [ { name: cc, type: code, value: allocationCustom2Code, own: { path: "." } } ] }
  - { name: Line, repeat: posting, parent: Entry, own: { element: L }, fields: [ { name: a, type: amount, value: line.amount, own: { path: "." } } ] }
totals: { amount: Line.a }
`)
	got := renderGroups(t, plan, []fis.Envelope{expense("1", "10.00", "5.00")})
	want := "<R>\n<E id=\"1-0\">\n<A>1000</A>\n<L>10.00</L>\n<L>-10.00</L>\n</E>\n<E id=\"1-1\">\n<A>1001</A>\n<L>5.00</L>\n<L>-5.00</L>\n</E>\n</R>\n"
	if diff := cmp.Diff(want, string(got.files[""])); diff != "" || len(got.refused) > 0 {
		t.Error(diff, got.refused)
	}
}

func TestNestingMistakes(t *testing.T) {
	for change, want := range map[string]string{
		"repeat: trailer\n    parent: Batch|repeat: trailer\n    parent: Doc":                                                       "is not written once a file, but this trailer is",
		"repeat: posting\n    parent: Line\n    when: line.side|repeat: tax\n    parent: Line\n    when: line.side":                 "in Line, which repeats over posting, a record repeats over posting",
		"when: document.id <> \"skip\"|once_per: id":                                                                                "has once_per",
		"repeat: posting\n    parent: Line\n    own|repeat: posting\n    summarise: { by: [line.role] }\n    parent: Line\n    own": "lines are added up in the record around it",
	} {
		from, to, _ := strings.Cut(change, "|")
		_, found := smallLoad(t, strings.Replace(fmt.Sprintf(nestedFile, ""), from, to, 1), "")
		if err := found.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", to, err)
		}
	}
}

// A package whose records carry no amounts is made like any other file.
func TestPackageWithoutAmounts(t *testing.T) {
	got := renderGroups(t, smallPlan(t, `
file: { kind: package, own: { members: [ { name: a.csv, records: [Line], file: { kind: delimited, line_end: lf } } ] } }
file_name: "{sequence:000}.zip"
records: [ { name: Line, repeat: posting, fields: [ { name: account, type: code, value: line.account } ] } ]
`), []fis.Envelope{expense("1", "10.00")})
	if text := string(memberOf(t, got.files[""], "a.csv")); text != "6000\n\"\"\n" {
		t.Errorf("%q", text)
	}
}
