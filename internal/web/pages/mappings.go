package pages

import (
	"bytes"
	"errors"
	"strconv"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/changes"
	"github.com/fisbridge/fisbridge/internal/desk/stops"
	"github.com/fisbridge/fisbridge/internal/web/frame"
)

// mappingsPage lists the mappings in force.
type mappingsPage struct {
	Live []desk.MappingVersion
	// Waiting are the changes that wait, for approval or for the next run.
	Waiting []changeRow
}

// Mappings lists what is in force in each route, and the changes that wait.
func Mappings(q *frame.Req) (frame.Answer, error) {
	d := &mappingsPage{}
	err := q.Snapshot(func() (err error) {
		if d.Live, err = q.Desk.Journal.LiveMappings(q.Ctx()); err != nil {
			return err
		}
		waiting, err := changes.Waits(q.Ctx(), q.Desk)
		for _, c := range waiting {
			row, err := changeRowOf(q, c)
			if err != nil {
				return err
			}
			d.Waiting = append(d.Waiting, row)
		}
		return err
	})
	return frame.Page{Template: "mappings", Title: q.T("nav.mappings"), Nav: "mappings", Data: d}, err
}

// mappingPage is a route's mapping: the version in force, the changes that are not, the versions that were.
type mappingPage struct {
	Stopped     *stops.Stop
	Route, File string
	Routes      []tab
	Live        *desk.MappingVersion
	// InFolder is what lies in the place of the mapping and is not used.
	InFolder []desk.MappingVersion
	// Moved tells that the template is not the one of the version in force any more: its workbook can be had, brought to it.
	Moved    bool
	Open     []changeRow
	Versions []versionRow
	Past     []changeRow
	Others   bool // somebody else must approve
}

// changeRow is a change in a list.
type changeRow struct {
	changes.Change
	// Stands is its state, or why it does not hold any more.
	Stands string
	Words  []string
	By     string
}

// changeRowOf is a change in a list. What was seen of it may not hold any more, which is found out where it is looked at.
func changeRowOf(q *frame.Req, c changes.Change) (changeRow, error) {
	row := changeRow{Change: c, Stands: string(c.State), Words: EffectLines(q, c), By: q.Named(c.GivenBy)}
	stands, err := standsOf(q, c)
	switch stands {
	case "":
	case string(changes.Overtaken):
		row.Stands = stands
	default:
		row.Stands = string(changes.Ended)
	}
	return row, err
}

// standsOf says why what was seen of a change does not hold any more: overtaken, template, age; empty while it does.
func standsOf(q *frame.Req, c changes.Change) (string, error) {
	if c.State != changes.Checked && c.State != changes.Asked && c.State != changes.Approved {
		return "", nil
	}
	return changes.Standing(q.Ctx(), q.Desk, c)
}

// versionRow is a version that is or was in force.
type versionRow struct {
	desk.MappingVersion
	Until    time.Time
	Given    string // who gave the workbook
	Approved string
	Change   int64
}

// Mapping is a route's mapping with its versions and changes.
func Mapping(q *frame.Req) (frame.Answer, error) {
	d := &mappingPage{Route: q.R.PathValue("route")}
	err := q.Snapshot(func() error { return d.read(q) })
	return frame.Page{Template: "mapping", Title: d.Route, Nav: "mappings", Data: d, Crumbs: []frame.Crumb{{Text: q.T("nav.mappings"), To: q.To("mappings")}, {Text: d.Route}}}, err
}

func (d *mappingPage) read(q *frame.Req) error {
	r, has := q.Desk.Config.Route(d.Route)
	if !has {
		return frame.NotFound()
	}
	one, _, err := stops.Of(q.Ctx(), q.Desk, d.Route)
	if err != nil {
		return err
	}
	d.Stopped = one.Stopped
	d.File, d.Others = r.Mapping, q.Desk.Config.ApprovalRule() == "other"
	l, err := changes.LifeOf(q.Ctx(), q.Desk, r.Mapping)
	if err != nil {
		return err
	}
	for _, name := range q.Routes() {
		d.Routes = append(d.Routes, tab{name, q.To("mappings", name), name == d.Route, -1})
	}
	for _, v := range l.InFolder {
		if v.Route == d.Route {
			d.InFolder = append(d.InFolder, v)
		}
	}
	if len(d.InFolder) > 0 {
		live, has, err := q.Desk.Journal.LiveMapping(q.Ctx(), d.Route)
		if err != nil {
			return err
		}
		d.Moved = has && changes.TemplateMoved(q.Desk, live)
	}
	byID := map[int64]changes.Change{}
	for _, c := range l.Changes {
		byID[c.ID] = c
		row, err := changeRowOf(q, c)
		if err != nil {
			return err
		}
		if changes.Open(c) || c.State == changes.Overtaken && c.AskedAt.IsZero() {
			d.Open = append(d.Open, row)
		} else {
			d.Past = append(d.Past, row)
		}
	}
	d.versions(q, l, byID)
	return nil
}

// versions are those of the route, the newest first.
func (d *mappingPage) versions(q *frame.Req, l changes.Life, byID map[int64]changes.Change) {
	until := time.Time{}
	for _, v := range l.Versions {
		if v.Route != d.Route {
			continue
		}
		row := versionRow{MappingVersion: v.MappingVersion, Until: until, Change: v.Change}
		if c, has := byID[v.Change]; has {
			row.Given = q.Named(c.GivenBy)
			if row.Approved = q.Named(c.DecidedBy); c.FourEyes == "none" {
				row.Approved = ""
			}
		}
		if until = v.Since; v.InForce() {
			live := v.MappingVersion
			d.Live = &live
		}
		d.Versions = append(d.Versions, row)
	}
}

// ChangeOf is the change of a mapping that the address names, with its workbook; nothing there is 404.
func ChangeOf(q *frame.Req, mapping string) (*changes.Content, error) {
	id, err := strconv.ParseInt(q.R.PathValue("change"), 10, 64)
	if err != nil {
		return nil, frame.NotFound()
	}
	c, err := changes.ContentOf(q.Ctx(), q.Desk, mapping, id)
	if err == nil && c == nil {
		err = frame.NotFound()
	}
	return c, err
}

// Version is the version of a mapping that the address names; nothing there is 404.
func Version(q *frame.Req, mapping string) (desk.MappingContent, error) {
	v, err := changes.Former(q.Ctx(), q.Desk, mapping, q.R.PathValue("hash"))
	var unknown *desk.Error
	if errors.As(err, &unknown) { // no version begins so, or several do
		err = frame.NotFound()
	}
	return v, err
}

// mappingOf is the mapping of the route that the address names.
func mappingOf(q *frame.Req) (string, error) {
	r, has := q.Desk.Config.Route(q.R.PathValue("route"))
	if !has {
		return "", frame.NotFound()
	}
	return r.Mapping, nil
}

// workbookKind is what a browser is told of a workbook: it saves it.
const workbookKind = "application/octet-stream"

// VersionWorkbook gives out the workbook of a version that is or was in force. The file says which one it is.
func VersionWorkbook(q *frame.Req) (frame.Answer, error) {
	m, err := mappingOf(q)
	if err != nil {
		return nil, err
	}
	v, err := Version(q, m)
	if err != nil {
		return nil, err
	}
	if live, _, err := changes.Live(q.Ctx(), q.Desk, m); err == nil && live.Hash == v.Hash {
		v.Body = live.Body // with the colours and notes of now
	}
	if q.R.URL.Query().Has("renewed") {
		if v.Body, err = changes.Renewed(q.Desk, v); err != nil {
			return nil, err
		}
	}
	body, err := changes.Taken(v.Body, v.Hash)
	if err != nil {
		return nil, err
	}
	return frame.File{Name: changes.GivenName(v.MappingVersion), Kind: workbookKind, Body: bytes.NewReader(body)}, nil
}

// ChangeWorkbook gives out the workbook of a change as it was given.
func ChangeWorkbook(q *frame.Req) (frame.Answer, error) {
	return changeFile(q, func(c *changes.Content) ([]byte, string, error) { return c.Body, changes.ChangeName(c.Change), nil })
}

// ChangeNotes gives out the workbook of a change with its findings as notes at the cells.
func ChangeNotes(q *frame.Req) (frame.Answer, error) {
	return changeFile(q, func(c *changes.Content) ([]byte, string, error) {
		body, err := changes.Notes(*c)
		return body, changes.ChangeName(c.Change), err
	})
}

func changeFile(q *frame.Req, of func(*changes.Content) ([]byte, string, error)) (frame.Answer, error) {
	m, err := mappingOf(q)
	if err != nil {
		return nil, err
	}
	c, err := ChangeOf(q, m)
	if err != nil {
		return nil, err
	}
	body, name, err := of(c)
	if err != nil {
		return nil, err
	}
	return frame.File{Name: name, Kind: workbookKind, Body: bytes.NewReader(body)}, nil
}
