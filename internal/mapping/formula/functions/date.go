package functions

import (
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// Dates are the functions that make dates or take them apart.
func Dates() []*Function {
	d1, dn := []Type{Date}, []Type{Date, Number}
	info := func(syntax, meaning, example, result string) Info {
		return Info{Syntax: syntax, Meaning: meaning, Example: example, Result: result}
	}
	part := func(of func(fis.Date) int) func(layout.Value) (layout.Value, error) {
		return func(a layout.Value) (layout.Value, error) { return layout.Number(WholeNumber(int64(of(a.Date)))), nil }
	}
	return append([]*Function{
		{Info: info("DATE(year; month; day)", "a date; month 13 is January of the next year, day 0 the last "+
			"of the month before", "DATE(2024; 3; 0)", "2024-02-29"), Result: Date,
			Params: []Type{Number, Number, Number}, F3: date, SeesBlank: true},
		{Info: info("YEAR(date)", "the year", "YEAR(DATE(2024; 2; 29))", "2024"), Result: Number, Params: d1,
			F1: part(func(d fis.Date) int { return int(d.Year) })},
		{Info: info("MONTH(date)", "the month, 1 to 12", "MONTH(DATE(2024; 2; 29))", "2"), Result: Number,
			Params: d1, F1: part(func(d fis.Date) int { return int(d.Month) })},
		{Info: info("DAY(date)", "the day, 1 to 31", "DAY(DATE(2024; 2; 29))", "29"), Result: Number,
			Params: d1, F1: part(func(d fis.Date) int { return int(d.Day) })},
		{Info: info("EOMONTH(date; [months])", "the last day of the month, so many months later",
			"EOMONTH(DATE(2024; 1; 15); 1)", "2024-02-29"), Result: Date, Params: dn,
			Defaults: []layout.Value{layout.Number(fis.Zero)}, F2: endOfMonth},
		{Info: info("EDATE(date; months)", "the same day so many months later, at most the last of that month",
			"EDATE(DATE(2024; 1; 31); 1)", "2024-02-29"), Result: Date, Params: dn, F2: addMonths},
		{Info: info("FISCALYEAR(date; first_month)", "the fiscal year, named after the year in which it ends",
			"FISCALYEAR(DATE(2024; 10; 1); 10)", "2025"), Result: Number, Params: dn, F2: fiscalYear},
		{Info: info("FISCALPERIOD(date; first_month)", "the month of the fiscal year, 1 to 12",
			"FISCALPERIOD(DATE(2024; 12; 1); 10)", "3"), Result: Number, Params: dn, F2: fiscalPeriod},
	}, weekFunctions()...)
}

// dayOf makes a date of a time, within the calendar of four-digit years.
func dayOf(t time.Time) (layout.Value, error) {
	if t.Year() < 1 || t.Year() > 9999 {
		return layout.Value{}, failure(Arithmetic, "the date is outside the years 1 to 9999")
	}
	return layout.Day(fis.DateOf(t)), nil
}

// small reads a number of years, months or days; anything near this size leaves the calendar anyway.
func small(v layout.Value, what string) (int, error) {
	const most = 4_000_000
	if !v.Number.IsInteger() || v.Number.Abs().GreaterThan(WholeNumber(most)) {
		return 0, failure(Arithmetic, "the %s must be a whole number within the calendar, but is %s", what,
			clip(v.Number.String()))
	}
	return int(v.Number.IntPart()), nil
}

func addDays(d fis.Date, n fis.Amount) (layout.Value, error) {
	days, err := small(layout.Number(n), "number of days")
	if err != nil {
		return layout.Value{}, err
	}
	return dayOf(d.Time().AddDate(0, 0, days))
}

func date(a, b, c layout.Value) (layout.Value, error) {
	if a.Kind == layout.Empty {
		return a, failure(Blank, "DATE: the year is blank")
	}
	year, err := small(a, "year")
	if err != nil {
		return a, err
	}
	month, err := small(b, "month")
	if err != nil {
		return a, err
	}
	day, err := small(c, "day")
	if err != nil {
		return a, err
	}
	if year < 1 || year > 9999 {
		return a, failure(Arithmetic, "the year must have four digits, but is %d", year)
	}
	return dayOf(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC))
}

func endOfMonth(a, b layout.Value) (layout.Value, error) {
	months, err := small(b, "number of months")
	if err != nil {
		return a, err
	}
	return dayOf(time.Date(int(a.Date.Year), time.Month(a.Date.Month)+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC))
}

func addMonths(a, b layout.Value) (layout.Value, error) {
	last, err := endOfMonth(a, b)
	if err != nil {
		return a, err
	}
	last.Date.Day = min(last.Date.Day, a.Date.Day)
	return last, nil
}

// firstMonth checks the month with which a fiscal year begins.
func firstMonth(v layout.Value) (int, error) {
	n, err := small(v, "first month")
	if err == nil && (n < 1 || n > 12) {
		err = failure(Arithmetic, "the first month must be 1 to 12, but is %d", n)
	}
	return n, err
}

func fiscalYear(a, b layout.Value) (layout.Value, error) {
	first, err := firstMonth(b)
	year := int(a.Date.Year)
	if first > 1 && int(a.Date.Month) >= first {
		year++
	}
	return layout.Number(WholeNumber(int64(year))), err
}

func fiscalPeriod(a, b layout.Value) (layout.Value, error) {
	first, err := firstMonth(b)
	return layout.Number(WholeNumber(int64((int(a.Date.Month)-first+12)%12 + 1))), err
}
