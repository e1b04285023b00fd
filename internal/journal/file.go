package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// FileState is where an import file stands.
type FileState string

const (
	// Numbered: bytes and number are fixed, nothing was sent.
	Numbered FileState = "numbered"
	// Uploading: being written under its temporary name. Renaming: whole under the temporary name, the rename may have happened.
	Uploading FileState = "uploading"
	Renaming  FileState = "renaming"
	// Dropped: under its final name, the ERP may have it.
	Dropped FileState = "dropped"
	// Accepted: the ERP took it completely. Answered: each document has its own outcome. Refused: the ERP refused it as a whole.
	Accepted FileState = "accepted"
	Answered FileState = "answered"
	Refused  FileState = "refused"
	// Withdrawn: it no longer counts; its documents went into another file or have another outcome.
	Withdrawn FileState = "withdrawn"
)

// Sum is a control total in one currency.
type Sum struct {
	Debit  fis.Amount `json:"debit"`
	Credit fis.Amount `json:"credit"`
}

// File is one row of files.
type File struct {
	ID          int64          `json:"id"`
	Route       string         `json:"route"`
	Sequence    int64          `json:"sequence"`
	Name        string         `json:"name"`
	TempName    string         `json:"temp_name"`
	State       FileState      `json:"state"`
	Since       time.Time      `json:"state_since"`
	Reason      string         `json:"reason,omitempty"`
	Acceptance  string         `json:"acceptance"`
	Group       string         `json:"group,omitempty"`
	Mapping     string         `json:"mapping"`
	MappingHash string         `json:"mapping_hash"`
	SHA256      string         `json:"sha256"`
	Size        int64          `json:"size"`
	Documents   int            `json:"documents"`
	Lines       int            `json:"lines"`
	Totals      map[string]Sum `json:"totals"`
	Created     time.Time      `json:"created_at"`
	DroppedAt   time.Time      `json:"dropped_at,omitzero"`
	Unverified  bool           `json:"unverified,omitempty"`
	Marker      string         `json:"marker,omitempty"`
	MarkerDone  bool           `json:"marker_done,omitempty"`
	ReissueOf   int64          `json:"reissue_of,omitempty"`
	// Place is the drop folder in words that are the same for the same folder, whatever a configuration calls it.
	Place string `json:"place,omitempty"`
}

// AllOrNothing reports whether the ERP imports the file completely or not at all.
func (f File) AllOrNothing() bool { return f.Acceptance == "file" }

// Part is one document's place in an import file.
type Part struct {
	FileID    int64      `json:"file_id"`
	DocID     string     `json:"doc_id"`
	FirstLine int        `json:"first_line"`
	LastLine  int        `json:"last_line"`
	Rows      int        `json:"rows"`
	Currency  string     `json:"currency"`
	Debit     fis.Amount `json:"debit"`
	Credit    fis.Amount `json:"credit"`
	Withdrawn bool       `json:"withdrawn,omitempty"`
	// PostAs is how a further document of a report stands in the file; Basis what a replacing one is held against.
	PostAs PostAs  `json:"post_as,omitempty"`
	Basis  []Place `json:"basis,omitempty"`
	// Written is what the file says of the document (JSON of package mapping), nil for none. It is not read back with the part.
	Written []byte `json:"written,omitempty"`
	// Owed is what the document left to be paid, by party; nil when it is not known.
	Owed map[string]fis.Amount `json:"owed,omitempty"`
	// Dated is the document's own day; zero when it has none or it is not known.
	Dated fis.Date `json:"dated,omitzero"`
}

// Parts are the places of documents in an import file, in their order. Each may be called several times.
type Parts interface {
	Len() int
	Each(fn func(Part) error) error
}

// PartList is Parts in memory.
type PartList []Part

var _ Parts = PartList(nil)

// Len is the number of documents.
func (l PartList) Len() int { return len(l) }

// Each hands over the places.
func (l PartList) Each(fn func(Part) error) error {
	for _, p := range l {
		if err := fn(p); err != nil {
			return err
		}
	}
	return nil
}

// NameTakenError says that a name was used before in the folder where a new import file is to go.
type NameTakenError struct {
	Name string
	By   File
}

// Error names the file that has the name.
func (e *NameTakenError) Error() string {
	return fmt.Sprintf("the name %s was used before in the same drop folder, by number %d of route %s (%s)", e.Name, e.By.Sequence, e.By.Route, e.By.State)
}

// nameFree makes sure that a name was never used in a drop folder, by whatever route: the ERP would take one file for the other, and its answer to one
// would be taken for the answer to the other.
func (t *tx) nameFree(f *File) error {
	if f.Place == "" {
		return nil
	}
	// A file without a place is of a route that the configuration does not have any more: it may have gone there.
	by, err := scanFile(t.QueryRowContext(t.ctx, `SELECT `+fileColumns+` FROM files WHERE UPPER(name) = $1 AND (place = $2 OR place = '') ORDER BY id LIMIT 1`, foldID(f.Name), f.Place))
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return &NameTakenError{f.Name, by}
}

// PlaceFiles gives the files of a route that an older version made their place: the drop folder of the route. Where the name was used twice there, which older
// versions allowed, the second file stays without one.
func (j *Journal) PlaceFiles(ctx context.Context, route, place string) error {
	n, err := j.count(ctx, `SELECT COUNT(*) FROM files WHERE route = $1 AND place = ''`, route)
	if err != nil || n == 0 {
		return err
	}
	return j.in(ctx, "place the files of route "+route, func(t *tx) error {
		placed, err := t.changed(`UPDATE files SET place = $1 WHERE route = $2 AND place = '' AND NOT EXISTS (SELECT 1 FROM files o WHERE o.place = $1 AND UPPER(o.name) = UPPER(files.name))`, place, route)
		if err != nil {
			return err
		}
		for _, f := range keysOf(placed, ofFile, "id") {
			if err := t.event("place noted", about{file: f.number()}, detail{"place": place}); err != nil {
				return err
			}
		}
		return nil
	})
}

// ErrSequence says that another file has taken the number in between; render again with the next one.
var ErrSequence = errors.New("the sequence number was taken in between")

// NextSequence is the number that the route's next import file gets. It is not reserved: CreateFile takes it.
func (j *Journal) NextSequence(ctx context.Context, route string) (int64, error) {
	var n int64
	if err := j.read.QueryRowContext(ctx, nextSequence, route).Scan(&n); err != nil {
		return 0, fmt.Errorf("journal: next sequence of route %s: %w", route, err)
	}
	return n, nil
}

// chunkSize is how much of a file lies in one row.
const chunkSize = 1 << 20

// CreateFile fixes an import file in one transaction: its number (which must be the next without a gap), its bytes, its totals, and the
// documents in it, which must all be acknowledged and in no other file. The file's ID is set. Created is the moment the file was rendered for, now when
// it is not given: with it the same bytes can be made again.
func (j *Journal) CreateFile(ctx context.Context, f *File, parts Parts, body io.Reader) error {
	totals, err := json.Marshal(f.Totals)
	if err != nil {
		return err
	}
	return j.in(ctx, "create import file "+f.Name, func(t *tx) error {
		var next int64
		if err := t.QueryRowContext(ctx, nextSequence, f.Route).Scan(&next); err != nil {
			return err
		}
		if next != f.Sequence {
			return fmt.Errorf("number %d: %w", f.Sequence, ErrSequence)
		}
		if err := t.nameFree(f); err != nil {
			return err
		}
		id, err := t.next("files")
		if err != nil {
			return err
		}
		created := t.at
		if !f.Created.IsZero() {
			created = stamp(f.Created) // the moment that the file itself may tell
		}
		if _, err := t.exec(`INSERT INTO files (id, route, sequence, name, temp_name, state, state_since, acceptance, group_key, mapping, mapping_hash, sha256, size, documents, lines, totals, created_at, marker, reissue_of, place, stem)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21)`, id, f.Route, f.Sequence, f.Name, f.TempName, Numbered, t.at, f.Acceptance,
			f.Group, f.Mapping, f.MappingHash, f.SHA256, f.Size, parts.Len(), f.Lines, string(totals), created, f.Marker, f.ReissueOf, f.Place, stemOf(f.Name)); err != nil {
			return err
		}
		n := 0
		err = parts.Each(func(p Part) error {
			if err := t.fileDocument(id, n, p, f); err != nil {
				return fmt.Errorf("document %s: %w", p.DocID, err)
			}
			n++
			return nil
		})
		if err != nil {
			return err
		}
		if n != parts.Len() {
			return fmt.Errorf("%d documents announced, %d given", parts.Len(), n)
		}
		if err := t.once(id); err != nil {
			return err
		}
		if err := t.saveChunks("file_chunks", "file_id", id, f.Size, body); err != nil {
			return err
		}
		f.ID, f.State, f.Documents = id, Numbered, n
		return t.event("numbered", about{file: id}, detail{"route": f.Route, "sequence": f.Sequence, "name": f.Name, "sha256": f.SHA256, "documents": n, "mapping_hash": f.MappingHash, "totals": f.Totals, "place": f.Place})
	})
}

func (t *tx) fileDocument(fileID int64, position int, p Part, f *File) error {
	basis, err := placesText(p.Basis)
	if err != nil {
		return err
	}
	owed, err := owedText(p.Owed)
	if err != nil {
		return err
	}
	if _, err := t.exec(`INSERT INTO file_documents (file_id, doc_id, position, first_line, last_line, rows_count, currency, debit, credit, post_as, basis, owed, dated) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)`,
		fileID, p.DocID, position, p.FirstLine, p.LastLine, p.Rows, p.Currency, p.Debit.String(), p.Credit.String(), p.PostAs, basis, owed, p.Dated.String()); err != nil {
		return err
	}
	var state State
	if err := t.QueryRowContext(t.ctx, `SELECT state FROM documents WHERE doc_id = $1 AND `+tryable, p.DocID).Scan(&state); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return ErrMoved
		}
		return err
	}
	if state == Held {
		if err := t.event("released", about{doc: p.DocID}, detail{"reason": "it can be written now", "was": Held}); err != nil {
			return err
		}
	}
	if err := t.one(`UPDATE documents SET state = $1, state_since = $2, reason = '', cause = '', cause_data = '', file_id = $3 WHERE doc_id = $4`, Filed, t.at, fileID, p.DocID); err != nil {
		return err
	}
	about, facts := about{doc: p.DocID, file: fileID}, detail{"name": f.Name, "first_line": p.FirstLine, "last_line": p.LastLine, "debit": p.Debit, "currency": p.Currency, "owed": p.Owed, "dated": p.Dated}
	if p.PostAs != PostFull {
		facts["post_as"], facts["basis"] = p.PostAs, p.Basis
	}
	if p.Written != nil {
		if err := t.saveWritten(fileID, p.DocID, p.Written); err != nil {
			return err
		}
		facts["written_sha256"] = digest(p.Written)
	}
	return t.event("filed", about, facts)
}

// ErrMoved says that a person has moved a document while its import file was made: it is held, rejected or settled now. Make the file without it.
var ErrMoved = fmt.Errorf("it was moved meanwhile: %w", ErrStale)

// BeginUpload commits that an import file is about to be written under a temporary name of this attempt's own. name makes it of a number
// that never comes again; the file with the new name is returned. Who began before and was paused has lost the file: Uploaded tells.
func (j *Journal) BeginUpload(ctx context.Context, f File, name func(fence int64) string) (File, error) {
	err := j.in(ctx, fmt.Sprintf("import file %d: %s", f.ID, Uploading), func(t *tx) error {
		fence, err := t.fence("upload")
		if err != nil {
			return err
		}
		temp := name(fence)
		if err := t.one(`UPDATE files SET state = $1, state_since = $2, temp_name = $3 WHERE id = $4 AND state IN ('numbered','uploading') AND temp_name = $5`,
			Uploading, t.at, temp, f.ID, f.TempName); err != nil {
			return err
		}
		f.State, f.TempName = Uploading, temp
		return t.event(string(Uploading), about{file: f.ID}, detail{"temp_name": temp})
	})
	return f, err
}

// fence gives the next number of a kind of work; it only ever grows.
func (t *tx) fence(name string) (n int64, err error) {
	if _, err := t.exec(`INSERT INTO leases (name, owner, until, fence) VALUES ($1, '', $2, 1) ON CONFLICT (name) DO UPDATE SET fence = leases.fence + 1`, name, t.at); err != nil {
		return 0, err
	}
	err = t.QueryRowContext(t.ctx, `SELECT fence FROM leases WHERE name = $1`, name).Scan(&n)
	return n, err
}

// Uploaded commits that the file is whole under its temporary name and is about to be renamed. ErrStale: somebody else has begun to upload it
// since, under another name.
func (j *Journal) Uploaded(ctx context.Context, f File) error {
	return j.in(ctx, fmt.Sprintf("import file %d: %s", f.ID, Renaming), func(t *tx) error {
		if err := t.one(`UPDATE files SET state = $1, state_since = $2 WHERE id = $3 AND state = $4 AND temp_name = $5`, Renaming, t.at, f.ID, Uploading, f.TempName); err != nil {
			return err
		}
		return t.event(string(Renaming), about{file: f.ID}, nil)
	})
}

// DropDone commits that the file lies (or lay) under its final name. Unverified: it was gone from both names when we looked, so the
// ERP has probably taken it; an alarm asks a person to look, until a result for it arrives.
func (j *Journal) DropDone(ctx context.Context, f File, unverified bool) error {
	return j.in(ctx, "import file "+f.Name+" dropped", func(t *tx) error {
		if err := t.one(`UPDATE files SET state = $1, state_since = $2, dropped_at = $2, unverified = $3 WHERE id = $4 AND state = $5`, Dropped, t.at, flag(unverified), f.ID, Renaming); err != nil {
			return err
		}
		if err := t.event("dropped", about{file: f.ID}, detail{"name": f.Name, "unverified": unverified}); err != nil || !unverified {
			return err
		}
		return t.unverified(f, fmt.Sprintf("import file %s was under neither name after a broken rename: the ERP has probably taken it", f.Name))
	})
}

// unverified asks a person whether the ERP has a file.
func (t *tx) unverified(f File, message string) error {
	name := fmt.Sprintf("%s/%d", f.Route, f.Sequence)
	return t.alarm("unverified", "file "+name, message,
		fmt.Sprintf("look in the ERP whether %s was imported; if so `fisbridge mark file %s received --reason …`, if not `fisbridge mark file %s lost --reason …`", f.Name, name, name))
}

// MarkerDone commits that the done-marker was written, or that it is not needed: the ERP has taken the file.
func (j *Journal) MarkerDone(ctx context.Context, fileID int64, written bool) error {
	name := "marker written"
	if !written {
		name = "marker not written, for the file is taken"
	}
	return j.in(ctx, "done-marker", func(t *tx) error {
		if err := t.one(`UPDATE files SET marker_done = 1 WHERE id = $1`, fileID); err != nil {
			return err
		}
		return t.event(name, about{file: fileID}, nil)
	})
}

const fileColumns = `id, route, sequence, name, temp_name, state, state_since, reason, acceptance, group_key, mapping, mapping_hash, sha256, size, documents, lines, totals, created_at, dropped_at, unverified, marker, marker_done, reissue_of, place`

func scanFile(s interface{ Scan(...any) error }) (File, error) {
	var f File
	var since, created, dropped, totals string
	err := s.Scan(&f.ID, &f.Route, &f.Sequence, &f.Name, &f.TempName, &f.State, &since, &f.Reason, &f.Acceptance, &f.Group, &f.Mapping, &f.MappingHash, &f.SHA256,
		&f.Size, &f.Documents, &f.Lines, &totals, &created, &dropped, &f.Unverified, &f.Marker, &f.MarkerDone, &f.ReissueOf, &f.Place)
	if err != nil {
		return f, err
	}
	f.Since, f.Created, f.DroppedAt = Time(since), Time(created), Time(dropped)
	return f, json.Unmarshal([]byte(totals), &f.Totals)
}

// File gives one import file by its id.
func (j *Journal) File(ctx context.Context, id int64) (File, error) {
	f, err := scanFile(j.read.QueryRowContext(ctx, `SELECT `+fileColumns+` FROM files WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return f, fmt.Errorf("import file %d: %w", id, ErrNotFound)
	}
	return f, err
}

// FindFiles gives the import files that a person may mean: by name, by route/sequence, or by id.
func (j *Journal) FindFiles(ctx context.Context, word string) ([]File, error) {
	return j.files(ctx, `name = $1 OR route || '/' || CAST(sequence AS TEXT) = $1 OR CAST(id AS TEXT) = $1`, word)
}

// FilesIn gives the import files in the given states, by route and sequence.
func (j *Journal) FilesIn(ctx context.Context, states ...FileState) ([]File, error) {
	where, args := in("state", states, 1)
	return j.files(ctx, where+" ORDER BY route, sequence", args...)
}

// NewestFile is the import file of a route with the highest number, the zero file when there is none.
func (j *Journal) NewestFile(ctx context.Context, route string) (File, error) {
	files, err := j.files(ctx, `route = $1 ORDER BY sequence DESC LIMIT 1`, route)
	if err != nil || len(files) == 0 {
		return File{}, err
	}
	return files[0], nil
}

// UnmarkedFiles gives dropped files whose done-marker is not known to be written.
func (j *Journal) UnmarkedFiles(ctx context.Context) ([]File, error) {
	return j.files(ctx, `state = 'dropped' AND marker <> '' AND marker_done = 0 ORDER BY route, sequence`)
}

// BareFiles are the import files whose bytes have aged out or were forgotten.
func (j *Journal) BareFiles(ctx context.Context) ([]File, error) {
	return j.files(ctx, `NOT EXISTS (SELECT 1 FROM file_chunks c WHERE c.file_id = files.id) ORDER BY id`)
}

func (j *Journal) files(ctx context.Context, where string, args ...any) ([]File, error) {
	rows, err := j.read.QueryContext(ctx, `SELECT `+fileColumns+` FROM files WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("journal: read import files: %w", err)
	}
	defer rows.Close()
	var out []File
	for rows.Next() {
		f, err := scanFile(rows)
		if err != nil {
			return nil, fmt.Errorf("journal: read import files: %w", err)
		}
		out = append(out, f)
	}
	return out, rows.Err()
}

// Parts gives the documents of an import file in their order, withdrawn ones too.
func (j *Journal) Parts(ctx context.Context, fileID int64) ([]Part, error) {
	return j.parts(ctx, `file_id = $1 ORDER BY position`, fileID)
}

// PartsOf gives the places of a document in all import files it was ever in.
func (j *Journal) PartsOf(ctx context.Context, docID string) ([]Part, error) {
	return j.parts(ctx, `doc_id = $1 ORDER BY file_id`, docID)
}

func (j *Journal) parts(ctx context.Context, where string, arg any) ([]Part, error) {
	rows, err := j.read.QueryContext(ctx, `SELECT `+partColumns+` FROM file_documents WHERE `+where, arg)
	if err != nil {
		return nil, fmt.Errorf("journal: read file documents: %w", err)
	}
	defer rows.Close()
	var out []Part
	for rows.Next() {
		p, err := scanPart(rows)
		if err != nil {
			return nil, fmt.Errorf("journal: read file documents: %w", err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

const partColumns = `file_id, doc_id, first_line, last_line, rows_count, currency, debit, credit, withdrawn, post_as, basis`

func scanPart(rows interface{ Scan(...any) error }) (Part, error) {
	var p Part
	var debit, credit, basis string
	err := rows.Scan(&p.FileID, &p.DocID, &p.FirstLine, &p.LastLine, &p.Rows, &p.Currency, &debit, &credit, &p.Withdrawn, &p.PostAs, &basis)
	if err != nil {
		return p, err
	}
	if p.Basis, err = parsePlaces(basis); err != nil {
		return p, err
	}
	if p.Debit, err = fis.ParseAmount(debit); err != nil {
		return p, err
	}
	p.Credit, err = fis.ParseAmount(credit)
	return p, err
}
