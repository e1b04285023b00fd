package ledger

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// What people read aloud to find a document (an id, a report's number, the ERP's numbers, the reference of a payment, an
// amount, a word of the title or of the name) is kept as a key: capital letters and digits alone, so that 'fi-0042' is found as 'FI 0042'. Keys follow
// their rows in the same transaction: what ages out of a row is gone from them too. VerifyDerived compares both.

// KeyKind is what a key is.
type KeyKind string

// The kinds of keys.
const (
	KeyDocument     KeyKind = "doc"
	KeyReport       KeyKind = "report"
	KeyReportKey    KeyKind = "key"
	KeyReportNumber KeyKind = "number"
	KeyEmployee     KeyKind = "employee"
	KeyAmount       KeyKind = "amount"
	KeyERPNumber    KeyKind = "erp"
	KeyPayment      KeyKind = "payment"
	// KeyTitle and KeyPerson are the words of a document's title, and of the name of its employee or vendor.
	KeyTitle  KeyKind = "title"
	KeyPerson KeyKind = "person"
)

// keyColumn is a column that documents are found by.
type keyColumn struct {
	column string
	kind   KeyKind
}

// keyedTables are the tables with such columns. Rows of payments are only ever added.
var keyedTables = map[string][]keyColumn{
	"documents":     {{"doc_id", KeyDocument}, {"report_id", KeyReport}, {"report_key", KeyReportKey}, {"report_number", KeyReportNumber}, {"employee_id", KeyEmployee}, {"amount", KeyAmount}, {"title", KeyTitle}, {"person", KeyPerson}},
	"confirmations": {{"number", KeyERPNumber}, {"outcome", KeyERPNumber}}, // of the outcome: further documents of the ERP
	"payments":      {{"reference", KeyPayment}},
}

// longestKey bounds a key: what is longer is found by its beginning.
const longestKey = 64

// FoldKey is a text as keys are kept: also without the marks on letters, for not everybody can type them.
func FoldKey(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		text = norm.NFKD.String(text)
	}
	n := 0
	return strings.Map(func(r rune) rune {
		if n >= longestKey || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		n++
		return unicode.ToUpper(r)
	}, text)
}

// mostWords bounds the words of a text that are kept.
const mostWords = 24

// FoldWords are the words of a text as keys are kept, each once: those between blanks, and the parts of O'Hanlon and of
// Brûlé-Lefèvre as well.
func FoldWords(text string) (out []string) {
	add := func(word string) {
		if key := FoldKey(word); key != "" && len(out) < mostWords && !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	for word := range strings.FieldsSeq(text) {
		add(word)
		for part := range strings.FieldsFuncSeq(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) }) {
			add(part)
		}
	}
	return out
}

// AmountKey is an amount as keys are kept: without sign, and without zeros at the end.
func AmountKey(text string) string {
	a := amountOf(text)
	if a.IsZero() {
		return ""
	}
	s := a.Abs().String()
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// docKey is one key of one document.
type docKey struct {
	doc  string
	kind KeyKind
	key  string
}

// keys are what a row is found by.
func (r *row) keys(table string) (out []docKey) {
	for _, c := range keyedTables[table] {
		text := r.Text(c.column)
		if c.kind == KeyTitle || c.kind == KeyPerson {
			for _, word := range FoldWords(text) {
				out = append(out, docKey{r.Text("doc_id"), c.kind, word})
			}
			continue
		}
		if c.column == "outcome" {
			for _, number := range alsoNumbers(text) {
				if k := (docKey{r.Text("doc_id"), c.kind, FoldKey(number)}); k.key != "" && !slices.Contains(out, k) {
					out = append(out, k)
				}
			}
			continue
		}
		key := FoldKey(text)
		if c.kind == KeyAmount {
			key = AmountKey(text)
		}
		if key != "" {
			out = append(out, docKey{r.Text("doc_id"), c.kind, key})
		}
	}
	return out
}

// alsoNumbers are the numbers of the further documents in which the ERP has posted a document, as an outcome is kept.
func alsoNumbers(outcome string) (out []string) {
	if !strings.Contains(outcome, HasAlso) { // as with most
		return nil
	}
	var o fis.Outcome
	if json.Unmarshal([]byte(outcome), &o) != nil {
		return nil
	}
	for _, b := range o.Also {
		out = append(out, b.Number)
	}
	return out
}

// FilledAlso is the name under which the journal remembers that its documents are found by each of several numbers of the
// ERP.
const FilledAlso = "filled also"

// HasAlso stands in every outcome that is kept with further documents of the ERP.
const HasAlso = `"also":`

// setsKeys says whether a statement writes what documents are found by, and whether its rows are new ones.
func setsKeys(table, query string) (sets, fresh bool) {
	columns := keyedTables[table]
	switch word, _, _ := strings.Cut(strings.TrimSpace(query), " "); {
	case columns == nil:
		return false, false
	case word == "INSERT":
		return true, !strings.Contains(query, "ON CONFLICT")
	case word == "UPDATE":
		m := setPart.FindStringSubmatch(query)
		return m == nil || slices.ContainsFunc(setColumn.FindAllStringSubmatch(m[1], -1), func(c []string) bool {
			return slices.ContainsFunc(columns, func(k keyColumn) bool { return k.column == c[1] })
		}), false
	}
	return true, false
}

// rekey notes that the keys of a row are to be written; fresh: it had none.
func (t *Tx) rekey(w written, key string) {
	if !w.keys {
		return
	}
	if t.keyed == nil {
		t.keyed = map[*fact]map[string]bool{}
	}
	if t.keyed[w.fact] == nil {
		t.keyed[w.fact] = map[string]bool{}
	}
	if _, known := t.keyed[w.fact][key]; !known {
		t.keyed[w.fact][key] = w.fresh
	}
}

// keysAtOnce is how many keys, or documents, one statement is about.
const keysAtOnce = 100

// saveKeys writes the keys of the rows that the transaction has changed.
func (t *Tx) saveKeys() error {
	for i := range Facts {
		f := &Facts[i]
		var stale []string
		var keys []docKey
		for _, key := range slices.Sorted(maps.Keys(t.keyed[f])) {
			if !t.keyed[f][key] && f.Key[0] == "doc_id" {
				stale = append(stale, key)
			}
			if now := t.touched.rows[f][key]; now != nil {
				keys = append(keys, now.keys(f.Table)...)
			}
		}
		if err := t.dropKeys(f.Table, stale); err != nil {
			return err
		}
		if err := t.addKeys(keys); err != nil {
			return err
		}
	}
	t.keyed = nil
	return nil
}

// dropKeys removes the keys that documents have from one table.
func (t *Tx) dropKeys(table string, docs []string) error {
	var kinds []string
	for _, c := range keyedTables[table] {
		kinds = append(kinds, "'"+string(c.kind)+"'")
	}
	for chunk := range slices.Chunk(docs, keysAtOnce) {
		among, args := Among("doc_id", chunk, 1)
		if _, err := t.Exec(`DELETE FROM doc_keys WHERE `+among+` AND kind IN (`+strings.Join(kinds, ",")+`)`, args...); err != nil {
			return fmt.Errorf("keep what documents are found by: %w", err)
		}
	}
	return nil
}

func (t *Tx) addKeys(keys []docKey) error {
	for chunk := range slices.Chunk(keys, keysAtOnce) {
		args := make([]any, 0, 3*len(chunk))
		for _, k := range chunk {
			args = append(args, k.key, k.kind, k.doc)
		}
		if _, err := t.Exec(`INSERT INTO doc_keys (key, kind, doc_id) VALUES `+t.Places(args, 3)+` ON CONFLICT DO NOTHING`, args...); err != nil {
			return fmt.Errorf("keep what documents are found by: %w", err)
		}
	}
	return nil
}

// keyOld writes the keys of all rows anew.
func (t *Tx) keyOld() error {
	if _, err := t.Exec(`DELETE FROM doc_keys`); err != nil {
		return err
	}
	for _, table := range slices.Sorted(maps.Keys(keyedTables)) {
		err := t.eachPage(factOf(table), "*", func(page []*row) error {
			var keys []docKey
			for _, r := range page {
				keys = append(keys, r.keys(table)...)
			}
			return t.addKeys(keys)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// hash is FNV-1a over its parts.
func (k docKey) hash() uint64 {
	h := uint64(14695981039346656037)
	for _, part := range [...]string{k.doc, string(k.kind), k.key} {
		for i := range len(part) {
			h = (h ^ uint64(part[i])) * 1099511628211
		}
		h *= 1099511628211 // the end of a part
	}
	return h
}

// keys compares the keys of all rows with those that are kept: for each document the sum of their hashes, so that
// memory stays small.
func (v *verification) keys() error {
	open := map[string]uint64{}
	var also int // in a journal that an older program wrote last, the further numbers are no keys yet
	if err := QueryRow(v.ctx, v.j, `SELECT COUNT(*) FROM meta WHERE name = '`+FilledAlso+`'`).Scan(&also); err != nil {
		return err
	}
	for _, table := range slices.Sorted(maps.Keys(keyedTables)) {
		seen, last := map[docKey]bool{}, "" // two payments of a document may have keys that are the same
		columns := []string{"doc_id"}
		for _, c := range keyedTables[table] {
			if c.column != "doc_id" && (c.column != "outcome" || also > 0) {
				columns = append(columns, c.column)
			}
		}
		query := `SELECT ` + strings.Join(columns, ", ") + ` FROM ` + table
		if table == "payments" {
			query += ` ORDER BY doc_id`
		}
		rows, err := QueryRows(v.ctx, v.j, query)
		if err != nil {
			return err
		}
		err = eachRow(rows, func(r *row) error {
			if doc := r.Text("doc_id"); doc != last {
				clear(seen)
				last = doc
			}
			for _, k := range r.keys(table) {
				if seen[k] {
					continue
				}
				if table == "payments" {
					seen[k] = true
				}
				open[k.doc] += k.hash()
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	err := Each(v.ctx, v.j, `SELECT key, kind, doc_id FROM doc_keys`, nil, func(rows *sql.Rows) error {
		var k docKey
		err := rows.Scan(&k.key, &k.kind, &k.doc)
		open[k.doc] -= k.hash()
		v.rows++
		return err
	})
	maps.DeleteFunc(open, func(_ string, left uint64) bool { return left == 0 })
	for _, doc := range slices.Sorted(maps.Keys(open)) {
		v.differs("doc_keys", doc, "what document %s can be found by is not what its rows say", doc)
	}
	return err
}
