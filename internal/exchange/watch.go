package exchange

import (
	"context"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Watch wakes by timer, and for local folders by events too. Events are a courtesy: they may be missing (network drives,
// overflow, a folder that was away), so nothing depends on them.
func (c *collector) Watch(ctx context.Context) <-chan struct{} {
	out := make(chan struct{}, 1)
	wake := func() {
		select {
		case out <- struct{}{}:
		default: // one is waiting already
		}
	}
	var events *folderEvents
	if c.t.Kind == KindFolder {
		events = &folderEvents{folder: c.t.Folder}
		events.channels() // watching before the first scan
	}
	wake()
	c.watching.Go(func() { c.watch(ctx, events, out, wake) })
	return out
}

// quiet is how long events are gathered before they wake anybody: a writer makes hundreds.
const quiet = 100 * time.Millisecond

func (c *collector) watch(ctx context.Context, events *folderEvents, out chan<- struct{}, wake func()) {
	defer close(out)
	defer events.close()
	tick := time.NewTicker(c.t.ScanInterval)
	defer tick.Stop()
	var soon <-chan time.Time
	for {
		changed, failed := events.channels()
		select {
		case <-ctx.Done():
			return
		case <-c.ended:
			return
		case <-tick.C:
			wake()
		case <-soon:
			soon = nil
			wake()
		case _, open := <-changed:
			if !open {
				events.close()
			}
			if soon == nil {
				soon = time.After(quiet)
			}
		case err := <-failed: // overflow or a lost watch: begin anew, and scan now
			c.log.Debug("folder events interrupted", "place", c.t.Place(), "error", err)
			events.close()
			events.channels() // watching again first, so that nothing falls between it and the scan
			wake()
		}
	}
}

// folderEvents is a watch on a folder that is set again whenever it was lost. A nil one has no events.
type folderEvents struct {
	folder string
	w      *fsnotify.Watcher
}

// channels returns the event channels, setting the watch anew when there is none; nil channels when that is impossible now.
func (e *folderEvents) channels() (<-chan fsnotify.Event, <-chan error) {
	if e == nil {
		return nil, nil
	}
	if e.w != nil && len(e.w.WatchList()) == 0 { // the folder was removed, and the watch with it
		e.close()
	}
	if e.w == nil {
		w, err := fsnotify.NewWatcher()
		if err != nil {
			return nil, nil
		}
		if err := w.Add(e.folder); err != nil {
			w.Close()
			return nil, nil
		}
		e.w = w
	}
	return e.w.Events, e.w.Errors
}

func (e *folderEvents) close() {
	if e != nil && e.w != nil {
		e.w.Close()
		e.w = nil
	}
}
