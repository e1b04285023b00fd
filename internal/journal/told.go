package journal

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/said"
	"github.com/fisbridge/fisbridge/internal/why"
)

// said reads what result files have said so far.
func (a *Apply) said() *said.Reader {
	return &said.Reader{T: a.t.Tx, Result: a.result.ID, File: a.ImportFile}
}

// EachDocument hands over every document that this result file speaks of, with everything told about it so far.
func (a *Apply) EachDocument(fn func(said.Document) error) error {
	if err := a.flush(); err != nil {
		return err
	}
	reader := a.said()
	for after := ""; ; {
		page, err := reader.Page(after)
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

// ImportFile gives an import file; most documents of a result file are in the same one.
func (a *Apply) ImportFile(id int64) (f records.File, err error) {
	if a.latest.ID != id {
		a.latest, err = records.ScanFile(a.t.QueryRowContext(a.t.Ctx, `SELECT `+records.FileColumns+` FROM files WHERE id = $1`, id))
	}
	return a.latest, err
}

// FileTold gathers what was said about an import file as a whole.
func (a *Apply) FileTold(fileID int64) (said.File, error) {
	if err := a.flush(); err != nil {
		return said.File{}, err
	}
	return a.said().OfFile(fileID)
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
