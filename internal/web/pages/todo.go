package pages

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/changes"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/desk/todo"
	"github.com/fisbridge/fisbridge/internal/web/frame"
)

// groupRow is a cause on the page, with what can be done.
type groupRow struct {
	todo.Group
	// Title and Detail are those of the group, in the reader's language.
	Title, Detail any
	To            string
	Acts          []actButton
}

// needRow is something else that needs a person.
type needRow struct {
	Code, To     string
	Message, Way any
	Since        time.Time
	Acts         []actButton
}

type todoPage struct {
	Heading, Lead string
	Tabs          []tab
	Groups        []groupRow
	Held          int
	All           desk.Figure
	Needs         []needRow
	Others        int // all of them, also those that are not named
	Run           *reading.Run
	Next          time.Time
}

// firstActs are the acts that a cause is settled by, the usual one first. The page of a document has all of them.
func firstActs(cause desk.DocumentCause, acts []string) (out []string) {
	order := []string{"release", "reject"}
	switch cause {
	case "mapping", "amounts", "file", "damaged", "receipts":
		order = []string{"retry", "reject"}
		if slices.Contains(acts, "release") {
			acts = append(acts, "retry")
		}
	case "revision":
		order = []string{"release-replace", "release-add", "reject"}
	case "doubt", "extract":
		order = []string{"mark", "release"}
	case "refused":
		order = []string{"reissue"}
	}
	for _, a := range order {
		if slices.Contains(acts, a) {
			out = append(out, a)
		}
	}
	return out
}

// inBulk are the acts that can be done to a whole group. What was posted before, what is marked and what the ERP may have
// is looked at one by one.
var inBulk = []string{"release", "release-add", "reject", "hold", "retry", "reissue"}

// groupActs are what can be done to a whole group; each: its documents have more acts than that.
func groupActs(cause desk.DocumentCause, acts []string) (out []string, each bool) {
	for _, a := range acts {
		if cause != "doubt" && slices.Contains(inBulk, a) { // where the ERP may have them, each is looked up by name
			out = append(out, a)
		} else {
			each = true
		}
	}
	return out, each
}

func rowOf(q *frame.Req, g todo.Group) groupRow {
	r := groupRow{Group: g, To: q.To("held", g.Key)}
	r.Title, r.Detail = titleOf(q, g.Common())
	one, each := len(g.Documents) == 1, false
	acts := firstActs(g.Cause, g.Acts)
	if !one {
		acts, each = groupActs(g.Cause, acts)
	}
	if !q.May("settle") {
		return r
	}
	if changes.WantsRow(q.Desk, g.Documents[0]) && q.Persons() {
		acts = append([]string{"add-row"}, acts...)
	}
	r.Acts = actsOf(acts, func(act string) string {
		if one {
			return q.To("documents", g.Documents[0].ID, act)
		}
		return q.To("held", g.Key, act)
	}, func() string {
		route, number, found := strings.Cut(g.File, "/")
		if !found {
			return ""
		}
		return q.To("files", route, number)
	})
	if each {
		r.Acts = append(r.Acts, actButton{Act: "see-each", To: r.To})
	}
	return r
}

// mostNeeds is how many things of a kind the page names.
const mostNeeds = 50

// ToDo is everything that needs a person.
func ToDo(q *frame.Req) (frame.Answer, error) {
	d := &todoPage{}
	if err := q.Snapshot(func() error { return d.read(q) }); err != nil {
		return nil, err
	}
	d.Heading = q.T("needs.heading", "n", q.Todo)
	if q.Todo == 0 {
		d.Heading = q.T("needs.none")
	}
	return frame.Page{Template: "todo", Title: q.T("nav.todo"), Nav: "todo", Data: d}, nil
}

func (d *todoPage) read(q *frame.Req) error {
	route := q.Value("route")
	groups, err := groupsOf(q, route)
	if err != nil {
		return err
	}
	for _, g := range groups {
		d.Groups = append(d.Groups, rowOf(q, g))
		d.All.Merge(g.Sums)
		d.Held += len(g.Documents)
	}
	needs, err := todo.Needs(q.Ctx(), q.Desk, q.Now, mostNeeds)
	if err != nil {
		return err
	}
	for _, n := range needs.First {
		if n.Code != desk.NeedHeld && (route == "" || n.Values["route"] == "" || n.Values["route"] == route) {
			d.Needs = append(d.Needs, needOf(q, n))
		}
	}
	d.Others = needs.Total - needs.Counts[desk.NeedHeld]
	if route != "" {
		d.Others = len(d.Needs)
	}
	d.Lead = q.T("needs.lead", "held", q.T("documents.held", "n", d.Held), "causes", q.T("causes", "n", len(d.Groups)), "others", q.T("others", "n", d.Others))
	d.Tabs = []tab{{q.T("all"), q.With("route", ""), route == "", -1}}
	for _, r := range q.Routes() {
		d.Tabs = append(d.Tabs, tab{r, q.With("route", r), r == route, -1})
	}
	runs, err := reading.Runs(q.Ctx(), q.Desk, time.Time{}, time.Time{}, 1)
	if err != nil {
		return err
	}
	if len(runs) > 0 {
		d.Run = &runs[0]
	}
	d.Next, err = reading.Next(q.Desk, q.Now)
	return err
}

// needOf is a need with where it leads.
func needOf(q *frame.Req, n desk.Need) needRow {
	r := needRow{Code: strings.ReplaceAll(string(n.Code), " ", "-"), Message: q.Is(n.Why), Way: q.WayOut(n.Why), Since: n.Since}
	document := n.Values["document"]
	switch {
	case n.Code == desk.NeedAlarm:
		r.To = q.To("alarms", n.Values["alarm"])
		if q.May("settle files") {
			r.Acts = append(r.Acts, actButton{Act: "resolve", To: r.To + "/resolve"})
		}
		r.Acts = append(r.Acts, aboutFile(q, n)...)
	case document != "":
		r.To = q.To("documents", document)
		if strings.HasPrefix(string(n.Code), "stuck") && q.May("settle") {
			r.Acts = append(r.Acts, actButton{Act: "mark-settled", To: r.To + "/mark-settled"}, actButton{Act: "retry", To: r.To + "/retry"})
		}
	case n.Code == desk.NeedStopped:
		r.To = q.To("mappings", n.Values["route"])
		if q.May("route") {
			r.Acts = append(r.Acts, actButton{Act: "start-route", To: r.To + "/start-route"})
		}
	case n.Code == desk.NeedChange:
		r.To = q.To("mappings", n.Values["route"], "changes", n.Values["change"])
		r.Acts = append(r.Acts, actButton{Act: "see", To: r.To})
	case n.Values["route"] != "":
		r.To = q.To("mappings", n.Values["route"])
	default:
		r.To = q.To("settings")
	}
	return r
}

// aboutFile are the acts of an alarm about an import file in doubt, or a result file.
func aboutFile(q *frame.Req, n desk.Need) (out []actButton) {
	if !q.May("settle files") {
		return nil
	}
	if label, is := strings.CutPrefix(n.Subject, "file "); is && n.Values["kind"] == "unverified" {
		route, number, _ := strings.Cut(label, "/")
		to := q.To("files", route, number)
		return []actButton{{Act: "arrived", To: to + "/arrived"}, {Act: "lost", To: to + "/lost"}}
	}
	if id, is := strings.CutPrefix(n.Subject, "result "); is {
		if _, err := strconv.Atoi(id); err == nil {
			to := q.To("results", id)
			return []actButton{{Act: "see-lines", To: to}, {Act: "lines-settled", To: to + "/lines-settled"}, {Act: "read-again", To: to + "/read-again"}}
		}
	}
	return nil
}

// groupPage is one cause.
type groupPage struct {
	groupRow
	Rows []docRow
	Text any
}

// mostInGroup is how many documents of a cause its page names.
const mostInGroup = 100

// Held is one cause and its documents.
func Held(q *frame.Req) (frame.Answer, error) {
	d := &groupPage{}
	err := q.Snapshot(func() error {
		g, err := GroupOf(q)
		if err != nil {
			return err
		}
		d.groupRow = rowOf(q, g)
		d.Text = q.Is(g.Why)
		docs := g.Documents[:min(len(g.Documents), mostInGroup)]
		listed, err := q.Desk.Listed(q.Ctx(), docs)
		if err != nil {
			return err
		}
		d.Rows = rowsOf(q, listed.Rows)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return frame.Page{Template: "held", Title: q.T("nav.todo"), Nav: "todo", Data: d, Crumbs: []frame.Crumb{{Text: q.T("nav.todo"), To: q.To("todo")}, {Text: q.T("state.held")}}}, nil
}

// GroupOf is the group that the address names; 404 when it holds nothing any more.
func GroupOf(q *frame.Req) (todo.Group, error) {
	groups, err := groupsOf(q, "")
	if err != nil {
		return todo.Group{}, err
	}
	for _, g := range groups {
		if g.Key == q.R.PathValue("cause") {
			return g, nil
		}
	}
	return todo.Group{}, frame.NotFound()
}

// alarmPage is one alarm.
type alarmPage struct {
	desk.Alarm
	About string
	Acts  []actButton
}

// Alarm is what has asked for a person, and what to do.
func Alarm(q *frame.Req) (frame.Answer, error) {
	d := &alarmPage{}
	err := q.Snapshot(func() error {
		id, err := strconv.ParseInt(q.R.PathValue("alarm"), 10, 64)
		if err != nil {
			return frame.NotFound()
		}
		all, err := q.Desk.ListAlarms(q.Ctx(), desk.Filter{})
		if err != nil {
			return err
		}
		for _, a := range all.Rows {
			if a.ID == id {
				d.Alarm = a
				return d.find(q)
			}
		}
		return frame.NotFound()
	})
	if err != nil {
		return nil, err
	}
	return frame.Page{Template: "alarm", Title: q.T("state.alarm"), Nav: "todo", Data: d, Crumbs: []frame.Crumb{{Text: q.T("nav.todo"), To: q.To("todo")}, {Text: q.T("state.alarm")}}}, nil
}

// find is what the alarm is about.
func (d *alarmPage) find(q *frame.Req) error {
	if label, is := strings.CutPrefix(d.Subject, "file "); is {
		route, number, _ := strings.Cut(label, "/")
		d.About = q.To("files", route, number)
	} else if id, is := strings.CutPrefix(d.Subject, "result "); is {
		d.About = q.To("results", id)
	} else if _, err := q.Desk.Journal.Document(q.Ctx(), d.Subject); err == nil {
		d.About = q.To("documents", d.Subject)
	}
	if d.Resolved.IsZero() {
		d.Acts = needOf(q, desk.Need{Code: desk.NeedAlarm, Subject: d.Subject, Values: map[string]string{"alarm": strconv.FormatInt(d.ID, 10), "kind": d.Kind}}).Acts
	}
	return nil
}
