package companies

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/postgres"
)

// Claim is a company that a node may work for: it takes the company's lease as its owner within the time that a lease lasts.
type Claim struct {
	Company string
	Number  int64
	Version int64
	Late    time.Duration // since when it was due
	Failed  int64         // passes before that failed
	Since   time.Time     // when its version was published
	Asked   time.Time     // since when somebody wants a whole pass; zero: nobody does
	Summary string        // what the pass before has left, as JSON; empty: there was none
}

// Due claims the company that has been due for longest; nil: none is. Of two nodes that ask at once each gets another one. owner names the node's folder for a
// company. but are those that are not wanted. whenever: also those that are not due yet.
func (b *Book) Due(ctx context.Context, owner func(company string) string, but []string, whenever bool) (*Claim, error) {
	if but == nil {
		but = []string{}
	}
	c := &Claim{}
	err := b.in(ctx, "look for a company that is due", func(t *sql.Tx) error {
		var late float64
		var asked, since sql.NullTime
		err := t.QueryRowContext(ctx, `SELECT company, version, failures, asked_at, summary, (SELECT at FROM versions v WHERE v.company = companies.company AND number = version), COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - due_at), 0)::float8 FROM companies
 WHERE state = 'active' AND (due_at <= clock_timestamp() OR $2) AND (lease_until IS NULL OR lease_until < clock_timestamp()) AND NOT company = ANY($1)
 ORDER BY due_at NULLS FIRST LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`, but, whenever).Scan(&c.Company, &c.Version, &c.Failed, &asked, &c.Summary, &since, &late)
		if err != nil {
			return err
		}
		c.Late, c.Asked, c.Since = time.Duration(late*float64(time.Second)), asked.Time, since.Time
		return t.QueryRowContext(ctx, `UPDATE companies SET fence = fence + 1, claim = claim + 1, owner = $2, taken_at = clock_timestamp(), lease_until = clock_timestamp() + $3 * INTERVAL '1 second'
 WHERE company = $1 RETURNING claim`, c.Company, owner(c.Company), postgres.LeaseFor.Seconds()).Scan(&c.Number)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // none is due
	}
	return c, err
}

// Passed is how a pass of a claim ended.
type Passed struct {
	Next    time.Duration // until it is due again
	Failed  bool
	Whole   bool   // it was a whole pass, and answers whoever asked for one before it began
	Summary string // as JSON; empty: what was kept stays
}

// End gives a claim back, with when the company is due again, unless another version is in force by now: that one is due when it was published. False: somebody
// else has claimed it since, or it was disabled, and nothing is changed.
func (b *Book) End(ctx context.Context, c *Claim, owner string, p Passed) (bool, error) {
	return b.changed(ctx, "give company "+c.Company+" back", `UPDATE companies SET asked_at = CASE WHEN asked_at = $8 THEN NULL ELSE asked_at END, due_at = CASE WHEN version = $7 THEN clock_timestamp() + $3 * INTERVAL '1 second' ELSE due_at END,
 failures = CASE WHEN version <> $7 THEN failures WHEN $4 THEN failures + 1 ELSE 0 END,
 summary = CASE WHEN $5 = '' THEN summary ELSE $5 END, summary_at = CASE WHEN $5 = '' THEN summary_at ELSE clock_timestamp() END,
 lease_until = CASE WHEN owner = $6 THEN NULL ELSE lease_until END, owner = CASE WHEN owner = $6 THEN '' ELSE owner END
 WHERE company = $1 AND claim = $2`, c.Company, c.Number, p.Next.Seconds(), p.Failed, p.Summary, owner, c.Version, sql.NullTime{Time: c.Asked, Valid: p.Whole && !c.Asked.IsZero()})
}

// Ask makes a company due at once, for a whole pass; false: one is under way, or the company is not active.
func (b *Book) Ask(ctx context.Context, name string) (bool, error) {
	return b.changed(ctx, "ask for a pass for company "+name, `UPDATE companies SET asked_at = clock_timestamp(), due_at = clock_timestamp()
 WHERE company = $1 AND state = 'active' AND (lease_until IS NULL OR lease_until < clock_timestamp())`, name)
}

// Stop takes a company away from whoever works for it, who writes nothing more and ends, and leaves it alone for a while; false: nobody works for it.
func (b *Book) Stop(ctx context.Context, name string, alone time.Duration) (bool, error) {
	return b.changed(ctx, "stop the pass for company "+name, `UPDATE companies SET fence = fence + 1, claim = claim + 1, owner = '', lease_until = NULL, asked_at = NULL, due_at = clock_timestamp() + $2 * INTERVAL '1 second'
 WHERE company = $1 AND state = 'active' AND lease_until >= clock_timestamp()`, name, alone.Seconds())
}

func (b *Book) changed(ctx context.Context, what, query string, args ...any) (bool, error) {
	r, err := b.db.ExecContext(ctx, query, args...)
	if err != nil {
		return false, b.worded(what, err)
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

// Serving gives the version in force of those of the names that are active.
func (b *Book) Serving(ctx context.Context, names []string) (map[string]int64, error) {
	type one struct {
		company string
		version int64
	}
	list, err := all(ctx, b.db, func(r row) (o one, err error) { return o, r.Scan(&o.company, &o.version) }, `SELECT company, version FROM companies WHERE state = 'active' AND company = ANY($1)`, names)
	out := map[string]int64{}
	for _, o := range list {
		out[o.company] = o.version
	}
	return out, b.worded("look which versions are in force", err)
}

// Gone gives those of the names whose company was erased.
func (b *Book) Gone(ctx context.Context, names []string) ([]string, error) {
	list, err := all(ctx, b.db, func(r row) (s string, err error) { return s, r.Scan(&s) }, `SELECT company FROM companies WHERE state = 'erased' AND company = ANY($1)`, names)
	return list, b.worded("look which companies were erased", err)
}
