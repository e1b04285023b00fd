package pages

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/desk/today"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/words"
)

// documentsAt is the address of the list with values.
func documentsAt(q *frame.Req, set ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(set); i += 2 {
		if set[i+1] != "" && set[i] != "all" {
			v.Set(set[i], set[i+1])
		}
	}
	to := q.To("documents")
	if len(v) > 0 {
		to += "?" + v.Encode()
	}
	return to
}

// docRow is a document in a list.
type docRow struct {
	desk.ListedDoc
	Face reading.Face
	Term string
	What any
}

// Label is how people call the document: its report's number, id, or its own.
func (r docRow) Label() string { return labelOf(r.ListedDoc) }

// Label is how people call a document.
func Label(d desk.ListedDoc) string { return labelOf(d) }

func labelOf(d desk.ListedDoc) string {
	switch {
	case d.ReportNumber != "":
		return d.ReportNumber
	case d.ReportID != "" && len(d.ReportID) <= 12:
		return d.ReportID
	case d.ReportKey != "":
		return d.ReportKey
	case d.ReportID != "":
		return d.ReportID[:8]
	}
	return d.ID[:min(8, len(d.ID))]
}

// documentsPage is what the list shows.
type documentsPage struct {
	Heading, Lead string
	Period        period
	Text, State   string
	From, To      string
	Tabs          []tab
	Rows          []docRow
	Total, First  int
	More          bool // than Total: nobody counted on
	Newer, Older  string
	Sizes         []tab
	Exports       [2]string
	Widen         string // the same search at all times
	Twice         []tab  // the two amounts that may be meant
	PeriodWords   string
	Wrong         bool // a bound is no amount
}

// Begin and End are the numbers of the first row and the last one.
func (d *documentsPage) Begin() int { return d.First + 1 }
func (d *documentsPage) End() int   { return d.First + len(d.Rows) }

// pageSizes are how many rows a page may have.
var pageSizes = []int{25, 100, 500}

// search is what the list is asked for.
type search struct {
	period
	text, state string
	filter      desk.Filter
	rows        int
	amount      bool   // the text is an amount
	twice       string // the field whose amount may be two
	wrong       bool   // a bound is no amount
}

func searchOf(q *frame.Req) (s search, err error) {
	if s.period, err = periodOf(q, false); err != nil {
		return s, err
	}
	s.text, s.state, s.rows = q.Value("q"), q.Value("state"), pageSizes[0]
	if n, err := strconv.Atoi(q.Value("rows")); err == nil && slices.Contains(pageSizes, n) {
		s.rows = n
	}
	states := today.StatesOf(s.state)
	if s.state != "" && states == nil {
		return s, frame.Wrong(q.T("wrong.state", "text", s.state))
	}
	s.filter = desk.Filter{Route: s.Route, States: states, Since: s.Since, Until: s.Until, Find: s.text, Limit: s.rows, Impersonal: !q.Persons()}
	amount, currency, alone, err := q.ParseSum(s.text)
	switch {
	case currency == "" && alone == s.text && !strings.ContainsAny(s.text, ".,"): // a number, as an id may be
	case errors.Is(err, words.ErrTwice):
		s.twice = "q"
		return s, err
	case err == nil:
		s.filter.Find, s.filter.Currency, s.amount = amount.String(), currency, true
	}
	for _, name := range []string{"from", "to"} {
		into := &s.filter.From
		if name == "to" {
			into = &s.filter.To
		}
		if typed := q.Value(name); typed != "" {
			a, currency, _, err := q.ParseSum(typed)
			switch {
			case errors.Is(err, words.ErrTwice):
				s.twice = name
				return s, err
			case err != nil:
				s.wrong = true
				return s, frame.Wrong(q.T("wrong.amount", "text", typed))
			}
			if *into = &a; currency != "" {
				s.filter.Currency = currency
			}
		}
	}
	return s, nil
}

// bounded: something narrows the list that the sums by period do not know.
func (s search) bounded() bool {
	return s.text != "" || s.filter.From != nil || s.filter.To != nil
}

// keyOf reads the key of a page: a moment in nanoseconds and an id.
func keyOf(text string) *reading.Key {
	at, id, found := strings.Cut(text, "-")
	n, err := strconv.ParseInt(at, 10, 64)
	if !found || err != nil {
		return nil
	}
	return &reading.Key{At: time.Unix(0, n), ID: id}
}

func keyText(d desk.ListedDoc) string {
	return strconv.FormatInt(d.Received.UnixNano(), 10) + "-" + d.ID
}

// Documents is the list, and the search.
func Documents(q *frame.Req) (frame.Answer, error) {
	s, err := searchOf(q)
	d := &documentsPage{Period: s.period, Text: s.text, State: s.state, From: q.Value("from"), To: q.Value("to")}
	if errors.Is(err, words.ErrTwice) {
		return d.askTwice(q, s.twice)
	}
	if s.wrong { // what was typed stays in the form
		d.Heading, d.Wrong = q.FaultOf(err).Text.String(), true
		err = q.Snapshot(func() error { return nil })
		return frame.Page{Template: "documents", Title: q.T("nav.documents"), Nav: "documents", Data: d, Status: http.StatusUnprocessableEntity}, err
	}
	if err != nil {
		return nil, err
	}
	var only string
	err = q.Snapshot(func() error {
		if err := d.find(q, &s); err != nil {
			return err
		}
		if s.text != "" && !s.amount && d.Total == 1 && s.state == "" && len(d.Rows) == 1 && identifies(s.text, d.Rows[0].ListedDoc) {
			only = d.Rows[0].ID
			return nil
		}
		return d.sums(q, s)
	})
	if err != nil {
		return nil, err
	}
	if only != "" {
		return frame.To{Address: q.To("documents", only)}, nil
	}
	d.links(q, s)
	return frame.Page{Template: "documents", Title: q.T("nav.documents"), Nav: "documents", Data: d}, nil
}

// identifies: the text is an id of the document itself, and not of an employee or a file, nor a word of its title or name.
func identifies(text string, d desk.ListedDoc) bool {
	said := strings.ToLower(d.Title + " " + d.Person)
	return !strings.EqualFold(text, d.EmployeeID) && !strings.Contains(text, "/") && !strings.Contains(said, strings.ToLower(text))
}

// find reads the page, and finds texts where no id begins so.
func (d *documentsPage) find(q *frame.Req, s *search) error {
	f := s.filter
	if k := keyOf(q.Value("after")); k != nil {
		f.After = k
	} else if k := keyOf(q.Value("before")); k != nil {
		f.Before = k
	}
	if s.bounded() {
		f.Enough = mostSummed
	}
	p, err := q.Desk.ListDocuments(q.Ctx(), f)
	if err != nil {
		return err
	}
	if p.Total == 0 && s.text != "" && !s.amount {
		f.Find, f.Text = "", s.text
		s.filter.Find, s.filter.Text = "", s.text
		if p, err = q.Desk.ListDocuments(q.Ctx(), f); err != nil {
			return err
		}
	}
	d.Total, d.More = p.Total, p.More
	d.First, _ = strconv.Atoi(q.Value("n"))
	d.Rows = rowsOf(q, p.Rows)
	return nil
}

// rowsOf puts faces to documents where they may be seen.
func rowsOf(q *frame.Req, list []desk.ListedDoc) []docRow {
	rows := make([]docRow, len(list))
	for i, l := range list {
		l.Doc = Apart(q, l.Doc)
		face := reading.Face{}
		if q.Persons() {
			face = reading.Face{Title: l.Title, Name: l.Person, ID: l.EmployeeID}
		}
		rows[i] = docRow{ListedDoc: l, Face: face, Term: today.TermOf(l.State)}
		if l.State == desk.Held || l.State == desk.Rejected || l.State == desk.Left || l.State == desk.Recalled || l.Cause == desk.CauseWaits {
			rows[i].What, _ = titleOf(q, l.Doc)
		}
	}
	return rows
}

// mostSummed bounds how many found documents are counted and added up.
const mostSummed = 5000

// sums fills heading, tabs and amounts.
func (d *documentsPage) sums(q *frame.Req, s search) error {
	name := s.words(q)
	d.PeriodWords = name
	d.Heading = q.T("documents.received", "period", name)
	if s.All {
		d.Heading = q.T("documents.all")
	}
	if s.text != "" {
		d.Heading = q.T("documents.found", "n", d.Total, "text", s.text)
		if d.More {
			d.Heading = q.T("documents.found.more", "n", d.Total, "text", s.text)
		}
	}
	var e *today.Equation
	var err error
	if !s.bounded() {
		e, err = equation(q, s.Selection)
	} else {
		e, err = d.addUp(q, s)
	}
	if err != nil || e == nil {
		return err
	}
	of := e.Fetched
	if s.state != "" {
		of = e.Term(s.state).Figure
	}
	d.Lead = q.T("documents", "n", of.Number)
	if sums := q.Sums(of); len(sums) > 0 {
		d.Lead += ": " + strings.Join(sums, ", ")
	}
	d.Tabs = []tab{{q.T("all"), q.With("state", "", "after", "", "before", "", "n", ""), s.state == "", e.Fetched.Number}}
	for _, t := range e.Terms {
		if t.Number > 0 || t.Name == s.state {
			d.Tabs = append(d.Tabs, tab{q.T("term." + t.Name), q.With("state", t.Name, "after", "", "before", "", "n", ""), s.state == t.Name, t.Number})
		}
	}
	return nil
}

// addUp adds up what a search finds, unless it is too much.
func (d *documentsPage) addUp(q *frame.Req, s search) (*today.Equation, error) {
	f := s.filter
	f.States, f.Enough, f.Limit = nil, mostSummed, 1
	if d.More {
		return nil, nil
	}
	p, err := q.Desk.ListDocuments(q.Ctx(), f)
	if err != nil || p.More || p.Total > mostSummed {
		return nil, err
	}
	f.Limit = 0
	if p, err = q.Desk.ListDocuments(q.Ctx(), f); err != nil {
		return nil, err
	}
	e := &today.Equation{Terms: today.Terms()}
	for _, l := range p.Rows {
		e.Fetched.Add(l.Currency, 1, l.Amount)
		for i := range e.Terms {
			if e.Terms[i].Name == today.TermOf(l.State) {
				e.Terms[i].Add(l.Currency, 1, l.Amount)
			}
		}
	}
	return e, nil
}

// links are where the list leads.
func (d *documentsPage) links(q *frame.Req, s search) {
	if n := len(d.Rows); n > 0 {
		if d.First > 0 {
			d.Newer = q.With("before", keyText(d.Rows[0].ListedDoc), "after", "", "n", strconv.Itoa(max(0, d.First-s.rows)))
			if d.First-s.rows <= 0 {
				d.Newer = q.With("before", "", "after", "", "n", "")
			}
		}
		if d.First+n < d.Total || d.More && n == s.rows {
			d.Older = q.With("after", keyText(d.Rows[n-1].ListedDoc), "before", "", "n", strconv.Itoa(d.First+n))
		}
	}
	for _, n := range pageSizes {
		d.Sizes = append(d.Sizes, tab{strconv.Itoa(n), q.With("rows", strconv.Itoa(n), "after", "", "before", "", "n", ""), n == s.rows, -1})
	}
	rest := ""
	if q.R.URL.RawQuery != "" {
		rest = "?" + q.R.URL.Query().Encode()
	}
	d.Exports = [2]string{q.To("documents.xlsx") + rest, q.To("documents.csv") + rest}
	if d.Total == 0 && !s.All {
		d.Widen = q.With("since", "", "until", "", "all", "1")
	}
}

// askTwice asks which of two amounts is meant in a field: what is searched for, or a bound, beside which all else stays.
func (d *documentsPage) askTwice(q *frame.Req, field string) (frame.Answer, error) {
	_, currency, text, _ := q.ParseSum(q.Value(field)) // it may mean two amounts: that is known
	d.Heading = q.T("documents.twice", "text", q.Value(field))
	typed := strings.NewReplacer(",", "", ".", "").Replace(text)
	whole, err := fis.ParseAmount(typed)
	parted, err2 := fis.ParseAmount(strings.Replace(text, ",", ".", 1))
	if err != nil || err2 != nil {
		return nil, frame.Wrong(q.T("wrong.amount", "text", text))
	}
	for i, a := range []fis.Amount{whole, parted} {
		of := ""
		if currency != "" {
			of = " " + currency
		}
		to := documentsAt(q, field, a.StringFixed(4)+of)
		if field != "q" {
			to = q.With(field, []string{whole.String(), parted.StringFixed(4)}[i]+of, "after", "", "before", "", "n", "")
		}
		d.Twice = append(d.Twice, tab{q.Money(a, "") + of, to, false, -1})
	}
	err = q.Snapshot(func() error { return nil })
	return frame.Page{Template: "documents", Title: q.T("nav.documents"), Nav: "documents", Data: d}, err
}
