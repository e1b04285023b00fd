package signin

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// proven is the point up to which the history was found to be what was written.
type proven struct {
	mu     sync.Mutex
	seq    int64
	hash   string
	broken []int64
	whole  time.Time // when all of it was walked
}

// provenFor is how long rows that were walked are believed: an edited row is found within a day, whoever looks.
const provenFor = 24 * time.Hour

// Proven tells what Verify does. It walks what was added since the last time, and all of it once a day, or where the last row is not the one
// that it was.
func (b *Book) Proven(ctx context.Context) (rows int64, broken []int64, err error) {
	p := &b.proven
	p.mu.Lock()
	defer p.mu.Unlock()
	hash := ""
	if p.seq > 0 {
		err := b.db.QueryRowContext(ctx, `SELECT hash FROM history WHERE seq = $1`, p.seq).Scan(&hash)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return 0, nil, fmt.Errorf("people: %w", err)
		}
	}
	now := b.now()
	if hash != p.hash || now.Sub(p.whole) >= provenFor {
		p.seq, p.hash, p.broken, p.whole = 0, "", nil, now
	}
	seq, last, broken, err := b.walk(ctx, p.seq, p.hash)
	if err != nil {
		p.seq, p.hash, p.broken, p.whole = 0, "", nil, time.Time{}
		return 0, nil, err
	}
	p.seq, p.hash, p.broken = seq, last, append(p.broken, broken...)
	return p.seq, append([]int64(nil), p.broken...), nil
}

// Verify walks the whole history and tells each row that is not as it was written.
func (b *Book) Verify(ctx context.Context) (rows int64, broken []int64, err error) {
	rows, _, broken, err = b.walk(ctx, 0, "")
	return rows, broken, err
}

// walk verifies the rows behind one.
func (b *Book) walk(ctx context.Context, seq int64, hash string) (last int64, lastHash string, broken []int64, err error) {
	const atOnce = 1000
	for {
		rows, err := b.rows(ctx, `SELECT seq, at, event, who, about, detail, hash FROM history WHERE seq > $1 ORDER BY seq LIMIT $2`, seq, atOnce)
		if err != nil {
			return seq, hash, broken, err
		}
		for _, r := range rows {
			if r.Seq != seq+1 || chain(hash, r) != r.Hash {
				broken = append(broken, r.Seq)
			}
			seq, hash = r.Seq, r.Hash
		}
		if len(rows) < atOnce {
			return seq, hash, broken, nil
		}
	}
}
