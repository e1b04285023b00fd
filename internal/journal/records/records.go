// Package records is what stands in the journal: documents, import files, result files and their lines, confirmations,
// payments, alarms, mapping versions and runs, as types with their states, and every question about them. Nothing here
// changes anything; the transitions stand in package journal.
package records

import "github.com/fisbridge/fisbridge/internal/journal/ledger"

// Records answers questions about a journal.
type Records struct{ *ledger.Ledger }
