package pages

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk/changes"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// changePage is a change of a mapping: what is wrong with it, what it would do, how far it is.
type changePage struct {
	changes.Change
	Route         string
	Heading, Lead string
	// Stands says why what was seen does not hold any more: overtaken, template, age; empty while it does.
	Stands   string
	Steps    []step
	Crossing *changes.Crossing
	// Blocked is what keeps an approved change from its place; Aside: who looks may set that aside.
	Blocked  *changes.Blocking
	Aside    bool
	Findings []findingRow
	Errors   int
	Warnings int
	Ticks    []tick
	Wrong    []string
	Kinds    []kindRow
	Sums     []sumTable
	Cells    []compare.CellChange
	Brought  []compare.CellChange // by a newer version of the template
	// Print is the fingerprint of workbook, base and effect, by which people see that they looked at the same.
	Print string
	// What can be done by who looks. Prove: the password is asked for again.
	Ask, Approve, Withdraw, Again, OnTop, Own, Prove bool
	Next                                             time.Time
	Seen                                             int64
}

// findingRow is a finding with its cell.
type findingRow struct {
	Severity, Place, Nearest string
	Reason                   any
	named                    bool // the reason says the near miss
	Cell                     *changes.Snippet
}

// Near is the near miss, where the reason does not name it already.
func (f findingRow) Near() string {
	if f.named {
		return ""
	}
	return f.Nearest
}

// tick is something that was looked at.
type tick struct {
	Holds bool
	Text  string
}

// kindRow is one kind of difference, with the list of its documents.
type kindRow struct {
	Key, Column, Old, New, Words string
	Lines, Documents             int
	Amounts                      []string
}

// sumTable is what lines add up to by a code, before and after.
type sumTable struct {
	Column string
	Same   int
	Rows   []compare.SumRow
	Totals []compare.SumRow
}

// Minus is how much a sum gained.
func (changePage) Minus(r compare.SumRow) fis.Amount { return r.Moved() }

// Change is the page of a change.
func Change(q *frame.Req) (frame.Answer, error) {
	d := &changePage{Route: q.R.PathValue("route")}
	err := q.Snapshot(func() error { return d.read(q) })
	return frame.Page{Template: "change", Title: q.T("mapping.change", "n", fmt.Sprint(d.ID)), Nav: "mappings", Data: d, Crumbs: changeCrumbs(q, d.Route, 0)}, err
}

// changeCrumbs are the path to a change, or to a page below it.
func changeCrumbs(q *frame.Req, route string, id int64) []frame.Crumb {
	list := []frame.Crumb{{Text: q.T("nav.mappings"), To: q.To("mappings")}, {Text: route, To: q.To("mappings", route)}}
	if id != 0 {
		list = append(list, frame.Crumb{Text: q.T("mapping.change", "n", fmt.Sprint(id)), To: q.To("mappings", route, "changes", id)})
	} else {
		list = append(list, frame.Crumb{Text: q.T("mapping.change", "n", q.R.PathValue("change"))})
	}
	return list
}

func (d *changePage) read(q *frame.Req) error {
	m, err := mappingOf(q)
	if err != nil {
		return err
	}
	c, err := ChangeOf(q, m)
	if err != nil {
		return err
	}
	d.Change, d.Seen, d.Print = c.Change, q.Head, printOf(c.Change)
	if d.Stands, err = standsOf(q, c.Change); err != nil {
		return err
	}
	if d.Blocked, err = changes.BlockedBy(q.Ctx(), q.Desk, c.Change); err != nil {
		return err
	}
	if d.State == changes.Overtaken || d.Stands == string(changes.Overtaken) {
		if d.Crossing, err = changes.Cross(q.Ctx(), q.Desk, *c); err != nil {
			return err
		}
	}
	d.findings(q, c)
	if err := d.effect(q, c); err != nil {
		return err
	}
	if d.Next, err = reading.Next(q.Desk, q.Now); err != nil {
		return err
	}
	d.may(q)
	d.steps(q)
	d.say(q)
	return nil
}

// printOf is the beginning of a hash over what people decide about: workbook, template, base and effect.
func printOf(c changes.Change) string {
	text, err := json.Marshal([]any{c.Guarded, c.FileHash, c.Base, c.Effects})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:4])
}

func (d *changePage) findings(q *frame.Req, c *changes.Content) {
	list := c.Change.Findings
	cells := changes.Snippets(c.Body, list)
	for i, f := range list {
		place := f.Sheet
		if f.Cell != "" {
			place = strings.TrimPrefix(place+"!"+f.Cell, "!")
		}
		d.Findings = append(d.Findings, findingRow{Severity: string(f.Severity), Place: place, Nearest: f.Nearest, Reason: q.Says(f.Reason), named: strings.Contains(f.Reason.String(), "did you mean"), Cell: cells[i]})
	}
	d.Errors, d.Warnings = len(list.Errors()), len(list.Warnings())
}

// diffsOf compare the two sides of a change. They are kept in memory while nothing new has happened.
func diffsOf(q *frame.Req, c *changes.Content) ([]changes.Diff, error) {
	made, err := q.Co.Keep(fmt.Sprintf("change %d at %d", c.ID, q.Head), func() (any, error) {
		sides, err := changes.SidesOf(q.Ctx(), q.Desk, *c)
		if err != nil {
			return nil, err
		}
		return changes.Diffs(q.Ctx(), q.Desk, sides)
	})
	diffs, _ := made.([]changes.Diff)
	return diffs, err
}

// effect is what the change would do: the cells, and for people who may see documents what comes out differently.
func (d *changePage) effect(q *frame.Req, c *changes.Content) error {
	if d.State == changes.Unusable || len(d.Effects) == 0 {
		return nil
	}
	if !q.Persons() {
		return nil
	}
	diffs, err := diffsOf(q, c)
	if err != nil {
		return err
	}
	for i, diff := range diffs {
		if i == 0 {
			d.Cells, d.Brought = compare.Parted(diff.Cells)
		}
		d.Kinds = append(d.Kinds, kindsOf(q, i, diff)...)
		for _, s := range diff.Sums {
			d.Sums = append(d.Sums, sumsOf(s))
		}
	}
	return nil
}

// mostMoves is how many changes of one column the page names one by one.
const mostMoves = 12

// kindsOf are the kinds of difference of a route. Their keys name them in addresses: r0c1m2 is the third change of the
// second column.
func kindsOf(q *frame.Req, route int, d changes.Diff) (out []kindRow) {
	for i := range d.Columns {
		c := &d.Columns[i]
		key := fmt.Sprintf("r%dc%d", route, i)
		if len(c.Moves) == 0 || len(c.Moves) > mostMoves {
			out = append(out, kindRow{Key: key, Column: c.Column, Words: q.T("kind.different", "n", c.MoveCount), Lines: c.Lines, Documents: c.Documents})
			continue
		}
		for j := range c.Moves {
			m := &c.Moves[j]
			row := kindRow{Key: fmt.Sprintf("%sm%d", key, j), Column: c.Column, Old: m.Old, New: m.New, Lines: m.Lines, Documents: m.Documents}
			for _, currency := range sorted(m.Amounts) {
				if a := m.Amounts[currency]; !a.IsZero() {
					row.Amounts = append(row.Amounts, q.Sum(a, currency))
				}
			}
			out = append(out, row)
		}
	}
	lines := map[string]map[string]bool{compare.CellAdded: {}, compare.CellRemoved: {}}
	for i := range d.Lines {
		if docs := lines[d.Lines[i].Kind]; docs != nil {
			docs[d.Lines[i].DocID] = true
		}
	}
	held := map[string]int{}
	for _, h := range d.Held {
		held[h.Kind]++
	}
	add := func(key, words string, lines, documents int) {
		if documents > 0 {
			out = append(out, kindRow{Key: fmt.Sprintf("r%d%s", route, key), Words: q.T(words), Lines: lines, Documents: documents})
		}
	}
	add("added", "kind.added", d.AddedLines, len(lines[compare.CellAdded]))
	add("removed", "kind.removed", d.RemovedLines, len(lines[compare.CellRemoved]))
	add("go", "kind.go", 0, held[compare.NoLongerHeld])
	add("hold", "kind.hold", 0, held[compare.NewlyHeld])
	add("other", "kind.other", 0, held[compare.HeldOther])
	return out
}

func sorted(amounts map[string]fis.Amount) []string {
	var out []string
	for c := range amounts {
		out = append(out, c)
	}
	sort.Strings(out)
	return out
}

func sumsOf(s compare.SumTable) sumTable {
	t := sumTable{Column: s.Column, Rows: s.Rows, Same: s.Codes - len(s.Rows)}
	at := map[string]int{}
	for _, r := range s.Rows {
		i, has := at[r.Currency]
		if !has {
			i = len(t.Totals)
			at[r.Currency] = i
			t.Totals = append(t.Totals, compare.SumRow{Currency: r.Currency})
		}
		t.Totals[i].Old, t.Totals[i].New = t.Totals[i].Old.Add(r.Old), t.Totals[i].New.Add(r.New)
	}
	return t
}

// may finds out what who looks can do.
func (d *changePage) may(q *frame.Req) {
	d.Own = changes.Has(d.Change, q.Who.Actor())
	others := q.Desk.Config.ApprovalRule() == "other"
	for _, e := range d.Effects {
		if e.FalseAmounts > 0 {
			d.Wrong = append(d.Wrong, q.T("change.wrong.amounts", "n", e.FalseAmounts, "of", e.Documents))
		}
		for _, f := range e.Doubts {
			if f.Never && e.FalseAmounts == 0 {
				said, _ := q.Say(f.Reason)
				d.Wrong = append(d.Wrong, said)
			}
		}
	}
	propose := q.May(string(signin.ProposeMapping))
	d.Ask = propose && d.State == changes.Checked && d.Stands == "" && len(d.Wrong) == 0
	d.Aside = propose && d.Blocked != nil
	d.Withdraw = propose && changes.Open(d.Change)
	d.Again = propose && (d.State == changes.Ended || d.Stands == changes.EndedByTemplate || d.Stands == changes.EndedByAge)
	d.OnTop = propose && d.Crossing != nil && d.Crossing.Fits() && d.State != changes.InForce
	d.Approve = q.May(string(signin.ApproveMapping)) && d.State == changes.Asked && d.Stands == "" && !(others && d.Own)
	d.Prove = d.Approve && q.Now.Sub(q.Who.Proved) > signin.Fresh
	d.ticks(q)
}

// ticks are what was looked at, and holds.
func (d *changePage) ticks(q *frame.Req) {
	if d.State == changes.Unusable || d.State == changes.Overtaken {
		return
	}
	for _, e := range d.Effects {
		if n := e.Documents; n > 0 {
			d.Ticks = append(d.Ticks, tick{e.FalseAmounts == 0, q.T("tick.amounts", "n", n-e.FalseAmounts, "of", n)})
		}
		if e.Tests > 0 {
			d.Ticks = append(d.Ticks, tick{e.Passed == e.Tests, q.T("tick.tests", "n", e.Passed, "of", e.Tests)})
		}
		d.Ticks = append(d.Ticks, tick{e.WouldHold == 0, q.T("tick.held", "hold", q.T("documents", "n", e.WouldHold), "go", q.T("documents", "n", e.WouldGo), "same", q.T("documents", "n", e.HeldInBoth+e.HeldOtherwise))})
	}
	zero := len(d.Sums) > 0
	for _, s := range d.Sums {
		zero = zero && !slices.ContainsFunc(s.Totals, func(r compare.SumRow) bool { return !r.Moved().IsZero() })
	}
	if zero {
		d.Ticks = append(d.Ticks, tick{true, q.T("tick.zero")})
	}
	if len(d.Base) > 0 {
		if d.Stands == string(changes.Overtaken) {
			d.Ticks = append(d.Ticks, tick{false, q.T("tick.overtaken", "hash", q.ShortID(d.Base[0]))})
		} else if d.Open() {
			d.Ticks = append(d.Ticks, tick{true, q.T("tick.base", "hash", q.ShortID(d.Base[0]))})
		}
	}
}

// Open: something can still become of it.
func (d *changePage) Open() bool { return changes.Open(d.Change) }

// steps are where the change stands.
func (d *changePage) steps(q *frame.Req) {
	add := func(name, class, icon, text string, at time.Time) {
		d.Steps = append(d.Steps, step{q.T("flow." + name), icon, class, text, at})
	}
	come := q.T("state.to-come")
	add("given", "done", "posted", q.Named(d.GivenBy), d.GivenAt)
	switch d.State {
	case changes.Unusable:
		add("checked", "stop", "cross", q.T("found.counts", "errors", q.T("errors", "n", d.Errors), "warnings", q.T("warnings", "n", d.Warnings)), time.Time{})
		add("effect", "", "to-come", q.T("flow.when"), time.Time{})
		for _, name := range []string{"asked", "approval", "live"} {
			add(name, "", "to-come", come, time.Time{})
		}
		return
	default:
		add("checked", "done", "posted", q.T("found.counts", "errors", q.T("errors", "n", 0), "warnings", q.T("warnings", "n", d.Warnings)), time.Time{})
	}
	if d.State == changes.Overtaken || d.Stands == string(changes.Overtaken) {
		add("overtaken", "stop", "left", q.T("state.overtaken"), time.Time{})
		return
	}
	add("effect", "done", "posted", q.T("flow.tried", "n", d.tried()), time.Time{})
	switch {
	case !d.AskedAt.IsZero():
		add("asked", "done", "posted", q.Named(d.AskedBy), d.AskedAt)
	case d.State == changes.Rejected:
		add("asked", "", "to-come", "", time.Time{})
	default:
		add("asked", "here", "open", come, time.Time{})
	}
	d.ending(q, add, come)
}

// tried is on how many documents it was tried.
func (d *changePage) tried() (n int) {
	for _, e := range d.Effects {
		n += e.Documents
	}
	return n
}

func (d *changePage) ending(q *frame.Req, add func(name, class, icon, text string, at time.Time), come string) {
	next := come
	if !d.Next.IsZero() {
		next = q.T("flow.next") + " " + q.Plain(d.Next)
	}
	switch d.State {
	case changes.Asked:
		add("approval", "here", "ask", q.T("flow.waits"), time.Time{})
		add("live", "", "to-come", next, time.Time{})
	case changes.Approved:
		by := q.Named(d.DecidedBy)
		if d.FourEyes == "none" {
			by = q.T("flow.nobody")
		}
		add("approval", "done", "posted", by, d.DecidedAt)
		add("live", "here", "open", next, time.Time{})
	case changes.Ended:
		add("approval", "stop", "cross", q.T("state.ended"), d.Since)
		add("live", "", "to-come", come, time.Time{})
	case changes.InForce:
		add("approval", "done", "posted", q.Named(d.DecidedBy), d.DecidedAt)
		add("live", "done", "posted", "", d.Since)
	case changes.Rejected:
		add("approval", "stop", "cross", q.Named(d.DecidedBy), d.DecidedAt)
	default:
		add("approval", "", "to-come", come, time.Time{})
		add("live", "", "to-come", come, time.Time{})
	}
}

// say makes the heading and what stands below it.
func (d *changePage) say(q *frame.Req) {
	switch {
	case d.State == changes.Unusable:
		d.Heading = q.T("change.unusable", "n", d.Errors)
		d.Lead = q.T("change.unusable.lead", "file", d.Name, "who", q.Named(d.GivenBy))
		return
	case d.State == changes.Overtaken || d.Stands == string(changes.Overtaken):
		d.Heading = q.T("change.overtaken")
		d.Lead = q.T("change.overtaken.lead", "file", d.Name, "who", q.Named(d.GivenBy))
		return
	}
	changed, all := 0, 0
	for _, e := range d.Effects {
		changed, all = changed+e.Changed, all+e.Documents
	}
	d.Heading = q.T("change.heading", "n", changed, "of", all)
	switch {
	case all == 0:
		d.Heading = q.T("change.untried")
	case changed == 0:
		d.Heading = q.T("change.none", "of", all)
	}
	d.Lead = strings.Join(EffectLines(q, d.Change), " ")
}

// EffectLines say what a change would do, route by route, in the language of who looks.
func EffectLines(q *frame.Req, c changes.Change) (out []string) {
	for _, e := range c.Effects {
		line := effectLine(q, e)
		if len(c.Effects) > 1 {
			line = e.Route + ": " + line
		}
		out = append(out, line)
	}
	if c.State == changes.Unusable && len(c.Findings.Errors()) > 0 {
		said, _ := q.Say(c.Findings.Errors()[0].Said())
		out = append(out, q.T("errors", "n", len(c.Findings.Errors()))+": "+said)
	}
	return out
}

func effectLine(q *frame.Req, e changes.Effect) string {
	var parts []string
	add := func(n int, words string) {
		if n > 0 {
			parts = append(parts, words)
		}
	}
	for _, c := range e.Columns {
		add(c.Lines, q.T("effect.column", "n", c.Lines, "column", c.Column, "documents", q.T("documents", "n", c.Documents)))
	}
	add(e.AddedLines, q.T("effect.added", "n", e.AddedLines))
	add(e.RemovedLines, q.T("effect.removed", "n", e.RemovedLines))
	add(e.WouldGo, q.T("effect.go", "n", e.WouldGo))
	add(e.WouldHold, q.T("effect.hold", "n", e.WouldHold))
	add(e.HeldOtherwise, q.T("effect.other", "n", e.HeldOtherwise))
	add(e.Moved, q.T("effect.moved", "n", e.Moved))
	if e.Frame && len(parts) == 0 {
		parts = append(parts, q.T("effect.frame"))
	}
	if len(parts) == 0 {
		if e.Documents == 0 {
			return q.T("effect.untried")
		}
		return q.T("effect.none")
	}
	return strings.Join(parts, ", ") + "; " + q.T("effect.else") + "."
}
