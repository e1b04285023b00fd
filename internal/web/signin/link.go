package signin

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Link makes the word of a link that is good once, for a time: who opens it sets the password of the person. Former
// links of his are dead. Person 0 is whoever comes first.
func (b *Book) Link(ctx context.Context, by string, p Person, good time.Duration) (string, error) {
	word, kept := secretWord("")
	err := b.in(ctx, func(t *tx) error {
		if err := t.exec(`DELETE FROM links WHERE person = $1 OR until < $2`, p.ID, t.at); err != nil {
			return err
		}
		if err := t.exec(`INSERT INTO links (word, person, until) VALUES ($1,$2,$3)`, kept, p.ID, t.at+good.Milliseconds()); err != nil {
			return err
		}
		about := p.Name
		if p.ID == 0 {
			about = "the first administrator"
		}
		return t.tell("link made", by, about, "good for "+good.String())
	})
	return word, err
}

// Linked is the person of a link that is still good; the zero one is whoever comes first.
func (b *Book) Linked(ctx context.Context, word string) (Person, error) {
	var id, until int64
	err := b.db.QueryRowContext(ctx, `SELECT person, until FROM links WHERE word = $1`, hashed(word)).Scan(&id, &until)
	switch {
	case errors.Is(err, sql.ErrNoRows) || err == nil && b.now().UnixMilli() > until:
		return Person{}, ErrNotFound
	case err != nil:
		return Person{}, fmt.Errorf("people: %w", err)
	case id == 0:
		return Person{}, nil
	}
	return b.Person(ctx, id)
}

// First makes the first person, who has the roles in the companies, and uses up his link.
func (b *Book) First(ctx context.Context, word, name, shown, password string, companies []string) (Person, error) {
	if p, err := b.Linked(ctx, word); err != nil || p.ID != 0 {
		return p, errors.Join(err, ErrNotFound)
	}
	if err := CheckPassword(password, foldName(name)); err != nil {
		return Person{}, err
	}
	kept, err := b.hashes.hash(ctx, password)
	if err != nil {
		return Person{}, err
	}
	var id int64
	err = b.in(ctx, func(t *tx) (err error) { // all of it or nothing: nobody is left without a password, or beside the link
		if err := t.use(word); err != nil {
			return err
		}
		if id, err = t.add(name, shown, false); err != nil {
			return err
		}
		for _, c := range companies {
			if err := t.roles("the first link", id, foldName(name), c, []Role{Administrator}, "invited"); err != nil {
				return err
			}
		}
		return t.password(foldName(name), Person{ID: id, Name: foldName(name)}, kept)
	})
	if err != nil {
		return Person{}, err
	}
	return b.Person(ctx, id)
}

// UseLink sets the password of the person of a link, which is dead afterwards, and ends his sessions.
func (b *Book) UseLink(ctx context.Context, word, password string) (Person, error) {
	p, err := b.Linked(ctx, word)
	if err != nil || p.ID == 0 {
		return p, errors.Join(err, ErrNotFound)
	}
	return p, b.setPassword(ctx, p.Name, p, password, word)
}

// ChangePassword sets a person's password and ends his other sessions.
func (b *Book) ChangePassword(ctx context.Context, p Person, password string) error {
	return b.setPassword(ctx, p.Name, p, password, "")
}

func (b *Book) setPassword(ctx context.Context, by string, p Person, password, link string) error {
	if err := CheckPassword(password, p.Name); err != nil {
		return err
	}
	kept, err := b.hashes.hash(ctx, password)
	if err != nil {
		return err
	}
	return b.in(ctx, func(t *tx) error {
		if link != "" {
			if err := t.use(link); err != nil {
				return err
			}
		}
		return t.password(by, p, kept)
	})
}

// use uses a link up.
func (t *tx) use(link string) error {
	r, err := t.ExecContext(t.ctx, `DELETE FROM links WHERE word = $1`, hashed(link))
	if err != nil {
		return fmt.Errorf("people: %w", err)
	}
	if n, err := r.RowsAffected(); err != nil || n != 1 { // somebody was quicker
		return errors.Join(err, ErrNotFound)
	}
	return nil
}

// password keeps a new one, and ends what was made with the former one.
func (t *tx) password(by string, p Person, kept string) error {
	for _, query := range []string{`DELETE FROM sessions WHERE person = $1`, `DELETE FROM devices WHERE person = $1`} {
		if err := t.exec(query, p.ID); err != nil {
			return err
		}
	}
	if err := t.exec(`UPDATE people SET password = $1 WHERE id = $2`, kept, p.ID); err != nil {
		return err
	}
	return t.tell("password set", by, p.Name, "")
}
