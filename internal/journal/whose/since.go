package whose

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Line is a line of a result file that is a payment which people are asked about, or which nobody claims.
type Line struct {
	Result int64
	Line   int
	doc    string
	may    []string // of which it may be; nil where it names one
	guess  bool     // nothing but the amount says so
	pay    fis.Payment
}

// openLines are the lines of which no person has said anything yet, but for those of one result file.
func openLines(t *ledger.Tx, where string, args ...any) (out []Line, err error) {
	err = t.Each(`SELECT result_id, line, doc_id, data FROM result_rows WHERE data <> '' AND `+where+` ORDER BY result_id, line`, func(rows *sql.Rows) error {
		var l Line
		var data string
		if err := rows.Scan(&l.Result, &l.Line, &l.doc, &data); err != nil {
			return err
		}
		kept := struct {
			*fis.Payment
			May   []string `json:"may"`
			Guess bool     `json:"guess"`
		}{Payment: &l.pay}
		if err := json.Unmarshal([]byte(data), &kept); err != nil {
			return err
		}
		l.may, l.guess = kept.May, kept.Guess
		out = append(out, l)
		return nil
	}, args...)
	return out, err
}

// Since settles the lines of earlier result files whose payment this result file has told of, now that it fitted: by the
// bank's own reference, or because it says the very same. It gives them.
func Since(t *ledger.Tx, result int64) (settled []Line, err error) {
	type told struct {
		doc, content string
		pay          fis.Payment
	}
	var all []told
	err = t.Each(`SELECT doc_id, payment, content_sha256 FROM payments WHERE result_id = $1 ORDER BY id`, func(rows *sql.Rows) error {
		var p told
		var data string
		if err := rows.Scan(&p.doc, &data, &p.content); err != nil {
			return err
		}
		all = append(all, p)
		return json.Unmarshal([]byte(data), &all[len(all)-1].pay)
	}, result)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	lines, err := openLines(t, `mark <> '' AND mark IN ('asked','unclaimed') AND result_id < $1`, result)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		content, err := digest(l.pay)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(all, func(p told) bool {
			return (l.doc == "" || l.doc == p.doc) && (sameOfBank(p.pay, l.pay) || p.content == content)
		})
		if at < 0 {
			continue
		}
		p := all[at]
		if !p.pay.Identified { // it stands for one line only
			all = slices.Delete(all, at, at+1)
		}
		if err := t.One(`UPDATE result_rows SET mark = 'told', doc_id = $1 WHERE result_id = $2 AND line = $3`, p.doc, l.Result, l.Line); err != nil {
			return nil, err
		}
		err = t.Event("payment marked told", ledger.About{Doc: p.doc, Result: l.Result}, ledger.Detail{"line": l.Line, "reference": p.pay.Reference, "told_by_result": result})
		if err != nil {
			return nil, err
		}
		settled = append(settled, l)
	}
	return settled, nil
}

// digest is that of a payment's JSON, by which the journal knows it.
func digest(p fis.Payment) (string, error) {
	b, err := json.Marshal(p)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), err
}

// Moot takes the question out of the lines of which nothing but the amount says that they may be of some documents, when
// these are all paid in full by now: had the lines come today, they would be nobody's. It gives those lines.
func Moot(t *ledger.Tx, within Within) (settled []Line, err error) {
	lines, err := openLines(t, `mark = 'asked' AND doc_id = ''`)
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	x, err := Read(t, within)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		if l.pay.Status == fis.PaymentReversed || !l.guess || len(l.may) == 0 || slices.ContainsFunc(l.may, func(id string) bool { return !x.paid(id) }) {
			continue
		}
		if err := t.One(`UPDATE result_rows SET mark = 'unclaimed' WHERE result_id = $1 AND line = $2`, l.Result, l.Line); err != nil {
			return nil, err
		}
		err := t.Event("payment is nobody's", ledger.About{Result: l.Result}, ledger.Detail{"line": l.Line, "paid_by_others": l.may})
		if err != nil {
			return nil, err
		}
		settled = append(settled, l)
	}
	return settled, nil
}

// paid tells whether a document is known to be paid in full.
func (x *Index) paid(id string) bool {
	d := x.docs[id]
	if d == nil {
		return false
	}
	all := d.total
	if d.owed != nil {
		all = fis.Zero
		for _, a := range d.owed {
			all = all.Add(a)
		}
	}
	return all.IsPositive() && !d.paid.LessThan(all.RoundFloor(fis.MinorUnits(d.currency)))
}
