package exchange

import (
	"errors"
	"fmt"
	"io/fs"
)

var (
	// ErrGone: neither the temporary nor the final name is there. The partner may have taken the file, or nobody uploaded it.
	ErrGone = errors.New("neither the temporary nor the final file is there")
	// ErrCannotTell: the place allows no way of looking whether a name is there.
	ErrCannotTell = errors.New("the place lets nobody look")
	// ErrCannotVerify: the place allows no way of proving that what was uploaded arrived whole.
	ErrCannotVerify = errors.New("the place allows neither stat nor reading, so nothing proves that the upload arrived whole")
	// ErrChanging: the file changed while it was read. Try again later.
	ErrChanging = errors.New("the file changed while it was read")
	// ErrBusy: somebody has the file open. Try again later.
	ErrBusy = errors.New("the file is open elsewhere")
	// ErrIncomplete: fewer or other bytes arrived than were sent. The upload is discarded and may be begun anew.
	ErrIncomplete = errors.New("what arrived is not what was sent")
	// ErrConnection: the connection broke or stalled. What the last request did is unknown until someone looks.
	ErrConnection = errors.New("connection lost")
	// ErrRefused: the place does not offer an operation.
	ErrRefused = errors.New("operation not offered by the server")
)

// NameTakenError: the final name holds other bytes than ours. It is never overwritten; a person decides.
type NameTakenError struct {
	Name        string
	Size, Other int64 // bytes of ours, bytes of what is there
}

func (e *NameTakenError) Error() string {
	return fmt.Sprintf("%s exists already with other content (%d bytes there, %d bytes ours); nothing was overwritten", e.Name, e.Other, e.Size)
}

// FolderError: a folder is missing, is no folder, or cannot be read. It may be an unmounted share, so it is never "nothing to do".
type FolderError struct {
	Folder string
	Err    error
}

func (e *FolderError) Error() string {
	if errors.Is(e.Err, fs.ErrNotExist) {
		return fmt.Sprintf("folder %s is missing (unmounted, or never created?)", e.Folder)
	}
	return fmt.Sprintf("folder %s cannot be read: %v", e.Folder, e.Err)
}

func (e *FolderError) Unwrap() error { return e.Err }

// Missing tells whether the folder is absent, and not merely unreadable.
func (e *FolderError) Missing() bool { return errors.Is(e.Err, fs.ErrNotExist) }

// NameError: a name that must not reach any place.
type NameError struct{ Name, Reason string }

func (e *NameError) Error() string { return fmt.Sprintf("file name %q: %s", e.Name, e.Reason) }

// HintError carries the way out with the error; the text of the error does not repeat it.
type HintError struct {
	Err  error
	Hint string
}

func (e *HintError) Error() string { return e.Err.Error() }
func (e *HintError) Unwrap() error { return e.Err }

// Hint finds the way out in an error chain, "" when there is none.
func Hint(err error) string {
	var h *HintError
	if errors.As(err, &h) {
		return h.Hint
	}
	var unknown *UnknownHostKeyError
	if errors.As(err, &unknown) {
		return unknown.hint()
	}
	var changed *ChangedHostKeyError
	if errors.As(err, &changed) {
		return changed.hint()
	}
	var revoked *RevokedHostKeyError
	if errors.As(err, &revoked) {
		return revoked.hint()
	}
	var key *KeyError
	if errors.As(err, &key) {
		return key.Way
	}
	return ""
}
