package preview

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/mapping/sums"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook/paper"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// summary writes what stands above the headings.
func (w *previewWriter) summary() {
	v, held := w.v, len(w.v.Held())
	w.text(w.name, 0, 1, w.say("Preview of %s", v.plan.Name()), w.st.title)
	text := w.say("%s, %s in %s, made %s by fisbridge mapping preview",
		w.count(len(v.All), "document"), w.count(v.Lines(), "line"),
		w.count(len(v.Files), "file"), v.Made.Format("2006-01-02 15:04 MST"))
	if more := w.v.NotShown(); more != "" {
		text += "; " + more
	}
	w.text(w.name, 0, 2, text, w.st.summary)
	switch {
	case held > 0:
		text := w.say("%s would be held: in red at the end, with the reason", w.count(held, "document"))
		if sums.AnyBad(v.allSums()) {
			text += "; " + w.say("the totals of both sides differ, see there")
		}
		w.text(w.name, 0, 3, text, w.st.bad)
	case len(v.Findings) > 0:
		w.text(w.name, 0, 3, w.say("all of them can be mapped; the mapping itself has %s (fisbridge mapping check)",
			w.count(len(v.Findings), "warning")), w.st.warn)
	default:
		w.text(w.name, 0, 3, w.say("all of them can be mapped"), w.st.summary)
	}
}

// setUp freezes the headings, sets widths and the filter, and makes the sheet print well.
func (w *previewWriter) setUp() {
	last := max(w.row, headingsRow)
	widths := []float64{24, 24, 7, 20, 16, 13, 13, 44, 7, 12}
	for _, n := range w.widths {
		widths = append(widths, float64(min(max(n, 8), 38)+2))
	}
	for i, width := range widths {
		w.try(w.f.SetColWidth(w.name, xlsx.ColumnName(i), xlsx.ColumnName(i), width))
	}
	w.try(w.f.SetRowHeight(w.name, headingsRow, 31))
	w.try(w.f.SetPanes(w.name, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: headingsRow,
		TopLeftCell: xlsx.Ref(1, headingsRow+1), ActivePane: "bottomRight"}))
	w.try(paper.SetFilter(w.f, w.name, fmt.Sprintf("A%d:%s", headingsRow, xlsx.Ref(len(widths)-1, last))))
	landscape, a3, one, none, fit := "landscape", 8, 1, 0, true
	w.try(w.f.SetPageLayout(w.name, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a3, FitToWidth: &one,
		FitToHeight: &none}))
	w.try(w.f.SetSheetProps(w.name, &excelize.SheetPropsOptions{FitToPage: &fit}))
	titles := &excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", w.name,
		headingsRow, headingsRow), Scope: w.name}
	_ = w.f.DeleteDefinedName(titles) // there may be none yet
	w.try(w.f.SetDefinedName(titles))
}
