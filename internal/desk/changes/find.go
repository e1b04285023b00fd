package changes

import (
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Mappings are the mapping files of a configuration, as it names them, each once.
func Mappings(cfg *config.Config) (out []string) {
	for _, r := range cfg.Routes {
		if !slices.Contains(out, r.Mapping) {
			out = append(out, r.Mapping)
		}
	}
	return out
}

// RoutesOf are the routes that use a mapping.
func RoutesOf(cfg *config.Config, mapping string) (out []string) {
	for _, r := range cfg.Routes {
		if r.Mapping == mapping {
			out = append(out, r.Name)
		}
	}
	return out
}

// Named is the mapping that a word names: a route, the mapping file as the configuration names it, its name with or
// without its ending, or where it lies.
func Named(cfg *config.Config, word string) (string, error) {
	if r, ok := cfg.Route(word); ok {
		return r.Mapping, nil
	}
	var found []string
	for _, m := range Mappings(cfg) {
		switch base := path.Base(filepath.ToSlash(m)); {
		case word == m || desk.SameFile(word, cfg.Path(m)):
			return m, nil
		case word == base || word == strings.TrimSuffix(base, path.Ext(base)):
			found = append(found, m)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	names := Mappings(cfg)
	for _, r := range cfg.Routes {
		names = append(names, r.Name)
	}
	if len(found) > 1 {
		return "", &desk.Error{Code: desk.ExitUsage, Err: say.Errorf("several mappings are called %q", word), Hint: say.F("name the route or the whole file: %s", strings.Join(names, ", "))}
	}
	hint := say.F("routes and mappings: %s", strings.Join(names, ", "))
	if near := wording.Nearest(word, names); near != "" {
		hint = say.Join(" ", say.F("did you mean %s?", near), hint)
	}
	return "", &desk.Error{Code: desk.ExitUsage, Err: say.Errorf("there is no route and no mapping %q", word), Hint: hint}
}

// taken is the name of a workbook as it is given out, with the version in it: "acme 8f31986e.xlsx".
var taken = regexp.MustCompile(`^(.*?)[ _-][0-9a-f]{8}( ?\([0-9]+\))?$`)

// MappingFor is the mapping that a file which somebody gives is for, by its name; the only one where there is no other.
func MappingFor(cfg *config.Config, file string) (string, error) {
	all := Mappings(cfg)
	base := filepath.Base(file)
	base = strings.TrimSuffix(base, filepath.Ext(base))
	names := []string{base}
	if m := taken.FindStringSubmatch(base); m != nil {
		names = append(names, m[1])
	}
	var found []string
	for _, m := range all {
		own := path.Base(filepath.ToSlash(m))
		if desk.SameFile(file, cfg.Path(m)) {
			return m, nil
		}
		if slices.Contains(names, strings.TrimSuffix(own, path.Ext(own))) {
			found = append(found, m)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(all) == 1:
		return all[0], nil
	}
	return "", &desk.Error{Code: desk.ExitUsage, Err: say.Errorf("it is not clear which mapping this is for"), Hint: say.F("say it with --for: %s", strings.Join(all, ", "))}
}
