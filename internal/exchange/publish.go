package exchange

import (
	"context"
	"errors"
	"fmt"
)

func (d *dropper) Publish(ctx context.Context, temp, final string) error {
	for _, name := range []string{temp, final} {
		if err := CheckName(name); err != nil {
			return err
		}
	}
	if err := d.publish(ctx, temp, final); err != nil {
		return fmt.Errorf("deliver %s to %s: %w", final, d.t.Place(), err)
	}
	return nil
}

func (d *dropper) publish(ctx context.Context, temp, final string) error {
	_, there, lerr := look(ctx, d.pl, d.t.Folder, final)
	if lerr != nil && !errors.Is(lerr, ErrCannotTell) {
		return lerr
	}
	if there {
		return d.occupied(ctx, temp, final)
	}
	err := d.pl.rename(ctx, d.path(temp), d.path(final))
	if err == nil { // believed: the partner may have taken it already
		return d.pl.syncFolder(d.t.Folder)
	}
	return d.afterRename(ctx, err, temp, final, lerr == nil)
}

// afterRename finds out what became of a file whose rename did not succeed. free tells that the final name was seen to be free before it.
func (d *dropper) afterRename(ctx context.Context, err error, temp, final string, free bool) error {
	if hopeless(ctx, err) {
		return err
	}
	found, ferr := Find(ctx, d, temp, final)
	switch {
	case ferr != nil:
		return fmt.Errorf("%w (and then: %w)", err, ferr)
	case found == FoundFinal:
		return nil
	case found == FoundBoth:
		return d.occupied(ctx, temp, final)
	case found == FoundGone:
		return fmt.Errorf("%w (%w)", ErrGone, err)
	case errors.Is(err, ErrRefused) && free:
		return d.pl.renameOther(ctx, d.path(temp), d.path(final))
	}
	return err
}

// occupied decides about a final name that exists: ours already, or somebody else's.
func (d *dropper) occupied(ctx context.Context, temp, final string) error {
	info, there, err := look(ctx, d.pl, d.t.Folder, temp)
	if err != nil {
		return err
	}
	if !there {
		return nil
	}
	same, ours, other, err := sameContent(ctx, d.pl, d.path(temp), d.path(final))
	if err != nil {
		return fmt.Errorf("%s exists already (temporary file of %d bytes) and cannot be compared: %w", final, info.Size, err)
	}
	if !same {
		return &NameTakenError{Name: final, Size: ours, Other: other}
	}
	d.discard(ctx, temp)
	return nil
}
