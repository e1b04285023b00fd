package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/xuri/excelize/v2"
)

// split does nothing with the records of a CSV file.
func split(path string) {
	f, err := os.Open(path)
	must(err)
	defer f.Close()
	r := csv.NewReader(bufio.NewReaderSize(f, 1<<20))
	r.ReuseRecord = true
	n := 0
	for {
		_, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		must(err)
		n++
	}
	fmt.Println(n, "rows")
}

// sheet does nothing with the rows of the first sheet of a workbook, which are streamed.
func sheet(path string) {
	book, err := excelize.OpenFile(path)
	must(err)
	defer book.Close()
	rows, err := book.Rows(book.GetSheetName(0))
	must(err)
	defer rows.Close()
	n := 0
	for rows.Next() {
		_, err := rows.Columns(excelize.Options{RawCellValue: true})
		must(err)
		n++
	}
	fmt.Println(n, "rows")
}
