package exchange

import (
	"context"
	"errors"
	"io/fs"
)

// retryable tells whether the same call may succeed later without anybody changing anything. Host keys, logins, rights, names
// and missing folders are for people. A cancelled context is not retryable.
func retryable(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	for _, target := range []error{fs.ErrPermission, ErrRefused, ErrCannotVerify, ErrCannotTell, ErrGone, ErrLogin, errAlgorithms, errForbidden} {
		if errors.Is(err, target) {
			return false
		}
	}
	var (
		taken   *NameTakenError
		name    *NameError
		key     *KeyError
		unknown *UnknownHostKeyError
		changed *ChangedHostKeyError
		revoked *RevokedHostKeyError
		field   *FieldError
	)
	return !errors.As(err, &taken) && !errors.As(err, &name) && !errors.As(err, &key) &&
		!errors.As(err, &unknown) && !errors.As(err, &changed) && !errors.As(err, &revoked) && !errors.As(err, &field)
}
