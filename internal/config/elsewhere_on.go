//go:build killpoint && unix

package config

import (
	"crypto/sha256"
	"encoding/hex"
	"os"

	"github.com/fisbridge/fisbridge/internal/secret"
)

// elsewhere, of a build for tests, has a journal that would be a file in the server that FISBRIDGE_JOURNALS names, a schema for each path, so that stories of whole commands
// are told on PostgreSQL, too.
func elsewhere(c *Config) {
	url := os.Getenv("FISBRIDGE_JOURNALS")
	if url == "" || c.Journal.Path == "" || c.Journal.URL != "" {
		return
	}
	sum := sha256.Sum256([]byte(c.Path(c.Journal.Path)))
	c.Journal = Journal{URL: url, Schema: "j" + hex.EncodeToString(sum[:10]), Password: secret.Text(os.Getenv("FISBRIDGE_JOURNALS_PASSWORD"))}
}
