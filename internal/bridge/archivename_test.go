package bridge

import (
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/exchange"
)

// Dated and unique archive names, whatever comes again.
func TestArchiveNames(t *testing.T) {
	at := time.Date(2026, 1, 31, 7, 0, 0, 0, time.UTC)
	a := archiveName("r.csv", at, "0123456789abcdef")
	if a != "20260131T070000Z-01234567-r.csv" {
		t.Errorf("name %q", a)
	}
	if name, when, ok := readArchiveName(a); !ok || name != "r.csv" || !when.Equal(at) {
		t.Errorf("read back: %s, %s, %v", name, when, ok)
	}
	if a == archiveName("r.csv", at, "fedcba") || a == archiveName("r.csv", at.Add(time.Second), "0123456789abcdef") || exchange.CheckName(a) != nil {
		t.Error("other content or time must give another good name")
	}
}
