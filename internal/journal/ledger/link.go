package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Link is a row of the history with everything by which its hash can be computed again elsewhere. The detail is a text:
// JSON is written in more than one way, and the hash is over this one.
type Link struct {
	Event
	Detail     string `json:"detail,omitempty"`
	Salt       string `json:"salt,omitempty"`
	DetailHash string `json:"detail_hash,omitempty"`
	// Before is the hash of the row before, empty for the first one.
	Before string `json:"before"`
	Hash   string `json:"hash"`
}

// Fits reports whether the row is what was written behind the row before it. A detail that was emptied since is no
// change.
func (l Link) Fits() bool {
	e := l.Event
	e.Detail, e.salt, e.detailHash = json.RawMessage(l.Detail), l.Salt, l.DetailHash
	if Chain(l.Before, e) != l.Hash {
		return false
	}
	return l.DetailHash == "" || l.Detail == "" || saltedHash(l.Salt, l.Detail) == l.DetailHash
}

// IsSeal reports whether the row holds seals: it proves other rows, and tells people nothing.
func (e Event) IsSeal() bool { return e.Event == SealedEvent }

// EachLink walks the history from the first row at or after a moment (zero: from the beginning), in its order.
func (j *Ledger) EachLink(ctx context.Context, since time.Time, fn func(Link) error) error {
	from := int64(0)
	if !since.IsZero() {
		var first sql.NullInt64
		if err := QueryRow(ctx, j, `SELECT MIN(seq) FROM history WHERE at >= $1`, Stamp(since)).Scan(&first); err != nil {
			return fmt.Errorf("journal: read history: %w", err)
		}
		if !first.Valid {
			return nil
		}
		from = first.Int64
	}
	before := ""
	return Each(ctx, j, `SELECT `+EventColumns+` FROM history WHERE seq >= $1 ORDER BY seq`, []any{from - 1}, func(rows *sql.Rows) error {
		e, err := ScanEvent(rows)
		if err != nil {
			return fmt.Errorf("journal: read history: %w", err)
		}
		l := Link{Event: e, Detail: string(e.Detail), Salt: e.salt, DetailHash: e.detailHash, Before: before, Hash: e.Hash}
		before = e.Hash
		if e.Seq < from {
			return nil
		}
		return fn(l)
	})
}

// HashAt is the hash of a row of the history; empty: there is no such row.
func (j *Ledger) HashAt(ctx context.Context, seq int64) (hash string, err error) {
	err = QueryRow(ctx, j, `SELECT hash FROM history WHERE seq = $1`, seq).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("journal: read history: %w", err)
	}
	return hash, nil
}
