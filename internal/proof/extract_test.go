package proof

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/templates"
)

// extractColumn is a fact about a column of the extract.
type extractColumn struct {
	kind string // text, number, money, date, unused
	most int    // characters, 0 for no limit
}

// extractColumns are the facts of testdata, column 1 at index 1.
func extractColumns(t *testing.T) []extractColumn {
	t.Helper()
	text, err := os.ReadFile("testdata/extract-columns.tsv")
	if err != nil {
		t.Fatal(err)
	}
	columns := make([]extractColumn, 1, 401)
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		var first, last int
		var c extractColumn
		if _, err := fmt.Sscanf(line, "%d\t%d\t%s\t%d", &first, &last, &c.kind, &c.most); err != nil || first != len(columns) {
			t.Fatalf("%q: %v", line, err)
		}
		for range last - first + 1 {
			columns = append(columns, c)
		}
	}
	if len(columns) != 401 {
		t.Fatalf("facts about %d columns", len(columns)-1)
	}
	return columns
}

// extractDeviates are the columns where FIS has something else than the extract had: it calls advances by an id of 32
// characters.
func extractDeviates() map[int]extractColumn { return map[int]extractColumn{187: {"text", 32}} }

// fault is what is wrong with one cell by itself.
func (c extractColumn) fault(cell string) string {
	if cell == "" {
		return ""
	}
	if n := utf8.RuneCountInString(cell); c.most > 0 && n > c.most {
		return fmt.Sprintf("%d characters, %d are allowed", n, c.most)
	}
	ok := true
	switch c.kind {
	case "unused":
		ok = false
	case "date":
		_, err := fis.ParseDate(cell)
		ok = err == nil && len(cell) == 10 && cell[4] == '-'
	case "number":
		ok = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`).MatchString(cell)
	case "money":
		ok = regexp.MustCompile(`^[+-]?[0-9]+\.[0-9]{4,8}$`).MatchString(cell)
	}
	if !ok {
		return "is no " + c.kind
	}
	return ""
}

// extract is a file taken apart without our own reader.
type extract struct {
	header  []string
	details [][]string // column 1 at index 1
}

func splitExtract(data []byte) (extract, error) {
	text := string(data)
	if strings.ContainsAny(text, "\r\t\";\ufeff\x00") || !utf8.ValidString(text) || !strings.HasSuffix(text, "\n") {
		return extract{}, fmt.Errorf("forbidden characters, or the last line is not ended")
	}
	var e extract
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		cells := strings.Split(line, "|")
		switch {
		case i == 0 && len(cells) == 5 && cells[0] == "EXTRACT":
			e.header = cells
		case i > 0 && len(cells) == 400 && cells[0] == "DETAIL":
			e.details = append(e.details, append([]string{""}, cells...))
		default:
			return e, fmt.Errorf("line %d: %s with %d fields", i+1, cells[0], len(cells))
		}
	}
	return e, nil
}

// faults is everything that a strict loader would refuse.
func (e extract) faults(columns []extractColumn) (out []string) {
	tell := func(line, column int, what string) {
		out = append(out, fmt.Sprintf("line %d column %d: %s", line, column, what))
	}
	total, reports, last, keys := fis.Zero, map[string]bool{}, "", map[string]bool{}
	for i, d := range e.details {
		line := i + 2
		for n := 1; n <= 400; n++ {
			if what := columns[n].fault(d[n]); what != "" {
				tell(line, n, what)
			}
		}
		if d[2] != e.header[4] || d[3] != e.header[1] || d[4] != strconv.Itoa(i+1) {
			tell(line, 2, "batch, date or sequence "+strings.Join(d[2:5], " "))
		}
		for _, n := range []int{5, 19, 22, 163, 165, 167, 168} {
			if d[n] == "" {
				tell(line, n, "is empty")
			}
		}
		if report := d[19] + d[20]; report != last {
			if reports[report] {
				tell(line, 19, "the rows of the report do not stand together")
			}
			reports[report], last = true, report
		}
		amount, err := fis.ParseAmount(strings.TrimPrefix(d[169], "+"))
		if side := map[string]string{"DR": "+", "CR": "-"}[d[168]]; err != nil || side == "" || !strings.HasPrefix(d[169], side) || amount.IsZero() {
			tell(line, 169, d[168]+" "+d[169])
		}
		total = total.Add(amount)
		if minor := fis.Round(amount, d[22]); !minor.Equal(amount) {
			tell(line, 169, d[169]+" is no amount in minor units of "+d[22])
		}
		for n, what := range loaderRules(d, keys) {
			tell(line, n, what)
		}
	}
	if e.header[2] != strconv.Itoa(len(e.details)) {
		tell(1, 3, "count "+e.header[2])
	}
	if declared, err := fis.ParseAmount(e.header[3]); err != nil || !declared.Equal(total) {
		tell(1, 4, "total "+e.header[3]+", the rows have "+total.String())
	}
	return out
}

// loaderRules are the rules of loaders about the columns of one row: what they would leave out, post elsewhere, or
// overwrite. keys are the journal keys of the rows before.
func loaderRules(d []string, keys map[string]bool) map[int]string {
	out := map[int]string{}
	tell := func(wrong bool, column int, what string) {
		if wrong {
			out[column] = what
		}
	}
	issued, returned, used := d[185] == "1" && d[168] == "DR", d[185] == "1" && d[168] == "CR", d[185] == "2"
	code := slices.Contains([]string{"CASH", "CBCP", "IBCP", "COPD"}, d[126])
	tell(!issued && !returned && !code, 126, "the row has no payment code: it is taken for the request of an advance and left out")
	tell(issued && d[126] != "", 126, "an advance that was issued has no payment code")
	tell(used && d[126] != "CASH", 126, "an application of an advance has the code CASH")
	for _, card := range []string{"CBCP", "IBCP", "COPD"} {
		tell((d[164] == card || d[166] == card) && d[126] != card, 126, "a card row has the code of the card, else its amount is owed to the employee")
	}
	tell(used && d[61] == "", 61, "an application of an advance belongs to an entry")
	tell(used && (d[177] == "" || strings.HasPrefix(d[177], "-") || d[184] != "Cash"), 177, "an advance is known by its amount, and Cash in 184")
	tell(!issued && !returned && d[250] == "", 250, "the payment type has no name")
	tell(d[170] == "" || keys[d[170]], 170, "the journal key is blank, or another row has it")
	keys[d[170]] = true
	tell(d[190] != "" && d[189] == "", 189, "the allocation has no key")
	for _, n := range []int{66, 190} {
		_, decimals, _ := strings.Cut(d[n], ".")
		tell(d[n] != "" && len(decimals) < 4, n, "the extract has four decimals here")
	}
	for n := 1; n <= 400; n++ {
		tell(scientific.MatchString(d[n]), n, "is in scientific notation")
	}
	return out
}

var scientific = regexp.MustCompile(`^-?[0-9](\.[0-9]+)?E[+-][0-9]+$`)

func deviating(columns []extractColumn) []extractColumn {
	for n, c := range extractDeviates() {
		columns[n] = c
	}
	return columns
}

// A strict loader of the extract finds nothing wrong with the file of all samples and, where they are, the vendor's
// documents.
func TestExtractIsWhatLoadersExpect(t *testing.T) {
	docs := append(sampleDocuments(t), vendorDocuments(t)...)
	files, refused := render(t, readyPlan(t, "concur-sae"), docs, 42)
	if len(files) != 1 || len(refused) > 0 {
		t.Fatalf("%d files, refused %v", len(files), refused)
	}
	e, err := splitExtract(files[0].data)
	if err != nil {
		t.Fatal(err)
	}
	if faults := e.faults(deviating(extractColumns(t))); len(faults) > 0 {
		t.Error(strings.Join(faults, "\n"))
	}
	if e.header[1] != "2026-11-02" || e.header[4] != "42" || len(e.details) != files[0].totals.Rows || len(e.details) < 130 {
		t.Errorf("header %v, %d rows", e.header, len(e.details))
	}
	for _, d := range e.details {
		invoice := !slices.Contains([]string{"COMP", "EMPL", "CBCP", "IBCP", "COPD"}, d[166])
		if reg := d[62] == "REG"; reg != (d[185] == "" && !invoice) {
			t.Errorf("row %s: transaction type %q of entry %q", d[4], d[62], d[61])
		}
	}
}

// The loader's checks are real.
func TestExtractFaultsAreFound(t *testing.T) {
	files, _ := render(t, readyPlan(t, "concur-sae"), sampleDocuments(t), 42)
	columns := deviating(extractColumns(t))
	lines := files[0].lines()
	set := func(line, column int, to string) []string {
		out := append([]string(nil), lines...)
		cells := strings.Split(out[line-1], "|")
		cells[column-1] = to
		out[line-1] = strings.Join(cells, "|")
		return out
	}
	moved := append(append(append([]string(nil), lines[:4]...), lines[5:]...), lines[4])
	tests := []struct {
		name, fault string
		lines       []string
	}{
		{"total", "line 1 column 4:", set(1, 4, "1.0000")},
		{"count", "line 1 column 3:", set(1, 3, "1")},
		{"sign", "line 2 column 169:", set(2, 168, "CR")},
		{"no sign", "line 2 column 169:", set(2, 169, "23.4000")},
		{"sequence", "line 3 column 2:", set(3, 4, "9")},
		{"too long", "line 2 column 27: 41 characters", set(2, 27, strings.Repeat("x", 41))},
		{"not a date", "line 2 column 64: is no date", set(2, 64, "01.09.2026")},
		{"not an amount", "line 2 column 32: is no money", set(2, 32, "23,4000")},
		{"unused", "line 2 column 400: is no unused", set(2, 400, "x")},
		{"half a cent", "line 2 column 169: +23.4050 is no amount in minor units of EUR", set(2, 169, "+23.4050")},
		{"no payment code", "line 2 column 126: the row has no payment code", set(2, 126, "")},
		{"code of Concur's own", "line 2 column 126: the row has no payment code", set(2, 126, "1000")},
		{"no name", "line 2 column 250:", set(2, 250, "")},
		{"no journal key", "line 2 column 170:", set(2, 170, "")},
		{"journal key twice", "line 3 column 170:", set(3, 170, strings.Split(lines[1], "|")[169])},
		{"no allocation key", "line 2 column 189:", set(2, 189, "")},
		{"two decimals", "line 2 column 190: the extract has four decimals", set(2, 190, "100.00")},
		{"scientific", "line 2 column 122: is in scientific notation", set(2, 122, "0E-8")},
		{"card without its code", "line 2 column 126: a card row has the code of the card", set(2, 166, "CBCP")},
		{"torn apart", "column 19: the rows of the report do not stand together", moved},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e, err := splitExtract([]byte(strings.Join(append(test.lines, ""), "\n")))
			if err != nil {
				t.Fatal(err)
			}
			if faults := strings.Join(e.faults(columns), "\n"); !strings.Contains(faults, test.fault) {
				t.Errorf("want %q, found:\n%s", test.fault, faults)
			}
		})
	}
	if _, err := splitExtract([]byte(strings.Join(append(set(2, 400, "|"), ""), "\n"))); err == nil {
		t.Error("401 columns were not found")
	}
}

// The template promises the widths and types of the table of facts, so that a text is cut or refused before a loader
// sees it.
func TestExtractTemplateAgreesWithFacts(t *testing.T) {
	columns := deviating(extractColumns(t))
	for _, r := range readyPlan(t, "concur-sae").Layout().Records() {
		if r.Name != "DETAIL" {
			continue
		}
		if len(r.Fields) != 400 {
			t.Fatalf("%d fields", len(r.Fields))
		}
		for i, f := range r.Fields {
			c := columns[i+1]
			dated := c.kind == "date"
			if dated && f.Type != layout.DateType {
				t.Errorf("%s is of type %s, want date", f.Name, f.Type)
			}
			if unused := c.kind == "unused"; !unused && !dated && f.Width != c.most {
				t.Errorf("%s: width %d, want %d", f.Name, f.Width, c.most)
			}
			if money := c.kind == "money"; money != (f.Type == layout.AmountType) && c.kind != "number" {
				t.Errorf("%s is of type %s, want %s", f.Name, f.Type, c.kind)
			}
			if !strings.HasPrefix(f.Name, fmt.Sprintf("%03d ", i+1)) && !strings.HasPrefix(f.Name, strconv.Itoa(i+1)+" ") {
				t.Errorf("column %d is called %s", i+1, f.Name)
			}
		}
	}
}

// Where the vendor's own list of columns lies beside the checkout, names and widths are held against it, too, and what
// it calls a field of FIS is filled.
func TestExtractTemplateAgreesWithVendorList(t *testing.T) {
	lists, err := filepath.Glob("../../../shared/formats/concur-sae-columns.tsv")
	if err != nil {
		t.Fatal(err)
	}
	plan := readyPlan(t, "concur-sae")
	detail, ok := plan.Layout().Record("DETAIL")
	if !ok {
		t.Fatal("no DETAIL record")
	}
	tpl, findings := template.Read(templates.FS(), "concur-sae")
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, f := range tpl.Records[detail].Fields {
		values = append(values, f.Value)
	}
	for _, path := range lists {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rows := strings.Split(strings.TrimRight(string(text), "\r\n"), "\n")[1:]
		if len(rows) != 400 {
			t.Fatalf("%d columns", len(rows))
		}
		for i, line := range rows {
			cells := strings.Split(line, "\t")
			f := plan.Layout().Records()[detail].Fields[i]
			if _, name, _ := strings.Cut(f.Name, " "); name != strings.TrimSuffix(cells[1], "*") {
				t.Errorf("%s is called %s", f.Name, cells[1])
			}
			// 189 was a number, and FIS has an id only.
			if cells[6] != "" && values[i] == "" && i+1 != 189 {
				t.Errorf("%s is blank, and FIS has %s for it", f.Name, cells[6])
			}
			if most, err := strconv.Atoi(cells[5]); err == nil && f.Type != layout.DateType && f.Width != most && extractDeviates()[i+1].most == 0 {
				t.Errorf("%s: width %d, want %d", f.Name, f.Width, most)
			}
		}
	}
}

// payables is what a document owes to each party, as its posting lines say.
func payables(t *testing.T, env fis.Envelope) books {
	t.Helper()
	res, err := posting.Derive(parse(t, env), posting.Options{Round: true, EntrySums: true})
	if err != nil {
		t.Fatal(err)
	}
	b := books{}
	for i := range res.Lines {
		if l := &res.Lines[i]; l.Role.IsParty() {
			b.add(env.Place, l.Party, res.Currency, l.Amount().Neg())
		}
	}
	return b
}

// The rows of an entry, which are in minor units, add up to the entry: those that are paid, and those that are taken
// back. That is counted from the documents themselves.
func TestExtractRowsAddUpToTheirEntries(t *testing.T) {
	docs := append(sampleDocuments(t), vendorDocuments(t)...)
	files, _ := render(t, readyPlan(t, "concur-sae"), docs, 42)
	e, err := splitExtract(files[0].data)
	if err != nil {
		t.Fatal(err)
	}
	type part struct {
		doc, entry string
		back       bool
	}
	rows, want, shared := map[part]fis.Amount{}, map[part]fis.Amount{}, 0
	for i, d := range e.details {
		if d[62] == "REG" {
			p := part{files[0].envelopes[files[0].owner(i+2)].Place, d[61], d[168] == "CR"}
			rows[p] = rows[p].Add(amountOf(t, strings.TrimPrefix(d[169], "+")))
		}
	}
	for _, env := range docs {
		doc := parse(t, env)
		for _, entry := range doc.Root.List("expenseEntry") {
			for _, alloc := range entry.List("allocation") {
				for _, j := range alloc.List("journal") {
					a, _, err := j.Amount("amountGross")
					if err != nil {
						t.Fatal(err)
					}
					p := part{env.Place, entry.Str("legacyEntryId"), a.IsNegative()}
					want[p] = want[p].Add(a)
					if !fis.Round(a, doc.Currency()).Equal(a) {
						shared++
					}
				}
			}
		}
		for p := range want {
			if p.doc == env.Place {
				if want[p] = fis.Round(want[p], doc.Currency()); want[p].IsZero() {
					delete(want, p)
				}
			}
		}
	}
	for p, a := range want {
		if !rows[p].Equal(a) {
			t.Errorf("%s, entry %s: the rows add up to %s, the entry is %s", p.doc, p.entry, rows[p], a)
		}
	}
	if len(rows) != len(want) || shared < 1 {
		t.Errorf("%d of %d parts have rows; %d rows had fractions of a minor unit", len(rows), len(want), shared)
	}
}

// The rows are one-sided: what they add up to is what is owed to each party, by document, exactly as the posting lines
// say when the rows of an entry are rounded together. hledger, which books to whole cents, has the same with each row
// rounded by itself, or a cent beside it where an entry is shared.
func TestExtractAgreesWithPostingLinesAndHledger(t *testing.T) {
	docs := append(sampleDocuments(t), vendorDocuments(t)...)
	files, _ := render(t, readyPlan(t, "concur-sae"), docs, 42)
	f := files[0]
	e, err := splitExtract(f.data)
	if err != nil {
		t.Fatal(err)
	}
	owed, rounded := books{}, books{}
	for i, d := range e.details {
		env := f.envelopes[f.owner(i+2)]
		party := d[164]
		if party == "COMP" {
			party = d[166]
		}
		amount := amountOf(t, strings.TrimPrefix(d[169], "+"))
		owed.add(env.Place, party, d[22], amount)
		rounded.add(env.ID, "payables", d[22], fis.Round(amount, d[22]))
	}
	want := books{}
	for _, env := range docs {
		for k, a := range payables(t, env) {
			want[k] = a
		}
	}
	compareBooks(t, "owed (-posting lines +extract)", want, owed)

	journal := sampleJournal(t)
	h := openHledger(t, journal.data)
	booked := books{}
	for _, r := range h.table(t, "print") {
		if strings.HasPrefix(r["account"], "liabilities:") {
			doc := regexp.MustCompile(`concur-doc:(\w+)`).FindStringSubmatch(r["comment"])[1]
			booked.add(doc, "payables", r["commodity"], amountOf(t, r["amount"]).Neg())
		}
	}
	inJournal := map[string]bool{}
	for _, env := range journal.envelopes {
		inJournal[env.ID] = true
	}
	for k := range rounded {
		if !inJournal[k.document] {
			delete(rounded, k)
		}
	}
	if diff := cmp.Diff(booked.texts(), rounded.texts()); diff != "" || len(booked) < 45 {
		t.Errorf("payables of %d documents (-hledger +extract):\n%s", len(booked), diff)
	}
}

// The older extracts have 256 columns, each named with its number, and headers of their own: version 2 without a batch
// id, the invoice extract with it before the date.
func TestOlderExtractsHaveTheirColumns(t *testing.T) {
	for name, header := range map[string][]string{
		"concur-sae-v2": {"1 Constant", "2 Batch Date", "3 Record Count", "4 Journal Amount Total"},
		"concur-prae":   {"1 Constant", "2 Batch ID", "3 Batch Date", "4 Record Count", "5 Journal Amount Total"},
	} {
		tpl, bad := template.Read(templates.FS(), name)
		if err := bad.Err(); err != nil {
			t.Fatal(err)
		}
		visible := func(record string) (names []string) {
			r, _ := tpl.Record(record)
			for _, f := range r.Fields {
				if !f.Hidden {
					names = append(names, f.Name)
				}
			}
			return names
		}
		if diff := cmp.Diff(header, visible("EXTRACT")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		rows := visible("DETAIL")
		if len(rows) != 256 {
			t.Errorf("%s has %d columns", name, len(rows))
		}
		for i, n := range rows {
			if !strings.HasPrefix(n, fmt.Sprintf("%03d ", i+1)) {
				t.Errorf("%s: column %d is called %q", name, i+1, n)
			}
		}
	}
}
