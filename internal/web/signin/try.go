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
// (of IPv6 each /64) one for all names.
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

// ErrRefused says that name and password do not belong together, whatever the reason.
var ErrRefused = errors.New("name and password do not belong together")

// Attempt is a try to sign in with a password.
type Attempt struct {
	Name, Password string
	// Address is where it comes from; Device the word that this browser got at an earlier sign-in, or empty.
	Address, Device string
	// Session is that of somebody who is signed in and proves again who he is: it has a count of its own, so that
	// tries of strangers do not keep him from his work.
	Session string
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
	if err := b.counted(ctx, keys); err != nil {
		return Person{}, err
	}
	hashes := b.known
	if stranger := len(keys) > 1; stranger {
		hashes = b.hashes
		leave, err := b.queue()
		if err != nil {
			return Person{}, err
		}
		defer leave()
	}
	same, err := hashes.same(ctx, a.Password, kept)
	if err != nil {
		return Person{}, err
	}
	if known && same && p.Ended.IsZero() && !p.Machine {
		return p, b.right(ctx, keys)
	}
	return Person{}, errors.Join(ErrRefused, b.wrong(ctx, a, p))
}

// kept is somebody and the hash of his password.
func (b *Book) kept(ctx context.Context, name string) (Person, string, error) {
	p, err := b.Called(ctx, name)
	if err != nil {
		return p, "", err
	}
	kept := ""
	err = b.db.QueryRowContext(ctx, `SELECT password FROM people WHERE id = $1`, p.ID).Scan(&kept)
	return p, kept, err
}

// tried is a count of tries; last is when the one before was.
type tried struct {
	key  string
	free int
	last int64
}

// keys are the counts that a try belongs to.
func (b *Book) keys(ctx context.Context, a Attempt, p Person) ([]tried, error) {
	if a.Session != "" {
		return []tried{{key: "session " + a.Session, free: freeTries}}, nil
	}
	address := tried{key: "address " + bucket(Network(a.Address)), free: freeByAddress}
	if a.Device != "" && p.ID != 0 {
		n := 0
		if err := b.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM devices WHERE word = $1 AND person = $2`, hashed(a.Device), p.ID).Scan(&n); err != nil {
			return nil, fmt.Errorf("people: %w", err)
		}
		if n > 0 {
			return []tried{{key: "device " + hashed(a.Device), free: freeTries}}, nil
		}
	}
	return []tried{{key: "name " + bucket(foldName(a.Name)), free: freeTries}, address}, nil
}

// counted counts a try before its password is looked at, or refuses it when it comes too soon: of many at once only the
// free ones are looked at.
func (b *Book) counted(ctx context.Context, keys []tried) error {
	return b.in(ctx, func(t *tx) error {
		if err := t.exec(`DELETE FROM tries WHERE last_at < $1`, t.at-forgotten.Milliseconds()); err != nil {
			return err
		}
		for i := range keys {
			if err := t.early(&keys[i]); err != nil {
				return err
			}
			if err := t.exec(`INSERT INTO tries (key, count, last_at) VALUES ($1, 1, $2) ON CONFLICT (key) DO UPDATE SET count = tries.count + 1, last_at = excluded.last_at`, keys[i].key, t.at); err != nil {
				return err
			}
		}
		return nil
	})
}

// early refuses a try that comes too soon.
func (t *tx) early(k *tried) error {
	count := 0
	err := t.QueryRowContext(t.ctx, `SELECT count, last_at FROM tries WHERE key = $1`, k.key).Scan(&count, &k.last)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("people: %w", err)
	}
	if wait := waits(count, k.free) - time.Duration(t.at-k.last)*time.Millisecond; wait > 0 {
		return &ErrWait{wait.Round(time.Second) + time.Second}
	}
	return nil
}

// right forgets the tries of who came in; that of his address does not count.
func (b *Book) right(ctx context.Context, keys []tried) error {
	return b.in(ctx, func(t *tx) error {
		for _, k := range keys[1:] {
			if err := t.exec(`UPDATE tries SET count = count - 1, last_at = $1 WHERE key = $2`, k.last, k.key); err != nil {
				return err
			}
		}
		return t.exec(`DELETE FROM tries WHERE key = $1`, keys[0].key)
	})
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

// wrong tells of a try that did not come in.
func (b *Book) wrong(ctx context.Context, a Attempt, p Person) error {
	name := p.Name
	if name == "" {
		name = "a name that is not known"
	}
	return b.Refused(ctx, name, "", "password, from "+a.Address)
}

// Device gives the browser of somebody who has signed in a word by which it is known the next time.
func (b *Book) Device(ctx context.Context, p Person) (string, error) {
	word, kept := secretWord("")
	return word, b.in(ctx, func(t *tx) error {
		return t.exec(`INSERT INTO devices (word, person, made_at) VALUES ($1,$2,$3)`, kept, p.ID, t.at)
	})
}
