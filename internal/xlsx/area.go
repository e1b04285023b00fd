package xlsx

import (
	"regexp"
	"strconv"
	"strings"
)

// Area is a rectangle of cells: columns from 0, rows from 1, all included.
type Area struct{ Left, Top, Right, Bottom int }

var areaForm = regexp.MustCompile(`^\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?$`)

// ParseArea reads A1, A1:C4 or $A$1:$C$4.
func ParseArea(s string) (Area, bool) {
	m := areaForm.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return Area{}, false
	}
	a := Area{Left: ColumnOf(strings.ToUpper(m[1]) + "1"), Top: number(m[2])}
	a.Right, a.Bottom = a.Left, a.Top
	if m[3] != "" {
		a.Right, a.Bottom = ColumnOf(strings.ToUpper(m[3])+"1"), number(m[4])
	}
	return a, a.Left >= 0 && a.Top > 0 && a.Right >= a.Left && a.Bottom >= a.Top
}

func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

func (a Area) String() string {
	if a.Left == a.Right && a.Top == a.Bottom {
		return Ref(a.Left, a.Top)
	}
	return Ref(a.Left, a.Top) + ":" + Ref(a.Right, a.Bottom)
}

// Beside reports whether no column is in both.
func (a Area) Beside(b Area) bool { return a.Right < b.Left || b.Right < a.Left }
