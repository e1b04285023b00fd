//go:build unix

package cli

import (
	"errors"
	"fmt"
	"os"
)

// syncFolder puts a folder's new names on disk.
func syncFolder(path string) (err error) {
	d, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("sync folder %s: %w", path, err)
	}
	return nil
}
