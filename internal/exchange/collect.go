package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sort"
	"sync"
)

// collector is the one Returns for all places.
type collector struct {
	t   Target
	pl  place
	log *slog.Logger
	odd []Oddity // of the last List

	watching sync.WaitGroup
	end      sync.Once
	ended    chan struct{} // closed by Close
}

// Close ends Watch, waits for it, and closes the connection.
func (c *collector) Close() error {
	c.end.Do(func() { close(c.ended) })
	c.watching.Wait()
	return c.pl.close()
}

func (c *collector) path(name string) string { return c.pl.join(c.t.Folder, name) }

// all lists the folder; every failure is a *FolderError, except a lost connection.
func (c *collector) all(ctx context.Context) ([]Info, error) {
	files, err := c.pl.list(ctx, c.t.Folder)
	if err != nil {
		if hopeless(ctx, err) || errors.As(err, new(*FolderError)) {
			return nil, fmt.Errorf("list %s: %w", c.t.Place(), err)
		}
		return nil, &FolderError{c.t.Place(), err}
	}
	return files, nil
}

func (c *collector) List(ctx context.Context) ([]Info, error) {
	files, err := c.all(ctx)
	if err != nil {
		return nil, err
	}
	there := make(map[string]bool, len(files))
	markers := map[string]bool{}
	for _, f := range files {
		there[f.Name] = true
		if c.t.Marker != "" {
			markers[fill(c.t.Marker, f.Name)] = true
		}
	}
	var out []Info
	c.odd = nil
	for _, f := range files {
		if markers[f.Name] || !c.t.means(f) {
			continue
		}
		if o, is := c.t.oddity(f); is {
			c.odd = append(c.odd, o)
			continue
		}
		if m := fill(c.t.Marker, f.Name); c.t.Marker != "" && there[m] {
			f.Marker = m
		}
		out = append(out, f)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out, nil
}

// Odd returns what the last List left alone.
func (c *collector) Odd() []Oddity { return c.odd }

// Look looks for a file under its name.
func (c *collector) Look(ctx context.Context, name string) (Info, bool, error) {
	if err := checkFound(name); err != nil {
		return Info{}, false, err
	}
	info, there, err := look(ctx, c.pl, c.t.Folder, name)
	if err != nil {
		return Info{}, false, fmt.Errorf("look for %s in %s: %w", name, c.t.Place(), err)
	}
	return info, there, nil
}

// TooLargeError says that a file has more bytes than may be read.
type TooLargeError struct {
	Name string
	Size int64 // as far as it is known: more than Most
	Most int64
}

// Error says by how much.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s has %d bytes or more; at most %d are read", e.Name, e.Size, e.Most)
}

// bounded lets at most so many bytes through.
type bounded struct {
	io.Writer
	name    string
	n, most int64
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.n += int64(len(p)); b.most > 0 && b.n > b.most {
		return 0, &TooLargeError{b.name, b.n, b.most}
	}
	return b.Writer.Write(p)
}

func (c *collector) Fetch(ctx context.Context, name string, most int64, w io.Writer) (Info, error) {
	if err := checkFound(name); err != nil {
		return Info{}, err
	}
	info, err := c.fetch(ctx, name, most, &bounded{w, name, 0, most})
	if err != nil {
		return Info{}, fmt.Errorf("fetch %s from %s: %w", name, c.t.Place(), err)
	}
	return info, nil
}

// fetch reads between two looks. A place that tells no size leaves the end of file that it reported as the only word.
func (c *collector) fetch(ctx context.Context, name string, most int64, w io.Writer) (info Info, err error) {
	link, err := c.pl.isLink(ctx, c.path(name))
	switch {
	case hopeless(ctx, err):
		return Info{}, err
	case link:
		return Info{}, &NameError{name, "is a link, and links in return folders are not followed"}
	}
	r, err := c.pl.open(ctx, c.path(name))
	if err != nil {
		return Info{}, err
	}
	defer func() {
		if cerr := r.close(ctx); err == nil {
			err = cerr
		}
	}()
	before, err := c.told(ctx, name, r)
	if err != nil {
		return Info{}, err
	}
	if most > 0 && before.Size > most {
		return Info{}, &TooLargeError{name, before.Size, most}
	}
	n, err := r.copyTo(ctx, w, before.Size)
	if err != nil {
		return Info{}, err
	}
	after, err := c.told(ctx, name, r)
	if err != nil {
		return Info{}, err
	}
	if (before.Size >= 0 && n != before.Size) || before.Size != after.Size || !before.ModTime.Equal(after.ModTime) {
		return Info{}, fmt.Errorf("%w: %d bytes before, %d read, %d after", ErrChanging, before.Size, n, after.Size)
	}
	after.Name, after.Size = name, n
	return after, nil
}

// told is what the place tells of a file under its name, else by the open handle, else in the folder's list; size -1 when none.
// A file that is gone under its name while it is open is told by the handle.
func (c *collector) told(ctx context.Context, name string, r reader) (Info, error) {
	info, _, err := c.pl.stat(ctx, c.path(name))
	if err == nil || hopeless(ctx, err) {
		return info, err
	}
	if size, err := r.size(ctx); err == nil || hopeless(ctx, err) {
		return Info{Name: name, Size: size}, err
	}
	files, err := c.pl.list(ctx, c.t.Folder)
	if hopeless(ctx, err) {
		return Info{}, err
	}
	for _, f := range files {
		if f.Name == name && f.Odd == "" {
			return f, nil
		}
	}
	return Info{Name: name, Size: -1}, nil
}

func (c *collector) WriteNote(ctx context.Context, folder, name string, text []byte) (err error) {
	if err := checkFound(name); err != nil {
		return err
	}
	dir, err := c.folder(ctx, folder)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("write note %s in %s: %w", name, dir, err)
		}
	}()
	err = putFile(ctx, c.pl, c.pl.join(dir, name), text)
	if err == nil || hopeless(ctx, err) {
		return err
	}
	// Its name holds the content's hash: where nothing may be removed, the one that is there says the same.
	if _, there, lerr := look(ctx, c.pl, dir, name); lerr == nil && there {
		return nil
	}
	return err
}
