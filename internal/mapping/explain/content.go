package explain

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
)

// Member is a file of a package that documents made, as it went out.
type Member struct {
	Name string
	Data []byte
	// Sums are what its rows say by currency, in the order of the currencies; none where the template does not say
	// which fields carry amounts, or where a row does not tell its currency.
	Sums []MemberSum
}

// MemberSum is what the rows of a member say in a currency.
type MemberSum struct {
	Currency string
	amounts.Sides
}

// shownLimits bound the reading of a file that a person looks at.
func shownLimits() layout.Limits {
	return layout.Limits{Bytes: 64 << 20, Rows: 1 << 20, Columns: 1 << 12, Line: 1 << 20, Unzipped: 256 << 20}
}

// AddUp fills in the sums of the members of a package of that name. A member that cannot be read has none: what is shown of it are its bytes.
func AddUp(plan *mapping.Plan, file string, list []Member) {
	tally := plan.View().Amounts().Tally()
	names := plan.Layout().Members(file)
	unread := map[int]bool{}
	for group := range list {
		var part *layout.Plan
		record := map[int]int{}
		for r := range plan.Layout().Records() {
			if at, p, i := plan.Layout().Member(r); p != nil && at < len(names) && names[at] == list[group].Name {
				part, record[i] = p, r
			}
		}
		if part == nil {
			continue
		}
		err := eachRow(part, list[group].Data, func(row *layout.Row) { tally.Add(group, record[row.Record], row.Values) })
		unread[group] = err != nil
	}
	for group, sums := range tally.Sums() {
		if unread[group] {
			continue
		}
		for currency, s := range sums {
			list[group].Sums = append(list[group].Sums, MemberSum{currency, s})
		}
		slices.SortFunc(list[group].Sums, func(a, b MemberSum) int { return strings.Compare(a.Currency, b.Currency) })
	}
}

// eachRow reads a file of our own.
func eachRow(plan *layout.Plan, data []byte, fn func(*layout.Row)) error {
	r, err := plan.NewReader(bytes.NewReader(data), int64(len(data)), shownLimits())
	if err != nil {
		return err
	}
	defer r.Close()
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		fn(&row)
	}
}

// SheetRow is a row of a workbook that went out. Line is by which it is explained, 0 where rows of several sheets
// stand among each other in the numbering.
type SheetRow struct {
	Sheet string
	Line  int
	Texts []string
}

// SheetRows are the first rows of the bytes of a workbook, headings left out; more tells that there are more. None
// where the mapping writes no workbooks.
func SheetRows(plan *mapping.Plan, stored []byte, most int) (out []SheetRow, more bool, err error) {
	reading := plan.View().Amounts().Reading()
	if reading == nil || !reading.Can().Sheets {
		return nil, false, nil
	}
	n, sheets := 0, map[string]bool{}
	err = eachRow(reading, stored, func(row *layout.Row) {
		n++
		sheets[row.Sheet] = true
		if more = n > most; more {
			return
		}
		at := SheetRow{Sheet: row.Sheet, Line: n}
		for _, v := range row.Values {
			at.Texts = append(at.Texts, v.String())
		}
		out = append(out, at)
	})
	if len(sheets) > 1 {
		for i := range out {
			out[i].Line = 0
		}
	}
	return out, more, err
}
