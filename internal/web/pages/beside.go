package pages

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/changes"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
	"github.com/fisbridge/fisbridge/internal/web/frame"
)

// kindPage lists the documents of one kind of difference.
type kindPage struct {
	Kind         kindRow
	Route        string
	ID           int64
	Rows         []kindDoc
	Total, First int
	Newer, Older string
}

// Begin and End are the numbers of the first row and the last one.
func (d *kindPage) Begin() int { return d.First + 1 }
func (d *kindPage) End() int   { return d.First + len(d.Rows) }

// kindDoc is a document with a difference.
type kindDoc struct {
	docRow
	Lines   int
	Amount  fis.Amount
	Reasons []string
	To      string
}

// inKind are the documents with a difference of one kind, in their order.
type inKind struct {
	ids     []string
	lines   map[string]int
	amounts map[string]fis.Amount
	reasons map[string][]string
}

var kindKey = regexp.MustCompile(`^r(\d+)(?:c(\d+)(?:m(\d+))?|added|removed|go|hold|other)$`)

// documentsOf are the documents of a kind of difference; nil when there is no such kind.
func documentsOf(diffs []changes.Diff, key string) *inKind {
	m := kindKey.FindStringSubmatch(key)
	if m == nil {
		return nil
	}
	route, _ := strconv.Atoi(m[1])
	if route >= len(diffs) {
		return nil
	}
	d := diffs[route]
	k := &inKind{lines: map[string]int{}, amounts: map[string]fis.Amount{}, reasons: map[string][]string{}}
	word := key[len("r"+m[1]):]
	if kind := map[string]string{"go": compare.NoLongerHeld, "hold": compare.NewlyHeld, "other": compare.HeldOther}[word]; kind != "" {
		for _, h := range d.Held {
			if h.Kind == kind {
				k.ids = append(k.ids, h.DocID)
				if k.reasons[h.DocID] = h.New; len(h.New) == 0 {
					k.reasons[h.DocID] = h.Old
				}
			}
		}
		return k
	}
	is := func(l *compare.LineChange) bool { return l.Kind == word }
	if m[2] != "" {
		column, _ := strconv.Atoi(m[2])
		if column >= len(d.Columns) {
			return nil
		}
		c := &d.Columns[column]
		var move *compare.Move
		if m[3] != "" {
			n, _ := strconv.Atoi(m[3])
			if n >= len(c.Moves) {
				return nil
			}
			move = &c.Moves[n]
		}
		is = func(l *compare.LineChange) bool {
			return l.Kind == compare.CellChanged && slices.ContainsFunc(l.Fields, func(f compare.FieldChange) bool {
				return f.Record == c.Record && f.Field == c.Column && (move == nil || f.Old == move.Old && f.New == move.New)
			})
		}
	}
	for i := range d.Lines {
		l := &d.Lines[i]
		if !is(l) {
			continue
		}
		if k.lines[l.DocID] == 0 {
			k.ids = append(k.ids, l.DocID)
		}
		k.lines[l.DocID]++
		k.amounts[l.DocID] = k.amounts[l.DocID].Add(l.Amount)
	}
	return k
}

// allDocuments are all that come out differently.
func allDocuments(diffs []changes.Diff) *inKind {
	k := &inKind{}
	seen := map[string]bool{}
	add := func(id string) {
		if !seen[id] {
			seen[id] = true
			k.ids = append(k.ids, id)
		}
	}
	for _, d := range diffs {
		for i := range d.Lines {
			add(d.Lines[i].DocID)
		}
		for _, h := range d.Held {
			add(h.DocID)
		}
	}
	return k
}

// kindRows is how many documents a page of a kind has.
const kindRows = 25

// ChangeKind lists the documents of one kind of difference.
func ChangeKind(q *frame.Req) (frame.Answer, error) {
	d := &kindPage{Route: q.R.PathValue("route")}
	err := q.Snapshot(func() error {
		c, diffs, err := changeWithDiffs(q)
		if err != nil {
			return err
		}
		d.ID = c.ID
		key := q.R.PathValue("kind")
		k := documentsOf(diffs, key)
		for i, diff := range diffs {
			for _, row := range kindsOf(q, i, diff) {
				if row.Key == key {
					d.Kind = row
				}
			}
		}
		if k == nil || d.Kind.Key == "" {
			return frame.NotFound()
		}
		return d.rows(q, k)
	})
	crumbs := append(changeCrumbs(q, d.Route, d.ID), frame.Crumb{Text: q.T("kind")})
	return frame.Page{Template: "kind", Title: q.T("kind"), Nav: "mappings", Data: d, Crumbs: crumbs}, err
}

func (d *kindPage) rows(q *frame.Req, k *inKind) error {
	page, _ := strconv.Atoi(q.Value("page"))
	page = max(1, page)
	d.Total, d.First = len(k.ids), (page-1)*kindRows
	if d.First >= d.Total {
		return frame.NotFound()
	}
	if page > 1 {
		d.Newer = q.With("page", strconv.Itoa(page-1))
	}
	if d.First+kindRows < d.Total {
		d.Older = q.With("page", strconv.Itoa(page+1))
	}
	ids := k.ids[d.First:min(d.Total, d.First+kindRows)]
	var docs []desk.ListedDoc
	for _, id := range ids {
		l, err := q.Desk.Journal.ListedDocument(q.Ctx(), id)
		if err != nil {
			return err
		}
		docs = append(docs, l)
	}
	rows := rowsOf(q, docs)
	for i, row := range rows {
		id := ids[i]
		d.Rows = append(d.Rows, kindDoc{row, k.lines[id], k.amounts[id], k.reasons[id], q.To("mappings", d.Route, "changes", d.ID, "documents", id) + "?kind=" + d.Kind.Key})
	}
	return nil
}

func changeWithDiffs(q *frame.Req) (*changes.Content, []changes.Diff, error) {
	m, err := mappingOf(q)
	if err != nil {
		return nil, nil, err
	}
	c, err := ChangeOf(q, m)
	if err != nil {
		return nil, nil, err
	}
	diffs, err := diffsOf(q, c)
	return c, diffs, err
}

// besidePage is one document as the version in force and a change make it.
type besidePage struct {
	*compare.Beside
	ID           int64
	Route        string
	Doc          docRow
	Show         string
	Tabs         []tab
	Prev, Next   string
	At, Of       int
	Columns      []besideColumn
	Rows         []besideRow
	ChangedLines int
	Changed      []string // names of the columns
	Why          *whyPage
}

// besideColumn is a column of the file: one that changes stands twice.
type besideColumn struct {
	Name    string
	Changed bool
}

// besideRow is a line in both versions.
type besideRow struct {
	compare.BesideLine
	Number int
	Cells  []compare.BesideCell
	To     string
}

// Tight keeps short texts of a cell, such as dates and codes, on one line.
func (d *besidePage) Tight(old, changed string) string {
	if max(len(old), len(changed)) <= 24 {
		return " nw"
	}
	return ""
}

// whyPage is why a line changes: how each changed cell was made before and now.
type whyPage struct {
	Line  int
	Cells []whyCell
}

type whyCell struct {
	Column   string
	Old, New *explain.Cell
}

// ChangeDocument shows one document side by side.
func ChangeDocument(q *frame.Req) (frame.Answer, error) {
	d := &besidePage{Route: q.R.PathValue("route")}
	err := q.Snapshot(func() error { return d.read(q) })
	crumbs := append(changeCrumbs(q, d.Route, d.ID), frame.Crumb{Text: d.Doc.Label()})
	return frame.Page{Template: "beside", Title: d.Doc.Label(), Nav: "mappings", Data: d, Crumbs: crumbs}, err
}

func (d *besidePage) read(q *frame.Req) error {
	c, diffs, err := changeWithDiffs(q)
	if err != nil {
		return err
	}
	d.ID = c.ID
	doc, err := One(q)
	if err != nil {
		return err
	}
	listed, err := q.Desk.Journal.ListedDocument(q.Ctx(), doc.ID)
	if err != nil {
		return err
	}
	d.Doc = rowsOf(q, []desk.ListedDoc{listed})[0]
	env, err := q.Desk.Journal.Payload(q.Ctx(), doc.ID)
	if errors.Is(err, desk.ErrNotFound) {
		return &frame.Fault{Status: http.StatusNotFound, Code: "agedout"}
	}
	if err != nil {
		return err
	}
	sides, err := changes.SidesOf(q.Ctx(), q.Desk, *c)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(sides, func(s changes.Sides) bool { return s.Route == doc.Route })
	if i < 0 {
		return frame.NotFound()
	}
	if d.Beside, err = compare.Document(sides[i].Older, sides[i].Newer, q.Now.In(q.Desk.Config.Schedule.Zone()), env); err != nil {
		return err
	}
	d.neighbours(q, diffs, doc.ID)
	d.table(q)
	return d.why(q, sides[i], doc)
}

// neighbours are the documents before and behind it, of the same kind of difference.
func (d *besidePage) neighbours(q *frame.Req, diffs []changes.Diff, id string) {
	kind := q.Value("kind")
	k := documentsOf(diffs, kind)
	if k == nil {
		k, kind = allDocuments(diffs), ""
	}
	at := slices.Index(k.ids, id)
	if at < 0 {
		return
	}
	d.At, d.Of = at+1, len(k.ids)
	to := func(id string) string {
		out := q.To("mappings", d.Route, "changes", d.ID, "documents", id)
		if kind != "" {
			out += "?kind=" + kind
		}
		return out
	}
	if at > 0 {
		d.Prev = to(k.ids[at-1])
	}
	if at+1 < len(k.ids) {
		d.Next = to(k.ids[at+1])
	}
}

// besideViews are the ways to look at it.
var besideViews = []string{"side", "whole", "only"}

// table puts the lines under their columns: those that change twice, the others once, blank ones not at all.
func (d *besidePage) table(q *frame.Req) {
	if d.Show = q.Value("show"); !slices.Contains(besideViews, d.Show) {
		d.Show = besideViews[0]
	}
	for _, v := range besideViews {
		show := v
		if v == besideViews[0] {
			show = ""
		}
		d.Tabs = append(d.Tabs, tab{q.T("beside." + v), q.With("show", show), v == d.Show, -1})
	}
	at, filled := map[string]int{}, map[string]bool{}
	for _, l := range d.Lines {
		if l.Kind != "" {
			d.ChangedLines++
		}
		for _, c := range l.Cells {
			i, has := at[c.Field]
			if !has {
				i = len(d.Columns)
				at[c.Field] = i
				d.Columns = append(d.Columns, besideColumn{Name: c.Field})
			}
			filled[c.Field] = filled[c.Field] || c.Old != "" || c.New != ""
			if l.Kind == compare.CellChanged && c.Changed() {
				d.Columns[i].Changed = true
			}
		}
	}
	d.Columns = slices.DeleteFunc(d.Columns, func(c besideColumn) bool { return !filled[c.Name] })
	for _, c := range d.Columns {
		if c.Changed {
			d.Changed = append(d.Changed, c.Name)
		}
	}
	for n, l := range d.Lines {
		if d.Show == "only" && l.Kind == "" {
			continue
		}
		if len(d.Rows) == mostLines {
			break
		}
		row := besideRow{BesideLine: l, Number: n + 1, To: q.With("line", strconv.Itoa(n+1))}
		for _, c := range d.Columns {
			cell := compare.BesideCell{Field: c.Name}
			if i := slices.IndexFunc(l.Cells, func(x compare.BesideCell) bool { return x.Field == c.Name }); i >= 0 {
				cell = l.Cells[i]
			}
			row.Cells = append(row.Cells, cell)
		}
		d.Rows = append(d.Rows, row)
	}
}

// why tells of one changed line how its cells were made: of the line that is asked for, else of the first one.
func (d *besidePage) why(q *frame.Req, s changes.Sides, doc desk.Doc) error {
	asked, _ := strconv.Atoi(q.Value("line"))
	at := slices.IndexFunc(d.Lines, func(l compare.BesideLine) bool { return l.Kind == compare.CellChanged })
	if asked > 0 && asked <= len(d.Lines) && d.Lines[asked-1].Kind == compare.CellChanged {
		at = asked - 1
	}
	if at < 0 {
		return nil
	}
	l := d.Lines[at]
	was, err := reading.By(q.Ctx(), q.Desk, s.Older, doc)
	if err != nil || was == nil {
		return err
	}
	is, err := reading.By(q.Ctx(), q.Desk, s.Newer, doc)
	if err != nil || is == nil || l.OldLine > len(was.Lines) || l.NewLine > len(is.Lines) {
		return err
	}
	d.Why = &whyPage{Line: at + 1}
	for _, c := range l.Cells {
		if c.Changed() {
			d.Why.Cells = append(d.Why.Cells, whyCell{c.Field, cellOf(was.Lines[l.OldLine-1], c.Field), cellOf(is.Lines[l.NewLine-1], c.Field)})
		}
	}
	return nil
}

func cellOf(l *explain.Line, field string) *explain.Cell {
	for i := range l.Cells {
		if l.Cells[i].Field == field {
			return &l.Cells[i]
		}
	}
	return nil
}

// Same tells whether both were made by the same formula.
func (c whyCell) Same() bool {
	return c.Old != nil && c.New != nil && c.Old.Formula == c.New.Formula && c.Old.Place == c.New.Place
}

// Say is the document in a line: how many lines change, and which columns.
func (d *besidePage) Say(q *frame.Req) string {
	return q.T("beside.lines", "n", d.ChangedLines, "of", fmt.Sprint(len(d.Lines)))
}
