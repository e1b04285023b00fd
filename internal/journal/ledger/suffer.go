package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// suffer gets the journal into the trouble that a test of the killpoint build asks for: real errors of the database, from here to the end
// of the process. In ordinary builds there is none.
func (j *Ledger) suffer() error {
	if !killpoint.On {
		return nil
	}
	ctx := context.Background()
	run := func(db *sql.DB, query string) error { _, err := db.ExecContext(ctx, query); return err }
	switch killpoint.Trouble() {
	case "readonly":
		return run(j.write, "PRAGMA query_only = 1")
	case "full":
		var pages int64
		if err := j.write.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
			return err
		}
		return run(j.write, fmt.Sprintf("PRAGMA max_page_count = %d", pages))
	case "busy":
		other, err := sql.Open("sqlite", dsn(j.path, "_txlock=immediate"))
		if err != nil {
			return err
		}
		if err := run(j.write, "PRAGMA busy_timeout = 10"); err != nil {
			return err
		}
		if err := run(other, "PRAGMA busy_timeout = 10"); err != nil {
			return err
		}
		_, _ = other.BeginTx(ctx, nil) // kept to the end of the process; when it fails, another one of these holds the lock
	}
	return nil
}
