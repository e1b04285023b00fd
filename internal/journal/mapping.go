package journal

import (
	"bytes"
	"cmp"
	"compress/flate"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
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
	// Hash is that of the content of mapping and template, FileHash that of the file's bytes. A refused version may have no hash.
	Hash     string `json:"hash"`
	FileHash string `json:"file_hash"`
	Actor    string `json:"actor"`
	// Author is who saved the workbook last, as the workbook says.
	Author   string   `json:"author,omitempty"`
	Changes  []string `json:"changes,omitempty"`
	Problems []string `json:"problems,omitempty"`
	// Acceptable tells of a refused version that its problems are doubts, which a person may accept; else they must be mended.
	Acceptable bool `json:"acceptable,omitempty"`
	// Changed is what was changed, as people name it: the mapping file, its template, or both. Empty for the first version of a route.
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

// mostDetail is how many changes or problems a history row names; the version itself has all of them.
const mostDetail = 100

const mappingColumns = `id, route, state, since, name, template, hash, file_hash, actor, author, changes, problems, acceptable, changed`

func scanMapping(s interface{ Scan(...any) error }, extra ...any) (MappingVersion, error) {
	var v MappingVersion
	var since, changes, problems string
	err := s.Scan(append([]any{&v.ID, &v.Route, &v.State, &since, &v.Name, &v.Template, &v.Hash, &v.FileHash, &v.Actor, &v.Author, &changes, &problems, &v.Acceptable, &v.Changed}, extra...)...)
	v.Since = Time(since)
	return v, errors.Join(err, fromList(changes, &v.Changes), fromList(problems, &v.Problems))
}

func fromList(text string, into *[]string) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), into)
}

func toList(list []string) (string, error) {
	if len(list) == 0 {
		return "", nil
	}
	text, err := json.Marshal(list)
	return string(text), err
}

// PutMappingLive makes a version the one in force for its route: the former one stays for explaining, and what was refused is forgotten but in the
// history. A version that is live already is left as it is.
func (j *Journal) PutMappingLive(ctx context.Context, v MappingContent) error {
	return j.in(ctx, "put mapping "+v.Name+" in force", func(t *tx) error {
		former, err := t.liveMapping(v.Route)
		if err != nil {
			return err
		}
		if former != nil && former.Hash == v.Hash && former.FileHash == v.FileHash {
			return t.forgetRefused(v.Route)
		}
		if _, err := t.exec(`UPDATE mappings SET state = 'former' WHERE route = $1 AND state = 'live'`, v.Route); err != nil {
			return err
		}
		if err := t.forgetRefused(v.Route); err != nil {
			return err
		}
		v.State = MappingLive
		if err := t.insertMapping(v); err != nil {
			return err
		}
		d := detail{"mapping": v.Name, "template": v.Template, "mapping_hash": v.Hash}
		if former != nil {
			d["former_hash"] = former.Hash
		}
		if v.Author != "" {
			d["saved_by"] = v.Author
		}
		if v.Changed != "" {
			d["changed"] = v.Changed
		}
		if len(v.Changes) > 0 {
			d["changes"], d["cells_changed"] = firstOf(v.Changes), len(v.Changes)
		}
		return t.event("mapping in force", about{others: ofTheRoute(v.Route)}, d)
	})
}

// RefuseMapping notes that what lies in the place of a route's mapping, or its template, does not go live, once for each content. It reports whether that
// is news; the problems of a version that is known are renewed, for what it would hold depends on the documents.
func (j *Journal) RefuseMapping(ctx context.Context, v MappingVersion) (news bool, err error) {
	err = j.in(ctx, "refuse mapping "+v.Name, func(t *tx) error {
		const same = `route = $1 AND state = 'refused' AND file_hash = $2 AND hash = $3 AND acceptable = $4 AND changed = $5`
		n, err := t.count(`SELECT COUNT(*) FROM mappings WHERE `+same, v.Route, v.FileHash, v.Hash, v.Acceptable, v.Changed)
		if news = n == 0; err != nil || !news {
			return errors.Join(err, t.renewProblems(`UPDATE mappings SET problems = $6 WHERE problems <> $6 AND `+same, v))
		}
		if err := t.forgetRefused(v.Route); err != nil {
			return err
		}
		v.State = MappingRefused
		if err := t.insertMapping(MappingContent{MappingVersion: v}); err != nil {
			return err
		}
		d := detail{"mapping": v.Name, "problems": firstOf(v.Problems)}
		if v.Changed != "" {
			d["changed"] = v.Changed
		}
		if v.Author != "" {
			d["saved_by"] = v.Author
		}
		return t.event("mapping refused", about{others: ofTheRoute(v.Route)}, d)
	})
	return news, err
}

func (t *tx) renewProblems(query string, v MappingVersion) error {
	problems, err := toList(v.Problems)
	if err != nil {
		return err
	}
	n, err := t.exec(query, v.Route, v.FileHash, v.Hash, v.Acceptable, v.Changed, problems)
	if err != nil || n == 0 {
		return err
	}
	return t.event("mapping refused for other problems", about{others: ofTheRoute(v.Route)}, detail{"mapping": v.Name, "problems": firstOf(v.Problems)})
}

// ForgetRefused notes that the file in the place of a route's mapping is the live version again.
func (j *Journal) ForgetRefused(ctx context.Context, route string) error {
	return j.in(ctx, "forget refused mapping", func(t *tx) error { return t.forgetRefused(route) })
}

func (t *tx) forgetRefused(route string) error {
	gone, err := t.changed(`DELETE FROM mappings WHERE route = $1 AND state = 'refused'`, route)
	if err != nil || len(gone) == 0 {
		return err
	}
	return t.event("refused mapping gone", about{others: ofTheRoute(route)}, detail{"mapping": gone[0].text("name")})
}

func firstOf(list []string) []string {
	if len(list) > mostDetail {
		return append(list[:mostDetail:mostDetail], fmt.Sprintf("and %d more", len(list)-mostDetail))
	}
	return list
}

func (t *tx) liveMapping(route string) (*MappingVersion, error) {
	v, err := scanMapping(t.QueryRowContext(t.ctx, `SELECT `+mappingColumns+` FROM mappings WHERE route = $1 AND state = 'live'`, route))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &v, err
}

func (t *tx) insertMapping(v MappingContent) error {
	id, err := t.next("mappings")
	if err != nil {
		return err
	}
	changes, err := toList(v.Changes)
	if err != nil {
		return err
	}
	problems, err := toList(v.Problems)
	if err != nil {
		return err
	}
	body, err := packed(v.Body)
	if err != nil {
		return err
	}
	template, err := packed(v.TemplateBody)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO mappings (id, route, state, since, name, template, hash, file_hash, actor, author, changes, problems, size, body, template_body, acceptable, changed)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17)`, id, v.Route, v.State, t.at, v.Name, v.Template, v.Hash, v.FileHash, t.actor, v.Author,
		changes, problems, len(v.Body), body, template, v.Acceptable, v.Changed)
	return err
}

func packed(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.DefaultCompression)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(body)
	err = errors.Join(err, w.Close())
	return b.Bytes(), err
}

func unpacked(body []byte) ([]byte, error) { return io.ReadAll(flate.NewReader(bytes.NewReader(body))) }

// LiveMapping gives the version in force of a route with its content; false when there is none yet.
func (j *Journal) LiveMapping(ctx context.Context, route string) (MappingContent, bool, error) {
	return j.oneMapping(ctx, `route = $1 AND state = 'live'`, route)
}

// MappingBytes gives the version with a content hash, or the beginning of one (8 characters at least), whatever its state now: what a file says that it
// was made with can be loaded again. ErrNotFound when the journal has none.
func (j *Journal) MappingBytes(ctx context.Context, hash string) (MappingContent, error) {
	if len(hash) < 8 {
		return MappingContent{}, fmt.Errorf("mapping version %q: give at least 8 characters of its hash", hash)
	}
	hashes, err := list(ctx, j, `SELECT DISTINCT hash FROM mappings WHERE substr(hash, 1, $1) = $2 AND state <> 'refused' ORDER BY hash LIMIT 2`, []any{len(hash), hash}, func(rows *sql.Rows) (h string, err error) {
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
		err = fmt.Errorf("mapping version %s: %w", hash, ErrNotFound)
	}
	return v, err
}

func (j *Journal) oneMapping(ctx context.Context, where string, args ...any) (MappingContent, bool, error) {
	var c MappingContent
	var body, template []byte
	var err error
	c.MappingVersion, err = scanMapping(j.read.QueryRowContext(ctx, `SELECT `+mappingColumns+`, body, template_body FROM mappings WHERE `+where, args...), &body, &template)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	if err != nil {
		return c, false, fmt.Errorf("journal: read mapping: %w", err)
	}
	if c.Body, err = unpacked(body); err == nil {
		c.TemplateBody, err = unpacked(template)
	}
	if err != nil || digest(c.Body) != c.FileHash {
		return c, false, fmt.Errorf("journal: mapping %s of route %s is damaged (%w); restore the journal from a backup", c.Name, c.Route, errors.Join(err, errDigest))
	}
	return c, true, nil
}

// LiveMappings gives the version in force of each route, and beside it the refused one that waits for a person, where there is one.
func (j *Journal) LiveMappings(ctx context.Context) ([]MappingVersion, error) {
	return j.mappings(ctx, `state IN ('live','refused') ORDER BY route, state`)
}

// MappingVersions gives all versions of a route's mapping, the newest first.
func (j *Journal) MappingVersions(ctx context.Context, route string) ([]MappingVersion, error) {
	return j.mappings(ctx, `route = $1 ORDER BY id DESC`, route)
}

func (j *Journal) mappings(ctx context.Context, where string, args ...any) ([]MappingVersion, error) {
	return list(ctx, j, `SELECT `+mappingColumns+` FROM mappings WHERE `+where, args, func(rows *sql.Rows) (MappingVersion, error) { return scanMapping(rows) })
}

// MappingHistory gives the events about mappings, oldest first: what was put in force, refused or accepted, by whom, and which cells changed.
func (j *Journal) MappingHistory(ctx context.Context) ([]Event, error) {
	return list(ctx, j, `SELECT `+eventColumns+` FROM history
		WHERE event IN ('mapping in force', 'mapping refused', 'mapping accepted') ORDER BY seq`, nil, scanEvent)
}
