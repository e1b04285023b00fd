package worlds

import (
	"os"
	"testing"

	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
)

// TestMain ends what tests share and removes the programs that they built, when all have ended.
func TestMain(m *testing.M) {
	code := m.Run()
	gnuPGEnds()
	pgtest.End()
	_ = os.RemoveAll(binDir())
	os.Exit(code)
}
