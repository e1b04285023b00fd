package desk

import (
	"errors"
	"io/fs"
	"os"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/templates"
)

// TemplatesOf are the templates that a working folder sees: its own, and behind them the built-in ones.
func TemplatesOf(folder string) fs.FS {
	return Overlay{Own: os.DirFS(folder), Builtin: templates.FS()}
}

// templates are those that the working folder sees.
func (w *Workspace) Templates() fs.FS { return TemplatesOf(w.Config.Path(w.Config.Folders.Templates)) }

// Overlay shows two folders of templates as one; a template in own hides the built-in one of its name as a whole.
type Overlay struct{ Own, Builtin fs.FS }

// Open opens a file of the template that is in force.
func (o Overlay) Open(name string) (fs.File, error) {
	return o.of(name).Open(name)
}

// ReadDir lists a folder; at the top both are listed together.
func (o Overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != "." {
		return fs.ReadDir(o.of(name), name)
	}
	own, err := fs.ReadDir(o.Own, ".")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	builtin, err := fs.ReadDir(o.Builtin, ".")
	return mergeEntries(own, builtin), err
}

// IsOwn tells a template of the working folder from a built-in one.
func (o Overlay) IsOwn(name string) bool {
	_, err := fs.Stat(o.Own, name)
	return err == nil && name != "."
}

func (o Overlay) of(name string) fs.FS {
	if o.IsOwn(firstElement(name)) {
		return o.Own
	}
	return o.Builtin
}

func firstElement(name string) string {
	first, _, _ := strings.Cut(name, "/")
	return first
}

// mergeEntries lists both folders by name; own entries hide built-in ones.
func mergeEntries(own, builtin []fs.DirEntry) []fs.DirEntry {
	byName := map[string]fs.DirEntry{}
	for _, e := range append(append([]fs.DirEntry{}, builtin...), own...) {
		byName[e.Name()] = e
	}
	all := make([]fs.DirEntry, 0, len(byName))
	for _, e := range byName {
		all = append(all, e)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name() < all[j].Name() })
	return all
}
