package acts

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/asseen"
	"github.com/fisbridge/fisbridge/internal/desk/changes"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/pages"
)

// Documents are the acts on a document.
func Documents() []Act {
	act := func(make func(f Form) (desk.Act, error)) func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
		return func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
			do, err := make(f)
			if err != nil {
				return nil, err
			}
			done, err := desk.IfUnmoved(f.Seen, do)(q.Ctx(), w, s.doc)
			return done.Warnings, err
		}
	}
	simple := func(do func(reason string) desk.Act) func(f Form) (desk.Act, error) {
		return func(f Form) (desk.Act, error) { return do(f.Reason), nil }
	}
	mark := func(verdict fis.Verdict) func(f Form) (desk.Act, error) {
		return func(f Form) (desk.Act, error) {
			o, err := typed(f).Outcome(verdict, f.Reason)
			return desk.MarkDocument(o, typed(f).Sure, f.Reason), err
		}
	}
	list := []Act{
		{Name: "retry", Do: act(simple(desk.RetryDocument))},
		{Name: "hold", Fields: []string{"until"}, Do: func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
			until, err := f.until(q)
			if err != nil {
				return nil, err
			}
			return act(func(f Form) (desk.Act, error) { return desk.HoldUntil(until, f.Reason), nil })(q, w, s, f)
		}},
		{Name: "release", Do: act(func(f Form) (desk.Act, error) { return desk.Release("", f.Reason), nil })},
		{Name: "release-replace", Do: act(func(f Form) (desk.Act, error) { return desk.Release("replace", f.Reason), nil })},
		{Name: "release-add", Do: act(func(f Form) (desk.Act, error) { return desk.Release("add", f.Reason), nil })},
		{Name: "reject", Fields: []string{"message"}, Danger: true, Do: act(func(f Form) (desk.Act, error) { return desk.Reject(f.Value("message"), f.Reason), nil })},
		{Name: "mark-posted", Fields: []string{"number", "unnumbered", "company", "other_company", "year", "date"}, Danger: true, Fresh: true, Do: act(mark(fis.Posted))},
		{Name: "mark-rejected", Fields: []string{"message"}, Danger: true, Fresh: true, Do: act(mark(fis.Rejected))},
		{Name: "mark-settled", Do: act(simple(desk.MarkSettled))},
	}
	for i := range list {
		list[i].Subject = document
	}
	return list
}

// document is the subject of an act on one.
func document(q *frame.Req, _ Act) (*Subject, error) {
	d, err := pages.One(q)
	if err != nil {
		return nil, err
	}
	row, err := rowOf(q, d)
	if err != nil {
		return nil, err
	}
	s := &Subject{doc: d.ID, Back: q.To("documents", d.ID), Rows: []Row{row}, Number: 1}
	var sums desk.Figure
	sums.Add(d.Currency, 1, d.Amount)
	s.Text = counted(q, 1, sums)
	s.Crumbs = []frame.Crumb{{Text: q.T("nav.documents"), To: q.To("documents")}, {Text: row.Label, To: s.Back}}
	return s, nil
}

// rowOf is a document in the table of a subject.
func rowOf(q *frame.Req, d desk.Doc) (Row, error) {
	l, err := q.Desk.Journal.ListedDocument(q.Ctx(), d.ID)
	if err != nil {
		return Row{}, err
	}
	r := Row{ID: d.ID, Label: pages.Label(l), Amount: q.Money(d.Amount, d.Currency), Currency: d.Currency, State: string(d.State), More: q.Is(d.Why), To: q.To("documents", d.ID)}
	if q.Persons() {
		faces, err := reading.Faces(q.Ctx(), q.Desk, []string{d.ID})
		if err != nil {
			return r, err
		}
		f := faces[d.ID]
		r.Title, r.Person = frame.Own(f.Title), f.Name
	}
	return r, nil
}

// mostRows is how many documents of a group the page of an act names.
const mostRows = 25

// Groups are the acts on all documents of a cause.
func Groups() []Act {
	act := func(make func(f Form) desk.Act) func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
		return func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
			_, refused, err := asseen.Group(q.Ctx(), w, s.key, f.Number, f.Seen, make(f))
			if err == nil && len(refused) > 0 {
				err = refused[0]
			}
			return nil, err
		}
	}
	list := []Act{
		{Name: "retry", Do: act(func(f Form) desk.Act { return desk.RetryDocument(f.Reason) })},
		{Name: "release", Do: act(func(f Form) desk.Act { return desk.Release("", f.Reason) })},
		{Name: "release-add", Do: act(func(f Form) desk.Act { return desk.Release("add", f.Reason) })},
		{Name: "reject", Fields: []string{"message"}, Danger: true, Do: act(func(f Form) desk.Act { return desk.Reject(f.Value("message"), f.Reason) })},
	}
	for i := range list {
		list[i].Subject = group
	}
	return list
}

func group(q *frame.Req, _ Act) (*Subject, error) {
	g, err := pages.GroupOf(q)
	if frame.IsNotFound(err) {
		return nil, gone(q, "the group", "it holds nothing now")
	}
	if err != nil {
		return nil, err
	}
	if g.Cause == "doubt" && len(g.Documents) > 1 {
		return nil, frame.NotFound() // the ERP may have each of them: by name only
	}
	s := &Subject{key: g.Key, Back: q.To("todo"), Number: len(g.Documents), Text: counted(q, len(g.Documents), g.Sums), Note: g.Title}
	s.Crumbs = []frame.Crumb{{Text: q.T("nav.todo"), To: q.To("todo")}, {Text: q.T("state.held"), To: q.To("held", g.Key)}}
	for i, d := range g.Documents {
		if i == mostRows {
			break
		}
		row, err := rowOf(q, d)
		if err != nil {
			return nil, err
		}
		s.Rows = append(s.Rows, row)
	}
	return s, nil
}

// Files are the acts on an import file.
func Files() []Act {
	return []Act{
		{Name: "reissue", Fields: []string{"message", "tick"}, Danger: true, Fresh: true, Subject: file, Do: func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
			if _, err := asseen.File(q.Ctx(), w, s.label, f.Seen); err != nil {
				return nil, err
			}
			out, err := w.Reissue(q.Ctx(), s.label, f.Without, f.Value("message"), f.Reason)
			return out.Warnings, err
		}},
		{Name: "file-posted", Fields: []string{"number", "unnumbered", "company", "other_company", "year", "date"}, Danger: true, Fresh: true, Subject: unanswered, Do: markFile(fis.Posted)},
		{Name: "file-rejected", Fields: []string{"message"}, Danger: true, Fresh: true, Subject: unanswered, Do: markFile(fis.Rejected)},
	}
}

// markFile says what the ERP did with all documents of an import file of which it has said nothing.
func markFile(verdict fis.Verdict) func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
	return func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
		if _, err := asseen.File(q.Ctx(), w, s.label, f.Seen); err != nil {
			return nil, err
		}
		out, err := w.MarkFileDocuments(q.Ctx(), s.label, verdict, typed(f), f.Number, f.Reason)
		return out.Warnings, err
	}
}

// typed is what a person typed of what the ERP did.
func typed(f Form) desk.OutcomeGiven {
	return desk.OutcomeGiven{Number: f.Value("number"), Company: f.Value("company"), FiscalYear: f.Value("year"), Date: f.Value("date"), Message: f.Value("message"), Sure: desk.Sure{Unnumbered: f.Value("unnumbered") == "yes", OtherCompany: f.Value("other_company") == "yes"}}
}

// unanswered are the documents of an import file of which the ERP has said nothing.
func unanswered(q *frame.Req, _ Act) (*Subject, error) {
	f, err := pages.FileOf(q)
	if err != nil {
		return nil, err
	}
	s := &Subject{label: desk.FileLabel(f), Back: q.ToFile(f)}
	list, err := q.Desk.Unanswered(q.Ctx(), f)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, gone(q, "import file "+s.label, "each of its documents has its answer")
	}
	var sums desk.Figure
	for i, d := range list {
		sums.Add(d.Currency, 1, d.Amount)
		if i >= mostRows {
			continue
		}
		row, err := rowOf(q, d.Doc)
		if err != nil {
			return nil, err
		}
		s.Rows = append(s.Rows, row)
	}
	s.Number, s.Text = len(list), s.label+", "+counted(q, len(list), sums)
	s.Crumbs = []frame.Crumb{{Text: q.T("nav.files"), To: q.To("files")}, {Text: s.label, To: s.Back}}
	return s, nil
}

// Doubts are the acts on an import file in doubt.
func Doubts() []Act {
	mark := func(received bool) func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
		return func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
			if _, err := asseen.File(q.Ctx(), w, s.label, f.Seen); err != nil {
				return nil, err
			}
			out, err := w.MarkFile(q.Ctx(), s.label, received, f.Reason)
			return out.Warnings, err
		}
	}
	return []Act{
		{Name: "arrived", Subject: file, Do: mark(true)},
		{Name: "lost", Danger: true, Subject: file, Do: mark(false)},
	}
}

func file(q *frame.Req, a Act) (*Subject, error) {
	f, err := pages.FileOf(q)
	if err != nil {
		return nil, err
	}
	s := &Subject{label: desk.FileLabel(f), Back: q.ToFile(f), Number: f.Documents}
	s.Text = s.label + ", " + q.T("documents", "n", f.Documents)
	s.Rows = []Row{{Label: s.label, Title: frame.Own(f.Name), State: string(f.State), More: q.Is(f.Why), To: s.Back}}
	s.Crumbs = []frame.Crumb{{Text: q.T("nav.files"), To: q.To("files")}, {Text: s.label, To: s.Back}}
	if a.Name != "reissue" {
		return s, nil
	}
	life, err := q.Desk.FileLife(q.Ctx(), f)
	if err != nil {
		return nil, err
	}
	for i, p := range life.InIt {
		if i == 500 {
			break
		}
		d, err := q.Desk.Journal.Document(q.Ctx(), p.DocID)
		if err != nil {
			return nil, err
		}
		row, err := rowOf(q, d)
		if err != nil {
			return nil, err
		}
		s.Parts = append(s.Parts, row)
	}
	return s, nil
}

// Results are the acts on a result file.
func Results() []Act {
	return []Act{
		{Name: "read-again", Subject: result, Do: func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
			if _, err := asseen.Result(q.Ctx(), w, s.result, f.Seen); err != nil {
				return nil, err
			}
			_, err := w.RetryResult(q.Ctx(), s.result, f.Reason)
			return nil, err
		}},
		{Name: "lines-settled", Subject: result, Do: func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
			if _, err := asseen.Result(q.Ctx(), w, s.result, f.Seen); err != nil {
				return nil, err
			}
			_, err := w.SettleResult(q.Ctx(), s.result, f.Reason)
			return nil, err
		}},
	}
}

func result(q *frame.Req, _ Act) (*Subject, error) {
	r, err := pages.ResultOf(q)
	if err != nil {
		return nil, err
	}
	id := strconv.FormatInt(r.ID, 10)
	s := &Subject{result: id, Back: q.To("results", r.ID), Number: 1, Text: q.T("result.n", "id", id)}
	s.Rows = []Row{{Label: s.Text, Title: frame.Own(r.Name), State: string(r.State), More: q.Is(r.Why), To: s.Back}}
	s.Crumbs = []frame.Crumb{{Text: q.T("nav.files"), To: q.To("files")}, {Text: s.Text, To: s.Back}}
	return s, nil
}

// Payments are the acts on a line of a result file that is a payment of which a person is asked.
func Payments() []Act {
	mark := func(m desk.PaymentMark) func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
		return func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
			if _, err := asseen.Result(q.Ctx(), w, s.result, f.Seen); err != nil {
				return nil, err
			}
			_, err := w.MarkPayment(q.Ctx(), s.result, s.line, m, f.Value("document"), f.Reason)
			return nil, err
		}
	}
	return []Act{
		{Name: "payment-valid", Fields: []string{"document"}, Danger: true, Fresh: true, Subject: line, Do: mark(desk.PaymentValid)},
		{Name: "payment-invalid", Subject: line, Do: mark(desk.PaymentInvalid)},
	}
}

func line(q *frame.Req, a Act) (*Subject, error) {
	s, err := result(q, a)
	if err != nil {
		return nil, err
	}
	if s.line, err = strconv.Atoi(q.R.PathValue("line")); err != nil {
		return nil, frame.NotFound()
	}
	s.Text += ", " + q.T("line.n", "n", s.line)
	return s, nil
}

// Alarms are the acts on an alarm.
func Alarms() []Act {
	return []Act{{Name: "resolve", Subject: alarm, Do: func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
		return nil, w.ResolveAlarm(q.Ctx(), s.alarm, f.Reason)
	}}}
}

func alarm(q *frame.Req, _ Act) (*Subject, error) {
	id, err := strconv.ParseInt(q.R.PathValue("alarm"), 10, 64)
	if err != nil {
		return nil, frame.NotFound()
	}
	a, open, err := asseen.Alarm(q.Ctx(), q.Desk, id)
	if err != nil {
		return nil, err
	}
	if !open {
		return nil, gone(q, "alarm "+strconv.FormatInt(id, 10), "it is resolved")
	}
	s := &Subject{alarm: id, Back: q.To("alarms", id), Number: 1, Text: q.T("alarm.n", "id", strconv.FormatInt(id, 10))}
	s.Rows = []Row{{Label: s.Text, Title: q.Is(a.Why), State: "alarm", More: q.WayOut(a.Why), To: s.Back}}
	s.Crumbs = []frame.Crumb{{Text: q.T("nav.todo"), To: q.To("todo")}, {Text: s.Text, To: s.Back}}
	return s, nil
}

// Runs are what people ask of runs: one now, or that the one that goes on stops.
func Runs() []Act {
	return []Act{
		{Name: "run", Subject: run, Do: func(q *frame.Req, w *desk.Workspace, _ *Subject, f Form) ([]string, error) {
			if !q.Co.Live.Ask() {
				return nil, &desk.Error{Code: desk.ExitFailed, Err: errors.New("a run goes on already"), Hint: "wait until it has ended"}
			}
			return nil, asseen.Asked(q.Ctx(), w, asseen.RunAsked, f.Reason)
		}},
		{Name: "stop", Subject: run, Do: func(q *frame.Req, w *desk.Workspace, _ *Subject, f Form) ([]string, error) {
			if err := asseen.Asked(q.Ctx(), w, asseen.StopAsked, f.Reason); err != nil {
				return nil, err
			}
			q.Co.Live.Stop()
			return nil, nil
		}},
	}
}

func run(q *frame.Req, a Act) (*Subject, error) {
	s := &Subject{Back: q.To("runs", "now"), Number: 1, Crumbs: []frame.Crumb{{Text: q.T("nav.nights"), To: q.To("nights")}}}
	if a.Name == "stop" && !q.Co.Live.Going() {
		s.Note = q.T("run.none")
	}
	if a.Name == "run" {
		status, err := q.Desk.Status(q.Ctx(), 1)
		if err != nil {
			return nil, err
		}
		waiting := 0
		for _, c := range status.Documents {
			if c.State == desk.Acknowledged || c.State == desk.Stored {
				waiting += c.Documents
			}
		}
		goes, err := released(q)
		if err != nil {
			return nil, err
		}
		s.Note = strings.Join(append(append([]string{q.T("run.then.waiting", "n", waiting)}, goes...), q.T("run.then.results", "n", status.Results.Total)), " ")
		if q.Co.Live.Going() {
			s.Note, s.See, s.SeeText = q.T("run.goes"), q.To("runs", "now"), q.T("run.look")
		}
	}
	return s, nil
}

// released tells what a run puts in force and lets go before it makes files: approved changes with the held documents
// that they mend, and those whose day has come.
func released(q *frame.Req) (out []string, err error) {
	waiting, err := changes.Waits(q.Ctx(), q.Desk)
	if err != nil {
		return nil, err
	}
	for _, c := range waiting {
		if c.State != changes.Approved {
			continue
		}
		if stands, err := changes.Standing(q.Ctx(), q.Desk, c); err != nil || stands != "" {
			continue // it ends, instead of going live
		}
		blocked, err := changes.BlockedBy(q.Ctx(), q.Desk, c)
		if err != nil {
			return nil, err
		}
		if blocked != nil {
			out = append(out, q.T("run.then.blocked", "change", strconv.FormatInt(c.ID, 10), "mapping", c.Mapping))
			continue
		}
		goes := 0
		for _, e := range c.Effects {
			goes += e.WouldGo
		}
		out = append(out, q.T("run.then.goes", "change", strconv.FormatInt(c.ID, 10), "mapping", c.Mapping, "n", goes))
	}
	held, err := q.Desk.DocumentsIn(q.Ctx(), 0, desk.Held)
	due := 0
	for _, d := range held {
		if !d.HeldUntil.IsZero() && !d.HeldUntil.After(q.Now) {
			due++
		}
	}
	if due > 0 {
		out = append(out, q.T("run.then.until", "n", due))
	}
	return out, err
}

// Checks are what takes longer than a page: it changes no business, and needs no reason.
func Verify(q *frame.Req) (frame.Answer, error) {
	go q.Co.Verify(q.App.Life, q.App.Now)
	return frame.To{Address: q.To("evidence")}, nil
}

// Check reconciles the whole journal again.
func Check(q *frame.Req) (frame.Answer, error) {
	go q.Co.Check(q.App.Life, q.App.Now)
	return frame.To{Address: q.To()}, nil
}

// gone is a subject that is not there: for somebody who acts on what he saw it has moved.
func gone(q *frame.Req, what, is string) error {
	if q.R.Method == http.MethodPost {
		return asseen.Moved(what, is)
	}
	return frame.NotFound()
}
