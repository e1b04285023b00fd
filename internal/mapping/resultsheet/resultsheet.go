// Package resultsheet owns what the sheet Results makes of the result formats of a template: the company's own words and
// columns.
package resultsheet

import (
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// Lines reports formats that name lines where the import file has none that a number could mean.
func Lines(formats []format.Format, file *layout.Plan, report func(at, value string, reason say.Text)) {
	for i := range formats {
		if file != nil && formats[i].NamesLines() && !file.NumbersLines() {
			report("results."+formats[i].Name+".columns.file_line", "", say.Plain("no line of a package has a number that an answer could mean: its records stand in several members, or behind headings; "+
				"let the answer name the document (reference, doc_id, report_id)"))
		}
	}
}

// Formats are the template's result formats with the company's own words and columns.
func Formats(tpl *template.Template, content *workbook.Content, found *workbook.Collector) []format.Format {
	sound := true
	for i := range tpl.Results {
		own := tpl.Results[i].Check(tpl.Path())
		found.List = append(found.List, own...)
		sound = sound && own.Err() == nil
	}
	s := content.Results
	if s == nil || len(s.Rows) < 2 {
		return tpl.Results
	}
	rows, numbers := [][]string{}, []int{}
	for _, row := range s.Rows {
		cells := make([]string, len(row.Cells))
		for i, v := range row.Cells {
			if workbook.Usable(v, found) {
				cells[i] = v.Value().String()
			}
		}
		rows, numbers = append(rows, cells), append(numbers, row.Number)
	}
	overrides, wrong := format.ParseRows(content.File, s.Name, rows)
	for i := range wrong {
		if wrong[i].Nearest = content.Named(sheets.Roles, wrong[i].Nearest); wrong[i].Nearest == "" {
			wrong[i].Nearest = content.NearestRole(wrong[i].Value)
		}
	}
	for i := range overrides {
		overrides[i].Cell = moved(overrides[i].Cell, numbers)
	}
	formats, more := format.Apply(content.File, tpl.Results, overrides)
	for i := range wrong {
		wrong[i].Cell = moved(wrong[i].Cell, numbers)
	}
	found.List = append(append(found.List, wrong...), more...)
	// what the template had was sound: what the sheet has made of it must be sound too
	if sound && len(wrong)+len(more) == 0 {
		for i := range formats {
			found.List = append(found.List, formats[i].CheckOwn(content.File, s.Name, overrides)...)
		}
	}
	return formats
}

// moved turns a cell of the dense rows into the one of the sheet, which may have blank rows in between.
func moved(cell string, numbers []int) string {
	column, row := xlsx.ColumnOf(cell), xlsx.RowOf(cell)
	if column < 0 || row < 1 || row > len(numbers) {
		return cell
	}
	return xlsx.Ref(column, numbers[row-1])
}
