package check

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/say"
)

// What is nobody else's business is made for its owner alone. Files of older versions, copies and restored backups may
// be open all the same.

// Bits of a file's mode: what its group and what every account may do.
const (
	anyGroup, anyOther fs.FileMode = 0o070, 0o007
	anyRead, anyWrite  fs.FileMode = 0o444, 0o222
)

// rights lists what others can read or write of the journal and what lies beside it, of copies, logs and keys. The
// configuration holds no secrets: it may be read, but whoever writes it can send documents elsewhere. A folder that is
// the ERP's drop is shared with it, with its group, but with nobody else.
func (c *checker) rights() {
	if at := desk.JournalPlace(c.cfg); at.Served() {
		c.exposed("journal.url", at.Head)
	} else {
		for _, end := range []string{"", "-wal", "-shm", "-journal", ".head"} {
			c.exposed("journal.path", at.Path+end)
		}
	}
	c.exposed("lock", filepath.Join(c.cfg.Dir(), desk.LockName))
	if c.cfg.Logging.File != "" {
		c.exposed("logging.file", c.cfg.Path(c.cfg.Logging.File))
	}
	c.exposedTree("folders.files", c.cfg.Path(c.cfg.Folders.Files), anyGroup|anyOther)
	c.exposedTree("folders.temp", c.cfg.Path(c.cfg.Folders.Temp), anyGroup|anyOther)
	if path, is := c.cfg.Concur.TokenKey.File(); is {
		c.exposed("concur.token_key", c.cfg.Path(path))
	}
	for _, name := range sortedNames(c.cfg.Targets) {
		t := c.cfg.Targets[name]
		if t.Key != "" {
			c.exposed("targets."+name+".key", c.cfg.Path(t.Key))
		}
		if t.Kind == config.KindFolder {
			c.exposedTree("targets."+name+".path", c.cfg.Path(t.Path), anyOther)
		}
	}
	if file := filepath.Join(c.cfg.Dir(), config.FileName); c.openTo(file, anyGroup|anyOther)&anyWrite != 0 {
		c.add(Warning, config.FileName, exposedWords(say.Plain(file), c.openTo(file, anyGroup|anyOther)&anyWrite), say.Plain("chmod go-w "+file))
	}
}

// exposed warns of a file that others can read or write; one that is not there is no matter.
func (c *checker) exposed(place, path string) {
	if how := c.openTo(path, anyGroup|anyOther); how != 0 {
		c.add(Warning, place, exposedWords(say.Plain(path), how), say.Plain("chmod go= "+path))
	}
}

// exposedTree warns once of all files below a folder that others can read or write.
func (c *checker) exposedTree(place, folder string, bits fs.FileMode) {
	reach := c.reach(folder)
	if info, err := os.Stat(folder); err != nil || runtime.GOOS == "windows" || passes(info)&reach&bits == 0 {
		return // nobody gets in
	}
	n, first, how := 0, "", fs.FileMode(0)
	_ = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error { // what cannot be listed is told by others
		if err != nil || d.IsDir() {
			return nil
		}
		if open := c.openTo(path, bits); open != 0 && d.Type().IsRegular() {
			if how |= open; n == 0 {
				first = path
			}
			n++
		}
		return nil
	})
	who := "go="
	if bits == anyOther {
		who = "o="
	}
	switch {
	case n == 1:
		c.add(Warning, place, exposedWords(say.Plain(first), how), say.Plain("chmod "+who+" "+first))
	case n > 1:
		c.add(Warning, place, say.F("%s, such as %s", exposedWords(say.F("%s in %s", say.Counted(n, "file"), folder), how), first), say.Plain("chmod -R "+who+" "+folder))
	}
}

func exposedWords(what say.Text, how fs.FileMode) say.Text {
	who := say.Text("other accounts of its group")
	if how&anyOther != 0 {
		who = "every account of this machine"
	}
	switch {
	case how&anyRead != 0 && how&anyWrite != 0:
		return say.F("%s can be read and written by %s", what, who)
	case how&anyWrite != 0:
		return say.F("%s can be written by %s", what, who)
	}
	return say.F("%s can be read by %s", what, who)
}

// openTo gives the bits, among some, by which others can read or write a file: those of its mode, as far as the folders
// above it let them in. Windows tells nothing by modes.
func (c *checker) openTo(path string, bits fs.FileMode) fs.FileMode {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" {
		return 0
	}
	return info.Mode().Perm() & bits & c.reach(path) & (anyRead | anyWrite)
}

// reach gives whom the folders above a file let in, up to the working folder, or of a file elsewhere its own folder:
// all bits of the group, of everybody, or both.
func (c *checker) reach(path string) fs.FileMode {
	all := anyGroup | anyOther
	for at := filepath.Dir(path); ; at = filepath.Dir(at) {
		if info, err := os.Stat(at); err == nil {
			all &= passes(info)
		}
		inside, err := filepath.Rel(c.cfg.Dir(), at)
		if err != nil || inside == "." || inside == ".." || strings.HasPrefix(inside, ".."+string(filepath.Separator)) || filepath.Dir(at) == at {
			return all
		}
	}
}

// passes is whom a folder lets in.
func passes(info os.FileInfo) (bits fs.FileMode) {
	if info.Mode().Perm()&0o010 != 0 {
		bits |= anyGroup
	}
	if info.Mode().Perm()&0o001 != 0 {
		bits |= anyOther
	}
	return bits
}

func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
