// Package companies is the part of a database that all companies share: which are published into it, by versions with who, when and why, who
// works for which just now, and what people did with them.
//
// It guarantees that a version is taken as a whole or not at all, that no two companies take the same documents of Concur, that of several nodes
// one gets a company that is due, by the database's clock, and that what an earlier claim says later counts for nothing.
package companies

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/postgres"
)

// States of a company. None: its journal lies in the database, and nobody has published it.
const (
	Active   = "active"
	Disabled = "disabled"
	Erased   = "erased"
)

// Book is the open part.
type Book struct {
	db      *sql.DB
	dialect *postgres.Dialect
}

// Open opens the part, and makes it when it is not there. The caller closes it.
func Open(ctx context.Context, s postgres.Server) (*Book, error) {
	db, err := postgres.OpenFleet(ctx, s)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(3)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return &Book{db, &postgres.Dialect{Server: s}}, nil
}

// People is the same part, for the console that all nodes show. The caller closes it.
func (b *Book) People(ctx context.Context) (*sql.DB, error) {
	db, err := postgres.OpenFleet(ctx, b.dialect.Server)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, nil
}

// Close closes it.
func (b *Book) Close() error { return b.db.Close() }

// Place is server and database, for people.
func (b *Book) Place() string { return b.dialect.Name(postgres.Fleet) }

// worded says what was done, and what is wrong with the server where something is.
func (b *Book) worded(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, ledger.Worded(b.dialect, err))
}

// in runs fn in a transaction: all of it is committed, or nothing.
func (b *Book) in(ctx context.Context, what string, fn func(*sql.Tx) error) error {
	t, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return b.worded(what, err)
	}
	if err := fn(t); err != nil {
		return errors.Join(b.worded(what, err), rollback(t))
	}
	return b.worded(what, t.Commit())
}

// rollback ends a transaction; one that a lost connection has ended already is ended.
func rollback(t *sql.Tx) error {
	_ = t.Rollback()
	return nil
}

// Company is where one company stands.
type Company struct {
	Name      string
	State     string
	Version   int64
	Published time.Time // the version in force
	Actor     string    // who published it
	Reason    string
	Due       time.Time
	Owner     string // who works for it now; empty: nobody
	Until     time.Time
	Failures  int64
	Summary   string // what its last pass left, as JSON
	SummaryAt time.Time
	Steps     []Step // of the pass that goes on, as far as they were told
}

const companyColumns = `SELECT c.company, c.state, c.version, v.at, COALESCE(v.actor, ''), COALESCE(v.reason, ''), c.due_at,
 CASE WHEN c.lease_until >= clock_timestamp() THEN c.owner ELSE '' END, c.lease_until, c.failures, c.summary, c.summary_at, CASE WHEN c.lease_until >= clock_timestamp() AND c.steps_claim = c.claim THEN c.steps ELSE '' END
 FROM companies c LEFT JOIN versions v ON v.company = c.company AND v.number = c.version`

// rows is what gives one row.
type row interface{ Scan(...any) error }

func scanCompany(r row) (c Company, err error) {
	var published, due, until, summary sql.NullTime
	var steps string
	err = r.Scan(&c.Name, &c.State, &c.Version, &published, &c.Actor, &c.Reason, &due, &c.Owner, &until, &c.Failures, &c.Summary, &summary, &steps)
	if steps != "" {
		_ = json.Unmarshal([]byte(steps), &c.Steps) // what cannot be read, as of a newer node, is not shown
	}
	c.Published, c.Due, c.Until, c.SummaryAt = published.Time, due.Time, until.Time, summary.Time
	return c, err
}

// List gives all companies that were ever published, by name.
func (b *Book) List(ctx context.Context) ([]Company, error) {
	list, err := all(ctx, b.db, scanCompany, companyColumns+` WHERE c.state <> '' ORDER BY c.company`)
	return list, b.worded("list the companies", err)
}

// Now is the moment by the database's clock, which says when companies are due.
func (b *Book) Now(ctx context.Context) (now time.Time, err error) {
	err = b.db.QueryRowContext(ctx, `SELECT clock_timestamp()`).Scan(&now)
	return now, b.worded("ask the database for its clock", err)
}

// NotFoundError is a company that was never published.
type NotFoundError struct {
	Company string
	Known   []string
}

// Error names it.
func (e *NotFoundError) Error() string {
	return fmt.Sprintf("company %q was never published here", e.Company)
}

// Find gives one company.
func (b *Book) Find(ctx context.Context, name string) (Company, error) {
	c, err := scanCompany(b.db.QueryRowContext(ctx, companyColumns+` WHERE c.company = $1 AND c.state <> ''`, name))
	if errors.Is(err, sql.ErrNoRows) {
		return c, b.notFound(ctx, name)
	}
	return c, b.worded("look at company "+name, err)
}

func (b *Book) notFound(ctx context.Context, name string) error {
	known, err := all(ctx, b.db, func(r row) (s string, err error) { return s, r.Scan(&s) }, `SELECT company FROM companies WHERE state IN ('active', 'disabled') ORDER BY company LIMIT 1000`)
	return errors.Join(&NotFoundError{name, known}, b.worded("list the companies", err))
}

// Act is what a person did with a company.
type Act struct {
	At                 time.Time
	Actor, Act, Reason string
	Detail             string
}

// Acts gives what people did with a company, the oldest first.
func (b *Book) Acts(ctx context.Context, name string) ([]Act, error) {
	list, err := all(ctx, b.db, func(r row) (a Act, err error) { return a, r.Scan(&a.At, &a.Actor, &a.Act, &a.Reason, &a.Detail) },
		`SELECT at, actor, act, reason, detail FROM acts WHERE company = $1 ORDER BY id`, name)
	return list, b.worded("read what was done with company "+name, err)
}

func act(ctx context.Context, t *sql.Tx, name string, w Who, what, detail string) error {
	_, err := t.ExecContext(ctx, `INSERT INTO acts (company, actor, act, reason, detail) VALUES ($1, $2, $3, $4, $5)`, name, w.Actor, what, w.Reason, detail)
	return err
}

// Who does something, and why.
type Who struct{ Actor, Reason string }

type asker interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// all reads all rows of a query.
func all[T any](ctx context.Context, db asker, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
