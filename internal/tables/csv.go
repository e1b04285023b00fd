package tables

import (
	"encoding/csv"
	"fmt"
	"io"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// CSV writes tables below each other, each under its headings, with an empty line between two. Amounts are plain
// numbers; a text that a spreadsheet would run gets an apostrophe before it.
func CSV(w io.Writer, list []Table) error {
	out := csv.NewWriter(w)
	put := func(row []string) {
		_ = out.Write(row) // the error comes with Flush
	}
	for i, t := range list {
		if i > 0 {
			out.Flush()
			if _, err := io.WriteString(w, "\n"); err != nil {
				return fmt.Errorf("write the table: %w", err)
			}
		}
		put(t.Heads)
		for _, r := range t.Rows {
			row := make([]string, len(r))
			for k, c := range r {
				if row[k] = c.Plain(); c.IsText() && wording.StartsFormula(row[k]) {
					row[k] = "'" + row[k]
				}
			}
			put(row)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
}

// Workbook writes each table as a sheet.
func Workbook(w io.Writer, list []Table) error {
	s := NewSheets()
	defer s.Close()
	for _, t := range list {
		s.Table(t)
	}
	if err := s.Write(w); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}
