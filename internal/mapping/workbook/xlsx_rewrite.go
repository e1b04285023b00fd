package workbook

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// mostPadded bounds the cells that rewriting a workbook may take into memory: excelize keeps every cell from column A
// to the last one of a row.
const mostPadded = 3_000_000

// Rewritable opens a workbook to write into it. One with cells far to the right is refused before the memory is gone.
func Rewritable(data []byte) (*excelize.File, error) {
	book, err := Open(data)
	if err != nil {
		return nil, err
	}
	padded := 0
	for _, name := range book.names {
		var limit *xlsx.LimitError
		far, err := book.book.Padded(name, &padded, mostPadded)
		switch {
		case errors.As(err, &limit):
			return nil, tooMuch(limit)
		case err != nil:
			return nil, err
		case far != "":
			return nil, &openError{fmt.Sprintf("nothing can be written into this workbook: it has cells far to the right (%s, for example); delete those columns, save it, and try again", far)}
		}
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnzipped,
		UnzipXMLSizeLimit: maxUnzipped})
	if err != nil {
		return nil, fmt.Errorf("open the workbook to write into it: %w", err)
	}
	return f, nil
}
