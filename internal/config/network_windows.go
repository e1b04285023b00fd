package config

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// networkFileSystem asks Windows whether the drive of an existing path is a mapped network drive.
func networkFileSystem(path string) (kind string, is bool) {
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(path) + `\`)
	if err != nil {
		return "", false
	}
	return "network drive", windows.GetDriveType(root) == windows.DRIVE_REMOTE
}
