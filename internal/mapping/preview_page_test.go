package mapping_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/preview"
)

// previewOf is the preview of all sample documents that the template takes.
func previewOf(t *testing.T, name string) *preview.Preview {
	t.Helper()
	plan := readyPlan(t, name)
	var taken []fis.Envelope
	for _, d := range sampleDocuments(t) {
		if slices.Contains(plan.DocTypes(), d.DocType) {
			taken = append(taken, d)
		}
	}
	return previewWith(t, plan, taken)
}

func previewWith(t *testing.T, plan *mapping.Plan, docs []fis.Envelope) *preview.Preview {
	t.Helper()
	v, err := preview.Make(plan, preview.Options{Context: explainContext(t)}, seq(docs))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func pageOf(t *testing.T, v *preview.Preview) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := v.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Pointing at a cell with the mouse lights up the fields of the document and the posting line it came from, and shows formula and lookup row.
func TestPageLightsUpWhereACellCameFrom(t *testing.T) {
	b := chromium(t)
	b.open(pageOf(t, previewOf(t, "generic-csv")), "")
	account := field(t, b, "Account")
	b.mouse(fmt.Sprintf(`#grid [data-line="2"] [data-cell="%d"]`, account), false)
	for what, want := range map[string]string{
		`[...document.querySelectorAll("#tree .lit")].map((e) => e.textContent).join("|")`:          "[0] |journalPayeeEMPL", // the role is read from the journal row, the party from its payee
		`[...document.querySelectorAll("#postings-list .row.lit")].map((e) => e.dataset.post)`:      "2",
		`document.querySelectorAll("#grid .hot").length`:                                            "1",
		`document.querySelector("#why-text .big").textContent`:                                      "240100",
		`[...document.querySelectorAll("#why-text .at")].map((e) => e.textContent).join(" ")`:       "Columns!C8 Accounts by role!C3",
		`document.querySelector("#why-text table td.lit").textContent`:                              "240100",
		`document.querySelector("#grid").getAttribute("aria-activedescendant")`:                     fmt.Sprintf("c2-%d", account),
		`document.querySelector("#why-text").textContent.includes("line.party = EMPL") ? "yes" : 0`: "yes",
	} {
		if got := b.text(what); got != want {
			t.Errorf("%s = %q, want %q", what, got, want)
		}
	}
	// Another cell: nothing of the first one stays lit.
	b.mouse(fmt.Sprintf(`#grid [data-line="1"] [data-cell="%d"]`, field(t, b, "Text")), false)
	if got := b.text(`[...document.querySelectorAll("#tree .lit")].map((e) => e.textContent).join("|")`); got != "entryDescriptionTaxi to the airport" {
		t.Errorf("lit in the document: %q", got)
	}
	if got := b.text(`document.querySelectorAll("#grid .hot").length`); got != "1" {
		t.Errorf("%s cells are hot", got)
	}
}

// field is the number of a field of the first record.
func field(t *testing.T, b *browser, name string) int {
	t.Helper()
	n := -1
	b.eval(`JSON.parse(document.getElementById("data").textContent).records[0].fields.findIndex((f) => f.n === `+quote(name)+`)`, &n)
	if n < 0 {
		t.Fatalf("no field %s", name)
	}
	return n
}

// Pointing at a field of the document, or at a posting line, lights up the cells that came from it.
func TestPageLightsUpWhatBecameOfAField(t *testing.T) {
	b := chromium(t)
	b.open(pageOf(t, previewOf(t, "generic-csv")), "")
	b.mouse(`#postings-list [data-post="2"]`, false)
	if got := b.text(`[...document.querySelectorAll("#grid .row.lit")].map((e) => e.dataset.line)`); got != "2" {
		t.Errorf("rows lit for posting line 2: %s", got)
	}
	b.eval(`(() => { const leaf = [...document.querySelectorAll("#tree .leaf")].find((e) => e.textContent.startsWith("reportId")); leaf.id = "it"; leaf.scrollIntoView(); })()`, nil)
	b.mouse("#it", false)
	if got := b.text(`[...document.querySelectorAll("#grid .row > .lit")].map((e) => e.id)`); got != "c1-4,c2-4" {
		t.Errorf("cells lit for reportId: %s", got)
	}
}

// A click holds the explanation, Escape lets go; arrows move from cell to cell.
func TestPageWorksWithTheKeyboard(t *testing.T) {
	b := chromium(t)
	b.open(pageOf(t, previewOf(t, "legacy-fixed")), "")
	b.eval(`document.getElementById("grid").focus()`, nil)
	hot := `(document.querySelector("#grid .hot") || {}).id`
	for _, step := range []struct{ key, want string }{
		{"ArrowDown", "c0-0"}, {"ArrowDown", "c1-0"}, {"ArrowRight", "c1-1"}, {"ArrowRight", "c1-2"}, {"ArrowDown", "c2-2"}, {"ArrowLeft", "c2-1"}, {"ArrowUp", "c1-1"}, {"End", "c1-10"},
	} {
		b.key(step.key)
		if got := b.text(hot); got != step.want {
			t.Errorf("after %s at %s, want %s", step.key, got, step.want)
		}
	}
	b.key("Enter")
	b.mouse(`#grid [data-line="3"] [data-cell="3"]`, false)
	if got := b.text(hot); got != "c1-10" {
		t.Errorf("held, but the mouse moved it to %s", got)
	}
	b.key("Escape")
	b.mouse(`#grid [data-line="2"] [data-cell="3"]`, false)
	if got := b.text(hot); got != "c2-3" {
		t.Errorf("let go, but at %s", got)
	}
	b.key("/")
	if got := b.text(`document.activeElement.id`); got != "search" {
		t.Errorf("/ goes to %s", got)
	}
}

// The search leaves the rows that hold the words, marks the fields of the document, and says how many there are.
func TestPageSearches(t *testing.T) {
	b := chromium(t)
	b.open(pageOf(t, previewOf(t, "generic-csv")), "")
	b.mouse("#search", true)
	b.write("taxi airport")
	b.until(`document.getElementById("count").textContent === "2 of 297 rows"`)
	if got := b.text(`[...document.querySelectorAll("#grid .row[data-line]")].map((e) => e.dataset.line)`); got != "1,2" {
		t.Errorf("rows: %s", got)
	}
	b.key("Escape")
	b.until(`document.getElementById("count").textContent === "297 rows"`)
	b.write("Sandholm")
	b.until(`[...document.querySelectorAll("#tree .found")].map((e) => e.textContent).join() === "employeeLastNameSandholm"`)
}

// Documents that are held are told, and lead to themselves.
func TestPageShowsWhatIsHeld(t *testing.T) {
	b := chromium(t)
	b.open(pageOf(t, previewOf(t, "generic-csv")), "")
	b.mouse("#findings-button", true)
	if got := b.text(`document.querySelectorAll("#findings-list .error").length`); got != "1" {
		t.Errorf("%s errors", got)
	}
	b.mouse("#findings-list .error button", true)
	if got := b.text(`document.getElementById("document-facts").textContent`); !strings.Contains(got, `no row for "699999"`) {
		t.Errorf("facts: %s", got)
	}
	if got := b.text(`document.querySelectorAll("#postings-list .row").length`); got == "0" {
		t.Error("a held document has posting lines, and none are shown")
	}
}

// largeDocs are documents that make so many rows.
func largeDocs(t *testing.T, copies int) []fis.Envelope {
	t.Helper()
	var out []fis.Envelope
	for _, d := range sampleDocuments(t) {
		if !strings.Contains(d.Place, "06-cash-many-entries") {
			continue
		}
		for i := range copies {
			c := d
			c.ID = fmt.Sprintf("%s%04d", d.ID[:28], i)
			out = append(out, c)
		}
	}
	return out
}

// With more than 1,000 rows the page holds only what is in sight, and pointing at a cell changes as few nodes as with few rows.
func TestPageWithManyRows(t *testing.T) {
	plan := readyPlan(t, "generic-csv")
	changes := map[int]int{}
	b := chromium(t)
	for _, copies := range []int{1, 15} {
		v := previewWith(t, plan, largeDocs(t, copies))
		if copies == 15 && v.Lines() < 1000 {
			t.Fatalf("only %d lines", v.Lines())
		}
		b.open(pageOf(t, v), "")
		var nodes int
		if b.eval(`document.querySelectorAll("#grid .row").length`, &nodes); nodes > 60 {
			t.Errorf("%d copies: %d rows are in the page", copies, nodes)
		}
		b.mouse(`#grid [data-line="3"] [data-cell="6"]`, false)
		b.eval(`window.changes = 0; new MutationObserver((list) => { window.changes += list.length; }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })`, nil)
		for _, line := range []int{4, 5, 6, 7} {
			b.mouse(fmt.Sprintf(`#grid [data-line="%d"] [data-cell="6"]`, line), false)
		}
		n := 0
		b.eval(`window.changes`, &n)
		changes[copies] = n
	}
	if changes[1] == 0 || changes[15] > changes[1]*11/10 || changes[15] > 400 {
		t.Errorf("changes for four cells: %d with one document, %d with fifteen", changes[1], changes[15])
	}
	// Scrolled to the end the rows are those of the end, and no more of them than before.
	b.eval(`document.getElementById("grid").scrollTop = 1e9`, nil)
	b.settle()
	var last, rows int
	b.eval(`Math.max(...[...document.querySelectorAll("#grid [data-line]")].map((e) => Number(e.dataset.line)))`, &last)
	b.eval(`document.querySelectorAll("#grid .row").length`, &rows)
	if last < 1000 || rows > 60 {
		t.Errorf("at the end: line %d, %d rows", last, rows)
	}
	// Paper has them all, with all their columns within the page.
	b.do("Emulation.setDeviceMetricsOverride", map[string]any{"width": 1030, "height": 700, "deviceScaleFactor": 1, "mobile": false}, nil) // A4 landscape
	b.settle()
	b.eval(`window.dispatchEvent(new Event("beforeprint"))`, nil)
	if b.eval(`document.querySelectorAll("#grid [data-line]").length`, &rows); rows < 1000 {
		t.Errorf("printed: %d rows", rows)
	}
	var beyond bool
	b.do("Emulation.setEmulatedMedia", map[string]any{"media": "print"}, nil)
	if b.eval(`[...document.querySelectorAll("#grid .row")].slice(0, 20).some((r) => r.lastChild.getBoundingClientRect().right > innerWidth + 1)`, &beyond); beyond {
		t.Error("columns are printed beyond the edge of the page")
	}
	b.do("Emulation.setEmulatedMedia", map[string]any{"media": ""}, nil)
	b.do("Emulation.clearDeviceMetricsOverride", map[string]any{}, nil)
	b.eval(`window.dispatchEvent(new Event("afterprint"))`, nil)
	if b.eval(`document.querySelectorAll("#grid .row").length`, &rows); rows > 60 {
		t.Errorf("after printing: %d rows", rows)
	}
}

// Texts of documents and mappings are shown as texts, never run, and nothing is fetched.
func TestPageRunsNothingOfTheDocuments(t *testing.T) {
	evil := `</script><img src=x onerror="window.evil=1"><script>window.evil=1</script>`
	var docs []fis.Envelope
	for _, d := range sampleDocuments(t) {
		if strings.Contains(d.Place, "01-cash-taxi") {
			text, err := json.Marshal(evil)
			if err != nil {
				t.Fatal(err)
			}
			d.Document = bytes.ReplaceAll(d.Document, []byte(`"Taxi to the airport"`), text)
			docs = append(docs, d)
		}
	}
	page := pageOf(t, previewWith(t, readyPlan(t, "generic-csv"), docs))
	if strings.Contains(string(page), evil) || strings.Count(string(page), "</script>") != 2 {
		t.Error("a text of the document stands in the page as it is")
	}
	for _, outside := range []string{"http://", "https://", "url(", "@import"} {
		if strings.Contains(strings.ReplaceAll(string(page), "http://www.w3.org", ""), outside) {
			t.Errorf("the page names something outside: %s", outside)
		}
	}
	b := chromium(t)
	b.open(page, "#L2C13")
	if got := b.text(`document.querySelector("#why-text .big").textContent`); got != evil[:60] { // the template cuts it there
		t.Errorf("shown: %q", got)
	}
	if got := b.text(`[typeof window.evil, document.images.length]`); got != "undefined,0" {
		t.Errorf("it ran: %s", got)
	}
	b.eval(`(() => { const s = document.createElement("script"); s.textContent = "window.evil = 2"; document.head.append(s); })()`, nil)
	if got := b.text(`typeof window.evil`); got != "undefined" {
		t.Error("the page's policy lets other scripts run")
	}
}

// The page's data says the same as the explanation of each line.
func TestPageDataIsComplete(t *testing.T) {
	v := previewOf(t, "hledger-journal")
	page := string(pageOf(t, v))
	_, data, ok := strings.Cut(page, `<script type="application/json" id="data">`)
	if !ok {
		t.Fatal("no data")
	}
	data, _, _ = strings.Cut(data, "</script>")
	var got struct {
		Lines []struct {
			L int
			C []any
		}
	}
	if err := json.Unmarshal([]byte(data), &got); err != nil {
		t.Fatal(err)
	}
	var want, have []string
	for _, f := range v.Files {
		for _, l := range f.Lines {
			for _, c := range l.Cells {
				want = append(want, fmt.Sprint(l.Line, " ", c.Text))
			}
		}
	}
	for _, l := range got.Lines {
		for _, c := range l.C {
			if m, ok := c.(map[string]any); ok {
				c = m["t"]
			}
			have = append(have, fmt.Sprint(l.L, " ", c))
		}
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Error(diff)
	}
}
