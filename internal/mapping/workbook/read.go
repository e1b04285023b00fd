package workbook

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// MaxBytes bounds a mapping file.
const MaxBytes = 64 << 20

// ReadFile reads the bytes of a mapping; nil, and why, when that cannot be done.
func ReadFile(path string) ([]byte, findings.List) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > MaxBytes {
		err = fmt.Errorf("the file is larger than %d MiB", MaxBytes>>20)
	}
	var data []byte
	if err == nil {
		data, err = os.ReadFile(path)
	}
	if err != nil {
		reason := say.F("cannot read the mapping: %s", err)
		if errors.Is(err, fs.ErrNotExist) {
			reason = "there is no such file"
		}
		return nil, findings.List{{Severity: findings.Error, File: path, Reason: reason}}
	}
	if data == nil {
		data = []byte{}
	}
	return data, nil
}

// Read reads either form; nil when the file cannot be read at all.
func Read(path string, data []byte, found *Collector) *Content {
	base := filepath.Base(path)
	switch ext := strings.ToLower(filepath.Ext(base)); {
	case strings.HasPrefix(base, "~$") || strings.HasPrefix(base, ".~lock"):
		found.Add(findings.Error, findings.Place{}, "",
			"this is the lock file of an open workbook, not the workbook; name the workbook itself", "")
		return nil
	case ext == ".xlsx" || ext == ".xlsm":
		return readXLSX(path, data, found)
	case ext == ".yaml" || ext == ".yml":
		return readYAML(path, data, found)
	case ext == ".xls" || bytes.HasPrefix(data, []byte{0xD0, 0xCF, 0x11, 0xE0}):
		found.Add(findings.Error, findings.Place{}, "",
			"this is an old .xls workbook: save it as Excel Workbook (.xlsx)", "")
		return nil
	case ext == ".ods" || ext == ".xlsb":
		found.Add(findings.Error, findings.Place{}, "", say.F("this is %s workbook: save it as Excel Workbook (.xlsx)", map[string]string{".ods": "an OpenDocument",
			".xlsb": "a binary"}[ext]), "")
		return nil
	}
	found.Add(findings.Error, findings.Place{}, "", "a mapping is an .xlsx workbook or a .yaml file", "")
	return nil
}

// Template finds the template that the mapping names.
func (c *Content) Template(templates fs.FS, found *Collector) *template.Template {
	at := Cell{Place: findings.Place{Sheet: found.Sheet(SheetSettings)}}
	name := ""
	for _, s := range c.Settings {
		if wording.Fold(wording.Clean(s.Name.Show())) == wording.Fold(OptionTemplate) {
			at, name = s.Value, wording.Clean(s.Value.Show())
		}
	}
	names := template.Names(templates)
	if name == "" {
		found.Errorf(at, "", "the mapping names no template: the setting %s is one of %s", found.Option(OptionTemplate),
			strings.Join(names, ", "))
		return nil
	}
	for _, n := range names {
		if n == name {
			tpl, bad := template.Read(templates, name)
			found.List = append(found.List, bad...)
			return tpl
		}
	}
	found.Errorf(at, wording.Nearest(name, names), "there is no template %q; the templates are %s", name,
		strings.Join(names, ", "))
	return nil
}
