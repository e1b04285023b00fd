package template

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"path"
)

// Alone is a file system with one template.
func Alone(name string, body []byte) (fs.FS, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(path.Join(name, "template.yaml"))
	if err == nil {
		_, err = w.Write(body)
	}
	if err := errors.Join(err, z.Close()); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
}
