package exchange

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// checker gathers findings about one target.
type checker struct {
	ctx   context.Context
	t     Target
	pl    place
	found []Finding
}

func (c *checker) add(s Severity, right, text, hint string) {
	c.found = append(c.found, Finding{Severity: s, Place: c.t.Place(), Right: right, Text: text, Hint: hint})
}

// tried notes how one right went; it returns whether it is there.
func (c *checker) tried(right string, err error, without Severity, hint string) bool {
	if err == nil {
		c.add(OK, right, "allowed", "")
		return true
	}
	if h := Hint(err); h != "" {
		hint = h
	}
	c.add(without, right, err.Error(), hint)
	return false
}

// connect tries to reach the place; without it nothing else can be said.
func (c *checker) connect() bool {
	if c.t.Kind == KindSFTP {
		c.warnLegacy()
	}
	if pl, ok := c.pl.(*sftpPlace); ok {
		s, err := pl.session(c.ctx)
		if err != nil {
			hint := ""
			if errors.Is(err, ErrConnection) {
				hint = "check host, port and firewall"
			}
			return c.tried("connect", err, Problem, hint)
		}
		c.tried("connect", nil, OK, "")
		if len(s.weak) > 0 {
			c.add(Warning, "algorithms", "the connection uses weak algorithms: "+strings.Join(s.weak, ", "), "ask the partner to update the server")
		}
	}
	return true
}

func (c *checker) warnLegacy() {
	c.warnCertificate(c.t)
	if c.t.KeyFile != "" && loose(c.t.KeyFile) {
		c.add(Warning, "key file", "key file "+c.t.KeyFile+" can be read by other accounts", "chmod 600 "+c.t.KeyFile)
	}
	if len(c.t.LegacyAlgorithms) > 0 {
		c.add(Warning, "algorithms", "weak algorithms are allowed: "+strings.Join(c.t.LegacyAlgorithms, ", "), "")
	}
	if c.t.Verify == VerifyNone {
		c.add(Warning, "verify", "uploads are not verified (verify: none)", "")
	}
}

// soon is how long before its end a certificate is told of.
const soon = 30 * 24 * time.Hour

// warnCertificate tells of certificates on the way that expire soon; those that have expired let nobody in, which is told then.
func (c *checker) warnCertificate(t Target) {
	if t.Jump != nil {
		c.warnCertificate(*t.Jump)
	}
	if t.Certificate == "" {
		return
	}
	cert, err := readCertificate(t.Certificate)
	if err != nil {
		return
	}
	if until := certTime(cert.ValidBefore); !until.IsZero() && time.Until(until) < soon {
		c.add(Warning, "certificate", "certificate "+t.Certificate+" expires on "+day(until), "ask the partner for a new one in time")
	}
}

// folder looks whether the folder is there, by stat or by list; severity of each missing right depends on who needs it.
func (c *checker) folder(list Severity) bool {
	_, isFolder, err := c.pl.stat(c.ctx, c.t.Folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.add(Problem, "folder", (&FolderError{c.t.Folder, fs.ErrNotExist}).Error(), "create it, mount it, or correct the path")
		return false
	case err == nil && !isFolder:
		c.add(Problem, "folder", c.t.Folder+" is a file, not a folder", "correct the path")
		return false
	case hopeless(c.ctx, err):
		return c.tried("folder", err, Problem, "")
	}
	c.tried("stat", err, Warning, "sizes are then taken from the open file, or by reading back")
	_, err = c.pl.list(c.ctx, c.t.Folder)
	if errors.Is(err, fs.ErrNotExist) {
		c.add(Problem, "folder", (&FolderError{c.t.Folder, err}).Error(), "create it, mount it, or correct the path")
		return false
	}
	return c.tried("list", err, list, "ask the partner for the right to list the folder") || list != Problem
}

// probe writes, looks at, reads, renames and removes a small file, each for the right that it needs.
func (c *checker) probe(folder string, read, remove Severity) {
	name := ".fisbridge-check-" + rand.Text()[:8]
	temp, final := c.pl.join(folder, name+".part"), c.pl.join(folder, name)
	content := []byte("fisbridge check\n")
	if !c.tried("create in "+folder, putFile(c.ctx, c.pl, temp, content), Problem, "ask for the right to write in the folder") {
		return
	}
	_, there, err := look(c.ctx, c.pl, folder, name+".part")
	if err == nil && !there {
		err = errors.New("the probe file was taken away at once")
	}
	c.tried("look in "+folder, err, Warning, "what happened to a file after a lost connection cannot then be found out")
	_, n, err := hashOf(c.ctx, c.pl, temp)
	if err == nil && n != int64(len(content)) {
		err = fmt.Errorf("%w: %d bytes written, %d read", ErrIncomplete, len(content), n)
	}
	c.tried("read in "+folder, err, read, "ask for the right to read in the folder")
	last := temp
	err = c.pl.rename(c.ctx, temp, final)
	if errors.Is(err, ErrRefused) {
		err = c.pl.renameOther(c.ctx, temp, final)
	}
	if c.tried("rename in "+folder, err, Problem, "ask for the right to rename in the folder") {
		last = final
	}
	err = c.pl.remove(c.ctx, last)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil // the partner took it
	}
	c.tried("remove in "+folder, err, remove, "temporary files of failed uploads then stay; the probe file "+last+" did")
}

func (d *dropper) Check(ctx context.Context) []Finding {
	c := &checker{ctx: ctx, t: d.t, pl: d.pl}
	if !c.connect() || !c.folder(Warning) {
		return c.found
	}
	if !d.t.Probe {
		c.add(OK, "probe", "nothing was written, so the rights to create, rename and remove are not proved", "allow the probe file to prove them")
		return c.found
	}
	read := Warning
	if d.t.Verify == VerifyHash {
		read = Problem
	}
	c.probe(d.t.Folder, read, Warning)
	return c.found
}

func (c *collector) Check(ctx context.Context) []Finding {
	k := &checker{ctx: ctx, t: c.t, pl: c.pl}
	if !k.connect() || !k.folder(Problem) {
		return k.found
	}
	if !c.t.Probe {
		k.add(OK, "probe", "nothing was written, so the rights to rename and to fill the archive are not proved", "allow the probe file to prove them")
		return k.found
	}
	k.probe(c.t.Folder, Problem, Warning)
	for _, sub := range []string{c.t.Archive, c.t.Failed} {
		dir, err := c.folder(ctx, sub)
		if err != nil {
			k.tried("folder "+sub, err, Problem, "create it, or ask for the right to create folders")
			continue
		}
		k.probe(dir, Warning, Warning)
	}
	return k.found
}
