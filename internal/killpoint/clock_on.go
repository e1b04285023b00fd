//go:build killpoint && unix

package killpoint

import (
	"os"
	"time"
)

var offset = func() time.Duration {
	d, _ := time.ParseDuration(os.Getenv("FISBRIDGE_NOW_OFFSET")) // not given: the machine's clock
	return d
}()

// Now is the clock of the program: the machine's, set forward or back by FISBRIDGE_NOW_OFFSET, so that tests can make
// it jump.
func Now() time.Time { return time.Now().Add(offset) }
