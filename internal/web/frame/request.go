package frame

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/desk/todo"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/web/signin"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words"
)

// Req is one request: who asks, where, in which language, and the instant that the page shows.
type Req struct {
	*words.Lang
	App *App
	R   *http.Request
	// Who is signed in, nil at the door. Word is his cookie's.
	Who  *signin.Session
	Word string
	// Address is where the call comes from.
	Address string
	// Co is the company, nil outside of one; Desk its snapshot, and Head the newest row of the history in it.
	Co   *Company
	Desk *desk.Workspace
	Head int64
	Now  time.Time
	Zone *time.Location
	// Todo is how many things need a person; Stopped is one of the routes that are stopped.
	Todo    int
	Stopped *desk.Need

	mine  []*Company        // nil: not asked for yet
	shown map[string]string // what others read, by the name of a person
}

// Ctx is the context of the request.
func (q *Req) Ctx() context.Context { return q.R.Context() }

// Roles are those of who asks in the company.
func (q *Req) Roles() []signin.Role {
	if q.Who == nil || q.Co == nil {
		return nil
	}
	return q.Who.Person.In(q.Co.Short)
}

// May reports whether who asks has a right in the company.
func (q *Req) May(right string) bool { return signin.May(q.Roles(), signin.Right(right)) }

// Persons reports whether names and texts may be shown.
func (q *Req) Persons() bool { return q.May(string(signin.SeePersons)) }

// HelpAt is where the page of help is: that of the company for who may look there, else the one that names nobody.
func (q *Req) HelpAt() string {
	if q.Co != nil && q.May(string(signin.Look)) {
		return q.To("settings", "help")
	}
	return "/help"
}

// To is an address of the company, made of its parts.
func (q *Req) To(parts ...any) string {
	out := "/c/" + url.PathEscape(q.Co.Short)
	for _, p := range parts {
		out += "/" + url.PathEscape(fmt.Sprint(p))
	}
	if len(parts) == 0 {
		out += "/"
	}
	return out
}

// ToFile is the address of an import file.
func (q *Req) ToFile(f desk.File, more ...any) string {
	return q.To(append([]any{"files", f.Route, f.Sequence}, more...)...)
}

// Snapshot shows one instant of the company's folder to body.
func (q *Req) Snapshot(body func() error) error {
	return q.Co.Desk.Snapshot(q.Ctx(), func(w *desk.Workspace) error {
		q.Desk = w
		defer func() { q.Desk = q.Co.Desk }()
		var err error
		if q.Head, _, err = reading.Head(q.Ctx(), w); err != nil {
			return err
		}
		needs, err := todo.Needs(q.Ctx(), w, q.Now, 1)
		if err != nil {
			return err
		}
		q.Todo = needs.Total
		for i := range needs.First {
			if needs.First[i].Code == desk.NeedStopped {
				q.Stopped = &needs.First[i]
			}
		}
		return body()
	})
}

// Routes are the routes of the company.
func (q *Req) Routes() []string {
	var out []string
	for _, r := range q.Co.Desk.Config.Routes {
		out = append(out, r.Name)
	}
	return out
}

// Here is the address of the page, without what was done.
func (q *Req) Here() string {
	u := url.URL{Path: q.R.URL.Path}
	v := q.R.URL.Query()
	v.Del("done")
	u.RawQuery = v.Encode()
	return u.String()
}

// With is the address of the page with other values; an empty one takes a value away.
func (q *Req) With(set ...string) string {
	u := url.URL{Path: q.R.URL.Path}
	v := q.R.URL.Query()
	v.Del("done")
	for i := 0; i+1 < len(set); i += 2 {
		v.Del(set[i])
		if set[i+1] != "" {
			v.Set(set[i], set[i+1])
		}
	}
	u.RawQuery = v.Encode()
	return u.String()
}

// Value is a value of the address or the form, in one line; what is no text is none, for a database may refuse it.
func (q *Req) Value(name string) string {
	text := strings.ReplaceAll(strings.ToValidUTF8(q.R.FormValue(name), "\uFFFD"), "\x00", "\uFFFD")
	return strings.TrimSpace(text)
}

// At is a moment in the company's zone, RFC 3339 for machines.
func (q *Req) at(t time.Time) time.Time { return t.In(q.Zone) }

// Amount is an amount with its currency's decimals.
func (q *Req) Amount(a fis.Amount, currency string) string { return q.Money(a, currency) }

// ShortID is the beginning of an id or a hash.
func (q *Req) ShortID(id string) string {
	if len(id) > 8 {
		return id[:8]
	}
	return id
}

// Count is a number of a row, from 1.
func (q *Req) Count(i int) int { return i + 1 }

// inMemory is what of a form with a file is kept in memory.
const inMemory = 8 << 20

// ReadUpload reads a form with a file. Nothing of it was read before the right was asked for.
func (q *Req) ReadUpload() error {
	var large *http.MaxBytesError
	switch err := q.R.ParseMultipartForm(inMemory); {
	case errors.As(err, &large):
		return &Fault{Status: http.StatusRequestEntityTooLarge, Code: "large"}
	case errors.Is(err, http.ErrNotMultipart):
		return &Fault{Status: http.StatusUnsupportedMediaType, Code: "media"}
	case err != nil:
		return Wrong("")
	}
	return nil
}

// Refused is an act that a person may not do though his role may: it is 403, and stands in the history of sign-ins.
func (q *Req) Refused(err error) error {
	if noted := q.App.Book.Note(q.Ctx(), "refused", q.Who.Person.Name, "", q.R.Method+" "+q.R.URL.Path+": "+wording.Error(err)); noted != nil {
		return noted
	}
	f := &Fault{Status: http.StatusForbidden, Code: "own", Text: saidOf(err)}
	var own *desk.Error
	if errors.As(err, &own) && own.Err != nil {
		f.Text, f.Way = saidOf(own.Err), own.Hint
	}
	return f
}
