package cli

import "os/user"

// whoami reads the account from the process's token.
func whoami() string {
	u, err := user.Current()
	if err != nil {
		return "an account that Windows does not name"
	}
	return identity{account: account(u.Username, u.Uid)}.String()
}
