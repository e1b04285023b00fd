package journal

import (
	"errors"

	"github.com/fisbridge/fisbridge/internal/journal/matching"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Ask opens an alarm, unless one that is open says the same.
func (t *tx) Ask(kind, subject string, r why.Reason) error { return t.alarm(kind, subject, r) }

// listedForAlarm are the lines of result files that were listed for the words of an alarm.
const listedForAlarm = ` FROM results s JOIN result_rows l ON l.result_id = s.id WHERE s.state = 'applied' AND s.rows_listed > 0 AND l.kind = 'exception' AND l.problem = alarms.message`

// sameCompany: a person ends an alarm. Where it is about another company, result files with lines that were listed for it are
// applied again.
func (t *tx) sameCompany(alarm int64, reason string) error {
	ids, err := t.IDs(`SELECT id FROM results WHERE EXISTS (SELECT 1 FROM alarms WHERE alarms.id = $1 AND alarms.kind = $2 AND results.id IN (SELECT s.id`+listedForAlarm+`)) ORDER BY id`, alarm, matching.OtherCompany)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := t.readAgain(id, reason); err != nil && !errors.Is(err, ErrNoBytes) {
			return err
		}
	}
	return nil
}

// endOtherCompany ends those questions when people have settled every document that they are about: nobody has said that both
// are one company.
func (t *tx) endOtherCompany() error {
	_, err := t.resolved(records.SettledItself, `kind = $3 AND NOT EXISTS (SELECT 1`+listedForAlarm+` AND (l.doc_id = '' AND EXISTS (SELECT 1 FROM files f WHERE f.id = l.file_id AND f.state = 'dropped')
		OR EXISTS (SELECT 1 FROM documents d WHERE d.doc_id = l.doc_id AND d.doc_id <> '' AND d.state IN ('filed','held'))))`, matching.OtherCompany)
	return err
}
