package pages

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/evidence"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// packRow is a pack that was made.
type packRow struct {
	evidence.Kept
	Period string
}

// packsOf are the newest packs, for who may take them.
func packsOf(q *frame.Req) (out []packRow, err error) {
	const most = 10
	list, err := evidence.List(q.Ctx(), q.Desk, most)
	for _, k := range list {
		if !q.Persons() {
			k.Reason = ""
		}
		p := period{Selection: desk.Selection{Since: k.Since, Until: k.Until}, All: k.Since.IsZero() && k.Until.IsZero()}
		out = append(out, packRow{k, p.words(q)})
	}
	return out, err
}

// newPack is the page that asks what a pack is to be of.
type newPack struct {
	Since, Until, Route, Documents, Names, Reason string
	Wrong                                         []mistake
}

// mistake is a field that is not right.
type mistake struct{ Field, Text string }

// Bad reports whether a field is not right.
func (d newPack) Bad(field string) bool {
	for _, m := range d.Wrong {
		if m.Field == field {
			return true
		}
	}
	return false
}

func (d *newPack) wrong(field, text string) { d.Wrong = append(d.Wrong, mistake{field, text}) }

func (d *newPack) page(q *frame.Req, status int) frame.Answer {
	return frame.Page{Template: "newpack", Title: q.T("act.pack"), Nav: "evidence", Data: d, Status: status, Crumbs: []frame.Crumb{{Text: q.T("nav.evidence"), To: q.To("evidence")}, {Text: q.T("act.pack")}}}
}

// NewPack is the page.
func NewPack(q *frame.Req) (frame.Answer, error) {
	last := month(q, q.Now).AddDate(0, -1, 0)
	d := &newPack{Since: last.Format(time.DateOnly), Until: month(q, q.Now).AddDate(0, 0, -1).Format(time.DateOnly), Names: "ids"}
	for name, into := range map[string]*string{"since": &d.Since, "until": &d.Until, "route": &d.Route} { // where the page before was of a period
		if v := q.Value(name); v != "" {
			*into = v
		}
	}
	err := q.Snapshot(func() error { return nil })
	return d.page(q, http.StatusOK), err
}

// MakePack begins to make a pack; the page of the evidence shows it.
func MakePack(q *frame.Req) (frame.Answer, error) {
	d := &newPack{Since: q.Value("since"), Until: q.Value("until"), Route: q.Value("route"), Documents: q.Value("documents"), Names: q.Value("names"), Reason: q.R.PostFormValue("reason")}
	o := evidence.Options{Route: d.Route, IDsOnly: d.Names != "names", By: q.Who.Actor(), Version: q.App.Version, Company: q.Co.Name, Words: q.Lang, Language: q.Code}
	if err := q.Snapshot(func() error { return d.read(q, &o) }); err != nil {
		return nil, err
	}
	reason, err := wording.Reason(d.Reason)
	if err != nil || len([]rune(reason)) < 5 {
		d.wrong("reason", q.T("wrong.reason", "n", 5))
	}
	if len(d.Wrong) > 0 {
		return d.page(q, http.StatusUnprocessableEntity), nil
	}
	if o.People, err = frame.PeopleOf(q.Ctx(), q.App.Book, q.Co.Short); err != nil {
		return nil, err
	}
	place := q.Co.Place
	place.Command, place.Actor = "console", q.Who.Actor()
	if !q.Co.Pack(q.App.Life, place, o, reason) {
		d.wrong("since", q.T("pack.busy"))
		return d.page(q, http.StatusConflict), nil
	}
	return frame.To{Address: q.To("evidence") + "?done=pack#packs"}, nil
}

// read reads the fields.
func (d *newPack) read(q *frame.Req, o *evidence.Options) error {
	for name, into := range map[string]*time.Time{"since": &o.Since, "until": &o.Until} {
		at, err := dayOf(q, name)
		if err != nil {
			d.wrong(name, q.T("wrong.day", "text", q.Value(name)))
			continue
		}
		*into = at
	}
	if !o.Until.IsZero() {
		o.Until = o.Until.AddDate(0, 0, 1)
		if !o.Until.After(o.Since) {
			d.wrong("until", q.T("wrong.backwards"))
		}
	}
	if err := q.Desk.KnownRoute(q.Ctx(), o.Route); err != nil {
		d.wrong("route", q.T("wrong.route", "text", o.Route))
	}
	for _, word := range strings.FieldsFunc(d.Documents, func(r rune) bool { return strings.ContainsRune(" ,;\n\r\t", r) }) {
		doc, err := q.Desk.Document(q.Ctx(), word)
		var own *desk.Error
		switch {
		case errors.As(err, &own):
			d.wrong("documents", wording.Error(own.Err))
		case err != nil:
			return err
		default:
			o.Documents = append(o.Documents, doc.ID)
		}
	}
	if len(o.Documents) > 0 {
		o.Since, o.Until, o.Route = time.Time{}, time.Time{}, ""
	}
	return nil
}

// TakePack gives a pack; that it was taken stands in the history.
func TakePack(q *frame.Req) (frame.Answer, error) {
	place := q.Co.Place
	place.Command, place.Actor = "console", q.Who.Actor()
	var answer frame.Answer
	err := desk.Beside(q.Ctx(), place, func(w *desk.Workspace) error {
		body, k, ok, err := evidence.Take(q.Ctx(), w, q.R.PathValue("pack"))
		if err != nil || !ok {
			return errors.Join(err, frame.NotFound())
		}
		answer = frame.File{Name: k.Name, Kind: "application/zip", Body: body}
		return nil
	})
	return answer, err
}
