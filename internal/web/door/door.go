package door

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// Cookies of the console: the session, and the browser by which somebody is known.
const (
	SessionCookie = "__Host-fisbridge"
	deviceCookie  = "__Host-fisbridge-device"
)

// deviceKnown is how long a browser is known.
const deviceKnown = 400 * 24 * time.Hour

func cookie(w http.ResponseWriter, name, word string, age time.Duration) {
	c := &http.Cookie{Name: name, Value: word, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: int(age.Seconds())}
	if word == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// signinPage is the door.
type signinPage struct {
	proved    time.Time // when who comes in proved who he is; zero: now
	Host      string
	Next      string
	Name      string
	Failed    string
	Ended     bool
	Carried   []field // of a form that was sent after its session had ended
	Passwords bool
	OIDC      string
	Admins    bool
}

type field struct{ Name, Value string }

// local is the address when it is one of ours, else the beginning.
func local(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

// Page is the sign-in. Who is signed in already is sent on.
func Page(q *frame.Req) (frame.Answer, error) {
	if q.Who != nil {
		return frame.To{Address: local(q.R.URL.Query().Get("next"))}, nil
	}
	nobody, err := q.App.Book.Nobody(q.Ctx())
	if err != nil {
		return nil, err
	}
	if nobody {
		return frame.Page{Template: "nobody", Title: q.T("signin"), Door: true}, nil
	}
	return show(q, signinPage{Next: local(q.R.URL.Query().Get("next"))}, http.StatusOK)
}

func show(q *frame.Req, d signinPage, status int) (frame.Answer, error) {
	d.Host, d.Passwords = q.R.Host, q.App.Settings.Passwords
	if o := q.App.Settings.OIDC; o.Issuer != "" {
		d.OIDC = cmp.Or(o.Name, hostOf(o.Issuer))
	}
	return frame.Page{Template: "signin", Title: q.T("signin"), Door: true, Data: d, Status: status}, nil
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

// mostCarried bounds what is carried of a form through the sign-in.
const mostCarried = 40

// Ended is the answer to a form whose session is over: the sign-in, with what was typed.
func Ended(q *frame.Req) (frame.Answer, error) {
	d := signinPage{Next: local(q.R.URL.Path), Ended: true}
	for name, values := range q.R.PostForm {
		if name == "password" || name == "seen" || len(d.Carried) > mostCarried {
			continue
		}
		for _, v := range values {
			d.Carried = append(d.Carried, field{name, v})
		}
	}
	slices.SortFunc(d.Carried, func(a, b field) int { return cmp.Compare(a.Name, b.Name) })
	return show(q, d, http.StatusUnauthorized)
}

// SignIn takes a name and a password.
func SignIn(q *frame.Req) (frame.Answer, error) {
	if !q.App.Settings.Passwords {
		return nil, frame.NotFound()
	}
	name := q.R.PostFormValue("name")
	a := signin.Attempt{Name: name, Password: q.R.PostFormValue("password"), Address: q.Address}
	if c, err := q.R.Cookie(deviceCookie); err == nil {
		a.Device = c.Value
	}
	d := signinPage{Next: local(q.R.PostFormValue("next")), Name: name, Carried: carried(q)}
	p, err := q.App.Book.ByPassword(q.Ctx(), a)
	var wait *signin.ErrWait
	switch {
	case errors.As(err, &wait):
		d.Failed = q.T("signin.wait", "time", q.Took(wait.For))
		return show(q, d, http.StatusTooManyRequests)
	case errors.Is(err, signin.ErrRefused):
		d.Failed = q.T("signin.refused")
		return show(q, d, http.StatusUnauthorized)
	case err != nil:
		return nil, err
	}
	return enter(q, p, signin.ByPassword, d, a.Device == "")
}

// carried are the fields of a form behind the sign-in.
func carried(q *frame.Req) (out []field) {
	for name, values := range q.R.PostForm {
		if n, is := strings.CutPrefix(name, "carry."); is {
			for _, v := range values {
				out = append(out, field{n, v})
			}
		}
	}
	slices.SortFunc(out, func(a, b field) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// enter makes the session and sends on; with something carried it comes back as a form that is not sent yet.
func enter(q *frame.Req, p signin.Person, means string, d signinPage, device bool) (frame.Answer, error) {
	former := ""
	if c, err := q.R.Cookie(SessionCookie); err == nil {
		former = c.Value
	}
	proved := q.Now
	if !d.proved.IsZero() {
		proved = d.proved
	}
	word, err := q.App.Book.SignedInProved(q.Ctx(), p, means, q.Address, agent(q.R), former, proved)
	if err != nil {
		return nil, err
	}
	known := ""
	if device {
		if known, err = q.App.Book.Device(q.Ctx(), p); err != nil {
			return nil, err
		}
	}
	return frame.Raw(func(w http.ResponseWriter) error {
		cookie(w, SessionCookie, word, 0)
		if known != "" {
			cookie(w, deviceCookie, known, deviceKnown)
		}
		if len(d.Carried) > 0 {
			return frame.Page{Template: "carried", Title: q.T("signin.back"), Door: true, Data: d}.Write(q, w)
		}
		http.Redirect(w, q.R, d.Next, http.StatusSeeOther)
		return nil
	}), nil
}

// agent is the browser, as far as one line tells it.
func agent(r *http.Request) string {
	text := r.UserAgent()
	return text[:min(len(text), 120)]
}

// SignOut ends the session.
func SignOut(q *frame.Req) (frame.Answer, error) {
	if q.Who != nil {
		if err := q.App.Book.SignOut(q.Ctx(), q.Word, q.Who); err != nil {
			return nil, err
		}
	}
	return frame.Raw(func(w http.ResponseWriter) error {
		cookie(w, SessionCookie, "", 0)
		w.Header().Set("Clear-Site-Data", `"cache"`)
		http.Redirect(w, q.R, "/signin", http.StatusSeeOther)
		return nil
	}), nil
}

// linkPage is where a password is set.
type linkPage struct {
	First       bool
	Person      signin.Person
	Name, Shown string
	Failed      string
	Least       int
	// Roles are those of the person, in any company; the first one has none yet.
	Roles []signin.Role
}

// LinkPage is the page of a link: the first person names himself, others set their password.
func LinkPage(q *frame.Req) (frame.Answer, error) {
	p, err := q.App.Book.Linked(q.Ctx(), q.R.PathValue("word"))
	if errors.Is(err, signin.ErrNotFound) {
		return nil, &frame.Fault{Status: http.StatusNotFound, Code: "link"}
	}
	if err != nil {
		return nil, err
	}
	return linkForm(q, linkPage{First: p.ID == 0, Person: p}, http.StatusOK)
}

func linkForm(q *frame.Req, d linkPage, status int) (frame.Answer, error) {
	d.Least = signin.ShortestPassword
	for _, role := range signin.Roles() {
		for _, here := range d.Person.Roles {
			if slices.Contains(here, role) && !slices.Contains(d.Roles, role) {
				d.Roles = append(d.Roles, role)
			}
		}
	}
	return frame.Page{Template: "link", Title: q.T("link"), Door: true, Data: d, Status: status}, nil
}

// Link sets the password, and signs in.
func Link(q *frame.Req) (frame.Answer, error) {
	word, password := q.R.PathValue("word"), q.R.PostFormValue("password")
	p, err := q.App.Book.Linked(q.Ctx(), word)
	if errors.Is(err, signin.ErrNotFound) {
		return nil, &frame.Fault{Status: http.StatusNotFound, Code: "link"}
	}
	if err != nil {
		return nil, err
	}
	d := linkPage{First: p.ID == 0, Person: p, Name: q.Value("name"), Shown: q.Value("shown")}
	if d.First {
		var all []string
		for _, c := range q.App.All() {
			all = append(all, c.Short)
		}
		p, err = q.App.Book.First(q.Ctx(), word, d.Name, d.Shown, password, all)
	} else {
		p, err = q.App.Book.UseLink(q.Ctx(), word, password)
	}
	var weak *signin.ErrWeak
	switch {
	case errors.As(err, &weak):
		d.Failed = q.T("weak."+weak.Code, "n", signin.ShortestPassword)
	case errors.Is(err, signin.ErrName):
		d.Failed = q.T("wrong.name")
	case errors.Is(err, signin.ErrTaken):
		d.Failed = q.T("wrong.taken")
	case errors.Is(err, signin.ErrNotFound):
		return nil, &frame.Fault{Status: http.StatusNotFound, Code: "link"}
	case err != nil:
		return nil, err
	}
	if d.Failed != "" {
		return linkForm(q, d, http.StatusUnprocessableEntity)
	}
	return enter(q, p, signin.ByLink, signinPage{Next: "/"}, true)
}
