package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal"
)

// text writes the status for people. Lists in which nothing is are left out.
func (s *status) text(out io.Writer, width int) {
	l := lines{out: out, width: width, label: 11}
	l.put("status", "%s UTC", when(s.At))
	if len(s.NeedsPerson) == 0 {
		l.put("", "nothing needs a person")
	} else {
		l.put("needs you", "%s", strings.Join(s.NeedsPerson, "; "))
	}
	s.restoredText(l)
	s.runText(l)
	s.loginText(l)
	s.owedText(l)
	s.mappingText(l)
	s.alarmText(l)
	s.documentTable(out, width)
	s.heldList(out, width)
	s.waitingTable(out, width)
	s.fileTable(out, width)
	s.stuckList(out, width)
	s.resultTable(out, width)
}

func (s *status) runText(l lines) {
	r := s.LastRun
	if r == nil {
		l.put("last run", "none yet")
		return
	}
	if r.Ended.IsZero() {
		l.put("last run", "number %d began %s (%s) and has not ended: it is going on, or was killed and the next run goes on from there", r.ID, ago(s.At, r.Started), when(r.Started))
		return
	}
	l.put("last run", "number %d, ended %s (%s) after %s: %s", r.ID, ago(s.At, r.Ended), when(r.Ended), lasted(r.Ended.Sub(r.Started)), exitWords(r.Exit))
	for _, p := range r.Problems {
		l.put("", "%s", p)
	}
}

func lasted(d time.Duration) string { return d.Round(100 * time.Millisecond).String() }

func exitWords(exit int) string {
	switch exit {
	case ExitDone:
		return "all done"
	case ExitFailed:
		return "failed"
	case ExitNeedsPerson:
		return "done, something needs a person"
	}
	return fmt.Sprintf("exit code %d", exit)
}

func (s *status) loginText(l lines) {
	if !s.Login.LoggedIn {
		l.put("login", "nobody has logged in to Concur: fisbridge auth login")
		return
	}
	l.put("login", "until %s, %s left (every run renews it)", s.Login.RefreshExpires.UTC().Format(time.DateOnly), counted(s.Login.DaysLeft, "day"))
	if s.Login.Warning != "" {
		l.put("", "%s", s.Login.Warning)
	}
}

// mappingText tells the version in force of each route, and of a changed workbook that is not used.
func (s *status) mappingText(l lines) {
	label := "mappings"
	for _, v := range s.Mappings {
		if v.State == journal.MappingRefused {
			kind := ifTrue(v.Acceptable, "doubt", "problem")
			l.put(label, "%s: the %s that lies there is not used%s: %s; fisbridge show mapping %s", v.Route, v.ChangedName(), ifTrue(v.Hash != "", " (version "+short(v.Hash)+")", ""),
				counted(len(v.Problems), kind), v.Route)
		} else {
			l.put(label, "%s: %s, version %s, in force since %s UTC", v.Route, v.Name, short(v.Hash), when(v.Since))
		}
		label = ""
	}
}

func (s *status) owedText(l lines) {
	l.put("postings", "%s", s.owedWords(s.Postings))
	l.put("payments", "%s", s.owedWords(s.Payments))
}

func (s *status) owedWords(owed []journal.Owed) string {
	words := map[journal.ConfirmState]string{journal.Waiting: "wait", journal.Pending: "due", journal.Intended: "sent, answer open", journal.Stuck: "stuck", journal.Kept: "kept here", journal.Done: "told to Concur"}
	var parts []string
	for _, state := range []journal.ConfirmState{journal.Stuck, journal.Intended, journal.Pending, journal.Waiting, journal.Kept, journal.Done} {
		for _, o := range owed {
			if o.State != state {
				continue
			}
			part := fmt.Sprintf("%d %s", o.Count, words[state])
			if state != journal.Done && state != journal.Kept && o.Oldest.Before(s.At) {
				part += fmt.Sprintf(" (since %s)", age(s.At, o.Oldest))
			}
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

func (s *status) alarmText(l lines) {
	for _, al := range s.Alarms {
		print(l.out, "\n")
		l.put(fmt.Sprintf("alarm %d", al.ID), "%s, %s: %s", al.Kind, age(s.At, al.Opened), al.Message)
		l.put("         →", "%s", al.Remedy)
	}
}

// documentTable has a column for each state in which there are documents. Where that is too wide, it has a row for each.
func (s *status) documentTable(out io.Writer, width int) {
	if len(s.Documents) == 0 {
		return
	}
	print(out, "\ndocuments by state (and how long the oldest has been in it)\n")
	wide := s.pivot()
	needed := 1
	for i := range wide.heads {
		needed += wide.columnWidth(i) + 3
	}
	if needed <= width {
		wide.write(out, width)
		return
	}
	g := grid{heads: []string{"route", "state", "documents", "oldest"}, right: []int{2}}
	for _, d := range s.Documents {
		g.add(routeName(d.Route), string(d.State), strconv.Itoa(d.Documents), age(s.At, d.Oldest))
	}
	g.write(out, width)
}

func routeName(route string) string {
	if route == "" {
		return "(no route)"
	}
	return route
}

func (s *status) pivot() *grid {
	g := &grid{heads: []string{"route"}}
	byRoute := map[string]map[journal.State]journal.Standing{}
	var routes []string
	for _, d := range s.Documents {
		if byRoute[d.Route] == nil {
			byRoute[d.Route] = map[journal.State]journal.Standing{}
			routes = append(routes, d.Route)
		}
		byRoute[d.Route][d.State] = d
	}
	var states []journal.State
	for _, state := range journal.States() {
		for _, route := range routes {
			if byRoute[route][state].Documents > 0 {
				states = append(states, state)
				g.heads, g.right = append(g.heads, string(state)), append(g.right, len(g.heads))
				break
			}
		}
	}
	for _, route := range routes {
		cells := []string{routeName(route)}
		for _, state := range states {
			cells = append(cells, s.standing(byRoute[route][state]))
		}
		g.add(cells...)
	}
	return g
}

// standing is a cell of the pivot; the age is told of states in which documents do not stay.
func (s *status) standing(d journal.Standing) string {
	switch d.State {
	case "":
		return ""
	case journal.Stored, journal.Acknowledged, journal.Held, journal.Filed:
		return fmt.Sprintf("%d (%s)", d.Documents, age(s.At, d.Oldest))
	}
	return strconv.Itoa(d.Documents)
}

// heading tells how many rows a list has, and how to see all of them.
func heading(out io.Writer, title string, total, shown int) {
	more := ""
	if shown < total {
		more = fmt.Sprintf(", the first %d (--all shows all)", shown)
	}
	print(out, "\n%s: %d%s\n", title, total, more)
}

func (s *status) late(d journal.Doc, since time.Time) string {
	if s.overdue(d) {
		return "! " + age(s.At, since)
	}
	return age(s.At, since)
}

func (s *status) heldList(out io.Writer, width int) {
	if s.Held.Total == 0 {
		return
	}
	heading(out, "held", s.Held.Total, len(s.Held.First))
	for _, d := range s.Held.First {
		item(out, width, fmt.Sprintf("%s  %s, report %s, for %s", d.ID, d.Route, d.ReportID, s.late(d, d.Since)), d.Reason)
	}
	print(out, "mend the cause, and the next run sends it; or: release DOC, reject DOC, show DOC\n")
}

func (s *status) waitingTable(out io.Writer, width int) {
	if s.Waiting.Total == 0 {
		return
	}
	heading(out, "acknowledged, without an answer of the ERP", s.Waiting.Total, len(s.Waiting.First))
	g := grid{heads: []string{"document", "route", "waits for", "where"}, right: []int{2}}
	for _, d := range s.Waiting.First {
		where := "in no file yet"
		if d.Cause == journal.CauseWaits {
			where += ": " + d.Reason
		}
		if d.State == journal.Filed {
			where = "in file " + s.fileNames[d.FileID]
		}
		g.add(d.ID, d.Route, s.late(d, d.AcknowledgedAt), where)
	}
	g.write(out, width)
}

func (s *status) fileTable(out io.Writer, width int) {
	if s.Files.Total == 0 {
		return
	}
	heading(out, "import files that are open", s.Files.Total, len(s.Files.First))
	g := grid{heads: []string{"file", "state", "documents", "since", "name"}, right: []int{2, 3}}
	for _, f := range s.Files.First {
		state := string(f.State)
		if f.Unverified {
			state += ", unverified"
		}
		g.add(fileLabel(f), state, strconv.Itoa(f.Documents), age(s.At, f.Since), f.Name)
	}
	g.write(out, width)
}

func (s *status) stuckList(out io.Writer, width int) {
	total := s.StuckPostings.Total + s.StuckPayments.Total
	if total == 0 {
		return
	}
	heading(out, "stuck confirmations", total, len(s.StuckPostings.First)+len(s.StuckPayments.First))
	for _, c := range s.StuckPostings.First {
		item(out, width, c.DocID+"  "+string(c.Verdict), answerText(c.Code, c.Message))
	}
	for _, p := range s.StuckPayments.First {
		item(out, width, p.DocID+"  payment "+p.Payment.Reference, answerText(p.Code, p.Message))
	}
	print(out, "fisbridge retry document DOC --reason …, or when it was settled in Concur: mark document DOC settled\n")
}

func answerText(code int, message string) string {
	return strings.TrimSpace(codeText(code) + " " + message)
}

func codeText(code int) string {
	if code == 0 {
		return ""
	}
	return strconv.Itoa(code)
}

func (s *status) resultTable(out io.Writer, width int) {
	if s.Results.Total == 0 {
		return
	}
	heading(out, "result files that still lie in their return folder", s.Results.Total, len(s.Results.First))
	g := grid{heads: []string{"result", "route", "state", "since", "name"}, right: []int{0, 3}}
	for _, r := range s.Results.First {
		g.add(strconv.FormatInt(r.ID, 10), r.Route, string(r.State), age(s.At, r.Collected), r.Name)
	}
	g.write(out, width)
}
