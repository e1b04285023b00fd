package workbook

import (
	"bytes"
	"errors"
	"fmt"
	"io"

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
		if err := padding(book.book, name, &padded); err != nil {
			return nil, err
		}
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnzipped,
		UnzipXMLSizeLimit: maxUnzipped})
	if err != nil {
		return nil, fmt.Errorf("open the workbook to write into it: %w", err)
	}
	return f, nil
}

// padding adds the cells that a sheet would take.
func padding(book *xlsx.Book, name string, padded *int) error {
	rows, err := book.Rows(name)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // it was only read
	for {
		number, cells, err := rows.Next()
		var limit *xlsx.LimitError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &limit):
			return tooMuch(limit)
		case err != nil:
			return err
		case len(cells) == 0:
			continue
		}
		last := cells[len(cells)-1].Column
		if *padded += last + 1; *padded > mostPadded {
			return &openError{fmt.Sprintf("nothing can be written into this workbook: it has cells far to the right "+
				"(%s, for example); delete those columns, save it, and try again", xlsx.Name(name, last, number))}
		}
	}
}
