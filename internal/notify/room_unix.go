//go:build !windows

package notify

import "golang.org/x/sys/unix"

// roomAt is how many bytes of the disk of a folder are free, and how many it has.
func roomAt(folder string) (free, total uint64, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return 0, 0, err
	}
	return s.Bavail, s.Blocks, nil // both in blocks: what counts is the part
}
