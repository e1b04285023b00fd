package wording

import "strings"

// Person is who acted, of an actor as the history names him: without the command, the session, and the account that he
// borrowed. "fisbridge mapping propose by ann as root" is ann.
func Person(actor string) string {
	command, who, found := strings.Cut(actor, " by ")
	if !found {
		return actor
	}
	if strings.HasSuffix(command, " console") { // NAME (MEANS, session ID)
		if i := strings.LastIndex(who, " ("); i > 0 {
			who = who[:i]
		}
		return who
	}
	who, _, _ = strings.Cut(who, " as ")
	return who
}
