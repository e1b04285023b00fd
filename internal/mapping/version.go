package mapping

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"path"

	"github.com/fisbridge/fisbridge/internal/findings"
)

// LoadVersion loads a former version of a mapping with the template as it was then; name is the mapping file's name,
// with a folder for messages and for documents beside it.
func LoadVersion(name string, body []byte, template string, templateBody []byte) (*Plan, findings.List) {
	templates, err := templateAlone(template, templateBody)
	if err != nil {
		return nil, findings.List{{Severity: findings.Error, File: name,
			Reason: "cannot read the template of this version: " + err.Error()}}
	}
	return LoadBytes(templates, name, body)
}

// templateAlone is a file system with one template.
func templateAlone(name string, body []byte) (fs.FS, error) {
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
