package pages

import (
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/desk/today"
	"github.com/fisbridge/fisbridge/internal/web/frame"
)

// termColumn is a term of the equation on the page.
type termColumn struct {
	today.Term
	Head, Why, To string
}

// todayPage is what Today shows.
type todayPage struct {
	*today.Equation
	Heading, Lead string
	Tied          bool
	Period        period
	Tabs          []tab
	Columns       []termColumn
	ToAll         string
	Groups        []groupRow
	Alarms        []desk.Alarm
	MoreNeeds     int
	Run           *reading.Run
	Outcome       string
	Next          time.Time
	Concur        []concurRow
	CheckedAt     time.Time
	Checks        []desk.Tie
	Holding       int
	Busy          bool
}

// concurRow is what Concur knows of one kind of confirmation.
type concurRow struct {
	Name                    string
	Told, Due, Waits, Stuck int
	ToTold, ToStuck         string
}

// firstNeeds is how many things Today names.
const firstNeeds = 4

// Today answers: is everything accounted for?
func Today(q *frame.Req) (frame.Answer, error) {
	d := todayPage{}
	err := q.Snapshot(func() (err error) {
		if d.Period, err = periodOf(q, true); err != nil {
			return err
		}
		if d.Equation, err = equation(q, d.Period.Selection); err != nil {
			return err
		}
		if err := d.run(q); err != nil {
			return err
		}
		if err := d.needs(q); err != nil {
			return err
		}
		return d.concur(q)
	})
	if err != nil {
		return nil, err
	}
	d.columns(q)
	d.words(q)
	d.CheckedAt, d.Checks, d.Busy, _ = q.Co.Checked.Latest()
	for _, t := range d.Checks {
		if t.Holds {
			d.Holding++
		}
	}
	return frame.Page{Template: "today", Title: q.T("nav.today"), Nav: "today", Data: &d}, nil
}

func (d *todayPage) run(q *frame.Req) error {
	runs, err := reading.Runs(q.Ctx(), q.Desk, time.Time{}, time.Time{}, 1)
	if err != nil {
		return err
	}
	last := time.Time{}
	if len(runs) > 0 {
		d.Run, last = &runs[0], runs[0].Started
		d.Outcome = outcome(q, runs[0])
	}
	d.Tabs = d.Period.tabs(q, last)
	d.Next, err = reading.Next(q.Desk, q.Now)
	return err
}

// outcome is how a run stands: only the newest one can be going on.
func outcome(q *frame.Req, r reading.Run) string {
	going := int64(0)
	if q.Co.Live.Going() {
		going = r.ID
	}
	return r.Outcome(going)
}

func (d *todayPage) needs(q *frame.Req) (err error) {
	groups, err := groupsOf(q, "")
	if err != nil {
		return err
	}
	for _, g := range groups {
		r := groupRow{Group: g}
		r.Title, r.Detail = titleOf(q, g.Documents[0])
		d.Groups = append(d.Groups, r)
	}
	if d.Alarms, err = q.Desk.OpenAlarms(q.Ctx()); err != nil {
		return err
	}
	if len(d.Alarms) > firstNeeds {
		d.Alarms = d.Alarms[:firstNeeds]
	}
	if most := max(1, firstNeeds-len(d.Alarms)); len(d.Groups) > most {
		d.Groups = d.Groups[:most]
	}
	return nil
}

func (d *todayPage) concur(q *frame.Req) error {
	s, err := q.Desk.Sums(q.Ctx(), "payments")
	if err != nil {
		return err
	}
	posted, rejected := d.Term("posted"), d.Term("rejected")
	period := append([]string{}, d.Period.query(q)...)
	to := func(term string) string { return documentsAt(q, append(period, "state", term)...) }
	pay := concurRow{Name: "payments", ToTold: q.To("payments") + "?state=done", ToStuck: q.To("payments") + "?state=stuck"}
	for _, k := range s {
		switch desk.ConfirmState(k.State) {
		case desk.ConfirmDone:
			pay.Told += k.Number
		case desk.ConfirmStuck:
			pay.Stuck += k.Number
		case desk.ConfirmWaiting:
			pay.Waits += k.Number
		case desk.ConfirmKept:
		default:
			pay.Due += k.Number
		}
	}
	d.Concur = []concurRow{
		{Name: "posted", Told: posted.Told, Due: posted.Due, Stuck: posted.Stuck, ToTold: to("posted"), ToStuck: q.To("todo")},
		{Name: "rejected", Told: rejected.Told, Due: rejected.Due, Stuck: rejected.Stuck, ToTold: to("rejected"), ToStuck: q.To("todo")},
		pay,
	}
	return nil
}

// columns are the terms with where their figures lead.
func (d *todayPage) columns(q *frame.Req) {
	period := append(d.Period.query(q), "route", d.Period.Route)
	d.ToAll = documentsAt(q, period...)
	for _, t := range d.Terms {
		c := termColumn{Term: t, Head: q.T("term." + t.Name), To: documentsAt(q, append(append([]string{}, period...), "state", t.Name)...)}
		c.Why = d.why(q, t)
		d.Columns = append(d.Columns, c)
	}
}

func (d *todayPage) why(q *frame.Req, t today.Term) string {
	switch {
	case t.Number == 0:
		return ""
	case t.Name == "posted" || t.Name == "rejected":
		switch {
		case t.Stuck > 0:
			return q.T("why.stuck", "told", t.Told, "stuck", t.Stuck)
		case t.Due > 0:
			return q.T("why.due", "told", t.Told, "due", t.Due)
		}
		return q.T("why.told")
	case t.Name == "held" && len(d.Groups) > 0:
		oldest := d.Groups[0].Since
		for _, g := range d.Groups {
			if g.Since.Before(oldest) {
				oldest = g.Since
			}
		}
		return q.T("why.held", "day", q.Day(oldest.In(q.Zone)))
	}
	return q.T("why." + t.Name)
}

func (d *todayPage) words(q *frame.Req) {
	d.Tied = d.TiesOut()
	name := d.Period.words(q)
	key := "today.ties"
	switch {
	case d.Fetched.Number == 0:
		key = "today.nothing"
	case !d.Tied:
		key = "today.broken"
	}
	d.Heading = q.T(key, "period", name)
	if d.Fetched.Number > 0 {
		d.Lead = q.T("today.lead", "n", d.Fetched.Number, "currencies", q.T("currencies", "n", len(d.Currencies)))
	}
}
