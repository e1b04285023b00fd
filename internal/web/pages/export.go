package pages

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/today"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words"
)

// exportPage is how many documents are read at once.
const exportPage = 1000

// exportHeads are the columns of an exported list, in English for machines.
var exportHeads = []string{"received", "document", "report", "report number", "employee", "title", "name", "route", "type", "amount", "currency", "state", "since", "ERP number", "reason"}

// each reads all documents of a search, page by page.
func each(q *frame.Req, s search, do func(r docRow) error) error {
	f := s.filter
	f.Limit, f.Enough = exportPage, 1 // nobody asks how many there are
	for {
		p, err := q.Desk.ListDocuments(q.Ctx(), f)
		if err != nil {
			return err
		}
		rows := rowsOf(q, p.Rows)
		for _, r := range rows {
			if err := do(r); err != nil {
				return err
			}
		}
		if len(rows) < exportPage {
			return nil
		}
		f.After = keyOf(keyText(rows[len(rows)-1].ListedDoc))
	}
}

// cells are a document's columns, but the amount.
func cells(q *frame.Req, r docRow) (before, behind []string) {
	employee, reason := r.EmployeeID, ""
	if r.What != nil {
		reason = fmt.Sprint(r.What)
	}
	if !q.Persons() {
		employee, reason = "", ""
	}
	return []string{r.Received.In(q.Zone).Format(time.DateTime), r.ID, r.ReportID, r.ReportNumber, employee, r.Face.Title, r.Face.Name, r.Route, string(r.DocType)},
		[]string{r.Currency, today.TermOf(r.State), r.Since.In(q.Zone).Format(time.DateTime), r.Number, reason}
}

// harmless keeps a text from running as a formula where people open it.
func harmless(s string) string {
	if wording.StartsFormula(s) {
		return "'" + s
	}
	return s
}

// DocumentsCSV is the list as CSV.
func DocumentsCSV(q *frame.Req) (frame.Answer, error) {
	s, err := searchOf(q)
	if errors.Is(err, words.ErrTwice) {
		err = frame.Wrong(q.T("wrong.amount", "text", q.Value(s.twice)))
	}
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	err = q.Snapshot(func() error {
		if err := w.Write(exportHeads); err != nil {
			return err
		}
		return each(q, s, func(r docRow) error {
			before, behind := cells(q, r)
			row := append(append(before, fis.Text(r.Amount, r.Currency)), behind...)
			for i := range row {
				if i != len(before) {
					row[i] = harmless(row[i])
				}
			}
			return w.Write(row)
		})
	})
	w.Flush()
	return frame.File{Name: "documents.csv", Kind: "text/csv; charset=utf-8", Body: io.MultiReader(strings.NewReader("\uFEFF"), &out)}, err
}

// DocumentsWorkbook is the list as a workbook: amounts as numbers, ids and codes as text.
func DocumentsWorkbook(q *frame.Req) (frame.Answer, error) {
	s, err := searchOf(q)
	if errors.Is(err, words.ErrTwice) {
		err = frame.Wrong(q.T("wrong.amount", "text", q.Value(s.twice)))
	}
	if err != nil {
		return nil, err
	}
	book := excelize.NewFile()
	sheet, err := book.NewStreamWriter(book.GetSheetName(0))
	if err != nil {
		return nil, err
	}
	text, err := book.NewStyle(&excelize.Style{NumFmt: 49})
	if err != nil {
		return nil, err
	}
	line := 1
	put := func(row []any) error {
		cell, err := excelize.CoordinatesToCellName(1, line)
		line++
		if err != nil {
			return err
		}
		return sheet.SetRow(cell, row)
	}
	err = q.Snapshot(func() error {
		var heads []any
		for _, h := range exportHeads {
			heads = append(heads, excelize.Cell{StyleID: text, Value: h})
		}
		if err := put(heads); err != nil {
			return err
		}
		return each(q, s, func(r docRow) error {
			before, behind := cells(q, r)
			var row []any
			for _, c := range before {
				row = append(row, excelize.Cell{StyleID: text, Value: c})
			}
			row = append(row, amountCell(r.ListedDoc, text))
			for _, c := range behind {
				row = append(row, excelize.Cell{StyleID: text, Value: c})
			}
			return put(row)
		})
	})
	if err != nil {
		return nil, err
	}
	if err := sheet.Flush(); err != nil {
		return nil, err
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return frame.File{Name: "documents.xlsx", Kind: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Body: out}, book.Close()
}

// longestNumber is how many digits a spreadsheet holds exactly.
const longestNumber = 15

// amountCell is a number where a spreadsheet holds it exactly, else text.
func amountCell(d desk.ListedDoc, text int) any {
	s := fis.Text(d.Amount, d.Currency)
	if len(strings.Trim(strings.ReplaceAll(s, ".", ""), "-0")) > longestNumber {
		return excelize.Cell{StyleID: text, Value: s}
	}
	f, _ := d.Amount.Float64()
	return f
}
