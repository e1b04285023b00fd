// Package finding makes the condition by which documents are found by what people read aloud of them, or by words of their texts. It looks
// first how many documents each word has: a rare word selects them and the others are asked of those alone; where every word is frequent, the
// list is walked as it is shown and each document is asked, so that a page is full before many were looked at.
package finding

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Finder makes conditions about documents, which the statement calls d.
type Finder struct {
	Ledger *ledger.Ledger
	// Impersonal: employees and what people wrote find nothing.
	Impersonal bool
	// Stem is the name of an import file as it is kept.
	Stem func(string) string
	// Place keeps an argument of the statement, and gives what stands for it.
	Place func(any) string
}

// shortest is how much of a key finds a document by its beginning.
const shortest = 3

// enough is how many documents a word may have to select them. What has more is frequent.
var enough = 5000

// mostWords is how many words of a text are looked for: each is asked of every document that the others find.
const mostWords = 8

// way is one way to documents: its table is called k, or p with f.
type way struct {
	from, doc, where, order string // ? is an argument; order is that of the index
	args                    []any
}

// word is a text with its ways that lead to documents, and to how many at least.
type word struct {
	ways []way
	n    int
}

func (w word) frequent() bool { return w.n > enough }

// Nothing finds no document.
const Nothing = "1 = 0"

// ReadAloud is the condition that the text is what people read aloud of a document. It begins one of its keys, all of it or each of its words
// does; or it is its amount, the name or ROUTE/NUMBER of an import file that it is or was in, or the name of a result file that speaks of it. An empty text has no condition.
func (f *Finder) ReadAloud(ctx context.Context, text string) (string, error) {
	words, err := f.words(ctx, text)
	if err != nil || words == nil {
		return "", err
	}
	if len(strings.Fields(text)) == 1 {
		return f.oneOf(words), nil
	}
	whole, err := f.look(ctx, text)
	if err != nil {
		return "", err
	}
	return f.oneOf([]word{whole}, words), nil
}

// Text is the condition that each word of the text begins a key of the document, or a word of its title or name; or that all of it stands in the
// document's reason.
func (f *Finder) Text(ctx context.Context, text, like string) (string, error) {
	words, err := f.words(ctx, text)
	if err != nil || words == nil {
		return "", err
	}
	if f.Impersonal {
		return f.oneOf(words), nil
	}
	return `(` + f.oneOf(words) + ` OR d.doc_id IN (SELECT r.doc_id FROM documents r WHERE r.reason <> '' AND LOWER(r.reason) LIKE ` + f.Place(like) + ` ESCAPE '\'))`, nil
}

// words are the different words of a text, the rarest first.
func (f *Finder) words(ctx context.Context, text string) (out []word, err error) {
	for _, w := range wordsOf(text) {
		found, err := f.look(ctx, w)
		if err != nil {
			return nil, err
		}
		out = append(out, found)
	}
	slices.SortStableFunc(out, func(a, b word) int { return cmp.Compare(a.n, b.n) })
	return out, nil
}

// wordsOf are the first mostWords different words of a text, in their order.
func wordsOf(text string) (out []string) {
	for w := range strings.FieldsSeq(text) {
		if len(out) < mostWords && !slices.ContainsFunc(out, func(s string) bool { return strings.EqualFold(s, w) }) {
			out = append(out, w)
		}
	}
	return out
}

// look finds the ways of a text that lead to documents.
func (f *Finder) look(ctx context.Context, text string) (w word, err error) {
	for _, y := range f.waysOf(text) {
		// The order keeps PostgreSQL from gathering all keys before it counts the first ones.
		n, err := ledger.Count(ctx, f.Ledger, numbered(fmt.Sprintf(`SELECT COUNT(*) FROM (SELECT 1 FROM %s WHERE %s%s LIMIT %d) s`, y.from, y.where, y.order, enough+1)), y.args...)
		if err != nil {
			return w, err
		}
		if w.n += n; n > 0 {
			w.ways = append(w.ways, y)
		}
	}
	return w, nil
}

// numbered writes places as $1, $2.
func numbered(text string) string {
	for n := 1; strings.Contains(text, "?"); n++ {
		text = strings.Replace(text, "?", fmt.Sprintf("$%d", n), 1)
	}
	return text
}

// waysOf are all ways from a text to documents.
func (f *Finder) waysOf(text string) (ways []way) {
	const keys, byKey = `doc_keys k`, ` ORDER BY k.key, k.kind, k.doc_id`
	other := `k.kind <> 'amount'`
	if f.Impersonal {
		other += ` AND k.kind NOT IN ('employee','title','person')`
	}
	switch key := ledger.FoldKey(text); {
	case len([]rune(key)) >= shortest:
		ways = append(ways, way{keys, `k.doc_id`, `k.key >= ? AND k.key < ? AND ` + other, byKey, []any{key, After(key)}})
	case key != "":
		ways = append(ways, way{keys, `k.doc_id`, `k.key = ? AND ` + other, byKey, []any{key}})
	}
	if amount, err := fis.ParseAmount(strings.Replace(text, ",", ".", 1)); err == nil && !amount.IsZero() {
		ways = append(ways, way{keys, `k.doc_id`, `k.key = ? AND k.kind = 'amount'`, byKey, []any{ledger.AmountKey(amount.String())}})
	}
	const files = `file_documents p JOIN files f ON f.id = p.file_id`
	ways = append(ways, way{files, `p.doc_id`, `f.stem = ?`, ``, []any{f.Stem(strings.TrimSpace(text))}})
	if name := strings.TrimSpace(text); strings.Contains(name, ".") { // a result file has the name that the ERP gave it
		ways = append(ways, way{`result_rows p JOIN results f ON f.id = p.result_id`, `p.doc_id`, `f.name = ? AND p.doc_id <> ''`, ``, []any{name}})
	}
	route, number, _ := strings.Cut(strings.TrimSpace(text), "/")
	if sequence, err := strconv.ParseInt(number, 10, 64); err == nil {
		ways = append(ways, way{files, `p.doc_id`, `f.route = ? AND f.sequence = ?`, ``, []any{route, sequence}})
	}
	return ways
}

// After is the first text behind all that begin with a key.
func After(key string) string {
	letters := []rune(key)
	letters[len(letters)-1]++
	return string(letters)
}

// oneOf: all words of one of the alternatives find the document. Words come with the rarest first.
func (f *Finder) oneOf(alternatives ...[]word) string {
	var selected, asked []string
	for _, words := range alternatives {
		switch {
		case slices.ContainsFunc(words, func(w word) bool { return w.n == 0 }):
		case words[0].frequent():
			var each []string
			for _, w := range words {
				each = append(each, f.asks(w, "d.doc_id"))
			}
			asked = append(asked, strings.Join(each, ` AND `))
		default:
			selected = append(selected, f.selects(words))
		}
	}
	if len(selected) > 0 {
		asked = append(asked, `d.doc_id IN (`+strings.Join(selected, ` UNION `)+`)`)
	}
	if len(asked) == 0 {
		return Nothing
	}
	return `(` + strings.Join(asked, ` OR `) + `)`
}

// selects the documents that each of the words finds: those of the first word, asked about the others.
func (f *Finder) selects(words []word) string {
	var ways []string
	for _, y := range words[0].ways {
		ways = append(ways, `SELECT `+y.doc+` FROM `+y.from+` WHERE `+f.placed(y))
	}
	if len(words) == 1 {
		return strings.Join(ways, ` UNION `)
	}
	var others []string
	for _, w := range words[1:] {
		others = append(others, f.asks(w, "r.doc_id"))
	}
	return `SELECT r.doc_id FROM (` + strings.Join(ways, ` UNION `) + `) r WHERE ` + strings.Join(others, ` AND `)
}

// asks whether a word finds one document. The offset keeps a database from turning the question into a list of all documents of the word.
func (f *Finder) asks(w word, doc string) string {
	var ways []string
	for _, y := range w.ways {
		ways = append(ways, `EXISTS (SELECT 1 FROM `+y.from+` WHERE `+y.doc+` = `+doc+` AND `+f.placed(y)+` LIMIT 1 OFFSET 0)`)
	}
	return `(` + strings.Join(ways, ` OR `) + `)`
}

// placed is the condition of a way with its arguments kept.
func (f *Finder) placed(y way) string {
	where := y.where
	for _, arg := range y.args {
		where = strings.Replace(where, "?", f.Place(arg), 1)
	}
	return where
}
