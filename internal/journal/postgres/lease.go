package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// LeaseFor is how long a company is somebody's who says nothing more: so that another node goes on within a minute.
const LeaseFor = 50 * time.Second

// renewEvery is how often he says it.
const renewEvery = 15 * time.Second

// lease is the right to work for a company, by the database's clock. The fence goes up with each taking, so that a transaction of somebody who has
// lost it finds no row to lock.
type lease struct {
	db    *sql.DB // a connection of its own: the one that writes may be in a transaction
	path  string
	fence int64
	lost  chan struct{}
	once  sync.Once
	stop  context.CancelFunc
	ended chan struct{}
}

// take takes the lease of a company and prolongs it until it is given back. *ledger.TakenError where another one has it. The same holder takes it at once: the
// lock of his working folder, which he has, proves that his former process is over. *ledger.ClosedError where nobody may work for it, ledger.ErrClaimOver where the
// claim that it is taken for counts no more.
func take(ctx context.Context, d *Dialect, path string) (_ *lease, err error) {
	holder := d.Holder
	db, err := d.Server.open(path, false)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	db.SetMaxOpenConns(1)
	l := &lease{db: db, path: path, lost: make(chan struct{}), ended: make(chan struct{})}
	err = db.QueryRowContext(ctx, `UPDATE `+Fleet+`.companies SET fence = fence + 1, owner = $2, taken_at = clock_timestamp(), lease_until = clock_timestamp() + $3 * INTERVAL '1 second'
WHERE company = $1 AND (lease_until IS NULL OR lease_until < clock_timestamp() OR owner = $2)
 AND CASE WHEN $4::bigint > 0 THEN state = 'active' AND claim = $4 AND version = $5::bigint ELSE state IN ('', 'active') OR state = 'disabled' AND $6::boolean END RETURNING fence`,
		path, holder, LeaseFor.Seconds(), d.Claim.Number, d.Claim.Version, d.Disabled).Scan(&l.fence)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, whyNot(ctx, db, path, d)
	}
	if err != nil {
		return nil, fmt.Errorf("take the work for the company: %w", err)
	}
	run, stop := context.WithCancel(context.Background())
	l.stop = stop
	go l.renew(run)
	return l, nil
}

// whyNot tells why a lease was not to be had.
func whyNot(ctx context.Context, db *sql.DB, path string, d *Dialect) error {
	taken := &ledger.TakenError{}
	var state string
	var now Claim
	err := db.QueryRowContext(ctx, `SELECT state, claim, version, owner, COALESCE(lease_until, clock_timestamp()) FROM `+Fleet+`.companies WHERE company = $1`, path).
		Scan(&state, &now.Number, &now.Version, &taken.Holder, &taken.Until)
	switch {
	case err != nil:
		return fmt.Errorf("ask who works for the company: %w", err)
	case d.Claim.Number > 0 && (state != "active" || now != d.Claim):
		return ledger.ErrClaimOver
	case state == "erased" || state == "disabled" && !d.Disabled:
		return &ledger.ClosedError{Company: path, Erased: state == "erased"}
	}
	return taken
}

// renew prolongs the lease until it is given back or lost. A server that does not answer takes nothing away: without it nobody commits anything, and
// when it is back it says whose the company is.
func (l *lease) renew(ctx context.Context) {
	defer close(l.ended)
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.lost:
			return
		case <-tick.C:
		}
		var fence int64
		err := l.db.QueryRowContext(ctx, `UPDATE `+Fleet+`.companies SET lease_until = clock_timestamp() + $3 * INTERVAL '1 second' WHERE company = $1 AND fence = $2 RETURNING fence`,
			l.path, l.fence, LeaseFor.Seconds()).Scan(&fence)
		if errors.Is(err, sql.ErrNoRows) {
			l.gone()
			return
		}
	}
}

// gone tells that another one works for the company now.
func (l *lease) gone() {
	if l != nil {
		l.once.Do(func() { close(l.lost) })
	}
}

// Lost is closed when the lease is another one's.
func (d *Dialect) Lost() <-chan struct{} {
	if d.lease == nil {
		return nil
	}
	return d.lease.lost
}

// releaseWithin bounds how long the end of a program waits for a server that does not answer: the lease ends by itself.
const releaseWithin = 5 * time.Second

// Release gives the lease back, if it is still ours.
func (d *Dialect) Release() error {
	l := d.lease
	if l == nil {
		return nil
	}
	d.lease = nil
	l.stop()
	<-l.ended
	ctx, cancel := context.WithTimeout(context.Background(), releaseWithin)
	defer cancel()
	_, _ = l.db.ExecContext(ctx, `UPDATE `+Fleet+`.companies SET owner = '', lease_until = NULL WHERE company = $1 AND fence = $2`, l.path, l.fence)
	return l.db.Close()
}
