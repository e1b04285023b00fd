package bridge_test

import (
	"os"
	"testing"

	"github.com/fisbridge/fisbridge/internal/house"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
)

// TestMain runs the tests, of which no goroutine may be left.
func TestMain(m *testing.M) { os.Exit(house.Leaks(m, pgtest.End)) }
