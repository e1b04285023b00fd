package cli

import (
	"os/user"
	"strconv"
)

// lookup finds the name of an account in Open Directory, empty when it has none. On macOS package os/user always asks
// the system.
func lookup(uid int) string {
	u, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		return ""
	}
	return u.Username
}
