package signin

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// How long a session lasts: without a call, in all, and how long a sign-in is fresh enough for what is not taken back.
const (
	idle  = time.Hour
	whole = 12 * time.Hour
	Fresh = 15 * time.Minute
)

// Means of signing in, as the histories name them.
const (
	ByPassword = "password"
	ByLink     = "link"
	ByPasskey  = "passkey"
	ByOIDC     = "oidc"
	ByToken    = "token"
)

// Session is somebody who is signed in.
type Session struct {
	Person Person
	Means  string
	// ID names the session in histories; nothing can be done with it.
	ID     string
	Made   time.Time
	Seen   time.Time
	Proved time.Time // when he last proved who he is
	// Address and Agent tell where from.
	Address, Agent string
}

// program begins each actor of a history.
const program = "fisbridge"

// Actor names who acts in a company's history: the person, how he proved it, and the session.
func (s *Session) Actor() string {
	return program + fmt.Sprintf(" console by %s (%s, session %s)", s.Person.Name, s.Means, s.ID)
}

// SignedIn makes a session, and the word of its cookie. An older session of the same browser ends with it.
func (b *Book) SignedIn(ctx context.Context, p Person, means, address, agent, former string) (word string, err error) {
	return b.SignedInProved(ctx, p, means, address, agent, former, b.now())
}

// SignedInProved is SignedIn of somebody who proved who he is at another time: a provider of identities lets people in
// whom it asked hours ago.
func (b *Book) SignedInProved(ctx context.Context, p Person, means, address, agent, former string, proved time.Time) (word string, err error) {
	word, kept := secretWord("")
	err = b.in(ctx, func(t *tx) error {
		if former != "" {
			if err := t.exec(`DELETE FROM sessions WHERE word = $1`, hashed(former)); err != nil {
				return err
			}
		}
		if err := t.exec(`DELETE FROM sessions WHERE seen_at < $1 OR made_at < $2`, t.at-idle.Milliseconds(), t.at-whole.Milliseconds()); err != nil {
			return err
		}
		if err := t.exec(`INSERT INTO sessions (word, person, means, made_at, seen_at, proved_at, address, agent) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`, kept, p.ID, means, t.at, t.at, min(t.at, proved.UnixMilli()), address, agent); err != nil {
			return err
		}
		if err := t.exec(`UPDATE people SET last_in = $1 WHERE id = $2`, t.at, p.ID); err != nil {
			return err
		}
		return t.tell("signed in", p.Name, "session "+kept[:8], means+" from "+address)
	})
	return word, err
}

// seenEvery is how old the note of a session's last call may be.
const seenEvery = time.Minute

// Session is the one of a cookie's word; ErrNotFound when there is none, or it is over. It is a call of its person.
func (b *Book) Session(ctx context.Context, word string) (*Session, error) {
	s, err := b.Look(ctx, word)
	if err != nil {
		return nil, err
	}
	if now := b.now(); now.Sub(s.Seen) > seenEvery {
		if _, err := b.db.ExecContext(ctx, `UPDATE sessions SET seen_at = $1 WHERE word = $2`, now.UnixMilli(), hashed(word)); err != nil {
			return nil, fmt.Errorf("people: %w", err)
		}
	}
	return s, nil
}

// Look is Session without a call of its person: nothing is noted.
func (b *Book) Look(ctx context.Context, word string) (*Session, error) {
	kept := hashed(word)
	s := &Session{ID: kept[:8]}
	var made, seen, proved int64
	p, err := scanPerson(b.db.QueryRowContext(ctx, `SELECT `+personColumns+`, s.means, s.made_at, s.seen_at, s.proved_at, s.address, s.agent FROM sessions s JOIN people p ON p.id = s.person WHERE s.word = $1 AND p.ended_at = 0`, kept),
		&s.Means, &made, &seen, &proved, &s.Address, &s.Agent)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	s.Person, s.Made, s.Seen, s.Proved = p, moment(made), moment(seen), moment(proved)
	now := b.now()
	if now.Sub(s.Seen) > idle || now.Sub(s.Made) > whole {
		return nil, ErrNotFound
	}
	return s, b.fillRoles(ctx, &s.Person)
}

// Proved notes that the person of a session has just proved again who he is.
func (b *Book) Proved(ctx context.Context, word string, s *Session) error {
	return b.in(ctx, func(t *tx) error {
		if err := t.exec(`UPDATE sessions SET proved_at = $1 WHERE word = $2`, t.at, hashed(word)); err != nil {
			return err
		}
		return t.tell("proved again", s.Person.Name, "session "+s.ID, "")
	})
}

// SignOut ends a session.
func (b *Book) SignOut(ctx context.Context, word string, s *Session) error {
	return b.in(ctx, func(t *tx) error {
		if err := t.exec(`DELETE FROM sessions WHERE word = $1`, hashed(word)); err != nil {
			return err
		}
		return t.tell("signed out", s.Person.Name, "session "+s.ID, "")
	})
}

// EndSessions ends all sessions of somebody, but that of the word, which may be empty.
func (b *Book) EndSessions(ctx context.Context, by string, p Person, but string) error {
	return b.in(ctx, func(t *tx) error {
		if err := t.exec(`DELETE FROM sessions WHERE person = $1 AND word <> $2`, p.ID, hashed(but)); err != nil {
			return err
		}
		return t.tell("sessions ended", by, p.Name, "")
	})
}

// Sessions are those of somebody, the newest first.
func (b *Book) Sessions(ctx context.Context, id int64) ([]Session, error) {
	now := b.now()
	return list(ctx, b.db, `SELECT word, means, made_at, seen_at, address, agent FROM sessions WHERE person = $1 AND seen_at >= $2 AND made_at >= $3 ORDER BY made_at DESC`,
		[]any{id, now.Add(-idle).UnixMilli(), now.Add(-whole).UnixMilli()}, func(r *sql.Rows) (s Session, err error) {
			var made, seen int64
			err = r.Scan(&s.ID, &s.Means, &made, &seen, &s.Address, &s.Agent)
			s.ID, s.Made, s.Seen = s.ID[:8], moment(made), moment(seen)
			return s, err
		})
}
