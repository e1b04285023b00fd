//go:build !unix

package journal

func linkFromEnvironment() {}
