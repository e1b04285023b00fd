package journal

import "github.com/fisbridge/fisbridge/internal/journal/ledger"

// TroubleOf tells which trouble an error of the journal comes from; NoTrouble for all others.
func TroubleOf(err error) ledger.Trouble { return linked.Dialect.Trouble(err) }
