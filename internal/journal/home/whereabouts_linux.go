package home

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// fileID is the inode number with the time of birth, to the nanosecond where the file system keeps it. The number of
// the device is left out: it may change with each start of the machine.
func fileID(path string) string {
	var st unix.Statx_t
	if err := unix.Statx(unix.AT_FDCWD, path, 0, unix.STATX_INO|unix.STATX_BTIME, &st); err != nil || st.Mask&unix.STATX_INO == 0 {
		return ""
	}
	id := fmt.Sprintf("%d", st.Ino)
	if st.Mask&unix.STATX_BTIME != 0 && (st.Btime.Sec != 0 || st.Btime.Nsec != 0) {
		id += fmt.Sprintf("@%d.%09d", st.Btime.Sec, st.Btime.Nsec)
	}
	return id
}

// machineID is that of machine-id(5). In a container it is that of the image, or none, so it tells nothing.
func machineID() string {
	if inContainer() {
		return ""
	}
	for _, path := range []string{"/etc/machine-id", "/var/lib/dbus/machine-id"} {
		if text, err := os.ReadFile(path); err == nil {
			if id := strings.TrimSpace(string(text)); id != "" && id != "uninitialized" {
				return id
			}
		}
	}
	return ""
}

// inContainer knows Docker, Podman, Kubernetes and what systemd knows.
func inContainer() bool {
	if os.Getenv("KUBERNETES_SERVICE_HOST") != "" || os.Getenv("container") != "" {
		return true
	}
	for _, path := range []string{"/.dockerenv", "/run/.containerenv", "/run/systemd/container"} {
		if _, err := os.Stat(path); err == nil {
			return true
		}
	}
	return false
}
