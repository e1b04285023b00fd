package exchange

import (
	"net"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Identity is the target's folder in words that are the same for the same folder, whatever it is called: links, relative paths, a trailing slash, the usual
// port or another user's login make no other one. Upper and lower case are the same, as they are for many servers; two folders that differ in nothing else are
// taken for one, which costs no more than names of their own. Whether two host names are one server is not known here.
func (t Target) Identity() string {
	if t.Kind != KindSFTP {
		return "folder " + strings.ToLower(filepath.ToSlash(realPath(t.Folder)))
	}
	port := t.Port
	if port == 0 {
		port = 22
	}
	folder := path.Clean(strings.ReplaceAll(t.Folder, `\`, "/"))
	if !path.IsAbs(folder) {
		folder = "~" + t.User + "/" + folder
	}
	host := strings.TrimSuffix(strings.ToLower(strings.Trim(t.Host, "[]")), ".")
	return "sftp " + net.JoinHostPort(host, strconv.Itoa(port)) + " " + strings.ToLower(folder)
}

// realPath follows links as far as the path exists.
func realPath(p string) string {
	if abs, err := filepath.Abs(p); err == nil {
		p = abs
	}
	rest := ""
	for at := p; ; at = filepath.Dir(at) {
		real, err := filepath.EvalSymlinks(at)
		if err == nil {
			return filepath.Join(real, rest)
		}
		if parent := filepath.Dir(at); parent == at {
			return filepath.Clean(p)
		}
		rest = filepath.Join(filepath.Base(at), rest)
	}
}

// SamePlace tells whether two targets are one folder: by their words, by the folder itself where both are on this machine (hard mounts, names that differ in
// case only), or by the key of the server where both name one.
func SamePlace(a, b Target) bool {
	if a.Identity() == b.Identity() {
		return true
	}
	if (a.Kind == KindSFTP) != (b.Kind == KindSFTP) {
		return false
	}
	if a.Kind != KindSFTP {
		one, err := os.Stat(a.Folder)
		two, err2 := os.Stat(b.Folder)
		return err == nil && err2 == nil && os.SameFile(one, two)
	}
	sameKey := slices.ContainsFunc(a.Fingerprints, func(k string) bool { return slices.Contains(b.Fingerprints, k) })
	b.Host, b.Port = a.Host, a.Port
	return sameKey && a.Identity() == b.Identity()
}

// Sub is the folder below the target's own.
func (t Target) Sub(folder string) Target {
	if t.Kind == KindSFTP {
		t.Folder = path.Join(t.Folder, folder)
	} else {
		t.Folder = filepath.Join(t.Folder, filepath.FromSlash(folder))
	}
	return t
}
