package door

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/signin"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words"
)

// mePage is one's own account.
type mePage struct {
	Sessions []signin.Session
	Keys     []signin.Passkey
	Langs    []langChoice
	Failed   string
	Done     bool
	Least    int
}

type langChoice struct {
	Code, Name string
	Here       bool
}

// Me is one's own account: language, looks, password, sessions.
func Me(q *frame.Req) (frame.Answer, error) { return me(q, "", http.StatusOK) }

func me(q *frame.Req, failed string, status int) (frame.Answer, error) {
	d := mePage{Failed: failed, Least: signin.ShortestPassword}
	for _, l := range q.App.Words.Langs() {
		d.Langs = append(d.Langs, langChoice{l.Code, l.Name, l.Code == q.Who.Person.Language})
	}
	var err error
	if d.Sessions, err = q.App.Book.Sessions(q.Ctx(), q.Who.Person.ID); err != nil {
		return nil, err
	}
	if d.Keys, err = q.App.Book.Passkeys(q.Ctx(), q.Who.Person.ID); err != nil {
		return nil, err
	}
	return frame.Page{Template: "me", Title: q.T("me"), Data: d, Status: status, Door: true}, nil
}

// Prefer keeps language and looks.
func Prefer(q *frame.Req) (frame.Answer, error) {
	language, theme, rows := q.Value("language"), q.Value("theme"), q.Value("rows")
	known := language == "" || slices.ContainsFunc(q.App.Words.Langs(), func(l *words.Lang) bool { return l.Code == language })
	if !known || !slices.Contains([]string{"", "light", "dark"}, theme) || !slices.Contains([]string{"", "roomy"}, rows) {
		return nil, frame.Wrong("")
	}
	return frame.To{Address: "/me"}, q.App.Book.Prefer(q.Ctx(), q.Who.Person.ID, language, theme, rows)
}

// ChangePassword changes one's own, after the present one; all sessions end, and a new one begins.
func ChangePassword(q *frame.Req) (frame.Answer, error) {
	_, err := q.App.Book.ByPassword(q.Ctx(), signin.Attempt{Name: q.Who.Person.Name, Password: q.R.PostFormValue("present"), Address: q.Address, Session: q.Who.ID})
	var wait *signin.ErrWait
	switch {
	case errors.As(err, &wait):
		return me(q, q.T("signin.wait", "time", q.Took(wait.For)), http.StatusTooManyRequests)
	case errors.Is(err, signin.ErrRefused):
		return me(q, q.T("signin.refused"), http.StatusUnprocessableEntity)
	case err != nil:
		return nil, err
	}
	err = q.App.Book.ChangePassword(q.Ctx(), q.Who.Person, q.R.PostFormValue("password"))
	var weak *signin.ErrWeak
	if errors.As(err, &weak) {
		return me(q, q.T("weak."+weak.Code, "n", signin.ShortestPassword), http.StatusUnprocessableEntity)
	}
	if err != nil {
		return nil, err
	}
	return enter(q, q.Who.Person, signin.ByPassword, signinPage{Next: "/me"}, true)
}

// EndMine ends one's other sessions.
func EndMine(q *frame.Req) (frame.Answer, error) {
	return frame.To{Address: "/me"}, q.App.Book.EndSessions(q.Ctx(), q.Who.Person.Name, q.Who.Person, q.Word)
}

// peoplePage is who may do what in a company.
type peoplePage struct {
	People []personRow
	Roles  []signin.Role
	Failed string
	Link   string // of an invitation that was just made
	Token  string // that was just made
	Name   string // of whom
	Form   map[string]string
	Ticked ticks // of an invitation that was refused
	Tokens map[int64][]signin.Token
}

// ticks are roles that are ticked in a form.
type ticks []signin.Role

// Has reports whether a role is ticked.
func (t ticks) Has(role signin.Role) bool { return slices.Contains(t, role) }

type personRow struct {
	signin.Person
	Here  []signin.Role
	Self  bool
	Other bool // has no role in this company

	company string
}

// Has reports whether the person was granted a role here. Group: groups alone give it, and nobody here takes it.
func (r personRow) Has(role signin.Role) bool   { return slices.Contains(r.Granted[r.company], role) }
func (r personRow) Group(role signin.Role) bool { return !r.Has(role) }

// People is who may do what in the company.
func People(q *frame.Req) (frame.Answer, error) {
	return people(q, peoplePage{Form: map[string]string{}}, http.StatusOK)
}

func people(q *frame.Req, d peoplePage, status int) (frame.Answer, error) {
	all, err := q.App.Book.People(q.Ctx())
	if err != nil {
		return nil, err
	}
	d.Roles, d.Tokens = signin.Roles(), map[int64][]signin.Token{}
	for _, p := range all {
		r := personRow{Person: p, Here: p.In(q.Co.Short), Self: p.ID == q.Who.Person.ID, company: q.Co.Short}
		if !within(q, p) {
			continue // of another company
		}
		r.Other = len(r.Here) == 0 && len(p.Roles) > 0
		if p.Machine {
			if d.Tokens[p.ID], err = q.App.Book.Tokens(q.Ctx(), p.ID); err != nil {
				return nil, err
			}
		}
		d.People = append(d.People, r)
	}
	err = q.Snapshot(func() error { return nil })
	return frame.Page{Template: "people", Title: q.T("people"), Nav: "settings", Data: d, Status: status}, err
}

// rolesOf reads the roles that are ticked.
func rolesOf(q *frame.Req) (out []signin.Role) {
	for _, r := range q.R.PostForm["role"] {
		if slices.Contains(signin.Roles(), signin.Role(r)) {
			out = append(out, signin.Role(r))
		}
	}
	return out
}

// Invite makes a person with roles, and shows the link for him once; or a machine.
func Invite(q *frame.Req) (frame.Answer, error) {
	d := peoplePage{Form: map[string]string{"name": q.Value("name"), "shown": q.Value("shown"), "machine": q.Value("machine")}}
	roles := rolesOf(q)
	d.Ticked = roles
	if len(roles) == 0 {
		d.Failed = q.T("wrong.roles")
		return people(q, d, http.StatusUnprocessableEntity)
	}
	var err error
	if q.Value("machine") != "" {
		_, err = q.App.Book.AddMachine(q.Ctx(), q.Who.Person.Name, d.Form["name"], d.Form["shown"], q.Co.Short, roles)
	} else {
		d.Link, err = invite(q, d.Form["name"], d.Form["shown"], roles)
	}
	switch {
	case errors.Is(err, signin.ErrName):
		d.Failed = q.T("wrong.name")
	case errors.Is(err, signin.ErrTaken):
		d.Failed = q.T("wrong.taken")
	case err != nil:
		return nil, err
	default:
		d.Name, d.Form, d.Ticked = d.Form["name"], map[string]string{}, nil
		return people(q, d, http.StatusOK)
	}
	return people(q, d, http.StatusUnprocessableEntity)
}

func invite(q *frame.Req, name, shown string, roles []signin.Role) (string, error) {
	_, word, err := q.App.Book.Invite(q.Ctx(), q.Who.Person.Name, name, shown, q.Co.Short, roles)
	if err != nil {
		return "", err
	}
	return q.App.Public(q.R) + "/link/" + word, nil
}

// person is the one that the address names, who has or had a role in the company.
func person(q *frame.Req) (signin.Person, error) {
	id, err := strconv.ParseInt(q.R.PathValue("person"), 10, 64)
	if err != nil {
		return signin.Person{}, frame.NotFound()
	}
	p, err := q.App.Book.Person(q.Ctx(), id)
	if errors.Is(err, signin.ErrNotFound) || err == nil && !within(q, p) {
		return p, frame.NotFound()
	}
	return p, err
}

// within reports whether somebody is seen in the company by who asks: he has or had a role here, or in another company whose people are the asker's to
// manage, too, who may then give him a role here.
func within(q *frame.Req, p signin.Person) bool {
	return slices.ContainsFunc(p.Belonged, func(company string) bool {
		return company == q.Co.Short || signin.May(q.Who.Person.In(company), signin.ManagePeople) && q.May(string(signin.ManagePeople))
	})
}

// elsewhere: it would reach into a company whose people are not the administrator's. What is done to an account counts in each company in which somebody has a
// role, or had one and may get it again: with a link one would be that person there.
func elsewhere(q *frame.Req, p signin.Person) bool {
	return slices.ContainsFunc(p.Belonged, func(company string) bool { return !signin.May(q.Who.Person.In(company), signin.ManagePeople) })
}

// act is what an administrator does to somebody.
type act struct {
	here   bool // it touches this company alone
	reason bool // it wants one
	do     func(q *frame.Req, p signin.Person, d *peoplePage, reason string) error
}

// acts are all of them, by the value of do.
func acts() map[string]act {
	return map[string]act{
		"roles": {here: true, reason: true, do: func(q *frame.Req, p signin.Person, _ *peoplePage, reason string) error {
			return q.App.Book.SetRoles(q.Ctx(), q.Who.Person, p.ID, q.Co.Short, rolesOf(q), reason)
		}},
		"end": {reason: true, do: func(q *frame.Req, p signin.Person, _ *peoplePage, reason string) error {
			return q.App.Book.End(q.Ctx(), q.Who.Person, p.ID, reason)
		}},
		"sessions": {do: func(q *frame.Req, p signin.Person, _ *peoplePage, _ string) error {
			return q.App.Book.EndSessions(q.Ctx(), q.Who.Person.Name, p, "")
		}},
		"link": {do: func(q *frame.Req, p signin.Person, d *peoplePage, _ string) error {
			word, err := q.App.Book.Link(q.Ctx(), q.Who.Person.Name, p, linkGood)
			if err == nil {
				d.Link = q.App.Public(q.R) + "/link/" + word
			}
			return err
		}},
		"token": {do: func(q *frame.Req, p signin.Person, d *peoplePage, _ string) (err error) {
			d.Token, err = q.App.Book.MakeToken(q.Ctx(), q.Who.Person.Name, p, q.Value("label"), tokenGood)
			return err
		}},
		"endtoken": {reason: true, do: func(q *frame.Req, p signin.Person, _ *peoplePage, _ string) error {
			id, _ := strconv.ParseInt(q.Value("token"), 10, 64)
			return q.App.Book.EndToken(q.Ctx(), q.Who.Person.Name, p, id)
		}},
	}
}

// Acts names what an administrator may do to somebody, and whether it touches his own company alone.
func Acts() map[string]bool {
	out := map[string]bool{}
	for name, a := range acts() {
		out[name] = a.here
	}
	return out
}

// Change does something to a person: roles, a new link, the end of his sessions, or his end.
func Change(q *frame.Req) (frame.Answer, error) {
	p, err := person(q)
	if err != nil {
		return nil, err
	}
	d := peoplePage{Form: map[string]string{}, Name: p.Name}
	act, known := acts()[q.Value("do")]
	if !known {
		return nil, frame.Wrong("")
	}
	if !act.here && elsewhere(q, p) {
		d.Failed = q.T("wrong.elsewhere")
		return people(q, d, http.StatusUnprocessableEntity)
	}
	reason, err := wording.Reason(q.R.PostFormValue("reason"))
	if err != nil && act.reason {
		d.Failed = q.T("wrong.reason", "n", 5)
		return people(q, d, http.StatusUnprocessableEntity)
	}
	err = act.do(q, p, &d, reason)
	switch {
	case errors.Is(err, signin.ErrSelf):
		d.Failed = q.T("wrong.self")
	case errors.Is(err, signin.ErrLast):
		d.Failed = q.T("wrong.last")
	case err != nil:
		return nil, err
	case d.Link == "" && d.Token == "":
		return frame.To{Address: q.To("settings", "people") + "?done=people"}, nil
	}
	if d.Failed != "" {
		return people(q, d, http.StatusUnprocessableEntity)
	}
	return people(q, d, http.StatusOK)
}

// How long links and tokens are good.
const (
	linkGood  = 24 * time.Hour
	tokenGood = 365 * 24 * time.Hour
)
