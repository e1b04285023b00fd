package fleet

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// TestMemoryProcess is no test: it is a pass that takes memory, when TestMemoryIsBounded begins it.
func TestMemoryProcess(*testing.T) {
	if flag.NArg() != 1 {
		return
	}
	mib, err := strconv.Atoi(flag.Arg(0))
	if err == nil {
		err = boundMemory(128)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(9)
	}
	taken := make([]byte, mib<<20)
	for i := 0; i < len(taken); i += 4096 {
		taken[i] = 1
	}
	fmt.Println("taken", len(taken)>>20)
	os.Exit(0)
}

// The system refuses a pass more than node.memory_mib and half of that again, so that one company cannot take the memory of the node's others.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for mib, want := range map[int]string{64: "taken 64", 400: "out of memory"} {
		out, err := exec.Command(program, "-test.run=^TestMemoryProcess$", "--", strconv.Itoa(mib)).CombinedOutput()
		if (err == nil) != (mib == 64) || !strings.Contains(string(out), want) {
			t.Errorf("%d MiB: %v, want %q: %.300s", mib, err, want, out)
		}
	}
}
