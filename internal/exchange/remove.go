package exchange

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
)

// Remove takes away a file that Move has put into a sub-folder (or an absolute folder), and the note that WriteNote has put beside it.
// A file that is gone already is no error; a folder is never removed.
func (c *collector) Remove(ctx context.Context, folder, name string) error {
	if err := checkFound(name); err != nil {
		return err
	}
	dir := folder
	if !c.pl.isAbs(folder) {
		dir = c.path(folder)
	}
	for _, p := range []string{c.pl.join(dir, name), c.pl.join(dir, name+".txt")} {
		_, isFolder, err := c.pl.stat(ctx, p)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && !isFolder {
			err = c.pl.remove(ctx, p)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove %s: %w", p, err)
		}
	}
	return nil
}
