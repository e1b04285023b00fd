// Package api owns what machines ask of the console and do in it: /api/v1 answers what the commands write with --json,
// and takes tokens. It guarantees that nothing is in it that the person or machine may not see, and that its
// description (OpenAPI) names every address.
package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/asseen"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/desk/today"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/pages"
	"github.com/fisbridge/fisbridge/internal/web/signin"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Address is an address of the API.
type Address struct {
	Method, Pattern, Summary string
	Right                    signin.Right
	Do                       frame.Handler
	// Answer is the type of what it answers, from which its description is made.
	Answer reflect.Type
	// Query are the values that it understands, Body those of its object, or of its form where it takes a file.
	Query, Body []string
	Upload      bool
}

// base is where a company begins.
const base = "/api/v1/{company}"

// list are the values of all lists.
func list(more ...string) []string {
	return append([]string{"route", "state", "since", "until", "limit", "offset"}, more...)
}

// get is an address that answers what do gives, of one instant.
func get[T any](pattern, summary string, right signin.Right, do func(q *frame.Req) (T, error), query ...string) Address {
	return Address{Method: http.MethodGet, Pattern: base + pattern, Summary: summary, Right: right, Answer: reflect.TypeFor[T](), Query: query, Do: snapshot(do)}
}

// post is an address that does something, and answers what do gives.
func post[T any](pattern, summary string, right signin.Right, do func(q *frame.Req) (T, error), body ...string) Address {
	return Address{Method: http.MethodPost, Pattern: base + pattern, Summary: summary, Right: right, Answer: reflect.TypeFor[T](), Body: body, Do: func(q *frame.Req) (frame.Answer, error) {
		v, err := do(q)
		if err != nil {
			return nil, err
		}
		return object(v)
	}}
}

// Addresses is the whole API.
func Addresses() []Address {
	out := []Address{
		{Method: http.MethodGet, Pattern: "/api/v1/openapi.json", Summary: "This description", Right: signin.Anybody, Do: description},
		get("/status", "Where everything stands, as fisbridge status --json", signin.Look, status),
		get("/today", "The equation of a period: fetched = posted + rejected + held + recalled + left + open", signin.Look, equation, "route", "since", "until"),
		get("/report", "The reconciliation, as fisbridge report --json", signin.Look, report, "route", "since", "until"),
		get("/documents", "Documents, the newest first, as fisbridge list documents --json", signin.Look, documents, list("type", "employee", "amount", "find", "text")...),
		get("/documents/{doc}", "A document's whole life, as fisbridge show document --json", signin.SeePersons, document),
		get("/documents/{doc}/standing", "What a document is, and what can be done with it", signin.Look, standing),
		get("/files", "Import files, as fisbridge list files --json", signin.Look, files, list("text")...),
		get("/files/{route}/{number}", "An import file's whole life, as fisbridge show file --json", signin.Look, file),
		get("/results", "Result files, as fisbridge list results --json", signin.Look, results, list("text")...),
		get("/results/{result}", "A result file's whole life, as fisbridge show result --json", signin.SeePersons, result),
		get("/payments", "Payments, as fisbridge list payments --json", signin.Look, payments, list("text")...),
		get("/alarms", "Alarms, as fisbridge list alarms --json", signin.Look, alarms, list("text")...),
		get("/runs", "Runs, the newest first", signin.Look, runs, "limit"),
		get("/runs/{run}", "A run and its summary", signin.Look, run),
		get("/history", "The history, the newest row first", signin.SeePersons, history, "before", "after", "limit"),
	}
	for _, a := range []struct{ name, summary, more string }{
		{"retry", "Try a document, or its confirmation, again", ""}, {"hold", "Hold a document; until: a day on which a run releases it by itself", "until"}, {"release", "Release a held document; as: replace or add for a further one of a posted report", "as"},
		{"reject", "Reject a document: Concur is told an error with the message", "message"}, {"mark-settled", "A stuck confirmation was settled in Concur by hand", ""},
	} {
		body := []string{"reason", "seen"}
		if a.more != "" {
			body = append(body, a.more)
		}
		out = append(out, post("/documents/{doc}/"+a.name, a.summary, signin.Settle, act(a.name), body...))
	}
	out = append(out, routes()...)
	out = append(out, mappings()...)
	return append(out, post("/runs", "Ask for a run now", signin.Run, askRun, "reason"))
}

// object is an answer in JSON.
func object(v any) (frame.Answer, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return nil, err
	}
	return frame.Raw(func(w http.ResponseWriter) error {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(append(b, '\n')) // whoever asked may be gone
		return nil
	}), nil
}

// snapshot answers from one instant.
func snapshot[T any](do func(q *frame.Req) (T, error)) frame.Handler {
	return func(q *frame.Req) (frame.Answer, error) {
		var v T
		err := q.Snapshot(func() (err error) {
			v, err = do(q)
			return err
		})
		if err != nil {
			return nil, err
		}
		return object(v)
	}
}

// failure is how the API tells what does not go.
type failure struct {
	Error string    `json:"error"`
	Hint  string    `json:"hint,omitempty"`
	Code  string    `json:"code"`
	Why   *desk.Why `json:"why,omitempty"`
}

// Write writes an answer, or a failure in JSON.
func Write(q *frame.Req, w http.ResponseWriter, a frame.Answer, err error) {
	if err == nil {
		q.Answer(w, a, nil)
		return
	}
	f := q.FaultOf(err)
	out := failure{Error: f.Text.String(), Hint: f.Way.String(), Code: f.Code}
	if out.Error == "" {
		out.Error = q.App.Words.Langs()[0].T("fault." + f.Code)
	}
	status := f.Status
	var own *desk.Error
	if errors.As(err, &own) {
		out.Why = own.Why
		if asseen.IsMoved(err) {
			status, out.Code = http.StatusConflict, asseen.CodeMoved
		}
	}
	b, err := json.Marshal(out)
	if err != nil {
		b = []byte(`{"error":"failed","code":"failed"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // whoever asked may be gone
}

func status(q *frame.Req) (_ *desk.Status, err error) {
	s, err := q.Co.Desk.Status(q.Ctx(), 0)
	if err == nil && !q.Persons() {
		apart(q, s)
	}
	return s, err
}

// apart takes from the status what people wrote, and values of documents.
func apart(q *frame.Req, s *desk.Status) {
	reasons := map[string]string{}
	for _, list := range [][]desk.Doc{s.Held.First, s.Waiting.First} {
		for i, d := range list {
			list[i] = pages.Apart(q, d)
			reasons[d.ID] = list[i].Reason
		}
	}
	for i := range s.Needs.First {
		n := &s.Needs.First[i]
		if _, has := n.Why.Values["reason"]; has && n.Code == desk.NeedHeld {
			n.Why = n.Why.With("reason", reasons[n.Values["document"]])
			n.Message = n.Why.Text()
		}
	}
}

// day reads a day in the company's zone.
func day(q *frame.Req, name string) (time.Time, error) {
	text := q.Value(name)
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, text, q.Zone)
	if err != nil {
		return t, frame.Wrong(fmt.Sprintf("%s: %q is not a day like 2026-03-01", name, text))
	}
	return t, nil
}

func selection(q *frame.Req) (sel desk.Selection, err error) {
	sel.Route = q.Value("route")
	if sel.Since, err = day(q, "since"); err != nil {
		return sel, err
	}
	if sel.Until, err = day(q, "until"); err == nil && !sel.Until.IsZero() {
		sel.Until = sel.Until.AddDate(0, 0, 1)
	}
	return sel, err
}

func equation(q *frame.Req) (_ *today.Equation, err error) {
	sel, err := selection(q)
	if err != nil {
		return nil, err
	}
	return today.Read(q.Ctx(), q.Desk, sel)
}

func report(q *frame.Req) (_ desk.Reconciliation, err error) {
	sel, err := selection(q)
	if err != nil {
		return desk.Reconciliation{}, err
	}
	return q.Desk.Reconcile(q.Ctx(), sel, nil)
}

// mostRows bounds a page of the API.
const mostRows = 1000

// filter reads what narrows a list of a kind.
func filter(q *frame.Req, kind string) (f desk.Filter, err error) {
	sel, err := selection(q)
	if err != nil {
		return f, err
	}
	f = desk.Filter{Route: sel.Route, Since: sel.Since, Until: sel.Until, Limit: 50, Type: fis.DocType(q.Value("type")), Employee: q.Value("employee"), Find: q.Value("find"), Text: q.Value("text"), Impersonal: !q.Persons()}
	if s := q.Value("state"); s != "" {
		f.States = strings.Split(s, ",")
	}
	for _, s := range f.States {
		if known := desk.StatesOf(kind); !slices.Contains(known, s) {
			return f, frame.Wrong(fmt.Sprintf("state: %q is not one of %s", s, strings.Join(known, ", ")))
		}
	}
	if f.Type != "" && !slices.Contains(fis.DocTypes(), f.Type) {
		return f, frame.Wrong(fmt.Sprintf("type: %q is no type of documents", f.Type))
	}
	for name, into := range map[string]*int{"limit": &f.Limit, "offset": &f.Offset} {
		if text := q.Value(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n < 0 || name == "limit" && (n == 0 || n > mostRows) {
				return f, frame.Wrong(fmt.Sprintf("%s: %q is no number from 1 to %d", name, text, mostRows))
			}
			*into = n
		}
	}
	if text := q.Value("amount"); text != "" {
		a, err := fis.ParseAmount(text)
		if err != nil {
			return f, frame.Wrong("amount: " + err.Error())
		}
		f.Amount = &a
	}
	return f, nil
}

func documents(q *frame.Req) (_ desk.Page[desk.ListedDoc], err error) {
	f, err := filter(q, "documents")
	if err != nil {
		return desk.Page[desk.ListedDoc]{}, err
	}
	if f.Employee != "" && !q.Persons() {
		return desk.Page[desk.ListedDoc]{}, &frame.Fault{Status: http.StatusForbidden, Code: "forbidden"}
	}
	p, err := q.Desk.ListDocuments(q.Ctx(), f)
	if !q.Persons() {
		for i := range p.Rows {
			p.Rows[i].EmployeeID, p.Rows[i].Doc = "", pages.Apart(q, p.Rows[i].Doc)
		}
	}
	return p, err
}

func document(q *frame.Req) (_ *desk.DocumentLife, err error) {
	d, err := pages.One(q)
	if err != nil {
		return nil, err
	}
	return q.Desk.DocumentLife(q.Ctx(), d)
}

// Standing is what a document is, and what can be done with it. Seen is the newest row of its history.
type Standing struct {
	State desk.State `json:"state"`
	Seen  int64      `json:"seen"`
	Why   desk.Why   `json:"why"`
}

func standing(q *frame.Req) (_ Standing, err error) {
	d, err := pages.One(q)
	if err != nil {
		return Standing{}, err
	}
	s, err := q.Desk.Standing(q.Ctx(), pages.Apart(q, d))
	if err != nil {
		return Standing{}, err
	}
	seen, err := q.Desk.Seen(q.Ctx(), d.ID)
	why := s.Why()
	return Standing{d.State, seen, why}, err
}

func files(q *frame.Req) (_ desk.Page[desk.File], err error) {
	f, err := filter(q, "files")
	if err != nil {
		return desk.Page[desk.File]{}, err
	}
	return q.Desk.ListFiles(q.Ctx(), f)
}

func file(q *frame.Req) (_ *desk.FileLife, err error) {
	f, err := pages.FileOf(q)
	if err != nil {
		return nil, err
	}
	life, err := q.Desk.FileLife(q.Ctx(), f)
	if err == nil && !q.Persons() {
		for i := range life.History { // reasons stand there
			life.History[i].Detail = nil
		}
	}
	return life, err
}

func results(q *frame.Req) (_ desk.Page[desk.ResultFile], err error) {
	f, err := filter(q, "results")
	if err != nil {
		return desk.Page[desk.ResultFile]{}, err
	}
	return q.Desk.ListResults(q.Ctx(), f)
}

func result(q *frame.Req) (_ *desk.ResultLife, err error) {
	r, err := pages.ResultOf(q)
	if err != nil {
		return nil, err
	}
	return q.Desk.ResultLife(q.Ctx(), r)
}

func payments(q *frame.Req) (_ desk.Page[desk.PaidRow], err error) {
	f, err := filter(q, "payments")
	if err != nil {
		return desk.Page[desk.PaidRow]{}, err
	}
	return q.Desk.ListPayments(q.Ctx(), f)
}

func alarms(q *frame.Req) (_ desk.Page[desk.Alarm], err error) {
	f, err := filter(q, "alarms")
	if err != nil {
		return desk.Page[desk.Alarm]{}, err
	}
	return q.Desk.ListAlarms(q.Ctx(), f)
}

func runs(q *frame.Req) (_ []reading.Run, err error) {
	f, err := filter(q, "")
	if err != nil {
		return nil, err
	}
	return reading.Runs(q.Ctx(), q.Desk, time.Time{}, time.Time{}, f.Limit)
}

func run(q *frame.Req) (_ reading.Run, err error) {
	id, err := strconv.ParseInt(q.R.PathValue("run"), 10, 64)
	if err != nil {
		return reading.Run{}, frame.NotFound()
	}
	r, found, err := reading.OneRun(q.Ctx(), q.Desk, id)
	if err == nil && !found {
		err = frame.NotFound()
	}
	return r, err
}

func history(q *frame.Req) (_ []desk.Event, err error) {
	f, err := filter(q, "")
	if err != nil {
		return nil, err
	}
	h := reading.Happened{Limit: f.Limit}
	for name, into := range map[string]*int64{"before": &h.Before, "after": &h.After} {
		if text := q.Value(name); text != "" {
			if *into, err = strconv.ParseInt(text, 10, 64); err != nil || *into < 0 {
				return nil, frame.Wrong(fmt.Sprintf("%s: %q is no number of a row", name, text))
			}
		}
	}
	return reading.History(q.Ctx(), q.Desk, h)
}

// asked is what a machine says about an act.
type asked struct {
	Reason  string `json:"reason"`
	Message string `json:"message"`
	As      string `json:"as"`
	Until   string `json:"until"`
	Seen    int64  `json:"seen"`
}

// mostBody bounds an object that is sent.
const mostBody = 64 << 10

func bodyOf(q *frame.Req) (a asked, err error) {
	d := json.NewDecoder(io.LimitReader(q.R.Body, mostBody))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		return a, frame.Wrong("the body is no object as it is described: " + err.Error())
	}
	if a.Reason, err = wording.Reason(a.Reason); err != nil {
		return a, frame.Wrong("reason: " + err.Error())
	}
	return a, desk.CheckAs(a.As)
}

// until is the beginning of the day that a hold ends on, in the company's zone.
func (a asked) until(q *frame.Req) (time.Time, error) {
	if a.Until == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, a.Until, q.Zone)
	if err != nil {
		return day, frame.Wrong("until: " + strconv.Quote(a.Until) + " is not a day like 2026-03-01")
	}
	return day, nil
}

// beside does something as who asks.
func beside(q *frame.Req, do func(w *desk.Workspace) error) error {
	place := q.Co.Place
	place.Command, place.Actor = "console", q.Who.Actor()
	return desk.Beside(q.Ctx(), place, do)
}

// act does something to a document. With seen nothing is done when it has moved since.
func act(name string) func(q *frame.Req) (desk.Doc, error) {
	return func(q *frame.Req) (now desk.Doc, err error) {
		a, err := bodyOf(q)
		if err != nil {
			return now, err
		}
		until, err := a.until(q)
		if err != nil {
			return now, err
		}
		do := map[string]desk.Act{
			"retry": desk.RetryDocument(a.Reason), "hold": desk.HoldUntil(until, a.Reason), "release": desk.Release(a.As, a.Reason), "reject": desk.Reject(a.Message, a.Reason), "mark-settled": desk.MarkSettled(a.Reason),
		}[name]
		if a.Seen > 0 {
			do = desk.IfUnmoved(a.Seen, do)
		}
		doc, err := pages.One(q)
		if err != nil {
			return now, err
		}
		place := q.Co.Place
		place.Command, place.Actor = "console", q.Who.Actor()
		var done desk.Settled
		err = desk.Beside(q.Ctx(), place, func(w *desk.Workspace) (err error) {
			done, err = do(q.Ctx(), w, doc.ID)
			return err
		})
		if err != nil {
			return now, err
		}
		return done.After, nil
	}
}

func askRun(q *frame.Req) (map[string]bool, error) {
	a, err := bodyOf(q)
	if err != nil {
		return nil, err
	}
	if !q.Co.Live.Ask() {
		return nil, &frame.Fault{Status: http.StatusConflict, Code: "running"}
	}
	place := q.Co.Place
	place.Command, place.Actor = "console", q.Who.Actor()
	err = desk.Beside(q.Ctx(), place, func(w *desk.Workspace) error { return asseen.Asked(q.Ctx(), w, asseen.RunAsked, a.Reason) })
	if err != nil {
		return nil, err
	}
	return map[string]bool{"asked": true}, nil
}
