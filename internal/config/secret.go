package config

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

// maxSecret bounds a secret file: a pointer to the wrong file must not fill the memory.
const maxSecret = 64 << 10

// Secret names the place of a secret, `env:NAME`, `file:path` or `credential:NAME` (of systemd). It never holds the value: Config.Reveal fetches it when it is
// needed. It prints as *** all the same, so that a place (and a value written there by mistake) stays out of logs.
type Secret struct{ ref string }

// NewSecret reads a reference. Anything that is not env:NAME, file:path or credential:NAME is refused without repeating it: it may be the
// secret itself.
func NewSecret(ref string) (Secret, error) {
	kind, name, found := strings.Cut(ref, ":")
	if !found || strings.TrimSpace(name) == "" || (kind != "env" && kind != "file" && kind != "credential") {
		return Secret{}, errors.New("must name the place of the secret, not the secret itself")
	}
	return Secret{ref: kind + ":" + strings.TrimSpace(name)}, nil
}

// Given reports whether there is a reference.
func (s Secret) Given() bool { return s.ref != "" }

// Place is the reference, for messages that tell an operator where a secret was looked for.
func (s Secret) Place() string { return s.ref }

// File is the path of the file that holds the secret, as configured, when it lies in one.
func (s Secret) File() (path string, is bool) { return strings.CutPrefix(s.ref, "file:") }

// CredentialsVariable is where systemd tells a unit the folder of its credentials.
const CredentialsVariable = "CREDENTIALS_DIRECTORY"

// Reveal reads the secret's value: the environment variable, or the file (relative to the working folder) without its line end.
// A missing or empty one is an error that names the place.
func (c *Config) Reveal(s Secret) (string, error) {
	kind, name, _ := strings.Cut(s.ref, ":")
	switch kind {
	case "env":
		value := os.Getenv(name)
		if value == "" {
			return "", fmt.Errorf("environment variable %s is not set", name)
		}
		return value, nil
	case "file":
		return ReadSecretFile(c.Path(name))
	case "credential":
		folder := os.Getenv(CredentialsVariable)
		if folder == "" {
			return "", fmt.Errorf("credential %s: %s is not set: systemd gives it to a unit with LoadCredential or LoadCredentialEncrypted", name, CredentialsVariable)
		}
		return ReadSecretFile(filepath.Join(folder, filepath.Base(name)))
	}
	return "", errors.New("no secret is configured")
}

// ReadSecretFile reads a secret from a file, without its line end.
func ReadSecretFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	value := strings.TrimRight(strings.TrimPrefix(string(b), bom), "\r\n")
	switch {
	case len(b) > maxSecret:
		return "", fmt.Errorf("secret file %s is larger than %d KiB: is it the right file?", path, maxSecret>>10)
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
