//go:build !linux && !darwin && !windows

package home

// fileID and machineID are not known on this system. The note beside the journal, and the mark in copies that backup
// made, are all there is.
func fileID(string) string { return "" }

func machineID() string { return "" }
