package pages

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// helpPage tells how a mapping is changed, what states mean, and whom to ask.
type helpPage struct {
	Steps  []string
	States []helpStates
	Roles  []helpRole
}

// helpStates are the states of one kind of thing, by their names.
type helpStates struct {
	Head  string
	Names []string
}

// helpRole is a role and who has it in the company.
type helpRole struct {
	Role signin.Role
	Who  []string
}

// Help is the page for who does not know what a word means, or what to do. Outside of a company it names nobody.
func Help(q *frame.Req) (frame.Answer, error) {
	d := &helpPage{
		Steps: []string{"help.change.1", "help.change.2", "help.change.3", "help.change.4", "help.change.5", "help.change.6"},
		States: []helpStates{
			{"help.documents", []string{"open", "held", "doubt", "posted", "rejected", "recalled", "left"}},
			{"help.files", []string{"numbered", "uploading", "dropped", "accepted", "answered", "withdrawn"}},
			{"help.results", []string{"collected", "applied", "unreadable", "repeated"}},
		},
	}
	page := frame.Page{Template: "help", Title: q.T("help"), Nav: "settings", Data: d}
	for _, role := range signin.Roles() {
		d.Roles = append(d.Roles, helpRole{Role: role})
	}
	if q.Co == nil {
		return page, nil
	}
	if err := q.Snapshot(func() error { return nil }); err != nil {
		return nil, err
	}
	people, err := q.App.Book.People(q.Ctx())
	for _, p := range people {
		for i := range d.Roles {
			if r := &d.Roles[i]; !p.Machine && p.Ended.IsZero() && slices.Contains(p.In(q.Co.Short), r.Role) {
				r.Who = append(r.Who, p.Shown)
			}
		}
	}
	return page, err
}
