package cli

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// Who acts stands in the history for good, so it comes from the operating system and never from a variable: USER=cfo is
// a claim. Who cannot be known is said so: "uid 1001".

// actor names who acts in the history: the command, and the account of the operating system.
func actor(command string) string { return "fisbridge " + command + " by " + whoami() }

// identity is what the operating system knows of who acts.
type identity struct {
	account string // under which the process runs
	real    string // who is behind it when that is another account, by sudo or su; else empty
}

func (i identity) String() string {
	if i.real == "" || i.real == i.account {
		return i.account
	}
	return i.real + " as " + i.account
}

// account words a name of the operating system; one that has none is its number.
func account(name, number string) string {
	name = strings.TrimSpace(wording.Line(name))
	if name == "" {
		return "uid " + number
	}
	return name
}
