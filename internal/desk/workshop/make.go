package workshop

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/seen"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
)

// New is a new mapping of a template, a workbook or YAML by the ending of its name. The sheet Fields shows what
// documents have; nil for none.
func New(templates fs.FS, template, name string, documents *seen.Fields) ([]byte, error) {
	if err := knownTemplate(template, templates); err != nil {
		return nil, err
	}
	if err := GoodName(name); err != nil {
		return nil, err
	}
	if IsYAML(name) {
		return workbook.NewYAML(templates, template, documents)
	}
	return workbook.New(templates, template, documents)
}

// Convert is the same mapping under another name: a workbook or YAML by its ending. What of it does not come along is
// told as warnings.
func Convert(templates fs.FS, from string, data []byte, to string) ([]byte, findings.List, error) {
	if err := GoodName(to); err != nil {
		return nil, nil, err
	}
	text, remarks, err := workbook.Convert(templates, from, data, to)
	if err != nil {
		return nil, nil, desk.Invalid(err, "")
	}
	return text, remarks.Warnings(), nil
}

// GoodName refuses names that no mapping can have.
func GoodName(path string) error {
	base := filepath.Base(path)
	switch ext := strings.ToLower(filepath.Ext(base)); {
	case path == "":
		return desk.Usage(errors.New("-o is missing: name the file, such as mappings/acme.xlsx"))
	case strings.HasPrefix(base, "~$") || strings.HasPrefix(base, "."):
		return desk.Usage(fmt.Errorf("-o %s: no name for a mapping", path))
	case ext != ".xlsx" && ext != ".yaml" && ext != ".yml":
		return desk.Usage(fmt.Errorf("-o %s: the name of a mapping ends in .xlsx or .yaml", path))
	}
	return nil
}
