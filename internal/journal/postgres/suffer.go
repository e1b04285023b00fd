package postgres

import (
	"context"
	"database/sql"
)

// Suffer gets the connection that writes into real trouble: it only reads, somebody else keeps the company's row, or the server has no
// room.
func (d *Dialect) Suffer(write *sql.DB, path, trouble string) error {
	ctx := context.Background()
	run := func(db interface {
		ExecContext(context.Context, string, ...any) (sql.Result, error)
	}, query string) error {
		_, err := db.ExecContext(ctx, query)
		return err
	}
	switch trouble {
	case "readonly":
		return run(write, `SET default_transaction_read_only = on`)
	case "full":
		return run(write, `DO $$ BEGIN RAISE EXCEPTION 'could not extend file "base/1/1": No space left on device' USING ERRCODE = '53100'; END $$`)
	case "busy":
		if err := run(write, `SET lock_timeout = '10ms'`); err != nil {
			return err
		}
		other, err := d.Server.open(path, false)
		if err != nil {
			return err
		}
		t, err := other.BeginTx(ctx, nil) // kept to the end of the process
		if err != nil {
			return err
		}
		_ = run(t, `SET LOCAL idle_in_transaction_session_timeout = 0`)
		_ = run(t, `SET LOCAL lock_timeout = '10ms'`)
		_ = run(t, `SELECT 1 FROM `+Fleet+`.companies WHERE company = current_schema() FOR NO KEY UPDATE`) // or another one of these holds it
	}
	return nil
}
