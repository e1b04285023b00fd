package workshop

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/seen"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
)

// New is a new mapping of a template, a workbook or YAML by the ending of its name. The sheet Fields shows what
// documents have; nil for none. A workbook is in the language: en, de, fr or es.
func New(templates fs.FS, template, name string, documents *seen.Fields, language string) ([]byte, error) {
	if err := knownTemplate(template, templates); err != nil {
		return nil, err
	}
	if err := GoodName(name); err != nil {
		return nil, err
	}
	if err := goodLanguage(language); err != nil {
		return nil, err
	}
	if IsYAML(name) {
		return workbook.NewYAML(templates, template, documents)
	}
	return workbook.New(templates, template, documents, language)
}

// Convert is the same mapping under another name: a workbook or YAML by its ending. What of it does not come along is
// told as warnings. Without a language a workbook keeps its own.
func Convert(templates fs.FS, from string, data []byte, to, language string) ([]byte, findings.List, error) {
	if err := GoodName(to); err != nil {
		return nil, nil, err
	}
	if err := goodLanguage(language); err != nil {
		return nil, nil, err
	}
	text, remarks, err := workbook.Convert(templates, from, data, to, language)
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

// goodLanguage refuses languages that no workbook is written in; blank is none.
func goodLanguage(language string) error {
	if language != "" && !slices.Contains(config.Languages(), language) {
		return desk.Usage(fmt.Errorf("--language: %q is not one of %s", language, strings.Join(config.Languages(), ", ")))
	}
	return nil
}
