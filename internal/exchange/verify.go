package exchange

import (
	"bytes"
	"context"
	"fmt"
	"hash"
)

// verify proves that an upload arrived, by the best word that can be had: the size after close, what can be read back, the
// size by the handle before close. With sum the content is read back and compared.
func (d *dropper) verify(ctx context.Context, temp string, size, byHandle int64, sum hash.Hash) error {
	if sum != nil {
		got, n, err := hashOf(ctx, d.pl, d.path(temp))
		switch {
		case err != nil:
			return fmt.Errorf("verify by reading back: %w", err)
		case n != size:
			return fmt.Errorf("%w: %d bytes sent, %d read back", ErrIncomplete, size, n)
		case !bytes.Equal(got[:], sum.Sum(nil)):
			return fmt.Errorf("%w: the content read back differs", ErrIncomplete)
		}
		return nil
	}
	if d.t.Verify == VerifyNone {
		return nil
	}
	arrived, err := d.arrived(ctx, temp, byHandle)
	if err != nil {
		return err
	}
	if arrived != size {
		return fmt.Errorf("%w: %d bytes sent, %d arrived", ErrIncomplete, size, arrived)
	}
	return nil
}

// arrived is the number of bytes under temp.
func (d *dropper) arrived(ctx context.Context, temp string, byHandle int64) (int64, error) {
	info, there, err := look(ctx, d.pl, d.t.Folder, temp)
	switch {
	case hopeless(ctx, err):
		return 0, err
	case err == nil && !there:
		return 0, fmt.Errorf("%w: %s is not there after it was closed", ErrIncomplete, temp)
	case err == nil && info.Size >= 0:
		d.tells.Store(true)
		return info.Size, nil
	}
	if _, n, rerr := hashOf(ctx, d.pl, d.path(temp)); rerr == nil {
		return n, nil
	} else if hopeless(ctx, rerr) {
		return 0, rerr
	}
	if byHandle >= 0 {
		return byHandle, nil
	}
	return 0, &HintError{ErrCannotVerify, "ask the partner for the right to list or read the folder; if that cannot be had, set verify: none for this target"}
}
