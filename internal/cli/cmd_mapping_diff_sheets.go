package cli

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// workbook writes the comparison as a workbook: an overview, and one sheet for each table.
func (r *diffReport) workbook(w io.Writer) error {
	s := newTableSheets()
	defer s.book.Close() //nolint:errcheck // it is in memory
	s.overview(r)
	for _, t := range r.tables(r.lineTable()) {
		s.table(t)
	}
	return s.write(w)
}

func (s *tableSheets) overview(r *diffReport) {
	const name = "Overview"
	s.try(s.book.SetSheetName("Sheet1", name))
	s.names[strings.ToLower(name)] = true
	s.try(s.book.SetColWidth(name, "A", "A", 12))
	s.try(s.book.SetColWidth(name, "B", "B", 96))
	s.try(s.book.MergeCell(name, "A1", "B1"))
	s.text(name, 1, 1, r.Sentence, s.title)
	s.try(s.book.SetRowHeight(name, 1, 18*float64(1+utf8.RuneCountInString(r.Sentence)/95)))
	row := 3
	for _, f := range r.facts() {
		s.text(name, 1, row, f[0], s.label)
		s.text(name, 2, row, f[1], s.body)
		row++
	}
	row++
	for _, t := range r.tables(r.lineTable()) {
		s.text(name, 1, row, grouped(fmt.Sprint(len(t.rows))), s.label)
		s.text(name, 2, row, t.title+ifTrue(t.note != "", " ("+t.note+")", ""), s.body)
		s.try(s.book.SetCellHyperLink(name, at(2, row), fmt.Sprintf("'%s'!A1", sheetName(t.sheet)), "Location"))
		row++
	}
	s.print(name)
}
