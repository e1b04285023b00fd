// Package migrations holds the tables of the journal, one file a step. Those that were released never change.
package migrations

import "embed"

// Files are the steps, by their numbers.
//
//go:embed *.sql
var Files embed.FS
