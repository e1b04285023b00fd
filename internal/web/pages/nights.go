package pages

import (
	"slices"
	"strconv"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/web/frame"
)

// night is a day of the calendar: what its runs did, or when one is planned.
type night struct {
	Day     int
	Blank   bool
	Today   bool
	Class   string
	State   string // of the worst run
	Fetched int
	Note    string
	To      string
	Planned string
}

type nightsPage struct {
	Heading, Lead string
	Month         string
	Weekdays      []string
	Weeks         [][]night
	Before, After tab
	Runs          []runRow
	Next          time.Time
}

// runRow is a run of a table.
type runRow struct {
	reading.Run
	State string
}

// lateAfter is how long after its time a run that has not begun is told as missing.
const lateAfter = time.Hour

// Nights is the calendar: did each night go well?
func Nights(q *frame.Req) (frame.Answer, error) {
	d := &nightsPage{}
	at := month(q, q.Now)
	if m, err := time.ParseInLocation("2006-01", q.Value("month"), q.Zone); err == nil {
		at = m
	}
	if err := q.Snapshot(func() error { return d.read(q, at) }); err != nil {
		return nil, err
	}
	return frame.Page{Template: "nights", Title: q.T("nav.nights"), Nav: "nights", Data: d}, nil
}

func (d *nightsPage) read(q *frame.Req, at time.Time) error {
	end := at.AddDate(0, 1, 0)
	runs, err := reading.Runs(q.Ctx(), q.Desk, at, end, 0)
	if err != nil {
		return err
	}
	planned, err := reading.Planned(q.Desk, at, end)
	if err != nil {
		return err
	}
	newest, err := reading.Runs(q.Ctx(), q.Desk, time.Time{}, time.Time{}, 20)
	if err != nil {
		return err
	}
	first := time.Time{}
	for _, r := range newest {
		d.Runs = append(d.Runs, runRow{r, outcome(q, r)})
		first = r.Started
	}
	if len(runs) > 0 {
		first = runs[len(runs)-1].Started
	}
	if d.Next, err = reading.Next(q.Desk, q.Now); err != nil {
		return err
	}
	d.Month = q.Month(at)
	d.Before = tab{Text: q.MonthName(at.AddDate(0, -1, 0)), To: q.With("month", at.AddDate(0, -1, 0).Format("2006-01"))}
	if end.Before(q.Now) {
		d.After = tab{Text: q.MonthName(end), To: q.With("month", end.Format("2006-01"))}
	}
	d.calendar(q, at, end, runs, planned, first)
	return nil
}

func (d *nightsPage) calendar(q *frame.Req, at, end time.Time, runs []reading.Run, planned []time.Time, first time.Time) {
	for i := range 7 {
		d.Weekdays = append(d.Weekdays, q.WeekdayName((i+1)%7))
	}
	byDay, plans := map[int][]reading.Run{}, map[int][]time.Time{}
	for _, r := range runs {
		n := r.Started.In(q.Zone).Day()
		byDay[n] = append(byDay[n], r)
	}
	for _, p := range planned {
		n := p.In(q.Zone).Day()
		plans[n] = append(plans[n], p)
	}
	var week []night
	for range (int(at.Weekday()) + 6) % 7 {
		week = append(week, night{Blank: true})
	}
	done, failed := 0, 0
	for day := at; day.Before(end); day = day.AddDate(0, 0, 1) {
		n := nightOf(q, day, byDay[day.Day()], plans[day.Day()], first)
		switch {
		case n.State == "failed" || n.State == "interrupted":
			failed++
		case n.State != "":
			done++
		}
		week = append(week, n)
		if len(week) == 7 {
			d.Weeks, week = append(d.Weeks, week), nil
		}
	}
	for len(week) > 0 && len(week) < 7 {
		week = append(week, night{Blank: true})
	}
	if len(week) > 0 {
		d.Weeks = append(d.Weeks, week)
	}
	d.Heading = q.T("nights.heading", "n", done+failed, "month", q.MonthName(at), "done", done)
	if done+failed == 0 {
		d.Heading = q.T("nights.none", "month", q.MonthName(at))
	}
}

// rank orders the outcomes of runs: the worst one is told.
var rank = map[string]int{"done": 1, "person": 2, "going": 3, "interrupted": 4, "failed": 5}

// nightOf is a day of the calendar.
func nightOf(q *frame.Req, day time.Time, runs []reading.Run, planned []time.Time, first time.Time) night {
	n := night{Day: day.Day(), Today: q.Now.In(q.Zone).Format(time.DateOnly) == day.Format(time.DateOnly)}
	worst, held := "", 0
	for i := len(runs) - 1; i >= 0; i-- {
		state := outcome(q, runs[i])
		if rank[state] > rank[worst] {
			worst, n.To = state, q.To("runs", runs[i].ID)
		}
		if s := runs[i].Summary; s != nil {
			n.Fetched += s.Stored + s.Left
			held += s.Held
		}
	}
	n.State = worst
	switch {
	case worst == "failed" || worst == "interrupted":
		n.Class = "bad"
		if last := outcome(q, runs[0]); last == "done" || last == "person" {
			n.Note = q.T("nights.again", "time", q.Clock(runs[0].Started.In(q.Zone)))
		}
	case worst == "person":
		n.Class = "warn"
		if held > 0 {
			n.Note = q.T("nights.held", "n", held)
		}
	case worst == "" && len(planned) > 0:
		at := planned[0].In(q.Zone)
		n.Planned = q.Clock(at)
		if q.Now.After(at.Add(lateAfter)) && !first.IsZero() && at.After(first) {
			n.State, n.Class, n.Planned = "failed", "bad", q.T("nights.missing")
		}
	case worst == "" && !day.After(q.Now):
		n.Class, n.Planned = "none", q.T("nights.noplan")
	case worst == "":
		n.Class = "none"
	}
	return n
}

// runPage is a run, live while it goes on.
type runPage struct {
	reading.Run
	State    string
	Heading  string
	Going    bool
	Steps    []stepRow
	Lines    []desk.Event
	Events   string
	Problems []string
	Notes    []string
}

// stepRow is a step of a run.
type stepRow struct {
	Name, State, Done, Time string
	Total, N                int
}

// Run is one run.
func Run(q *frame.Req) (frame.Answer, error) {
	d := &runPage{}
	err := q.Snapshot(func() error {
		var err error
		if q.R.PathValue("run") == "now" {
			runs, err := reading.Runs(q.Ctx(), q.Desk, time.Time{}, time.Time{}, 1)
			if err != nil || len(runs) == 0 {
				return err
			}
			d.Run = runs[0]
		} else {
			id, err := strconv.ParseInt(q.R.PathValue("run"), 10, 64)
			if err != nil {
				return frame.NotFound()
			}
			found := false
			if d.Run, found, err = reading.OneRun(q.Ctx(), q.Desk, id); err != nil || !found {
				return orNotFound(err)
			}
		}
		d.State = outcome(q, d.Run)
		d.Going = d.State == "going" || q.R.PathValue("run") == "now" && (q.Co.Live.Going() || d.ID == 0)
		h := reading.Happened{Since: d.Started, Until: d.Ended.Add(time.Millisecond), Limit: 25}
		if d.Ended.IsZero() {
			h.Until = time.Time{}
		}
		d.Lines, err = reading.History(q.Ctx(), q.Desk, h)
		return err
	})
	if err != nil {
		return nil, err
	}
	d.words(q)
	page := frame.Page{Template: "run", Title: q.T("run"), Nav: "nights", Data: d, Crumbs: []frame.Crumb{{Text: q.T("nav.nights"), To: q.To("nights")}, {Text: q.T("run.n", "id", strconv.FormatInt(d.ID, 10))}}}
	if d.Going {
		page.Refresh = 5
	}
	return page, nil
}

func orNotFound(err error) error {
	if err != nil {
		return err
	}
	return frame.NotFound()
}

func (d *runPage) words(q *frame.Req) {
	d.Heading = q.T("run.is."+d.State, "id", strconv.FormatInt(d.ID, 10))
	if d.Going {
		d.Steps = stepsOf(q)
		d.Events = q.To("runs", d.ID, "events") + "?after=" + strconv.FormatInt(q.Head, 10)
	}
	if d.Summary != nil {
		d.Problems, d.Notes = d.Summary.Problems, d.Summary.Notes
	}
}

// stepsOf are the steps of the run that goes on.
func stepsOf(q *frame.Req) (out []stepRow) {
	begun := map[string]frame.LiveStep{}
	names := frame.Parts()
	for _, s := range q.Co.Live.Steps() {
		begun[s.Name] = s
		if !slices.Contains(names, s.Name) {
			names = append(names, s.Name)
		}
	}
	for _, name := range names {
		s, is := begun[name]
		if !is {
			out = append(out, stepRow{Name: name, State: "to-come"})
			continue
		}
		r := stepRow{Name: s.Name, State: "done", Total: s.Total, N: s.Done}
		end := s.Ended
		if end.IsZero() {
			r.State, end = "going", time.Now()
		}
		r.Time = q.Took(end.Sub(s.Began))
		switch {
		case s.Total > 0:
			r.Done = q.T("run.of", "done", s.Done, "n", s.Total)
		case s.Done > 0:
			r.Done = q.Num(s.Done)
		}
		out = append(out, r)
	}
	return out
}
