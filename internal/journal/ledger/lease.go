package ledger

import "errors"

// ErrLost says that this program does not work for the company any more: it stood still, or was cut off, for longer than its lease, and
// another one has taken over. Nothing was written; it ends, and calls nobody.
var ErrLost = errors.New("another node works for this company now")
