package signin

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// Passkey is a key of somebody's device. What is kept of it is its public part.
type Passkey struct {
	ID, Label  string
	Credential string // JSON of the library that verifies it
	Made, Used time.Time
}

// AddPasskey keeps a new key of a person.
func (b *Book) AddPasskey(ctx context.Context, p Person, id, label, credential string) error {
	return b.in(ctx, func(t *tx) error {
		if err := t.exec(`INSERT INTO passkeys (id, person, label, credential, made_at) VALUES ($1,$2,$3,$4,$5)`, id, p.ID, wording.Line(label), credential, t.at); err != nil {
			return err
		}
		return t.tell("passkey added", p.Name, p.Name, wording.Line(label))
	})
}

// Passkeys are those of somebody, the newest first.
func (b *Book) Passkeys(ctx context.Context, person int64) ([]Passkey, error) {
	return list(ctx, b.db, `SELECT id, label, credential, made_at, used_at FROM passkeys WHERE person = $1 ORDER BY made_at DESC`, []any{person}, func(s *sql.Rows) (k Passkey, err error) {
		var made, used int64
		err = s.Scan(&k.ID, &k.Label, &k.Credential, &made, &used)
		k.Made, k.Used = moment(made), moment(used)
		return k, err
	})
}

// PasskeyUsed keeps the counter of a key after a sign-in.
func (b *Book) PasskeyUsed(ctx context.Context, id, credential string) error {
	return b.in(ctx, func(t *tx) error {
		return t.exec(`UPDATE passkeys SET credential = $1, used_at = $2 WHERE id = $3`, credential, t.at, id)
	})
}

// EndPasskey takes a key away from its person.
func (b *Book) EndPasskey(ctx context.Context, p Person, id string) error {
	return b.in(ctx, func(t *tx) error {
		r, err := t.ExecContext(ctx, `DELETE FROM passkeys WHERE id = $1 AND person = $2`, id, p.ID)
		if err != nil {
			return fmt.Errorf("people: %w", err)
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrNotFound)
		}
		return t.tell("passkey ended", p.Name, p.Name, "")
	})
}
