package mend

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook/paper"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// Mended is a cell, or a run of cells in a column, that became text, or why one was left as it is.
type Mended struct {
	Sheet  string `json:"sheet"`
	Cells  string `json:"cells"`
	Count  int    `json:"count"`
	First  string `json:"first"`
	Reason string `json:"left_because,omitempty"`
}

func (m Mended) String() string {
	if m.Reason != "" {
		return fmt.Sprintf("%s!%s %s was left: %s", m.Sheet, m.Cells, m.First, m.Reason)
	}
	return fmt.Sprintf("%s!%s: %s as text, %q the first", m.Sheet, m.Cells, wording.Counted(m.Count, "cell"), m.First)
}

// Cells writes a copy of a workbook in which the number cells that findings name are texts with the same digits. A code
// is never changed: a cell that shows something else than its digits, or that may have lost leading zeros, is left for
// a person.
func Cells(data []byte, found findings.List) (out []byte, mended, left []Mended, err error) {
	f, err := workbook.Rewritable(data)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("open the workbook to mend it: %w", err)
	}
	defer f.Close()
	m := mender{file: f, styles: map[int]int{}}
	for _, finding := range found {
		if finding.Mend != findings.MendText {
			continue
		}
		if err := m.run(finding); err != nil {
			return nil, nil, nil, fmt.Errorf("mend %s: %w", finding.Place(), err)
		}
	}
	if len(m.mended) == 0 {
		return nil, nil, m.left, nil
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, nil, nil, fmt.Errorf("write the mended workbook: %w", err)
	}
	return b.Bytes(), m.mended, m.left, nil
}

type mender struct {
	file         *excelize.File
	styles       map[int]int // style → the same for texts
	mended, left []Mended
}

// run mends the cells of one finding, which lie below each other.
func (m *mender) run(f findings.Finding) error {
	from, to, more := strings.Cut(f.Cell, ":")
	if !more {
		to = from
	}
	column := xlsx.ColumnName(xlsx.ColumnOf(from))
	length, err := m.usualLength(f.Sheet, column, xlsx.RowOf(from), xlsx.RowOf(to))
	if err != nil {
		return err
	}
	done := Mended{Sheet: f.Sheet, Cells: f.Cell}
	for row := xlsx.RowOf(from); row <= xlsx.RowOf(to); row++ {
		cell := fmt.Sprintf("%s%d", column, row)
		code, why, err := m.code(f.Sheet, cell, length)
		if err != nil {
			return err
		}
		if why != "" {
			m.left = append(m.left, Mended{Sheet: f.Sheet, Cells: cell, Count: 1, First: code, Reason: why})
			continue
		}
		if err := m.write(f.Sheet, cell, code); err != nil {
			return err
		}
		if done.Count++; done.Count == 1 {
			done.First = code
		}
	}
	if done.Count > 0 {
		m.mended = append(m.mended, done)
	}
	return nil
}

// code is what the cell's digits are as a text, or why nobody can know.
func (m *mender) code(sheet, cell string, length int) (code, why string, err error) {
	raw, err := m.file.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
	if err != nil {
		return "", "", err
	}
	shown, err := m.file.GetCellValue(sheet, cell)
	if err != nil {
		return "", "", err
	}
	number, err := fis.ParseAmount(raw)
	switch code = raw; {
	case err != nil:
		return code, "it is no number", nil
	case !number.IsInteger() || number.IsNegative():
		return code, "it is no whole number", nil
	case number.NumDigits() >= 15:
		return code, "a number cell of 15 or more digits has lost some of them", nil
	}
	code = number.Truncate(0).String()
	switch {
	case shown != code:
		return code, fmt.Sprintf("it is shown as %s", shown), nil
	case length > len(code):
		return code, fmt.Sprintf("the codes of this column have %d digits, so it may have lost zeros in front", length),
			nil
	}
	return code, "", nil
}

// usualLength is how many digits the codes of the column have that are texts already, 0 when they differ.
func (m *mender) usualLength(sheet, column string, from, to int) (int, error) {
	rows, err := m.file.Rows(sheet)
	if err != nil {
		return 0, err
	}
	defer rows.Close() //nolint:errcheck // it was only read
	length := 0
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns()
		if err != nil {
			return 0, err
		}
		at := xlsx.ColumnOf(column + "1")
		if number == 1 || number >= from && number <= to || at >= len(cells) || !wording.IsDigits(cells[at]) {
			continue
		}
		if length != 0 && length != len(cells[at]) {
			return 0, nil
		}
		length = len(cells[at])
	}
	return length, rows.Error()
}

// write makes the cell a text, formatted as one, so that what is typed there later stays text.
func (m *mender) write(sheet, cell, code string) error {
	id, err := m.file.GetCellStyle(sheet, cell)
	if err != nil {
		return err
	}
	text, known := m.styles[id]
	if !known {
		style, err := m.file.GetStyle(id)
		if err != nil {
			return err
		}
		style.NumFmt, style.CustomNumFmt = paper.TextFormat, nil
		if text, err = m.file.NewStyle(style); err != nil {
			return err
		}
		m.styles[id] = text
	}
	if err := m.file.SetCellStr(sheet, cell, code); err != nil {
		return err
	}
	return m.file.SetCellStyle(sheet, cell, cell, text)
}
