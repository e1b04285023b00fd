package bridge_test

import (
	"os"
	"testing"

	"github.com/fisbridge/fisbridge/internal/house"
)

// TestMain runs the tests, of which no goroutine may be left.
func TestMain(m *testing.M) { os.Exit(house.Leaks(m)) }
