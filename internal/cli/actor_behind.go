//go:build unix

package cli

// mostAbove bounds how many processes above are looked at.
const mostAbove = 64

// behindBy finds the nearest process from pid upwards that belongs to an account which is neither uid nor root.
func behindBy(uid, pid int, owner func(pid int) (uid, parent int, ok bool)) (int, bool) {
	for range mostAbove {
		if pid <= 1 {
			return 0, false
		}
		who, parent, ok := owner(pid)
		if !ok {
			return 0, false
		}
		if who != uid && who != 0 {
			return who, true
		}
		pid = parent
	}
	return 0, false
}
