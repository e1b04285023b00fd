package signin

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// TokenPrefix begins each token, so that scanners for secrets find one that was left somewhere.
const TokenPrefix = "fisb_"

// Token is a key of a machine; the word itself is not kept.
type Token struct {
	ID    int64     `json:"id"`
	Label string    `json:"label"`
	Made  time.Time `json:"made_at"`
	Until time.Time `json:"until"`
	Used  time.Time `json:"used_at,omitzero"`
	Ended time.Time `json:"ended_at,omitzero"`
}

// MakeToken makes a token of a machine, good for a time. The word is shown once.
func (b *Book) MakeToken(ctx context.Context, by string, p Person, label string, good time.Duration) (string, error) {
	if !p.Machine {
		return "", errors.New("tokens are for machines")
	}
	word, kept := secretWord(TokenPrefix)
	return word, b.in(ctx, func(t *tx) error {
		if err := t.exec(`INSERT INTO tokens (word, person, label, made_at, until) VALUES ($1,$2,$3,$4,$5)`, kept, p.ID, wording.Line(label), t.at, t.at+good.Milliseconds()); err != nil {
			return err
		}
		return t.tell("token made", by, p.Name, wording.Line(label)+", good for "+good.String())
	})
}

// Tokens are those of a machine, the newest first.
func (b *Book) Tokens(ctx context.Context, id int64) ([]Token, error) {
	return list(ctx, b.db, `SELECT id, label, made_at, until, used_at, ended_at FROM tokens WHERE person = $1 ORDER BY id DESC`, []any{id}, func(s *sql.Rows) (k Token, err error) {
		var made, until, used, ended int64
		err = s.Scan(&k.ID, &k.Label, &made, &until, &used, &ended)
		k.Made, k.Until, k.Used, k.Ended = moment(made), moment(until), moment(used), moment(ended)
		return k, err
	})
}

// EndToken ends a token of a machine.
func (b *Book) EndToken(ctx context.Context, by string, p Person, id int64) error {
	return b.in(ctx, func(t *tx) error {
		if err := t.exec(`UPDATE tokens SET ended_at = $1 WHERE id = $2 AND person = $3 AND ended_at = 0`, t.at, id, p.ID); err != nil {
			return err
		}
		return t.tell("token ended", by, p.Name, fmt.Sprintf("token %d", id))
	})
}

// ByTokenWord is the machine that calls with a token.
func (b *Book) ByTokenWord(ctx context.Context, word string) (*Session, error) {
	if !strings.HasPrefix(word, TokenPrefix) {
		return nil, ErrNotFound
	}
	var id, until, used, token int64
	now := b.now()
	err := b.db.QueryRowContext(ctx, `SELECT id, person, until, used_at FROM tokens WHERE word = $1 AND ended_at = 0`, hashed(word)).Scan(&token, &id, &until, &used)
	if errors.Is(err, sql.ErrNoRows) || err == nil && now.UnixMilli() > until {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	if now.Sub(moment(used)) > seenEvery {
		if _, err := b.db.ExecContext(ctx, `UPDATE tokens SET used_at = $1 WHERE id = $2`, now.UnixMilli(), token); err != nil {
			return nil, fmt.Errorf("people: %w", err)
		}
	}
	p, err := b.Person(ctx, id)
	if err != nil || !p.Ended.IsZero() {
		return nil, errors.Join(err, ErrNotFound)
	}
	return &Session{Person: p, Means: ByToken, ID: fmt.Sprint(token), Made: now, Seen: now, Proved: now}, nil
}
