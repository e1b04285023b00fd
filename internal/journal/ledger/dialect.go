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
	// Name is what people call a database: its file, or its place in a server. No secret is in it.
	Name(path string) string
	// Note is the file of this machine in which the newest point of a database is noted, outside of it.
	Note(path string) string
	// Cluster tells which database of which server it is: zero for a file, which the system tells apart.
	Cluster(ctx context.Context, r Reader) (Cluster, error)
	// Keeps tells whether statements that are asked again are prepared, and kept for the next time.
	Keeps() bool
	// Unguarded words a statement for a transaction that is rolled back as a whole when one of its statements fails: the database need not be able to
	// take the statement back alone.
	Unguarded(query string) string
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
	// Lost is closed when the lease that Open has taken is another one's; nil: it has taken none. Release gives it back.
	Lost() <-chan struct{}
	Release() error
	// Text is what the database keeps of a text.
	Text(text string) string
	// Tables are the names of all tables.
	Tables(ctx context.Context, r Reader) ([]string, error)
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

	// Those of a server.
	TroubleAway     // it does not answer, is starting, or has ended the connection
	TroubleCrowded  // it takes no more connections
	TroubleReadOnly // it only reads: a standby, or one that an operator has locked
	TroubleRefused  // it does not know the login, or the login may not do what has to be done
)

// Passes tells whether a trouble goes by itself, or by what somebody does at the server, so that a program that stays
// tries again.
func (t Trouble) Passes() bool {
	switch t {
	case TroubleAway, TroubleCrowded, TroubleReadOnly:
		return true
	}
	return false
}

// Cluster is a database in a server, as the server itself knows it.
type Cluster struct {
	// ID changes when the data are put into another server, or anew into the same one.
	ID string
	// Timeline changes when a server was restored to a point in time, or a standby was made the server that writes.
	Timeline string
}

// Worded puts words before an error whose own are a code.
func Worded(d Dialect, err error) error { return worded(d, err) }

func worded(d Dialect, err error) error {
	if err == nil {
		return nil
	}
	switch d.Trouble(err) {
	case TroubleDiskFull:
		return fmt.Errorf("the disk is full: %w", err)
	case TroubleAway:
		return fmt.Errorf("the database server does not answer: %w", err)
	case TroubleCrowded:
		return fmt.Errorf("the database server takes no more connections: %w", err)
	case TroubleReadOnly:
		return fmt.Errorf("the database only reads now: %w", err)
	case TroubleRefused:
		return fmt.Errorf("the database server refuses: %w", err)
	}
	return err
}
