// Package holder owns who has a mapping workbook: the program in which it is open, and who saved it last. It looks, and
// never writes; what it tells is a hint for people and proves nothing.
package holder

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"

	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// maxProperties is how much of a workbook's properties is read.
const maxProperties = 1 << 20

// LockFile is the name of the file that Excel (~$NAME) or LibreOffice (.~lock.NAME#) has laid beside a workbook while
// somebody has it open there, "" when there is none. One that a crash has left behind looks the same.
func LockFile(path string) string {
	dir, base := filepath.Split(path)
	for _, lock := range []string{"~$" + base, ".~lock." + base + "#"} {
		if _, err := os.Lstat(filepath.Join(dir, lock)); err == nil {
			return lock
		}
	}
	return ""
}

// SavedBy is who saved a workbook last, as the workbook itself says; empty when it does not, and for a YAML mapping.
func SavedBy(data []byte) string {
	if xlsx.NoWorkbook(data) != "" {
		return ""
	}
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return ""
	}
	f, err := zr.Open("docProps/core.xml")
	if err != nil {
		return ""
	}
	defer f.Close() //nolint:errcheck // it was only read
	var core struct {
		By string `xml:"lastModifiedBy"`
	}
	if err := xml.NewDecoder(io.LimitReader(f, maxProperties)).Decode(&core); err != nil {
		return ""
	}
	return wording.Clean(core.By)
}
