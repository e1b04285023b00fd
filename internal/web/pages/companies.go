package pages

import (
	"cmp"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/signin"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// companiesPage is the list of the companies of who asks.
type companiesPage struct {
	Heading, Month, Query string
	Heads                 []string
	Rows                  []companyRow
	Filter                bool
	Wide                  int // columns of what is told of a company
}

// companyRow is a company with what it is asked in the morning.
type companyRow struct {
	Short, Name, Label string
	Roles              []signin.Role
	Needs              int
	Run                int64
	Outcome            string
	Halted             bool
	Terms              []termColumn
	Tied               bool
	Trouble            string
}

// told are the terms of the equation that the list of companies has a column for.
var told = []string{"posted", "rejected", "held", "open"}

// manyCompanies is from how many on the list can be filtered.
const manyCompanies = 10

// Companies answers: in which company must somebody look this morning? Who has only one is sent there.
func Companies(q *frame.Req) (frame.Answer, error) {
	mine := q.Mine()
	if len(mine) == 1 {
		return frame.To{Address: "/c/" + mine[0].Short + "/"}, nil
	}
	d := &companiesPage{Filter: len(mine) > manyCompanies, Query: q.Value("q"), Month: q.Month(q.Now), Heads: []string{q.T("term.fetched")}}
	for _, name := range told {
		d.Heads = append(d.Heads, q.T("term."+name))
	}
	d.Wide = len(d.Heads) + 3
	some := 0
	for _, co := range mine {
		if !strings.Contains(strings.ToLower(co.Name+" "+co.Short), strings.ToLower(d.Query)) {
			continue
		}
		r := companyOf(q, co)
		if r.looks() {
			some++
		}
		d.Rows = append(d.Rows, r)
	}
	slices.SortStableFunc(d.Rows, func(a, b companyRow) int { // where somebody must look comes first
		return cmp.Or(cmp.Compare(urgency(a), urgency(b)), cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
	})
	switch {
	case len(d.Rows) == 0:
		d.Heading = q.T("companies")
	case some == 0:
		d.Heading = q.T("companies.calm", "n", len(d.Rows))
	default:
		d.Heading = q.T("companies.some", "n", some, "all", len(d.Rows))
	}
	return frame.Page{Template: "companies", Title: q.T("companies"), Data: d}, nil
}

// looks reports whether somebody must look there.
func (r companyRow) looks() bool {
	return r.Needs > 0 || r.Trouble != "" || r.Halted || !r.Tied || r.Outcome == "failed" || r.Outcome == "interrupted"
}

func urgency(r companyRow) int {
	switch {
	case r.Trouble != "" || r.Halted || !r.Tied || r.Outcome == "failed":
		return 0
	case r.looks():
		return 1
	}
	return 2
}

func companyOf(q *frame.Req, co *frame.Company) companyRow {
	r := companyRow{Short: co.Short, Name: co.Name, Label: co.Label, Roles: q.Who.Person.In(co.Short), Tied: true}
	if !co.IsOpen() {
		r.Trouble = co.Away()
		return r
	}
	g := co.Glance(q.Ctx(), q.Now)
	if g.Failure != nil {
		r.Trouble = wording.Error(g.Failure)
		return r
	}
	r.Needs, r.Tied, r.Halted = g.Needs, g.Equation.TiesOut(), co.Away() != ""
	r.Terms = append(r.Terms, termColumn{Head: q.T("term.fetched")})
	r.Terms[0].Number = g.Equation.Fetched.Number
	for _, name := range told {
		r.Terms = append(r.Terms, termColumn{Term: g.Equation.Term(name), Head: q.T("term." + name)})
	}
	if g.Run != nil {
		going := int64(0)
		if co.Live.Going() {
			going = g.Run.ID
		}
		r.Run, r.Outcome = g.Run.ID, g.Run.Outcome(going)
	}
	return r
}
