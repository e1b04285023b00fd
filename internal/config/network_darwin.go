package config

import "golang.org/x/sys/unix"

// networkFileSystem asks whether the file system of an existing path is local to this machine.
func networkFileSystem(path string) (kind string, is bool) {
	var s unix.Statfs_t
	if unix.Statfs(path, &s) != nil {
		return "", false
	}
	return unix.ByteSliceToString(s.Fstypename[:]), s.Flags&unix.MNT_LOCAL == 0
}
