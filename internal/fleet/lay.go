package fleet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"filippo.io/age"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// laidName is the file in a folder by which it is known that a node laid it out. Without it nothing in a folder is removed.
const laidName = config.LaidFile

// lockName is the file by which processes keep each other out of a working folder.
const lockName = ".fisbridge.lock"

// laid says what a node has laid out in a folder.
type laid struct {
	Company string   `json:"company"`
	Version int64    `json:"version"` // 0: it was being laid out
	Files   []string `json:"files"`
	Secrets []string `json:"secrets,omitempty"` // those of Files that are secrets
}

// RefusedError is a published version that a node does not work with.
type RefusedError struct {
	Company string
	Version int64
	Err     error
}

// Error names company and version.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("company %s, version %d: %v", e.Company, e.Version, e.Err)
}

// Unwrap gives the cause.
func (e *RefusedError) Unwrap() error { return e.Err }

// Folder is where a company's folder lies on a node.
func Folder(f *config.Fleet, company string) string {
	return filepath.Join(f.Path(f.Node.Work), company)
}

// Lay makes a company's folder on this node what its version says: files that are not as published are replaced, those of the version before are removed, and what passes
// have made stays. A mapping that was changed by people since is put back by the pass (golive.Keep). The caller is the only one who works in the folder.
func Lay(f *config.Fleet, ids []age.Identity, company string, version int64, c companies.Content) (dir string, err error) {
	defer func() {
		if err != nil {
			err = &RefusedError{company, version, err}
		}
	}()
	files, hidden, err := open(f, ids, company, c)
	if err != nil {
		return "", err
	}
	dir = Folder(f, company)
	if err := ownfile.MakeFolder(dir); err != nil {
		return "", err
	}
	was, err := laidIn(dir)
	if err != nil {
		return "", err
	}
	if was.Company != "" && was.Company != company {
		return "", fmt.Errorf("%s was laid out for company %s", dir, was.Company)
	}
	now := laid{Company: company, Version: version, Files: names(files), Secrets: hidden}
	both := laid{Company: company, Files: union(was.Files, now.Files), Secrets: union(was.Secrets, now.Secrets)}
	same := was.Version == version && slices.Equal(was.Files, now.Files) && slices.Equal(was.Secrets, now.Secrets)
	if !same {
		if err := both.write(dir); err != nil { // a kill from here on leaves a folder whose files are all known
			return "", err
		}
	}
	for name, text := range files {
		if err := put(filepath.Join(dir, filepath.FromSlash(name)), text); err != nil {
			return "", err
		}
	}
	if err := remove(dir, both.Files, files); err != nil {
		return "", err
	}
	if same {
		return dir, nil
	}
	return dir, now.write(dir)
}

func union(a, b []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(a), b...))))
}

// Shut removes a company's secrets from this node, unless the version that they belong to is to be kept. The next laying out brings them again. The caller is the only one
// who works in the folder.
func Shut(f *config.Fleet, company string, keep int64) (done bool, err error) {
	dir := Folder(f, company)
	l, err := laidIn(dir)
	if err != nil || len(l.Secrets) == 0 || keep > 0 && l.Version == keep {
		return false, err
	}
	if err := remove(dir, l.Secrets, nil); err != nil {
		return false, err
	}
	l.Version, l.Secrets = 0, nil
	return true, l.write(dir)
}

// remove removes files that were laid out, but those to keep. No name and no link leads out of the folder.
func remove(dir string, laid []string, keep map[string][]byte) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, name := range laid {
		if _, kept := keep[name]; kept {
			continue
		}
		if err := root.Remove(filepath.FromSlash(name)); err != nil && !isGone(err) {
			return err
		}
	}
	return nil
}

// open opens what was published, and refuses what is not this company's.
func open(f *config.Fleet, ids []age.Identity, company string, c companies.Content) (files map[string][]byte, hidden []string, err error) {
	if hashOf(c.Files) != c.Hash {
		return nil, nil, errors.New("its files are not those that were published")
	}
	s, err := opened(c.Secrets, ids)
	if err != nil {
		return nil, nil, err
	}
	if s.Company != company || s.Files != c.Hash {
		return nil, nil, errors.New("its secrets were sealed for another company or other files")
	}
	files, err = unarchive(c.Files)
	if err != nil {
		return nil, nil, err
	}
	cfg, err := config.Parse(files[config.FileName], config.FileName, Folder(f, company))
	if err != nil {
		return nil, nil, err
	}
	if r := rulesOf(f, cfg, company); len(r.problems) > 0 {
		return nil, nil, r.problems
	}
	for name, text := range s.Secrets {
		if _, twice := files[name]; twice || !named(name) {
			return nil, nil, fmt.Errorf("the secret %q is nothing that a company is made of", name)
		}
		files[name] = text
	}
	return files, names(s.Secrets), nil
}

// put writes a file unless it is there already, as it is.
func put(path string, text []byte) error {
	if has, err := os.ReadFile(path); err == nil && bytes.Equal(has, text) {
		return nil
	}
	if err := ownfile.MakeFolder(filepath.Dir(path)); err != nil {
		return err
	}
	if err := ownfile.Prepare(path+".new", text); err != nil {
		return err
	}
	return ownfile.Replace(path+".new", path)
}

func laidIn(dir string) (l laid, err error) {
	text, err := os.ReadFile(filepath.Join(dir, laidName))
	switch {
	case isGone(err):
		left, err := os.ReadDir(dir)
		strange := func(e os.DirEntry) bool { // a node that was killed at the first laying out has left these
			return e.Name() != lockName && e.Name() != laidName+".new"
		}
		if isGone(err) {
			return l, nil
		}
		if err == nil && slices.ContainsFunc(left, strange) {
			err = fmt.Errorf("%s holds files that no node has laid out; node.work must be a folder of the node's own", dir)
		}
		return l, err
	case err != nil:
		return l, err
	}
	if err := json.Unmarshal(text, &l); err != nil {
		return l, fmt.Errorf("%s: %w", filepath.Join(dir, laidName), err)
	}
	for _, name := range l.Files {
		if !named(name) {
			return l, fmt.Errorf("%s names %q, which no node has laid out: look who has written it, and remove the folder; it is laid out anew", filepath.Join(dir, laidName), name)
		}
	}
	return l, nil
}

// IsLaid refuses a folder in which another version lies than the one that is worked with. The caller holds the folder's lock.
func IsLaid(f *config.Fleet, company string, version int64) error {
	l, err := laidIn(Folder(f, company))
	if err == nil && (l.Company != company || l.Version != version) {
		err = fmt.Errorf("%s does not hold version %d of company %s", Folder(f, company), version, company)
	}
	return err
}

func (l laid) write(dir string) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return put(filepath.Join(dir, laidName), text)
}

// Laid gives the companies whose folders lie on this node.
func Laid(f *config.Fleet) (list []string, err error) {
	entries, err := os.ReadDir(f.Path(f.Node.Work))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if l, err := laidIn(Folder(f, e.Name())); e.IsDir() && err == nil && l.Company == e.Name() {
			list = append(list, e.Name())
		}
	}
	return list, err
}

// Clear removes the folder of a company that was erased, with what passes have made in it.
func Clear(f *config.Fleet, company string) error {
	if l, err := laidIn(Folder(f, company)); err != nil || l.Company != company {
		return err
	}
	return os.RemoveAll(Folder(f, company))
}
