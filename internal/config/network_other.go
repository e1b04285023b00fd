//go:build !linux && !windows && !darwin

package config

// networkFileSystem cannot tell on this system.
func networkFileSystem(string) (kind string, is bool) { return "", false }
