package sqlite

import (
	"path/filepath"
	"syscall"
)

// networkFS tells whether the folder lies on NFS, SMB or CIFS (magic numbers of statfs(2)).
func networkFS(path string) bool {
	var st syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &st); err != nil {
		return false
	}
	switch uint32(st.Type) {
	case 0x6969, 0x517B, 0xFF534D42, 0xFE534D42:
		return true
	}
	return false
}
