package companies

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Consumer is whose documents of Concur a company takes: by the journal's rules one for each.
type Consumer struct{ CompanyUUID, SystemID, DocType string }

// Content is what a version holds: files, and secrets that are sealed for the nodes.
type Content struct {
	Hash           string // of Files
	Files, Secrets []byte
	Consumers      []Consumer
}

// Version is one published state of a company.
type Version struct {
	Number        int64
	At            time.Time
	Actor, Reason string
	Hash          string
	Of            int64 // the version whose content it has; 0: a content of its own
	InForce       bool
}

// ErasedError is a company that was erased.
type ErasedError struct{ Company string }

// Error says that its name is used up.
func (e *ErasedError) Error() string {
	return "company " + e.Company + " was erased; its name is not given again"
}

// TakenError is a document type that another company takes already.
type TakenError struct {
	Consumer
	By string
}

// Error names both.
func (e *TakenError) Error() string {
	return fmt.Sprintf("company %s takes the %s documents of Concur company %s for system_id %s already: both would send each of them", e.By, e.DocType, e.CompanyUUID, e.SystemID)
}

// OtherError is a content that belongs to another Concur company than the versions before.
type OtherError struct{ Company, Was, Is string }

// Error names both.
func (e *OtherError) Error() string {
	return fmt.Sprintf("company %s has the documents of Concur company %s, and this folder is for %s", e.Company, e.Was, e.Is)
}

// lock locks a company's row, which is made where it is not there.
func lock(ctx context.Context, t *sql.Tx, name string) (state string, version int64, err error) {
	if _, err := t.ExecContext(ctx, `INSERT INTO companies (company) VALUES ($1) ON CONFLICT DO NOTHING`, name); err != nil {
		return "", 0, err
	}
	err = t.QueryRowContext(ctx, `SELECT state, version FROM companies WHERE company = $1 FOR NO KEY UPDATE`, name).Scan(&state, &version)
	if err == nil && state == Erased {
		err = &ErasedError{name}
	}
	return state, version, err
}

// Name makes the row of a company that is to be published, where it is not there: a role of its own, called as the company, may not. One that was erased is refused.
func (b *Book) Name(ctx context.Context, name string) error {
	return b.in(ctx, "publish company "+name, func(t *sql.Tx) error {
		_, _, err := lock(ctx, t, name)
		return err
	})
}

// Publish takes a content as the next version of a company, and puts it in force. A company that is disabled stays so.
func (b *Book) Publish(ctx context.Context, name string, c Content, w Who) (v Version, state string, err error) {
	err = b.in(ctx, "publish company "+name, func(t *sql.Tx) error {
		was, _, err := lock(ctx, t, name)
		if err != nil {
			return err
		}
		if state = was; state == "" {
			state = Active
		}
		if err := consume(ctx, t, name, c.Consumers); err != nil {
			return err
		}
		v, err = put(ctx, t, name, state, c, w, 0)
		return err
	})
	return v, state, err
}

// put adds a version and puts it in force.
func put(ctx context.Context, t *sql.Tx, name, state string, c Content, w Who, of int64) (v Version, err error) {
	v = Version{Actor: w.Actor, Reason: w.Reason, Hash: c.Hash, Of: of, InForce: true}
	err = t.QueryRowContext(ctx, `INSERT INTO versions (company, number, actor, reason, hash, of_version, files, secrets)
 SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6, $7 FROM versions WHERE company = $1 RETURNING number, at`,
		name, w.Actor, w.Reason, c.Hash, of, c.Files, c.Secrets).Scan(&v.Number, &v.At)
	if err != nil {
		return v, err
	}
	if _, err := t.ExecContext(ctx, `UPDATE companies SET state = $2, version = $3, due_at = clock_timestamp(), failures = 0 WHERE company = $1`, name, state, v.Number); err != nil {
		return v, err
	}
	what := "published"
	if of > 0 {
		what = "reverted"
	}
	return v, act(ctx, t, name, w, what, fmt.Sprintf("version %d", v.Number))
}

// consume keeps whose documents a company takes.
func consume(ctx context.Context, t *sql.Tx, name string, list []Consumer) error {
	var was string
	err := t.QueryRowContext(ctx, `SELECT company_uuid FROM consumers WHERE company = $1 LIMIT 1`, name).Scan(&was)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if was != "" && len(list) > 0 && !strings.EqualFold(list[0].CompanyUUID, was) {
		return &OtherError{name, was, list[0].CompanyUUID}
	}
	if _, err := t.ExecContext(ctx, `DELETE FROM consumers WHERE company = $1`, name); err != nil {
		return err
	}
	for _, c := range list {
		c.CompanyUUID = strings.ToLower(c.CompanyUUID) // Concur takes it in letters of either case
		r, err := t.ExecContext(ctx, `INSERT INTO consumers (company_uuid, system_id, doc_type, company) SELECT $1, $2, $3, $4
 WHERE NOT EXISTS (SELECT FROM consumers WHERE LOWER(company_uuid) = $1 AND system_id = $2 AND doc_type = $3) ON CONFLICT DO NOTHING`, c.CompanyUUID, c.SystemID, c.DocType, name)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); n > 0 || err != nil {
			continue
		}
		taken := &TakenError{Consumer: c}
		if err := t.QueryRowContext(ctx, `SELECT company FROM consumers WHERE LOWER(company_uuid) = $1 AND system_id = $2 AND doc_type = $3`, c.CompanyUUID, c.SystemID, c.DocType).Scan(&taken.By); err != nil {
			return err
		}
		return taken
	}
	return nil
}

// Versions gives those of a company, the newest first.
func (b *Book) Versions(ctx context.Context, name string) ([]Version, error) {
	list, err := all(ctx, b.db, func(r row) (v Version, err error) {
		return v, r.Scan(&v.Number, &v.At, &v.Actor, &v.Reason, &v.Hash, &v.Of, &v.InForce)
	}, `SELECT v.number, v.at, v.actor, v.reason, v.hash, v.of_version, v.number = c.version FROM versions v JOIN companies c USING (company) WHERE v.company = $1 ORDER BY v.number DESC`, name)
	return list, b.worded("read the versions of company "+name, err)
}

// Content gives what a version holds.
func (b *Book) Content(ctx context.Context, name string, number int64) (c Content, err error) {
	err = b.db.QueryRowContext(ctx, `SELECT hash, files, secrets FROM versions WHERE company = $1 AND number = $2`, name, number).Scan(&c.Hash, &c.Files, &c.Secrets)
	if errors.Is(err, sql.ErrNoRows) {
		return c, fmt.Errorf("company %s has no version %d", name, number)
	}
	return c, b.worded(fmt.Sprintf("read version %d of company %s", number, name), err)
}

// ErrNoVersionBefore says that there is nothing to go back to.
var ErrNoVersionBefore = errors.New("there is no version before the one in force")

// Revert puts the content of an earlier version in force, as a new version. consumers finds out of the content whose documents it takes. to 0: the one
// before the one in force.
func (b *Book) Revert(ctx context.Context, name string, to int64, w Who, consumers func(Content) ([]Consumer, error)) (v Version, of int64, err error) {
	err = b.in(ctx, "revert company "+name, func(t *sql.Tx) error {
		state, now, err := lock(ctx, t, name)
		if err != nil {
			return err
		}
		if of = to; of == 0 {
			if of, err = before(ctx, t, name, now); err != nil {
				return err
			}
		}
		var c Content
		err = t.QueryRowContext(ctx, `SELECT hash, files, secrets FROM versions WHERE company = $1 AND number = $2`, name, of).Scan(&c.Hash, &c.Files, &c.Secrets)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return fmt.Errorf("it has no version %d", of)
		case err != nil:
			return err
		case of == now:
			return fmt.Errorf("version %d is in force already", of)
		}
		if c.Consumers, err = consumers(c); err != nil {
			return fmt.Errorf("version %d: %w", of, err)
		}
		if err := consume(ctx, t, name, c.Consumers); err != nil {
			return err
		}
		v, err = put(ctx, t, name, state, c, w, of)
		return err
	})
	return v, of, err
}

// before is the newest version with another content than the one in force, as that was published first.
func before(ctx context.Context, t *sql.Tx, name string, now int64) (of int64, err error) {
	err = t.QueryRowContext(ctx, `SELECT COALESCE(MAX(number), 0) FROM versions WHERE company = $1 AND of_version = 0 AND number < (SELECT CASE WHEN of_version > 0 THEN of_version ELSE number END FROM versions WHERE company = $1 AND number = $2)`, name, now).Scan(&of)
	if err == nil && of == 0 {
		err = ErrNoVersionBefore
	}
	return of, err
}
