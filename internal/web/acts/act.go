package acts

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/asseen"
	"github.com/fisbridge/fisbridge/internal/desk/changes"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/signin"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Act is something that people do.
type Act struct {
	// Name is a word of the catalogue: act.NAME, verb.NAME, then.NAME.
	Name string
	// Fields are asked for beside the reason: message, number, unnumbered, company, year, date, document, tick.
	Fields []string
	// Fresh wants a sign-in of the last minutes. Danger is what other systems are told.
	Fresh, Danger bool
	// Subject finds what it is about. Do does it, and gives warnings.
	Subject func(q *frame.Req, a Act) (*Subject, error)
	Do      func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error)
	// NoReason: the act changes no business.
	NoReason bool
}

// Subject is what an act is about.
type Subject struct {
	Crumbs []frame.Crumb
	Back   string
	Rows   []Row
	// Text is what the button says behind the verb: 1 document, 980.00 EUR.
	Text   string
	Number int
	// Parts are documents of an import file, that may be left out.
	Parts []Row
	Note  string
	// See leads to what stands in the way, under SeeText.
	See, SeeText string
	// Effects say what a change of a mapping would do.
	Effects []string
	// Row is the row of a lookup sheet that is to be added.
	Row *changes.MissingRow
	// doc, file, … name it for the act.
	doc, label, key, result string
	route                   string
	alarm, change           int64
	line                    int
}

// Row is a thing in the table of a subject.
type Row struct {
	ID, Label, Person, Amount, Currency, State, To string
	// Title and More are what the engine says, or people wrote.
	Title, More any
}

// Form is what a person typed.
type Form struct {
	Reason  string
	Values  map[string]string
	Without []string
	Seen    int64
	Number  int
	// Wrong are the fields that are not right, with words of the catalogue.
	Wrong []Mistake
	// File is a workbook that was sent; its name is the value "file".
	File []byte
}

// Mistake is a field that is not right.
type Mistake struct{ Field, Text string }

// Value is what was typed into a field.
func (f Form) Value(name string) string { return f.Values[name] }

// Bad reports whether a field is not right.
func (f Form) Bad(name string) bool {
	for _, m := range f.Wrong {
		if m.Field == name {
			return true
		}
	}
	return false
}

// actPage is the page of an act.
type actPage struct {
	Act
	*Subject
	Form   Form
	Then   []string
	Prove  bool // the password is asked for again
	Failed any
	Way    any
}

// Has reports whether a field is asked for.
func (p actPage) Has(field string) bool { return p.Takes(field) }

// Column is the name of the field of a column of a row, and what was typed there.
func (p actPage) Column(i int) string { return columnField(i) }

// FieldName is what a field is called on the page.
func (p actPage) FieldName(q *frame.Req, name string) string {
	if n, err := strconv.Atoi(strings.TrimPrefix(name, columnPrefix)); err == nil && p.Subject != nil && p.Row != nil && n < len(p.Row.Columns) {
		return p.Row.Columns[n].Heading
	}
	return q.T("field." + name)
}

// Takes reports whether a field is asked for.
func (a Act) Takes(field string) bool { return slices.Contains(a.Fields, field) }

// Page is the handler that shows the act's page.
func (a Act) Page(q *frame.Req) (frame.Answer, error) {
	p := actPage{Act: a, Form: Form{Values: map[string]string{}}}
	err := q.Snapshot(func() (err error) {
		p.Subject, err = a.Subject(q, a)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Form.Seen, p.Form.Number = q.Head, p.Number
	return a.show(q, p, http.StatusOK)
}

func (a Act) show(q *frame.Req, p actPage, status int) (frame.Answer, error) {
	p.Then = strings.Split(q.T("then."+a.Name), "|")
	p.Prove = a.Fresh && q.Now.Sub(q.Who.Proved) > signin.Fresh
	crumbs := append(append([]frame.Crumb{}, p.Crumbs...), frame.Crumb{Text: q.T("act." + a.Name)})
	return frame.Page{Template: "act", Title: q.T("act." + a.Name), Nav: nav(p.Back), Data: p, Crumbs: crumbs, Status: status}, nil
}

func nav(back string) string {
	switch {
	case strings.Contains(back, "/documents"):
		return "documents"
	case strings.Contains(back, "/files"), strings.Contains(back, "/results"):
		return "files"
	case strings.Contains(back, "/runs"), strings.Contains(back, "/nights"):
		return "nights"
	case strings.Contains(back, "/mappings"):
		return "mappings"
	case strings.Contains(back, "/evidence"):
		return "evidence"
	}
	return "todo"
}

// Post is the handler that does it.
func (a Act) Post(q *frame.Req) (frame.Answer, error) {
	if a.Takes("file") {
		if err := q.ReadUpload(); err != nil {
			return nil, err
		}
		defer func() { _ = q.R.MultipartForm.RemoveAll() }() // what is left ends with the process
	}
	p := actPage{Act: a, Form: a.form(q)}
	err := q.Snapshot(func() (err error) {
		p.Subject, err = a.Subject(q, a)
		return err
	})
	if err != nil {
		return nil, err
	}
	if q.R.PostFormValue("again") != "" { // the page once more, with what was typed; nothing is done
		p.Form.Seen, p.Form.Number, p.Form.Wrong = q.Head, p.Number, nil
		return a.show(q, p, http.StatusOK)
	}
	if a.Fresh && q.Now.Sub(q.Who.Proved) > signin.Fresh {
		if err := a.prove(q, &p); err != nil {
			return nil, err
		}
	}
	if len(p.Form.Wrong) > 0 {
		return a.show(q, p, http.StatusUnprocessableEntity)
	}
	place := q.Co.Place
	place.Command, place.Actor = "console", q.Who.Actor()
	var warnings []string
	err = desk.Beside(q.Ctx(), place, func(w *desk.Workspace) (err error) {
		warnings, err = a.Do(q, w, p.Subject, p.Form)
		return err
	})
	var refused *desk.Error
	switch {
	case asseen.IsMoved(err):
		return a.moved(q, p, err)
	case errors.As(err, &refused) && refused.Err != nil && refused.Code != desk.ExitInterrupted:
		p.Failed, p.Way = q.Refusal(refused)
		return a.show(q, p, http.StatusUnprocessableEntity)
	case err != nil:
		return nil, err
	}
	for _, w := range warnings {
		q.App.Log.Warn("console", "act", a.Name, "warning", w)
	}
	return frame.To{Address: p.Back + "?done=" + a.Name}, nil
}

// prove asks for the password again, where the sign-in is older than a fresh one.
func (a Act) prove(q *frame.Req, p *actPage) error {
	if !q.Who.Person.HasPassword {
		p.Form.Wrong = append(p.Form.Wrong, Mistake{"password", q.T("signin.again")})
		return nil
	}
	_, err := q.App.Book.ByPassword(q.Ctx(), signin.Attempt{Name: q.Who.Person.Name, Password: q.R.PostFormValue("password"), Address: q.Address, Session: q.Who.ID})
	var wait *signin.ErrWait
	switch {
	case err == nil:
		return q.App.Book.Proved(q.Ctx(), q.Word, q.Who)
	case errors.As(err, &wait):
		p.Form.Wrong = append(p.Form.Wrong, Mistake{"password", q.T("signin.wait", "time", q.Took(wait.For))})
		return nil
	case errors.Is(err, signin.ErrRefused):
		p.Form.Wrong = append(p.Form.Wrong, Mistake{"password", q.T("signin.refused")})
		return nil
	}
	return err
}

// leastLetters is how many letters a reason has at least.
const leastLetters = 5

// form reads what was typed.
func (a Act) form(q *frame.Req) Form {
	f := Form{Values: map[string]string{}, Without: q.R.PostForm["without"]}
	f.Seen, _ = strconv.ParseInt(q.R.PostFormValue("seen"), 10, 64)
	f.Number, _ = strconv.Atoi(q.R.PostFormValue("number-of"))
	for _, name := range a.Fields {
		f.Values[name] = strings.TrimSpace(q.R.PostFormValue(name))
	}
	f.Reason = q.R.PostFormValue("reason")
	if slices.Contains(a.Fields, "file") {
		a.file(q, &f)
	}
	for name, values := range q.R.PostForm {
		if strings.HasPrefix(name, columnPrefix) && len(values) > 0 {
			f.Values[name] = strings.TrimSpace(values[0])
		}
	}
	if !a.NoReason {
		reason, err := wording.Reason(f.Reason)
		switch {
		case err != nil && reason == "" && !errors.Is(err, wording.ErrNoReason):
			f.wrong("reason", q.T("wrong.reason.long"))
		case letters(reason) < leastLetters:
			f.wrong("reason", q.T("wrong.reason", "n", leastLetters))
		default:
			f.Reason = reason
		}
	}
	a.checkFields(q, &f)
	return f
}

func (f *Form) wrong(field, text string) { f.Wrong = append(f.Wrong, Mistake{field, text}) }

// letters counts what can be read.
func letters(s string) (n int) {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// longestMessage bounds what people read in Concur.
const longestMessage = 500

func (a Act) checkFields(q *frame.Req, f *Form) {
	for _, name := range a.Fields {
		v := f.Values[name]
		switch {
		case name == "message" && letters(v) < leastLetters && a.Name != "reissue":
			f.wrong(name, q.T("wrong.message", "n", leastLetters))
		case name == "message" && len([]rune(v)) > longestMessage:
			f.wrong(name, q.T("wrong.message.long", "n", longestMessage))
		case name == "message" && a.Name == "reissue" && len(f.Without) > 0 && letters(v) < leastLetters:
			f.wrong(name, q.T("wrong.message", "n", leastLetters))
		case name == "number" && v == "" && f.Values["unnumbered"] != "yes":
			f.wrong(name, q.T("wrong.number"))
		case name == "year" && v != "" && !fourDigits(v):
			f.wrong(name, q.T("wrong.year"))
		case name == "date" && v != "":
			if day, err := time.ParseInLocation(time.DateOnly, v, q.Zone); err != nil || day.After(q.Now) {
				f.wrong(name, q.T("wrong.date"))
			}
		case name == "until" && v != "":
			if day, err := f.until(q); err != nil || !day.After(q.Now) {
				f.wrong(name, q.T("wrong.until"))
			}
		case name == "tick" && v != "yes":
			f.wrong(name, q.T("wrong.tick"))
		}
	}
}

// until is the day of the form on which something ends, in the company's zone; none is the zero time.
func (f Form) until(q *frame.Req) (time.Time, error) {
	if f.Value("until") == "" {
		return time.Time{}, nil
	}
	return time.ParseInLocation(time.DateOnly, f.Value("until"), q.Zone)
}

func fourDigits(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && len(s) == 4 && n >= 1990
}

// movedPage is what a person sees who was not quick enough.
type movedPage struct {
	actPage
	Before, After *desk.Event
	Is            any
	Here          string
}

// moved tells that nothing was done, and why.
func (a Act) moved(q *frame.Req, p actPage, err error) (frame.Answer, error) {
	m := movedPage{actPage: p}
	var refused *desk.Error
	if errors.As(err, &refused) && refused.Why != nil {
		m.Is = refused.Why.Values["is"]
		if r := (why.Reason{Code: refused.Why.Values["since"], Values: refused.Why.Values}); r.Text() != "" {
			m.Is = q.Is(r)
		}
	}
	events, err := a.happened(q, p.Subject)
	if err != nil {
		return nil, err
	}
	for i := range events {
		if events[i].Seq <= p.Form.Seen {
			m.Before = &events[i]
		} else {
			m.After = &events[i]
		}
	}
	m.Here = q.R.URL.Path
	return frame.Page{Template: "moved", Title: q.T("moved"), Nav: nav(p.Back), Data: m, Crumbs: append(append([]frame.Crumb{}, p.Crumbs...), frame.Crumb{Text: q.T("act." + a.Name)}), Status: http.StatusConflict}, nil
}

// happened is the history of a subject.
func (a Act) happened(q *frame.Req, s *Subject) ([]desk.Event, error) {
	switch {
	case s.doc != "":
		return q.Co.Desk.Journal.History(q.Ctx(), s.doc, 0, 0)
	case s.label != "":
		f, err := q.Co.Desk.File(q.Ctx(), s.label)
		if err != nil {
			return nil, err
		}
		return q.Co.Desk.Journal.History(q.Ctx(), "", f.ID, 0)
	case s.result != "":
		r, err := q.Co.Desk.Result(q.Ctx(), s.result)
		if err != nil {
			return nil, err
		}
		return q.Co.Desk.Journal.History(q.Ctx(), "", 0, r.ID)
	}
	rows, err := reading.History(q.Ctx(), q.Co.Desk, reading.Happened{After: max(1, a.seen(q)), Limit: 10})
	return rows, err
}

func (a Act) seen(q *frame.Req) int64 {
	n, _ := strconv.ParseInt(q.R.PostFormValue("seen"), 10, 64)
	return n
}

// counted is a number of documents with their amounts.
func counted(q *frame.Req, n int, sums desk.Figure) string {
	return q.T("documents", "n", n) + ", " + strings.Join(q.Sums(sums), ", ")
}
