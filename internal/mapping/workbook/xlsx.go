package workbook

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// Limits of a workbook, so that a small file cannot grow without end when it is unpacked. Cells are those of all
// sheets; blank ones to the left of others in their row count.
const (
	maxUnzipped = 256 << 20
	maxCells    = 1_500_000
	maxText     = 1 << 20
	// maxColumns is the widest table of a mapping, up to column IV. Cells further right are stray ones: they are told
	// and count for nothing.
	maxColumns = 256
)

// Workbook is an .xlsx file. Sheets are read when they are asked for, and once.
type Workbook struct {
	book  *xlsx.Book
	names []string // sheets in order
	read  map[string]*Sheet
	cells int // kept in memory
}

// openError is a file that is not a workbook we can read, with what to do about it.
type openError struct{ reason string }

func (e *openError) Error() string { return e.reason }

// Open looks at the first bytes before it believes the name.
func Open(data []byte) (*Workbook, error) {
	if reason := xlsx.NoWorkbook(data); reason != "" {
		return nil, &openError{reason}
	}
	book, err := xlsx.Open(bytes.NewReader(data), int64(len(data)), xlsx.Limits{Unzipped: maxUnzipped, Rows: 1 << 20,
		Columns: 1 << 14, Text: maxText, Cells: 2 * maxCells})
	if err != nil {
		return nil, notOpened(data, err)
	}
	return &Workbook{book: book, names: book.Names(), read: map[string]*Sheet{}}, nil
}

// notOpened says why a zip file could not be read as a workbook, and what to do about it.
func notOpened(data []byte, err error) error {
	var limit *xlsx.LimitError
	if errors.As(err, &limit) {
		return tooMuch(limit)
	}
	zr, zipErr := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if zipErr != nil {
		return &openError{"the file ends early or is damaged: it may still be being saved; save it again in Excel"}
	}
	for _, f := range zr.File {
		if strings.EqualFold(f.Name, "xl/workbook.xml") {
			return &openError{fmt.Sprintf("the workbook is damaged (%v): save it again in Excel", err)}
		}
	}
	return &openError{xlsx.OtherZip(zr)}
}

// tooMuch says which limit a workbook is beyond. Much of what is read is usually blank: formats that reach to the end
// of the sheet.
func tooMuch(limit *xlsx.LimitError) error {
	return &openError{fmt.Sprintf("%s, which is more than a mapping has; delete rows and columns that hold nothing "+
		"(choose them, Home, Delete), and save the workbook again", limit)}
}
