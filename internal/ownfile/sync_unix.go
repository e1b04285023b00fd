//go:build unix

package ownfile

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// SyncFolder puts a folder's new names on disk. File systems that cannot do it say EINVAL or ENOTSUP, and keep names by
// themselves.
func SyncFolder(path string) (err error) {
	d, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return fmt.Errorf("sync folder %s: %w", path, err)
	}
	return nil
}
