package exchange

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// renameNoReplace renames and fails with fs.ErrExist when the new name is taken; it returns when the change is on the disk.
func renameNoReplace(from, to string) error {
	f, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	t, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	if err := windows.MoveFileEx(f, t, windows.MOVEFILE_WRITE_THROUGH); err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return nil
}

// syncFolder has nothing to do: MOVEFILE_WRITE_THROUGH did it, and folders cannot be opened for it.
func (localPlace) syncFolder(string) error { return nil }

// busy names the errors of a file that another program has open.
func busy(err error) error {
	if errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return fmt.Errorf("%w: %w", ErrBusy, err)
	}
	return err
}

// loose is not told by Windows file modes.
func loose(string) bool { return false }
