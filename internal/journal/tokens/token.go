// Package tokens keeps the tokens of companies, sealed, and the leases under which they are renewed.
package tokens

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// lease takes or renews the named lease for the owner. A lease that has run out is anyone's, and so is one that would
// last longer than any is given: the clock was set back since.
func (j *Tokens) lease(ctx context.Context, name, owner string, ttl time.Duration) (fence int64, ok bool, err error) {
	err = j.in(ctx, "lease "+name, func(t *ledger.Tx) error {
		var holder, until string
		err := t.QueryRowContext(ctx, `SELECT owner, until, fence FROM leases WHERE name = $1`, name).Scan(&holder, &until, &fence)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err == nil && holder != "" && holder != owner && until > t.At && until <= ledger.Stamp(j.Now().Add(2*ttl)) {
			ok = false
			return nil
		}
		if holder != owner {
			fence++
		}
		ok = true
		_, err = t.Exec(`INSERT INTO leases (name, owner, until, fence) VALUES ($1,$2,$3,$4) ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until, fence = excluded.fence`,
			name, owner, ledger.Stamp(j.Now().Add(ttl)), fence)
		return err
	})
	return fence, ok, err
}

func (j *Tokens) release(ctx context.Context, name, owner string) error {
	return j.in(ctx, "release "+name, func(t *ledger.Tx) error {
		_, err := t.Exec(`UPDATE leases SET owner = '', until = $1 WHERE name = $2 AND owner = $3`, t.At, name, owner)
		return err
	})
}

// TokenRow is the stored form of a company's token. Access, Refresh and Former are sealed when they come from the
// journal: Open reads them.
type TokenRow struct {
	Access, Refresh, Former, Geolocation, Scope string
	AccessExpires, RefreshObtained              time.Time
	Version                                     int64
}

// Token reads the token of a company; ErrNotFound when there is none.
func (j *Tokens) Token(ctx context.Context, company string) (TokenRow, error) {
	var r TokenRow
	var expires, obtained string
	err := ledger.QueryRow(ctx, j.Ledger, `SELECT access, refresh, former, geolocation, scope, access_expires, refresh_obtained, version FROM tokens WHERE company = $1`, company).
		Scan(&r.Access, &r.Refresh, &r.Former, &r.Geolocation, &r.Scope, &expires, &obtained, &r.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("token: %w", ledger.ErrNotFound)
	}
	r.AccessExpires, r.RefreshObtained = ledger.Time(expires), ledger.Time(obtained)
	return r, err
}

// SealToken seals a token that an older version has stored so that everybody could read it, and leaves no trace of it
// in the database's files.
func (j *Tokens) SealToken(ctx context.Context, company string, r TokenRow, key TokenKey) error {
	s := r.Seal(company, key)
	err := j.in(ctx, "seal the token", func(t *ledger.Tx) error {
		if err := t.One(`UPDATE tokens SET access = $1, refresh = $2, former = $3 WHERE company = $4 AND version = $5`, s.Access, s.Refresh, s.Former, company, r.Version); err != nil {
			return err
		}
		return t.Event("token sealed", ledger.About{Others: []ledger.Subject{{Kind: ledger.OfCompany, Key: company}}}, ledger.Detail{"version": r.Version})
	})
	if err != nil {
		return err
	}
	return ledger.EmptyLog(ctx, j.Ledger)
}

// SaveToken seals the token and replaces the stored one if that still has the version that r was made from (0: there is
// none); ErrStale otherwise. The stored version becomes r.Version+1.
func (j *Tokens) SaveToken(ctx context.Context, company string, r TokenRow, key TokenKey) error {
	r = r.Seal(company, key)
	return j.in(ctx, "save token", func(t *ledger.Tx) error {
		var err error
		if r.Version == 0 {
			err = t.One(`INSERT INTO tokens (company, access, refresh, former, geolocation, scope, access_expires, refresh_obtained, version) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,1) ON CONFLICT (company) DO NOTHING`,
				company, r.Access, r.Refresh, r.Former, r.Geolocation, r.Scope, ledger.Stamp(r.AccessExpires), ledger.Stamp(r.RefreshObtained))
		} else {
			err = t.One(`UPDATE tokens SET access = $1, refresh = $2, former = $3, geolocation = $4, scope = $5, access_expires = $6, refresh_obtained = $7, version = version + 1 WHERE company = $8 AND version = $9`,
				r.Access, r.Refresh, r.Former, r.Geolocation, r.Scope, ledger.Stamp(r.AccessExpires), ledger.Stamp(r.RefreshObtained), company, r.Version)
		}
		if err != nil {
			return err
		}
		return t.Event("token saved", ledger.About{Others: []ledger.Subject{{Kind: ledger.OfCompany, Key: company}}}, ledger.Detail{"geolocation": r.Geolocation, "version": r.Version + 1})
	})
}

// LockToken takes the lease on a company's token, so that two processes do not refresh at once.
func (j *Tokens) LockToken(ctx context.Context, company, owner string, ttl time.Duration) (func(), bool, error) {
	name := "token " + company
	_, ok, err := j.lease(ctx, name, owner, ttl)
	if err != nil || !ok {
		return func() {}, false, err
	}
	return func() { _ = j.release(context.WithoutCancel(ctx), name, owner) }, true, nil
}
