package journal

import (
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/postgres"
)

// TroubleOf tells which trouble an error of the journal comes from, whatever database it lies in; NoTrouble for all others.
func TroubleOf(err error) ledger.Trouble {
	if t := linked.Dialect.Trouble(err); t != ledger.NoTrouble {
		return t
	}
	return (*postgres.Dialect)(nil).Trouble(err)
}

// ErrOwnBackups says that the journal lies in a server, which makes the copies of its databases itself.
var ErrOwnBackups = postgres.ErrOwnBackups
