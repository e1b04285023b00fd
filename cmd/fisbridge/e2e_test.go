package main

import (
	"testing"
)

// One whole life of the small set of documents, over the in-process SFTP server.
func TestCycle(t *testing.T) {
	w := begin(t, setup{})
	w.command(0, "check")
	last := w.cycle()
	w.check()
	if last.Exit != 3 || last.Todo.Held != 1 {
		t.Errorf("one document is held, so the run must end with 3: %+v", last)
	}
}
