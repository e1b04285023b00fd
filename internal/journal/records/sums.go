package records

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// SumKind is what is counted.
type SumKind string

// What is counted, by its table.
const (
	SumDocuments SumKind = "documents"
	SumFiles     SumKind = "files"
	SumResults   SumKind = "results"
	SumPostings  SumKind = "confirmations"
	SumPayments  SumKind = "payments"
)

// KeptSum is how many things are in a state, and what they amount to. Only documents have a currency and an amount;
// confirmations and payments are counted over all routes.
type KeptSum struct {
	Kind     SumKind    `json:"kind"`
	Route    string     `json:"route,omitempty"`
	State    string     `json:"state"`
	Currency string     `json:"currency,omitempty"`
	Number   int        `json:"number"`
	Amount   fis.Amount `json:"amount"`
}

// Sums gives the sums that each transaction keeps, so that a page need not count; all kinds when none is named.
func (j *Records) Sums(ctx context.Context, kinds ...SumKind) ([]KeptSum, error) {
	where, args := `number <> 0`, []any(nil)
	if len(kinds) > 0 {
		among, of := ledger.Among("kind", kinds, 1)
		where, args = where+` AND `+among, of
	}
	return ledger.List(ctx, j.Ledger, `SELECT kind, route, state, currency, number, amount FROM sums WHERE `+where+` ORDER BY kind, route, state, currency`, args, func(rows *sql.Rows) (s KeptSum, err error) {
		var amount string
		if err = rows.Scan(&s.Kind, &s.Route, &s.State, &s.Currency, &s.Number, &amount); err == nil {
			s.Amount, err = fis.ParseAmount(amount)
		}
		return s, err
	})
}

// sumOf is the number of things of a kind that a filter asks for, where the sums tell it: nothing but route and state
// narrows it.
func (j *Records) sumOf(ctx context.Context, kind SumKind, f Filter) (n int, told bool, err error) {
	if f.Type != "" || f.Employee != "" || f.Text != "" || f.Find != "" || f.Amount != nil || !f.Since.IsZero() || !f.Until.IsZero() || kind == SumPayments && f.Route != "" {
		return 0, false, nil
	}
	var c conditions
	c.equal("kind", string(kind))
	c.equal("route", f.Route)
	c.among("state", f.States)
	n, err = ledger.Count(ctx, j.Ledger, `SELECT CAST(COALESCE(SUM(number), 0) AS BIGINT) FROM sums`+c.where(), c.args...)
	return n, err == nil, err
}

// fewOf is the part of all documents up to which they are found by their state, and then put in order. Where more are
// asked for, the newest ones come first by walking over all.
const fewOf = 20

// narrow puts the states that are asked for, so that the database takes the shorter way to the first page. It cannot
// know it by itself.
func (j *Records) narrow(ctx context.Context, f Filter, c *conditions) error {
	if len(f.States) == 0 && f.Route == "" {
		return nil
	}
	sums, err := j.Sums(ctx, SumDocuments)
	if err != nil {
		return err
	}
	all, asked := 0, 0
	for _, s := range sums {
		all += s.Number
		if (f.Route == "" || s.Route == f.Route) && (len(f.States) == 0 || slices.Contains(f.States, s.State)) {
			asked += s.Number
		}
	}
	switch few := asked*fewOf <= all; {
	case few && len(f.States) == 0:
		var states []string
		for _, s := range States() {
			states = append(states, string(s))
		}
		c.among("d.state", states)
	case few:
		c.among("d.state", f.States)
	default:
		c.among("d.state || ''", f.States)
	}
	return nil
}

// found: the text is what people read aloud of a document. It begins one of its keys, all of it or each of its words
// does; or it is its amount, or the name or ROUTE/NUMBER of an import file that it is or was in. The words come with the
// rarest first.
func (c *conditions) found(text string, words []string) {
	if len(words) == 0 {
		return
	}
	ways := c.ways(text, "")
	if len(words) > 1 {
		ways = append(ways, c.all(words))
	}
	c.text = append(c.text, inOneOf(ways))
}

// texts: each word of the text begins a key of the document, or a word of its title or name; or all of it stands in the
// document's reason. The words come with the rarest first.
func (c *conditions) texts(text string, words []string) {
	if len(words) == 0 {
		return
	}
	ways := []string{c.all(words)}
	if !c.impersonal {
		c.args = append(c.args, likePattern(text))
		ways = append(ways, fmt.Sprintf(`SELECT r.doc_id FROM documents r WHERE r.reason <> '' AND LOWER(r.reason) LIKE $%d ESCAPE '\'`, len(c.args)))
	}
	c.text = append(c.text, inOneOf(ways))
}

// inOneOf: one of the selections has the document.
func inOneOf(ways []string) string { return `d.doc_id IN (` + strings.Join(ways, ` UNION `) + `)` }

// all selects the documents that each of the words finds. The first word selects, and the others are only asked of what
// it found: a word that half of the documents have is cheap behind a rare one.
func (c *conditions) all(words []string) string {
	out := `SELECT r.doc_id FROM (` + strings.Join(c.ways(words[0], ""), ` UNION `) + `) r`
	join := ` WHERE `
	for _, w := range words[1:] {
		out += join + `(EXISTS (` + strings.Join(c.ways(w, "r.doc_id"), `) OR EXISTS (`) + `))`
		join = ` AND `
	}
	return out
}

// shortestFound is how much of a key finds a document by its beginning.
const shortestFound = 3

// ways select the documents that one text finds; of, where given, is the one document that is asked about.
func (c *conditions) ways(text, of string) (ways []string) {
	place := func(arg any) string {
		c.args = append(c.args, arg)
		return fmt.Sprintf("$%d", len(c.args))
	}
	add := func(query, doc string) {
		if of != "" {
			query += ` AND ` + doc + ` = ` + of
		}
		ways = append(ways, query)
	}
	if where := keyWhere(text, c.impersonal, place); where != "" {
		add(`SELECT k.doc_id FROM doc_keys k WHERE `+where, "k.doc_id")
	}
	if amount, err := fis.ParseAmount(strings.Replace(text, ",", ".", 1)); err == nil && !amount.IsZero() {
		add(`SELECT k.doc_id FROM doc_keys k WHERE k.key = `+place(ledger.AmountKey(amount.String()))+` AND k.kind = 'amount'`, "k.doc_id")
	}
	add(`SELECT p.doc_id FROM file_documents p JOIN files f ON f.id = p.file_id WHERE f.stem = `+place(StemOf(strings.TrimSpace(text))), "p.doc_id")
	route, number, _ := strings.Cut(strings.TrimSpace(text), "/")
	if sequence, err := strconv.ParseInt(number, 10, 64); err == nil {
		add(`SELECT p.doc_id FROM file_documents p JOIN files f ON f.id = p.file_id WHERE f.route = `+place(route)+` AND f.sequence = `+place(sequence), "p.doc_id")
	}
	return ways
}

// keyWhere is the condition that a key of doc_keys begins like a text; empty where the text has no sign of a key.
func keyWhere(text string, impersonal bool, place func(any) string) string {
	other := ` AND k.kind <> 'amount'`
	if impersonal {
		other += ` AND k.kind NOT IN ('employee','title','person')`
	}
	switch key := ledger.FoldKey(text); {
	case len([]rune(key)) >= shortestFound:
		return `k.key >= ` + place(key) + ` AND k.key < ` + place(after(key)) + other
	case key != "":
		return `k.key = ` + place(key) + other
	}
	return ""
}

// enoughKeys is how many keys are counted to see which word is rare.
const enoughKeys = 1000

// mostWords is how many words of a text are looked for: each is asked of every document that the others find.
const mostWords = 8

// wordsOf are the first mostWords different words of a text, in their order.
func wordsOf(text string) (words []string) {
	for w := range strings.FieldsSeq(text) {
		if len(words) < mostWords && !slices.ContainsFunc(words, func(s string) bool { return strings.EqualFold(s, w) }) {
			words = append(words, w)
		}
	}
	return words
}

// rarestFirst are the words of a text, those that find fewer documents first, as far as enoughKeys tell.
func (j *Records) rarestFirst(ctx context.Context, text string, impersonal bool) ([]string, error) {
	words := wordsOf(text)
	if len(words) < 2 {
		return words, nil
	}
	many := map[string]int{}
	for _, w := range words {
		var args []any
		where := keyWhere(w, impersonal, func(arg any) string {
			args = append(args, arg)
			return fmt.Sprintf("$%d", len(args))
		})
		if where == "" {
			continue
		}
		n, err := ledger.Count(ctx, j.Ledger, fmt.Sprintf(`SELECT COUNT(*) FROM (SELECT 1 FROM doc_keys k WHERE %s LIMIT %d) s`, where, enoughKeys), args...)
		if err != nil {
			return nil, err
		}
		many[w] = n
	}
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(many[a], many[b]) })
	return words, nil
}

// after is the first text behind all that begin with a key.
func after(key string) string {
	letters := []rune(key)
	letters[len(letters)-1]++
	return string(letters)
}
