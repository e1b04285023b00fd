//go:build !linux

package sqlite

// networkFS cannot tell here; paths that name a server are refused by their form.
func networkFS(string) bool { return false }
