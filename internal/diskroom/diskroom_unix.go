//go:build !windows

package diskroom

import "golang.org/x/sys/unix"

// At is how many bytes of the disk of a folder are free for us, and how many it has.
func At(folder string) (free, total uint64, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return 0, 0, err
	}
	size := uint64(s.Bsize)                                      //nolint:gosec,unconvert // of another type on each system, and never negative
	return uint64(s.Bavail) * size, uint64(s.Blocks) * size, nil //nolint:gosec,unconvert // the same
}
