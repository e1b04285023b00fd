package seal

import (
	"io"
	"os"
	"time"

	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// ClosedError says why a sealed file cannot be opened here: the keys cannot be had, or they do not open it.
type ClosedError struct{ Err error }

func (e *ClosedError) Error() string { return "it is sealed: " + e.Err.Error() }
func (e *ClosedError) Unwrap() error { return e.Err }

// Clear gives what a file says that may be sealed: a file of its own, to be ended by ownfile.Discard, and its size.
// opener is asked only when it is sealed. A *ClosedError comes only when all of the body was read.
func Clear(folder string, body io.Reader, now time.Time, opener func() (*Opener, error)) (clear *os.File, size int64, err error) {
	came, err := ownfile.Scratch(folder, "fisbridge-apply-*")
	if err != nil {
		return nil, 0, err
	}
	if size, err = io.Copy(came, body); err != nil {
		ownfile.Discard(came)
		return nil, 0, err
	}
	head := make([]byte, 256)
	n, err := came.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		ownfile.Discard(came)
		return nil, 0, err
	}
	if !Sealed(head[:n]) {
		return came, size, nil
	}
	defer ownfile.Discard(came)
	o, err := opener()
	if err != nil {
		return nil, 0, &ClosedError{err}
	}
	if clear, err = ownfile.Scratch(folder, "fisbridge-apply-*"); err != nil {
		return nil, 0, err
	}
	if err = o.Open(clear, came, size, 0, now); err != nil {
		err = &ClosedError{err}
	} else {
		size, err = clear.Seek(0, io.SeekEnd)
	}
	if err != nil {
		ownfile.Discard(clear)
		return nil, 0, err
	}
	return clear, size, nil
}
