package journaltest

import (
	"database/sql"
	"io/fs"
	"path/filepath"
	"testing"
)

// NothingSilentServed is NothingSilent for all journals of a server, which it closes.
func NothingSilentServed(t testing.TB, db *sql.DB) {
	defer db.Close()
	rows, err := db.Query(`SELECT table_schema::text FROM information_schema.tables WHERE table_name = 'history' AND table_schema <> 'fisbridge_fleet'`)
	if err != nil {
		t.Fatal(err)
	}
	var schemas []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		schemas = append(schemas, name)
	}
	if err := rows.Err(); err != nil || len(schemas) == 0 {
		t.Fatalf("no journal is on the server: %v", err)
	}
	for _, name := range schemas {
		told(t, db, name, name+".history")
	}
}

// told fails the test where the history says of a change nothing but that there was one.
func told(t testing.TB, db *sql.DB, place, history string) {
	var rows int
	var example string
	err := db.QueryRow(`SELECT COUNT(*), COALESCE(MAX(seq || ' ' || doc_id || ' ' || file_id || ' ' || result_id || ' ' || detail), '') FROM `+history+` WHERE event = 'changed'`).Scan(&rows, &example)
	if err == nil && rows > 0 { // a damaged journal is another story
		t.Errorf("%s: no event names what %d rows of the history say was changed, such as %s", place, rows, example)
	}
}

// NothingSilent fails the test unless the history of every SQLite journal below a folder names everything that was
// changed, in words of its own. A file that cannot be read as a journal is passed over.
func NothingSilent(t testing.TB, dir string) {
	_ = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".db" {
			return nil // what cannot be looked into has no journal
		}
		db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
		if err != nil {
			return nil
		}
		defer db.Close()
		told(t, db, path, "history")
		return nil
	})
}
