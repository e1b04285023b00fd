package proof

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bundle"
)

// judged asks a judge that lies beside the checkout, where it does; ok is what it must say. The same rules are facts of
// the tests here, for machines without it.
func judged(t *testing.T, ok bool, judge string, args ...string) {
	t.Helper()
	script, err := filepath.Abs("../../../shared/tools/judges/" + judge)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(script); err != nil {
		return
	}
	out, err := exec.CommandContext(t.Context(), external(t, "python3"), append([]string{script}, args...)...).CombinedOutput()
	if (err == nil) != ok {
		t.Errorf("%s says %v:\n%s", judge, err, out)
	}
}

// unpacked are the members of a package, by name.
func unpacked(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	members, err := bundle.Open(bytes.NewReader(data), int64(len(data)), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, m := range members {
		in, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err := errors.Join(err, in.Close()); err != nil {
			t.Fatal(err)
		}
		out[m.Name] = text
	}
	return out
}

// packed is a package with these members, in their order: name and text in turn.
func packed(t *testing.T, members ...string) []byte {
	t.Helper()
	var all []bundle.Member
	for i := 0; i < len(members); i += 2 {
		all = append(all, bundle.Member{Name: members[i], Open: func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader([]byte(members[i+1]))), nil
		}})
	}
	var b bytes.Buffer
	if err := bundle.Write(&b, t.TempDir(), all); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// laid is a file of the test's folder with these bytes.
func laid(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
