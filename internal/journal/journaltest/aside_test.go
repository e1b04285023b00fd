//go:build unix

package journaltest

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// What is asked in the middle of reading, in the same transaction, works in PostgreSQL as in a file: no row is lost, each is what it was, and the
// connection goes on. Builds for tests refuse it, so that the code is found that asks so.
func TestPostgreSQLAsksWhileReading(t *testing.T) {
	server := pgtest.Start(t)
	if server == nil {
		return
	}
	ctx := context.Background()
	j, err := server.Place(filepath.Join(t.TempDir(), "j")).Open(ctx, time.Now, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	const many = `SELECT n, repeat('x', n)::text, decode(lpad(to_hex(n), 8, '0'), 'hex') FROM generate_series(1, 500) AS n ORDER BY n`
	read := func(each func(string, func(*sql.Rows) error) error, ask func(string) *sql.Row) error {
		var seen, inner int
		err := each(many, func(rows *sql.Rows) error {
			var n, got int
			var text string
			var data []byte
			if err := rows.Scan(&n, &text, &data); err != nil {
				return err
			}
			if seen++; n != seen || len(text) != n || !bytes.Equal(data, []byte{0, 0, byte(n >> 8), byte(n)}) {
				return fmt.Errorf("row %d is %d %d %x", seen, n, len(text), data)
			}
			if n%7 == 3 || n == 500 {
				if err := ask(fmt.Sprintf(`SELECT %d + count(*)::int FROM documents`, n)).Scan(&got); err != nil || got != n {
					return fmt.Errorf("asked at row %d: %d %w", n, got, err)
				}
				inner++
			}
			return nil
		})
		if err == nil && (seen != 500 || inner != 72) {
			err = fmt.Errorf("%d rows, asked %d times", seen, inner)
		}
		return err
	}
	for name, run := range map[string]func() error{
		"snapshot": func() error {
			return ledger.Snapshot(ctx, j.Ledger, func(s *ledger.Ledger) error {
				return read(func(query string, fn func(*sql.Rows) error) error { return ledger.Each(ctx, s, query, nil, fn) }, func(query string) *sql.Row { return ledger.QueryRow(ctx, s, query) })
			})
		},
		"transaction": func() error {
			return ledger.In(ctx, j.Ledger, "read", func(x *ledger.Tx) error {
				return read(func(query string, fn func(*sql.Rows) error) error { return x.Each(query, fn) }, func(query string) *sql.Row { return x.QueryRowContext(ctx, query) })
			})
		},
	} {
		if err := run(); (err != nil) != killpoint.On || err != nil && !strings.Contains(err.Error(), "asked while the rows of another question are read") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for range 20 { // and the connections are good for more
		if n, err := ledger.Count(ctx, j.Ledger, `SELECT 1`); err != nil || n != 1 {
			t.Fatal(n, err)
		}
	}
}
