package journaltest

import (
	"fmt"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/sqlite"
)

// SQLite is what this program keeps journals in.
func TestSQLite(t *testing.T) {
	on := journal.Database{Dialect: sqlite.Dialect{}}
	Run(t, on)
	RunFile(t, on)
}

// BenchmarkSeals is what a transition of 25 documents costs; compare it with the version before.
func BenchmarkSeals(b *testing.B) {
	j, c := open(b)
	n := 0
	for b.Loop() {
		ids := make([]string, 25)
		for i := range ids {
			n++
			ids[i] = fmt.Sprintf("D%08d", n)
		}
		acknowledged(b, j, ids...)
		c.at = c.at.Add(time.Second)
	}
}
