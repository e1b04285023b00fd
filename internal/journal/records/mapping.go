package records

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// MappingState is how a version of a mapping stands.
type MappingState string

const (
	// MappingLive is the version in force.
	MappingLive MappingState = "live"
	// MappingFormer was in force once; files that it made are explained by it.
	MappingFormer MappingState = "former"
	// MappingRefused was found in the place of the live one and cannot be used.
	MappingRefused MappingState = "refused"
)

// MappingVersion is one version of the mapping of a route.
type MappingVersion struct {
	ID    int64        `json:"id"`
	Route string       `json:"route"`
	State MappingState `json:"state"`
	Since time.Time    `json:"since"`
	// Name is the mapping file's name, Template the name of its template.
	Name     string `json:"name"`
	Template string `json:"template"`
	// Hash is that of the content of mapping and template, FileHash that of the file's bytes. A refused version may
	// have no hash.
	Hash     string `json:"hash"`
	FileHash string `json:"file_hash"`
	Actor    string `json:"actor"`
	// Author is who saved the workbook last, as the workbook says.
	Author   string   `json:"author,omitempty"`
	Changes  []string `json:"changes,omitempty"`
	Problems []string `json:"problems,omitempty"`
	// Acceptable tells of a refused version that its problems are doubts, which a person may accept; else they must be
	// mended.
	Acceptable bool `json:"acceptable,omitempty"`
	// Changed is what was changed, as people name it: the mapping file, its template, or both. Empty for the first
	// version of a route.
	Changed string `json:"changed,omitempty"`
}

// ChangedName is what was changed, or the mapping file where that is not known.
func (v MappingVersion) ChangedName() string { return cmp.Or(v.Changed, v.Name) }

// MappingContent is everything that makes a plan of a version again: the mapping file and the template, as they were.
type MappingContent struct {
	MappingVersion
	Body         []byte
	TemplateBody []byte
}

const MappingColumns = `id, route, state, since, name, template, hash, file_hash, actor, author, changes, problems, acceptable, changed`

// ScanMapping reads MappingColumns, and what stands behind them.
func ScanMapping(s interface{ Scan(...any) error }, extra ...any) (MappingVersion, error) {
	var v MappingVersion
	var since, changes, problems string
	err := s.Scan(append([]any{&v.ID, &v.Route, &v.State, &since, &v.Name, &v.Template, &v.Hash, &v.FileHash, &v.Actor, &v.Author, &changes, &problems, &v.Acceptable, &v.Changed}, extra...)...)
	v.Since = ledger.Time(since)
	return v, errors.Join(err, fromList(changes, &v.Changes), fromList(problems, &v.Problems))
}

func fromList(text string, into *[]string) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), into)
}

func unpacked(body []byte) ([]byte, error) { return ledger.Inflate(body) }

// LiveMapping gives the version in force of a route with its content; false when there is none yet.
func (j *Records) LiveMapping(ctx context.Context, route string) (MappingContent, bool, error) {
	return j.oneMapping(ctx, `route = $1 AND state = 'live'`, route)
}

// MappingBytes gives the version with a content hash, or the beginning of one (8 characters at least), whatever its
// state now: what a file says that it was made with can be loaded again. ErrNotFound when the journal has none.
func (j *Records) MappingBytes(ctx context.Context, hash string) (MappingContent, error) {
	if len(hash) < 8 {
		return MappingContent{}, fmt.Errorf("mapping version %q: give at least 8 characters of its hash", hash)
	}
	hashes, err := ledger.List(ctx, j.Ledger, `SELECT DISTINCT hash FROM mappings WHERE substr(hash, 1, $1) = $2 AND state <> 'refused' ORDER BY hash LIMIT 2`, []any{len(hash), hash}, func(rows *sql.Rows) (h string, err error) {
		err = rows.Scan(&h)
		return h, err
	})
	if err != nil {
		return MappingContent{}, err
	}
	if len(hashes) > 1 {
		return MappingContent{}, fmt.Errorf("mapping version %s: several versions begin so; give more of the hash", hash)
	}
	if len(hashes) == 1 {
		hash = hashes[0]
	}
	v, ok, err := j.oneMapping(ctx, `hash = $1 AND state <> 'refused' ORDER BY id DESC LIMIT 1`, hash)
	if err == nil && !ok {
		err = fmt.Errorf("mapping version %s: %w", hash, ledger.ErrNotFound)
	}
	return v, err
}

func (j *Records) oneMapping(ctx context.Context, where string, args ...any) (MappingContent, bool, error) {
	var c MappingContent
	var body, template []byte
	var err error
	c.MappingVersion, err = ScanMapping(ledger.QueryRow(ctx, j.Ledger, `SELECT `+MappingColumns+`, body, template_body FROM mappings WHERE `+where, args...), &body, &template)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	if err != nil {
		return c, false, fmt.Errorf("journal: read mapping: %w", err)
	}
	if c.Body, err = unpacked(body); err == nil {
		c.TemplateBody, err = unpacked(template)
	}
	if err != nil || ledger.Digest(c.Body) != c.FileHash {
		return c, false, fmt.Errorf("journal: mapping %s of route %s is damaged (%w); restore the journal from a backup", c.Name, c.Route, cmp.Or(err, errDigest))
	}
	return c, true, nil
}

// LiveMappings gives the version in force of each route, and beside it the refused one that waits for a person, where
// there is one.
func (j *Records) LiveMappings(ctx context.Context) ([]MappingVersion, error) {
	return j.mappings(ctx, `state IN ('live','refused') ORDER BY route, state`)
}

// MappingVersions gives all versions of a route's mapping, the newest first.
func (j *Records) MappingVersions(ctx context.Context, route string) ([]MappingVersion, error) {
	return j.mappings(ctx, `route = $1 ORDER BY id DESC`, route)
}

func (j *Records) mappings(ctx context.Context, where string, args ...any) ([]MappingVersion, error) {
	return ledger.List(ctx, j.Ledger, `SELECT `+MappingColumns+` FROM mappings WHERE `+where, args, func(rows *sql.Rows) (MappingVersion, error) { return ScanMapping(rows) })
}

// MappingHistory gives the events about mappings, oldest first: what was put in force, refused or accepted, by whom,
// and which cells changed.
func (j *Records) MappingHistory(ctx context.Context) ([]ledger.Event, error) {
	return ledger.List(ctx, j.Ledger, `SELECT `+ledger.EventColumns+` FROM history
		WHERE event IN ('mapping in force', 'mapping refused', 'mapping accepted') ORDER BY seq`, nil, ledger.ScanEvent)
}

// MappingAccepted reports whether a person has accepted a version of a route's mapping.
func (j *Records) MappingAccepted(ctx context.Context, route, hash string) (bool, error) {
	var n int
	if err := ledger.QueryRow(ctx, j.Ledger, `SELECT COUNT(*) FROM accepted_mappings WHERE route = $1 AND hash = $2`, route, hash).Scan(&n); err != nil {
		return false, fmt.Errorf("journal: read accepted mappings: %w", err)
	}
	return n > 0, nil
}

// EachRecentPayload walks the documents that were received since the given time, of one route (all routes when empty),
// oldest first, with their payloads, whatever became of them; those whose payload has aged out are left out. Memory
// stays that of one document.
func (j *Records) EachRecentPayload(ctx context.Context, route string, since time.Time, fn func(Doc, fis.Envelope) error) error {
	rows, err := ledger.QueryRows(ctx, j.Ledger, `SELECT `+DocColumnsOf("d")+`, body
		FROM documents d JOIN payloads p ON p.doc_id = d.doc_id WHERE (d.route = $1 OR $1 = '') AND d.received_at >= $2 ORDER BY d.received_at, d.doc_id`, route, ledger.Stamp(since))
	if err != nil {
		return fmt.Errorf("journal: read payloads: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var body []byte
		d, err := ScanDoc(rows, &body)
		if err != nil {
			return fmt.Errorf("journal: read payloads: %w", err)
		}
		e, err := Envelope(d, body)
		if err == nil {
			err = fn(d, e)
		}
		if err != nil {
			return err
		}
	}
	return rows.Err()
}

// FindPayload gives the newest document with a docId, report id or report key, with its payload; false when there is
// none, or its payload has aged out.
func (j *Records) FindPayload(ctx context.Context, word string) (fis.Envelope, bool, error) {
	docs, err := j.FindDocuments(ctx, word)
	if err != nil {
		return fis.Envelope{}, false, err
	}
	for i := len(docs) - 1; i >= 0; i-- {
		e, err := j.Payload(ctx, docs[i].ID)
		if errors.Is(err, ledger.ErrNotFound) {
			continue
		}
		return e, err == nil, err
	}
	return fis.Envelope{}, false, nil
}
