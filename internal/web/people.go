package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
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
	p, err := b.Called(ctx, name)
	switch {
	case errors.Is(err, signin.ErrNotFound):
		return "", &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("nobody is called %q", name), Hint: "fisbridge person list"}
	case err != nil:
		return "", err
	case p.Machine || !p.Ended.IsZero():
		return "", &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s is a machine, or ended: there is no password to be set", p.Name), Hint: "fisbridge person list"}
	}
	if err := b.Note(ctx, "reset on the machine", by, p.Name, reason); err != nil {
		return "", err
	}
	word, err := b.Link(ctx, by, p, signin.FirstGood)
	address := strings.TrimSuffix(w.Config.Console.PublicURL, "/")
	if address == "" {
		address = "http://" + w.Config.Console.Listen
	}
	return address + "/link/" + word, err
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
