// Package migrations holds the tables of the journal, one file a step. Those that were released never change. A step has one text for all
// databases; where one of them needs other words, a file of the same name lies in a folder for it.
package migrations

import (
	"bytes"
	"embed"
	"io/fs"
	"testing/fstest"
)

//go:embed *.sql postgres/*.sql fleet/*.sql
var files embed.FS

// SQLite are the steps for SQLite, by their numbers.
func SQLite() fs.FS { return steps("", func(text []byte) []byte { return text }) }

// Postgres are the steps for PostgreSQL, which has no tables without row ids to be asked for.
func Postgres() fs.FS {
	return steps("postgres/", func(text []byte) []byte { return bytes.ReplaceAll(text, []byte(" WITHOUT ROWID"), nil) })
}

// Fleet are the steps of the schema that all companies of a PostgreSQL database share.
func Fleet() fs.FS {
	own, err := fs.Sub(files, "fleet")
	if err != nil {
		panic(err) // the name is right
	}
	return own
}

// steps are those of all databases, in the words of the one whose folder has some.
func steps(folder string, words func([]byte) []byte) fs.FS {
	out := fstest.MapFS{}
	names, _ := fs.Glob(files, "*.sql") // the pattern is right
	for _, name := range names {
		text, err := fs.ReadFile(files, folder+name)
		if err != nil || folder == "" {
			text, _ = fs.ReadFile(files, name)
			text = words(text)
		}
		out[name] = &fstest.MapFile{Data: text}
	}
	return out
}
