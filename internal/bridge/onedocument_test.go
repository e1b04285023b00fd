package bridge_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// oneTemplate writes the debits, with a trailer whose total has room for less than a row; GROUP is its grouping.
const oneTemplate = `name: one
title: one
documents: [expense]
acceptance: document
file: {kind: delimited, encoding: utf-8, line_end: lf, delimiter: ";", quoting: minimal}
file_name: "O{sequence:000000}.csv"
grouping: {by: GROUP}
records:
  - name: L
    repeat: posting
    when: line.account <> "640999"
    match: {column: 1, value: L}
    fields:
      - {name: type, type: code, value: '"L"'}
      - {name: doc, type: code, required: true, value: document.id}
      - {name: debit, type: amount, decimals: 2, value: line.debit}
      - {name: credit, type: amount, decimals: 2, value: line.credit}
      - {name: account, type: code, value: line.account}
  - name: T
    repeat: trailer
    match: {column: 1, value: T}
    fields:
      - {name: type, type: code, value: '"T"'}
      - {name: total, type: amount, decimals: 2, width: 6, value: file.debit}
totals: {debit: L.debit, credit: L.credit}
`

const oneRouteOf = `
  - name: one
    doc_types: [expense]
    mapping: one.yaml
    drop: { target: erp, folder: in }
`

func oneWorld(t *testing.T, group string, replace ...string) *world {
	t.Helper()
	text := strings.NewReplacer(append(replace, "GROUP", group)...).Replace(oneTemplate)
	return newWorld(t, options{routes: oneRouteOf, mappings: map[string]string{"one.yaml": "template: one\n"},
		templates: templateFS("one", text), concur: "  page_size: 500\n  acknowledge_batch: 500\n"})
}

// open counts the files that this process has open; 0 where that cannot be seen.
func openFiles() int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
}

// A document without any line in front, and then hundreds of files of one document each: all of them go out, and none
// is kept open for the others.
func TestDocumentsWithoutLines(t *testing.T) {
	for _, c := range []struct{ name, group string }{{"by document", "document"},
		{"by a formula", "document.report_key"}} {
		t.Run(c.name, func(t *testing.T) {
			w := oneWorld(t, c.group, `line.account <> "640999"`, `document.report_id <> "RD000"`)
			const n = 400
			for i := range n {
				w.good(fmt.Sprintf("D%03d", i))
			}
			before, most := openFiles(), 0
			w.progress = func(step string, _, _ int) {
				if strings.HasPrefix(step, "render") {
					most = max(most, openFiles())
				}
			}
			w.load()
			s := w.run(bridge.ExitNeedsPerson)
			if s.Filed != n-1 || s.Files != n-1 || s.Held != 1 || s.Dropped != n-1 {
				t.Errorf("%d of %d documents in %d files, %d held, %d dropped", s.Filed, n, s.Files, s.Held, s.Dropped)
			}
			if most > before+50 {
				t.Errorf("%d files were open, %d before", most, before)
			}
			w.states("D000 held")
		})
	}
}

// The document that spoils the file of all of them is held, and the others go out in one file.
func TestOneDocumentDoesNotStopItsFile(t *testing.T) {
	w := oneWorld(t, "run")
	w.good("D1", "D2")
	w.add(fis.Expense, "D3", revised("RD3", 1, "640100=9999.99")) // a row can say that, the total of the file cannot
	w.good("D4")
	s := w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed, D2 filed, D3 held, D4 filed")
	if s.Files != 1 || s.Held != 1 || w.doc("D3").Cause != records.CauseFile {
		t.Errorf("%+v", s)
	}
	w.reason("D3", "could not be finished", "total")

	// it does not spoil the next night either
	w.good("D5", "D6")
	if s := w.run(bridge.ExitNeedsPerson); s.Files != 1 || s.Filed != 2 || s.Held != 0 {
		t.Errorf("%+v", s)
	}
	w.states("D3 held, D5 filed, D6 filed")
}

// When no document spoils the file, but all of them together do, there are two files.
func TestTooMuchForOneFile(t *testing.T) {
	w := oneWorld(t, "run")
	for i := range 8 {
		w.add(fis.Expense, fmt.Sprintf("D%d", i), revised(fmt.Sprintf("R%d", i), 1, "640100=200.00"))
	}
	if s := w.run(bridge.ExitDone); s.Files != 2 || s.Filed != 8 {
		t.Errorf("%+v", s)
	}
}

// A held document goes out with the first run that can write it, and its reason is never older than the mapping in
// force. What a person holds stays.
func TestHeldDocumentsGoOutByThemselves(t *testing.T) {
	w := newWorld(t, options{})
	w.add(fis.Expense, "A", revised("A", 1, "649998=1.00"))
	w.add(fis.Expense, "B", revised("B", 1, "649998=1.00", "649999=1.00"))
	w.good("C")
	w.run(bridge.ExitNeedsPerson)
	w.states("A held, B held, C filed")
	w.reason("B", "649998", "649999")
	if d := w.doc("A"); d.Cause != records.CauseMapping {
		t.Errorf("%+v", d)
	}
	since := w.doc("B").Since
	w.mapped("649998", "640100")
	w.load()
	w.run(bridge.ExitNeedsPerson)
	w.states("A filed, B held")
	if d := w.doc("B"); strings.Contains(d.Reason, `no row for "649998"`) || !strings.Contains(d.Reason, "649999") || !d.Since.Equal(since) {
		t.Errorf("%+v", d)
	}
	// a run that finds nothing new writes nothing about it
	before, err := w.j.History(w.ctx, "B", 0, 0)
	w.ok(err)
	w.run(bridge.ExitNeedsPerson)
	after, err := w.j.History(w.ctx, "B", 0, 0)
	w.ok(err)
	if len(after) != len(before) {
		t.Errorf("%d rows of history, then %d", len(before), len(after))
	}
	// a person's hold stays, though it could be written
	_, _, err = w.j.RetryHeld(w.ctx, "", "x")
	w.ok(err)
	w.ok(w.j.Hold(w.ctx, "B", "waits for the budget owner"))
	w.mapped("649999", "640100")
	w.load()
	w.run(bridge.ExitNeedsPerson)
	w.states("B held")
	w.reason("B", "waits for the budget owner")
}
