package bridge

import (
	"fmt"
	"strings"
	"time"
)

// archiveName makes a dated name that differs for different content, so that nothing is ever replaced in an archive:
// 20260131T070000Z-1a2b3c4d-result.csv. hash is any hexadecimal content hash.
func archiveName(name string, at time.Time, hash string) string {
	if len(hash) > 8 {
		hash = hash[:8]
	}
	return fmt.Sprintf("%s-%s-%s", at.UTC().Format(archiveStamp), hash, name)
}

const archiveStamp = "20060102T150405Z"

// readArchiveName takes a name of archiveName apart; false when it is none.
func readArchiveName(archived string) (name string, at time.Time, ok bool) {
	stamp, rest, _ := strings.Cut(archived, "-")
	_, name, found := strings.Cut(rest, "-")
	at, err := time.Parse(archiveStamp, stamp)
	return name, at, found && err == nil && name != ""
}
