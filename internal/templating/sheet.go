package templating

import (
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// mostTitles is how far down the headings are looked for.
const mostTitles = 60

// sheetRow is a row of a sheet that was read.
type sheetRow struct {
	number int
	cells  []xlsx.Cell
}

// readSheet finds the headings of a sheet and what stands below them; nil where there are none.
func readSheet(b *xlsx.Book, name string) (s *sheet, err error) {
	in, err := b.Rows(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	var rows []sheetRow
	last := 0
	for {
		n, cells, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(cells) == 0 {
			continue
		}
		last = n
		if len(rows) < mostRows {
			rows = append(rows, sheetRow{n, append([]xlsx.Cell(nil), cells...)})
		}
	}
	best, most := -1, 1
	for i, row := range rows {
		if row.number <= mostTitles {
			if n := headings(row.cells); n > most {
				best, most = i, n
			}
		}
	}
	if best < 0 {
		return nil, nil
	}
	s = &sheet{name: name, heading: rows[best].number, last: last}
	s.take(rows[best], rows[best+1:], b.Date1904())
	return s, nil
}

// headings counts the texts of a row that has nothing else in it.
func headings(cells []xlsx.Cell) int {
	n := 0
	for _, c := range cells {
		switch {
		case c.Kind == xlsx.Text && strings.TrimSpace(c.Text) != "" && !c.ISO:
			n++
		case c.Kind != xlsx.Blank:
			return 0
		}
	}
	return n
}

// take makes columns of the headings and the rows below them.
func (s *sheet) take(heads sheetRow, rows []sheetRow, from1904 bool) {
	at := map[int]int{}
	for _, c := range heads.cells {
		if name := strings.TrimSpace(c.Text); name != "" {
			at[c.Column] = len(s.columns)
			s.columns = append(s.columns, column{name: name, line: heads.number})
			s.numbers = append(s.numbers, c.Column)
		}
	}
	s.isDate, s.textOnly = make([]bool, len(s.columns)), make([]bool, len(s.columns))
	numbers := make([]bool, len(s.columns))
	for _, row := range rows {
		for _, c := range row.cells {
			i, known := at[c.Column]
			if !known || c.Kind == xlsx.Blank || strings.TrimSpace(c.Text) == "" {
				continue
			}
			numbers[i] = numbers[i] || c.Kind == xlsx.Number
			s.isDate[i] = s.isDate[i] || c.Date || c.ISO
			s.columns[i].values = append(s.columns[i].values, shown(c, from1904))
		}
	}
	for i := range s.columns {
		s.textOnly[i] = !numbers[i] && !s.isDate[i]
		s.columns[i].blank = len(rows) - len(s.columns[i].values)
	}
}

// shown is a cell as a text by which its kind is told.
func shown(c xlsx.Cell, from1904 bool) string {
	n, err := strconv.ParseFloat(c.Text, 64)
	if c.Kind != xlsx.Number || err != nil || math.Abs(n) > 1e15 {
		return strings.TrimSpace(c.Text)
	}
	if c.Date {
		if day, ok := xlsx.Day(n, from1904); ok {
			return day.Format("2006-01-02")
		}
	}
	return strconv.FormatFloat(math.Round(n*1e6)/1e6, 'f', -1, 64) // the digits that people see, not those of the machine
}
