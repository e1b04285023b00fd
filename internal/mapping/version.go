package mapping

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"path"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// LoadVersion loads a former version of a mapping with the template as it was then; name is the mapping file's name, with a folder for messages and for
// documents beside it.
func LoadVersion(name string, body []byte, template string, templateBody []byte) (*Plan, findings.List) {
	templates, err := templateAlone(template, templateBody)
	if err != nil {
		return nil, findings.List{{Severity: findings.Error, File: name, Reason: "cannot read the template of this version: " + err.Error()}}
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

// SavedBy is who saved a workbook last, as the workbook itself says; empty when it does not, and for a YAML mapping.
func SavedBy(data []byte) string {
	if sniff(data) != nil {
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
	if err := xml.NewDecoder(io.LimitReader(f, maxText)).Decode(&core); err != nil {
		return ""
	}
	return wording.Clean(core.By)
}
