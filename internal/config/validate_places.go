package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/secret"
)

// place is a local path that the configuration names, with what it is for.
type place struct {
	field string
	value string // as configured
	path  string // absolute, links resolved as far as the path exists
	// file: only this one file is meant, not the folder. outside: a folder that the partner looks into.
	file, outside bool
}

// separate keeps the folder of temporary files, which is emptied, and the copies of import files away from everything
// else: neither removes or overwrites, and no partner reads, what is not meant.
func (v *validation) separate() {
	temp := v.at("folders.temp", v.Folders.Temp)
	files := v.at("folders.files", v.Folders.Files)
	all := append(v.files(), v.outside()...)
	if temp.value != "" {
		v.own(temp, append(all, v.at("folders.templates", v.Folders.Templates), files))
	}
	if files.value != "" {
		v.copies(files)
	}
	v.distinct()
}

func (v *validation) at(field, value string) place {
	return place{field: field, value: value, path: resolved(v.Path(value))}
}

// files are the single files that the configuration names.
func (v *validation) files() []place {
	var out []place
	add := func(field, value string) {
		if value != "" {
			p := v.at(field, value)
			p.file = true
			out = append(out, p)
		}
	}
	add(FileName, FileName)
	add("journal.path", v.Journal.Path)
	add("logging.file", v.Logging.File)
	given := func(field string, s secret.Secret) {
		if path, is := s.File(); is {
			add(field, path)
		}
	}
	given("concur.client_secret", v.Concur.ClientSecret)
	given("journal.password", v.Journal.Password)
	for _, name := range sortedKeys(v.Targets) {
		t, field := v.Targets[name], "targets."+name
		given(field+".password", t.Password)
		given(field+".key_passphrase", t.KeyPassphrase)
		add(field+".key", t.Key)
		given(field+".proxy_password", t.ProxyPassword)
		add(field+".known_hosts", t.KnownHosts)
		add(field+".certificate", t.Certificate)
		for _, k := range t.pgpKeys() {
			add(field+"."+k.field, k.path)
		}
		given(field+".seal.passphrase", t.sealing().Passphrase)
		given(field+".open.passphrase", t.opening().Passphrase)
	}
	for i, r := range v.Routes {
		add(fmt.Sprintf("routes[%d].mapping", i), r.Mapping)
	}
	return out
}

// keyPath is a file with keys, and the key of the configuration that names it.
type keyPath struct{ field, path string }

// pgpKeys are all files with OpenPGP keys of a target.
func (t Target) pgpKeys() []keyPath {
	s, o := t.sealing(), t.opening()
	out := []keyPath{{"seal.sign", s.Sign}, {"open.key", o.Key}}
	for _, p := range s.To {
		out = append(out, keyPath{"seal.to", p})
	}
	for _, p := range o.From {
		out = append(out, keyPath{"open.from", p})
	}
	return slices.DeleteFunc(out, func(k keyPath) bool { return k.path == "" })
}

func (t Target) sealing() Seal {
	if t.Seal == nil {
		return Seal{}
	}
	return *t.Seal
}

func (t Target) opening() Open {
	if t.Open == nil {
		return Open{}
	}
	return *t.Open
}

// outside are the folders of this machine that partners look into.
func (v *validation) outside() []place {
	var out []place
	add := func(field, target, folder string) {
		if t, ok := v.Targets[target]; ok && t.Kind == KindFolder && t.Path != "" {
			value := filepath.Join(t.Path, filepath.FromSlash(folder))
			p := v.at(field, value)
			p.outside = true
			out = append(out, p)
		}
	}
	for i, r := range v.Routes {
		add(fmt.Sprintf("routes[%d].drop.folder", i), r.Drop.Target, r.Drop.Folder)
		if r.Returns.Given() {
			add(fmt.Sprintf("routes[%d].returns.folder", i), r.Returns.Target, r.Returns.Folder)
		}
	}
	return out
}

// own wants a folder for temporary files that is nothing else: not the working folder or one above it, not the folder
// of a file or of a partner.
func (v *validation) own(temp place, others []place) {
	const hint = "name a folder of its own, such as tmp: fisbridge makes it, and removes its own leftovers there"
	for _, o := range others {
		switch {
		case o.file && (contains(temp.path, o.path) || temp.path == o.path):
			v.add(temp.field, temp.value, fmt.Sprintf("is a folder above %s (%s)", o.field, o.value), hint)
		case !o.file && (contains(temp.path, o.path) || temp.path == o.path || contains(o.path, temp.path) && (o.outside || o.field == "folders.files")):
			v.add(temp.field, temp.value, fmt.Sprintf("is not apart from %s (%s)", o.field, o.value), hint)
		default:
			continue
		}
		return // one reason is enough
	}
}

// copies refuses to put the copies of import files where an ERP would read them a second time, or where they would
// stand among other files.
func (v *validation) copies(files place) {
	const hint = "name a folder of its own, such as files"
	for _, r := range v.Routes {
		own := filepath.Join(files.path, r.Name)
		for _, o := range v.outside() {
			if own == o.path || contains(own, o.path) || contains(o.path, own) {
				v.add(files.field, files.value, fmt.Sprintf("would put the copies of route %s into %s (%s), where they would be read again", r.Name, o.field, o.value), hint)
				return
			}
		}
		for _, o := range v.files() {
			if filepath.Dir(o.path) == own {
				v.add(files.field, files.value, fmt.Sprintf("would put the copies of route %s beside %s (%s)", r.Name, o.field, o.value), hint)
				return
			}
		}
	}
}

// distinct refuses a journal or a log that is written into another file of the configuration.
func (v *validation) distinct() {
	all := v.files()
	for _, w := range all {
		if w.field != "journal.path" && w.field != "logging.file" {
			continue
		}
		for _, o := range all {
			if o.field != w.field && o.path == w.path {
				v.add(w.field, w.value, fmt.Sprintf("is the same file as %s", o.field), "name a file of its own")
				break
			}
		}
	}
}

// contains reports whether a folder holds a path, at any depth.
func contains(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != "." && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// resolved follows the links in a path as far as it exists.
func resolved(path string) string {
	for at, rest := path, ""; ; {
		if real, err := filepath.EvalSymlinks(at); err == nil {
			return filepath.Join(real, rest)
		}
		up := filepath.Dir(at)
		if up == at {
			return filepath.Clean(path)
		}
		at, rest = up, filepath.Join(filepath.Base(at), rest)
	}
}
