// Package keyed gives the cells of a mapping under names that hold from one version to the next, so that two versions can
// be compared.
package keyed

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// Value is a cell under a name that tells it from all others of its sheet.
type Value struct {
	Key, What string
	At        findings.Place
	Text      string
}

// Rows are the rows of a sheet that has no key: each row as a whole, told apart by what is in it.
func Rows(s *workbook.Sheet) []Value {
	if s == nil || len(s.Rows) == 0 {
		return nil
	}
	var out []Value
	seen := map[string]int{}
	for _, row := range s.Rows[1:] {
		var texts []string
		for _, c := range row.Cells {
			texts = append(texts, Written(c))
		}
		texts = Trimmed(texts)
		if len(texts) == 0 {
			continue
		}
		n := min(2, len(texts)-1)
		key := strings.Join(texts[:n], "\x00")
		seen[key]++
		at := findings.Place{Sheet: s.Name, Ref: xlsx.Ref(0, row.Number)}
		if first := row.Cells[0]; first.Ref != "" {
			at = first.Place
		}
		what := strings.Trim(strings.Join(texts[:n], " "), " ")
		out = append(out, Value{fmt.Sprintf("%s\x00%d", key, seen[key]), what, at, strings.Join(texts[n:], " | ")})
	}
	return out
}

// Trimmed takes blank cells off the end.
func Trimmed(texts []string) []string {
	for len(texts) > 0 && texts[len(texts)-1] == "" {
		texts = texts[:len(texts)-1]
	}
	return texts
}

// Written is a cell as people see it; a number that looks like a text elsewhere says so.
func Written(c workbook.Cell) string {
	if c.Kind == workbook.Number {
		return "number " + c.Value().String()
	}
	return wording.Clean(c.Show())
}
