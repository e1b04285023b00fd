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
	Mark     PaymentMark // of a listed payment, set when read back
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
	lastDoc string
	files   map[int64]bool
	unsent  map[int64]bool // import files that the result file speaks of, though they were not sent
	cache   map[Ref]match
	latest  File // the import file that was read last
	pending []ResultRow
	asked   int  // payments that were listed: a person may say that they are valid
	repeat  bool // the file was applied before: lines that had their effect then have none now
	// withheld: see Withhold.
	withheld bool
}

type match struct {
	doc, problem string
	file         int64
}

// ApplyResult runs fn over a collected result file; when fn returns nil the file is Applied with all that came of it.
func (j *Journal) ApplyResult(ctx context.Context, r ResultFile, format string, fn func(*Apply) error) (Counts, error) {
	a := &Apply{result: r}
	err := j.in(ctx, "apply result file "+r.Name, func(t *tx) error {
		*a = Apply{t: t, result: r, files: map[int64]bool{}, unsent: map[int64]bool{}, cache: map[Ref]match{}}
		if err := a.begin(); err != nil {
			return err
		}
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
	if err := a.t.event("applied", about{result: a.result.ID}, detail{"format": format, "rows": c}); err != nil {
		return err
	}
	if c.Listed == 0 || a.repeat && c.Listed >= a.result.Counts.Listed { // nothing that was not told before
		return a.settled(c.Listed)
	}
	remedy := fmt.Sprintf("`fisbridge show result %d` lists them; settle each document with `fisbridge mark`, then `fisbridge mark result %d settled --reason …`", a.result.ID, a.result.ID)
	if a.asked > 0 {
		remedy = fmt.Sprintf("`fisbridge show result %d` lists them; a payment that is right all the same: `fisbridge mark payment %d/LINE valid --reason …`; ", a.result.ID, a.result.ID) +
			fmt.Sprintf("when all are looked after: `fisbridge mark result %d settled --reason …`", a.result.ID)
	}
	message := fmt.Sprintf("%d of %d lines of result file %s could not be used", c.Listed, c.Total, a.result.Name)
	if a.withheld {
		message += "; so the documents that it does not name are not taken as posted"
	}
	return a.t.alarm("result lines", fmt.Sprintf("result %d", a.result.ID), message, remedy)
}

const rowsAtOnce = 50

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
		if _, err := a.t.exec(`INSERT INTO result_documents (result_id, doc_id) VALUES ($1,$2) ON CONFLICT DO NOTHING`, a.result.ID, r.DocID); err != nil {
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
		r.ResultID = a.result.ID
		if err := a.t.sealLine(r); err != nil {
			return err
		}
		args = append(args, a.result.ID, r.Line, r.Kind, r.DocID, r.FileID, r.FileLine, r.Verdict, r.Data, r.Problem)
	}
	_, err := a.t.exec(`INSERT INTO result_rows (result_id, line, kind, doc_id, file_id, file_line, verdict, data, problem) VALUES `+places(args, 9), args...)
	a.pending = a.pending[:0]
	if err != nil {
		return fmt.Errorf("keep result lines: %w", err)
	}
	return nil
}

// Withhold tells that documents which the result file does not name would be posted, had all its lines been usable.
func (a *Apply) Withhold() { a.withheld = true }

// Listed is how many lines could not be used so far.
func (a *Apply) Listed() int { return a.counts.Listed }

// Ignore counts lines that mean nothing.
func (a *Apply) Ignore(n int) error {
	a.counts.Total += n
	a.counts.Ignored += n
	return nil
}

// Match finds the document and import file that a reference means, or says why it cannot.
func (a *Apply) Match(ref Ref) (docID string, fileID int64, problem string, err error) {
	if ref.Any+ref.DocID+ref.ReportID+ref.ReportKey != "" {
		ref.FileLine = 0 // the other words name the document, the same for each of its lines
	}
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
			return a.lostFile(ref)
		}
		if err != nil {
			return match{}, err
		}
	}
	return a.named(ref, file)
}

// named finds what a reference means whose import file is known, or not given.
func (a *Apply) named(ref Ref, file int64) (match, error) {
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

// lostFile is for a reference to an import file that the journal does not know. After a restore it may be one that was made since the copy: what is
// said about a document of it that is held for that reason is heard. Else the line is a problem, and perhaps a sign that the journal was put back.
func (a *Apply) lostFile(ref Ref) (match, error) {
	unknown := fmt.Sprintf("no import file of route %s has %s", a.result.Route, ref.fileWords())
	if ref.Any+ref.DocID+ref.ReportID+ref.ReportKey != "" {
		if m, err := a.named(ref, 0); err != nil || m.problem == "" && m.file == 0 {
			return m, err
		}
	}
	return match{problem: unknown}, a.ahead(ref.FileSequence)
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
			return found[0], a.unfiled(found[0])
		}
		return match{problem: fmt.Sprintf("%q means %d documents (%s, %s…); the ERP must give back the docId or the import file", word, len(found), found[0].doc, found[1].doc)}, nil
	}
	return match{problem: fmt.Sprintf("no document of ours has the reference %q", word)}, nil
}

// unfiled raises a doubt when the ERP speaks of a document that never went into an import file: the file may be one that the journal has lost.
func (a *Apply) unfiled(m match) error {
	if m.problem == "" {
		return nil
	}
	return a.t.doubtJournal("route "+a.result.Route, fmt.Sprintf("result file %s speaks of document %s, which went into no import file of this journal", a.result.Name, m.doc))
}

func (a *Apply) candidates(column, word string, file int64) ([]match, error) {
	// A document that waits to be issued again is meant as it was in the withdrawn file: nothing else has reached the ERP.
	query := `SELECT doc_id, CASE WHEN file_id = 0 THEN reissue_of ELSE file_id END, state, lost_file FROM documents WHERE ` + column + ` = $1 LIMIT 3`
	args := []any{word}
	if file != 0 {
		query = `SELECT d.doc_id, p.file_id, d.state, d.lost_file FROM documents d JOIN file_documents p ON p.doc_id = d.doc_id WHERE d.` + column + ` = $1 AND p.file_id = $2 LIMIT 3`
		args = append(args, file)
	}
	var out []match
	err := a.t.each(query, func(rows *sql.Rows) error {
		var m match
		var state State
		var lost bool
		err := rows.Scan(&m.doc, &m.file, &state, &lost)
		if m.file == 0 && !(lost && state == Held) {
			m.problem = fmt.Sprintf("document %s was in no import file (it is %s)", m.doc, state)
		}
		out = append(out, m)
		return err
	}, args...)
	return out, err
}

func (a *Apply) matchLine(file int64, ref Ref) (match, error) {
	m := match{file: file}
	err := a.t.QueryRowContext(a.t.ctx, `SELECT doc_id FROM file_documents WHERE file_id = $1 AND first_line <= $2 AND last_line >= $2`, file, ref.FileLine).Scan(&m.doc)
	if errors.Is(err, sql.ErrNoRows) {
		return match{problem: fmt.Sprintf("line %d of the import file with %s belongs to no document", ref.FileLine, ref.fileWords())}, nil
	}
	return m, err
}

func contentHash(v any) (text, hash string, err error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", "", err
	}
	sum := sha256.Sum256(b)
	return string(b), hex.EncodeToString(sum[:]), nil
}
