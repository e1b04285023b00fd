package config

import (
	"os"
	"path/filepath"
	"strings"
)

// NetworkPath reports whether a path is on a network drive, as far as the system tells, and what kind. The path need
// not exist: its nearest existing parent decides.
func NetworkPath(path string) (kind string, is bool) {
	if strings.HasPrefix(path, `\\`) || strings.HasPrefix(path, "//") {
		return "UNC path", true
	}
	if scheme, _, found := strings.Cut(path, "://"); found {
		return scheme + " address", true
	}
	for at := path; ; at = filepath.Dir(at) {
		if _, err := os.Stat(at); err == nil {
			return networkFileSystem(at)
		}
		if filepath.Dir(at) == at {
			return "", false
		}
	}
}
