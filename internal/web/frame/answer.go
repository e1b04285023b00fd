package frame

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Handler answers a request.
type Handler func(q *Req) (Answer, error)

// Answer is what a handler gives: it is written when it is whole.
type Answer interface {
	write(q *Req, w http.ResponseWriter) error
}

// Page is a page of the console.
type Page struct {
	// Template names it; Title stands in the tab and holds no person's name; Nav is the word of the navigation.
	Template, Title, Nav string
	Crumbs               []Crumb
	Data                 any
	Status               int
	// Door is a page without the frame: sign-in.
	Door bool
	// Refresh has the page come anew after so many seconds where there is no script.
	Refresh int
}

// Crumb is a step of the path above the heading; the last one has no address.
type Crumb struct{ Text, To string }

// view is what templates see.
type view struct {
	*Req
	Page
	Body   template.HTML
	Notice string
}

// Live reports whether the company's run goes on.
func (v view) Live() bool { return v.Co != nil && v.Co.Live.Going() }

// CSS and Script are the addresses of the files.
func (v view) CSS() string    { return v.App.css }
func (v view) Script() string { return v.App.script }

// Navigation are the words of the navigation.
func (v view) Navigation() []Crumb {
	var out []Crumb
	for _, n := range []string{"", "todo", "documents", "files", "mappings", "nights", "evidence", "settings"} {
		to := v.To()
		if n != "" {
			to = v.To(n)
		}
		out = append(out, Crumb{cmp.Or(n, "today"), to})
	}
	return out
}

// Mine are the companies of who asks.
func (v view) Mine() []*Company { return v.Req.Mine() }

// mostInMenu bounds how many companies the menu names; all of them have a page.
const mostInMenu = 20

// Menu are the companies of the menu.
func (v view) Menu() []*Company {
	all := v.Mine()
	return all[:min(len(all), mostInMenu)]
}

// Halted is why nothing runs in the company for now.
func (v view) Halted() string {
	if v.Co == nil || !v.Co.IsOpen() {
		return ""
	}
	return v.Co.Away()
}

// Mine are the companies in which who asks has a role.
func (q *Req) Mine() []*Company {
	if q.mine == nil {
		q.mine = q.findMine()
	}
	return q.mine
}

// CommonZone is the zone of the companies of who asks, where it is one; else UTC.
func (q *Req) CommonZone() *time.Location {
	var zone *time.Location
	for _, c := range q.Mine() {
		switch {
		case c.closed:
		case zone == nil:
			zone = c.Zone
		case zone.String() != c.Zone.String():
			return time.UTC
		}
	}
	return cmp.Or(zone, time.UTC)
}

func (q *Req) findMine() []*Company {
	out, names := []*Company{}, []string{}
	for _, c := range q.App.All() {
		if q.Who != nil && len(q.Who.Person.In(c.Short)) > 0 {
			out, names = append(out, c), append(names, c.Short)
		}
	}
	if q.App.Serving == nil {
		return out
	}
	now, err := q.App.Serving(q.Ctx(), names)
	if err != nil { // none is shown of which it is not known
		q.App.Log.Error("console", "error", err.Error())
	}
	return slices.DeleteFunc(out, func(c *Company) bool { return !now[c.Short] })
}

// doneWords are what an act tells on top of the page it leads to. They stand in the address, so only known ones count.
func (q *Req) notice() string {
	if key := q.R.URL.Query().Get("done"); key != "" && q.Has("done."+key) {
		return q.T("done." + key)
	}
	return ""
}

func (p Page) write(q *Req, w http.ResponseWriter) error {
	v := view{Req: q, Page: p, Notice: q.notice()}
	var body, whole bytes.Buffer
	if err := q.App.pages.ExecuteTemplate(&body, p.Template, v); err != nil {
		return err
	}
	v.Body = template.HTML(body.String()) //nolint:gosec // made by a template
	layout := "layout"
	if p.Door {
		layout = "door"
	}
	if err := q.App.pages.ExecuteTemplate(&whole, layout, v); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(cmp.Or(p.Status, http.StatusOK))
	_, err := w.Write(whole.Bytes())
	return gone(err)
}

// gone: who asked does not wait any more, which is no failure of ours.
func gone(error) error { return nil }

// To is an answer that sends on to another page, by GET.
type To struct{ Address string }

func (t To) write(q *Req, w http.ResponseWriter) error {
	http.Redirect(w, q.R, t.Address, http.StatusSeeOther)
	return nil
}

// File is an answer that is saved under a name.
type File struct {
	Name, Kind string
	Body       io.Reader
	// Inline shows it in the browser instead.
	Inline bool
}

func (f File) write(_ *Req, w http.ResponseWriter) error {
	if c, is := f.Body.(io.Closer); is {
		defer func() { _ = c.Close() }() // it was only read
	}
	w.Header().Set("Content-Type", f.Kind)
	how := "attachment"
	if f.Inline {
		how = "inline"
	}
	w.Header().Set("Content-Disposition", how+"; filename="+strconv.Quote(safeName(f.Name)))
	_, err := io.Copy(w, f.Body)
	return gone(err)
}

// safeName is a file name of plain letters.
func safeName(name string) string {
	out := []rune{}
	for _, r := range name {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '/' || r == ':' {
			r = '_'
		}
		out = append(out, r)
	}
	return string(out)
}

// Raw is an answer that a handler writes itself, such as a stream.
type Raw func(w http.ResponseWriter) error

func (r Raw) write(_ *Req, w http.ResponseWriter) error { return r(w) }

// Fault is a page that tells what does not go: a status, and words of the catalogue as fault.CODE and fault.CODE.way.
type Fault struct {
	Status int
	Code   string
	// Text is a sentence of the engine, Way what to do.
	Text, Way say.Text
	// Who may, where the role is missing.
	Holders []string
}

// Error is what happened.
func (f *Fault) Error() string { return f.Code + ": " + f.Text.String() }

// NotFound is nothing here, or not for you.
func NotFound() error { return &Fault{Status: http.StatusNotFound, Code: "missing"} }

// IsNotFound reports whether an answer is that nothing is here.
func IsNotFound(err error) bool {
	var f *Fault
	return errors.As(err, &f) && f.Status == http.StatusNotFound
}

// Wrong is a request that is not understood.
func Wrong(text string) error {
	return &Fault{Status: http.StatusUnprocessableEntity, Code: "wrong", Text: say.Text(text)}
}

// FaultOf is how a failure is told. What the program cannot help has a number, under which the log has the whole cause.
func (q *Req) FaultOf(err error) *Fault {
	var f *Fault
	var own *desk.Error
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.Canceled) && q.R.Context().Err() != nil:
		return &Fault{Status: 499, Code: "gone"}
	case errors.As(err, &own) && own.Err != nil && own.Why != nil && own.Why.Code == desk.CodeMoved:
		return &Fault{Status: http.StatusConflict, Code: "conflict", Text: saidOf(own.Err), Way: own.Hint}
	case errors.As(err, &own) && own.Err != nil && (own.Code == desk.ExitFailed || own.Code == desk.ExitUsage || own.Code == desk.ExitInvalid):
		return &Fault{Status: http.StatusUnprocessableEntity, Code: "refused", Text: saidOf(own.Err), Way: own.Hint}
	}
	number := q.Now.UTC().Format("20060102-150405.000")
	q.App.Log.Error("console", "number", number, "address", q.R.URL.Path, "error", wording.Error(err))
	return &Fault{Status: http.StatusInternalServerError, Code: "failed", Text: say.Plain(number)}
}

// Answer writes what a handler gave, or its failure.
func (q *Req) Answer(w http.ResponseWriter, a Answer, err error) {
	if err == nil {
		err = a.write(q, w)
	}
	if err == nil {
		return
	}
	f := q.FaultOf(err)
	page := Page{Template: "fault", Title: q.T("fault." + f.Code), Status: f.Status, Data: f, Door: q.Co == nil}
	if q.Co != nil && q.Desk == nil {
		q.Desk = q.Co.Desk
	}
	if err := page.write(q, w); err != nil {
		q.App.Log.Error("console", "address", q.R.URL.Path, "error", err.Error())
		http.Error(w, "fisbridge: the page could not be made", http.StatusInternalServerError)
	}
}

// currencies of a figure, those with most things first.
func currencies(f desk.Figure) []string {
	out := make([]string, 0, len(f.Amounts))
	for c := range f.Amounts {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Or(cmp.Compare(f.Counts[b], f.Counts[a]), cmp.Compare(a, b))
	})
	return out
}

// Write writes the page behind headers that a handler has set.
func (p Page) Write(q *Req, w http.ResponseWriter) error { return p.write(q, w) }
