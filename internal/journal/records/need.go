package records

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// What needs a person is one list. The exit code of a run, its messages, `fisbridge status`, and whatever tells people
// later, read it here.

// NeedCode says what kind of thing needs a person.
type NeedCode string

const (
	// NeedAlarm is an open alarm; Values: alarm (its number), kind.
	NeedAlarm NeedCode = "alarm"
	// NeedHeld is a held document; Values: report, route.
	NeedHeld NeedCode = "held document"
	// NeedPosting and NeedPayment are confirmations that are not repeated by themselves; Values: document, payment (its
	// reference).
	NeedPosting NeedCode = "stuck posting confirmation"
	NeedPayment NeedCode = "stuck payment confirmation"
	// NeedOverdue is a document that has waited too long for the ERP's answer; Values: route, report, days.
	NeedOverdue NeedCode = "overdue document"
	// NeedMapping is a changed mapping that is not used; Values: route, file, changed (what was changed), acceptable
	// (true or false).
	NeedMapping NeedCode = "changed mapping not used"
	// NeedChange is a changed mapping that was asked for and waits for somebody who approves it, or whose approval has
	// ended; Values: change (its number), route, mapping, state.
	NeedChange NeedCode = "change of a mapping"
	// NeedStopped is a route that a person has stopped; Values: route, who, documents (how many wait).
	NeedStopped NeedCode = "stopped route"
	// NeedLogin: the login to Concur ends soon, is over, or there is none; Values: ends.
	NeedLogin NeedCode = "login"
)

// Need is one thing that needs a person: what it is, since when, and what to do about it.
type Need struct {
	Code    NeedCode          `json:"code"`
	Subject string            `json:"subject"`
	Values  map[string]string `json:"values,omitempty"`
	Message string            `json:"message"`
	Remedy  string            `json:"remedy,omitempty"`
	// Why is message and remedy as a code with values.
	Why   why.Reason `json:"why"`
	Since time.Time  `json:"since"`
}

// Needs are all things that need a person: how many of each kind, and the first of them, the oldest of each kind first.
type Needs struct {
	Total  int              `json:"total"`
	Counts map[NeedCode]int `json:"counts"`
	First  []Need           `json:"first"`
}

// saying gives the need its reason, in words too.
func (n Need) saying(r why.Reason) Need {
	n.Why, n.Message, n.Remedy = r, r.Text(), r.Way()
	return n
}

// NeedRules says from when on things need a person, and how many of each kind are given.
type NeedRules struct {
	// AnsweredBefore: a document that was acknowledged before needs a person when it has no outcome yet; zero: none
	// does.
	AnsweredBefore time.Time
	// Now is when it is asked: a document that a person holds until a day needs nobody before; zero: all do.
	Now time.Time
	// Most bounds how many of each kind are given; 0: all.
	Most int
}

// NeedRulesAt are the rules at a moment: documents that have waited warnDays days are overdue (0: none is).
func NeedRulesAt(now time.Time, warnDays, most int) NeedRules {
	r := NeedRules{Most: most, Now: now}
	if warnDays > 0 {
		r.AnsweredBefore = now.AddDate(0, 0, -warnDays)
	}
	return r
}

// Needs reads the list, all of one instant.
func (j *Records) Needs(ctx context.Context, rules NeedRules) (n Needs, err error) {
	n = Needs{Counts: map[NeedCode]int{}, First: []Need{}}
	for _, read := range []func(context.Context, NeedRules) ([]Need, int, error){j.needAlarms, j.needStops, j.needMappings, j.needChanges, j.needHeld, j.needPostings, j.needPayments, j.needAnswers} {
		first, total, err := read(ctx, rules)
		if err != nil {
			return n, fmt.Errorf("journal: read what needs a person: %w", err)
		}
		if total > 0 && len(first) > 0 {
			n.Total += total
			n.Counts[first[0].Code] += total
			n.First = append(n.First, first...)
		}
	}
	return n, nil
}

// Add puts one more thing on the list.
func (n *Needs) Add(one Need) {
	n.Total++
	n.Counts[one.Code]++
	n.First = append(n.First, one)
}

// until is the moment up to which holds are over.
func (r NeedRules) until() string {
	if r.Now.IsZero() {
		return "~" // behind all times
	}
	return ledger.Stamp(r.Now)
}

// first bounds a list.
func (r NeedRules) first(list []Need) ([]Need, int, error) {
	total := len(list)
	if r.Most > 0 && total > r.Most {
		list = list[:r.Most]
	}
	return list, total, nil
}

func (j *Records) needAlarms(ctx context.Context, rules NeedRules) ([]Need, int, error) {
	alarms, err := j.OpenAlarms(ctx)
	if err != nil {
		return nil, 0, err
	}
	var out []Need
	for _, a := range alarms {
		out = append(out, Need{Code: NeedAlarm, Subject: a.Subject, Values: map[string]string{"alarm": fmt.Sprint(a.ID), "kind": a.Kind},
			Message: a.Message, Remedy: a.Remedy, Why: a.Why, Since: a.Opened})
	}
	return rules.first(out)
}

// fewProblems is how many problems of a refused mapping are named.
const fewProblems = 5

func (j *Records) needMappings(ctx context.Context, rules NeedRules) ([]Need, int, error) {
	versions, err := j.LiveMappings(ctx)
	if err != nil {
		return nil, 0, err
	}
	since := map[string]time.Time{}
	var out []Need
	for _, v := range versions {
		if v.State == MappingRefused {
			out = append(out, v.need(since[v.Route]))
		} else {
			since[v.Route] = v.Since // the version in force comes before the refused one
		}
	}
	return rules.first(out)
}

// need says of a version that does not go live what stays in force, why, and what a person can do: accept a doubt, or
// mend what is wrong.
func (v MappingVersion) need(inForce time.Time) Need {
	problems := v.Problems
	if more := len(problems) - fewProblems; more > 0 {
		problems = append(slices.Clone(problems[:fewProblems]), fmt.Sprintf("and %d more", more))
	}
	r := why.New("mapping-unused", "route", v.Route, "changed", v.ChangedName(), "in_force", inForce.UTC().Format("2006-01-02 15:04"), "problems", strings.Join(problems, "; "))
	if v.Acceptable {
		r.Code = "mapping-doubted"
	}
	return Need{Code: NeedMapping, Subject: "route " + v.Route, Since: v.Since,
		Values: map[string]string{"route": v.Route, "file": v.Name, "changed": v.ChangedName(), "acceptable": fmt.Sprint(v.Acceptable)}}.saying(r)
}

// needChanges are changes of mappings that wait for a person. One that lies in the folder too, and is not used there for
// want of approval, is on the list already.
func (j *Records) needChanges(ctx context.Context, rules NeedRules) ([]Need, int, error) {
	return page(ctx, j, rules, `id, mapping, routes, state, since, asked_by, ended, effect`, `changes c WHERE state IN ('asked', 'ended') AND NOT EXISTS (SELECT 1 FROM mappings m WHERE m.state = 'refused' AND m.hash = c.hash)`, `since, id`, nil,
		func(rows *sql.Rows) (Need, error) {
			var id int64
			var mapping, list, state, since, by, ended, effect string
			if err := rows.Scan(&id, &mapping, &list, &state, &since, &by, &ended, &effect); err != nil {
				return Need{}, err
			}
			var routes []string
			var effects []struct {
				Doubts []struct{} `json:"doubts"`
			}
			err := errors.Join(fromList(list, &routes), json.Unmarshal([]byte(effect), &effects))
			route := ""
			if len(routes) > 0 {
				route = routes[0]
			}
			r := why.New("change-waits", "change", fmt.Sprint(id), "mapping", mapping, "route", route, "who", wording.Person(by))
			if slices.ContainsFunc(effects, func(e struct {
				Doubts []struct{} `json:"doubts"`
			}) bool {
				return len(e.Doubts) > 0
			}) {
				r.Code = "change-doubted"
			}
			switch {
			case state == "ended" && ended == "template":
				r.Code = "change-ended-template"
			case state == "ended":
				r.Code = "change-ended-age"
			}
			values := map[string]string{"change": fmt.Sprint(id), "route": route, "mapping": mapping, "state": state}
			return Need{Code: NeedChange, Subject: fmt.Sprintf("change %d", id), Values: values, Since: ledger.Time(since)}.saying(r), err
		})
}

// page reads the first rows of a query, and how many there are. The query gives the columns of a Need's making; from is
// what follows FROM.
func page[T any](ctx context.Context, j *Records, rules NeedRules, columns, from, order string, args []any, scan func(*sql.Rows) (T, error)) (first []T, total int, err error) {
	if total, err = ledger.Count(ctx, j.Ledger, `SELECT COUNT(*) FROM `+from, args...); err != nil || total == 0 {
		return nil, 0, err
	}
	query := `SELECT ` + columns + ` FROM ` + from + ` ORDER BY ` + order
	if rules.Most > 0 {
		query += fmt.Sprintf(" LIMIT %d", rules.Most)
	}
	first, err = ledger.List(ctx, j.Ledger, query, args, scan)
	return first, total, err
}

// untold: no open alarm speaks of the same thing already.
const untold = ` AND NOT EXISTS (SELECT 1 FROM alarms a WHERE a.resolved_at = '' AND a.subject = `

func (j *Records) needHeld(ctx context.Context, rules NeedRules) ([]Need, int, error) {
	return page(ctx, j, rules, `doc_id, report_id, route, reason, why, state_since, EXISTS (SELECT 1 FROM file_documents p WHERE p.doc_id = d.doc_id AND p.withdrawn = 0)`,
		`documents d WHERE `+held+` AND held_until <= $1`+untold+`d.doc_id)`, `state_since, doc_id`, []any{rules.until()}, func(rows *sql.Rows) (Need, error) {
			var id, report, route, reason, kept, since string
			var filed bool
			if err := rows.Scan(&id, &report, &route, &reason, &kept, &since, &filed); err != nil {
				return Need{}, err
			}
			cause, err := why.FromStored(kept, reason, "")
			if err != nil {
				return Need{}, fmt.Errorf("document %s: %w", id, err)
			}
			r := why.New("document-held", "doc", id, "report", report, "cause", cause.Code, "reason", cause)
			if filed {
				r.Code = "document-held-in-file"
			}
			values := map[string]string{"document": id, "report": report, "route": route, "cause": cause.Code}
			return Need{Code: NeedHeld, Subject: "document " + id, Values: values, Since: ledger.Time(since)}.saying(r), nil
		})
}

func (j *Records) needPostings(ctx context.Context, rules NeedRules) ([]Need, int, error) {
	return page(ctx, j, rules, `doc_id, code, message, due_at`, `confirmations c WHERE state = 'stuck'`+untold+`c.doc_id)`, `due_at, doc_id`, nil, func(rows *sql.Rows) (Need, error) {
		var id, message, due string
		var code int
		err := rows.Scan(&id, &code, &message, &due)
		return Need{Code: NeedPosting, Subject: "document " + id, Values: map[string]string{"document": id}, Since: ledger.Time(due)}.
			saying(answered("posting-stuck", code, message).With("doc", id)), err
	})
}

func (j *Records) needPayments(ctx context.Context, rules NeedRules) ([]Need, int, error) {
	return page(ctx, j, rules, `id, doc_id, reference, code, message, due_at`, `payments c WHERE state = 'stuck'`+untold+`'payment ' || CAST(c.id AS TEXT))`, `due_at, id`, nil,
		func(rows *sql.Rows) (Need, error) {
			var n int64
			var id, reference, message, due string
			var code int
			err := rows.Scan(&n, &id, &reference, &code, &message, &due)
			return Need{Code: NeedPayment, Subject: fmt.Sprintf("payment %d", n), Values: map[string]string{"document": id, "payment": reference}, Since: ledger.Time(due)}.
				saying(answered("payment-stuck", code, message).With("doc", id).With("payment", reference)), err
		})
}

// answered is that a confirmation is stuck, with Concur's answer: a code and a message, a message alone, or nothing.
func answered(stuck string, code int, message string) why.Reason {
	switch {
	case code == 0 && message == "":
		return why.Reason{Code: stuck + "-unsaid"}
	case code == 0:
		return why.Reason{Code: stuck + "-here"}.With("said", message)
	}
	return why.Reason{Code: stuck}.With("code", code).With("said", message)
}

// needAnswers are documents without an outcome for too long. Held ones are on the list already.
func (j *Records) needAnswers(ctx context.Context, rules NeedRules) ([]Need, int, error) {
	if rules.AnsweredBefore.IsZero() {
		return nil, 0, nil
	}
	return page(ctx, j, rules, `doc_id, report_id, route, state, acknowledged_at`, `documents d WHERE `+waiting+` AND state <> 'held' AND acknowledged_at < $1 AND acknowledged_at <> '' AND NOT (state = 'filed' AND `+settled("d")+`)`+untold+`d.doc_id)`,
		`acknowledged_at, doc_id`, []any{ledger.Stamp(rules.AnsweredBefore)}, func(rows *sql.Rows) (Need, error) {
			var id, report, route, since string
			var state State
			err := rows.Scan(&id, &report, &route, &state, &since)
			n := Need{Code: NeedOverdue, Subject: "document " + id, Values: map[string]string{"document": id, "report": report, "route": route}, Since: ledger.Time(since)}
			r := why.New("document-unanswered", "doc", id, "report", report, "route", route, "since", ledger.Time(since).Format(time.DateOnly))
			if state == Acknowledged {
				r.Code = "document-unfiled"
			}
			return n.saying(r), err
		})
}

// NeedCodes lists the kinds in the order in which people are told.
func NeedCodes() []NeedCode {
	return []NeedCode{NeedLogin, NeedAlarm, NeedStopped, NeedMapping, NeedChange, NeedHeld, NeedPosting, NeedPayment, NeedOverdue}
}

// Kinds gives the kinds that there are, in the order in which people are told.
func (n Needs) Kinds() []NeedCode {
	return slices.DeleteFunc(NeedCodes(), func(c NeedCode) bool { return n.Counts[c] == 0 })
}
