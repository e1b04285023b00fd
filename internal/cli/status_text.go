package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/narrate"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// statusPage is the status as people see it.
type statusPage struct {
	*desk.Status
	zone *time.Location
}

// text writes the status for people. Lists in which nothing is are left out.
func (s statusPage) text(out io.Writer, width int) {
	l := term.Lines{Out: out, Width: width, Label: 11, Zone: s.zone}
	l.Put("status", "%s", wording.At(s.At, s.zone))
	if len(s.NeedsPerson) == 0 {
		l.Put("", "nothing needs a person")
	} else {
		l.Put("needs you", "%s", strings.Join(s.NeedsPerson, "; "))
	}
	s.restoredText(l)
	s.runText(l)
	s.loginText(l)
	s.owedText(l)
	s.mappingText(l)
	s.messageText(l)
	s.alarmText(l)
	s.documentTable(out, width)
	s.heldList(out, width)
	s.waitingTable(out, width)
	s.fileTable(out, width)
	s.stuckList(out, width)
	s.resultTable(out, width)
}

func (s statusPage) runText(l term.Lines) {
	r := s.LastRun
	if r == nil {
		l.Put("last run", "none yet")
		return
	}
	if r.Ended.IsZero() {
		l.Put("last run", "number %d began %s (%s) and has not ended: it is going on, or was killed and the next run goes on from there", r.ID, wording.Ago(s.At, r.Started), wording.When(r.Started, s.zone))
		return
	}
	l.Put("last run", "number %d, ended %s (%s) after %s: %s", r.ID, wording.Ago(s.At, r.Ended), wording.When(r.Ended, s.zone), desk.Lasted(r.Ended.Sub(r.Started)), desk.ExitWords(r.Exit))
	for _, p := range r.Problems {
		l.Put("", "%s", p)
	}
	if r.Exit == desk.ExitFailed {
		l.Put("         →", "mend what stands above; the next run tries again and goes on from there. fisbridge check looks at every connection and says what to mend")
	}
}

func (s statusPage) loginText(l term.Lines) {
	if !s.Login.LoggedIn {
		l.Put("login", "nobody has logged in to Concur: fisbridge auth login")
		return
	}
	if !s.Login.Refused.IsZero() {
		l.Put("login", "%s", s.Login.Warning)
		return
	}
	l.Put("login", "until %s, %s left (every run renews it)", s.Login.RefreshExpires.In(s.zone).Format(time.DateOnly), wording.Counted(s.Login.DaysLeft, "day"))
	if s.Login.Warning != "" {
		l.Put("", "%s", s.Login.Warning)
	}
}

// mappingText tells the version in force of each route, and of a changed workbook that is not used.
func (s statusPage) mappingText(l term.Lines) {
	label := "mappings"
	for _, v := range s.Mappings {
		if v.State == desk.MappingRefused {
			kind := wording.Either(v.Acceptable, "doubt", "problem")
			l.Put(label, "%s: the %s that lies there is not used%s: %s; fisbridge show mapping %s", v.Route, v.ChangedName(), wording.Either(v.Hash != "", " (version "+wording.Short(v.Hash)+")", ""),
				wording.Counted(len(v.Problems), kind), v.Route)
		} else {
			l.Put(label, "%s: %s, version %s, in force since %s", v.Route, v.Name, wording.Short(v.Hash), wording.At(v.Since, s.zone))
		}
		label = ""
	}
}

func (s statusPage) owedText(l term.Lines) {
	l.Put("postings", "%s", desk.OwedWords(s.Status, s.Postings))
	l.Put("payments", "%s", desk.OwedWords(s.Status, s.Payments))
	if s.MissingReceipts != nil {
		l.Put("receipts", "%s", s.MissingReceipts.Words())
	}
}

// messageText tells of messages to people that could not be delivered.
func (s statusPage) messageText(l term.Lines) {
	m := s.Messages
	if m == nil {
		return
	}
	if m.Failing > 0 {
		l.Put("messages", "%s to people tried in vain since %s, and tried again: %s", wording.Counted(m.Failing, "message"), wording.At(m.Since, s.zone), m.Trouble)
	}
	for _, lost := range m.Lost {
		l.Put("messages", "given up, %s of %s to %s by %s: %s", lost.Kind, wording.At(lost.Created, s.zone), lost.Recipient, lost.Channel, lost.Trouble)
	}
}

func (s statusPage) alarmText(l term.Lines) {
	for _, al := range s.Alarms {
		term.Print(l.Out, "\n")
		l.Put(fmt.Sprintf("alarm %d", al.ID), "%s, %s: %s", al.Kind, wording.Age(s.At, al.Opened), al.Message)
		l.Put("         →", "%s", al.Remedy)
	}
}

// documentTable has a column for each state in which there are documents. Where that is too wide, it has a row for
// each.
func (s statusPage) documentTable(out io.Writer, width int) {
	if len(s.Documents) == 0 {
		return
	}
	term.Print(out, "\ndocuments by state (and how long the oldest has been in it)\n")
	wide := s.pivot()
	needed := 1
	for i := range wide.Heads {
		needed += wide.ColumnWidth(i) + 3
	}
	if needed <= width {
		wide.Write(out, width)
		return
	}
	g := term.Grid{Heads: []string{"route", "state", "documents", "oldest"}, Right: []int{2}}
	for _, d := range s.Documents {
		g.Add(desk.RouteName(d.Route), string(d.State), strconv.Itoa(d.Documents), wording.Age(s.At, d.Oldest))
	}
	g.Write(out, width)
}

func (s statusPage) pivot() *term.Grid {
	g := &term.Grid{Heads: []string{"route"}}
	byRoute := map[string]map[desk.State]desk.StateCount{}
	var routes []string
	for _, d := range s.Documents {
		if byRoute[d.Route] == nil {
			byRoute[d.Route] = map[desk.State]desk.StateCount{}
			routes = append(routes, d.Route)
		}
		byRoute[d.Route][d.State] = d
	}
	var states []desk.State
	for _, state := range desk.States() {
		for _, route := range routes {
			if byRoute[route][state].Documents > 0 {
				states = append(states, state)
				g.Heads, g.Right = append(g.Heads, string(state)), append(g.Right, len(g.Heads))
				break
			}
		}
	}
	for _, route := range routes {
		cells := []string{desk.RouteName(route)}
		for _, state := range states {
			cells = append(cells, s.standing(byRoute[route][state]))
		}
		g.Add(cells...)
	}
	return g
}

// standing is a cell of the pivot; the age is told of states in which documents do not stay.
func (s statusPage) standing(d desk.StateCount) string {
	switch d.State {
	case "":
		return ""
	case desk.Stored, desk.Acknowledged, desk.Held, desk.Filed:
		return fmt.Sprintf("%d (%s)", d.Documents, wording.Age(s.At, d.Oldest))
	}
	return strconv.Itoa(d.Documents)
}

func (s statusPage) late(d desk.Doc, since time.Time) string {
	if s.IsOverdue(d) {
		return "! " + wording.Age(s.At, since)
	}
	return wording.Age(s.At, since)
}

func (s statusPage) heldList(out io.Writer, width int) {
	if s.Held.Total == 0 {
		return
	}
	term.Heading(out, "held", s.Held.Total, len(s.Held.First))
	refused := false
	for _, d := range s.Held.First {
		refused = refused || d.Cause == desk.CauseRefused
		term.Item(out, width, fmt.Sprintf("%s  %s, report %s, for %s", d.ID, d.Route, d.ReportID, s.late(d, d.Since)), wording.Local(d.Reason, s.zone))
	}
	term.Print(out, "mend the cause, and the next run sends it; or: release DOC, reject DOC, show DOC\n")
	if refused {
		term.Print(out, "what an import file held that the ERP refused goes out again with: reissue FILE\n")
	}
}

func (s statusPage) waitingTable(out io.Writer, width int) {
	if s.Waiting.Total == 0 {
		return
	}
	term.Heading(out, "acknowledged, without an answer of the ERP", s.Waiting.Total, len(s.Waiting.First))
	g := term.Grid{Heads: []string{"document", "route", "waits for", "where"}, Right: []int{2}}
	for _, d := range s.Waiting.First {
		where := "in no file yet"
		if d.Cause == desk.CauseWaits {
			where += ": " + wording.Local(d.Reason, s.zone)
		}
		if d.State == desk.Filed {
			where = "in file " + s.FileName(d.FileID)
		}
		g.Add(d.ID, d.Route, s.late(d, d.AcknowledgedAt), where)
	}
	g.Write(out, width)
}

func (s statusPage) fileTable(out io.Writer, width int) {
	if s.Files.Total == 0 {
		return
	}
	term.Heading(out, "import files that are open", s.Files.Total, len(s.Files.First))
	g := term.Grid{Heads: []string{"file", "state", "documents", "since", "name"}, Right: []int{2, 3}}
	for _, f := range s.Files.First {
		state := string(f.State)
		if f.Unverified {
			state += ", unverified"
		}
		g.Add(desk.FileLabel(f), state, strconv.Itoa(f.Documents), wording.Age(s.At, f.Since), f.Name)
	}
	g.Write(out, width)
}

func (s statusPage) stuckList(out io.Writer, width int) {
	total := s.StuckPostings.Total + s.StuckPayments.Total
	if total == 0 {
		return
	}
	term.Heading(out, "stuck confirmations", total, len(s.StuckPostings.First)+len(s.StuckPayments.First))
	for _, c := range s.StuckPostings.First {
		term.Item(out, width, c.DocID+"  "+string(c.Verdict), narrate.Answer(c.Code, c.Message))
	}
	for _, p := range s.StuckPayments.First {
		term.Item(out, width, p.DocID+"  payment "+p.Payment.Reference, narrate.Answer(p.Code, p.Message))
	}
	term.Print(out, "fisbridge retry document DOC --reason …, or when it was settled in Concur: mark document DOC settled\n")
}

func (s statusPage) resultTable(out io.Writer, width int) {
	if s.Results.Total == 0 {
		return
	}
	term.Heading(out, "result files that still lie in their return folder", s.Results.Total, len(s.Results.First))
	g := term.Grid{Heads: []string{"result", "route", "state", "since", "name"}, Right: []int{0, 3}}
	for _, r := range s.Results.First {
		g.Add(strconv.FormatInt(r.ID, 10), r.Route, string(r.State), wording.Age(s.At, r.Collected), r.Name)
	}
	g.Write(out, width)
}

func (s statusPage) restoredText(l term.Lines) {
	if s.Restored == nil {
		return
	}
	l.Put("journal", "%s", s.Restored.Message)
	l.Put("         →", "%s", s.Restored.Hint)
}
