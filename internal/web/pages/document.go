package pages

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/changes"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/desk/today"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
	"github.com/fisbridge/fisbridge/internal/web/frame"
)

// step is a stage of a document's life: done, here, stop, or to come.
type step struct {
	Name, Icon, Class, Text string
	At                      time.Time
}

// actButton leads to the page of an act.
type actButton struct {
	Act, To string
	Go      bool
}

// table is the lines of a document as the file has them: headings and cells.
type table struct {
	Heads []string
	Right []bool
	Rows  []tableRow
}

type tableRow struct {
	Line  int
	To    string
	Cells []string
}

// way is a decision about a held document, and what it posts.
type way struct{ Act, Text string }

// documentPage is what the page of a document shows.
type documentPage struct {
	*desk.DocumentLife
	zone   *time.Location
	Listed desk.ListedDoc
	Face   reading.Face
	Label  string
	Term   string
	Is     any
	Title  any // of what holds it
	Detail any
	Acts   []actButton
	Steps  []step
	Sides  *reading.Sides
	Would  *reading.Rendered
	// Waits: whether it goes is for a person to decide, whatever the mapping makes of it. Ways are what each decision posts.
	Waits    bool
	Ways     []way
	WouldTab table
	InFile   *table
	Place    *desk.DocumentPlace
	Events   []desk.Event
	Missing  bool // the payload is not kept any more
}

// Document is one document's life.
func Document(q *frame.Req) (frame.Answer, error) {
	d := &documentPage{zone: q.Zone}
	err := q.Snapshot(func() error { return d.read(q) })
	if err != nil {
		return nil, err
	}
	d.steps(q)
	for i := len(d.History) - 1; i >= 0; i-- {
		d.Events = append(d.Events, d.History[i])
	}
	return frame.Page{Template: "document", Title: d.Label, Nav: "documents", Data: d, Crumbs: []frame.Crumb{{Text: q.T("nav.documents"), To: q.To("documents")}, {Text: d.Label}}}, nil
}

// One is the document that the address names; nothing there is 404.
func One(q *frame.Req) (desk.Doc, error) {
	doc, err := q.Desk.Journal.Document(q.Ctx(), q.R.PathValue("doc"))
	if errors.Is(err, desk.ErrNotFound) {
		return doc, frame.NotFound()
	}
	return doc, err
}

func (d *documentPage) read(q *frame.Req) error {
	doc, err := One(q)
	if err != nil {
		return err
	}
	if d.DocumentLife, err = q.Desk.DocumentLife(q.Ctx(), doc); err != nil {
		return err
	}
	if d.Listed, err = q.Desk.Journal.ListedDocument(q.Ctx(), doc.ID); err != nil {
		return err
	}
	d.Label, d.Term, d.Missing = labelOf(d.Listed), today.TermOf(doc.State), d.PayloadBytes == 0
	doc = Apart(q, doc)
	standing, err := q.Desk.Standing(q.Ctx(), doc)
	if err != nil {
		return err
	}
	words := standing.Why()
	d.Is = q.Is(words.Reason())
	if doc.State == desk.Held {
		d.Is = q.Is(doc.Why)
		if title, detail := titleOf(q, doc); detail != frame.Own("") {
			d.Title, d.Detail = title, detail
		}
	}
	if q.May("settle") {
		if changes.WantsRow(q.Desk, doc) && q.Persons() {
			d.Acts = []actButton{{Act: "add-row", To: q.To("documents", doc.ID, "add-row")}}
		}
		d.Acts = append(d.Acts, actsOf(words.Acts, func(act string) string { return q.To("documents", doc.ID, act) }, func() string { return d.fileTo(q) })...)
	}
	if q.Persons() {
		return d.contents(q, doc)
	}
	return nil
}

// fileTo is the address of the import file that holds the document.
func (d *documentPage) fileTo(q *frame.Req) string {
	for i := len(d.Places) - 1; i >= 0; i-- {
		if !d.Places[i].Withdrawn {
			route, number, _ := strings.Cut(d.Places[i].File, "/")
			return q.To("files", route, number)
		}
	}
	return ""
}

// actsOf are the buttons of what can be done. The words are those of the engine.
func actsOf(acts []string, to func(act string) string, file func() string) (out []actButton) {
	for _, a := range acts {
		switch a {
		case "mark":
			out = append(out, actButton{Act: "mark-posted", To: to("mark-posted")}, actButton{Act: "mark-rejected", To: to("mark-rejected")})
		case "reissue":
			if f := file(); f != "" {
				out = append(out, actButton{Act: a, To: f + "/reissue"})
			}
		default:
			out = append(out, actButton{Act: a, To: to(a)})
		}
	}
	return out
}

// contents reads what only people with the right see: names, lines, what would go.
func (d *documentPage) contents(q *frame.Req, doc desk.Doc) error {
	faces, err := reading.Faces(q.Ctx(), q.Desk, []string{doc.ID})
	if err != nil {
		return err
	}
	d.Face = faces[doc.ID]
	if d.Sides, err = reading.Postings(q.Ctx(), q.Desk, doc); err != nil {
		return err
	}
	for i := len(d.Places) - 1; i >= 0 && d.Place == nil; i-- {
		if !d.Places[i].Withdrawn {
			d.Place = &d.Places[i]
		}
	}
	if d.Place != nil {
		return d.inFile(q, doc)
	}
	if doc.State == desk.Held || doc.State == desk.Acknowledged {
		if d.Would, err = reading.WouldGo(q.Ctx(), q.Desk, doc); err != nil {
			return err
		}
		if d.Would != nil {
			d.WouldTab = tableOf(d.Would.Lines, nil)
			d.waits(q, doc)
		}
	}
	return nil
}

// byMapping are the causes that end when the mapping lets the document go.
var byMapping = []desk.DocumentCause{"mapping", "amounts", "file"}

// waits finds out whether a decision is awaited, and what each posts. What a mapping makes of a document that it holds
// itself is the whole answer.
func (d *documentPage) waits(q *frame.Req, doc desk.Doc) {
	d.Waits = doc.State == desk.Held && !slices.Contains(byMapping, doc.Cause)
	if !d.Waits || !d.Would.Goes() {
		return
	}
	whole := q.T("would.whole", "n", len(d.Would.Lines))
	if doc.Cause != "revision" {
		d.Ways = []way{{"release", whole}}
		return
	}
	switch c := d.Case; {
	case c == nil || c.Missing != "":
	case c.Unchanged:
		d.Ways = append(d.Ways, way{"release-replace", q.T("would.nothing")})
	default:
		var parts []string
		for _, a := range c.Accounts {
			if change := a.Change(); !change.IsZero() {
				parts = append(parts, a.Account+" "+q.Signed(change, c.Currency))
			}
		}
		d.Ways = append(d.Ways, way{"release-replace", q.T("would.change", "currency", c.Currency, "changes", strings.Join(parts, ", "))})
	}
	d.Ways = append(d.Ways, way{"release-add", whole})
}

func (d *documentPage) inFile(q *frame.Req, doc desk.Doc) error {
	f, err := q.Desk.Journal.File(q.Ctx(), d.Place.FileID)
	if err != nil {
		return err
	}
	r, err := reading.In(q.Ctx(), q.Desk, doc, f)
	if err != nil || r == nil || d.Place.FirstLine == 0 {
		return err
	}
	if rows := d.Place.LastLine - d.Place.FirstLine + 1; rows != len(r.Lines) {
		return nil // lines are added up, or a record takes several: the file's page has them
	}
	first := d.Place.FirstLine
	t := tableOf(r.Lines, func(i int) (int, string) { return first + i, q.ToFile(f, "lines", first+i) })
	d.InFile = &t
	return nil
}

// mostLines is how many lines of a document its page shows.
const mostLines = 200

// tableOf puts the records of a document under the headings of the first kind of record that has most of them.
func tableOf(lines []*explain.Line, number func(i int) (int, string)) table {
	t := table{}
	seen := map[string]int{}
	for _, l := range lines {
		for _, c := range l.Cells {
			name := c.Heading
			if name == "" {
				name = c.Field
			}
			if _, known := seen[name]; !known && c.Column > 0 {
				seen[name] = len(t.Heads)
				t.Heads = append(t.Heads, name)
				t.Right = append(t.Right, true)
			}
		}
	}
	for i, l := range lines {
		if i == mostLines {
			break
		}
		row := tableRow{Line: i + 1, Cells: make([]string, len(t.Heads))}
		if number != nil {
			row.Line, row.To = number(i)
		}
		for _, c := range l.Cells {
			name := c.Heading
			if name == "" {
				name = c.Field
			}
			if c.Column == 0 {
				continue
			}
			at := seen[name]
			row.Cells[at] = c.Text
			if c.Text != "" && !strings.Contains(c.Text, ".") {
				t.Right[at] = false
			} else if _, err := fis.ParseAmount(c.Text); c.Text != "" && err != nil {
				t.Right[at] = false
			}
		}
		t.Rows = append(t.Rows, row)
	}
	t.dropEmpty()
	return t
}

// dropEmpty takes away columns in which nothing stands.
func (t *table) dropEmpty() {
	for at := len(t.Heads) - 1; at >= 0; at-- {
		empty := true
		for _, r := range t.Rows {
			empty = empty && r.Cells[at] == ""
		}
		if !empty {
			continue
		}
		t.Heads, t.Right = append(t.Heads[:at:at], t.Heads[at+1:]...), append(t.Right[:at:at], t.Right[at+1:]...)
		for i := range t.Rows {
			t.Rows[i].Cells = append(t.Rows[i].Cells[:at:at], t.Rows[i].Cells[at+1:]...)
		}
	}
}

// steps are the stages of its life.
func (d *documentPage) steps(q *frame.Req) {
	add := func(name, class, icon, text string, at time.Time) {
		d.Steps = append(d.Steps, step{q.T("step." + name), icon, class, text, at})
	}
	come := q.T("state.to-come")
	add("fetched", "done", "posted", "", d.Received)
	switch {
	case d.State == desk.Left:
		add("left", "here", "left", "", d.Since)
		return
	case d.State == desk.Recalled || d.State == desk.Foreign || d.State == desk.Gone:
		add(string(d.State), "here", "recalled", "", d.Since)
		return
	case d.AcknowledgedAt.IsZero():
		add("locked", "", "to-come", come, time.Time{})
	default:
		add("locked", "done", "posted", "", d.AcknowledgedAt)
	}
	if d.State == desk.Held {
		add("held", "here", "held", "", d.Since)
	}
	if d.Place == nil {
		for i := range d.Places {
			if !d.Places[i].Withdrawn {
				d.Place = &d.Places[i]
			}
		}
	}
	switch {
	case d.Place == nil:
		add("file", "", "to-come", come, time.Time{})
	case d.Place.Dropped.IsZero():
		add("file", "here", "open", d.Place.File, time.Time{})
	default:
		add("file", "done", "posted", d.Place.File, d.Place.Dropped)
	}
	d.ending(add, come)
}

func (d *documentPage) ending(add func(name, class, icon, text string, at time.Time), come string) {
	switch d.State {
	case desk.Posted:
		add("answer", "done", "posted", d.Listed.Number, d.Since)
	case desk.Rejected:
		add("rejected", "stop", "rejected", "", d.Since)
	default:
		add("answer", "", "to-come", come, time.Time{})
	}
	switch c := d.Confirmation; {
	case c == nil:
		add("told", "", "to-come", come, time.Time{})
	case c.State == desk.ConfirmDone:
		add("told", "done", "posted", "", c.DoneAt)
	case c.State == desk.ConfirmStuck:
		add("told", "stop", "alarm", c.Message, time.Time{})
	default:
		add("told", "here", "open", come, time.Time{})
	}
	if len(d.Payments) > 0 {
		p := d.Payments[len(d.Payments)-1]
		add("paid", "done", "posted", "", p.DoneAt)
	} else if d.State != desk.Rejected {
		add("paid", "", "to-come", come, time.Time{})
	}
}

// Payload is the document as it came, for saving.
func Payload(q *frame.Req) (answer frame.Answer, err error) {
	err = q.Snapshot(func() error {
		doc, err := One(q)
		if err != nil {
			return err
		}
		text, err := q.Desk.Payload(q.Ctx(), doc)
		if err != nil {
			return err
		}
		var pretty bytes.Buffer
		if json.Indent(&pretty, text, "", "  ") == nil {
			text = pretty.Bytes()
		}
		answer = frame.File{Name: doc.ID + ".json", Kind: "application/json", Body: bytes.NewReader(text)}
		return nil
	})
	return answer, err
}
