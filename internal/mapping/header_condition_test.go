package mapping_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
)

// twoHeads is a package whose members begin with headers that stand there or not.
const twoHeads = `
file:
  kind: package
  own:
    members:
      - { name: a.csv, records: [Never, Always, Line], file: { kind: delimited, line_end: lf, header: true, header_record: Line, decimals: "2", neutralise: "off" } }
      - { name: b.csv, records: [Other, Copy], file: { kind: delimited, line_end: lf, decimals: "2", neutralise: "off" } }
file_name: "{sequence:000}.zip"
records:
  - name: Never
    match: { column: 1, value: N }
    repeat: header
    when: file.sequence = 99
    fields: [{ name: mark, type: code, value: '"N"' }, { name: n, type: integer, value: file.documents }, { name: x, type: code }, { name: y, type: code }]
  - name: Always
    match: { column: 1, value: A }
    repeat: header
    when: file.sequence = 1
    fields: [{ name: mark, type: code, value: '"A"' }, { name: n, type: integer, value: file.documents }, { name: x, type: code }, { name: y, type: code }]
  - name: Line
    match: { column: 1, value: L }
    repeat: posting
    fields: [{ name: mark, type: code, value: '"L"' }, { name: id, type: code, value: document.id }, { name: n, type: integer, value: row.in_document }, { name: a, type: amount, value: line.amount }]
  - name: Other
    match: { column: 1, value: O }
    repeat: header
    when: file.route = "another"
    fields: [{ name: mark, type: code, value: '"O"' }]
  - name: Copy
    match: { column: 1, value: C }
    repeat: posting
    fields: [{ name: mark, type: code, value: '"C"' }, { name: id, type: code, value: document.id }, { name: n, type: integer, value: row.in_document }]
totals: { amount: Line.a }
`

// A header whose condition does not hold takes no line of its member.
func TestHeaderWithAFalseConditionTakesNoLine(t *testing.T) {
	plan := smallPlan(t, twoHeads)
	docs := []fis.Envelope{expense("1", "10.00"), expense("2", "3.00", "4.00")}
	for _, member := range []string{"a.csv", "b.csv"} {
		files, _, err := explain.Files(plan, explain.Options{Context: explainContext(t), Member: member}, seq(docs))
		must(t)(err)
		must(t)(files[0].Err)
		var said []string
		for _, l := range files[0].Lines {
			said = append(said, l.Text)
			if l.Line != len(said) {
				t.Errorf("%s: line %d is told as %d: %s", member, len(said), l.Line, l.Text)
			}
		}
		want := strings.Split(strings.TrimSuffix(string(memberOf(t, files[0].Bytes, member)), "\n"), "\n")
		if !slices.Equal(said, want) || files[0].Counted != len(want) {
			t.Errorf("%s: %d lines are told, %q, and the file has %q", member, files[0].Counted, said, want)
		}
		second, _, err := explain.Files(plan, explain.Options{Context: explainContext(t), Member: member,
			Want: func(first, last int) bool { return first <= len(want) && len(want) <= last }}, seq(docs))
		must(t)(err)
		if len(second[0].Lines) != 1 || second[0].Lines[0].Text != want[len(want)-1] {
			t.Errorf("%s: the last line alone is not found", member)
		}
	}
}

// memberOf is a file of a package.
func memberOf(t *testing.T, body []byte, name string) []byte {
	t.Helper()
	for member, text := range filesOf(t, body) {
		if member == name {
			return text
		}
	}
	t.Fatalf("no member %s", name)
	return nil
}

// Where a header stands decides on which lines the documents stand, so its condition asks nothing that is known only
// at the end.
func TestHeaderConditionIsKnownAtTheBeginning(t *testing.T) {
	text := strings.Replace(twoHeads, "file.sequence = 99", "file.documents > 1", 1)
	if _, found := smallLoad(t, text, ""); found.Err() == nil || !strings.Contains(found.Err().Error(), "file.documents is known only at the end of the file, and the condition of a header decides on which lines documents stand") {
		t.Errorf("file.documents in the condition of a header: %v", found)
	}
}

// file.records counts the trailers that stand there.
func TestTrailerWithAFalseConditionIsNotCounted(t *testing.T) {
	plan := smallPlan(t, `
file: { kind: delimited, line_end: lf, decimals: "2", neutralise: "off" }
file_name: "{sequence:000}.csv"
records:
  - name: Line
    repeat: posting
    fields: [{ name: mark, type: code, value: '"L"' }, { name: a, type: amount, value: line.amount }]
  - name: Big
    repeat: trailer
    when: file.documents > 5
    fields: [{ name: mark, type: code, value: '"B"' }, { name: n, type: integer, value: file.records }]
  - name: End
    repeat: trailer
    fields: [{ name: mark, type: code, value: '"E"' }, { name: n, type: integer, value: file.records }]
totals: { amount: Line.a }
`)
	got := renderGroups(t, plan, []fis.Envelope{expense("1", "10.00")})
	if want := "L,10.00\nL,-10.00\nE,3\n"; !bytes.Equal(got.files[""], []byte(want)) {
		t.Errorf("got %s, want %s", got.files[""], want)
	}
}
