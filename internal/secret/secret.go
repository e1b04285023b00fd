// Package secret owns passwords and keys on their way from where they lie to where they are needed. It guarantees that
// a secret is fetched only when it is needed, and prints as *** in every form: a log, JSON or YAML of a configuration
// holds none.
package secret

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Stars is what a secret prints as, in every form.
const Stars = "***"

// maxFile bounds a secret's file: a pointer to the wrong file must not fill the memory.
const maxFile = 64 << 10

// bom is what some editors of Windows put before a text in UTF-8.
const bom = "\ufeff"

// Secret is where a secret lies, or how it is fetched; it never prints more than ***, not even its place, for somebody
// may have written the value there. The zero value is "none configured".
type Secret struct {
	place  string
	folder func(path string) string // what the path of a file is relative to
	fetch  func() (string, error)
}

// At reads a reference: `env:NAME`, `file:path` or `credential:NAME` (of systemd). Anything else is refused without
// repeating it: it may be the secret itself.
func At(ref string) (Secret, error) {
	kind, name, found := strings.Cut(ref, ":")
	if !found || strings.TrimSpace(name) == "" || (kind != "env" && kind != "file" && kind != "credential") {
		return Secret{}, errors.New("must name the place of the secret, not the secret itself")
	}
	return Secret{place: kind + ":" + strings.TrimSpace(name)}, nil
}

// Func is a secret that a function fetches each time it is needed. The function's error must not repeat the secret.
func Func(fetch func() (string, error)) Secret { return Secret{fetch: fetch} }

// Text is a secret that is known.
func Text(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Func(func() (string, error) { return value, nil })
}

// In says what the path of a secret's file is relative to.
func (s Secret) In(folder func(path string) string) Secret {
	s.folder = folder
	return s
}

// Given reports whether a secret is configured.
func (s Secret) Given() bool { return s.place != "" || s.fetch != nil }

// Place is the reference, for messages that tell an operator where a secret was looked for.
func (s Secret) Place() string { return s.place }

// File is the path of the file that holds the secret, as configured, when it lies in one.
func (s Secret) File() (path string, is bool) { return strings.CutPrefix(s.place, "file:") }

// CredentialsVariable is where systemd tells a unit the folder of its credentials.
const CredentialsVariable = "CREDENTIALS_DIRECTORY"

// Reveal fetches the value: that of the environment variable, or the content of the file without its line end. A
// missing or empty one is an error that names the place. It is "" without an error when none is configured.
func (s Secret) Reveal() (string, error) {
	if s.fetch != nil {
		return s.fetch()
	}
	kind, name, _ := strings.Cut(s.place, ":")
	switch kind {
	case "env":
		value := os.Getenv(name)
		if value == "" {
			return "", fmt.Errorf("environment variable %s is not set", name)
		}
		return value, nil
	case "file":
		if s.folder != nil {
			name = s.folder(name)
		}
		return ReadFile(name)
	case "credential":
		folder := os.Getenv(CredentialsVariable)
		if folder == "" {
			return "", fmt.Errorf("credential %s: %s is not set: systemd gives it to a unit with LoadCredential or LoadCredentialEncrypted", name, CredentialsVariable)
		}
		return ReadFile(filepath.Join(folder, filepath.Base(name)))
	}
	return "", nil
}

// ReadFile reads a secret from a file, without its line end.
func ReadFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	value := strings.TrimRight(strings.TrimPrefix(string(b), bom), "\r\n")
	switch {
	case len(b) > maxFile:
		return "", fmt.Errorf("secret file %s is larger than %d KiB: is it the right file?", path, maxFile>>10)
	case value == "":
		return "", fmt.Errorf("secret file %s is empty", path)
	case !utf8.ValidString(value) || strings.ContainsAny(value, "\r\n\x00"):
		return "", fmt.Errorf("secret file %s holds more than one line of text in UTF-8: is it the right file?", path)
	}
	return value, nil
}

func (s Secret) String() string               { return Stars }
func (s Secret) GoString() string             { return Stars }
func (s Secret) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, Stars) }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(Stars) }
func (s Secret) MarshalText() ([]byte, error) { return []byte(Stars), nil }
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(Stars) }
func (s Secret) MarshalYAML() (any, error)    { return Stars, nil }
