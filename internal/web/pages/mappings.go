package pages

import (
	"bytes"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/changes"
	"github.com/fisbridge/fisbridge/internal/web/frame"
)

// mappingsPage lists the mappings in force.
type mappingsPage struct {
	Live []desk.MappingVersion
	// Waiting are the changes that wait, for approval or for the next run.
	Waiting []changes.Change
}

// Mappings lists what is in force in each route, and the changes that wait.
func Mappings(q *frame.Req) (frame.Answer, error) {
	d := &mappingsPage{}
	err := q.Snapshot(func() (err error) {
		if d.Live, err = q.Desk.Journal.LiveMappings(q.Ctx()); err != nil {
			return err
		}
		d.Waiting, err = changes.Waits(q.Ctx(), q.Desk)
		return err
	})
	return frame.Page{Template: "mappings", Title: q.T("nav.mappings"), Nav: "mappings", Data: d}, err
}

// mappingPage is a route's mapping: the change that waits, the versions, the changes that were.
type mappingPage struct {
	desk.MappingLife
	Waiting *changes.Change
	Past    []changes.Change
	Others  bool // somebody else must approve
}

// Person is who acted.
func (mappingPage) Person(actor string) string { return changes.Person(actor) }

// Mapping is the versions of a route's mapping, and its changes.
func Mapping(q *frame.Req) (frame.Answer, error) {
	d := &mappingPage{}
	err := q.Snapshot(func() (err error) {
		if d.MappingLife, err = q.Desk.MappingLife(q.Ctx(), q.R.PathValue("route")); err != nil {
			return err
		}
		r, has := q.Desk.Config.Route(d.Route)
		if len(d.Versions) == 0 || !has {
			return frame.NotFound()
		}
		d.Others = q.Desk.Config.ApprovalRule() == "other"
		l, err := changes.LifeOf(q.Ctx(), q.Desk, r.Mapping)
		d.Waiting = l.Waiting()
		for _, c := range l.Changes {
			if !c.Waits() {
				d.Past = append(d.Past, c)
			}
		}
		return err
	})
	return frame.Page{Template: "mapping", Title: d.Route, Nav: "mappings", Data: d, Crumbs: []frame.Crumb{{Text: q.T("nav.mappings"), To: q.To("mappings")}, {Text: d.Route}}}, err
}

// workbookKind is what a browser is told of a workbook: it saves it.
const workbookKind = "application/octet-stream"

// VersionWorkbook gives out the workbook of a version that is or was in force.
func VersionWorkbook(q *frame.Req) (frame.Answer, error) {
	r, has := q.Co.Desk.Config.Route(q.R.PathValue("route"))
	if !has {
		return nil, frame.NotFound()
	}
	v, err := changes.Former(q.Ctx(), q.Co.Desk, r.Mapping, q.R.PathValue("hash"))
	if err != nil {
		return nil, frame.NotFound() //nolint:nilerr // what is not of this mapping is not there
	}
	return frame.File{Name: changes.GivenName(v.MappingVersion), Kind: workbookKind, Body: bytes.NewReader(v.Body)}, nil
}

// ChangeWorkbook gives out the workbook of a change.
func ChangeWorkbook(q *frame.Req) (frame.Answer, error) {
	id, err := strconv.ParseInt(q.R.PathValue("change"), 10, 64)
	r, has := q.Co.Desk.Config.Route(q.R.PathValue("route"))
	if err != nil || !has {
		return nil, frame.NotFound() //nolint:nilerr // no such change
	}
	name, body, err := changes.Workbook(q.Ctx(), q.Co.Desk, r.Mapping, id)
	if err != nil {
		return nil, err
	}
	if body == nil {
		return nil, frame.NotFound()
	}
	return frame.File{Name: name, Kind: workbookKind, Body: bytes.NewReader(body)}, nil
}
