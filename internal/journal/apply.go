package journal

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// RowKind is what a line of a result file is about.
type RowKind string

const (
	OutcomeRow   RowKind = "outcome"
	PaymentRow   RowKind = "payment"
	FileRow      RowKind = "file"
	IgnoredRow   RowKind = "ignored"
	ExceptionRow RowKind = "exception"
)

// ResultRow is one line of a result file, matched or listed.
type ResultRow struct {
	ResultID int64 // set when read back
	Line     int
	Kind     RowKind
	DocID    string
	FileID   int64
	FileLine int
	Verdict  fis.Verdict
	Data     string // JSON of the outcome or payment
	Problem  string
}

// Ref is how a line names its document: any of these, whichever the ERP gives back.
type Ref struct {
	DocID, ReportID, ReportKey string
	// Any is a docId, report id or report key; the ERP does not say which.
	Any          string
	FileSequence int64
	// BatchID is what we wrote into the file as its batch: the sequence, perhaps with leading zeros or a prefix that ends in it.
	BatchID, FileName string
	FileLine          int
}

// Apply is the transaction in which a result file's lines take effect: all of them, or none.
type Apply struct {
	t       *tx
	result  ResultFile
	counts  Counts
	insert  *sql.Stmt
	touch   *sql.Stmt
	lastDoc string
	files   map[int64]bool
	cache   map[Ref]match
	pending []ResultRow
}

type match struct {
	doc, problem string
	file         int64
}

// ApplyResult runs fn over a collected result file; when fn returns nil the file is Applied with all that came of it.
func (j *Journal) ApplyResult(ctx context.Context, r ResultFile, format string, fn func(*Apply) error) (Counts, error) {
	a := &Apply{result: r}
	err := j.in(ctx, "apply result file "+r.Name, func(t *tx) (err error) {
		*a = Apply{t: t, result: r, files: map[int64]bool{}, cache: map[Ref]match{}}
		if a.insert, err = t.PrepareContext(ctx, `INSERT INTO result_rows (result_id, line, kind, doc_id, file_id, file_line, verdict, data, problem) VALUES `+places(rowsAtOnce, 9)); err != nil {
			return err
		}
		defer a.insert.Close()
		if a.touch, err = t.PrepareContext(ctx, `INSERT INTO result_documents (result_id, doc_id) VALUES ($1,$2) ON CONFLICT DO NOTHING`); err != nil {
			return err
		}
		defer a.touch.Close()
		// A file that was unreadable once may have left nothing; one that is applied again never happens: the state says so.
		if err := fn(a); err != nil {
			return err
		}
		a.counts.Posted, a.counts.Rejected = t.posted, t.rejected
		return a.finish(format)
	})
	return a.counts, err
}

func (a *Apply) finish(format string) error {
	if err := a.flush(); err != nil {
		return err
	}
	c := a.counts
	if err := a.t.one(`UPDATE results SET state = $1, state_since = $2, format = $3, rows_total = $4, rows_outcome = $5, rows_payment = $6, rows_ignored = $7, rows_listed = $8 WHERE id = $9 AND state = $10`,
		Applied, a.t.at, format, c.Total, c.Outcomes, c.Payments, c.Ignored, c.Listed, a.result.ID, Collected); err != nil {
		return err
	}
	if err := a.t.event("applied", about{result: a.result.ID}, detail{"format": format, "rows": c}); err != nil || c.Listed == 0 {
		return err
	}
	return a.t.alarm("result lines", fmt.Sprintf("result %d", a.result.ID), fmt.Sprintf("%d of %d lines of result file %s could not be used", c.Listed, c.Total, a.result.Name),
		fmt.Sprintf("`fisbridge show result %d` lists them; settle each document with `fisbridge mark`, then `fisbridge mark result %d settled --reason …`", a.result.ID, a.result.ID))
}

const rowsAtOnce = 50

func places(rows, columns int) string {
	var b strings.Builder
	n := 0
	for r := range rows {
		if r > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for c := range columns {
			if c > 0 {
				b.WriteByte(',')
			}
			n++
			fmt.Fprintf(&b, "$%d", n)
		}
		b.WriteByte(')')
	}
	return b.String()
}

// Add keeps one line. Lines with a problem are listed, whatever their kind.
func (a *Apply) Add(r ResultRow) error {
	a.counts.Total++
	switch {
	case r.Problem != "":
		r.Kind = ExceptionRow
		a.counts.Listed++
	case r.Kind == IgnoredRow:
		a.counts.Ignored++
	case r.Kind == PaymentRow:
		a.counts.Payments++
	default:
		a.counts.Outcomes++
	}
	if r.Kind == OutcomeRow && r.DocID != "" && r.DocID != a.lastDoc {
		if _, err := a.touch.ExecContext(a.t.ctx, a.result.ID, r.DocID); err != nil {
			return err
		}
		a.lastDoc = r.DocID
	}
	a.pending = append(a.pending, r)
	if len(a.pending) == rowsAtOnce {
		return a.flush()
	}
	return nil
}

func (a *Apply) flush() error {
	if len(a.pending) == 0 {
		return nil
	}
	args := make([]any, 0, 9*len(a.pending))
	for _, r := range a.pending {
		args = append(args, a.result.ID, r.Line, r.Kind, r.DocID, r.FileID, r.FileLine, r.Verdict, r.Data, r.Problem)
	}
	var err error
	if len(a.pending) == rowsAtOnce {
		_, err = a.insert.ExecContext(a.t.ctx, args...)
	} else {
		_, err = a.t.exec(`INSERT INTO result_rows (result_id, line, kind, doc_id, file_id, file_line, verdict, data, problem) VALUES `+places(len(a.pending), 9), args...)
	}
	a.pending = a.pending[:0]
	if err != nil {
		return fmt.Errorf("keep result lines: %w", err)
	}
	return nil
}

// Ignore counts lines that mean nothing.
func (a *Apply) Ignore(n int) error {
	a.counts.Total += n
	a.counts.Ignored += n
	return nil
}

// Match finds the document and import file that a reference means, or says why it cannot.
func (a *Apply) Match(ref Ref) (docID string, fileID int64, problem string, err error) {
	if m, ok := a.cache[ref]; ok {
		return m.doc, m.file, m.problem, nil
	}
	m, err := a.match(ref)
	if err != nil {
		return "", 0, "", err
	}
	if len(a.cache) > 1000 {
		clear(a.cache)
	}
	a.cache[ref] = m
	return m.doc, m.file, m.problem, nil
}

func (a *Apply) match(ref Ref) (match, error) {
	var file int64
	if ref.FileSequence == 0 && ref.BatchID != "" {
		n, ok := trailingNumber(ref.BatchID)
		if !ok {
			return match{problem: fmt.Sprintf("batch id %q holds no file number", ref.BatchID)}, nil
		}
		ref.FileSequence = n
	}
	if ref.FileSequence > 0 || ref.FileName != "" {
		err := a.t.QueryRowContext(a.t.ctx, `SELECT id FROM files WHERE route = $1 AND (sequence = $2 OR $2 = 0) AND (name = $3 OR $3 = '')`, a.result.Route, ref.FileSequence, ref.FileName).Scan(&file)
		if errors.Is(err, sql.ErrNoRows) {
			return match{problem: fmt.Sprintf("no import file of route %s has %s", a.result.Route, ref.fileWords())}, nil
		}
		if err != nil {
			return match{}, err
		}
	}
	switch {
	case ref.Any != "":
		return a.matchWord("any", ref.Any, file)
	case ref.DocID != "":
		return a.matchWord("doc_id", ref.DocID, file)
	case ref.ReportID != "":
		return a.matchWord("report_id", ref.ReportID, file)
	case ref.ReportKey != "":
		return a.matchWord("report_key", ref.ReportKey, file)
	case file != 0 && ref.FileLine > 0:
		return a.matchLine(file, ref)
	case file != 0:
		return match{file: file}, nil
	}
	return match{problem: "the line names no document and no import file"}, nil
}

// trailingNumber reads the digits at the end of a batch id.
func trailingNumber(batch string) (int64, bool) {
	i := len(batch)
	for i > 0 && batch[i-1] >= '0' && batch[i-1] <= '9' {
		i--
	}
	n, err := strconv.ParseInt(batch[i:], 10, 64)
	return n, err == nil && n > 0
}

func (r Ref) fileWords() string {
	if r.FileName != "" {
		return fmt.Sprintf("the name %q", r.FileName)
	}
	return fmt.Sprintf("the number %d", r.FileSequence)
}

// matchWord finds by docId first and by report id or key else; both kinds of id are accepted in either column. A word that means two
// documents is a problem unless the import file tells them apart.
func (a *Apply) matchWord(column, word string, file int64) (match, error) {
	tries := []string{"doc_id", column}
	switch column {
	case "doc_id":
		tries = []string{"doc_id", "report_id"}
	case "any":
		tries = []string{"doc_id", "report_id", "report_key"}
	}
	for _, c := range tries {
		found, err := a.candidates(c, word, file)
		if err != nil {
			return match{}, err
		}
		switch len(found) {
		case 0:
			continue
		case 1:
			return found[0], nil
		}
		return match{problem: fmt.Sprintf("%q means %d documents (%s, %s…); the ERP must give back the docId or the import file", word, len(found), found[0].doc, found[1].doc)}, nil
	}
	return match{problem: fmt.Sprintf("no document of ours has the reference %q", word)}, nil
}

func (a *Apply) candidates(column, word string, file int64) ([]match, error) {
	query := `SELECT doc_id, file_id, state FROM documents WHERE ` + column + ` = $1 LIMIT 3`
	args := []any{word}
	if file != 0 {
		query = `SELECT d.doc_id, p.file_id, d.state FROM documents d JOIN file_documents p ON p.doc_id = d.doc_id WHERE d.` + column + ` = $1 AND p.file_id = $2 LIMIT 3`
		args = append(args, file)
	}
	rows, err := a.t.QueryContext(a.t.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []match
	for rows.Next() {
		var m match
		var state State
		if err := rows.Scan(&m.doc, &m.file, &state); err != nil {
			return nil, err
		}
		if m.file == 0 {
			m.problem = fmt.Sprintf("document %s was in no import file (it is %s)", m.doc, state)
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

func (a *Apply) matchLine(file int64, ref Ref) (match, error) {
	m := match{file: file}
	err := a.t.QueryRowContext(a.t.ctx, `SELECT doc_id FROM file_documents WHERE file_id = $1 AND first_line <= $2 AND last_line >= $2`, file, ref.FileLine).Scan(&m.doc)
	if errors.Is(err, sql.ErrNoRows) {
		return match{problem: fmt.Sprintf("line %d of the import file with %s belongs to no document", ref.FileLine, ref.fileWords())}, nil
	}
	return m, err
}

// Told is all that result files have said about one document in its present import file.
type Told struct {
	Doc  Doc
	File File
	Part Part
	Rows []ResultRow // with the lines of earlier result files, by result file and line
}

// EachDocument hands over every document that this result file speaks of, with everything told about it so far.
func (a *Apply) EachDocument(fn func(Told) error) error {
	if err := a.flush(); err != nil {
		return err
	}
	for after := ""; ; {
		ids, err := a.touched(after)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			told, err := a.told(id)
			if err != nil {
				return fmt.Errorf("document %s: %w", id, err)
			}
			if err := fn(told); err != nil {
				return fmt.Errorf("document %s: %w", id, err)
			}
		}
		after = ids[len(ids)-1]
	}
}

func (a *Apply) touched(after string) ([]string, error) {
	rows, err := a.t.QueryContext(a.t.ctx, `SELECT doc_id FROM result_documents WHERE result_id = $1 AND doc_id > $2 ORDER BY doc_id LIMIT 500`, a.result.ID, after)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

func (a *Apply) told(docID string) (Told, error) {
	var told Told
	var err error
	if told.Doc, err = scanDoc(a.t.QueryRowContext(a.t.ctx, `SELECT `+docColumns+` FROM documents WHERE doc_id = $1`, docID)); err != nil {
		return told, err
	}
	rows, err := a.t.QueryContext(a.t.ctx, `SELECT result_id, line, kind, doc_id, file_id, file_line, verdict, data, problem FROM result_rows WHERE doc_id = $1 AND kind = $2 ORDER BY result_id, line`, docID, OutcomeRow)
	if err != nil {
		return told, err
	}
	defer rows.Close()
	for rows.Next() {
		var r ResultRow
		if err := rows.Scan(&r.ResultID, &r.Line, &r.Kind, &r.DocID, &r.FileID, &r.FileLine, &r.Verdict, &r.Data, &r.Problem); err != nil {
			return told, err
		}
		told.Rows = append(told.Rows, r)
	}
	if err := rows.Err(); err != nil {
		return told, err
	}
	rows.Close()
	// The file that the newest line means; when the document has moved on since, the caller sees that it is another one.
	file := told.Rows[len(told.Rows)-1].FileID
	kept := told.Rows[:0]
	for _, r := range told.Rows {
		if r.FileID == file {
			kept = append(kept, r)
		}
	}
	told.Rows = kept
	if told.File, err = scanFile(a.t.QueryRowContext(a.t.ctx, `SELECT `+fileColumns+` FROM files WHERE id = $1`, file)); err != nil {
		return told, err
	}
	told.Part, err = scanPart(a.t.QueryRowContext(a.t.ctx, `SELECT file_id, doc_id, first_line, last_line, rows_count, currency, debit, credit, withdrawn FROM file_documents WHERE file_id = $1 AND doc_id = $2`, file, docID))
	return told, err
}

func contentHash(v any) (text, hash string, err error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", "", err
	}
	sum := sha256.Sum256(b)
	return string(b), hex.EncodeToString(sum[:]), nil
}

// FileTold is all that result files have said about one import file as a whole, and how many of its documents and lines they list as
// rejected.
type FileTold struct {
	File                             File
	Rows                             []ResultRow
	Lines                            int // of its documents
	RejectedDocuments, RejectedLines int
}

// FileTold gathers it; lines of earlier result files are with it.
func (a *Apply) FileTold(fileID int64) (FileTold, error) {
	var told FileTold
	if err := a.flush(); err != nil {
		return told, err
	}
	rows, err := a.t.QueryContext(a.t.ctx, `SELECT result_id, line, verdict, data FROM result_rows WHERE file_id = $1 AND kind = 'file' ORDER BY result_id, line`, fileID)
	if err != nil {
		return told, err
	}
	defer rows.Close()
	for rows.Next() {
		r := ResultRow{Kind: FileRow, FileID: fileID}
		if err := rows.Scan(&r.ResultID, &r.Line, &r.Verdict, &r.Data); err != nil {
			return told, err
		}
		told.Rows = append(told.Rows, r)
	}
	if err := rows.Err(); err != nil || len(told.Rows) == 0 {
		return told, err
	}
	rows.Close()
	if told.File, err = scanFile(a.t.QueryRowContext(a.t.ctx, `SELECT `+fileColumns+` FROM files WHERE id = $1`, fileID)); err != nil {
		return told, err
	}
	if err := a.t.QueryRowContext(a.t.ctx, `SELECT COALESCE(SUM(rows_count), 0) FROM file_documents WHERE file_id = $1`, fileID).Scan(&told.Lines); err != nil {
		return told, err
	}
	err = a.t.QueryRowContext(a.t.ctx, `SELECT COUNT(DISTINCT r.doc_id), COUNT(DISTINCT r.file_line) FROM file_documents p JOIN result_rows r ON r.doc_id = p.doc_id
		WHERE p.file_id = $1 AND r.file_id = $1 AND r.kind = 'outcome' AND r.verdict = 'rejected'`, fileID).Scan(&told.RejectedDocuments, &told.RejectedLines)
	return told, err
}

// FileConflict: what is said about an import file as a whole contradicts itself. Nothing is believed; a person must look.
func (a *Apply) FileConflict(f File, problem string) error {
	return a.t.alarm("file verdict", fmt.Sprintf("file %s/%d", f.Route, f.Sequence), fmt.Sprintf("what the ERP says about import file %s contradicts itself: %s", f.Name, problem),
		fmt.Sprintf("find out in the ERP what became of it; settle its documents with `fisbridge mark document …`, or `fisbridge reissue %s` when nothing was booked", f.Name))
}
