package sqlite

import (
	"context"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
)

// A transaction over many rows takes no more memory than the cache is to have, whatever the database's memory takes for
// each page: a result file about 100,000 documents writes some hundred megabytes.
func TestLargeTransactionTakesLittleMemory(t *testing.T) {
	write, readers, err := Dialect{}.Open(filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer readers.Close()
	defer write.Close()
	ctx := context.Background()
	exec := func(query string) {
		t.Helper()
		if _, err := write.ExecContext(ctx, query); err != nil {
			t.Fatal(err)
		}
	}
	exec(`CREATE TABLE large (n INTEGER PRIMARY KEY, body BLOB)`)
	before := resident(t)
	exec(`INSERT INTO large WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 120000) SELECT n, zeroblob(1000) FROM c`)
	if more := resident(t) - before; more > 48<<20 {
		t.Errorf("120 MB written at once take %d MiB of memory, more than 48", more>>20)
	}
}

// resident is how much memory the process has, in bytes.
func resident(t *testing.T) int64 {
	t.Helper()
	debug.FreeOSMemory()
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(b))
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}
