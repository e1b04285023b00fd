package pages

import (
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/today"
	"github.com/fisbridge/fisbridge/internal/web/frame"
)

// tab is a word above a list that leads to a part of it.
type tab struct {
	Text, To string
	Here     bool
	// Number is how many there are, -1 for a tab that tells none.
	Number int
}

// period is the days that a page is about, in the company's zone.
type period struct {
	desk.Selection
	// All: every day. Month: exactly this calendar month.
	All   bool
	Month bool
}

// day is the beginning of a day in the company's zone.
func day(q *frame.Req, t time.Time) time.Time {
	t = t.In(q.Zone)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, q.Zone)
}

func month(q *frame.Req, t time.Time) time.Time {
	t = t.In(q.Zone)
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, q.Zone)
}

// dayOf reads a day of the address; empty is the zero time.
func dayOf(q *frame.Req, name string) (time.Time, error) {
	text := q.Value(name)
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, text, q.Zone)
	if err != nil {
		return t, frame.Wrong(q.T("wrong.day", "text", text))
	}
	return t, nil
}

// periodOf reads since and until. Where neither is given it is this month, or everything.
func periodOf(q *frame.Req, usual bool) (p period, err error) {
	if p.Since, err = dayOf(q, "since"); err != nil {
		return p, err
	}
	until, err := dayOf(q, "until")
	if err != nil {
		return p, err
	}
	if !until.IsZero() {
		p.Until = until.AddDate(0, 0, 1)
	}
	p.Route = q.Value("route")
	if p.Since.IsZero() && p.Until.IsZero() {
		if usual && q.Value("all") == "" {
			p.Since = month(q, q.Now)
		} else {
			p.All = true
		}
	}
	p.Month = !p.Since.IsZero() && p.Since.Equal(month(q, p.Since)) &&
		(p.Until.Equal(p.Since.AddDate(0, 1, 0)) || p.Until.IsZero() && p.Since.Equal(month(q, q.Now)))
	return p, nil
}

// words name the period, as in "November 2026" or "1 Oct 2026 – 15 Oct 2026".
func (p period) words(q *frame.Req) string {
	last := p.Until.AddDate(0, 0, -1)
	switch {
	case p.All:
		return q.T("period.ever")
	case p.Month:
		return q.Month(p.Since)
	case p.Until.IsZero():
		return q.T("period.since", "day", q.Date(p.Since))
	case p.Since.IsZero():
		return q.T("period.until", "day", q.Date(last))
	case p.Since.Equal(last):
		return q.Date(p.Since)
	}
	return q.Date(p.Since) + " – " + q.Date(last)
}

// query are the values of the address that mean the period.
func (p period) query(q *frame.Req) []string {
	if p.All {
		return []string{"all", "1", "since", "", "until", ""}
	}
	until := ""
	if !p.Until.IsZero() {
		until = q.ISO(p.Until.AddDate(0, 0, -1))
	}
	return []string{"since", q.ISO(p.Since), "until", until, "all", ""}
}

// tabs are the usual periods.
func (p period) tabs(q *frame.Req, last time.Time) []tab {
	this := month(q, q.Now)
	before := this.AddDate(0, -1, 0)
	year := time.Date(q.Now.In(q.Zone).Year(), 1, 1, 0, 0, 0, 0, q.Zone)
	var out []tab
	add := func(text string, o period) {
		here := o.All == p.All && o.Since.Equal(p.Since) && o.Until.Equal(p.Until)
		out = append(out, tab{Text: text, To: q.With(o.query(q)...), Here: here, Number: -1})
	}
	of := func(since, until time.Time) period {
		return period{Selection: desk.Selection{Since: since, Until: until}}
	}
	if !last.IsZero() {
		add(q.T("period.night"), of(day(q, last), time.Time{}))
	}
	add(q.T("period.week"), of(day(q, q.Now).AddDate(0, 0, -6), time.Time{}))
	add(q.MonthName(this), of(this, time.Time{}))
	add(q.MonthName(before), of(before, this))
	add(year.Format("2006"), of(year, time.Time{}))
	add(q.T("period.all"), period{All: true})
	return out
}

// equation adds up a period; the company keeps the newest ones.
func equation(q *frame.Req, sel desk.Selection) (*today.Equation, error) {
	return q.Co.Equation(q.Ctx(), q.Desk, q.Head, sel)
}
