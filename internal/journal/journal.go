// Package journal is the database of fisbridge: states now, and an append-only history of how they came to be.
//
// It guarantees what DESIGN calls the promises of the journal, as far as a database can: a payload is committed before its
// acknowledgement is sent; each step that changes the world outside is an intention, then an act, then an outcome, each in a
// transaction of its own; an import file's bytes, number and totals are fixed in the transaction that puts documents into it; a
// document is in at most one import file that was not withdrawn. One method is one transition is one transaction with one time.
//
// The transitions stand here, one file a subject. Below are rooms of their own, whose words others use too, but whose database they do not:
// ledger (what every transaction does: the chained history, the seals of rows, the changes that must be told, and how the database is
// opened), records (what stands in the tables, as types, and every question that changes nothing), matching (what an answer means),
// whose (the documents that a payment may be of), versions (of mappings), telling (what people were told), runs, folders (of result files), home (where a journal
// lives), tokens and retention (what ages out). SQL stays in these and is written for SQLite and PostgreSQL alike; what differs between databases is a ledger.Dialect: sqlite and postgres. A Place says in which one a journal lies.
package journal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/changes"
	"github.com/fisbridge/fisbridge/internal/journal/confirmed"
	"github.com/fisbridge/fisbridge/internal/journal/folders"
	"github.com/fisbridge/fisbridge/internal/journal/hearing"
	"github.com/fisbridge/fisbridge/internal/journal/home"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/postgres"
	"github.com/fisbridge/fisbridge/internal/journal/receipts"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/retention"
	"github.com/fisbridge/fisbridge/internal/journal/runs"
	"github.com/fisbridge/fisbridge/internal/journal/sqlite"
	"github.com/fisbridge/fisbridge/internal/journal/stops"
	"github.com/fisbridge/fisbridge/internal/journal/telling"
	"github.com/fisbridge/fisbridge/internal/journal/tokens"
	"github.com/fisbridge/fisbridge/internal/journal/versions"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// Journal is an open database. Its methods may be called from several goroutines.
type Journal struct {
	*ledger.Ledger
	*records.Records
	*home.Home
	*tokens.Tokens
	*retention.Retention
	*runs.Runs
	*folders.Folders
	*receipts.Receipts
	*hearing.Hearing
	*versions.Versions
	*changes.Changes
	*telling.Telling
	*stops.Stops
	*confirmed.Confirmed
}

// Database is a kind of database that journals are kept in.
type Database struct{ Dialect ledger.Dialect }

// linked is the database of a file.
var linked = Database{sqlite.Dialect{}}

// of makes a journal of its database.
func of(l *ledger.Ledger) *Journal {
	return &Journal{l, &records.Records{Ledger: l}, &home.Home{Ledger: l}, &tokens.Tokens{Ledger: l}, &retention.Retention{Ledger: l}, &runs.Runs{Ledger: l}, &folders.Folders{Ledger: l}, &receipts.Receipts{Ledger: l},
		&hearing.Hearing{Ledger: l}, &versions.Versions{Ledger: l}, &changes.Changes{Ledger: l}, &telling.Telling{Ledger: l}, &stops.Stops{Ledger: l}, &confirmed.Confirmed{Ledger: l}}
}

// Open opens the SQLite file, makes it when it is not there, and brings it to the newest version. The actor names who acts in
// history rows ("fisbridge run", a person). Network paths are refused: SQLite's locks do not hold there.
func Open(ctx context.Context, path string, now func() time.Time, actor string) (*Journal, error) {
	return linked.Open(ctx, path, now, actor)
}

// OpenBeside opens a journal to change it while a run may work on it: it makes no file and changes no tables. A file that is not there is
// ErrNoJournal, tables of an older program are ErrOlder.
func OpenBeside(ctx context.Context, path string, now func() time.Time, actor string) (*Journal, error) {
	return linked.OpenBeside(ctx, path, now, actor)
}

// OpenRead opens a journal for looking only: nothing is written, nothing is migrated, no lock of ours is needed, and every method that
// would change something fails. A file that is not there is ErrNoJournal.
func OpenRead(ctx context.Context, path string, now func() time.Time) (*Journal, error) {
	return linked.OpenRead(ctx, path, now)
}

// OpenCopy opens a journal that no process works on, a backup, without leaving any file beside it.
func OpenCopy(ctx context.Context, path string, now func() time.Time) (*Journal, error) {
	return opened(ledger.OpenRead(ctx, linked.Dialect, path, now, true))
}

// Place says where a journal lies: a file of this machine, or a schema of a PostgreSQL server.
type Place struct {
	// Path is the SQLite file.
	Path string
	// URL, in place of a path, is a PostgreSQL database without a password: postgres://user@host:port/database. Schema is the company's
	// part of it, Password where the password is, Head the file of this machine in which the newest point of the history is noted.
	URL, Schema, Head string
	Password          secret.Secret
	// Holder is who works for the company while the journal is open; a journal in a server is then nobody else's (*ledger.TakenError). Empty: it is
	// opened for what people do beside a run.
	Holder string
	// Claim and Version are those of a node's claim, which must still be in force when the work is taken (ledger.ErrClaimOver). 0: nobody has claimed it.
	Claim, Version int64
	// Disabled: a journal whose company is disabled may be taken, too (else *ledger.ClosedError).
	Disabled bool
}

// Served tells whether the journal lies in a server.
func (p Place) Served() bool { return p.URL != "" }

// in is the kind of database, and what it calls the journal. Each journal that is opened in a server has a dialect of its own, which keeps
// the lease.
func (p Place) in() (Database, string) {
	if p.Served() {
		return Database{&postgres.Dialect{Server: postgres.Server{URL: p.URL, Password: p.Password}, Head: p.Head, Holder: p.Holder,
			Claim: postgres.Claim{Number: p.Claim, Version: p.Version}, Disabled: p.Disabled}}, p.Schema
	}
	return linked, p.Path
}

// Open is the function Open for a place.
func (p Place) Open(ctx context.Context, now func() time.Time, actor string) (*Journal, error) {
	d, path := p.in()
	return d.Open(ctx, path, now, actor)
}

// OpenBeside is the function OpenBeside for a place.
func (p Place) OpenBeside(ctx context.Context, now func() time.Time, actor string) (*Journal, error) {
	p.Holder = ""
	d, path := p.in()
	return d.OpenBeside(ctx, path, now, actor)
}

// OpenRead is the function OpenRead for a place.
func (p Place) OpenRead(ctx context.Context, now func() time.Time) (*Journal, error) {
	p.Holder = ""
	d, path := p.in()
	return d.OpenRead(ctx, path, now)
}

// Probe looks whether the server answers, and what its user may do there.
func (p Place) Probe(ctx context.Context) (postgres.Facts, error) {
	return postgres.Probe(ctx, postgres.Server{URL: p.URL, Password: p.Password}, p.Schema)
}

// There is ErrNoJournal when there is no journal yet.
func (p Place) There() error {
	d, path := p.in()
	return d.Dialect.There(path)
}

// Open is Open in this kind of database.
func (d Database) Open(ctx context.Context, path string, now func() time.Time, actor string) (*Journal, error) {
	l, err := ledger.Open(ctx, d.Dialect, path, now, actor, func(l *ledger.Ledger) error { return of(l).SettleIn(ctx) })
	if err != nil {
		return nil, err
	}
	j := of(l)
	if err := errors.Join(j.fill(ctx), j.fillAlso(ctx)); err != nil {
		return nil, errors.Join(fmt.Errorf("open journal %s: %w", d.Dialect.Name(path), err), j.Close())
	}
	return j, nil
}

// OpenBeside is OpenBeside in this kind of database.
func (d Database) OpenBeside(ctx context.Context, path string, now func() time.Time, actor string) (*Journal, error) {
	return opened(ledger.OpenBeside(ctx, d.Dialect, path, now, actor))
}

// OpenRead is OpenRead in this kind of database.
func (d Database) OpenRead(ctx context.Context, path string, now func() time.Time) (*Journal, error) {
	return opened(ledger.OpenRead(ctx, d.Dialect, path, now, false))
}

func opened(l *ledger.Ledger, err error) (*Journal, error) {
	if err != nil {
		return nil, err
	}
	return of(l), nil
}

// As gives the same journal with another actor for the history.
func (j *Journal) As(actor string) *Journal { return of(j.Ledger.As(actor)) }

// Snapshot runs fn with a journal whose readings all show the same instant, whatever others commit meanwhile.
func (j *Journal) Snapshot(ctx context.Context, fn func(*Journal) error) error {
	return ledger.Snapshot(ctx, j.Ledger, func(frozen *ledger.Ledger) error { return fn(of(frozen)) })
}

// tx is one transaction, with the steps that transitions are made of.
type tx struct {
	*ledger.Tx
	// posted and rejected count the documents that got their final outcome.
	posted, rejected int
	// noAlarms: no alarm is open, so that none has to be looked for.
	noAlarms bool
	// finals are outcomes that become final with the next ones.
	finals []final
}

// in runs fn in a transaction: all of it is committed, or nothing.
func (j *Journal) in(ctx context.Context, what string, fn func(*tx) error) error {
	return ledger.In(ctx, j.Ledger, what, func(t *ledger.Tx) error {
		x := &tx{Tx: t}
		if err := fn(x); err != nil {
			return err
		}
		return x.settleNow()
	})
}
