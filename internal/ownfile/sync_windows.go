package ownfile

import "os"

// SyncFolder: Windows keeps names by itself.
func SyncFolder(string) error { return nil }

// Others: who may read a file is not in its mode on Windows.
func Others(os.FileInfo) bool { return false }
