package web

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/evidence"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// What is done to people on the machine itself, where the console's own ways are shut.

// openBook opens the database of people of a folder, which must be there.
func openBook(ctx context.Context, w *desk.Workspace, now func() time.Time) (*signin.Book, error) {
	path := w.Config.Path(w.Config.Console.Database)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("there is no database of people at %s", path), Hint: "fisbridge serve makes it, and prints a link for the first administrator"}
	}
	return signin.Open(ctx, path, now)
}

// Nobody reports whether nobody has an account in the database of a fleet yet.
func Nobody(ctx context.Context, db *sql.DB) (bool, error) {
	return signin.Served(db, time.Now).Nobody(ctx)
}

// Granted is what Grant did.
type Granted struct {
	Person
	// Link is the way in for somebody who had no account, or asked for a new one; empty: he has one.
	Link string
}

// RoleError is a role that there is not.
type RoleError struct {
	Role  string
	Known []string
}

// Error names those that there are.
func (e *RoleError) Error() string {
	return fmt.Sprintf("there is no role %q; there are %s", e.Role, strings.Join(e.Known, ", "))
}

// ExistingError refuses roles for an account that may be in other hands.
type ExistingError = signin.ExistingError

// Grant gives somebody the roles in a company of a fleet in place of those that he has there; none: he sees it no more. Who is not known yet is made, with a link.
// existing: an account of other companies is meant, a machine, or one that was ended. link: who has an account gets a new way in, too.
func Grant(ctx context.Context, db *sql.DB, now func() time.Time, company, name string, words []string, existing, link bool, by, reason string) (g Granted, err error) {
	roles, err := rolesOf(words)
	if err != nil {
		return g, err
	}
	return grant(ctx, signin.Served(db, now), company, name, roles, existing, link, by, reason)
}

// GrantHere is Grant in the database of people of a folder, for the company that lies there.
func GrantHere(ctx context.Context, w *desk.Workspace, now func() time.Time, company, name string, words []string, existing bool, by, reason string) (g Granted, err error) {
	roles, err := rolesOf(words)
	if err != nil {
		return g, err
	}
	b, err := openBook(ctx, w, now)
	if err != nil {
		return g, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	if g, err = grant(ctx, b, company, name, roles, existing, false, by, reason); g.Link != "" {
		g.Link = linkTo(w, g.Link)
	}
	return g, err
}

func grant(ctx context.Context, b *signin.Book, company, name string, roles []signin.Role, existing, link bool, by, reason string) (g Granted, err error) {
	g.Person, err = b.Called(ctx, name)
	switch {
	case errors.Is(err, signin.ErrNotFound) && len(roles) > 0:
		if g.Person, g.Link, err = b.Invite(ctx, by, name, "", company, roles); err != nil {
			return g, err
		}
		return g, b.Note(ctx, "reason", by, g.Name, company+": "+reason)
	case err != nil:
		return g, err
	}
	if link {
		if _, err := account(ctx, b, name, false); err != nil {
			return g, err
		}
	}
	if err := b.Grant(ctx, by, g.ID, company, roles, existing, reason); err != nil {
		return g, err
	}
	if g.Person, err = b.Person(ctx, g.ID); err == nil && link {
		g.Link, err = reset(ctx, b, g.Person, by, company+": "+reason, signin.InviteGood)
	}
	return g, err
}

func rolesOf(words []string) (out []signin.Role, err error) {
	var known []string
	for _, r := range signin.Roles() {
		known = append(known, string(r))
	}
	for _, w := range words {
		if !slices.Contains(known, w) {
			return nil, &RoleError{w, known}
		}
		out = append(out, signin.Role(w))
	}
	return out, nil
}

// Grants are the people of a fleet, or of one of its companies, and what was done with rights there, the newest first.
func Grants(ctx context.Context, db *sql.DB, company string, most int) (people []Person, history []signin.Row, err error) {
	b := signin.Served(db, time.Now)
	all, err := b.People(ctx)
	if err != nil {
		return nil, nil, err
	}
	if company == "" {
		history, err = b.History(ctx, 0, most)
		return all, history, err
	}
	for _, p := range all {
		if len(p.In(company)) > 0 {
			people = append(people, p)
		}
	}
	history, err = b.HistoryAmong(ctx, company, 0, most)
	return people, history, err
}

// Person is who has an account, as a command lists it.
type Person = signin.Person

// People lists who has an account.
func People(ctx context.Context, w *desk.Workspace, now func() time.Time) (all []Person, err error) {
	b, err := openBook(ctx, w, now)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	return b.People(ctx)
}

// PeopleOf are the people of a company for an evidence pack; none where nobody has ever signed in.
func PeopleOf(ctx context.Context, w *desk.Workspace, now func() time.Time, company string) (p evidence.People, err error) {
	if _, err := os.Stat(w.Config.Path(w.Config.Console.Database)); err != nil {
		return p, nil //nolint:nilerr // there is no database of people
	}
	b, err := openBook(ctx, w, now)
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	return frame.PeopleOf(ctx, b, company)
}

// RoleGiven is a row of the history of sign-ins: somebody was given roles in the company, or lost them.
type RoleGiven struct {
	Seq int64
	At  time.Time
}

// RolesGiven are the changes of roles in a company since a moment; none where nobody has ever signed in.
func RolesGiven(ctx context.Context, w *desk.Workspace, now func() time.Time, company string, since time.Time) (out []RoleGiven, err error) {
	if _, err := os.Stat(w.Config.Path(w.Config.Console.Database)); err != nil {
		return nil, nil //nolint:nilerr // there is no database of people
	}
	b, err := openBook(ctx, w, now)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	rows, err := b.RolesGiven(ctx, company, since)
	for _, r := range rows {
		out = append(out, RoleGiven{r.Seq, r.At})
	}
	return out, err
}

// ResetPerson gives the link by which somebody sets a new password; the history tells who made it, and why.
func ResetPerson(ctx context.Context, w *desk.Workspace, now func() time.Time, name, by, reason string) (link string, err error) {
	b, err := openBook(ctx, w, now)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	p, err := account(ctx, b, name, false)
	var other *AccountError
	if errors.As(err, &other) {
		return "", &desk.Error{Code: desk.ExitFailed, Err: err, Hint: "fisbridge person list"}
	}
	if err != nil {
		return "", err
	}
	word, err := reset(ctx, b, p, by, reason, signin.FirstGood)
	return linkTo(w, word), err
}

// linkTo is the address of a link at the console of a folder.
func linkTo(w *desk.Workspace, word string) string {
	address := strings.TrimSuffix(w.Config.Console.PublicURL, "/")
	if address == "" {
		address = "http://" + w.Config.Console.Listen
	}
	return address + "/link/" + word
}

// VerifyPeople walks the history of sign-ins and roles; false: there is none.
func VerifyPeople(ctx context.Context, w *desk.Workspace, now func() time.Time) (rows int64, broken []int64, have bool, err error) {
	if _, err := os.Stat(w.Config.Path(w.Config.Console.Database)); err != nil {
		return 0, nil, false, nil //nolint:nilerr // nobody has ever signed in here
	}
	b, err := openBook(ctx, w, now)
	if err != nil {
		return 0, nil, true, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	rows, broken, err = b.Verify(ctx)
	return rows, broken, true, err
}
