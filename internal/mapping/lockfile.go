package mapping

import (
	"os"
	"path/filepath"
)

// LockFile is the name of the file that Excel (~$NAME) or LibreOffice (.~lock.NAME#) has laid beside a workbook while somebody has it open there, ""
// when there is none. One that a crash has left behind looks the same.
func LockFile(path string) string {
	dir, base := filepath.Split(path)
	for _, lock := range []string{"~$" + base, ".~lock." + base + "#"} {
		if _, err := os.Lstat(filepath.Join(dir, lock)); err == nil {
			return lock
		}
	}
	return ""
}
