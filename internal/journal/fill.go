package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// filled is the name under which the journal remembers that the columns by which people look for documents are filled, or up to which one.
const (
	filled    = "filled"
	filledAll = "~" // behind all docIds
)

// fillAtOnce is how many documents one transaction fills: a kill loses no more.
const fillAtOnce = 500

// fill makes documents that an older program stored findable by employee, report number, title, name and the ERP's number: from the payloads that are
// still there, and from the outcomes. It is done once; what ended half-way goes on with the next opening.
func (j *Journal) fill(ctx context.Context) error {
	for {
		var last string
		err := ledger.QueryRow(ctx, j.Ledger, `SELECT value FROM meta WHERE name = '`+filled+`'`).Scan(&last)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("journal: look whether documents can be found by their numbers: %w", err)
		}
		if last == filledAll {
			return nil
		}
		if err := j.fillNext(ctx, last); err != nil {
			return err
		}
	}
}

// fillAlso makes documents that an older program stored findable by the further numbers of the ERP. It is done once.
func (j *Journal) fillAlso(ctx context.Context) error {
	var done string
	err := ledger.QueryRow(ctx, j.Ledger, `SELECT value FROM meta WHERE name = '`+ledger.FilledAlso+`'`).Scan(&done)
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return j.in(ctx, "make documents findable by further numbers", func(t *tx) error {
		ids, err := t.Strings(`SELECT doc_id FROM confirmations WHERE outcome LIKE '%` + ledger.HasAlso + `%' ORDER BY doc_id`)
		if err != nil {
			return err
		}
		for some := range slices.Chunk(ids, fillAtOnce) {
			among, args := ledger.Among("doc_id", some, 1)
			if _, err := t.Exec(`UPDATE confirmations SET number = number WHERE `+among, args...); err != nil {
				return err
			}
			if err := t.Rest(); err != nil {
				return err
			}
		}
		_, err = t.Exec(`INSERT INTO meta (name, value) VALUES ('` + ledger.FilledAlso + `', '` + filledAll + `') ON CONFLICT (name) DO NOTHING`)
		return err
	})
}

func (j *Journal) fillNext(ctx context.Context, last string) error {
	return j.in(ctx, "make documents findable", func(t *tx) error {
		ids, err := t.Strings(fmt.Sprintf(`SELECT doc_id FROM documents WHERE doc_id > $1 ORDER BY doc_id LIMIT %d`, fillAtOnce), last)
		if err != nil {
			return err
		}
		parser, end := fis.NewParser(nil), filledAll
		for _, id := range ids {
			if err := t.fillDocument(parser, id); err != nil {
				return fmt.Errorf("document %s: %w", id, err)
			}
			end = id
		}
		if len(ids) < fillAtOnce {
			end = filledAll
		}
		_, err = t.Exec(`INSERT INTO meta (name, value) VALUES ('`+filled+`', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, end)
		return err
	})
}

func (t *tx) fillDocument(parser *fis.Parser, id string) error {
	var text string
	var o fis.Outcome
	err := t.QueryRowContext(t.Ctx, `SELECT outcome FROM confirmations WHERE doc_id = $1 AND number = ''`, id).Scan(&text)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err == nil && json.Unmarshal([]byte(text), &o) == nil && o.Number != "" {
		if _, err := t.Exec(`UPDATE confirmations SET number = $1 WHERE doc_id = $2`, o.Number, id); err != nil {
			return err
		}
	}
	var packed []byte
	d, err := records.ScanDoc(t.QueryRowContext(t.Ctx, `SELECT `+records.DocColumnsOf("d")+`, p.body FROM documents d JOIN payloads p ON p.doc_id = d.doc_id WHERE d.doc_id = $1`, id), &packed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // aged out: nothing of a person is kept
	}
	if err != nil {
		return err
	}
	env, err := records.Envelope(d, packed)
	if err != nil {
		return nil // damaged; who needs it is told
	}
	doc, err := parser.Parse(env)
	if err != nil || doc.EmployeeID()+doc.ReportNumber()+doc.Title()+doc.Named() == "" {
		return nil // what cannot be read has nothing to be found by
	}
	_, err = t.Exec(`UPDATE documents SET employee_id = $1, report_number = $2, title = $3, person = $4 WHERE doc_id = $5`, doc.EmployeeID(), doc.ReportNumber(), doc.Title(), doc.Named(), id)
	return err
}
