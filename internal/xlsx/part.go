package xlsx

import (
	"archive/zip"
	"io"
)

// ReadPart reads a part of a workbook's package.
func ReadPart(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
