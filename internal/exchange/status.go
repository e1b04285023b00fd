package exchange

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/pkg/sftp"
)

// Status codes of later protocol versions that servers send all the same.
const (
	statusAlreadyExists = 11
	statusWriteProtect  = 12
)

// answered tells an error that the server answered from a connection that broke: after the first the session goes on.
func answered(err error) (error, bool) {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, ErrChanging) {
		return err, true
	}
	var st *sftp.StatusError
	if !errors.As(err, &st) {
		return err, false
	}
	switch st.Code {
	case uint32(sftp.ErrSSHFxNoSuchFile):
		return fs.ErrNotExist, true
	case uint32(sftp.ErrSSHFxPermissionDenied), statusWriteProtect:
		return fs.ErrPermission, true
	case uint32(sftp.ErrSSHFxOpUnsupported):
		return fmt.Errorf("%w (%w)", ErrRefused, err), true
	case statusAlreadyExists:
		return fs.ErrExist, true
	case uint32(sftp.ErrSSHFxNoConnection), uint32(sftp.ErrSSHFxConnectionLost):
		return err, false
	}
	return fmt.Errorf("the server answered: %w", err), true
}
