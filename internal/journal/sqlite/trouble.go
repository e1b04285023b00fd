package sqlite

import (
	"errors"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Trouble tells which trouble an error of SQLite comes from; NoTrouble for all others.
func (Dialect) Trouble(err error) ledger.Trouble {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return ledger.NoTrouble
	}
	if e.Code() == sqlite3.SQLITE_IOERR_SHMSIZE { // what SQLite says when there is no room for the file beside the database
		return ledger.TroubleDiskFull
	}
	switch e.Code() & 0xff { // the rest of the code is detail
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return ledger.TroubleDamaged
	case sqlite3.SQLITE_FULL:
		return ledger.TroubleDiskFull
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return ledger.TroubleUnwritable
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR:
		return ledger.TroubleUnreadable
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return ledger.TroubleBusy
	}
	return ledger.NoTrouble
}
