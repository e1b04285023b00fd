package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/matching"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/whose"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Apply is the transaction in which a result file's lines take effect: all of them, or none.
type Apply struct {
	*matching.Finder // where its lines belong

	t       *tx
	result  records.ResultFile
	counts  records.Counts
	lastDoc string
	files   map[int64]bool
	unsent  map[int64]bool // import files that the result file speaks of, though they were not sent
	// duplicates are the documents that it calls so, by import file; their first outcome is not known.
	duplicates map[int64][]string
	latest     records.File // the import file that was read last
	pending    []records.ResultRow
	spoken     []any             // documents of pending lines, each with the result file before it
	asked      int               // payments that were listed: a person may say that they are valid
	placeless  int               // those of them of which nobody knows the document
	before     map[string]Before // payments that people were asked about before; nil: not read yet
	repeat     bool              // the file was applied before: lines that had their effect then have none now
	// withheld: see Withhold.
	withheld bool
}

// ApplyResult runs fn over a collected result file; when fn returns nil the file is Applied with all that came of it.
func (j *Journal) ApplyResult(ctx context.Context, r records.ResultFile, format string, fn func(*Apply) error) (records.Counts, error) {
	r.Format = format
	a := &Apply{result: r}
	err := j.in(ctx, "apply result file "+r.Name, func(t *tx) error {
		*a = Apply{Finder: matching.New(t.Tx, t, r), t: t, result: r, files: map[int64]bool{}, unsent: map[int64]bool{}, duplicates: map[int64][]string{}}
		if err := a.begin(); err != nil {
			return err
		}
		if err := fn(a); err != nil {
			return err
		}
		a.counts.Posted, a.counts.Rejected = t.posted, t.rejected
		return a.finish(a.result.Format)
	})
	return a.counts, err
}

func (a *Apply) finish(format string) error {
	if err := errors.Join(a.flush(), a.askDuplicates()); err != nil {
		return err
	}
	c := a.counts
	if err := a.t.One(`UPDATE results SET state = $1, state_since = $2, format = $3, rows_total = $4, rows_outcome = $5, rows_payment = $6, rows_ignored = $7, rows_listed = $8 WHERE id = $9 AND state = $10`,
		records.Applied, a.t.At, format, c.Total, c.Outcomes, c.Payments, c.Ignored, c.Listed, a.result.ID, records.Collected); err != nil {
		return err
	}
	if err := a.t.Event("applied", ledger.About{Result: a.result.ID}, ledger.Detail{"format": format, "rows": c}); err != nil {
		return err
	}
	if err := a.t.noneAsked(whose.Since(a.t.Tx, a.result.ID)); err != nil {
		return err
	}
	if c.Listed == 0 || a.repeat && c.Listed >= a.result.Counts.Listed { // nothing that was not told before
		return a.settled(c.Listed)
	}
	said := why.New("lines-unused", "listed", c.Listed, "lines", c.Total, "result_file", a.result.Name, "result", a.result.ID)
	if a.asked > 0 {
		said.Code = "lines-unused-payments"
	}
	if a.placeless > 0 {
		said = said.With("n", a.placeless)
		said.Code = "lines-unused-unplaced"
	}
	if a.withheld {
		said = said.With("rest", records.Posted)
	}
	said, err := a.sayWhere(said)
	if err != nil {
		return err
	}
	return a.t.alarm("result lines", fmt.Sprintf("result %d", a.result.ID), said)
}

const rowsAtOnce = 50

// Add keeps one line. Lines with a problem are listed, whatever their kind.
func (a *Apply) Add(r records.ResultRow) error {
	a.counts.Total++
	switch {
	case r.Problem != "" && r.Kind != records.UnclaimedRow:
		r.Kind = records.ExceptionRow
		a.counts.Listed++
		if r.Mark == records.PaymentAsked {
			a.asked, a.placeless = a.asked+1, a.placeless+1
		}
	case r.Kind == records.IgnoredRow || r.Kind == records.UnclaimedRow:
		a.counts.Ignored++
	case r.Kind == records.PaymentRow:
		a.counts.Payments++
	default:
		a.counts.Outcomes++
	}
	if r.Kind == records.OutcomeRow && r.DocID != "" && r.DocID != a.lastDoc {
		a.spoken, a.lastDoc = append(a.spoken, a.result.ID, r.DocID), r.DocID
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
	plain := true // nothing is wrong with any of them, as with most
	for _, r := range a.pending {
		plain = plain && r.Problem == "" && r.Mark == ""
	}
	columns, args := `result_id, line, kind, doc_id, file_id, file_line, verdict, data`, make([]any, 0, 10*len(a.pending))
	if !plain {
		columns += `, problem, mark`
	}
	for _, r := range a.pending {
		l := ledger.ResultLine{Line: r.Line, Kind: string(r.Kind), Doc: r.DocID, File: r.FileID, FileLine: r.FileLine, Verdict: string(r.Verdict), Data: r.Data, Problem: r.Problem, Mark: string(r.Mark)}
		if err := a.t.SealLine(a.result.ID, l); err != nil {
			return err
		}
		args = append(args, a.result.ID, l.Line, l.Kind, l.Doc, l.File, l.FileLine, l.Verdict, l.Data)
		if !plain {
			args = append(args, l.Problem, l.Mark)
		}
	}
	_, err := a.t.Exec(`INSERT INTO result_rows (`+columns+`) VALUES `+a.t.Places(args, len(args)/len(a.pending)), args...)
	a.pending = a.pending[:0]
	if err == nil && len(a.spoken) > 0 {
		_, err = a.t.Exec(`INSERT INTO result_documents (result_id, doc_id) VALUES `+a.t.Places(a.spoken, 2)+` ON CONFLICT DO NOTHING`, a.spoken...)
		a.spoken = a.spoken[:0]
	}
	if err != nil {
		return fmt.Errorf("keep result lines: %w", err)
	}
	return nil
}

// ReadAs says how the result file was read, where that shows in it only.
func (a *Apply) ReadAs(format string) { a.result.Format = format }

// Withhold tells that documents which the result file does not name would be posted, had all its lines been usable.
func (a *Apply) Withhold() { a.withheld = true }

// Unplaced is how many lines could not be used so far of which nobody knows that they are about a document of these import
// files: each may be about any of them.
func (a *Apply) Unplaced(files []int64) (int, error) {
	if a.counts.Listed == 0 {
		return 0, nil
	}
	if err := a.flush(); err != nil {
		return 0, err
	}
	among, args := ledger.Among("p.file_id", files, 2)
	return a.t.Count(`SELECT COUNT(*) FROM result_rows r WHERE r.result_id = $1 AND r.kind = 'exception' AND NOT EXISTS
		(SELECT 1 FROM file_documents p WHERE p.doc_id = r.doc_id AND r.doc_id <> '' AND p.withdrawn = 0 AND `+among+`)`, append([]any{a.result.ID}, args...)...)
}

// fewLines is how many lines a message names.
const fewLines = 5

// sayWhere names the lines that could not be used, and the documents that they are known to be about.
func (a *Apply) sayWhere(said why.Reason) (why.Reason, error) {
	var at, docs []string
	err := a.t.Each(fmt.Sprintf(`SELECT line, doc_id FROM result_rows WHERE result_id = $1 AND kind = 'exception' AND mark NOT IN ('valid','invalid') ORDER BY line LIMIT %d`, fewLines+1), func(rows *sql.Rows) error {
		var line, doc string
		err := rows.Scan(&line, &doc)
		at = append(at, line)
		if doc != "" && !slices.Contains(docs, doc) {
			docs = append(docs, doc)
		}
		return err
	}, a.result.ID)
	if err != nil || len(at) == 0 {
		return said, err
	}
	if len(at) > fewLines {
		at = append(at[:fewLines], "…")
	}
	said = said.With("at", strings.Join(at, ", "))
	if len(docs) > 0 {
		said = said.With("docs", strings.Join(docs[:min(len(docs), fewLines)], ", "))
	}
	return said, nil
}

// Ignore counts lines that mean nothing.
func (a *Apply) Ignore(n int) error {
	a.counts.Total += n
	a.counts.Ignored += n
	return nil
}
