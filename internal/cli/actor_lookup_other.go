//go:build unix && !darwin

package cli

// lookup finds the name of an account, empty when it has none.
func lookup(uid int) string {
	if name := lookupPasswd("/etc/passwd", uid); name != "" {
		return name
	}
	return lookupDirectory(uid)
}
