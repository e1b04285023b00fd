package mapping_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/samples"
)

// writtenRow is what a row of an import file says, read by this test: debits positive.
type writtenRow struct {
	document, currency string
	amount             decimal.Decimal
}

// sums by currency and side (or one sum by currency, as `net`).
type sumsOf map[string]decimal.Decimal

func (s sumsOf) add(currency string, a decimal.Decimal, net bool) {
	side := " debit"
	switch {
	case a.IsZero():
		return
	case net:
		side = " net"
	case a.IsNegative():
		side, a = " credit", a.Neg()
	}
	if s[currency+side] = s[currency+side].Add(a); s[currency+side].IsZero() {
		delete(s, currency+side)
	}
}

func (s sumsOf) String() string {
	var out []string
	for k, a := range s {
		out = append(out, k+" "+a.String())
	}
	sort.Strings(out)
	return strings.Join(out, ", ")
}

// compare holds the rows of a file against the posting lines of its documents; "" when they agree. Documents whose amounts are all zero may be
// anywhere, or nowhere.
func (b *bent) compare(t *testing.T, f madeFile, e *bending) string {
	t.Helper()
	var names []string
	var got, want []sumsOf
	at := map[string]sumsOf{}
	for _, r := range b.read(t, f.body) {
		if at[r.document] == nil {
			at[r.document] = sumsOf{}
			names = append(names, r.document)
		}
		a := r.amount
		if e.change.kind == "credits positive" {
			a = a.Neg()
		}
		if e.change.kind == "minor units" {
			a = a.Shift(-fis.MinorUnits(r.currency))
		}
		if e.change.kind == "three decimals" { // instead of two
			a = a.Shift(-1)
		}
		at[r.document].add(b.currencyOf(r.currency), a, e.change.net)
	}
	for _, name := range names {
		if len(at[name]) > 0 {
			got = append(got, at[name])
		}
	}
	for _, env := range f.docs {
		if s := b.expected(t, env, e); len(s) > 0 {
			want = append(want, s)
		}
	}
	for i := range max(len(got), len(want)) {
		var g, w string
		if i < len(got) {
			g = got[i].String()
		}
		if i < len(want) {
			w = want[i].String()
		}
		if g != w {
			return fmt.Sprintf("document %d of the file: the document says %s, the file %s\n%s\n%s", i+1, w, g, f.body, strings.Join(e.mapping.changed, "\n"))
		}
	}
	return ""
}

// currencyOf is a currency as far as the file says it.
func (b *bent) currencyOf(currency string) string {
	if b.noCurrency {
		return ""
	}
	return currency
}

// expected are the sums that a document must have in the file.
func (b *bent) expected(t *testing.T, env fis.Envelope, e *bending) sumsOf {
	t.Helper()
	doc, err := fis.NewParser(nil).Parse(env)
	must(t)(err)
	out := sumsOf{}
	if b.plain {
		for _, a := range b.plainAmounts(t, env) {
			out.add(doc.Currency(), a, false)
		}
		return out
	}
	how := posting.Options{Round: e.round, EntrySums: b.parties && e.round}
	if b.template == "summary-csv" && e.round { // rounding differences have a line of their own there
		how.RoundingLine, _ = posting.ReadRoundingLine("5 minor units")
	}
	post, err := posting.Derive(doc, how)
	must(t)(err)
	rows := map[*fis.Node]decimal.Decimal{}
	for i := range post.Lines {
		l := &post.Lines[i]
		switch {
		case b.parties && l.Role.IsParty():
			node := l.Journal
			if node == nil {
				node = l.Application
			}
			rows[node] = rows[node].Sub(l.Amount())
		case !b.parties && !(e.change.debits && l.Amount().IsNegative()) && !slices.Contains(b.without, string(l.Role)):
			out.add(b.currencyOf(post.Currency), l.Amount(), e.change.net)
		}
	}
	for _, a := range rows {
		out.add(post.Currency, a, false)
	}
	return out
}

// plainAmounts are those of documents without posting lines: wage types and allocations, straight from the JSON.
func (b *bent) plainAmounts(t *testing.T, env fis.Envelope) (out []decimal.Decimal) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(env.Document))
	dec.UseNumber()
	var root any
	must(t)(dec.Decode(&root))
	list, name := "allocation", "allocationAmount"
	if env.DocType == fis.Payroll {
		list, name = "payrollData", "entryApprovedAmount"
	}
	if b.field != "" {
		list, name, _ = strings.Cut(b.field, ".")
	}
	var walk func(v any, in string)
	walk = func(v any, in string) {
		switch v := v.(type) {
		case map[string]any:
			for k, child := range v {
				if n, is := child.(json.Number); is && k == name && in == list {
					out = append(out, decimal.RequireFromString(n.String()))
				}
				walk(child, k)
			}
		case []any:
			for _, child := range v {
				walk(child, in)
			}
		}
	}
	walk(root, "")
	return out
}

func number(t *testing.T, text string) decimal.Decimal {
	t.Helper()
	if text = strings.TrimSpace(text); text == "" {
		return decimal.Zero
	}
	a, err := decimal.NewFromString(text)
	must(t)(err)
	return a
}

// tableOf reads a CSV file by its headings.
func tableOf(t *testing.T, body []byte, comma rune) []map[string]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(body))
	r.Comma, r.FieldsPerRecord = comma, -1
	rows, err := r.ReadAll()
	must(t)(err)
	var out []map[string]string
	for _, row := range rows[1:] {
		byName := map[string]string{}
		for i, h := range rows[0] {
			if i < len(row) {
				byName[h] = row[i]
			}
		}
		out = append(out, byName)
	}
	return out
}

func readJournalCSV(t *testing.T, body []byte) (out []writtenRow) {
	for _, r := range tableOf(t, body, ',') {
		out = append(out, writtenRow{r["Reference"], r["Currency"], number(t, r["Debit"])}, writtenRow{r["Reference"], r["Currency"], number(t, r["Credit"]).Neg()})
	}
	return out
}

func readWages(t *testing.T, body []byte) (out []writtenRow) {
	for _, r := range tableOf(t, body, ';') {
		out = append(out, writtenRow{r["Reference"], r["Currency"], number(t, r["Amount"])})
	}
	return out
}

// readPayroll reads rows with a decimal comma.
func readPayroll(t *testing.T, body []byte) (out []writtenRow) {
	for _, r := range tableOf(t, body, ';') {
		amount := number(t, strings.ReplaceAll(r["Amount"], ",", "."))
		out = append(out, writtenRow{r["Document"], r["Currency"], amount})
	}
	return out
}

// readCommitments reads the rows of lines, and not those of documents.
func readCommitments(t *testing.T, body []byte) (out []writtenRow) {
	for _, r := range tableOf(t, body, ';') {
		if r["Kind"] == "LINE" || r["Kind"] == "A" {
			out = append(out, writtenRow{r["Document"], r["Currency"], number(t, r["Debit"])},
				writtenRow{r["Document"], r["Currency"], number(t, r["Credit"]).Neg()})
		}
	}
	return out
}

// readDays reads the rows of days, which have no headings.
func readDays(t *testing.T, body []byte) (out []writtenRow) {
	for line := range strings.Lines(string(body)) {
		if f := strings.Split(strings.TrimSpace(line), ";"); f[0] == "DAY" || f[0] == "A" {
			out = append(out, writtenRow{f[2], f[6], number(t, f[7])})
		}
	}
	return out
}

var (
	plainTransaction = regexp.MustCompile(`concur-doc:([^,\s]+)`)
	plainPosting     = regexp.MustCompile(`^ +\S.*  ([A-Z]{3}) +(-?[0-9.]+)  ; line:`)
)

func readPlainJournal(t *testing.T, body []byte) (out []writtenRow) {
	t.Helper()
	document := ""
	for line := range strings.Lines(string(body)) {
		if m := plainTransaction.FindStringSubmatch(line); m != nil {
			document = m[1]
		} else if m := plainPosting.FindStringSubmatch(line); m != nil {
			out = append(out, writtenRow{document, m[1], number(t, m[2])})
		} else if strings.HasPrefix(line, "    ") {
			t.Fatalf("no posting: %s", line)
		}
	}
	return out
}

// readOverpunched reads the fixed file of the COBOL ledger by its copybook: amount in bytes 38-50, currency 51-53, document 62-73.
func readOverpunched(t *testing.T, body []byte) (out []writtenRow) {
	t.Helper()
	for line := range strings.Lines(string(body)) {
		if line[0] != 'D' && line[0] != 'A' {
			continue
		}
		text, sign := strings.TrimSpace(line[37:50]), int64(1)
		switch last := text[len(text)-1:]; {
		case strings.Contains("{ABCDEFGHI", last):
			text = text[:len(text)-1] + fmt.Sprint(strings.Index("{ABCDEFGHI", last))
		case strings.Contains("}JKLMNOPQR", last):
			text, sign = text[:len(text)-1]+fmt.Sprint(strings.Index("}JKLMNOPQR", last)), -1
		case last == "-":
			text, sign = text[:len(text)-1], -1
		}
		out = append(out, writtenRow{strings.TrimSpace(line[61:73]), line[50:53], number(t, text).Mul(decimal.NewFromInt(sign)).Shift(-2)})
	}
	return out
}

// readExtract reads the accounting extract by the numbers of its columns.
func readExtract(t *testing.T, body []byte) (out []writtenRow) {
	t.Helper()
	for line := range strings.Lines(string(body)) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), "|")
		if f[0] == "EXTRACT" {
			continue
		}
		a := number(t, f[168])
		if side := f[167]; side == "CR" != a.IsNegative() && !a.IsZero() {
			t.Fatalf("the side %s of %s", side, a)
		}
		out = append(out, writtenRow{f[18], f[21], a})
	}
	return out
}

// readExtractBook is readExtract for the extract as a workbook.
func readExtractBook(t *testing.T, body []byte) []writtenRow {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(body))
	must(t)(err)
	defer book.Close()
	rows, err := book.GetRows("SAE", excelize.Options{RawCellValue: true})
	must(t)(err)
	var lines []string
	for _, row := range rows[1:] {
		lines = append(lines, strings.Join(row, "|"))
	}
	return readExtract(t, []byte(strings.Join(lines, "\n")))
}

// readInvoiceExtract reads the invoice extract by the numbers of its columns; its amounts have no sign.
func readInvoiceExtract(t *testing.T, body []byte) (out []writtenRow) {
	t.Helper()
	for line := range strings.Lines(string(body)) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), "|")
		if f[0] == "EXTRACT" {
			continue
		}
		a := number(t, f[62])
		if f[63] == "CR" {
			a = a.Neg()
		}
		out = append(out, writtenRow{f[50], f[64], a})
	}
	return out
}

// randomDocuments makes documents from the samples: other ids, amounts, signs and currencies; fractions of a cent; some with one entry only.
type randomDocuments struct {
	t    *testing.T
	rnd  *rand.Rand
	all  []fis.Envelope
	made int
}

func newRandomDocuments(t *testing.T, rnd *rand.Rand, types []fis.DocType) *randomDocuments {
	t.Helper()
	r := &randomDocuments{t: t, rnd: rnd}
	files, err := fs.Glob(samples.Documents(), "*.json")
	must(t)(err)
	for _, name := range files {
		text, err := fs.ReadFile(samples.Documents(), name)
		must(t)(err)
		must(t)(fis.ReadDocuments(bytes.NewReader(text), name, func(env fis.Envelope) error {
			if slices.Contains(types, env.DocType) {
				r.all = append(r.all, env)
			}
			return nil
		}))
	}
	return r
}

func (r *randomDocuments) some() []fis.Envelope {
	var out []fis.Envelope
	for range 1 + r.rnd.Intn(4) {
		r.made++
		env := r.all[r.rnd.Intn(len(r.all))]
		if r.rnd.Intn(4) == 0 && env.DocType.HasPostingLines() {
			out = append(out, r.own())
		} else {
			out = append(out, r.bent(env))
		}
	}
	return out
}

// own is a small document of one to three entries.
func (r *randomDocuments) own() fis.Envelope {
	var amounts []string
	for range 1 + r.rnd.Intn(3) {
		amounts = append(amounts, fmt.Sprintf("%d.%02d", r.rnd.Intn(40)-5, 1+r.rnd.Intn(99)))
	}
	env := expense(fmt.Sprint(r.made), amounts...)
	env.ID = fmt.Sprintf("%032x", r.made)
	env.Document = bytes.ReplaceAll(env.Document, []byte(`"6000"`), []byte(`"640100"`))
	return r.inCurrency(env)
}

var (
	amountsInJSON = regexp.MustCompile(`("[a-zA-Z]*(?i:amount|requestTotal)[a-zA-Z]*": ?)(-?[0-9][0-9.]*(?:[eE][-+]?[0-9]+)?)`)
	idsInJSON     = regexp.MustCompile(`("(?:reportId|requestId|cashAdvanceId)": ?)"[^"]*"`)
	keysInJSON    = regexp.MustCompile(`("(?:reportKey|reqKey|requestKey)": ?)"?[0-9A-Z]+"?`)
)

// bent is a sample with every amount times a factor, so that its sums still agree.
func (r *randomDocuments) bent(env fis.Envelope) fis.Envelope {
	factor := decimal.RequireFromString([]string{"1", "1", "1", "-1", "3", "0.5", "0.37", "100", "0.003"}[r.rnd.Intn(9)])
	body := amountsInJSON.ReplaceAllStringFunc(string(env.Document), func(s string) string {
		m := amountsInJSON.FindStringSubmatch(s)
		return m[1] + decimal.RequireFromString(m[2]).Mul(factor).String()
	})
	body = idsInJSON.ReplaceAllString(body, fmt.Sprintf(`${1}"R%d"`, r.made))
	env.Document = []byte(keysInJSON.ReplaceAllString(body, fmt.Sprintf(`${1}%d`, r.made)))
	env.ID = fmt.Sprintf("%032x", r.made)
	return r.inCurrency(env)
}

func (r *randomDocuments) inCurrency(env fis.Envelope) fis.Envelope {
	if to := []string{"EUR", "EUR", "JPY", "KWD", "USD"}[r.rnd.Intn(5)]; to != "EUR" {
		env.Document = bytes.ReplaceAll(env.Document, []byte(`"EUR"`), []byte(`"`+to+`"`))
	}
	return env
}

// mappingText is a mapping as YAML whose lines are edited.
type mappingText struct {
	t       *testing.T
	lines   []string
	changed []string
}

func (m *mappingText) text() string { return strings.Join(m.lines, "\n") }

// find is the line of a field in the columns of a record, or of the record itself for the field "".
func (m *mappingText) find(record, field string) int {
	inside := false
	for i, line := range m.lines {
		switch {
		case line == "  "+record+":":
			if inside = true; field == "" {
				return i
			}
		case inside && !strings.HasPrefix(line, "    "):
			return -1
		case inside && (strings.HasPrefix(line, "    "+field+": ") || strings.HasPrefix(line, `    "`+field+`": `)):
			return i
		}
	}
	return -1
}

func (m *mappingText) get(record, field string) string {
	i := m.find(record, field)
	if i < 0 {
		m.t.Fatalf("%s has no field %s", record, field)
	}
	_, text, _ := strings.Cut(strings.Replace(m.lines[i], `": `, ": ", 1), ": ")
	if strings.HasPrefix(text, `"`) {
		must(m.t)(json.Unmarshal([]byte(text), &text))
	}
	return text
}

func (m *mappingText) set(record, field, value string) {
	line := fmt.Sprintf("    %q: %q", field, value)
	m.changed = append(m.changed, record+" "+strings.TrimSpace(line))
	if i := m.find(record, field); i >= 0 {
		m.lines[i] = line
		return
	}
	m.lines = slices.Insert(m.lines, m.find(record, "")+1, line)
}

func (m *mappingText) setting(name, value string) {
	m.changed = append(m.changed, name+": "+value)
	line := fmt.Sprintf("  %s: %q", name, value)
	if i := slices.IndexFunc(m.lines, func(l string) bool { return strings.HasPrefix(l, "  "+name+": ") }); i >= 0 {
		m.lines[i] = line
	} else if i := slices.Index(m.lines, "settings:"); i >= 0 {
		m.lines = slices.Insert(m.lines, i+1, line)
	} else {
		m.lines = slices.Insert(m.lines, 1, "", "settings:", line)
	}
}

// lookup adds a lookup sheet, once.
func (m *mappingText) lookup(name string, columns []string, rows [][]string) {
	at := -1
	for i, line := range m.lines {
		if line == "  "+name+":" {
			return
		}
		if line == "lookups:" {
			at = i
		}
	}
	if at < 0 {
		m.lines = append(m.lines, "lookups:")
		at = len(m.lines) - 1
	}
	text := func(list []string) string {
		out, _ := json.Marshal(list)
		return string(out)
	}
	more := []string{"  " + name + ":", "    columns: " + text(columns), "    rows:"}
	for _, r := range rows {
		more = append(more, "      - "+text(r))
	}
	m.changed = append(m.changed, fmt.Sprint(name, rows))
	m.lines = slices.Insert(m.lines, at+1, more...)
}
