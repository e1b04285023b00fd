package journaltest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/tokens"
)

// An older version has stored a token that everybody can read who can read the file. Sealed, it is gone from the
// database, its log, and a backup.
func testPlainTokenIsSealedAndGone(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := database.Open(ctx, path, time.Now, "test")
	if err != nil {
		t.Fatal(err)
	}
	const planted = "planted-refresh-token-0123456789"
	if _, err := byHand(j, `INSERT INTO tokens (company, access, refresh, former, geolocation, scope, access_expires, refresh_obtained, version) VALUES ('co', $1, $1, '', '', '', '', '', 1)`, planted); err != nil {
		t.Fatal(err)
	}
	r, err := j.Token(ctx, "co")
	if err != nil || r.Sealed() || !r.Plain() {
		t.Fatalf("%v %v", r.Sealed(), err)
	}
	if err := j.SealToken(ctx, "co", r, testKey(t)); err != nil {
		t.Fatal(err)
	}
	if r, err = j.Token(ctx, "co"); err != nil || !r.Sealed() || r.Plain() {
		t.Fatalf("%v", err)
	}
	if opened, err := r.Open("co", testKey(t)); err != nil || opened.Refresh != planted || opened.Access != planted || opened.Former != "" {
		t.Errorf("%v", err)
	}
	if err := j.Backup(ctx, path+".backup"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal", path + ".backup"} {
		if text, err := os.ReadFile(name); err == nil && bytes.Contains(text, []byte(planted)) {
			t.Errorf("%s shows the token", filepath.Base(name))
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

// Another key, a changed text, a text of another company or column: each is refused, and told apart.
func testSealRefuses(t *testing.T) {
	key := testKey(t)
	other, err := tokens.NewTokenKey(tokens.MakeTokenKey())
	if err != nil {
		t.Fatal(err)
	}
	sealed := tokens.TokenRow{Refresh: "r", Access: "a"}.Seal("co", key)
	swapped := tokens.TokenRow{Refresh: sealed.Access, Access: sealed.Refresh}
	cut := tokens.TokenRow{Refresh: strings.TrimSuffix(sealed.Refresh, sealed.Refresh[len(sealed.Refresh)-4:])}
	for _, c := range []struct {
		row     tokens.TokenRow
		company string
		key     tokens.TokenKey
		want    error
	}{{sealed, "co", other, tokens.ErrOtherKey}, {sealed, "other", key, tokens.ErrSealBroken}, {swapped, "co", key, tokens.ErrSealBroken}, {cut, "co", key, tokens.ErrSealBroken}} {
		if _, err := c.row.Open(c.company, c.key); !errors.Is(err, c.want) {
			t.Errorf("%v, want %v", err, c.want)
		}
	}
	if _, err := tokens.NewTokenKey("short"); err == nil {
		t.Error("a short key is taken")
	}
}
