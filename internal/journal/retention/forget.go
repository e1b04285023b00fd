package retention

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// ErrUnfinished says that something about a person is not finished: it can't be forgotten yet.
var ErrUnfinished = errors.New("not finished yet")

// Forgotten says what Forget took out, and what it can't reach.
type Forgotten struct {
	Documents []string `json:"documents"`
	// Files are the import files, Results the result files whose bytes went.
	Files   []string `json:"import_files,omitempty"`
	Results []string `json:"result_files,omitempty"`
	// Copies are archived result files that lie in folders of the ERP.
	Copies []records.ResultFile `json:"-"`
}

// Unfinished names why one of the documents can't be forgotten yet.
func (j *Retention) Unfinished(ctx context.Context, docs []string) (why []string, err error) {
	for _, id := range docs {
		var state, reason string
		if err := ledger.QueryRow(ctx, j.Ledger, `SELECT state, CASE WHEN finished_at = '' THEN 'is ' || state
			WHEN EXISTS (SELECT 1 FROM confirmations c WHERE c.doc_id = d.doc_id AND c.state <> 'done') THEN 'has an outcome that Concur does not know yet'
			WHEN EXISTS (SELECT 1 FROM payments p WHERE p.doc_id = d.doc_id AND p.state IN ('waiting','pending','intended','stuck')) THEN 'has a payment that Concur does not know yet'
			WHEN EXISTS (SELECT 1 FROM alarms a WHERE a.subject = d.doc_id AND a.resolved_at = '') THEN 'has an open alarm'
			ELSE '' END FROM documents d WHERE doc_id = $1`, id).Scan(&state, &reason); err != nil {
			return nil, fmt.Errorf("journal: read document %s: %w", id, err)
		}
		if reason != "" {
			why = append(why, fmt.Sprintf("document %s %s", id, reason))
		}
		files, err := ledger.List(ctx, j.Ledger, `SELECT name FROM files f WHERE id IN (SELECT file_id FROM file_documents WHERE doc_id = $1) AND EXISTS (SELECT 1 FROM file_chunks c WHERE c.file_id = f.id)
			AND (f.state NOT IN ('accepted','answered','withdrawn') OR EXISTS (SELECT 1 FROM documents o WHERE o.file_id = f.id AND o.finished_at = '')) ORDER BY id`, []any{id}, ledger.ScanText)
		if err != nil {
			return nil, fmt.Errorf("journal: read the files of document %s: %w", id, err)
		}
		for _, name := range files {
			why = append(why, fmt.Sprintf("import file %s, which holds document %s, has documents that are not finished", name, id))
		}
	}
	return why, nil
}

// Forget takes everything about these documents out that says who they are about: payloads, texts, what was written of
// them, the bytes of the import files and result files that name them, and the details of their history. Ids, states,
// amounts, dates, numbers and hashes stay, and the history still verifies. ErrUnfinished: one of them is not finished,
// and nothing was changed.
func (j *Retention) Forget(ctx context.Context, docs []string, reason string) (f Forgotten, err error) {
	why, err := j.Unfinished(ctx, docs)
	if err != nil {
		return f, err
	}
	if len(why) > 0 {
		return f, fmt.Errorf("%s: %w", why[0], ErrUnfinished)
	}
	err = j.in(ctx, "forget documents", func(t *tx) error {
		f = Forgotten{}
		for _, id := range docs {
			if err := t.forget(&f, id); err != nil {
				return err
			}
		}
		seqs, err := t.detailsOf(docs)
		if err != nil {
			return err
		}
		if err := t.alarmRows(&seqs, func(subject string) bool { return slices.Contains(docs, subject) }, "9"); err != nil {
			return err
		}
		if err := t.EmptyDetails(seqs, "forgotten"); err != nil {
			return err
		}
		for _, id := range docs {
			if err := t.Event("forgotten", ledger.About{Doc: id}, ledger.Detail{"reason": reason}); err != nil {
				return err
			}
		}
		return nil
	})
	return f, err
}

// forget takes one document out.
func (t *tx) forget(f *Forgotten, docID string) error {
	n, err := t.Count(`SELECT COUNT(*) FROM documents WHERE doc_id = $1 AND finished_at <> ''`, docID)
	if err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("document %s: %w", docID, ErrUnfinished) // it came back in between
	}
	for _, statement := range []string{`DELETE FROM payloads WHERE doc_id = $1`, `DELETE FROM written WHERE doc_id = $1`} {
		if _, err := t.Exec(statement, docID); err != nil {
			return err
		}
	}
	if err := t.eraseTexts(docID); err != nil {
		return err
	}
	for _, k := range []struct {
		into        *[]string
		find, empty string
	}{
		{&f.Files, `SELECT name FROM files f WHERE id IN (SELECT file_id FROM file_documents WHERE doc_id = $1) AND EXISTS (SELECT 1 FROM file_chunks c WHERE c.file_id = f.id) ORDER BY id`,
			`DELETE FROM file_chunks WHERE file_id IN (SELECT file_id FROM file_documents WHERE doc_id = $1)`},
		{&f.Results, `SELECT name FROM results r WHERE id IN (SELECT result_id FROM result_rows WHERE doc_id = $1) AND EXISTS (SELECT 1 FROM result_chunks c WHERE c.result_id = r.id) ORDER BY id`,
			`DELETE FROM result_chunks WHERE result_id IN (SELECT result_id FROM result_rows WHERE doc_id = $1)`},
	} {
		names, err := t.Strings(k.find, docID)
		if err != nil {
			return err
		}
		*k.into = append(*k.into, names...)
		if err := t.bytesGone(k.empty, docID); err != nil {
			return err
		}
	}
	f.Documents = append(f.Documents, docID)
	return nil
}

// DocumentsOf gives the documents of an employee: by the id that was kept of them. Those whose texts have aged out are
// nobody's any more.
func (j *Retention) DocumentsOf(ctx context.Context, employee string) ([]string, error) {
	out, err := ledger.List(ctx, j.Ledger, `SELECT doc_id FROM documents WHERE employee_id = $1 AND employee_id <> '' ORDER BY received_at, doc_id`, []any{employee}, ledger.ScanText)
	if err != nil {
		return nil, fmt.Errorf("journal: find the documents of an employee: %w", err)
	}
	return out, nil
}

// CopiesOf are the archived copies of the result files that name these documents.
func (j *Retention) CopiesOf(ctx context.Context, docs []string) ([]records.ResultFile, error) {
	var out []records.ResultFile
	seen := map[int64]bool{}
	for _, id := range docs {
		rs, err := records.ResultsWhere(ctx, j.Ledger, `copy_gone = '' AND moved_to <> '' AND id IN (SELECT result_id FROM result_rows WHERE doc_id = $1) ORDER BY id`, id)
		if err != nil {
			return nil, err
		}
		for _, r := range rs {
			if !seen[r.ID] {
				seen[r.ID] = true
				out = append(out, r)
			}
		}
	}
	return out, nil
}
