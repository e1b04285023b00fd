package web

import (
	"log/slog"
	"net/netip"
	"testing"

	"github.com/fisbridge/fisbridge/internal/web/api"
	"github.com/fisbridge/fisbridge/internal/words"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func prefixes(t *testing.T, list ...string) (out []netip.Prefix) {
	t.Helper()
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

// The description of the API can be read, and the words load.
func TestDescriptionAndWords(t *testing.T) {
	t.Parallel()
	if b, err := api.OpenAPI(); err != nil || len(b) < 1000 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	if _, err := words.Load(); err != nil {
		t.Error(err)
	}
}
