//go:build unix && !linux

package exchange

// renameNoReplace renames and fails with fs.ErrExist when the new name is taken.
func renameNoReplace(from, to string) error { return renameByLink(from, to) }
