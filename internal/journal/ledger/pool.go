package ledger

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// pool is the readers, with the statements that were asked before: what is asked for each of thousands of documents is
// parsed once.
type pool struct {
	db *sql.DB
	mu sync.Mutex
	// known are the questions so far; the statement is nil for one that was asked once.
	known   map[string]*sql.Stmt
	dialect Dialect
}

// mostKnown bounds the questions that are remembered.
const mostKnown = 500

func newPool(db *sql.DB, d Dialect) *pool {
	return &pool{db: db, known: map[string]*sql.Stmt{}, dialect: d}
}

// statement is that of a question which was asked before, nil for another one.
func (p *pool) statement(ctx context.Context, query string) *sql.Stmt {
	if !p.dialect.Keeps() {
		return nil
	}
	p.mu.Lock()
	s, before := p.known[query]
	if !before && len(p.known) < mostKnown {
		p.known[query] = nil
	}
	p.mu.Unlock()
	if s != nil || !before {
		return s
	}
	s, err := p.db.PrepareContext(ctx, query)
	if err != nil {
		return nil // asked without it, the question tells the same
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if other := p.known[query]; other != nil {
		_ = s.Close() // it was not used
		return other
	}
	p.known[query] = s
	return s
}

// QueryContext asks a question.
func (p *pool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s := p.statement(ctx, query); s != nil {
		return s.QueryContext(ctx, args...)
	}
	rows, err := p.db.QueryContext(ctx, query, args...)
	for range again {
		if p.dialect.Trouble(err) != TroubleAway {
			break
		}
		rows, err = p.db.QueryContext(ctx, query, args...)
	}
	return rows, err
}

// again is how often a question is asked once more that a server has not answered: it has ended the connections that waited for work.
const again = 3

// QueryRowContext asks for one row.
func (p *pool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if s := p.statement(ctx, query); s != nil {
		return s.QueryRowContext(ctx, args...)
	}
	row := p.db.QueryRowContext(ctx, query, args...)
	for range again {
		if p.dialect.Trouble(row.Err()) != TroubleAway {
			break
		}
		row = p.db.QueryRowContext(ctx, query, args...)
	}
	return row
}

// close ends the statements and the connections.
func (p *pool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, s := range p.known {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	clear(p.known)
	return errors.Join(append(errs, p.db.Close())...)
}
