package records

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/infile"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/why"
)

// FileState is where an import file stands.
type FileState string

const (
	// Numbered: bytes and number are fixed, nothing was sent.
	Numbered FileState = "numbered"
	// Uploading: being written under its temporary name. Renaming: whole under the temporary name, the rename may have
	// happened.
	Uploading FileState = "uploading"
	Renaming  FileState = "renaming"
	// Dropped: under its final name, the ERP may have it.
	Dropped FileState = "dropped"
	// Accepted: the ERP took it completely. Answered: each document has its own outcome. Refused: the ERP refused it as
	// a whole.
	Accepted FileState = "accepted"
	Answered FileState = "answered"
	Refused  FileState = "refused"
	// Withdrawn: it no longer counts; its documents went into another file or have another outcome.
	Withdrawn FileState = "withdrawn"
)

// Sum is a control total in one currency.
type Sum = infile.Sum

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
	Why         why.Reason     `json:"why,omitzero"`
	Acceptance  string         `json:"acceptance"`
	Group       string         `json:"group,omitempty"`
	Mapping     string         `json:"mapping"`
	MappingHash string         `json:"mapping_hash"`
	SHA256      string         `json:"sha256"`
	Size        int64          `json:"size"`
	Documents   int            `json:"documents"`
	Lines       int            `json:"lines"`
	Totals      map[string]Sum `json:"totals"`
	InFile      map[string]Sum `json:"in_file"` // what its rows say, held against the documents; nil where that is not known
	Created     time.Time      `json:"created_at"`
	DroppedAt   time.Time      `json:"dropped_at,omitzero"`
	Unverified  bool           `json:"unverified,omitempty"`
	Marker      string         `json:"marker,omitempty"`
	MarkerDone  bool           `json:"marker_done,omitempty"`
	ReissueOf   int64          `json:"reissue_of,omitempty"`
	// Place is the drop folder in words that are the same for the same folder, whatever a configuration calls it.
	Place string `json:"place,omitempty"`
	// Members are the names of the files that lie beside it in the drop folder and belong to it, in the order in which they
	// get their names; Name is that of the last one, which starts the import. The bytes are a bundle of all of them then.
	Members []string `json:"members,omitempty"`
	// Words are those with which it says its number in its own bytes (package marks), and AnyWord where there are others;
	// only for making it.
	Words []string `json:"-"`
}

// AnyWord stands among the words of a file that says its number in words that are made of its documents, too.
const AnyWord = "*"

// Names are all names that it has in the drop folder, in the order in which it gets them.
func (f *File) Names() []string { return append(append([]string(nil), f.Members...), f.Name) }

// MembersText is how Members are stored.
func (f *File) MembersText() string {
	if len(f.Members) == 0 {
		return ""
	}
	text, _ := json.Marshal(f.Members) //nolint:errchkjson // strings
	return string(text)
}

// WordsText is how Words are stored: a list even where there are none.
func (f *File) WordsText() string {
	text, _ := json.Marshal(append([]string{}, f.Words...)) //nolint:errchkjson // strings
	return string(text)
}

// AllOrNothing reports whether the ERP imports the file completely or not at all.
func (f File) AllOrNothing() bool { return f.Acceptance == "file" }

// Settled tells whether nobody waits for an answer to the file any more: it was accepted, answered or withdrawn.
func (f File) Settled() bool {
	return f.State == Accepted || f.State == Answered || f.State == Withdrawn
}

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
	// InFile is what the file says of the document; nil in files that were made before it was kept.
	InFile *infile.Said `json:"in_file,omitempty"`
	// PostAs is how a further document of a report stands in the file; Basis what a replacing one is held against.
	PostAs PostAs  `json:"post_as,omitempty"`
	Basis  []Place `json:"basis,omitempty"`
	// Posting is the number that the file gives the document among the postings of its report: 1, or from 2 the number of
	// a further one, which document.again writes behind the key.
	Posting int `json:"posting,omitempty"`
	// Written is what the file says of the document (JSON of package mapping), nil for none. It is not read back with
	// the part.
	Written []byte `json:"written,omitempty"`
	// Owed is what the document left to be paid, by party; nil when it is not known.
	Owed map[string]fis.Amount `json:"owed,omitempty"`
	// Dated is the document's own day; zero when it has none or it is not known.
	Dated fis.Date `json:"dated,omitzero"`
}

// NextSequence is the number that the route's next import file gets. It is not reserved: CreateFile takes it.
func (j *Records) NextSequence(ctx context.Context, route string) (int64, error) {
	var n int64
	if err := ledger.QueryRow(ctx, j.Ledger, NextSequence, route).Scan(&n); err != nil {
		return 0, fmt.Errorf("journal: next sequence of route %s: %w", route, err)
	}
	return n, nil
}

const FileColumns = `id, route, sequence, name, temp_name, state, state_since, reason, acceptance, group_key, mapping, mapping_hash, sha256, size, documents, lines, totals, created_at, dropped_at, unverified, marker, marker_done, reissue_of, place, why, members, in_file`

// ScanFile reads FileColumns.
func ScanFile(s interface{ Scan(...any) error }) (File, error) {
	var f File
	var since, created, dropped, totals, kept, members, said string
	err := s.Scan(&f.ID, &f.Route, &f.Sequence, &f.Name, &f.TempName, &f.State, &since, &f.Reason, &f.Acceptance, &f.Group, &f.Mapping, &f.MappingHash, &f.SHA256,
		&f.Size, &f.Documents, &f.Lines, &totals, &created, &dropped, &f.Unverified, &f.Marker, &f.MarkerDone, &f.ReissueOf, &f.Place, &kept, &members, &said)
	if err != nil {
		return f, err
	}
	if members != "" {
		if err := json.Unmarshal([]byte(members), &f.Members); err != nil {
			return f, fmt.Errorf("import file %s: %w", f.Name, err)
		}
	}
	f.Since, f.Created, f.DroppedAt = ledger.Time(since), ledger.Time(created), ledger.Time(dropped)
	if f.Why, err = why.FromStored(kept, f.Reason, ""); err != nil {
		return f, fmt.Errorf("import file %s: %w", f.Name, err)
	}
	if f.InFile, err = infile.ParseSums(said); err != nil {
		return f, fmt.Errorf("import file %s: %w", f.Name, err)
	}
	return f, json.Unmarshal([]byte(totals), &f.Totals)
}

// File gives one import file by its id.
func (j *Records) File(ctx context.Context, id int64) (File, error) {
	f, err := ScanFile(ledger.QueryRow(ctx, j.Ledger, `SELECT `+FileColumns+` FROM files WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return f, fmt.Errorf("import file %d: %w", id, ledger.ErrNotFound)
	}
	return f, err
}

// FindFiles gives the import files that a person may mean: by name, by route/sequence, or by id.
func (j *Records) FindFiles(ctx context.Context, word string) ([]File, error) {
	return j.files(ctx, `name = $1 OR route || '/' || CAST(sequence AS TEXT) = $1 OR CAST(id AS TEXT) = $1`, word)
}

// FilesIn gives the import files in the given states, by route and sequence.
func (j *Records) FilesIn(ctx context.Context, states ...FileState) ([]File, error) {
	where, args := ledger.Among("state", states, 1)
	return j.files(ctx, where+" ORDER BY route, sequence", args...)
}

// FormerFiles are the names of the import files that wait for an answer, by their routes, of routes that the
// configuration does not have, unless a person has said that none will come.
func (j *Records) FormerFiles(ctx context.Context, configured func(route string) bool) (map[string][]string, error) {
	files, err := j.files(ctx, `state = 'dropped' AND NOT `+settled("files")+` ORDER BY route, sequence`)
	names := map[string][]string{}
	for i := range files {
		if r := files[i].Route; !configured(r) {
			names[r] = append(names[r], files[i].Name)
		}
	}
	return names, err
}

// NewestFile is the import file of a route with the highest number, the zero file when there is none.
func (j *Records) NewestFile(ctx context.Context, route string) (File, error) {
	files, err := j.files(ctx, `route = $1 ORDER BY sequence DESC LIMIT 1`, route)
	if err != nil || len(files) == 0 {
		return File{}, err
	}
	return files[0], nil
}

// UnmarkedFiles gives dropped files whose done-marker is not known to be written.
func (j *Records) UnmarkedFiles(ctx context.Context) ([]File, error) {
	return j.files(ctx, `state = 'dropped' AND marker <> '' AND marker_done = 0 ORDER BY route, sequence`)
}

// BareFiles are the import files whose bytes have aged out or were forgotten.
func (j *Records) BareFiles(ctx context.Context) ([]File, error) {
	return j.files(ctx, `NOT EXISTS (SELECT 1 FROM file_chunks c WHERE c.file_id = files.id) ORDER BY id`)
}

func (j *Records) files(ctx context.Context, where string, args ...any) ([]File, error) {
	return ledger.List(ctx, j.Ledger, `SELECT `+FileColumns+` FROM files WHERE `+where, args, func(rows *sql.Rows) (File, error) { return ScanFile(rows) })
}

// Parts gives the documents of an import file in their order, withdrawn ones too.
func (j *Records) Parts(ctx context.Context, fileID int64) ([]Part, error) {
	return j.parts(ctx, `file_id = $1 ORDER BY position`, fileID)
}

// StatesIn are the states of the documents of an import file, by docId.
func (j *Records) StatesIn(ctx context.Context, fileID int64) (map[string]State, error) {
	states := map[string]State{}
	err := ledger.Each(ctx, j.Ledger, `SELECT d.doc_id, d.state FROM file_documents p JOIN documents d ON d.doc_id = p.doc_id WHERE p.file_id = $1`, []any{fileID}, func(rows *sql.Rows) error {
		var id, state string
		err := rows.Scan(&id, &state)
		states[id] = State(state)
		return err
	})
	return states, err
}

// PartsOf gives the places of a document in all import files it was ever in.
func (j *Records) PartsOf(ctx context.Context, docID string) ([]Part, error) {
	return j.parts(ctx, `doc_id = $1 ORDER BY file_id`, docID)
}

func (j *Records) parts(ctx context.Context, where string, arg any) ([]Part, error) {
	return ledger.List(ctx, j.Ledger, `SELECT `+PartColumns+` FROM file_documents WHERE `+where, []any{arg}, func(rows *sql.Rows) (Part, error) { return ScanPart(rows) })
}

const PartColumns = `file_id, doc_id, first_line, last_line, rows_count, currency, debit, credit, withdrawn, post_as, basis, posting, in_file`

// ScanPart reads PartColumns.
func ScanPart(rows interface{ Scan(...any) error }) (Part, error) {
	var p Part
	var debit, credit, basis, said string
	err := rows.Scan(&p.FileID, &p.DocID, &p.FirstLine, &p.LastLine, &p.Rows, &p.Currency, &debit, &credit, &p.Withdrawn, &p.PostAs, &basis, &p.Posting, &said)
	if err != nil {
		return p, err
	}
	if p.Basis, err = parsePlaces(basis); err != nil {
		return p, err
	}
	if p.InFile, err = infile.Parse(said); err != nil {
		return p, err
	}
	if p.Posting == 0 {
		p.Posting = postingBefore(p.PostAs, p.Basis)
	}
	if p.Debit, err = fis.ParseAmount(debit); err != nil {
		return p, err
	}
	p.Credit, err = fis.ParseAmount(credit)
	return p, err
}
