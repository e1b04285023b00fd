package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Flag is how yes and no are kept.
func Flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Each walks the rows of a query; memory stays that of one.
func Each(ctx context.Context, j *Ledger, query string, args []any, fn func(*sql.Rows) error) error {
	rows, err := QueryRows(ctx, j, query, args...)
	if err != nil {
		return err
	}
	return walk(rows, fn)
}

// walk hands over rows, one after the other.
func walk(rows *sql.Rows, fn func(*sql.Rows) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Names reads a query whose only column is a text.
func Names(ctx context.Context, r Reader, query string) (out []string, err error) {
	rows, err := r.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	err = walk(rows, func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		out = append(out, s)
		return err
	})
	return out, err
}

// Digest is the SHA-256 of bytes in hexadecimal digits.
func Digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// DigestJSON is a value as JSON, and the digest of that.
func DigestJSON(v any) (text, hash string, err error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", "", err
	}
	return string(b), Digest(b), nil
}

// Count answers how many rows a table has in the given state.
func Count(ctx context.Context, j *Ledger, query string, args ...any) (n int, err error) {
	err = QueryRow(ctx, j, query, args...).Scan(&n)
	return n, err
}

// Among writes `column IN ($n, …)` and its arguments.
func Among[T any](column string, values []T, first int) (string, []any) {
	if len(values) == 0 {
		return "1 = 0", nil
	}
	marks, args := make([]string, len(values)), make([]any, len(values))
	for i, v := range values {
		marks[i], args[i] = fmt.Sprintf("$%d", first+i), v
	}
	return column + " IN (" + strings.Join(marks, ", ") + ")", args
}

// AmongMany is Among for at most AtOnce values of a statement that is executed many times: the last of them is repeated until there are 1, 10 or AtOnce, so
// that three statements do for any number.
func AmongMany[T any](column string, values []T, first int) (string, []any) {
	size := 1
	for size < len(values) {
		size *= 10
	}
	values = slices.Clone(values)
	for len(values) > 0 && len(values) < size {
		values = append(values, values[len(values)-1])
	}
	return Among(column, values, first)
}

// Blocks takes a list apart into blocks of AtOnce, 10 and 1, so that three statements do for rows of any number.
func Blocks[T any](list []T) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		for size := AtOnce; size > 0; size /= 10 {
			for ; len(list) >= size; list = list[size:] {
				if !yield(list[:size]) {
					return
				}
			}
		}
	}
}

// QueryRows reads rows of the journal as it is now, or of the instant of a snapshot.
func QueryRows(ctx context.Context, j *Ledger, text string, args ...any) (*sql.Rows, error) {
	return j.read.QueryContext(ctx, text, args...)
}

// QueryRow is QueryRows for one row.
func QueryRow(ctx context.Context, j *Ledger, text string, args ...any) *sql.Row {
	return j.read.QueryRowContext(ctx, text, args...)
}

// Reads is where the journal reads: its readers, or the one transaction of a snapshot.
func Reads(j *Ledger) Reader { return j.read }
