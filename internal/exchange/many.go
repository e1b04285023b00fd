package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// Sending is one file to be uploaded beside others.
type Sending struct {
	Temp string
	Size int64
	// Open is as in Upload. It is called by several goroutines, for different files.
	Open func() (io.ReadCloser, error)
}

// Renaming is one file to be published after others.
type Renaming struct{ Temp, Final string }

// ErrWaits says that a file was left as it is, for one before it could not be published.
var ErrWaits = errors.New("it waits for the file before it")

// How many files travel at once: enough that a round trip costs little for each, and no more than servers let be open.
const (
	manyRemote = 64
	manyLocal  = 8
)

func (d *dropper) AtOnce() int {
	switch {
	case d.t.Kind == KindFolder:
		return manyLocal
	case d.t.SequentialWrites:
		return 1
	}
	return manyRemote
}

// UploadAll connects before anything else, so that a refused login is tried once and not for each file. When the
// connection is lost the others are ended too.
func (d *dropper) UploadAll(ctx context.Context, files []Sending) []error {
	errs := make([]error, len(files))
	if err := d.pl.ready(ctx); err != nil {
		for i, f := range files {
			errs[i] = fmt.Errorf("upload %s to %s: %w", f.Temp, d.t.Place(), err)
		}
		return errs
	}
	all, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	d.eachOf(len(files), func(i int) {
		if errs[i] = d.Upload(all, files[i].Temp, files[i].Size, files[i].Open); hopeless(all, errs[i]) {
			cancel(errs[i])
		}
	})
	return errs
}

// eachOf calls f for 0 to n-1, as many at once as may be.
func (d *dropper) eachOf(n int, f func(i int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(n, d.AtOnce()) {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// looked is what stands under a final name before anything is renamed.
type looked struct {
	there bool
	err   error
}

// PublishAll looks at all final names first. Files of which the names are free are renamed together, their requests in
// order on one line; what needs more than a rename is done alone, in its turn. Those behind a file that failed are
// left, unless their renames had been sent with it.
func (d *dropper) PublishAll(ctx context.Context, files []Renaming) []error {
	errs := make([]error, len(files))
	for i := range errs {
		errs[i] = ErrWaits
	}
	for _, f := range files {
		for _, name := range []string{f.Temp, f.Final} {
			if err := CheckName(name); err != nil {
				errs[0] = err
				return errs
			}
		}
	}
	if err := d.pl.ready(ctx); err != nil {
		errs[0] = fmt.Errorf("deliver %s to %s: %w", files[0].Final, d.t.Place(), err)
		return errs
	}
	finals := make([]looked, len(files))
	d.eachOf(len(files), func(i int) {
		_, finals[i].there, finals[i].err = look(ctx, d.pl, d.t.Folder, files[i].Final)
	})
	before := map[string]bool{}
	for i, f := range files { // a name that is given before in the list is not free any more in its turn
		finals[i].there = finals[i].there || before[f.Final]
		before[f.Final] = true
	}
	for at := 0; at < len(files); {
		n := 0
		for at+n < len(files) && !finals[at+n].there && finals[at+n].err == nil {
			n++
		}
		if n == 0 {
			errs[at] = d.Publish(ctx, files[at].Temp, files[at].Final)
			n = 1
		} else {
			copy(errs[at:], d.renameFree(ctx, files[at:at+n]))
		}
		for end := at + n; at < end && !errors.Is(errs[at], ErrWaits); at++ {
			if errs[at] != nil && !errors.Is(errs[at], ErrGone) { // one that is gone holds nobody up
				return errs
			}
		}
	}
	return errs
}

// renameFree renames files whose final names are free.
func (d *dropper) renameFree(ctx context.Context, files []Renaming) []error {
	pairs := make([][2]string, len(files))
	for i, f := range files {
		pairs[i] = [2]string{d.path(f.Temp), d.path(f.Final)}
	}
	errs := d.pl.renameAll(ctx, pairs)
	renamed := false
	for i, f := range files {
		switch {
		case errs[i] == nil: // believed: the partner may have taken it already
			renamed = true
		case !errors.Is(errs[i], ErrWaits):
			errs[i] = d.afterRename(ctx, errs[i], f.Temp, f.Final, true)
		}
		if errs[i] != nil && !errors.Is(errs[i], ErrWaits) {
			errs[i] = fmt.Errorf("deliver %s to %s: %w", f.Final, d.t.Place(), errs[i])
		}
	}
	if renamed {
		if err := d.pl.syncFolder(d.t.Folder); err != nil {
			errs[0] = errors.Join(errs[0], err)
		}
	}
	return errs
}

func (localPlace) ready(ctx context.Context) error { return ctx.Err() }

// renameAll stops at the first that fails.
func (l localPlace) renameAll(ctx context.Context, pairs [][2]string) []error {
	errs := make([]error, len(pairs))
	for i, p := range pairs {
		if i > 0 && errs[i-1] != nil {
			errs[i] = ErrWaits
			continue
		}
		errs[i] = l.rename(ctx, p[0], p[1])
		killpoint.Here("rename.answered")
	}
	return errs
}

func (p *sftpPlace) ready(ctx context.Context) error {
	_, err := p.session(ctx)
	return err
}

// renameAll sends all requests one after the other without waiting for the answers: they arrive in their order, and
// servers take the requests of a line in order. A server to which only one request may be sent at a time gets them so.
func (p *sftpPlace) renameAll(ctx context.Context, pairs [][2]string) []error {
	errs := make([]error, len(pairs))
	for i := range errs {
		errs[i] = ErrWaits
	}
	s, err := p.session(ctx)
	if err == nil {
		err = s.guard(ctx, func() error { return s.renameInOrder(pairs, errs, p.t.SequentialWrites) })
	}
	for i := range errs {
		answer, ok := answered(errs[i])
		switch {
		case errs[i] == nil:
		case ok:
			errs[i] = answer
		case err != nil: // the line is broken: what became of this one is not known, or it was never sent
			errs[i] = err
		}
	}
	return errs
}

// renameInOrder sends each request when the one before it is on the line. Those that were not sent keep their errors.
// It returns the first error that is no answer.
func (s *session) renameInOrder(pairs [][2]string, errs []error, alone bool) error {
	var wg sync.WaitGroup
	for i, pair := range pairs {
		sent, done := s.nextRename(), make(chan struct{})
		wg.Go(func() {
			defer close(done)
			errs[i] = s.sftp.Rename(pair[0], pair[1])
			killpoint.Here("rename.answered")
		})
		if alone {
			sent = nil
		}
		select {
		case <-sent:
		case <-done: // answered, or there is no line
			if alone && errs[i] != nil {
				return noAnswer(errs)
			}
		}
	}
	wg.Wait()
	return noAnswer(errs)
}

// noAnswer is the first error that the server did not answer.
func noAnswer(errs []error) error {
	for _, err := range errs {
		if _, ok := answered(err); err != nil && !ok && !errors.Is(err, ErrWaits) {
			return err
		}
	}
	return nil
}
