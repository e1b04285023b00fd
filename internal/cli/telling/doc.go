// Package telling owns the commands that tell others what happened, and prove it: the report for accountants, the
// comparison with extracts, messages to people, and what an auditor asks of the history, here or in a pack.
//
// Nothing here changes a state of a document. What is written to a file is there whole or not at all.
package telling

import "github.com/fisbridge/fisbridge/internal/cli/frame"

// room has the commands of this package as its methods.
type room struct{ *frame.Frame }
