package scope

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

// trip is where a row stands in the tree of travel allowances: a trip, a day of it, one allowance of the day.
type trip struct{ trip, day, allowance *fis.Node }

// walkTrips visits the trips of a payroll document, their days, or the allowances of the days.
func (e *Env) walkTrips(kind string, fn func() error) error {
	for _, t := range e.doc.Root.List("travelAllowances") {
		if err := e.walkTrip(kind, t, fn); err != nil {
			return err
		}
	}
	return nil
}

func (e *Env) walkTrip(kind string, t *fis.Node, fn func() error) error {
	if kind == template.RepeatTrip {
		return e.standIn(kind, trip{trip: t}, fn, t)
	}
	for _, day := range t.List("dailyAllowanceDetails") {
		if kind == template.RepeatAllowanceDay {
			if err := e.standIn(kind, trip{t, day, nil}, fn, day, t); err != nil {
				return err
			}
			continue
		}
		for _, a := range day.List("dailyAllowanceRateTypeDetailList") {
			if err := e.standIn(kind, trip{t, day, a}, fn, a.Get("dailyAllowanceRateType"), a, day, t); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *Env) standIn(kind string, at trip, fn func() error, nodes ...*fis.Node) error {
	if nodes[len(nodes)-1].Kind() != fis.Object {
		return nil
	}
	e.at(kind, nil, nodes...)
	e.trip = &at
	return fn()
}

// tripPart is the place of a part of the tree from the root.
func (e *Env) tripPart(n *fis.Node) string {
	const trips = "travelAllowances"
	switch n {
	case e.trip.trip:
		return trips
	case e.trip.day:
		return trips + ".dailyAllowanceDetails"
	case e.trip.allowance:
		return trips + ".dailyAllowanceDetails.dailyAllowanceRateTypeDetailList"
	}
	return trips + ".dailyAllowanceDetails.dailyAllowanceRateTypeDetailList.dailyAllowanceRateType"
}
