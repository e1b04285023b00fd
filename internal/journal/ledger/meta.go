package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// ReadMeta reads a row of meta into v; false when there is none.
func ReadMeta(ctx context.Context, r Reader, name string, v any) (bool, error) {
	var text string
	err := r.QueryRowContext(ctx, `SELECT value FROM meta WHERE name = $1`, name).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), v)
	}
	if err != nil {
		return false, fmt.Errorf("journal: read what it knows about its %s: %w", name, err)
	}
	return true, nil
}

func (t *Tx) WriteMeta(name string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = t.Exec(`INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, string(text))
	return err
}
