package cli

import (
	"errors"
	"io/fs"
	"os"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/templates"
)

// templatesOf are the templates that a working folder sees: its own, and behind them the built-in ones.
func templatesOf(folder string) fs.FS {
	return overlay{own: os.DirFS(folder), builtin: templates.FS()}
}

// overlay shows two folders of templates as one; a template in own hides the built-in one of its name as a whole.
type overlay struct{ own, builtin fs.FS }

// Open opens a file of the template that is in force.
func (o overlay) Open(name string) (fs.File, error) {
	return o.of(name).Open(name)
}

// ReadDir lists a folder; at the top both are listed together.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != "." {
		return fs.ReadDir(o.of(name), name)
	}
	own, err := fs.ReadDir(o.own, ".")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	builtin, err := fs.ReadDir(o.builtin, ".")
	return mergeEntries(own, builtin), err
}

func (o overlay) of(name string) fs.FS {
	first := firstElement(name)
	if _, err := fs.Stat(o.own, first); err == nil && first != "." {
		return o.own
	}
	return o.builtin
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
