package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/migrations"
)

// Fleet is the schema that all companies of a database share.
const Fleet = "fisbridge_fleet"

// Dialect is PostgreSQL, for one journal that is opened. The path of a journal is the name of its schema.
type Dialect struct {
	Server Server
	// Head is the file of this machine in which the newest point of the history is noted; empty: none is.
	Head string
	// Holder is who works for the company while the journal is open, such as "node1:/srv/bridge": Open takes the lease for it. Empty: it is
	// opened without one, for what people do beside a run.
	Holder string
	// Claim, of a node, must still be in force when the lease is taken; none: the company is active, or was never published.
	Claim Claim
	// Disabled: the lease of a company that is disabled may be taken, too, to take its journal along.
	Disabled bool

	fence atomic.Int64 // that of the lease; 0: none is held
	lease *lease
}

// Claim is the right of a node to make one pass for a company with one of its versions.
type Claim struct{ Number, Version int64 }

var _ ledger.Dialect = (*Dialect)(nil)

// schemaName is what a schema may be called: what needs no quotes anywhere.
var schemaName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// CheckSchema refuses a name that a journal's schema may not have.
func CheckSchema(name string) error {
	switch {
	case !schemaName.MatchString(name):
		return errors.New("is not a name of small letters, digits and _ that begins with a letter, at most 63 long")
	case name == Fleet, name == "public", name == "information_schema", strings.HasPrefix(name, "pg_"):
		return errors.New("is a schema with another purpose")
	}
	return nil
}

// Migrations are those of all databases, in PostgreSQL's words.
func (*Dialect) Migrations() (goose.Dialect, fs.FS) {
	return goose.DialectPostgres, migrations.Postgres()
}

// Name tells schema, server and database.
func (d *Dialect) Name(path string) string { return path + " at " + d.Server.place() }

// Note is a file of this machine's working folder.
func (d *Dialect) Note(string) string { return d.Head }

// Keeps no statements: a prepared one belongs to a connection, and a pooler may give each transaction another one.
func (*Dialect) Keeps() bool { return false }

// Unguarded: nothing is kept for a statement alone.
func (*Dialect) Unguarded(query string) string { return query }

// Cluster asks for the server's identity, the numbers of database, schema and history, which are new where data were put in anew, and the timeline,
// which is new after each restore to a point in time and after each change of the server that writes.
func (*Dialect) Cluster(ctx context.Context, r ledger.Reader) (c ledger.Cluster, err error) {
	var standby bool
	err = r.QueryRowContext(ctx, `SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || (SELECT oid FROM pg_database WHERE datname = current_database()) || '/' ||
 (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) || '/' || 'history'::regclass::oid, pg_is_in_recovery()`).Scan(&c.ID, &standby)
	if err != nil {
		return c, fmt.Errorf("ask the server who it is: %w", err)
	}
	if standby { // it has none of its own yet
		return c, nil
	}
	if err = r.QueryRowContext(ctx, `SELECT SUBSTR(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)`).Scan(&c.Timeline); err != nil {
		return c, fmt.Errorf("ask the server for its timeline: %w", err)
	}
	return c, nil
}

// Open opens a schema, and makes it when it is not there.
func (d *Dialect) Open(path string) (write, readers *sql.DB, err error) {
	if err := CheckSchema(path); err != nil {
		return nil, nil, fmt.Errorf("schema %q %w", path, err)
	}
	if write, err = d.Server.open(path, false); err != nil {
		return nil, nil, err
	}
	write.SetMaxOpenConns(1)
	write.SetConnMaxIdleTime(time.Minute)
	if err := d.ensure(context.Background(), write, path); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	if readers, err = d.Server.open(path, false); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	readers.SetMaxOpenConns(4)
	readers.SetConnMaxIdleTime(time.Minute)
	if d.Holder != "" {
		if d.lease, err = take(context.Background(), d, path); err != nil {
			return nil, nil, errors.Join(err, write.Close(), readers.Close())
		}
		d.fence.Store(d.lease.fence)
	}
	return write, readers, nil
}

// There looks for the tables of a schema.
func (d *Dialect) There(path string) (err error) {
	if err := CheckSchema(path); err != nil {
		return fmt.Errorf("open journal %s: schema %q %w", d.Name(path), path, err)
	}
	db, err := d.Server.open(path, true)
	if err != nil {
		return fmt.Errorf("open journal %s: %w", d.Name(path), err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var there bool
	err = db.QueryRowContext(context.Background(), `SELECT to_regclass($1) IS NOT NULL`, path+".history").Scan(&there)
	switch {
	case err != nil:
		return fmt.Errorf("open journal %s: %w", d.Name(path), ledger.Worded(d, err))
	case !there:
		return fmt.Errorf("open journal %s: %w", d.Name(path), ledger.ErrNoJournal)
	}
	return nil
}

// OpenToRead opens a schema for looking; on a standby, too.
func (d *Dialect) OpenToRead(path string, _ bool) (*sql.DB, error) {
	db, err := d.Server.open(path, true)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	db.SetConnMaxIdleTime(time.Minute)
	return db, nil
}

// Alone holds a lock of the database until it is given back, in a transaction of its own, for a pooler keeps no session.
func (d *Dialect) Alone(ctx context.Context, path string) (unlock func(), err error) {
	db, err := d.Server.open(path, false)
	if err != nil {
		return nil, err
	}
	t, err := alone(ctx, db, path)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("wait for another process that opens it: %w", err), db.Close())
	}
	return func() { _, _ = t.Rollback(), db.Close() }, nil
}

// alone takes the lock of a name to the end of the transaction. What it keeps others from may take its time.
func alone(ctx context.Context, db *sql.DB, name string) (*sql.Tx, error) {
	t, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	var done string
	for _, query := range []string{
		`SELECT set_config('idle_in_transaction_session_timeout', '0', true)`, `SELECT set_config('lock_timeout', '10min', true)`,
	} {
		if err := t.QueryRowContext(ctx, query).Scan(&done); err != nil {
			return nil, errors.Join(err, t.Rollback())
		}
	}
	if err := t.QueryRowContext(ctx, `SELECT pg_advisory_xact_lock(hashtext('fisbridge'), hashtext($1))::text`, name).Scan(&done); err != nil {
		return nil, errors.Join(err, t.Rollback())
	}
	return t, nil
}

// Begin begins by locking the company's row: it waits there until it is the only one that writes. The program that holds a lease sees there
// whether it holds it still.
func (d *Dialect) Begin(ctx context.Context, write *sql.DB) (*sql.Tx, error) {
	t, err := d.begin(ctx, write)
	if troubleOf(err) == ledger.TroubleAway { // the server has ended a connection that waited: nothing was done in it
		return d.begin(ctx, write)
	}
	return t, err
}

func (d *Dialect) begin(ctx context.Context, write *sql.DB) (*sql.Tx, error) {
	t, err := write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	query, args := `SELECT fence FROM `+Fleet+`.companies WHERE company = current_schema() FOR NO KEY UPDATE`, []any{}
	fence := d.fence.Load()
	if fence > 0 {
		query, args = `SELECT fence FROM `+Fleet+`.companies WHERE company = current_schema() AND fence = $1 FOR NO KEY UPDATE`, []any{fence}
	}
	var now int64
	err = t.QueryRowContext(ctx, query, args...).Scan(&now)
	switch {
	case err == nil:
		return t, nil
	case errors.Is(err, sql.ErrNoRows) && fence > 0:
		d.lease.gone()
		err = ledger.ErrLost
	case errors.Is(err, sql.ErrNoRows):
		err = errors.New("its company has no row in " + Fleet + ".companies: it was erased")
	}
	return nil, errors.Join(err, t.Rollback())
}

// Statement is watched: it may wait for the server, or for the line to it.
func (*Dialect) Statement(ctx context.Context) context.Context { return ctx }

// BeginSnapshot is a transaction that reads one instant.
func (*Dialect) BeginSnapshot(ctx context.Context, readers *sql.DB) (*sql.Tx, error) {
	return readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
}

// Places writes `($1, …), ($n, …)`.
func (*Dialect) Places(rows, columns int) string {
	var out strings.Builder
	for n := range rows * columns {
		switch {
		case n == 0:
			out.WriteString("(")
		case n%columns == 0:
			out.WriteString("),(")
		default:
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, "$%d", n+1)
	}
	return out.String() + ")"
}

// ErrOwnBackups says that a server makes the copies of its databases itself.
var ErrOwnBackups = errors.New("the journal is in PostgreSQL, whose own backups hold it")

// Copy is refused.
func (*Dialect) Copy(context.Context, *sql.DB, string) (*sql.DB, error) { return nil, ErrOwnBackups }

// EmptyLog: what was overwritten stands in dead rows until the server's vacuum, and in its write-ahead log as long as the server's
// archive keeps that.
func (*Dialect) EmptyLog(context.Context, *sql.DB) error { return nil }

// Tables are those of the schema.
func (*Dialect) Tables(ctx context.Context, r ledger.Reader) ([]string, error) {
	return ledger.Names(ctx, r, `SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`)
}

// Intact: the server checks its pages itself, where it was made with checksums.
func (*Dialect) Intact(context.Context, ledger.Reader) error { return nil }

// ensure makes the shared schema, the company's row and its schema where they are not there.
func (d *Dialect) ensure(ctx context.Context, db *sql.DB, path string) error {
	if done, err := ensured(ctx, db, path); done || err != nil {
		return err
	}
	if err := mayMakeRow(ctx, db, path); err != nil {
		return err
	}
	if err := makeSchemas(ctx, db, nil, Fleet); err != nil {
		return err
	}
	if err := d.row(ctx, db, path); err != nil {
		return err
	}
	return makeSchemas(ctx, db, func(t *sql.Tx) error { // whoever erases it now waits for the row
		var erased bool
		err := t.QueryRowContext(ctx, `SELECT state = 'erased' FROM `+Fleet+`.companies WHERE company = $1 FOR NO KEY UPDATE`, path).Scan(&erased)
		if err == nil && erased {
			err = &ledger.ClosedError{Company: path, Erased: true}
		}
		return err
	}, path)
}

// mayMakeRow refuses a role of one company whose row is not there yet: it is the fleet's user who makes it.
func mayMakeRow(ctx context.Context, db *sql.DB, path string) error {
	const table = Fleet + ".companies"
	e := &ledger.UnknownError{Company: path, Table: table}
	var there, may bool
	err := db.QueryRowContext(ctx, `SELECT current_user, COALESCE(has_table_privilege(to_regclass($1), 'SELECT'), FALSE), COALESCE(has_table_privilege(to_regclass($1), 'INSERT'), TRUE)`, table).Scan(&e.User, &there, &may)
	if err != nil || !there || may {
		return err
	}
	if err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM `+table+` WHERE company = $1)`, path).Scan(&there); err != nil || there {
		return err
	}
	return e
}

// row makes the company's row where it is not there.
func (d *Dialect) row(ctx context.Context, db *sql.DB, path string) error {
	unlock, err := d.Alone(ctx, Fleet)
	if err != nil {
		return err
	}
	defer unlock()
	if err := migrateFleet(ctx, d.Server); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `INSERT INTO `+Fleet+`.companies (company) VALUES ($1) ON CONFLICT DO NOTHING`, path)
	return err
}

// makeSchemas makes those that are not there, unless may, which is asked in the same transaction, refuses.
func makeSchemas(ctx context.Context, db *sql.DB, may func(*sql.Tx) error, names ...string) error {
	t, err := alone(ctx, db, Fleet) // of two that make one at once one waits
	if err != nil {
		return err
	}
	defer t.Rollback() //nolint:errcheck // after the commit it does nothing
	if may != nil {
		if err := may(t); err != nil {
			return err
		}
	}
	for _, name := range names {
		var there bool // made by an administrator, or before; asked of the table, for what a session remembers of names may be older than the lock
		if err := t.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)`, name).Scan(&there); err != nil {
			return err
		}
		if there {
			continue
		}
		if _, err := t.ExecContext(ctx, `CREATE SCHEMA `+name); err != nil {
			return fmt.Errorf("make schema %s: %w", name, err)
		}
	}
	return t.Commit()
}

func ensured(ctx context.Context, db *sql.DB, path string) (done bool, err error) {
	var schema bool
	err = db.QueryRowContext(ctx, `SELECT to_regnamespace($1) IS NOT NULL, EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('`+Fleet+`.companies') AND attname = 'state')`, path).Scan(&schema, &done)
	if err != nil || !done { // the table is of an older program, or not there
		return false, err
	}
	var state string
	err = db.QueryRowContext(ctx, `SELECT state FROM `+Fleet+`.companies WHERE company = $1`, path).Scan(&state)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err == nil && state == "erased":
		return false, &ledger.ClosedError{Company: path, Erased: true}
	}
	return schema, err
}

// OpenFleet opens the schema that all companies share, made and brought to the newest version where it is not.
func OpenFleet(ctx context.Context, s Server) (_ *sql.DB, err error) {
	d := &Dialect{Server: s}
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", d.Name(Fleet), ledger.Worded(d, err))
		}
	}()
	db, err := s.open(Fleet, false)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	if err := makeSchemas(ctx, db, nil, Fleet); err != nil {
		return nil, err
	}
	unlock, err := d.Alone(ctx, Fleet)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return db, migrateFleet(ctx, s)
}

// migrateFleet brings the shared schema to the newest version.
func migrateFleet(ctx context.Context, s Server) (err error) {
	db, err := s.open(Fleet, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	p, err := goose.NewProvider(goose.DialectPostgres, db, migrations.Fleet(), goose.WithSlog(ledger.Silent()))
	if err != nil {
		return fmt.Errorf("prepare the schema %s: %w", Fleet, err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the schema %s to the newest version: %w", Fleet, err)
	}
	return nil
}
