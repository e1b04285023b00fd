//go:build !linux

package fleet

// boundMemory leaves it at what the collector is told to keep to (GOMEMLIMIT).
func boundMemory(int) error { return nil }
