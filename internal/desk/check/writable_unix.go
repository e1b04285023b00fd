//go:build unix

package check

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// writable asks the system whether this account may make files in a folder.
func writable(folder string) error {
	if err := unix.Access(folder, unix.W_OK|unix.X_OK); err != nil {
		return fmt.Errorf("%s cannot be written: %w", folder, err)
	}
	return nil
}
