package cli

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// personBehind is the account that is behind the process when it is another one than that it runs under. The kernel's
// login id outlives sudo and su; where none was set, the nearest process above that belongs to another account tells.
// Root above is cron, sshd or init, and nobody.
func personBehind(uid int) (int, bool) {
	if login, ok := loginUID(); ok {
		return login, login != uid
	}
	return behindBy(uid, os.Getppid(), processOwner)
}

// noLogin and unmapped are login ids that name nobody: none was set, or it is one from outside of the container.
const (
	noLogin  = 1<<32 - 1
	unmapped = 65534
)

func loginUID() (int, bool) {
	text, err := os.ReadFile("/proc/self/loginuid")
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil || n == noLogin || n == unmapped || n < 0 {
		return 0, false
	}
	return int(n), true
}

// processOwner is the real account of a process, and the process above it.
func processOwner(pid int) (uid, parent int, ok bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, false
	}
	found := 0
	for _, line := range bytes.Split(text, []byte("\n")) {
		name, rest, _ := strings.Cut(string(line), ":")
		fields := strings.Fields(rest)
		if len(fields) == 0 || name != "PPid" && name != "Uid" {
			continue
		}
		n, err := strconv.Atoi(fields[0])
		if err != nil {
			return 0, 0, false
		}
		if found++; name == "PPid" {
			parent = n
		} else {
			uid = n
		}
	}
	return uid, parent, found == 2
}
