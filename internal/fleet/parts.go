package fleet

import (
	"cmp"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// part is a file that a company is made of.
type part struct {
	field  string // the key that names it
	path   string // relative to the working folder, with slashes
	secret bool
	folder bool // a folder with everything in it
	may    bool // it need not be there
}

// rules collects what a company is made of, and what is wrong with that for a fleet.
type rules struct {
	fleet    *config.Fleet
	cfg      *config.Config
	parts    []part
	problems config.Problems
}

func (r *rules) wrong(field, value, reason, hint string) {
	r.problems = append(r.problems, config.Problem{File: config.FileName, Field: field, Value: value, Reason: reason, Hint: hint})
}

// rulesOf looks at a configuration as a company of a fleet.
func rulesOf(f *config.Fleet, cfg *config.Config, company string) *rules {
	r := &rules{fleet: f, cfg: cfg}
	r.parts = append(r.parts, part{field: config.FileName, path: config.FileName})
	r.journal(company)
	r.folders()
	r.files()
	r.secrets(reflect.ValueOf(*cfg), "")
	r.targets(company)
	return r
}

// inside tells whether a path lies in the working folder, wherever that is.
func (r *rules) inside(field, file string) (clean string, ok bool) {
	clean = path.Clean(filepath.ToSlash(file))
	if file == "" || !filepath.IsLocal(filepath.FromSlash(clean)) || clean == "." {
		r.wrong(field, file, "lies outside of the company's folder, which is all that nodes have of it", "put it into the folder, and write its path from there")
		return "", false
	}
	return clean, true
}

// ours tells whether a name is that of a file which fisbridge makes itself in a working folder, also where letters of both cases are one.
func ours(name string) bool {
	elements := strings.Split(strings.ToLower(filepath.ToSlash(name)), "/")
	return elements[0] == "journal" || slices.ContainsFunc(elements, func(e string) bool { return strings.HasPrefix(e, ".fisbridge") })
}

func (r *rules) take(p part) {
	clean, ok := r.inside(p.field, p.path)
	if !ok {
		return
	}
	if ours(clean) {
		r.wrong(p.field, p.path, "has a name that fisbridge gives its own files", "give it another one: not below journal/, nor beginning with .fisbridge")
		return
	}
	for i, has := range r.parts {
		if has.path == clean {
			r.parts[i].secret = has.secret || p.secret // what one key calls a secret is one
			return
		}
	}
	p.path = clean
	r.parts = append(r.parts, p)
}

func (r *rules) journal(company string) {
	j := r.cfg.Journal
	switch {
	case j.URL == "":
		r.wrong("journal.path", j.Path, "is a file, and companies of a fleet have their journals in its database",
			"write journal.url and journal.schema, and take what is there along: fisbridge journal move --from FILE --reason \"into the fleet\"")
		return
	case !r.fleet.SameDatabase(r.cfg):
		r.wrong("journal.url", "", "is another database than that of the fleet", "write server and database of database.url of "+config.FleetFile)
	case company != "" && j.Schema != company:
		r.wrong("journal.schema", j.Schema, "is not that of company "+company, "a company works in its own schema alone")
	}
	u, err := url.Parse(j.URL)
	if err != nil {
		return
	}
	for _, key := range []string{"sslrootcert", "sslcert", "sslkey", "passfile", "service", "servicefile"} {
		file := u.Query().Get(key)
		switch {
		case file == "" || key == "sslrootcert" && file == "system":
		case key == "passfile", key == "service", key == "servicefile":
			r.wrong("journal.url", "", "names a "+key+", which is the account's and no company's", "take it out; journal.password says where the password is")
		default:
			r.take(part{field: "journal.url: " + key, path: file, secret: key == "sslkey"})
		}
	}
}

// folders are where a company keeps what it makes.
func (r *rules) folders() {
	f := r.cfg.Folders
	for _, own := range []struct{ field, path string }{{"folders.files", f.Files}, {"folders.receipts", f.Receipts}, {"folders.temp", f.Temp}, {"logging.file", r.cfg.Logging.File}} {
		if own.path != "" {
			r.inside(own.field, own.path)
		}
	}
	if f.Templates != "" {
		r.take(part{field: "folders.templates", path: f.Templates, folder: true, may: true})
	}
}

// files are those that can be read by everybody.
func (r *rules) files() {
	add := func(field, file string) {
		if file != "" {
			r.take(part{field: field, path: file})
		}
	}
	for i, route := range r.cfg.Routes {
		field := "routes[" + strconv.Itoa(i) + "]"
		add(field+".mapping", route.Mapping)
		add(field+".extract_list", route.ExtractList)
	}
	add("notify.mail.ca", r.cfg.Notify.Mail.CA)
	for _, name := range names(r.cfg.Targets) {
		t, field := r.cfg.Targets[name], "targets."+name
		add(field+".known_hosts", t.KnownHosts)
		add(field+".certificate", t.Certificate)
		if t.Key != "" {
			r.take(part{field: field + ".key", path: t.Key, secret: true})
		}
		if t.Agent {
			r.wrong(field+".agent", "true", "takes the keys of the account that runs the node, which are no company's", "give the company a key of its own: key")
		}
		if t.Seal != nil {
			for i, file := range t.Seal.To {
				add(field+".seal.to["+strconv.Itoa(i)+"]", file)
			}
			if t.Seal.Sign != "" {
				r.take(part{field: field + ".seal.sign", path: t.Seal.Sign, secret: true})
			}
		}
		if t.Open != nil {
			for i, file := range t.Open.From {
				add(field+".open.from["+strconv.Itoa(i)+"]", file)
			}
			if t.Open.Key != "" {
				r.take(part{field: field + ".open.key", path: t.Open.Key, secret: true})
			}
		}
	}
}

func names[T any](m map[string]T) []string {
	out := make([]string, 0, len(m))
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// secrets finds every secret of the configuration, wherever it stands. The console is that of the node and not of a company.
func (r *rules) secrets(v reflect.Value, field string) {
	if s, is := v.Interface().(secret.Secret); is {
		r.secret(s, field)
		return
	}
	join := func(name string) string { return strings.TrimPrefix(field+"."+name, ".") }
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if tag := v.Type().Field(i).Tag.Get("yaml"); tag != "" && join(tag) != "console" {
				r.secrets(v.Field(i), join(tag))
			}
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			r.secrets(v.MapIndex(key), join(key.String()))
		}
	case reflect.Slice:
		for i := range v.Len() {
			r.secrets(v.Index(i), field+"["+strconv.Itoa(i)+"]")
		}
	case reflect.Pointer:
		if !v.IsNil() {
			r.secrets(v.Elem(), field)
		}
	}
}

func (r *rules) secret(s secret.Secret, field string) {
	if !s.Given() {
		return
	}
	file, is := s.File()
	if !is {
		kind, _, _ := strings.Cut(s.Place(), ":")
		r.wrong(field, "", "lies in a place of the node ("+kind+"), which all companies would share", "put it into a file of the folder: file:secrets/…")
		return
	}
	r.take(part{field: field, path: file, secret: true})
}

// targets of kind folder lie below the folder of the fleet, under the company's name.
func (r *rules) targets(company string) {
	root := r.fleet.Node.FolderTargets
	for _, name := range names(r.cfg.Targets) {
		t, field := r.cfg.Targets[name], "targets."+name+".path"
		if t.Kind != config.KindFolder {
			continue
		}
		if root == "" {
			r.wrong(field, t.Path, "is a folder, and this fleet has none that all nodes share", "take an SFTP server, or write node.folder_targets in "+config.FleetFile+" on every node")
			continue
		}
		own := filepath.Join(root, cmp.Or(company, r.cfg.Journal.Schema))
		rel, err := filepath.Rel(own, filepath.Clean(t.Path))
		if !filepath.IsAbs(t.Path) || err != nil || !filepath.IsLocal(rel) {
			r.wrong(field, t.Path, "is no folder of this company", "write "+own+", or a folder in it")
			continue
		}
		for field, place := range r.placesBelow(name) {
			if !within(resolved(own), resolved(place)) {
				r.wrong(field, place, "leads by a link to a place that is not this company's", "make it a folder")
			}
		}
	}
}

// placesBelow are the folders that are used of a target, by the keys that name them.
func (r *rules) placesBelow(target string) map[string]string {
	base := r.cfg.Targets[target].Path
	out := map[string]string{"targets." + target + ".path": base}
	for i, route := range r.cfg.Routes {
		field := "routes[" + strconv.Itoa(i) + "]"
		if route.Drop.Target == target {
			out[field+".drop.folder"] = filepath.Join(base, filepath.FromSlash(route.Drop.Folder))
		}
		if b := route.Returns; b.Given() && cmp.Or(b.Target, route.Drop.Target) == target {
			folder := filepath.Join(base, filepath.FromSlash(b.Folder))
			out[field+".returns.folder"], out[field+".returns.archive"], out[field+".returns.failed"] = folder, filepath.Join(folder, b.Archive), filepath.Join(folder, b.Failed)
		}
		if r.cfg.Receipts.Folder != "" && route.Drop.Target == target {
			out["receipts.folder"] = filepath.Join(base, filepath.FromSlash(r.cfg.Receipts.Folder))
		}
	}
	for i, report := range r.cfg.Reports {
		if report.Target == target {
			out["reports["+strconv.Itoa(i)+"].folder"] = filepath.Join(base, filepath.FromSlash(report.Folder))
		}
	}
	return out
}

// resolved follows the links of a path as far as it is there; empty: one of them leads nowhere.
func resolved(file string) string {
	file = filepath.Clean(file)
	if real, err := filepath.EvalSymlinks(file); err == nil {
		return real
	}
	if _, err := os.Lstat(file); err == nil {
		return ""
	}
	up := filepath.Dir(file)
	if up == file {
		return file
	}
	if up = resolved(up); up == "" {
		return ""
	}
	return filepath.Join(up, filepath.Base(file))
}

// within tells whether a path is a folder or lies in it.
func within(folder, file string) bool {
	rel, err := filepath.Rel(folder, file)
	return err == nil && filepath.IsLocal(rel)
}

// most bounds what a company is made of.
const (
	mostBytes = 64 << 20
	mostFiles = 2000
)

// read reads a part out of an open folder, which no link leads out of.
func (r *rules) read(root *os.Root, p part, into map[string][]byte, left *int) {
	if !p.folder {
		r.readFile(root, p, p.path, into, left)
		return
	}
	err := fs.WalkDir(root.FS(), p.path, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if p.may && name == p.path && isGone(err) {
				return nil
			}
			return err
		}
		if d.Type().IsRegular() && !strings.HasPrefix(d.Name(), ".") && !strings.HasPrefix(d.Name(), "~$") {
			r.readFile(root, p, name, into, left)
		}
		return nil
	})
	if err != nil {
		r.wrong(p.field, p.path, "cannot be read: "+err.Error(), "")
	}
}

func (r *rules) readFile(root *os.Root, p part, name string, into map[string][]byte, left *int) {
	if ours(name) {
		r.wrong(p.field, name, "has a name that fisbridge gives its own files", "take it out of the folder")
		return
	}
	info, err := root.Stat(name)
	switch {
	case isGone(err):
		r.wrong(p.field, name, "is not there", "put the file into the folder")
		return
	case err != nil:
		r.wrong(p.field, name, "cannot be read: "+err.Error(), "a company is made of files of its own folder; links must not lead out of it")
		return
	case !info.Mode().IsRegular():
		r.wrong(p.field, name, "is not a file", "")
		return
	case info.Size() > int64(*left) || len(into) >= mostFiles:
		r.wrong(p.field, name, "is more than a company may be made of (64 MiB, 2000 files)", "take out of the folder what no route needs")
		return
	}
	text, err := root.ReadFile(name)
	if err != nil {
		r.wrong(p.field, name, "cannot be read: "+err.Error(), "")
		return
	}
	*left -= len(text)
	into[name] = text
}
