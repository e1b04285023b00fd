// Package winservice owns fisbridge as a service of Windows: it is put into the list of services and taken out, started,
// stopped, asked, and run there. Other systems have service managers that need nothing of the program.
//
// It guarantees that a stop ends the work at the next boundary of a step, as an interrupt does, and that beginning, end
// and failure of the service stand in the event log (Application), by the name of the service.
package winservice

import (
	"errors"
	"time"
)

// Service is one service: the program with its arguments, for one working folder.
type Service struct {
	Name        string // its key in the list of services
	Display     string // what people read there
	Description string
	Program     string // path of the program
	Args        []string
	Folder      string // the working folder, which the service may change
	// Account is what it runs as; empty is the virtual account of its own, NT SERVICE\NAME, which has no password and
	// no rights but those on the folder.
	Account, Password string
}

// ErrNoWindows says that this machine has no services of Windows.
var ErrNoWindows = errors.New("services of Windows are on Windows only")

// ErrNotInstalled says that the list has no such service.
var ErrNotInstalled = errors.New("there is no such service")

// EndsWithin is how long a service may take to end the step it is at.
const EndsWithin = 5 * time.Minute
