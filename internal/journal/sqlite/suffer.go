package sqlite

import (
	"context"
	"database/sql"
	"fmt"
)

// Suffer makes SQLite give real errors: the database is read-only, full, or locked by somebody else.
func (Dialect) Suffer(write *sql.DB, path, trouble string) error {
	ctx := context.Background()
	run := func(db *sql.DB, query string) error { _, err := db.ExecContext(ctx, query); return err }
	switch trouble {
	case "readonly":
		return run(write, "PRAGMA query_only = 1")
	case "full":
		var pages int64
		if err := write.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
			return err
		}
		return run(write, fmt.Sprintf("PRAGMA max_page_count = %d", pages))
	case "busy":
		other, err := sql.Open("sqlite", dsn(path, "_txlock=immediate"))
		if err != nil {
			return err
		}
		if err := run(write, "PRAGMA busy_timeout = 10"); err != nil {
			return err
		}
		if err := run(other, "PRAGMA busy_timeout = 10"); err != nil {
			return err
		}
		_, _ = other.BeginTx(ctx, nil) // kept to the end of the process; when it fails, another one of these holds the lock
	}
	return nil
}
