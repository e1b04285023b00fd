package template

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/fisbridge/fisbridge/internal/bundle"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/say"
)

// mostAttached bounds the bytes of the further files of a template, together.
const mostAttached = 32 << 20

// attach reads the further files of the template.
func (t *Template) attach(templates fs.FS) findings.List {
	left, name := int64(mostAttached), path.Dir(t.path)
	bad := func(file, format string, args ...any) findings.List {
		return findings.List{{Severity: findings.Error, File: t.path, Cell: "files", Value: file, Reason: say.F(format, args...)}}
	}
	for _, file := range t.Files {
		if err := bundle.CheckName(file); err != nil || strings.HasPrefix(file, "template.") {
			return bad(file, "is no name of a further file in the folder of the template")
		}
		in, err := templates.Open(path.Join(name, file))
		if err != nil {
			return bad(file, "cannot be read: put it into the folder of the template (%v)", err)
		}
		data, err := io.ReadAll(io.LimitReader(in, left+1))
		if err := errors.Join(err, in.Close()); err != nil {
			return bad(file, "cannot be read: %v", err)
		}
		if left -= int64(len(data)); left < 0 {
			return bad(file, "is too large: the files of a template have at most %d MiB together", mostAttached>>20)
		}
		if t.File.Files == nil {
			t.File.Files = map[string][]byte{}
		}
		t.File.Files[file] = data
	}
	if err := t.keep(); err != nil {
		return bad("", "cannot be kept: %v", err)
	}
	return nil
}

// keep makes the Source.
func (t *Template) keep() error {
	if len(t.Files) == 0 {
		return nil
	}
	members := []bundle.Member{attached("template.yaml", t.source)}
	for _, name := range t.Files {
		members = append(members, attached(name, t.File.Files[name]))
	}
	var b bytes.Buffer
	err := bundle.Write(&b, "", members)
	t.kept = b.Bytes()
	return err
}

// Text is the text of template.yaml, without the files beside it.
func (t *Template) Text() []byte { return t.source }

// Source is the template as it is kept with a version of a mapping: the text of template.yaml, or a bundle of it and its
// further files.
func (t *Template) Source() []byte {
	if t.kept != nil {
		return t.kept
	}
	return t.source
}

func attached(name string, data []byte) bundle.Member {
	return bundle.Member{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
}

// Alone is a file system with one template, of which body is the Source.
func Alone(name string, body []byte) (fs.FS, error) {
	members := []bundle.Member{attached("template.yaml", body)}
	if bytes.HasPrefix(body, []byte("PK\x03\x04")) {
		var err error
		if members, err = bundle.Open(bytes.NewReader(body), int64(len(body)), 2*mostAttached); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		in, err := m.Open()
		if err != nil {
			return nil, err
		}
		w, err := z.Create(path.Join(name, m.Name))
		if err == nil {
			_, err = io.Copy(w, in)
		}
		if err := errors.Join(err, in.Close()); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
}
