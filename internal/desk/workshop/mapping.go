package workshop

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook/holder"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/mappings"
)

// TemplatesFor are the templates that a working folder sees: the one that is given, else the one that the mapping lies
// in, for there a run reads it.
func TemplatesFor(dir, mapping string) fs.FS {
	if up := filepath.Dir(mapping); mapping != "" && !isWorkingFolder(dir) {
		for range 3 {
			if isWorkingFolder(up) {
				dir = up
				break
			}
			up = filepath.Join(up, "..")
		}
	}
	if cfg, err := config.Load(dir); err == nil {
		return desk.TemplatesOf(cfg.Path(cfg.Folders.Templates))
	}
	return desk.TemplatesOf(filepath.Join(dir, "templates"))
}

func isWorkingFolder(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, config.FileName))
	return err == nil
}

// Load loads a mapping file; where there is none of that name, a built-in one.
func Load(templates fs.FS, name string) (*mapping.Plan, findings.List) {
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) && filepath.Ext(name) == "" {
		if file, text, err := Ready(name); err == nil {
			return mapping.LoadBytes(templates, file, text)
		}
		if near := wording.Nearest(name, ReadyNames()); near != "" {
			return nil, findings.List{{Severity: findings.Error, File: name, Reason: "there is no mapping file and no built-in mapping of this name", Nearest: near}}
		}
	}
	return mapping.Load(templates, name)
}

// OfRoute loads the mapping of a route of a working folder, as it lies there.
func OfRoute(dir, name string) (*mapping.Plan, error) {
	cfg, err := config.Load(dir)
	if err != nil {
		return nil, err
	}
	r, ok := cfg.Route(name)
	if !ok {
		return nil, &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("there is no route %q", name), Hint: say.Plain(fmt.Sprintf("routes: %s", strings.Join(routeNames(cfg), ", ")))}
	}
	plan, findings := mapping.Load(desk.TemplatesOf(cfg.Path(cfg.Folders.Templates)), cfg.Path(r.Mapping))
	return plan, findings.Err()
}

// Ready is the workbook that was made for a template.
func Ready(template string) (name string, text []byte, err error) {
	for _, ext := range []string{".xlsx", ".yaml"} {
		if text, err = fs.ReadFile(mappings.FS(), template+ext); err == nil {
			return template + ext, text, nil
		}
	}
	return "", nil, fmt.Errorf("read the ready mapping of template %s: %w", template, err)
}

// ReadyIn is the workbook of a template in a language: en, de, fr or es; blank is en.
func ReadyIn(template, language string) (name string, text []byte, err error) {
	name, text, err = Ready(template)
	if err == nil && language != "" && language != "en" && !IsYAML(name) {
		text, err = workbook.New(builtin(), template, nil, language)
	}
	return name, text, err
}

// ReadyPlan is the built-in mapping of a template, compiled.
func ReadyPlan(template string) (*mapping.Plan, error) {
	name, text, err := Ready(template)
	if err != nil {
		return nil, err
	}
	plan, findings := mapping.LoadBytes(builtin(), name, text)
	return plan, findings.Err()
}

// ReadyNames are the names of the built-in mappings.
func ReadyNames() []string {
	var names []string
	files, err := fs.Glob(mappings.FS(), "*.xlsx")
	if err != nil {
		return nil
	}
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f, ".xlsx"))
	}
	return names
}

// Files are the mappings behind some names. Of a folder they are all workbooks and YAML files, but not what Excel lays
// beside an open one.
func Files(names []string) ([]string, error) {
	var out []string
	for _, name := range names {
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist) && len(names) > 1:
			out = append(out, name) // it is told in its turn, and the others are checked
		case errors.Is(err, fs.ErrNotExist):
			return nil, noSuchMapping(name)
		case err != nil:
			return nil, fmt.Errorf("look for mappings: %w", err)
		case !info.IsDir():
			out = append(out, name)
		default:
			found, err := filesIn(name)
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
	}
	return out, nil
}

func noSuchMapping(name string) error {
	return desk.Invalid(fmt.Errorf("%s: there is no such file", name), "name the mapping as it lies there, from where you are")
}

// filesIn are the mappings in a folder, by name.
func filesIn(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("look for mappings: %w", err)
	}
	var out []string
	for _, e := range entries {
		if isMapping(e.Name()) && !e.IsDir() {
			out = append(out, filepath.Join(folder, e.Name()))
		}
	}
	if len(out) == 0 {
		return nil, &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("%s holds no mapping", folder), Hint: "a mapping is an .xlsx workbook or a .yaml file; fisbridge mapping new makes one"}
	}
	sort.Strings(out)
	return out, nil
}

func isMapping(name string) bool {
	if strings.HasPrefix(name, "~$") || strings.HasPrefix(name, ".") {
		return false
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".xlsx", ".xlsm", ".xls", ".yaml", ".yml":
		return true
	}
	return false
}

// IsYAML tells a mapping in YAML by its name.
func IsYAML(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}

// IsWorkbook tells a workbook of today's form by its name.
func IsWorkbook(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".xlsx" || ext == ".xlsm"
}

// OpenElsewhere is the lock file that Excel or LibreOffice lays beside a workbook that somebody has open; empty when
// nobody has.
func OpenElsewhere(name string) string { return holder.LockFile(name) }

func routeNames(cfg *config.Config) (names []string) {
	for _, r := range cfg.Routes {
		names = append(names, r.Name)
	}
	return names
}

// Plan is a mapping, compiled.
type Plan = mapping.Plan

// ResultFormats are the formats by which the result files of a mapping are read.
func ResultFormats(templates fs.FS, name string) (Formats, error) {
	plan, findings := mapping.Load(templates, name)
	if plan == nil {
		return Formats{}, findings.Err()
	}
	return formatsOf(plan)
}
