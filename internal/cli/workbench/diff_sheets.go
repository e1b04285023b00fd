package workbench

import (
	"io"

	"github.com/fisbridge/fisbridge/internal/tables"
)

// workbook writes the comparison as a workbook: an overview, and one sheet for each table.
func (r *diffReport) workbook(w io.Writer) error {
	s := tables.NewSheets()
	defer s.Close()
	s.Overview(r.Sentence, r.facts(), r.tables(r.lineTable()))
	for _, t := range r.tables(r.lineTable()) {
		s.Table(t)
	}
	return s.Write(w)
}
