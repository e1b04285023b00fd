package exchange

import (
	"os"
	"testing"

	"github.com/fisbridge/fisbridge/internal/house"
)

// TestMain runs the tests; no goroutine may outlive them.
func TestMain(m *testing.M) { os.Exit(house.Leaks(m)) }
