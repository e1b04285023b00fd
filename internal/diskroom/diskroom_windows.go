package diskroom

import "golang.org/x/sys/windows"

// At is how many bytes of the disk of a folder are free for us, and how many it has.
func At(folder string) (free, total uint64, err error) {
	path, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return 0, 0, err
	}
	err = windows.GetDiskFreeSpaceEx(path, &free, &total, nil)
	return free, total, err
}
