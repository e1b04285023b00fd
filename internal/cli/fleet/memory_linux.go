package fleet

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// boundMemory makes the system refuse more memory than the collector is told to keep to, and half of that again.
func boundMemory(mib int) error {
	most := uint64(mib) << 20 * 3 / 2
	if err := unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: most, Max: most}); err != nil {
		return fmt.Errorf("bound the memory of the pass (node.memory_mib): %w", err)
	}
	return nil
}
