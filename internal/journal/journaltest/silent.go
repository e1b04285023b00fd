package journaltest

import (
	"database/sql"
	"io/fs"
	"path/filepath"
	"testing"
)

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
		var rows int
		var example string
		err = db.QueryRow(`SELECT COUNT(*), COALESCE(MAX(seq || ' ' || doc_id || ' ' || file_id || ' ' || result_id || ' ' || detail), '') FROM history WHERE event = 'changed'`).Scan(&rows, &example)
		if err == nil && rows > 0 { // a damaged journal is another script's story
			t.Errorf("%s: no event names what %d rows of the history say was changed, such as %s", path, rows, example)
		}
		return nil
	})
}
