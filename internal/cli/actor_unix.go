//go:build unix

package cli

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// whoami is the account of the process, and who is behind it.
func whoami() string {
	uid := os.Getuid()
	i := identity{account: nameOf(uid)}
	if person, ok := personBehind(uid); ok {
		i.real = nameOf(person)
	}
	return i.String()
}

func nameOf(uid int) string { return account(lookup(uid), strconv.Itoa(uid)) }

// lookupPasswd finds the name of an account in a file like /etc/passwd. (Package os/user must not be asked for our own
// account: when it does not find that, it believes $USER.)
func lookupPasswd(path string, uid int) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	want := strconv.Itoa(uid)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if fields := strings.Split(lines.Text(), ":"); len(fields) > 3 && fields[2] == want {
			return fields[0]
		}
	}
	return ""
}

// lookupDirectory asks the system for an account that lies in a directory (LDAP, Active Directory). Nothing of our
// environment goes along.
func lookupDirectory(uid int) string {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/usr/bin/getent", "passwd", strconv.Itoa(uid))
	cmd.Env = []string{}
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	if fields := strings.Split(string(out), ":"); len(fields) > 3 && fields[2] == strconv.Itoa(uid) {
		return fields[0]
	}
	return ""
}
