package signin

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// A try waits after several wrong ones, twice as long each time and never longer than 15 minutes: nobody is locked for
// good. What counts is who tries, not whom: the browser that a person has used before has a count of its own, so that
// wrong passwords of a stranger do not keep him out; all strangers together have one for each name, and each address
// one for all names.
const (
	freeTries     = 4  // wrong ones that cost nothing
	freeByAddress = 20 // for an office behind one address
	longestWait   = 15 * time.Minute
	forgotten     = time.Hour // without a wrong one, all is forgotten
)

// ErrWait says that it is too early for another try.
type ErrWait struct{ For time.Duration }

// Error tells how long.
func (e *ErrWait) Error() string { return fmt.Sprintf("wait %s", e.For) }

// Refused says that name and password do not belong together, whatever the reason.
var Refused = errors.New("name and password do not belong together")

// Attempt is a try to sign in with a password.
type Attempt struct {
	Name, Password string
	// Address is where it comes from; Device the word that this browser got at an earlier sign-in, or empty.
	Address, Device string
}

// ByPassword finds the person of a try. Wrong ones are counted and told in the history, by name only where the name is
// known: people type passwords there.
func (b *Book) ByPassword(ctx context.Context, a Attempt) (Person, error) {
	p, kept, err := b.kept(ctx, a.Name)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return p, err
	}
	known := err == nil
	keys, err := b.keys(ctx, a, p)
	if err != nil {
		return p, err
	}
	if err := b.early(ctx, keys); err != nil {
		return Person{}, err
	}
	same, err := b.hashes.same(ctx, a.Password, kept)
	if err != nil {
		return Person{}, err
	}
	if known && same && p.Ended.IsZero() && !p.Machine {
		return p, b.in(ctx, func(t *tx) error { return t.exec(`DELETE FROM tries WHERE key = ?`, keys[0].key) })
	}
	return Person{}, errors.Join(Refused, b.wrong(ctx, a, p, keys))
}

// kept is somebody and the hash of his password.
func (b *Book) kept(ctx context.Context, name string) (Person, string, error) {
	p, err := b.Called(ctx, name)
	if err != nil {
		return p, "", err
	}
	kept := ""
	err = b.db.QueryRowContext(ctx, `SELECT password FROM people WHERE id = ?`, p.ID).Scan(&kept)
	return p, kept, err
}

// tried is a count of tries.
type tried struct {
	key  string
	free int
}

// keys are the counts that a try belongs to.
func (b *Book) keys(ctx context.Context, a Attempt, p Person) ([]tried, error) {
	address := tried{"address " + a.Address, freeByAddress}
	if a.Device != "" && p.ID != 0 {
		n := 0
		if err := b.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM devices WHERE word = ? AND person = ?`, hashed(a.Device), p.ID).Scan(&n); err != nil {
			return nil, fmt.Errorf("people: %w", err)
		}
		if n > 0 {
			return []tried{{"device " + hashed(a.Device), freeTries}}, nil
		}
	}
	return []tried{{"name " + hashed(foldName(a.Name)), freeTries}, address}, nil
}

// early refuses a try that comes too soon.
func (b *Book) early(ctx context.Context, keys []tried) error {
	now := b.now()
	for _, k := range keys {
		var count int
		var last int64
		err := b.db.QueryRowContext(ctx, `SELECT count, last_at FROM tries WHERE key = ?`, k.key).Scan(&count, &last)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return fmt.Errorf("people: %w", err)
		}
		if wait := waits(count, k.free) - now.Sub(time.UnixMilli(last)); wait > 0 {
			return &ErrWait{wait.Round(time.Second) + time.Second}
		}
	}
	return nil
}

// waits is how long a try waits after so many wrong ones.
func waits(wrong, free int) time.Duration {
	if wrong <= free {
		return 0
	}
	if n := wrong - free; n < 10 {
		return min(time.Second<<n, longestWait)
	}
	return longestWait
}

func (b *Book) wrong(ctx context.Context, a Attempt, p Person, keys []tried) error {
	return b.in(ctx, func(t *tx) error {
		if err := t.exec(`DELETE FROM tries WHERE last_at < ?`, t.at-forgotten.Milliseconds()); err != nil {
			return err
		}
		for _, k := range keys {
			if err := t.exec(`INSERT INTO tries (key, count, last_at) VALUES (?, 1, ?) ON CONFLICT (key) DO UPDATE SET count = count + 1, last_at = excluded.last_at`, k.key, t.at); err != nil {
				return err
			}
		}
		name := p.Name
		if name == "" {
			name = "a name that is not known"
		}
		return t.tell("refused", name, "", "password, from "+a.Address)
	})
}

// Device gives the browser of somebody who has signed in a word by which it is known the next time.
func (b *Book) Device(ctx context.Context, p Person) (string, error) {
	word, kept := secretWord("")
	return word, b.in(ctx, func(t *tx) error {
		return t.exec(`INSERT INTO devices (word, person, made_at) VALUES (?,?,?)`, kept, p.ID, t.at)
	})
}
