package config

import "golang.org/x/sys/unix"

// networkFileSystem asks the kernel for the file system below an existing path.
func networkFileSystem(path string) (kind string, is bool) {
	var s unix.Statfs_t
	if unix.Statfs(path, &s) != nil {
		return "", false
	}
	return networkKind(uint32(s.Type))
}

// networkKind knows the file systems that reach over a network by their number in statfs(2). FUSE is not among them: it
// may be local.
func networkKind(magic uint32) (kind string, is bool) {
	switch magic {
	case unix.NFS_SUPER_MAGIC:
		return "NFS", true
	case unix.SMB_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC:
		return "SMB", true
	case unix.AFS_SUPER_MAGIC:
		return "AFS", true
	case unix.CEPH_SUPER_MAGIC:
		return "Ceph", true
	}
	return "", false
}
