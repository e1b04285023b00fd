package exchange

import (
	"encoding/json"
	"fmt"
	"log/slog"
)

// Secret is a password or passphrase that is fetched when it is needed, is never kept, and prints as *** in every format.
// The zero value is "none configured".
type Secret struct{ reveal func() (string, error) }

const hidden = "***"

// SecretFunc is a secret that a function fetches each time it is needed. The function's error must not repeat the secret.
func SecretFunc(reveal func() (string, error)) Secret { return Secret{reveal} }

// IsZero tells that no secret is configured.
func (s Secret) IsZero() bool { return s.reveal == nil }

// Reveal fetches the value: "" without an error when none is configured.
func (s Secret) Reveal() (string, error) {
	if s.reveal == nil {
		return "", nil
	}
	return s.reveal()
}

func (s Secret) String() string               { return hidden }
func (s Secret) GoString() string             { return hidden }
func (s Secret) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(hidden)) }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(hidden) }
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(hidden) }
func (s Secret) MarshalYAML() (any, error)    { return hidden, nil }
