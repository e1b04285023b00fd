package whose

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// standing is a payment that nothing has taken back.
type standing struct {
	reference string
	amount    fis.Amount
	kept      bool // Concur was not told of it
}

// OfKept tells whether a return takes back a payment of which Concur was not told, such as that of a card after the
// employee had all: then Concur is not told of the return either. Where a payment that was told and one that was kept may
// be meant, problem says so.
func OfKept(t *ledger.Tx, doc string, p fis.Payment) (kept bool, problem string, err error) {
	all, err := standingOf(t, doc)
	if err != nil {
		return false, "", err
	}
	is := func(want bool) func(standing) bool { return func(s standing) bool { return s.kept == want } }
	if !slices.ContainsFunc(all, is(true)) || !slices.ContainsFunc(all, is(false)) {
		return slices.ContainsFunc(all, is(true)), "", nil
	}
	if at := taken(all, p.Reference); at >= 0 {
		return all[at].kept, "", nil
	}
	same := slices.DeleteFunc(slices.Clone(all), func(s standing) bool { return !s.amount.Equal(p.Amount) })
	switch {
	case len(same) == 0:
		return false, fmt.Sprintf("takes back %s %s of document %s, which is the amount of none of its payments; Concur was told of some of them, and not of others", fis.Text(p.Amount, p.Currency), p.Currency, doc), nil
	case slices.ContainsFunc(same, is(true)) && slices.ContainsFunc(same, is(false)):
		return false, fmt.Sprintf("takes back %s %s of document %s: a payment that Concur was told of has this amount, and one that it was not told of has it too; `valid` tells Concur that its payment came back, so say it only of that one", fis.Text(p.Amount, p.Currency), p.Currency, doc), nil
	}
	return same[0].kept, "", nil
}

// standingOf are the payments of a document that were not taken back, in the order in which they were told.
func standingOf(t *ledger.Tx, doc string) (all []standing, err error) {
	err = t.Each(`SELECT state, payment FROM payments WHERE doc_id = $1 ORDER BY id`, func(rows *sql.Rows) error {
		var state, data string
		var p fis.Payment
		if err := rows.Scan(&state, &data); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(data), &p); err != nil {
			return err
		}
		s := standing{p.Reference, p.Amount, state == "kept"}
		switch p.Status {
		case fis.PaidCompletely, fis.PaidPartially:
			all = append(all, s)
		case fis.PaymentReversed:
			at := taken(all, p.Reference)
			if at < 0 {
				at = slices.IndexFunc(all, func(o standing) bool { return o.kept == s.kept && o.amount.Equal(s.amount) })
			}
			if at >= 0 {
				all = slices.Delete(all, at, at+1)
			}
		}
		return nil
	}, doc)
	return all, err
}

// taken is the payment that a return names by its reference, behind which stands what makes it another one; -1: none.
func taken(all []standing, reference string) int {
	return slices.IndexFunc(all, func(s standing) bool {
		return s.reference != "" && (s.reference == reference || strings.HasPrefix(reference, s.reference+"-RE"))
	})
}

// Formats are how the result files were read that told of a document's payments, by result file.
func Formats(t *ledger.Tx, doc string) (map[int64]string, error) {
	out := map[int64]string{}
	return out, t.Each(`SELECT id, format FROM results WHERE id IN (SELECT result_id FROM payments WHERE doc_id = $1)`, func(rows *sql.Rows) error {
		var id int64
		var format string
		err := rows.Scan(&id, &format)
		out[id] = format
		return err
	}, doc)
}

// StandsComplete: a complete payment of the document is told of, or to be told, and nothing came back after it.
func StandsComplete(t *ledger.Tx, doc string) (bool, error) {
	n, err := t.Count(`SELECT COUNT(*) FROM payments p WHERE p.doc_id = $1 AND p.state <> 'kept' AND p.status = 'CP'
		AND NOT EXISTS (SELECT 1 FROM payments l WHERE l.doc_id = p.doc_id AND l.id > p.id AND l.state <> 'kept' AND l.status = 'RE')`, doc)
	return n > 0, err
}
