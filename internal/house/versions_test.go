package house

import (
	"go/version"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// oldest are the first versions without the faults that we know of: lost write errors in pkg/sftp, weak handshakes in
// x/crypto, and others.
func oldest() map[string]string {
	return map[string]string{
		"github.com/pkg/sftp":         "v1.13.12",
		"golang.org/x/crypto":         "v0.58.0",
		"github.com/xuri/excelize/v2": "v2.11.0",
		"golang.org/x/text":           "v0.39.0",
		"golang.org/x/oauth2":         "v0.27.0",
		"github.com/jackc/pgx/v5":     "v5.9.2",
	}
}

// TestVersionsAreNewEnough reads go.mod: nothing older than the list, and no OpenPGP of x/crypto.
func TestVersionsAreNewEnough(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	need, seen := oldest(), 0
	for _, line := range strings.Split(string(text), "\n") {
		words := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(words) < 2 {
			continue
		}
		if words[0] == "go" && version.Compare("go"+words[1], "go1.26.6") < 0 {
			t.Errorf("go.mod asks for Go %s, want 1.26.6 or newer", words[1])
		}
		want, listed := need[words[0]]
		if !listed {
			continue
		}
		seen++
		if older(t, words[1], want) {
			t.Errorf("%s %s is older than %s", words[0], words[1], want)
		}
	}
	if seen < 5 {
		t.Errorf("only %d of the listed modules are in go.mod: is the list still right?", seen)
	}
}

// older compares versions of three numbers.
func older(t *testing.T, have, want string) bool {
	t.Helper()
	a, b := numbers(t, have), numbers(t, want)
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}

func numbers(t *testing.T, version string) [3]int {
	t.Helper()
	release, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), "-")
	parts := strings.Split(release, ".")
	if len(parts) != 3 {
		t.Fatalf("%q is not a version", version)
	}
	var n [3]int
	for i, p := range parts {
		var err error
		if n[i], err = strconv.Atoi(p); err != nil {
			t.Fatalf("%q is not a version", version)
		}
	}
	return n
}

// TestOlder: the comparison is by number, not by text.
func TestOlder(t *testing.T) {
	for _, c := range []struct {
		have, want string
		older      bool
	}{{"v1.13.9", "v1.13.12", true}, {"v1.13.12", "v1.13.12", false}, {"v2.0.0", "v1.99.99", false}, {"v0.9.0", "v0.10.0", true}} {
		if got := older(t, c.have, c.want); got != c.older {
			t.Errorf("older(%s, %s) = %v", c.have, c.want, got)
		}
	}
}

// TestNoOldOpenPGP: x/crypto/openpgp is frozen and unsafe.
func TestNoOldOpenPGP(t *testing.T) {
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "versions_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(text), `"golang.org/x/crypto/openpgp`) {
			t.Errorf("%s imports x/crypto/openpgp: use ProtonMail/go-crypto", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
