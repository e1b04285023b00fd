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
	if err := sniff(data); err != nil {
		return nil, err
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
	return &openError{otherKind(zr)}
}

// tooMuch says which limit a workbook is beyond. Much of what is read is usually blank: formats that reach to the end
// of the sheet.
func tooMuch(limit *xlsx.LimitError) error {
	return &openError{fmt.Sprintf("%s, which is more than a mapping has; delete rows and columns that hold nothing "+
		"(choose them, Home, Delete), and save the workbook again", limit)}
}

func sniff(data []byte) error {
	switch {
	case len(data) == 0:
		return &openError{"the file is empty: it may still be being saved; save it again in Excel"}
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return nil
	case bytes.HasPrefix(data, []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}):
		if bytes.Contains(data, utf16Name("EncryptedPackage")) {
			return &openError{"the workbook is protected by a password: save it without one (File, Info, Protect " +
				"Workbook)"}
		}
		return &openError{"this is an old .xls workbook: save it as Excel Workbook (.xlsx)"}
	case bytes.HasPrefix(data, []byte("<")) || bytes.HasPrefix(data, []byte("\xEF\xBB\xBF<")):
		return &openError{"this is XML or a web page named .xlsx: save it as Excel Workbook (.xlsx)"}
	case isPlainText(data):
		return &openError{"this is a text or CSV file named .xlsx: open it in Excel and save it as Excel Workbook " +
			"(.xlsx)"}
	}
	return &openError{"this is not an Excel workbook (.xlsx)"}
}

func utf16Name(s string) []byte {
	out := make([]byte, 0, 2*len(s))
	for i := 0; i < len(s); i++ {
		out = append(out, s[i], 0)
	}
	return out
}

func isPlainText(data []byte) bool {
	if len(data) > 4096 {
		data = data[:4096]
	}
	return !bytes.ContainsFunc(data, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f'
	})
}

// otherKind says what a zip file is that is no workbook of ours.
func otherKind(zr *zip.Reader) string {
	for _, f := range zr.File {
		switch f.Name {
		case "content.xml":
			return "this is an OpenDocument workbook named .xlsx: save it as Excel Workbook (.xlsx)"
		case "xl/workbook.bin":
			return "this is a binary workbook (.xlsb) named .xlsx: save it as Excel Workbook (.xlsx)"
		}
	}
	return "this zip file is not an Excel workbook (.xlsx)"
}
