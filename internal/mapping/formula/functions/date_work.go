package functions

import (
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// weekFunctions count days and weeks as Excel does.
func weekFunctions() []*Function {
	info := func(syntax, meaning, example, result string) Info {
		return Info{Syntax: syntax, Meaning: meaning, Example: example, Result: result}
	}
	dn, dd, one := []Type{Date, Number}, []Type{Date, Date}, []layout.Value{layout.Number(WholeNumber(1))}
	return []*Function{
		{Info: info("WEEKDAY(date; [kind])", "the day of the week: 1 (or nothing) counts from Sunday = 1, 2 from Monday "+
			"= 1, 3 from Monday = 0, 11 to 17 from Monday to Sunday = 1", "WEEKDAY(DATE(2024; 2; 29); 2)", "4"),
			Result: Number, Params: dn, Defaults: one, F2: weekday},
		{Info: info("WEEKNUM(date; [kind])", "the week of the year, the one with 1 January being the first: 1 (or "+
			"nothing) begins weeks on Sunday, 2 on Monday, 11 to 17 on Monday to Sunday; 21 is the week of ISO 8601",
			"WEEKNUM(DATE(2024; 12; 30); 21)", "1"), Result: Number, Params: dn, Defaults: one, F2: weekNumber},
		{Info: info("ISOWEEKNUM(date)", "the week of ISO 8601: the one with the first Thursday of the year is the first",
			"ISOWEEKNUM(DATE(2024; 12; 30))", "1"), Result: Number, Params: dn[:1],
			F1: func(a layout.Value) (layout.Value, error) { return isoWeek(a) }},
		{Info: info("DAYS(end; start)", "the days from start to end", "DAYS(DATE(2024; 3; 1); DATE(2024; 2; 1))", "29"),
			Result: Number, Params: dd, F2: Subtract},
		{Info: info("DATEDIF(start; end; unit)", `the whole years "Y", months "M" or days "D" from start to end; "YM" `+
			`are months without the years, "MD" days without the months, "YD" days without the years`,
			`DATEDIF(DATE(2024; 1; 31); DATE(2025; 3; 1); "M")`, "13"), Result: Number,
			Params: []Type{Date, Date, Text}, F3: dateDifference},
	}
}

// monday is the day of the week, 0 for Monday.
func monday(d fis.Date) int { return (int(d.Time().Weekday()) + 6) % 7 }

// weekBegin is the first day of the week (0 for Monday) of the kinds of WEEKDAY and WEEKNUM.
func weekBegin(kind int) (begin int, ok bool) {
	switch {
	case kind == 1:
		return 6, true
	case kind == 2:
		return 0, true
	case kind >= 11 && kind <= 17:
		return kind - 11, true
	}
	return 0, false
}

func weekday(a, b layout.Value) (layout.Value, error) {
	kind, err := small(truncated(b), "kind of WEEKDAY")
	if err != nil {
		return a, err
	}
	if kind == 3 {
		return layout.Number(WholeNumber(int64(monday(a.Date)))), nil
	}
	begin, ok := weekBegin(kind)
	if !ok {
		return a, failure(Arithmetic, "the kind of WEEKDAY is 1, 2, 3 or 11 to 17, but is %d", kind)
	}
	return layout.Number(WholeNumber(int64((monday(a.Date)-begin+7)%7 + 1))), nil
}

func weekNumber(a, b layout.Value) (layout.Value, error) {
	kind, err := small(truncated(b), "kind of WEEKNUM")
	if err != nil {
		return a, err
	}
	if kind == 21 {
		return isoWeek(a)
	}
	begin, ok := weekBegin(kind)
	if !ok {
		return a, failure(Arithmetic, "the kind of WEEKNUM is 1, 2, 11 to 17 or 21, but is %d", kind)
	}
	first, _ := fis.NewDate(int(a.Date.Year), 1, 1)
	before := (monday(first) - begin + 7) % 7
	return layout.Number(WholeNumber(int64((a.Date.Time().YearDay()-1+before)/7 + 1))), nil
}

func isoWeek(a layout.Value) (layout.Value, error) {
	_, week := a.Date.Time().ISOWeek()
	return layout.Number(WholeNumber(int64(week))), nil
}

// truncated is a number without its decimals, as Excel reads numbers of days and kinds.
func truncated(v layout.Value) layout.Value { return layout.Number(v.Number.Truncate(0)) }

func daysBetween(from, to time.Time) int64 { return int64(to.Sub(from) / (24 * time.Hour)) }

func dateDifference(a, b, unit layout.Value) (layout.Value, error) {
	from, to := a.Date.Time(), b.Date.Time()
	if to.Before(from) {
		return a, failure(Arithmetic, "DATEDIF: the start %s is after the end %s", a, b)
	}
	months := int64(to.Year()-from.Year())*12 + int64(to.Month()-from.Month())
	if to.Day() < from.Day() {
		months--
	}
	n := int64(0)
	switch strings.ToUpper(unit.Text) {
	case "D":
		n = daysBetween(from, to)
	case "M":
		n = months
	case "Y":
		n = months / 12
	case "YM":
		n = months % 12
	case "MD":
		if n = int64(to.Day() - from.Day()); n < 0 {
			n = daysBetween(time.Date(to.Year(), to.Month()-1, from.Day(), 0, 0, 0, 0, time.UTC), to)
		}
	case "YD":
		last := time.Date(to.Year(), from.Month(), from.Day(), 0, 0, 0, 0, time.UTC)
		if last.After(to) {
			last = time.Date(to.Year()-1, from.Month(), from.Day(), 0, 0, 0, 0, time.UTC)
		}
		n = daysBetween(last, to)
	default:
		return a, failure(Arithmetic, `the unit of DATEDIF is "Y", "M", "D", "YM", "MD" or "YD", not %q`, clip(unit.Text))
	}
	return layout.Number(WholeNumber(n)), nil
}

// Holidays are days that are no working days, beside Saturdays and Sundays.
type Holidays map[fis.Date]bool

func (h Holidays) works(t time.Time) bool {
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday && !h[fis.DateOf(t)]
}

// maxWorkdays is how far WORKDAY and NETWORKDAYS count: some forty years.
const maxWorkdays = 10_000

// Workday is the working day so many working days after start, or before it.
func Workday(start fis.Date, days layout.Value, holidays Holidays) (layout.Value, error) {
	n, err := small(truncated(days), "number of days")
	if err == nil && (n > maxWorkdays || n < -maxWorkdays) {
		err = failure(TooLarge, "WORKDAY counts at most %d days, not %d", maxWorkdays, n)
	}
	if err != nil {
		return layout.Value{}, err
	}
	step, day := 1, start.Time()
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		if day = day.AddDate(0, 0, step); holidays.works(day) {
			n--
		}
	}
	return dayOf(day)
}

// Workdays are the working days from one day to another, both counted; negative when the end comes first.
func Workdays(start, end fis.Date, holidays Holidays) (layout.Value, error) {
	from, to, sign := start.Time(), end.Time(), int64(1)
	if to.Before(from) {
		from, to, sign = to, from, -1
	}
	if daysBetween(from, to) > 2*maxWorkdays {
		return layout.Value{}, failure(TooLarge, "NETWORKDAYS counts at most %d days", 2*maxWorkdays)
	}
	n := int64(0)
	for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
		if holidays.works(day) {
			n++
		}
	}
	return layout.Number(WholeNumber(n * sign)), nil
}
