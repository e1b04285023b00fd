package cli

import (
	"os"
	"testing"

	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.End()
	os.Exit(code)
}
