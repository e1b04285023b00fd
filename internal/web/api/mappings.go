package api

import (
	"errors"
	"io"
	"path/filepath"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/changes"
	"github.com/fisbridge/fisbridge/internal/desk/stops"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/pages"
	"github.com/fisbridge/fisbridge/internal/web/signin"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// routes are what machines ask of routes, and do to them.
func routes() []Address {
	do := func(name, summary string, what func(q *frame.Req, w *desk.Workspace, route, reason string) error) Address {
		return post("/routes/{route}/"+name, summary, signin.Route, onRoute(what), "reason")
	}
	return []Address{
		get("/routes", "Routes, and which of them are stopped, as fisbridge route list --json", signin.SeePersons, func(q *frame.Req) ([]stops.Route, error) { return stops.Routes(q.Ctx(), q.Desk) }),
		do("stop", "Make and send no import files of a route until it goes on", func(q *frame.Req, w *desk.Workspace, route, reason string) error {
			return stops.Halt(q.Ctx(), w, route, reason)
		}),
		do("start", "Let a stopped route go on", func(q *frame.Req, w *desk.Workspace, route, reason string) error {
			return stops.Resume(q.Ctx(), w, route, reason)
		}),
	}
}

func onRoute(do func(q *frame.Req, w *desk.Workspace, route, reason string) error) func(q *frame.Req) (stops.Route, error) {
	return func(q *frame.Req) (after stops.Route, err error) {
		a, err := bodyOf(q)
		if err != nil {
			return after, err
		}
		err = beside(q, func(w *desk.Workspace) error {
			r, is, err := stops.Of(q.Ctx(), w, q.R.PathValue("route"))
			if err != nil {
				return err
			}
			if !is {
				return frame.NotFound()
			}
			if err := do(q, w, r.Name, a.Reason); err != nil {
				return err
			}
			after, _, err = stops.Of(q.Ctx(), w, r.Name)
			return err
		})
		return after, err
	}
}

// mappings are the way of a changed workbook, as the pages go it.
func mappings() []Address {
	const at = "/mappings/{route}"
	upload := post(at+"/changes", "Upload a changed workbook or YAML (file of a form): it is kept with its findings and its effect, and nobody is asked yet", signin.ProposeMapping, give, "file", "reason")
	upload.Upload = true
	return []Address{
		get(at, "Versions and changes of a route's mapping, as fisbridge mapping versions --json", signin.TakeMapping, func(q *frame.Req) (l changes.Life, err error) {
			file, err := mappingOf(q)
			if err != nil {
				return l, err
			}
			return changes.LifeOf(q.Ctx(), q.Desk, file)
		}),
		upload,
		get(at+"/changes/{change}", "A change: its state, findings and effect", signin.TakeMapping, func(q *frame.Req) (c changes.Change, err error) {
			given, err := changeOf(q)
			if err != nil {
				return c, err
			}
			return given.Change, nil
		}),
		post(at+"/changes/{change}/ask", "Ask that a checked change goes live; where approval is other's, somebody else approves it in the console", signin.ProposeMapping, ask, "reason"),
	}
}

// mappingOf is the mapping of the route that the address names.
func mappingOf(q *frame.Req) (string, error) {
	r, has := q.Desk.Config.Route(q.R.PathValue("route"))
	if !has {
		return "", frame.NotFound()
	}
	return r.Mapping, nil
}

func changeOf(q *frame.Req) (*changes.Content, error) {
	file, err := mappingOf(q)
	if err != nil {
		return nil, err
	}
	return pages.ChangeOf(q, file)
}

// give keeps a workbook that is sent as a form, as the page does.
func give(q *frame.Req) (c changes.Change, err error) {
	if err := q.ReadUpload(); err != nil {
		return c, err
	}
	defer func() { _ = q.R.MultipartForm.RemoveAll() }() // what is left ends with the process
	reason, err := wording.Reason(q.R.PostFormValue("reason"))
	if err != nil {
		return c, frame.Wrong("reason: " + err.Error())
	}
	in, head, err := q.R.FormFile("file")
	if err != nil {
		return c, frame.Wrong("file: the form has none")
	}
	defer func() { _ = in.Close() }() // it was only read
	body, err := io.ReadAll(io.LimitReader(in, changes.MaxBytes+1))
	if err != nil || len(body) == 0 {
		return c, frame.Wrong("file: it is empty")
	}
	file, err := mappingOf(q)
	if err != nil {
		return c, err
	}
	err = beside(q, func(w *desk.Workspace) (err error) {
		c, err = changes.Give(q.Ctx(), w, changes.Given{Mapping: file, Name: filepath.Base(wording.Line(head.Filename)), Body: body, Reason: reason, Origin: changes.Proposed})
		return err
	})
	return c, err
}

// ask asks for a change that was given.
func ask(q *frame.Req) (c changes.Change, err error) {
	a, err := bodyOf(q)
	if err != nil {
		return c, err
	}
	if _, err := strconv.ParseInt(q.R.PathValue("change"), 10, 64); err != nil {
		return c, frame.NotFound()
	}
	given, err := changeOf(q)
	if err != nil {
		return c, err
	}
	err = beside(q, func(w *desk.Workspace) (err error) {
		c, err = changes.AskFor(q.Ctx(), w, given.ID, a.Reason)
		return err
	})
	if errors.Is(err, changes.ErrOwn) {
		return c, q.Refused(err)
	}
	return c, err
}
