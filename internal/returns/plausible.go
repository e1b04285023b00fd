package returns

import (
	"fmt"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// How far a date of a posting or a payment may lie from the day on which it is told. Farther away it is a year of two
// digits gone wrong, or a slip.
const (
	yearsBack  = 10
	yearsAhead = 1
)

// DayProblem says why a date cannot be that of a posting or a payment which is told today, empty when it can; what is
// what the date is of.
func DayProblem(what string, d, today fis.Date) string {
	if d.IsZero() || today.IsZero() {
		return ""
	}
	first, last := today.Time().AddDate(-yearsBack, 0, 0), today.Time().AddDate(yearsAhead, 0, 0)
	switch t := d.Time(); {
	case t.Before(first):
		return fmt.Sprintf("the %s %s is more than %d years ago; is its year right?", what, d, yearsBack)
	case t.After(last):
		return fmt.Sprintf("the %s %s is more than a year ahead; is its year right?", what, d)
	}
	return ""
}

// YearProblem says what is wrong with the form of a fiscal year.
func YearProblem(year string) string {
	if n, err := strconv.Atoi(year); err != nil || len(year) != 4 || n < 1 {
		return fmt.Sprintf("fiscal year %q is not four digits", cut(year, 40))
	}
	return ""
}

// FiscalYearProblem says why a fiscal year cannot be that of a posting on a day: they may be a year apart, for a fiscal
// year is named by its start or its end. Without the day it is held against today.
func FiscalYearProblem(year string, posted, today fis.Date) string {
	n, err := strconv.Atoi(year)
	if year == "" || err != nil {
		return ""
	}
	switch {
	case !posted.IsZero():
		if n < int(posted.Year)-1 || n > int(posted.Year)+1 {
			return fmt.Sprintf("the fiscal year %s does not go with the date %s", year, posted)
		}
	case !today.IsZero() && (n < int(today.Year)-yearsBack || n > int(today.Year)+yearsAhead+1):
		return fmt.Sprintf("the fiscal year %s is far from today; is it right?", year)
	}
	return ""
}

// plausible lists a row whose dates cannot be right.
func (d *data) plausible(what string, day fis.Date, year string) {
	problem := DayProblem(what, day, d.f.today)
	if problem == "" {
		problem = FiscalYearProblem(year, day, d.f.today)
	}
	if problem != "" {
		d.problem("%s", problem)
	}
}
