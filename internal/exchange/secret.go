package exchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// Secret is a password or passphrase that is fetched when it is needed and prints as *** in every format. Its value comes
// from an environment variable, a file, or a function; written into the configuration file it is refused.
type Secret struct {
	env, file string
	reveal    func() (string, error)
}

const hidden = "***"

// SecretFunc is a secret that a function fetches each time it is needed.
func SecretFunc(reveal func() (string, error)) Secret { return Secret{reveal: reveal} }

// SecretEnv is a secret in an environment variable.
func SecretEnv(name string) Secret { return Secret{env: name} }

// SecretFile is a secret in a file; one line break at its end is not part of it.
func SecretFile(path string) Secret { return Secret{file: path} }

// IsZero tells that no secret is configured.
func (s Secret) IsZero() bool { return s.env == "" && s.file == "" && s.reveal == nil }

// Reveal fetches the value. Not configured is "" without an error; configured and not to be had is an error.
func (s Secret) Reveal() (string, error) {
	switch {
	case s.reveal != nil:
		return s.reveal()
	case s.env != "":
		if v, ok := os.LookupEnv(s.env); ok && v != "" {
			return v, nil
		}
		return "", fmt.Errorf("environment variable %s is not set", s.env)
	case s.file != "":
		b, err := os.ReadFile(s.file)
		if err != nil {
			return "", fmt.Errorf("read secret: %w", err)
		}
		v := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
		if v == "" {
			return "", fmt.Errorf("secret file %s is empty", s.file)
		}
		return v, nil
	}
	return "", nil
}

// Within makes a relative secret file relative to a folder, that of the configuration file.
func (s Secret) Within(folder string) Secret {
	if s.file != "" && !filepath.IsAbs(s.file) {
		s.file = filepath.Join(folder, s.file)
	}
	return s
}

func (s Secret) String() string               { return hidden }
func (s Secret) GoString() string             { return hidden }
func (s Secret) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(hidden)) }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(hidden) }
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(hidden) }
func (s Secret) MarshalYAML() (any, error)    { return hidden, nil }

// UnmarshalYAML reads `{env: NAME}` or `{file: PATH}`.
func (s *Secret) UnmarshalYAML(unmarshal func(any) error) error {
	var from struct {
		Env  string `yaml:"env"`
		File string `yaml:"file"`
	}
	if err := unmarshal(&from); err != nil || (from.Env == "") == (from.File == "") {
		return errors.New("a secret is written as {env: NAME} or {file: PATH}, never as text in the configuration")
	}
	*s = Secret{env: from.Env, file: from.File}
	return nil
}
