package paper

import (
	"archive/zip"
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// Tidy finishes what excelize has written: row heights stay automatic, so that a row grows when somebody writes
// more into it, and the same content gives the same bytes.
func Tidy(data []byte) ([]byte, error) {
	fixed := regexp.MustCompile(`(<row [^>]*?) customHeight="(?:1|true)"`)
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("finish the workbook: %w", err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		text, err := xlsx.ReadPart(f)
		if err != nil {
			return nil, fmt.Errorf("finish the workbook: %s: %w", f.Name, err)
		}
		if strings.HasPrefix(f.Name, "xl/worksheets/sheet") {
			text = fixed.ReplaceAll(text, []byte("$1"))
		}
		part, err := w.Create(f.Name) // without a time
		if err == nil {
			_, err = part.Write(text)
		}
		if err != nil {
			return nil, fmt.Errorf("finish the workbook: %s: %w", f.Name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("finish the workbook: %w", err)
	}
	return out.Bytes(), nil
}
