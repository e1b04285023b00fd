package formula

import (
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

func dateFunctions() []*function {
	d1, dn := []Type{Date}, []Type{Date, Number}
	info := func(syntax, meaning, example, result string) FunctionInfo {
		return FunctionInfo{Syntax: syntax, Meaning: meaning, Example: example, Result: result}
	}
	part := func(of func(fis.Date) int) func(layout.Value) (layout.Value, error) {
		return func(a layout.Value) (layout.Value, error) { return layout.Number(wholeNumber(int64(of(a.Date)))), nil }
	}
	return []*function{
		{FunctionInfo: info("DATE(year; month; day)", "a date; month 13 is January of the next year, day 0 the last "+
			"of the month before", "DATE(2024; 3; 0)", "2024-02-29"), result: Date,
			params: []Type{Number, Number, Number}, f3: date, seesBlank: true},
		{FunctionInfo: info("YEAR(date)", "the year", "YEAR(DATE(2024; 2; 29))", "2024"), result: Number, params: d1,
			f1: part(func(d fis.Date) int { return d.Year })},
		{FunctionInfo: info("MONTH(date)", "the month, 1 to 12", "MONTH(DATE(2024; 2; 29))", "2"), result: Number,
			params: d1, f1: part(func(d fis.Date) int { return int(d.Month) })},
		{FunctionInfo: info("DAY(date)", "the day, 1 to 31", "DAY(DATE(2024; 2; 29))", "29"), result: Number,
			params: d1, f1: part(func(d fis.Date) int { return d.Day })},
		{FunctionInfo: info("EOMONTH(date; [months])", "the last day of the month, so many months later",
			"EOMONTH(DATE(2024; 1; 15); 1)", "2024-02-29"), result: Date, params: dn,
			defaults: []layout.Value{layout.Number(fis.Zero)}, f2: endOfMonth},
		{FunctionInfo: info("EDATE(date; months)", "the same day so many months later, at most the last of that month",
			"EDATE(DATE(2024; 1; 31); 1)", "2024-02-29"), result: Date, params: dn, f2: addMonths},
		{FunctionInfo: info("FISCALYEAR(date; first_month)", "the fiscal year, named after the year in which it ends",
			"FISCALYEAR(DATE(2024; 10; 1); 10)", "2025"), result: Number, params: dn, f2: fiscalYear},
		{FunctionInfo: info("FISCALPERIOD(date; first_month)", "the month of the fiscal year, 1 to 12",
			"FISCALPERIOD(DATE(2024; 12; 1); 10)", "3"), result: Number, params: dn, f2: fiscalPeriod},
		{FunctionInfo: info("DATEVALUE(text; [format])", "the date in a text: yyyy-MM-dd, or the given format; a "+
			"text that is none is an error", `DATEVALUE("31.12.2024"; "dd.MM.yyyy")`, "2024-12-31"),
			special: (*compiler).callDateValue},
	}
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
	if !v.Number.IsInteger() || v.Number.Abs().GreaterThan(wholeNumber(most)) {
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
	return dayOf(time.Date(a.Date.Year, a.Date.Month+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC))
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
	year := a.Date.Year
	if first > 1 && int(a.Date.Month) >= first {
		year++
	}
	return layout.Number(wholeNumber(int64(year))), err
}

func fiscalPeriod(a, b layout.Value) (layout.Value, error) {
	first, err := firstMonth(b)
	return layout.Number(wholeNumber(int64((int(a.Date.Month)-first+12)%12 + 1))), err
}

func (c *compiler) callDateValue(k *call) part {
	text := c.argument(k, 0, Any)
	if !fits(text.typ, Text) && text.typ != Date {
		c.check(text.part, Text, "DATEVALUE", "text")
	}
	format := &dateFormat{parts: []datePart{{unit: 'y', count: 4}, {literal: "-"}, {unit: 'm', count: 2},
		{literal: "-"}, {unit: 'd', count: 2}}, typed: "yyyy-MM-dd", orTime: true}
	if len(k.nodes) == 2 {
		typed, p, ok := c.format(k)
		if !ok {
			return c.failed(k.start, k.end)
		}
		f, err := newDateFormat(typed)
		if err == nil {
			err = f.readable()
		}
		if err != nil {
			c.wrong(p.start, p.end, "", "%s", err)
			return c.failed(k.start, k.end)
		}
		format = f
	}
	run := func(env Env, tr *Trace) (layout.Value, error) {
		v, err := text.run(env, tr)
		if err != nil || v.Kind == layout.Empty || v.Kind == layout.DateKind {
			return v, err
		}
		if v.Kind != layout.TextKind {
			return v, k.fail(failure(WrongType, "DATEVALUE: %s must be text, but is %s", clip(text.text), typeOf(v)))
		}
		d, ok := format.read(v.Text)
		if !ok {
			return layout.Value{}, k.fail(failure(Unreadable, "%q is not a date in the form %s", clip(v.Text),
				format.typed))
		}
		return layout.Day(d), nil
	}
	return c.finish(k, Date, run, text.part)
}

// format is the constant format of TEXT and DATEVALUE, checked before there is a document.
func (c *compiler) format(k *call) (string, part, bool) {
	p := c.part(k.nodes[1])
	if !p.constant || p.value.Kind != layout.TextKind {
		c.wrong(p.start, p.end, "",
			`%s: the format must be a constant text in quotes, for example "0.00" or "yyyyMMdd"`, k.f.Name)
		return "", p, false
	}
	return p.value.Text, p, true
}
