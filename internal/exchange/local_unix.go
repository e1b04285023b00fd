//go:build unix

package exchange

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// renameByLink makes the new name as a second link, which never replaces, and then drops the old one. Between the two both
// names hold the same file, which the caller's comparison after a crash resolves. Where links are not to be had (FAT, some
// network drives) it looks, then renames.
func renameByLink(from, to string) error {
	err := os.Link(from, to)
	switch {
	case err == nil:
		return os.Remove(from)
	case errors.Is(err, fs.ErrExist), errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.EXDEV):
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: fs.ErrExist}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(from, to)
}

// syncFolder makes a rename in the folder last through a power cut. File systems that cannot do it say EINVAL or ENOTSUP.
func (localPlace) syncFolder(p string) error {
	d, err := os.Open(p)
	if errors.Is(err, fs.ErrPermission) {
		return nil // a drop box: writable, not readable
	}
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return fmt.Errorf("sync folder: %w", err)
	}
	return nil
}

// busy is for Windows, where an open file cannot be renamed or read.
func busy(err error) error { return err }

// loose tells that other accounts may read a key file.
func loose(file string) bool {
	fi, err := os.Stat(file)
	return err == nil && fi.Mode().Perm()&0o077 != 0
}
