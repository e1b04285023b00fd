package retention

import (
	"context"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// AgeUnclaimed takes the payments out of the list of what nobody claims that stand in result files which were last read
// before the given time. They stay in the journal, are known when a bank tells of them again, and a person may still
// give one its document. n is how many there were.
func (j *Retention) AgeUnclaimed(ctx context.Context, before time.Time) (n int, err error) {
	cut := ledger.Stamp(before)
	err = j.in(ctx, "take what nobody claims out of the list", func(t *tx) error {
		ids, err := t.IDs(`SELECT r.id FROM results r WHERE r.state_since < $1 AND r.id IN (SELECT l.result_id FROM result_rows l WHERE l.mark = 'unclaimed') ORDER BY r.id`, cut)
		if err != nil {
			return err
		}
		for _, id := range ids {
			rows, err := t.Exec(`UPDATE result_rows SET mark = $1 WHERE result_id = $2 AND mark = 'unclaimed'`, records.PaymentAged, id)
			if err != nil {
				return err
			}
			n += int(rows)
			if err := t.Event("unclaimed payments aged", ledger.About{Result: id}, ledger.Detail{"payments": rows, "read_before": cut}); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// eraseLines empties the lines of a finished result file that are of no document: they tell of others, by name. Those
// of a document go with its texts.
func (t *tx) eraseLines(result int64) error {
	n, err := t.Exec(`UPDATE result_rows SET data = '', problem = '', mark = CASE WHEN mark = 'unclaimed' THEN 'aged' ELSE mark END
		WHERE result_id = $1 AND doc_id = '' AND (data <> '' OR problem <> '')`, result)
	if err != nil || n == 0 {
		return err
	}
	return t.Event(textsEvent, ledger.About{Result: result}, nil)
}
