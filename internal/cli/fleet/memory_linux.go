package fleet

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// boundMemory makes the system refuse more memory than the collector is told to keep to, and half of that again. The limit is one of addresses
// (RLIMIT_AS) beyond those that the process has now: the runtime takes memory for its heap inside of what it has reserved before, which a limit of data
// (RLIMIT_DATA) lets pass, https://man7.org/linux/man-pages/man2/getrlimit.2.html.
func boundMemory(mib int) error {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return fmt.Errorf("bound the memory of the pass (node.memory_mib): %w", err)
	}
	var pages uint64 // the first number: what the process has reserved
	if _, err := fmt.Sscan(string(text), &pages); err != nil {
		return fmt.Errorf("bound the memory of the pass (node.memory_mib): /proc/self/statm: %w", err)
	}
	most := pages*uint64(os.Getpagesize()) + uint64(mib)<<20*3/2
	if err := unix.Setrlimit(unix.RLIMIT_AS, &unix.Rlimit{Cur: most, Max: most}); err != nil {
		return fmt.Errorf("bound the memory of the pass (node.memory_mib): %w", err)
	}
	return nil
}
