package exchange

import (
	"os"
	"path/filepath"
	"testing"
)

// The same folder has the same words, whatever it is called; other folders have others.
func TestSamePlace(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{"erp/in", "erp/in/sub", "erp/out"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "erp"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(here, filepath.Join(dir, "erp", "in"))
	if err != nil {
		t.Fatal(err)
	}
	folder := func(p string) Target { return Target{Kind: KindFolder, Folder: p} }
	sftp := func(user, host string, port int, p string, keys ...string) Target {
		return Target{Kind: KindSFTP, User: user, Host: host, Port: port, Folder: p, Fingerprints: keys}
	}
	for _, c := range []struct {
		name string
		a, b Target
		same bool
	}{
		{"link", folder(dir + "/erp/in"), folder(dir + "/link/in"), true},
		{"trailing slash and dots", folder(dir + "/erp/in"), folder(dir + "/erp/./out/../in/"), true},
		{"relative", folder(dir + "/erp/in"), folder(relative), true},
		{"case", folder(dir + "/erp/in"), folder(dir + "/erp/IN"), true},
		{"a folder that is not there yet, by a link", folder(dir + "/erp/new/x"), folder(dir + "/link/new/x"), true},
		{"child", folder(dir + "/erp/in"), folder(dir + "/erp/in/sub"), false},
		{"sibling", folder(dir + "/erp/in"), folder(dir + "/erp/out"), false},
		{"the usual port", sftp("a", "erp.example.com", 0, "/in"), sftp("a", "ERP.example.com.", 22, "/in/"), true},
		{"another port", sftp("a", "erp.example.com", 22, "/in"), sftp("a", "erp.example.com", 2222, "/in"), false},
		{"another login", sftp("a", "erp.example.com", 22, "/in"), sftp("b", "erp.example.com", 22, "/in"), true},
		{"homes of two logins", sftp("a", "erp.example.com", 22, "in"), sftp("b", "erp.example.com", 22, "in"), false},
		{"backslashes", sftp("a", "erp.example.com", 22, `x\in`), sftp("a", "erp.example.com", 22, "x/in"), true},
		{"another name of the host, same key", sftp("a", "erp", 22, "/in", "SHA256:x"), sftp("a", "10.0.0.1", 2222, "/in", "SHA256:y", "SHA256:x"), true},
		{"another host", sftp("a", "erp", 22, "/in", "SHA256:x"), sftp("a", "10.0.0.1", 22, "/in", "SHA256:y"), false},
		{"folder and server", folder("/in"), sftp("a", "erp", 22, "/in"), false},
	} {
		if got := SamePlace(c.a, c.b); got != c.same {
			t.Errorf("%s: %v (%s, %s)", c.name, got, c.a.Identity(), c.b.Identity())
		}
		if got := SamePlace(c.b, c.a); got != c.same {
			t.Errorf("%s, the other way round: %v", c.name, got)
		}
	}
}

func TestPlainName(t *testing.T) {
	for name, want := range map[string]string{"a.csv.pgp": "a.csv", "a.csv.GPG": "a.csv", "a.asc": "a", "a.csv": "a.csv", ".pgp": ".pgp", "pgp": "pgp"} {
		if got := PlainName(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	sealed := Target{Match: []string{"*.csv"}, Sealed: true}
	if !sealed.Wants("a.csv.pgp") || !sealed.Wants("a.csv") || sealed.Wants("a.txt.pgp") || (Target{Match: []string{"*.csv"}}).Wants("a.csv.pgp") {
		t.Error("patterns of sealed files")
	}
}
