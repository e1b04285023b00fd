package templating

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/templating/naming"
)

// column is what the rows of a sample show of a column.
type column struct {
	name   string
	line   int
	values []string // those that hold something
	blank  int
}

// mark is the decimal mark of a sample: "." "," or "" where nothing tells.
type marks struct{ decimal, grouping string }

var (
	wholeNumber = regexp.MustCompile(`^[+-]?\d{1,18}[+-]?$`)
	withPoint   = regexp.MustCompile(`^[+-]?(\d{1,3}(,\d{3})+|\d*)\.\d+[+-]?$`)
	withComma   = regexp.MustCompile(`^[+-]?(\d{1,3}(\.\d{3})+|\d*),\d+[+-]?$`)
	ambiguous   = regexp.MustCompile(`^[+-]?\d{1,3}[.,]\d{3}[+-]?$`)
)

// dateForms are the forms of dates that are looked for, with what Go has for them.
var dateForms = []struct{ form, layout string }{
	{"yyyy-MM-dd", "2006-01-02"}, {"yyyy/MM/dd", "2006/01/02"}, {"dd.MM.yyyy", "02.01.2006"}, {"dd/MM/yyyy", "02/01/2006"}, {"MM/dd/yyyy", "01/02/2006"},
	{"dd-MM-yyyy", "02-01-2006"}, {"MM-dd-yyyy", "01-02-2006"}, {"d.M.yyyy", "2.1.2006"}, {"d/M/yyyy", "2/1/2006"}, {"M/d/yyyy", "1/2/2006"},
	{"dd-MON-yyyy", "02-Jan-2006"}, {"dd-MON-yy", "02-Jan-06"}, {"dd.MM.yy", "02.01.06"}, {"dd/MM/yy", "02/01/06"}, {"MM/dd/yy", "01/02/06"}, {"yyyyMMdd", "20060102"},
}

// formsOf are the forms by which every value is a date of our time.
func formsOf(values []string) []string {
	var out []string
	for _, f := range dateForms {
		all := len(values) > 0
		for _, v := range values {
			t, err := time.Parse(f.layout, v)
			all = all && err == nil && t.Year() > 1969 && t.Year() < 2100
		}
		// 2006 takes years with any number of leading zeros away, and 1 takes 01: the first form that fits is the strict
		// one.
		if all {
			out = append(out, f.form)
		}
	}
	return out
}

// numbersOf tells whether all values are numbers, and what they say about the decimal mark.
func numbersOf(values []string) (numbers bool, m marks, doubt string) {
	if len(values) == 0 {
		return false, m, ""
	}
	for _, v := range values {
		bare := strings.Trim(v, "+-")
		switch {
		case ambiguous.MatchString(v):
			doubt = v
		case withPoint.MatchString(v):
			if m.decimal = "."; strings.Contains(bare, ",") {
				m.grouping = ","
			}
		case withComma.MatchString(v):
			if m.decimal = ","; strings.Contains(bare, ".") {
				m.grouping = "."
			}
		case wholeNumber.MatchString(v):
		default:
			return false, marks{}, ""
		}
	}
	return true, m, doubt
}

// leadingZeros: what begins with a zero is a code, never a number.
func leadingZeros(values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool {
		return len(v) > 1 && v[0] == '0' && v[1] >= '0' && v[1] <= '9'
	})
}

// field makes a field of a column. m is the decimal mark of the whole file.
func (d *Draft) fieldOf(c column, m marks) *field {
	f := &field{line: c.line}
	f.Name = c.name
	numbers, _, _ := numbersOf(c.values)
	for _, v := range c.values {
		f.saw(v)
	}
	forms := formsOf(c.values)
	eight := slices.Contains(forms, "yyyyMMdd")
	switch {
	case len(c.values) == 0:
		f.loose = true
		if c.blank > 0 {
			d.open(c.line, "column %s is blank in every row: its type", c.name)
		}
	case len(forms) > 0 && (!eight || isDate(naming.Of(c.name))):
		d.dates(f, c, forms)
	case numbers && !leadingZeros(c.values):
		d.numbers(f, c, m)
	case numbers:
		f.Type = layout.CodeType
	default:
		f.loose = true
	}
	if c.blank == 0 && len(c.values) > 1 {
		f.note("filled in every row of the sample: required?")
	}
	return f
}

func isDate(r naming.Role) bool { return r == naming.Posted || r == naming.Date }

func (d *Draft) dates(f *field, c column, forms []string) {
	f.Type, f.DateForm = layout.DateType, forms[0]
	day, month := strings.HasPrefix(forms[0], "d"), slices.ContainsFunc(forms, func(form string) bool { return form[0] == 'M' })
	if day && month {
		d.guess(c.line, "dates of column %s are %s: %q may be read with the month first, too, and no row of the sample tells", c.name, forms[0], c.values[0])
		f.comment = join(f.comment, "GUESS: day before month")
	}
}

// numbers tells amounts from whole numbers and codes.
func (d *Draft) numbers(f *field, c column, m marks) {
	most, trailing, exact := 0, false, true
	for i, v := range c.values {
		n := 0
		if at := strings.LastIndex(v, m.decimal); at >= 0 && m.decimal != "" {
			n = len(strings.TrimRight(v[at+1:], "+-"))
		}
		exact = exact && (i == 0 || n == most)
		most = max(most, n)
		trailing = trailing || strings.HasSuffix(v, "-")
	}
	if trailing {
		f.Sign = "trailing"
	}
	if most == 0 {
		f.Type, f.loose = layout.IntegerType, true
		if r := naming.Of(c.name); r == naming.Amount || r == naming.Debit || r == naming.Credit {
			f.Type, f.loose, f.Decimals = layout.AmountType, false, "0..2"
			d.guess(c.line, "amounts of column %s may have two decimals: the sample has whole ones", c.name)
		}
		return
	}
	f.Type, f.Decimals = layout.AmountType, layout.Decimals(fmt.Sprint(most))
	if !exact {
		f.Decimals = layout.Decimals(fmt.Sprintf("0..%d", most))
	}
	f.note(fmt.Sprintf("the sample has %d decimals: currencies with more are held", most))
}
