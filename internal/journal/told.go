package journal

import (
	"database/sql"
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/whose"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Told is all that result files have said about one document in its present import file.
type Told struct {
	Doc  records.Brief
	File records.File
	Part records.Part
	Rows []records.ResultRow // with the lines of earlier result files, by result file and line
}

// toldAtOnce is how many lines about documents are in memory at once, unless a single document has more.
const toldAtOnce = 1_000

// EachDocument hands over every document that this result file speaks of, with everything told about it so far.
func (a *Apply) EachDocument(fn func(Told) error) error {
	if err := a.flush(); err != nil {
		return err
	}
	for after := ""; ; {
		page, err := a.page(after)
		if err == nil && len(page) > 0 {
			err = a.complete(page)
		}
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return a.t.settleNow()
		}
		for _, told := range page {
			if err := fn(told); err != nil {
				return fmt.Errorf("document %s: %w", told.Doc.ID, err)
			}
			if err := a.t.Rest(); err != nil {
				return err
			}
		}
		after = page[len(page)-1].Doc.ID
	}
}

// page gives the documents behind a docId, with their lines: as many as have toldAtOnce lines together, but at least one.
func (a *Apply) page(after string) ([]Told, error) {
	page, whole, err := a.lines(`t.doc_id > $2`, after, toldAtOnce)
	switch {
	case err != nil || whole:
		return page, err
	case len(page) == 1: // more lines than are taken at once
		page, _, err = a.lines(`t.doc_id = $2`, page[0].Doc.ID, -1)
		return page, err
	}
	return page[:len(page)-1], nil // the last one may lack lines
}

// lines reads at most limit lines (-1: all) of documents that this result file speaks of; whole: there are no more.
func (a *Apply) lines(where, docID string, limit int) (page []Told, whole bool, err error) {
	n := 0
	err = a.t.Each(`SELECT r.doc_id, r.result_id, r.line, r.file_id, r.file_line, r.data FROM result_documents t JOIN result_rows r ON r.doc_id = t.doc_id
		WHERE t.result_id = $1 AND `+where+` AND r.doc_id <> '' AND r.kind = 'outcome' ORDER BY t.doc_id, r.result_id, r.line LIMIT $3`, func(rows *sql.Rows) error {
		n++
		r := records.ResultRow{Kind: records.OutcomeRow}
		if err := rows.Scan(&r.DocID, &r.ResultID, &r.Line, &r.FileID, &r.FileLine, &r.Data); err != nil {
			return err
		}
		if len(page) == 0 || page[len(page)-1].Doc.ID != r.DocID {
			page = append(page, Told{Doc: records.Brief{ID: r.DocID}})
		}
		told := &page[len(page)-1]
		told.Rows = append(told.Rows, r)
		return nil
	}, a.result.ID, docID, limit)
	return page, n != limit, err
}

// complete adds to a page the documents, their files and their places there. The file is the one that the newest line means (none when it was lost
// with a restore), and lines about others do not count; when the document has moved on since, the caller sees that it is another one.
func (a *Apply) complete(page []Told) error {
	docs, err := a.docs(page)
	if err != nil {
		return err
	}
	parts := map[string]records.Part{}
	var of int64
	for i := range page {
		told := &page[i]
		told.Doc = docs[told.Doc.ID]
		file := told.Rows[len(told.Rows)-1].FileID
		told.Rows = slices.DeleteFunc(told.Rows, func(r records.ResultRow) bool { return r.FileID != file })
		if file == 0 {
			continue // the import file was lost with a restore
		}
		if told.File, err = a.file(file); err != nil {
			return fmt.Errorf("import file %d: %w", file, err)
		}
		if of != file {
			if parts, err = a.parts(page[i:], file); err != nil {
				return err
			}
			of = file
		}
		told.Part = parts[told.Doc.ID]
	}
	return nil
}

// ofPage are the documents of a page: the result file speaks of them and of none between them.
const ofPage = ` IN (SELECT doc_id FROM result_documents WHERE result_id = $1 AND doc_id >= $2 AND doc_id <= $3)`

func (a *Apply) docs(page []Told) (map[string]records.Brief, error) {
	out := make(map[string]records.Brief, len(page))
	err := a.t.Each(`SELECT `+records.BriefColumnsOf("documents")+` FROM documents WHERE doc_id`+ofPage, func(rows *sql.Rows) error {
		d, err := records.ScanBrief(rows)
		out[d.ID] = d
		return err
	}, a.result.ID, page[0].Doc.ID, page[len(page)-1].Doc.ID)
	return out, err
}

func (a *Apply) parts(page []Told, file int64) (map[string]records.Part, error) {
	out := make(map[string]records.Part, len(page))
	err := a.t.Each(`SELECT `+records.PartColumns+` FROM file_documents WHERE file_id = $4 AND doc_id`+ofPage, func(rows *sql.Rows) error {
		p, err := records.ScanPart(rows)
		out[p.DocID] = p
		return err
	}, a.result.ID, page[0].Doc.ID, page[len(page)-1].Doc.ID, file)
	return out, err
}

// file gives an import file; most documents of a result file are in the same one.
func (a *Apply) file(id int64) (f records.File, err error) {
	if a.latest.ID != id {
		a.latest, err = records.ScanFile(a.t.QueryRowContext(a.t.Ctx, `SELECT `+records.FileColumns+` FROM files WHERE id = $1`, id))
	}
	return a.latest, err
}

// FileTold is all that result files have said about one import file as a whole, and how many of its documents and lines they list as
// rejected.
type FileTold struct {
	File                             records.File
	Rows                             []records.ResultRow
	Lines                            int // of its documents
	RejectedDocuments, RejectedLines int
	// NamedDocuments and NamedLines are those with the ones that they call duplicates, which an ERP may count as refused.
	NamedDocuments, NamedLines int
}

// FileTold gathers it; lines of earlier result files are with it.
func (a *Apply) FileTold(fileID int64) (FileTold, error) {
	var told FileTold
	if err := a.flush(); err != nil {
		return told, err
	}
	err := a.t.Each(`SELECT result_id, line, verdict, data FROM result_rows WHERE file_id = $1 AND kind = 'file' ORDER BY result_id, line`, func(rows *sql.Rows) error {
		r := records.ResultRow{Kind: records.FileRow, FileID: fileID}
		err := rows.Scan(&r.ResultID, &r.Line, &r.Verdict, &r.Data)
		told.Rows = append(told.Rows, r)
		return err
	}, fileID)
	if err != nil || len(told.Rows) == 0 {
		return told, err
	}
	if told.File, err = a.file(fileID); err != nil {
		return told, err
	}
	if err := a.t.QueryRowContext(a.t.Ctx, `SELECT COALESCE(SUM(rows_count), 0) FROM file_documents WHERE file_id = $1`, fileID).Scan(&told.Lines); err != nil {
		return told, err
	}
	if told.RejectedDocuments, told.RejectedLines, err = whose.Listed(a.t.Tx, fileID, `'rejected'`); err != nil {
		return told, err
	}
	told.NamedDocuments, told.NamedLines, err = whose.Listed(a.t.Tx, fileID, `'rejected','duplicate'`)
	return told, err
}

// FileConflict: what is said about an import file as a whole contradicts itself. Nothing is believed, and what Concur was not told yet of documents that
// were refused is stopped, unless a person has said so: by the counts something of them may be posted. A person must look.
func (a *Apply) FileConflict(f records.File, problem string) error {
	refused, err := a.t.Strings(`SELECT c.doc_id FROM file_documents p JOIN confirmations c ON c.doc_id = p.doc_id WHERE p.file_id = $1 AND p.withdrawn = 0 AND c.state = 'pending' AND c.verdict = 'rejected' AND c.result_id <> 0 ORDER BY p.position`, f.ID)
	if err != nil {
		return err
	}
	for _, id := range refused {
		if err := a.brake(id); err != nil {
			return err
		}
	}
	return a.t.alarm("file verdict", fmt.Sprintf("file %s/%d", f.Route, f.Sequence), why.New("file-contradicts", "file", f.Name, "problem", problem))
}
