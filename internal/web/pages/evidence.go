package pages

import (
	"strconv"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/evidence"
	"github.com/fisbridge/fisbridge/internal/desk/narrate"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// evidencePage is the history, with what was verified last.
type evidencePage struct {
	Rows     int64
	Hash     string
	Verified *frame.Proof
	Busy     bool
	Events   []eventRow
	Older    string
	Newer    string
	Text     string
	Kind     string
	Since    string
	First    int64
	Last     int64
	Packs    []packRow
	// Packing: one is being made; PackFailed is why the last one could not be.
	Packing    bool
	PackFailed string
}

// eventRow is a row of the history.
type eventRow struct {
	desk.Event
	About, To string
	Detail    say.Text
}

// rowsOfHistory is how many rows a page of the history has.
const rowsOfHistory = 50

// kinds are what the history may be narrowed to, by the names of events.
var kinds = map[string][]string{
	"":       nil,
	"people": nil,
	"mappings": {
		"mapping in force", "mapping refused", "mapping refused for other problems", "mapping accepted", "mapping change proposed", "mapping change reverted",
		"mapping change approved", "mapping change rejected", "mapping change in force", "mapping change overtaken", "approval rule",
	},
	"told":  {"posting confirmed", "payment confirmed", "posting confirmation intended", "payment confirmation intended"},
	"runs":  {"run begun", "run ended", "run asked for", "stop asked for"},
	"packs": {evidence.MadeEvent, evidence.TakenEvent},
}

// Kinds are the names, in order.
func (evidencePage) Kinds() []string {
	return []string{"", "people", "mappings", "told", "runs", "packs"}
}

// Evidence is the history, and whether it is what was written.
func Evidence(q *frame.Req) (frame.Answer, error) {
	d := &evidencePage{Text: q.Value("text"), Kind: q.Value("kind"), Since: q.Value("since")}
	err := q.Snapshot(func() error {
		var err error
		if d.Rows, d.Hash, err = reading.Head(q.Ctx(), q.Desk); err != nil {
			return err
		}
		if q.May(string(signin.Pack)) {
			if d.Packs, err = packsOf(q); err != nil {
				return err
			}
		}
		return d.read(q)
	})
	if err != nil {
		return nil, err
	}
	d.Verified, d.Busy = q.Co.Proof()
	d.Packing, d.PackFailed = q.Co.Packing()
	page := frame.Page{Template: "evidence", Title: q.T("nav.evidence"), Nav: "evidence", Data: d}
	if d.Packing || d.Busy {
		page.Refresh = 3
	}
	return page, nil
}

func (d *evidencePage) read(q *frame.Req) error {
	since, err := dayOf(q, "since")
	if err != nil {
		return err
	}
	h := reading.Happened{Events: kinds[d.Kind], ByPeople: d.Kind == "people", Since: since, Limit: rowsOfHistory + 1}
	if q.Persons() { // texts of details may name persons
		h.Text = d.Text
	}
	h.Before, _ = strconv.ParseInt(q.Value("before"), 10, 64)
	events, err := reading.History(q.Ctx(), q.Desk, h)
	if err != nil {
		return err
	}
	if len(events) > rowsOfHistory {
		events = events[:rowsOfHistory]
		d.Older = q.With("before", strconv.FormatInt(events[len(events)-1].Seq, 10))
	}
	if h.Before > 0 {
		d.Newer = q.With("before", "")
	}
	for _, e := range events {
		row := eventRow{Event: e}
		switch {
		case e.DocID != "":
			row.About, row.To = q.ShortID(e.DocID), q.To("documents", e.DocID)
		case e.FileID != 0:
			if f, err := q.Desk.Journal.File(q.Ctx(), e.FileID); err == nil {
				row.About, row.To = desk.FileLabel(f), q.ToFile(f)
			}
		case e.ResultID != 0:
			row.About, row.To = q.T("result.n", "id", strconv.FormatInt(e.ResultID, 10)), q.To("results", e.ResultID)
		}
		if q.Persons() {
			plain := e
			plain.DocID = ""
			row.Detail = narrate.Facts(plain, "", false)
		}
		d.Events = append(d.Events, row)
		d.First, d.Last = e.Seq, max(d.Last, e.Seq)
	}
	return nil
}

// signinsPage is the history of sign-ins and roles.
type signinsPage struct {
	Rows   []signin.Row
	Older  string
	Count  int64
	Broken []int64
}

// readsAll: who asks may read people in every company of the installation.
func readsAll(q *frame.Req) bool {
	for _, co := range q.App.All() {
		if !signin.May(q.Who.Person.In(co.Short), signin.ReadPeople) {
			return false
		}
	}
	return true
}

// SignInRows are rows of the history of sign-ins and roles, as far as they are the company's; with those about no company for who reads the people of
// every one.
func SignInRows(q *frame.Req, before int64, most int) ([]signin.Row, error) {
	if readsAll(q) {
		return q.App.Book.HistoryAndRest(q.Ctx(), q.Co.Short, before, most)
	}
	return q.App.Book.HistoryAmong(q.Ctx(), q.Co.Short, before, most)
}

// SignIns is the history of sign-ins and roles.
func SignIns(q *frame.Req) (frame.Answer, error) {
	d := &signinsPage{}
	before, _ := strconv.ParseInt(q.Value("before"), 10, 64)
	var err error
	if d.Rows, err = SignInRows(q, before, rowsOfHistory+1); err != nil {
		return nil, err
	}
	if len(d.Rows) > rowsOfHistory {
		d.Rows = d.Rows[:rowsOfHistory]
		d.Older = q.With("before", strconv.FormatInt(d.Rows[rowsOfHistory-1].Seq, 10))
	}
	if d.Count, d.Broken, err = q.App.Book.Proven(q.Ctx()); err != nil {
		return nil, err
	}
	err = q.Snapshot(func() error { return nil })
	return frame.Page{Template: "signins", Title: q.T("signins"), Nav: "evidence", Data: d, Crumbs: []frame.Crumb{{Text: q.T("nav.evidence"), To: q.To("evidence")}, {Text: q.T("signins")}}}, err
}
