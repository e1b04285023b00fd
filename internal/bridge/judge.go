package bridge

import (
	"errors"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/why"
)

// leaving is for whose sake a document stays in Concur.
type leaving struct {
	// by is the route that the document stays for, though it could not be used or asked; nil where no route wants the
	// document.
	by *route
	// undecided is why it is not known whether that route takes the document.
	undecided error
	// chosen: the configuration leaves it on purpose.
	chosen bool
}

// judge goes through the routes in their order: the first one that takes a document has it. A route that cannot be used
// keeps what it would take: the document stays in Concur. So does one of which it cannot be said whether the route
// takes it. No route behind gets it (promise 7). An error is a document that cannot be read at all.
func (b *Bridge) judge(parser *fis.Parser, env fis.Envelope) (a journal.Arrival, left leaving, err error) {
	a = journal.Arrival{Envelope: env, SystemID: b.cfg.Concur.SystemID}
	doc, err := parser.Parse(env)
	if err != nil {
		return a, left, err
	}
	a.ReportID, a.ReportKey, a.Currency, a.IsTest = doc.ReportID(), doc.ReportKey(), doc.Currency(), doc.IsTest()
	a.EmployeeID, a.ReportNumber, a.Title, a.Person = doc.EmployeeID(), doc.ReportNumber(), doc.Title(), doc.Named()
	a.Revision, a.Direction = doc.Revision(), doc.Direction()
	// A total that cannot be read is refused by posting later, with the place: the document is acknowledged and held,
	// so that it can be rejected to Concur.
	if total, present, err := doc.Total(); present && err == nil {
		a.Amount = total
	}
	test := false
	for _, r := range b.routes {
		if !r.Takes(env.DocType) {
			continue
		}
		if a.IsTest && !r.IncludeTest {
			test = true
			continue
		}
		takes, err := r.wants(doc)
		switch {
		case err != nil:
			left.by, left.undecided = r, err
			a.Left = why.New("route-undecided", "route", r.Name)
		case !takes:
			continue
		case r.broken != nil, r.conflict != nil:
			left.by, a.Left = r, why.New("route-broken", "route", r.Name)
		case r.leaves(doc):
			left.chosen, a.Left = true, why.New("instruction-left", "route", r.Name, "instruction", doc.Instruction())
		default:
			a.Route = r.Name
		}
		return a, left, nil
	}
	if a.Left, left.chosen = why.New("no-route"), test; test {
		a.Left = why.New("test-user")
	}
	return a, left, nil
}

// errNoCondition says that a route's `when` was never understood; what is wrong with it is told with the route.
var errNoCondition = errors.New("it does not compile")

// wants tells whether a route takes a document of its types, also when the route cannot be used.
func (r *route) wants(doc *fis.Document) (bool, error) {
	switch {
	case r.When == "":
		return true, nil
	case r.when == nil:
		return false, errNoCondition
	}
	return r.when.Match(doc)
}
