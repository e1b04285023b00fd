package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

// Dialect is what really differs between databases. There is one set of SQL for all of them: a statement that one of
// them does not understand is written so that each does, and what cannot be written so stands here.
type Dialect interface {
	// Migrations are the steps to the newest tables, and how their numbers are kept.
	Migrations() (goose.Dialect, fs.FS)
	// Open opens a database to work with, and makes it when it is not there: the one connection that writes, and the
	// readers.
	Open(path string) (write, readers *sql.DB, err error)
	// There is ErrNoJournal when there is no database yet.
	There(path string) error
	// OpenToRead opens a database that is there, for looking only; alone: no process works on it, and nothing may be
	// left beside it.
	OpenToRead(path string, alone bool) (*sql.DB, error)
	// Alone waits for other processes that open the database or write its note.
	Alone(ctx context.Context, path string) (unlock func(), err error)
	// Begin begins a transaction that writes. Until it ends no other one reads the head of the history to append to it.
	Begin(ctx context.Context, write *sql.DB) (*sql.Tx, error)
	// Statement is the context of one statement in the transaction of a context that has not ended. Where a statement cannot wait for anybody, it need not
	// be watched while it runs: the transaction is rolled back behind it.
	Statement(ctx context.Context) context.Context
	// BeginSnapshot begins a transaction that only reads, and sees one instant.
	BeginSnapshot(ctx context.Context, readers *sql.DB) (*sql.Tx, error)
	// Places writes the places of so many rows of so many columns, to be inserted at once.
	Places(rows, columns int) string
	// Trouble tells which trouble an error of the database comes from.
	Trouble(err error) Trouble
	// Copy writes a consistent copy to a new file, while others go on working, and opens it.
	Copy(ctx context.Context, write *sql.DB, path string) (*sql.DB, error)
	// EmptyLog takes out of the database's log what was overwritten.
	EmptyLog(ctx context.Context, write *sql.DB) error
	// Intact asks the database itself whether it is whole.
	Intact(ctx context.Context, r Reader) error
	// Suffer gets the database into the trouble that a test of the killpoint build asks for, from here to the end of
	// the process.
	Suffer(write *sql.DB, path, trouble string) error
}

// Trouble is what an operator has to do with, when the database itself cannot go on.
type Trouble int

// Kinds of trouble.
const (
	NoTrouble         Trouble = iota
	TroubleDamaged            // the file is not a database, or its pages contradict each other
	TroubleDiskFull           // there is no room for the next commit
	TroubleUnwritable         // the file or its folder may not be written
	TroubleUnreadable         // the file cannot be opened, or the disk does not answer
	TroubleBusy               // another process has kept it locked for longer than we wait
)

// worded puts words before an error whose own are a code.
func worded(d Dialect, err error) error {
	if err != nil && d.Trouble(err) == TroubleDiskFull {
		return fmt.Errorf("the disk is full: %w", err)
	}
	return err
}
