package ledger

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// keptWrites are the statements that transactions ask again and again, prepared for the one connection that writes: a night is many short transactions,
// and each would parse the same long texts anew.
type keptWrites struct {
	db *sql.DB
	mu sync.Mutex
	// known are the texts so far, with how many transactions asked them at most twice; ready are those that are prepared.
	known map[string]int
	ready map[string]*sql.Stmt
	due   []string // to be prepared before the next transaction: within one there is no connection to do so
}

// mostWrites bounds the statements that are kept: the longest of them take some tens of kilobytes each.
const mostWrites = 200

func newKeptWrites(db *sql.DB) *keptWrites {
	return &keptWrites{db: db, known: map[string]int{}, ready: map[string]*sql.Stmt{}}
}

// prepare prepares what was asked by two transactions. What cannot be prepared the transaction tells of, when it asks.
func (k *keptWrites) prepare(ctx context.Context) {
	if k == nil {
		return // a copy, which is written once
	}
	k.mu.Lock()
	due := k.due
	k.due = nil
	k.mu.Unlock()
	for _, query := range due {
		s, err := k.db.PrepareContext(ctx, query)
		if err != nil {
			continue
		}
		k.mu.Lock()
		k.ready[query] = s
		k.mu.Unlock()
	}
}

// get gives a statement that is prepared, nil for another one, which is noted.
func (k *keptWrites) get(query string) *sql.Stmt {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if s := k.ready[query]; s != nil {
		return s
	}
	if n := k.known[query]; n < 2 && (n > 0 || len(k.known) < mostWrites) {
		if k.known[query] = n + 1; n == 1 {
			k.due = append(k.due, query)
		}
	}
	return nil
}

// forget closes what was prepared.
func (k *keptWrites) forget() error {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	var errs []error
	for _, s := range k.ready {
		errs = append(errs, s.Close())
	}
	clear(k.ready)
	clear(k.known)
	k.due = nil
	return errors.Join(errs...)
}
