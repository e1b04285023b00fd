package scope

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

// trip is where a row stands in the tree of travel allowances: a trip, a day of it, one allowance of the day.
type trip struct {
	trip, day, allowance *fis.Node
	// calculation and deduction are where the row stands below the allowance; by tells whose calculation it is.
	calculation, deduction *fis.Node
	by                     string
}

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
			if err := e.standIn(kind, trip{trip: t, day: day}, fn, day, t); err != nil {
				return err
			}
			continue
		}
		for _, a := range day.List("dailyAllowanceRateTypeDetailList") {
			at := trip{trip: t, day: day, allowance: a}
			if kind == template.RepeatDeduction {
				if err := e.walkDeductions(at, fn); err != nil {
					return err
				}
				continue
			}
			if err := e.standIn(kind, at, fn, a.Get("dailyAllowanceRateType"), a, day, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// The calculations of an allowance, by whose rules they are.
const (
	byLaw     = "government"
	byCompany = "client"
)

// walkDeductions visits what was taken off an allowance, by law and by the company's rules.
func (e *Env) walkDeductions(at trip, fn func() error) error {
	for _, by := range []string{byLaw, byCompany} {
		at.by, at.calculation = by, at.allowance.Get(by+"CalculationDetail")
		for _, d := range at.calculation.List("deductions") {
			if at.deduction = d; d.Kind() != fis.Object {
				continue
			}
			if err := e.standIn(template.RepeatDeduction, at, fn, d, at.calculation, at.allowance.Get("dailyAllowanceRateType"), at.allowance, at.day, at.trip); err != nil {
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
	case e.trip.calculation:
		return trips + ".dailyAllowanceDetails.dailyAllowanceRateTypeDetailList." + e.trip.by + "CalculationDetail"
	case e.trip.deduction:
		return trips + ".dailyAllowanceDetails.dailyAllowanceRateTypeDetailList." + e.trip.by + "CalculationDetail.deductions"
	}
	return trips + ".dailyAllowanceDetails.dailyAllowanceRateTypeDetailList.dailyAllowanceRateType"
}
