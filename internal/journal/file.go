package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/fisbridge/fisbridge/internal/journal/infile"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Parts are the places of documents in an import file, in their order. Each may be called several times.
type Parts interface {
	Len() int
	Each(fn func(records.Part) error) error
}

// NameTakenError says that a name was used before in the folder where a new import file is to go.
type NameTakenError struct {
	Name string
	By   records.File
}

// Error names the file that has the name.
func (e *NameTakenError) Error() string {
	return fmt.Sprintf("the name %s was used before in the same drop folder, by number %d of route %s (%s)", e.Name, e.By.Sequence, e.By.Route, e.By.State)
}

// nameFree makes sure that a name was never used in a drop folder, by whatever route: the ERP would take one file for the other, and its answer to one
// would be taken for the answer to the other.
func (t *tx) nameFree(f *records.File) error {
	if f.Place == "" {
		return nil
	}
	for _, name := range f.Names() {
		for _, where := range []string{`UPPER(name) = $1`, `members <> '' AND REPLACE(UPPER(members), '"' || $1 || '"', '') <> UPPER(members)`} {
			// A file without a place is of a route that the configuration does not have any more: it may have gone there.
			by, err := records.ScanFile(t.QueryRowContext(t.Ctx, `SELECT `+records.FileColumns+` FROM files WHERE `+where+` AND (place = $2 OR place = '') ORDER BY id LIMIT 1`, records.FoldID(name), f.Place))
			if err == nil {
				return &NameTakenError{name, by}
			}
			if !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
	}
	return nil
}

// PlaceFiles gives the files of a route that an older version made their place: the drop folder of the route. Where the name was used twice there, which older
// versions allowed, the second file stays without one.
func (j *Journal) PlaceFiles(ctx context.Context, route, place string) error {
	n, err := ledger.Count(ctx, j.Ledger, `SELECT COUNT(*) FROM files WHERE route = $1 AND place = ''`, route)
	if err != nil || n == 0 {
		return err
	}
	return j.in(ctx, "place the files of route "+route, func(t *tx) error {
		placed, err := t.Changed(`UPDATE files SET place = $1 WHERE route = $2 AND place = '' AND NOT EXISTS (SELECT 1 FROM files o WHERE o.place = $1 AND UPPER(o.name) = UPPER(files.name))`, place, route)
		if err != nil {
			return err
		}
		for _, f := range ledger.KeysOf(placed, ledger.OfFile, "id") {
			if err := t.Event("place noted", ledger.About{File: f.Number()}, ledger.Detail{"place": place}); err != nil {
				return err
			}
		}
		return nil
	})
}

// ErrSequence says that another file has taken the number in between; render again with the next one.
var ErrSequence = errors.New("the sequence number was taken in between")

// CreateFile fixes an import file in one transaction: its number (which must be the next without a gap), its bytes, its totals, and the
// documents in it, which must all be acknowledged and in no other file. The file's ID is set. Created is the moment the file was rendered for, now when
// it is not given: with it the same bytes can be made again.
func (j *Journal) CreateFile(ctx context.Context, f *records.File, parts Parts, body io.Reader) error {
	totals, err := json.Marshal(f.Totals)
	if err != nil {
		return err
	}
	return j.in(ctx, "create import file "+f.Name, func(t *tx) error {
		var next int64
		if err := t.QueryRowContext(ctx, records.NextSequence, f.Route).Scan(&next); err != nil {
			return err
		}
		if next != f.Sequence {
			return fmt.Errorf("number %d: %w", f.Sequence, ErrSequence)
		}
		if err := t.nameFree(f); err != nil {
			return err
		}
		id, err := t.Next("files")
		if err != nil {
			return err
		}
		created := t.At
		if !f.Created.IsZero() {
			created = ledger.Stamp(f.Created) // the moment that the file itself may tell
		}
		if _, err := t.Exec(`INSERT INTO files (id, route, sequence, name, temp_name, state, state_since, acceptance, group_key, mapping, mapping_hash, sha256, size, documents, lines, totals, created_at, marker, reissue_of, place, stem, members, words, in_file)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24)`, id, f.Route, f.Sequence, f.Name, f.TempName, records.Numbered, t.At, f.Acceptance,
			f.Group, f.Mapping, f.MappingHash, f.SHA256, f.Size, parts.Len(), f.Lines, string(totals), created, f.Marker, f.ReissueOf, f.Place, records.StemOf(f.Name), f.MembersText(), f.WordsText(), infile.SumsText(f.InFile)); err != nil {
			return err
		}
		n := 0
		var some []records.Part
		put := func() error {
			if err := t.fileDocuments(id, n, some, f); err != nil {
				return err
			}
			n, some = n+len(some), some[:0]
			return t.Rest()
		}
		err = parts.Each(func(p records.Part) error {
			if some = append(some, p); len(some) < ledger.AtOnce {
				return nil
			}
			return put()
		})
		if err == nil {
			err = put()
		}
		if err != nil {
			return err
		}
		if n != parts.Len() {
			return fmt.Errorf("%d documents announced, %d given", parts.Len(), n)
		}
		if err := t.once(id); err != nil {
			return err
		}
		if err := t.SaveChunks("file_chunks", "file_id", id, f.Size, body); err != nil {
			return err
		}
		f.ID, f.State, f.Documents = id, records.Numbered, n
		detail := ledger.Detail{"route": f.Route, "sequence": f.Sequence, "name": f.Name, "sha256": f.SHA256, "documents": n, "mapping_hash": f.MappingHash, "totals": f.Totals, "place": f.Place}
		if len(f.Members) > 0 {
			detail["members"] = f.Members
		}
		return t.Event("numbered", ledger.About{File: id}, detail)
	})
}

// fileDocuments puts the next documents into an import file, the first of them at a position.
func (t *tx) fileDocuments(fileID int64, position int, list []records.Part, f *records.File) error {
	if len(list) == 0 {
		return nil
	}
	var args []any
	ids := make([]string, len(list))
	for i, p := range list {
		basis, err := placesText(p.Basis)
		if err != nil {
			return err
		}
		owed, err := owedText(p.Owed)
		if err != nil {
			return err
		}
		ids[i] = p.DocID
		args = append(args, fileID, p.DocID, position+i, p.FirstLine, p.LastLine, p.Rows, p.Currency, p.Debit.String(), p.Credit.String(), p.PostAs, basis, owed, p.Dated.String(), max(1, p.Posting), p.InFile.Text())
	}
	if _, err := t.Exec(`INSERT INTO file_documents (file_id, doc_id, position, first_line, last_line, rows_count, currency, debit, credit, post_as, basis, owed, dated, posting, in_file) VALUES `+t.Places(args, 15), args...); err != nil {
		return fmt.Errorf("document %s: %w", ids[0], err)
	}
	states, err := t.tryable(ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if states[id] == "" {
			return fmt.Errorf("document %s: %w", id, ErrMoved)
		}
	}
	among, of := ledger.AmongMany("doc_id", ids, 4)
	n, err := t.Exec(`UPDATE documents SET state = $1, state_since = $2, reason = '', why = '', cause = '', cause_data = '', file_id = $3 WHERE '' || state IN ('acknowledged','held') AND `+among, append([]any{records.Filed, t.At, fileID}, of...)...)
	if err == nil && int(n) != len(ids) {
		err = ledger.ErrStale
	}
	if err != nil {
		return fmt.Errorf("document %s: %w", ids[0], err)
	}
	if err := t.saveWritten(fileID, list); err != nil {
		return err
	}
	for _, p := range list {
		if err := t.tellFiled(fileID, p, f, states[p.DocID]); err != nil {
			return fmt.Errorf("document %s: %w", p.DocID, err)
		}
	}
	return nil
}

// tryable gives the states of those documents that may be put into an import file.
func (t *tx) tryable(ids []string) (map[string]records.State, error) {
	states := map[string]records.State{}
	among, args := ledger.AmongMany("doc_id", ids, 1)
	return states, t.Each(`SELECT doc_id, CASE WHEN `+records.Tryable+` THEN state ELSE '' END FROM documents WHERE `+among, func(rows *sql.Rows) error {
		var id string
		var state records.State
		err := rows.Scan(&id, &state)
		states[id] = state
		return err
	}, args...)
}

// tellFiled tells the history of a document that was put into an import file.
func (t *tx) tellFiled(fileID int64, p records.Part, f *records.File, was records.State) error {
	if was == records.Held {
		if err := t.Event("released", ledger.About{Doc: p.DocID}, ledger.Detail{"reason": "it can be written now", "was": records.Held}); err != nil {
			return err
		}
	}
	facts := ledger.Detail{"name": f.Name, "first_line": p.FirstLine, "last_line": p.LastLine, "debit": p.Debit, "currency": p.Currency, "owed": p.Owed, "dated": p.Dated}
	if p.PostAs != records.PostFull {
		facts["post_as"], facts["basis"] = p.PostAs, p.Basis
	}
	if p.Posting > 1 {
		facts["posting"] = p.Posting
	}
	if p.Written != nil {
		facts["written_sha256"] = ledger.Digest(p.Written)
	}
	return t.Event("filed", ledger.About{Doc: p.DocID, File: fileID}, facts)
}

// ErrMoved says that a person has moved a document while its import file was made: it is held, rejected or settled now. Make the file without it.
var ErrMoved = fmt.Errorf("it was moved meanwhile: %w", ledger.ErrStale)

// BeginUpload commits that import files are about to be written, each under a temporary name of this attempt's own. name makes it of a number
// that never comes again; the files with their new names are returned. Who began before and was paused has lost them: Uploaded tells. Where a file
// is not as it was read, those before it are begun and given with the error.
func (j *Journal) BeginUpload(ctx context.Context, files []records.File, name func(f records.File, fence int64) string) (begun []records.File, err error) {
	var stale error
	err = j.in(ctx, filesText(files, records.Uploading), func(t *tx) error {
		begun, stale = nil, nil
		for _, f := range files {
			fence, err := t.fence("upload")
			if err != nil {
				return err
			}
			temp := name(f, fence)
			err = t.One(`UPDATE files SET state = $1, state_since = $2, temp_name = $3 WHERE id = $4 AND state IN ('numbered','uploading') AND temp_name = $5`,
				records.Uploading, t.At, temp, f.ID, f.TempName)
			if errors.Is(err, ledger.ErrStale) {
				stale = staleFile(f, err)
				return nil
			}
			if err != nil {
				return err
			}
			f.State, f.TempName = records.Uploading, temp
			if err := t.Event(string(records.Uploading), ledger.About{File: f.ID}, ledger.Detail{"temp_name": temp}); err != nil {
				return err
			}
			begun = append(begun, f)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return begun, stale
}

func filesText(files []records.File, to records.FileState) string {
	if len(files) == 1 {
		return fmt.Sprintf("import file %d: %s", files[0].ID, to)
	}
	return fmt.Sprintf("%d import files: %s", len(files), to)
}

func staleFile(f records.File, err error) error { return fmt.Errorf("import file %s: %w", f.Name, err) }

// fence gives the next number of a kind of work; it only ever grows.
func (t *tx) fence(name string) (n int64, err error) {
	if _, err := t.Exec(`INSERT INTO leases (name, owner, until, fence) VALUES ($1, '', $2, 1) ON CONFLICT (name) DO UPDATE SET fence = leases.fence + 1`, name, t.At); err != nil {
		return 0, err
	}
	err = t.QueryRowContext(t.Ctx, `SELECT fence FROM leases WHERE name = $1`, name).Scan(&n)
	return n, err
}

// Uploaded commits that files are whole under their temporary names and are about to be renamed, and gives how many of them. ErrStale: somebody else
// has begun to upload the next one since, under another name.
func (j *Journal) Uploaded(ctx context.Context, files ...records.File) (n int, err error) {
	var stale error
	err = j.in(ctx, filesText(files, records.Renaming), func(t *tx) error {
		n, stale = 0, nil
		for _, f := range files {
			err := t.One(`UPDATE files SET state = $1, state_since = $2 WHERE id = $3 AND state = $4 AND temp_name = $5`, records.Renaming, t.At, f.ID, records.Uploading, f.TempName)
			if errors.Is(err, ledger.ErrStale) {
				stale = staleFile(f, err)
				return nil
			}
			if err != nil {
				return err
			}
			if err := t.Event(string(records.Renaming), ledger.About{File: f.ID}, nil); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, stale
}

// DropDone commits that files lie (or lay) under their final names. Unverified: they were gone from both names when we looked, so the
// ERP has probably taken them; an alarm asks a person to look, until a result arrives. A file that somebody else has moved on is told, and
// hinders no other.
func (j *Journal) DropDone(ctx context.Context, unverified bool, files ...records.File) error {
	var stale []error
	err := j.in(ctx, filesText(files, records.Dropped), func(t *tx) error {
		stale = nil
		for _, f := range files {
			vanished := why.Reason{}
			if unverified {
				vanished = why.New("file-vanished", "file", f.Name, "number", numberOf(f))
			}
			err := t.dropped(f, vanished)
			if errors.Is(err, ledger.ErrStale) {
				stale = append(stale, staleFile(f, err))
				continue
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return errors.Join(stale...)
}

// DropInDoubt commits that a member of an import file lay under neither name, so that the member that starts the import
// was not given its name: nobody knows what the ERP has. It is told as an unverified file, which a person settles.
func (j *Journal) DropInDoubt(ctx context.Context, f records.File, member, temp string) error {
	return j.in(ctx, filesText([]records.File{f}, records.Dropped), func(t *tx) error {
		return t.dropped(f, why.New("member-vanished", "file", f.Name, "number", numberOf(f), "member", member, "temp", temp))
	})
}

// dropped: in doubt, with the reason, when there is one.
func (t *tx) dropped(f records.File, doubt why.Reason) error {
	unverified := doubt.Code != ""
	if err := t.One(`UPDATE files SET state = $1, state_since = $2, dropped_at = $2, unverified = $3 WHERE id = $4 AND state = $5`, records.Dropped, t.At, ledger.Flag(unverified), f.ID, records.Renaming); err != nil {
		return err
	}
	if err := t.Event("dropped", ledger.About{File: f.ID}, ledger.Detail{"name": f.Name, "unverified": unverified}); err != nil || !unverified {
		return err
	}
	return t.unverified(f, doubt)
}

// unverified asks a person whether the ERP has a file.
func (t *tx) unverified(f records.File, reason why.Reason) error {
	return t.alarm("unverified", "file "+numberOf(f), reason)
}

// numberOf is how people name an import file: ROUTE/NUMBER.
func numberOf(f records.File) string { return fmt.Sprintf("%s/%d", f.Route, f.Sequence) }

// MarkerDone commits that the done-marker was written, or that it is not needed: the ERP has taken the file.
func (j *Journal) MarkerDone(ctx context.Context, fileID int64, written bool) error {
	name := "marker written"
	if !written {
		name = "marker not written, for the file is taken"
	}
	return j.in(ctx, "done-marker", func(t *tx) error {
		if err := t.One(`UPDATE files SET marker_done = 1 WHERE id = $1`, fileID); err != nil {
			return err
		}
		return t.Event(name, ledger.About{File: fileID}, nil)
	})
}
