// Package versions keeps what was in force for each route, and what was refused in its place: versions of mappings with
// their templates, each change of them in the history.
package versions

import (
	"bytes"
	"compress/flate"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// Versions keeps the versions of mappings in a journal.
type Versions struct{ *ledger.Ledger }

func (j *Versions) in(ctx context.Context, what string, fn func(*tx) error) error {
	return ledger.In(ctx, j.Ledger, what, func(t *ledger.Tx) error { return fn(&tx{t}) })
}

// tx is one transaction, with the steps that are made of versions.
type tx struct{ *ledger.Tx }

// mostDetail is how many changes or problems a history row names; the version itself has all of them.
const mostDetail = 100

func toList(list []string) (string, error) {
	if len(list) == 0 {
		return "", nil
	}
	text, err := json.Marshal(list)
	return string(text), err
}

// PutMappingLive makes a version the one in force for its route: the former one stays for explaining, and what was refused is forgotten but in the
// history. A version that is live already is left as it is.
func (j *Versions) PutMappingLive(ctx context.Context, v records.MappingContent) error {
	return j.in(ctx, "put mapping "+v.Name+" in force", func(t *tx) error {
		former, err := t.liveMapping(v.Route)
		if err != nil {
			return err
		}
		if former != nil && former.Hash == v.Hash && former.FileHash == v.FileHash {
			return t.forgetRefused(v.Route)
		}
		if _, err := t.Exec(`UPDATE mappings SET state = 'former' WHERE route = $1 AND state = 'live'`, v.Route); err != nil {
			return err
		}
		if err := t.forgetRefused(v.Route); err != nil {
			return err
		}
		v.State = records.MappingLive
		if err := t.insertMapping(v); err != nil {
			return err
		}
		d := ledger.Detail{"mapping": v.Name, "template": v.Template, "mapping_hash": v.Hash}
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
		return t.Event("mapping in force", ledger.About{Others: ledger.OfTheRoute(v.Route)}, d)
	})
}

// RefuseMapping notes that what lies in the place of a route's mapping, or its template, does not go live, once for each content. It reports whether that
// is news; the problems of a version that is known are renewed, for what it would hold depends on the documents.
func (j *Versions) RefuseMapping(ctx context.Context, v records.MappingVersion) (news bool, err error) {
	err = j.in(ctx, "refuse mapping "+v.Name, func(t *tx) error {
		const same = `route = $1 AND state = 'refused' AND file_hash = $2 AND hash = $3 AND acceptable = $4 AND changed = $5`
		n, err := t.Count(`SELECT COUNT(*) FROM mappings WHERE `+same, v.Route, v.FileHash, v.Hash, ledger.Flag(v.Acceptable), v.Changed)
		if news = n == 0; err != nil || !news {
			return errors.Join(err, t.renewProblems(`UPDATE mappings SET problems = $6 WHERE problems <> $6 AND `+same, v))
		}
		if err := t.forgetRefused(v.Route); err != nil {
			return err
		}
		v.State = records.MappingRefused
		if err := t.insertMapping(records.MappingContent{MappingVersion: v}); err != nil {
			return err
		}
		d := ledger.Detail{"mapping": v.Name, "problems": firstOf(v.Problems)}
		if v.Changed != "" {
			d["changed"] = v.Changed
		}
		if v.Author != "" {
			d["saved_by"] = v.Author
		}
		return t.Event("mapping refused", ledger.About{Others: ledger.OfTheRoute(v.Route)}, d)
	})
	return news, err
}

func (t *tx) renewProblems(query string, v records.MappingVersion) error {
	problems, err := toList(v.Problems)
	if err != nil {
		return err
	}
	n, err := t.Exec(query, v.Route, v.FileHash, v.Hash, ledger.Flag(v.Acceptable), v.Changed, problems)
	if err != nil || n == 0 {
		return err
	}
	return t.Event("mapping refused for other problems", ledger.About{Others: ledger.OfTheRoute(v.Route)}, ledger.Detail{"mapping": v.Name, "problems": firstOf(v.Problems)})
}

// AcceptMapping takes down that a person wants a version of a route's mapping to go live in spite of what it changes. The hash is that of its content and tests:
// a workbook that is edited again must be accepted again. An acceptance that is there already is left as it is. The version does not wait
// for a person any more: the next run puts it in force.
func (j *Versions) AcceptMapping(ctx context.Context, route, hash, reason string, problems []string) error {
	if strings.TrimSpace(reason) == "" {
		return errors.New("a reason is needed")
	}
	return j.in(ctx, "accept mapping", func(t *tx) error {
		n, err := t.Exec(`INSERT INTO accepted_mappings (route, hash, at, actor, reason) VALUES ($1,$2,$3,$4,$5) ON CONFLICT (route, hash) DO NOTHING`, route, hash, t.At, t.Actor, reason)
		if err != nil || n == 0 {
			return err
		}
		if err := t.forgetRefused(route); err != nil {
			return err
		}
		return t.Event("mapping accepted", ledger.About{Others: ledger.OfTheRoute(route)}, ledger.Detail{"mapping_hash": hash, "reason": reason, "problems": firstOf(problems)})
	})
}

// ForgetRefused notes that the file in the place of a route's mapping is the live version again.
func (j *Versions) ForgetRefused(ctx context.Context, route string) error {
	return j.in(ctx, "forget refused mapping", func(t *tx) error { return t.forgetRefused(route) })
}

func (t *tx) forgetRefused(route string) error {
	gone, err := t.Changed(`DELETE FROM mappings WHERE route = $1 AND state = 'refused'`, route)
	if err != nil || len(gone) == 0 {
		return err
	}
	return t.Event("refused mapping gone", ledger.About{Others: ledger.OfTheRoute(route)}, ledger.Detail{"mapping": gone[0].Text("name")})
}

func firstOf(list []string) []string {
	if len(list) > mostDetail {
		return append(list[:mostDetail:mostDetail], fmt.Sprintf("and %d more", len(list)-mostDetail))
	}
	return list
}

func (t *tx) liveMapping(route string) (*records.MappingVersion, error) {
	v, err := records.ScanMapping(t.QueryRowContext(t.Ctx, `SELECT `+records.MappingColumns+` FROM mappings WHERE route = $1 AND state = 'live'`, route))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &v, err
}

func (t *tx) insertMapping(v records.MappingContent) error {
	id, err := t.Next("mappings")
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
	_, err = t.Exec(`INSERT INTO mappings (id, route, state, since, name, template, hash, file_hash, actor, author, changes, problems, size, body, template_body, acceptable, changed)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17)`, id, v.Route, v.State, t.At, v.Name, v.Template, v.Hash, v.FileHash, t.Actor, v.Author,
		changes, problems, len(v.Body), body, template, ledger.Flag(v.Acceptable), v.Changed)
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
