package whose

import "github.com/fisbridge/fisbridge/internal/journal/ledger"

// Listed is how many documents of an import file, and lines of it, result files list with one of some verdicts. All lines count of a document that is
// named as such.
func Listed(t *ledger.Tx, fileID int64, verdicts string) (documents, lines int, err error) {
	named := ` FROM file_documents p JOIN result_rows r ON r.doc_id = p.doc_id WHERE p.file_id = $1 AND r.file_id = $1 AND r.doc_id <> '' AND r.kind = 'outcome' AND r.verdict IN (` + verdicts + `)`
	var loose, whole int // lines that do not say which they are; those of documents that are named as such
	err = t.QueryRowContext(t.Ctx, `SELECT COUNT(DISTINCT r.doc_id), COUNT(DISTINCT CASE WHEN r.file_line > 0 THEN r.file_line END), COALESCE(SUM(CASE WHEN r.file_line = 0 AND r.data LIKE '%"l":true%' THEN 1 ELSE 0 END), 0)`+named, fileID).
		Scan(&documents, &lines, &loose)
	if err != nil {
		return 0, 0, err
	}
	err = t.QueryRowContext(t.Ctx, `SELECT COALESCE(SUM(d.rows_count), 0) FROM file_documents d WHERE d.file_id = $1 AND d.doc_id IN (SELECT p.doc_id`+named+` AND r.data NOT LIKE '%"l":true%')`, fileID).Scan(&whole)
	return documents, lines + loose + whole, err
}

// AlsoMeant are the documents that wait for their answer and have come after a result file, of a report of which it
// speaks: an ERP that names reports says the very same of both. A line with a document number of the ERP is about the one
// document that has it.
func AlsoMeant(t *ledger.Tx, result int64) ([]string, error) {
	return t.Strings(`SELECT DISTINCT d.doc_id FROM results r JOIN result_rows l ON l.result_id = r.id JOIN documents o ON o.doc_id = l.doc_id
		JOIN documents d ON d.report_id = o.report_id AND d.doc_type = o.doc_type AND d.doc_id <> o.doc_id
		WHERE r.id = $1 AND r.moved_to <> '' AND l.kind = 'outcome' AND l.data NOT LIKE '%"number":"_%' AND l.doc_id <> '' AND o.report_id <> '' AND d.state = 'filed' AND d.received_at > r.collected_at
		AND NOT EXISTS (SELECT 1 FROM confirmations c WHERE c.doc_id = d.doc_id) ORDER BY d.doc_id`, result)
}

// Unsettled are those of some documents that have no outcome yet: one that is held because its import file was refused may
// be in the books all the same.
func Unsettled(t *ledger.Tx, docs []string) (out []string, err error) {
	for _, doc := range docs {
		n, err := t.Count(`SELECT COUNT(*) FROM confirmations WHERE doc_id = $1`, doc)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			out = append(out, doc)
		}
	}
	return out, nil
}

// Posted is how many documents of an import file are posted, of how many.
func Posted(t *ledger.Tx, file int64) (posted, all int, err error) {
	err = t.QueryRowContext(t.Ctx, `SELECT COALESCE(SUM(CASE WHEN d.state = 'posted' THEN 1 ELSE 0 END), 0), COUNT(*) FROM file_documents p JOIN documents d ON d.doc_id = p.doc_id
		WHERE p.file_id = $1 AND p.withdrawn = 0`, file).Scan(&posted, &all)
	return posted, all, err
}
