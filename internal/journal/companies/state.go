package companies

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/postgres"
)

// Disable keeps nodes from working for a company: at once, also for the one that does it now, which writes nothing more.
func (b *Book) Disable(ctx context.Context, name string, w Who) error {
	return b.set(ctx, name, w, Active, Disabled, "disabled", `fence = fence + 1, claim = claim + 1, owner = '', lease_until = NULL`)
}

// Enable lets nodes work for it again.
func (b *Book) Enable(ctx context.Context, name string, w Who) error {
	return b.set(ctx, name, w, Disabled, Active, "enabled", `claim = claim + 1, due_at = clock_timestamp(), failures = 0`)
}

// StateError is a company that is not in the state which an act begins from.
type StateError struct{ Company, Is string }

// Error tells the state.
func (e *StateError) Error() string { return fmt.Sprintf("company %s is %s", e.Company, e.Is) }

func (b *Book) set(ctx context.Context, name string, w Who, from, to, what, also string) error {
	return b.in(ctx, what[:len(what)-1]+" company "+name, func(t *sql.Tx) error {
		var state string
		err := t.QueryRowContext(ctx, `SELECT state FROM companies WHERE company = $1 AND state <> '' FOR NO KEY UPDATE`, name).Scan(&state)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return b.notFound(ctx, name)
		case err != nil:
			return err
		case state == Erased:
			return &ErasedError{name}
		case state != from:
			return &StateError{name, state}
		}
		if _, err := t.ExecContext(ctx, `UPDATE companies SET state = $2, `+also+` WHERE company = $1`, name, to); err != nil {
			return err
		}
		return act(ctx, t, name, w, what, "")
	})
}

// Left is what is kept of a company that was erased: numbers, by which its history can be recognized, and nothing of what stood in it.
type Left struct {
	Versions    int64     `json:"versions"`
	Documents   int64     `json:"documents"`
	Files       int64     `json:"files"`
	HistoryRows int64     `json:"history_rows"`
	LastHash    string    `json:"last_hash,omitempty"`
	First       string    `json:"first,omitempty"`
	Last        string    `json:"last,omitempty"`
	At          time.Time `json:"erased_at"`
}

// Erase removes a company that is disabled: its schema with everything in it, its versions and secrets. What people did with it is kept, and how much it was.
// may, unless it is nil, is asked while nobody can write into the company's journal, and refuses with an error.
func (b *Book) Erase(ctx context.Context, name string, w Who, may func(context.Context) error) (left Left, err error) {
	if err := postgres.CheckSchema(name); err != nil {
		return left, fmt.Errorf("company %q %w", name, err)
	}
	err = b.in(ctx, "erase company "+name, func(t *sql.Tx) error {
		var state string
		err := t.QueryRowContext(ctx, `SELECT state FROM companies WHERE company = $1 AND state <> '' FOR NO KEY UPDATE`, name).Scan(&state)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return b.notFound(ctx, name)
		case err != nil:
			return err
		case state == Erased:
			return &ErasedError{name}
		case state != Disabled:
			return &StateError{name, state}
		}
		if may != nil {
			if err := may(ctx); err != nil {
				return err
			}
		}
		if left, err = count(ctx, t, name); err != nil {
			return err
		}
		detail, err := json.Marshal(left)
		if err != nil {
			return err
		}
		for _, statement := range []string{`DELETE FROM consumers WHERE company = $1`, `DELETE FROM versions WHERE company = $1`, `DELETE FROM roles WHERE company = $1`, `DELETE FROM grouped WHERE company = $1`, `DELETE FROM belonged WHERE company = $1`,
			`UPDATE companies SET state = 'erased', fence = fence + 1, claim = claim + 1, owner = '', lease_until = NULL, due_at = NULL, version = 0, summary = '', summary_at = NULL WHERE company = $1`} {
			if _, err := t.ExecContext(ctx, statement, name); err != nil {
				return err
			}
		}
		if _, err := t.ExecContext(ctx, `DROP SCHEMA IF EXISTS `+name+` CASCADE`); err != nil {
			return err
		}
		return act(ctx, t, name, w, "erased", string(detail))
	})
	return left, err
}

// count tells how much a company is. Its name needs no quotes: it was checked.
func count(ctx context.Context, t *sql.Tx, name string) (l Left, err error) {
	if err := t.QueryRowContext(ctx, `SELECT COUNT(*), clock_timestamp() FROM versions WHERE company = $1`, name).Scan(&l.Versions, &l.At); err != nil {
		return l, err
	}
	var there bool
	if err := t.QueryRowContext(ctx, `SELECT to_regclass($1) IS NOT NULL`, name+".history").Scan(&there); err != nil || !there {
		return l, err
	}
	err = t.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM `+name+`.documents), (SELECT COUNT(*) FROM `+name+`.files), COUNT(*), COALESCE(MIN(at), ''), COALESCE(MAX(at), '') FROM `+name+`.history`).
		Scan(&l.Documents, &l.Files, &l.HistoryRows, &l.First, &l.Last)
	if err != nil || l.HistoryRows == 0 {
		return l, err
	}
	return l, t.QueryRowContext(ctx, `SELECT hash FROM `+name+`.history ORDER BY seq DESC LIMIT 1`).Scan(&l.LastHash)
}
