package notify

import "golang.org/x/sys/windows"

// roomAt is how many bytes of the disk of a folder are free, and how many it has.
func roomAt(folder string) (free, total uint64, err error) {
	path, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return 0, 0, err
	}
	err = windows.GetDiskFreeSpaceEx(path, &free, &total, nil)
	return free, total, err
}
