package workbook

import "github.com/fisbridge/fisbridge/internal/mapping/workbook/paper"

// height makes a row as high as its wrapped texts need; spreadsheets do not do so by themselves when they open a file.
func (b *book) height(sheet string, row int, widths []float64, texts ...string) {
	lines := 1
	for i, s := range texts {
		if i < len(widths) {
			lines = max(lines, paper.WrappedLines(s, widths[i]))
		}
	}
	b.try(b.f.SetRowHeight(sheet, row, paper.Height(lines)))
}
