package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/secret"
)

// The secret of the console is found from the working folder, wherever the program was called.
func TestConsoleSecret(t *testing.T) {
	t.Parallel()
	c := &Config{dir: t.TempDir()}
	var err error
	if c.Console.OIDC.ClientSecret, err = secret.At("file:oidc"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.dir, "oidc"), []byte("word\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if word, err := c.ConsoleHere().OIDC.ClientSecret.Reveal(); err != nil || word != "word" {
		t.Errorf("%q %v", word, err)
	}
}

// What is judged of a database's address is what the driver connects to: options after the question mark lead elsewhere.
func TestWhatAnAddressConnectsTo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ url, say string }{
		{"postgres://u@127.0.0.1/db?sslmode=disable", ""},
		{"postgres:///db?host=/var/run/postgresql", ""},
		{"postgres://u@db.example.com/db?sslmode=verify-full&sslrootcert=certs/ca.pem", ""},
		{"postgres://u@db.example.com/db", "must prove who it is"},
		{"postgres://u@127.0.0.1/db?host=db.example.com&sslmode=disable", "anybody between"},
		{"postgres://u@127.0.0.1,db.example.com/db?sslmode=prefer", "anybody between"},
		{"postgres://u@127.0.0.1/db?sslmode=verify-full&sslmode=disable", "sslmode twice"},
		{"postgres://u@127.0.0.1/db?sslmode=some", "sslmode that is not known"},
		{"postgres://u@127.0.0.1/db?port=x", "cannot be understood"},
	} {
		v := &validation{Config: &Config{}, reader: &reader{lines: map[string]int{}}}
		v.database("journal", c.url)
		if got := v.problems.Error(); len(v.problems) > 0 != (c.say != "") || !strings.Contains(got, c.say) {
			t.Errorf("%s: want %q, got %s", c.url, c.say, got)
		}
	}
	f := &Fleet{Database: Database{URL: "postgres://u@127.0.0.1:5432/fleet?sslmode=disable"}}
	for url, same := range map[string]bool{
		"postgres://acme@127.0.0.1/fleet?sslmode=disable":            true,
		"postgres://acme@127.0.0.1/fleet?host=10.0.0.1":              false,
		"postgres://acme@127.0.0.1/fleet?port=5433":                  false,
		"postgres://acme@127.0.0.1/fleet?dbname=other":               false,
		"postgres://acme@127.0.0.1/fleet?database=other":             false,
		"postgres://acme@10.0.0.1/other?dbname=fleet&host=127.0.0.1": true,
		"postgres://acme@127.0.0.1,10.0.0.1/fleet":                   false,
	} {
		if f.SameDatabase(&Config{Journal: Journal{URL: url, Schema: "acme"}}) != same {
			t.Errorf("%s: same %t is wrong", url, same)
		}
	}
}
