package layout

import (
	"strings"

	"github.com/goccy/go-yaml"
)

// Word is a text whose spelling counts: in YAML `0040` stays 0040 and `1.10` stays 1.10 also without quotes, where a plain
// string would become the number 32 or 1.1.
type Word string

// UnmarshalYAML takes the text as it is written.
func (w *Word) UnmarshalYAML(b []byte) error {
	text, err := spelling(b)
	*w = Word(text)
	return err
}

// UnmarshalYAML takes `2` as well as `"2"`.
func (d *Decimals) UnmarshalYAML(b []byte) error {
	text, err := spelling(b)
	*d = Decimals(text)
	return err
}

// spelling undoes YAML's quotes and nothing else.
func spelling(b []byte) (string, error) {
	text := strings.TrimSpace(string(b))
	if text == "" || !strings.ContainsRune("\"'|>", rune(text[0])) {
		return text, nil
	}
	var s string
	err := yaml.Unmarshal(b, &s)
	return s, err
}
