// Package said reads what result files have said so far about documents and import files, in the transaction that
// applies one of them. It decides nothing.
package said

import (
	"database/sql"
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/whose"
)

// Document is all that result files have said about one document in its present import file.
type Document struct {
	Doc  records.Brief
	File records.File
	Part records.Part
	Rows []records.ResultRow // with the lines of earlier result files, by result file and line
}

// AtOnce is how many lines about documents are in memory at once, unless a single document has more.
const AtOnce = 1_000

// Reader reads for one result file.
type Reader struct {
	T      *ledger.Tx
	Result int64
	// File gives an import file as it is now.
	File func(id int64) (records.File, error)
}

// Page gives the documents behind a docId that the result file speaks of, with everything told about each so far; none: that was the last one.
func (a *Reader) Page(after string) ([]Document, error) {
	page, err := a.page(after)
	if err == nil && len(page) > 0 {
		err = a.complete(page)
	}
	return page, err
}

// page gives the documents behind a docId, with their lines: as many as have AtOnce lines together, but at least one.
func (a *Reader) page(after string) ([]Document, error) {
	page, whole, err := a.lines(`t.doc_id > $2`, after, AtOnce)
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
func (a *Reader) lines(where, docID string, limit int) (page []Document, whole bool, err error) {
	n := 0
	err = a.T.Each(`SELECT r.doc_id, r.result_id, r.line, r.file_id, r.file_line, r.data FROM result_documents t JOIN result_rows r ON r.doc_id = t.doc_id
		WHERE t.result_id = $1 AND `+where+` AND r.doc_id <> '' AND r.kind = 'outcome' ORDER BY t.doc_id, r.result_id, r.line LIMIT $3`, func(rows *sql.Rows) error {
		n++
		r := records.ResultRow{Kind: records.OutcomeRow}
		if err := rows.Scan(&r.DocID, &r.ResultID, &r.Line, &r.FileID, &r.FileLine, &r.Data); err != nil {
			return err
		}
		if len(page) == 0 || page[len(page)-1].Doc.ID != r.DocID {
			page = append(page, Document{Doc: records.Brief{ID: r.DocID}})
		}
		told := &page[len(page)-1]
		told.Rows = append(told.Rows, r)
		return nil
	}, a.Result, docID, limit)
	return page, n != limit, err
}

// complete adds to a page the documents, their files and their places there. The file is the one that the newest line means (none when it was lost
// with a restore), and lines about others do not count; when the document has moved on since, the caller sees that it is another one.
func (a *Reader) complete(page []Document) error {
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
		if told.File, err = a.File(file); err != nil {
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

func (a *Reader) docs(page []Document) (map[string]records.Brief, error) {
	out := make(map[string]records.Brief, len(page))
	err := a.T.Each(`SELECT `+records.BriefColumnsOf("documents")+` FROM documents WHERE doc_id`+ofPage, func(rows *sql.Rows) error {
		d, err := records.ScanBrief(rows)
		out[d.ID] = d
		return err
	}, a.Result, page[0].Doc.ID, page[len(page)-1].Doc.ID)
	return out, err
}

func (a *Reader) parts(page []Document, file int64) (map[string]records.Part, error) {
	out := make(map[string]records.Part, len(page))
	err := a.T.Each(`SELECT `+records.PartColumns+` FROM file_documents WHERE file_id = $4 AND doc_id`+ofPage, func(rows *sql.Rows) error {
		p, err := records.ScanPart(rows)
		out[p.DocID] = p
		return err
	}, a.Result, page[0].Doc.ID, page[len(page)-1].Doc.ID, file)
	return out, err
}

// File is all that result files have said about one import file as a whole, and how many of its documents and lines they list as
// rejected.
type File struct {
	File                             records.File
	Rows                             []records.ResultRow
	Lines                            int // of its documents
	RejectedDocuments, RejectedLines int
	// NamedDocuments and NamedLines are those with the ones that they call duplicates, which an ERP may count as refused.
	NamedDocuments, NamedLines int
}

// OfFile gathers it; lines of earlier result files are with it.
func (a *Reader) OfFile(fileID int64) (told File, err error) {
	err = a.T.Each(`SELECT result_id, line, verdict, data FROM result_rows WHERE file_id = $1 AND kind = 'file' ORDER BY result_id, line`, func(rows *sql.Rows) error {
		r := records.ResultRow{Kind: records.FileRow, FileID: fileID}
		err := rows.Scan(&r.ResultID, &r.Line, &r.Verdict, &r.Data)
		told.Rows = append(told.Rows, r)
		return err
	}, fileID)
	if err != nil || len(told.Rows) == 0 {
		return told, err
	}
	if told.File, err = a.File(fileID); err != nil {
		return told, err
	}
	if err := a.T.QueryRowContext(a.T.Ctx, `SELECT COALESCE(SUM(rows_count), 0) FROM file_documents WHERE file_id = $1`, fileID).Scan(&told.Lines); err != nil {
		return told, err
	}
	if told.RejectedDocuments, told.RejectedLines, err = whose.Listed(a.T, fileID, `'rejected'`); err != nil {
		return told, err
	}
	told.NamedDocuments, told.NamedLines, err = whose.Listed(a.T, fileID, `'rejected','duplicate'`)
	return told, err
}
