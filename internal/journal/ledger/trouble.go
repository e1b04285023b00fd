package ledger

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

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

// Worded puts words before an error whose own are a code.
func Worded(err error) error {
	if err != nil && TroubleOf(err) == TroubleDiskFull {
		return fmt.Errorf("the disk is full: %w", err)
	}
	return err
}

// TroubleOf tells which trouble an error of the journal comes from; NoTrouble for all others.
func TroubleOf(err error) Trouble {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return NoTrouble
	}
	if e.Code() == sqlite3.SQLITE_IOERR_SHMSIZE { // what SQLite says when there is no room for the file beside the database
		return TroubleDiskFull
	}
	switch e.Code() & 0xff { // the rest of the code is detail
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return TroubleDamaged
	case sqlite3.SQLITE_FULL:
		return TroubleDiskFull
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return TroubleUnwritable
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR:
		return TroubleUnreadable
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return TroubleBusy
	}
	return NoTrouble
}
