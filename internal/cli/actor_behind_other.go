//go:build unix && !linux && !darwin

package cli

// personBehind is not known on this system.
func personBehind(int) (int, bool) { return 0, false }
