package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/google/go-cmp/cmp"

	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// PITFALLS 38: a server that answers at most 10,000 bytes a read.
func TestShortReads(t *testing.T) {
	s, target, in := startSim(t)
	want := strings.Repeat("0123456789", 20_000)
	put(t, in, "f.csv", want)
	for _, ops := range [][]simsftp.Fault{
		{{Op: simsftp.OpRead, Do: simsftp.DoShortRead, Bytes: 10_000}},
		{{Op: simsftp.OpRead, Do: simsftp.DoShortRead, Bytes: 10_000}, {Op: simsftp.OpStat, Do: simsftp.DoRefuse}, {Op: simsftp.OpFstat, Do: simsftp.DoRefuse}},
		{{Op: simsftp.OpRead, Do: simsftp.DoShortRead, Bytes: 10_000}, {Op: simsftp.OpStat, Do: simsftp.DoRefuse}, {Op: simsftp.OpFstat, Do: simsftp.DoRefuse}, {Op: simsftp.OpOpendir, Do: simsftp.DoRefuse}},
	} {
		s.Switch(ops...)
		var b bytes.Buffer
		info, err := openReturns(t, target).Fetch(context.Background(), "f.csv", 0, &b)
		if err != nil || b.String() != want || info.Size != int64(len(want)) {
			t.Errorf("%d bytes fetched of %d, told %d: %v", b.Len(), len(want), info.Size, err)
		}
	}
}

// changing appends to a file, or cuts it, while it is read.
type changing struct {
	change func()
	once   sync.Once
}

func (c *changing) Write(b []byte) (int, error) {
	c.once.Do(c.change)
	return len(b), nil
}

func TestFileThatChangesWhileItIsFetched(t *testing.T) {
	_, target, in := startSim(t)
	for kind, target := range map[string]Target{"folder": {Kind: KindFolder, Folder: in}, "sftp": target} {
		for name, change := range map[string]func(string){
			"grows":   func(p string) { appendTo(p, "more") },
			"is cut":  func(p string) { _ = os.Truncate(p, 10) },
			"written": func(p string) { _ = os.Chtimes(p, t0, t0) },
		} {
			put(t, in, "f.csv", strings.Repeat(body, 20))
			r := openReturns(t, target)
			w := &changing{change: func() { change(filepath.Join(in, "f.csv")) }}
			if _, err := r.Fetch(context.Background(), "f.csv", 0, w); !errors.Is(err, ErrChanging) || !retryable(err) {
				t.Errorf("%s: file %s: %v", kind, name, err)
			}
		}
	}
}

func appendTo(p, text string) {
	f, err := os.OpenFile(p, os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, _ = f.WriteString(text)
		f.Close()
	}
}

// PITFALLS 40: leftovers of office programs, transfer tools and systems.
func TestLeftoversAreIgnored(t *testing.T) {
	dir := t.TempDir()
	ignored := []string{"~$r.xlsx", ".~lock.r.csv#", "r.csv.part", "r.csv.filepart", "r.csv.writing", "R.CSV.TMP", "r.csv~", ".DS_Store", "Thumbs.db", "skip.me", "r.txt", claimName("r.csv", "x")}
	for _, n := range append(ignored, "r.csv", "S.CSV") {
		put(t, dir, n, n)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.csv"), 0o755); err != nil {
		t.Fatal(err)
	}
	list, err := openReturns(t, Target{Kind: KindFolder, Folder: dir, Match: []string{"*.csv", "skip.*"}, Ignore: []string{"skip*"}}).List(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range list {
		got = append(got, f.Name)
	}
	if diff := cmp.Diff([]string{"S.CSV", "r.csv"}, got); diff != "" {
		t.Error(diff)
	}
}

// PITFALLS 37 and 41: the folder goes away and comes back while it is watched: an alarm while it is away, and the watch is set
// again.
func TestFolderRemovedAndRestored(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "in")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r := openReturns(t, Target{Kind: KindFolder, Folder: dir, ScanInterval: 20 * time.Millisecond})
	wakes := r.Watch(ctx)
	until(t, wakes, func() bool { _, err := r.List(ctx); return err == nil })
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	until(t, wakes, func() bool { _, err := r.List(ctx); return errors.As(err, new(*FolderError)) })
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	put(t, dir, "r.csv", "x")
	until(t, wakes, func() bool { l, err := r.List(ctx); return err == nil && len(l) == 1 })
	cancel()
	for range wakes {
	}
	noGoroutines(t)
}

// until waits for wakes until what they are for can be seen; the watch is broken when none comes.
func until(t *testing.T, wakes <-chan struct{}, seen func() bool) {
	t.Helper()
	for {
		select {
		case <-wakes:
			if seen() {
				return
			}
		case <-time.After(10 * time.Second):
			t.Fatal("nobody woke us")
		}
	}
}

// PITFALLS 37: events switched off, an overflow, and events alone all lead to the same files.
func TestWatchWithAndWithoutEvents(t *testing.T) {
	const never = time.Hour
	for name, c := range map[string]struct {
		scan   time.Duration
		events bool
		break_ func(*fsnotify.Watcher)
	}{
		"timer only":  {10 * time.Millisecond, false, func(*fsnotify.Watcher) {}},
		"events only": {never, true, func(*fsnotify.Watcher) {}},
		"overflow":    {never, true, func(w *fsnotify.Watcher) { w.Errors <- fsnotify.ErrEventOverflow }},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			r := openReturns(t, Target{Kind: KindFolder, Folder: dir, ScanInterval: c.scan}).(*collector)
			var events *folderEvents
			if c.events {
				events = &folderEvents{folder: dir}
				events.channels()
				if c.break_ != nil {
					w := events.w
					go c.break_(w)
				}
			}
			out := make(chan struct{}, 1)
			done := make(chan struct{})
			go func() {
				defer close(done)
				r.watch(ctx, events, out, func() {
					select {
					case out <- struct{}{}:
					default:
					}
				})
			}()
			if name == "overflow" {
				until(t, out, func() bool { return true }) // the overflow itself wakes
			}
			put(t, dir, "r.csv", "x")
			until(t, out, func() bool { l, err := r.List(ctx); return err == nil && len(l) == 1 })
			cancel()
			<-done
		})
	}
}

// A local folder is heard long before the next timed scan.
func TestWatchHearsAFile(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r := openReturns(t, Target{Kind: KindFolder, Folder: dir, ScanInterval: time.Hour})
	wakes := r.Watch(ctx)
	<-wakes // the one at the start
	put(t, dir, "r.csv", "x")
	until(t, wakes, func() bool { l, err := r.List(ctx); return err == nil && len(l) == 1 })
}

// The watch on a folder that was away is a working one again.
func TestWatchIsSetAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "in")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	e := &folderEvents{folder: dir}
	defer e.close()
	first, _ := e.channels()
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	<-first // the removal
	for len(e.w.WatchList()) > 0 {
		time.Sleep(time.Millisecond)
	}
	if changed, _ := e.channels(); changed != nil {
		t.Error("events of a folder that is not there")
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	changed, _ := e.channels()
	put(t, dir, "r.csv", "x")
	select {
	case <-changed:
	case <-time.After(10 * time.Second):
		t.Error("no event from the restored folder")
	}
}

// SFTP is polled.
func TestWatchPollsSFTP(t *testing.T) {
	_, target, in := startSim(t)
	target.ScanInterval = 10 * time.Millisecond
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r := openReturns(t, target)
	wakes := r.Watch(ctx)
	<-wakes
	put(t, in, "r.csv", "x")
	until(t, wakes, func() bool { l, err := r.List(ctx); return err == nil && len(l) == 1 })
}

// PITFALLS 43: two of us on one folder, 200 files: each is claimed once.
func TestTwoOfUsOnOneFolder(t *testing.T) {
	_, remote, in := startSim(t)
	for kind, target := range map[string]Target{"folder": {Kind: KindFolder, Folder: in}, "sftp": remote} {
		t.Run(kind, func(t *testing.T) {
			for i := range 200 {
				put(t, in, fmt.Sprintf("r%03d.csv", i), "x")
			}
			var mu sync.Mutex
			claims := map[string]int{}
			var wg sync.WaitGroup
			for _, who := range []string{"one", "two"} {
				r := openReturns(t, target)
				wg.Go(func() {
					list, err := r.List(context.Background())
					if err != nil {
						t.Error(err)
					}
					for _, f := range list {
						claimed, ok, err := r.Claim(context.Background(), f.Name, who)
						if err != nil {
							t.Error(err)
						}
						if !ok {
							continue
						}
						if err := r.Move(context.Background(), claimed, "archive", who+f.Name); err != nil {
							t.Error(err)
						}
						mu.Lock()
						claims[f.Name]++
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			for name, n := range claims {
				if n != 1 {
					t.Errorf("%s claimed %d times", name, n)
				}
			}
			if got := len(names(t, filepath.Join(in, "archive"))); len(claims) != 200 || got != 200 {
				t.Errorf("%d claimed, %d archived", len(claims), got)
			}
			if err := os.RemoveAll(filepath.Join(in, "archive")); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// otherDevice is a place whose sub-folders lie on another device; it can fail at a step.
type otherDevice struct {
	place
	failAt string
	folder string
}

func (o otherDevice) rename(ctx context.Context, from, to string) error {
	if filepath.Dir(from) != filepath.Dir(to) {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: syscall.EXDEV}
	}
	if o.failAt == "rename" {
		return errors.New("crash")
	}
	return o.place.rename(ctx, from, to)
}

func (o otherDevice) remove(ctx context.Context, p string) error {
	if o.failAt == "remove" && filepath.Dir(p) == o.folder {
		return errors.New("crash")
	}
	return o.place.remove(ctx, p)
}

func (o otherDevice) create(ctx context.Context, p string, truncate bool) (writer, error) {
	w, err := o.place.create(ctx, p, truncate)
	if err == nil && o.failAt == "copy" {
		_, err = w.readFrom(ctx, strings.NewReader("ha"), 2)
		return nil, errors.Join(err, w.close(ctx), errors.New("crash"))
	}
	return w, err
}

// PITFALLS 44: the archive on another disk; ended at any step, a repeat finishes.
func TestMoveToAnotherDevice(t *testing.T) {
	for _, failAt := range []string{"", "copy", "rename", "remove"} {
		t.Run("fails at "+failAt, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, "r.csv", body)
			r := openReturns(t, Target{Kind: KindFolder, Folder: dir}).(*collector)
			r.pl = otherDevice{localPlace{}, failAt, dir}
			err := r.Move(context.Background(), "r.csv", "archive", "a.csv")
			if (failAt == "") != (err == nil) {
				t.Errorf("move: %v", err)
			}
			if b, rerr := os.ReadFile(filepath.Join(dir, "archive", "a.csv")); rerr == nil && string(b) != body {
				t.Error("a part of the file under its archive name")
			}
			r.pl = otherDevice{localPlace{}, "", dir}
			if err := r.Move(context.Background(), "r.csv", "archive", "a.csv"); err != nil {
				t.Errorf("move again: %v", err)
			}
			if content(t, dir, "archive", "a.csv") != body {
				t.Error("content differs")
			}
			if diff := cmp.Diff([]string{"archive"}, names(t, dir)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{"a.csv"}, names(t, filepath.Join(dir, "archive"))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An SFTP server whose archive lies on another device answers "failure" to the rename, and no more.
func TestMoveToAnotherDeviceBySFTP(t *testing.T) {
	s, target, in := startSim(t)
	put(t, in, "r.csv", body)
	s.Switch(simsftp.Fault{Op: simsftp.OpRename, Name: "r.csv", Do: simsftp.DoFail})
	if err := openReturns(t, target).Move(context.Background(), "r.csv", "archive", "a.csv"); err != nil {
		t.Fatal(err)
	}
	if content(t, in, "archive", "a.csv") != body || len(names(t, in)) != 1 {
		t.Errorf("left %v", names(t, in))
	}
}

// Between looking and renaming a name may be taken: the rename itself refuses then.
func TestLocalRenameNeverReplaces(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a", "a")
	put(t, dir, "b", "b")
	err := localPlace{}.rename(context.Background(), filepath.Join(dir, "a"), filepath.Join(dir, "b"))
	if !errors.Is(err, os.ErrExist) || content(t, dir, "b") != "b" {
		t.Errorf("replaced: %v", err)
	}
}

func TestNames(t *testing.T) {
	for _, bad := range []string{"", ".", "..", "../x", "a/b", `a\b`, "a:b", "CON", "nul.csv", "Com1.txt", "LPT²", "x.", "x ", "a\nb", "a\x00b", "\xff", strings.Repeat("x", 300)} {
		if err := CheckName(bad); !errors.As(err, new(*NameError)) || retryable(err) {
			t.Errorf("%q: %v", bad, err)
		}
		if err := upload(openDrop(t, Target{Kind: KindFolder, Folder: t.TempDir()}), bad, "x"); err == nil {
			t.Errorf("%q was written", bad)
		}
	}
	for _, good := range []string{"AP0042.csv", ".AP0042.csv.part", "COM.csv", "console.txt", "Łódź 東京.xlsx", "com10"} {
		if err := CheckName(good); err != nil {
			t.Error(err)
		}
	}
	r := openReturns(t, Target{Kind: KindFolder, Folder: t.TempDir()})
	if _, err := r.Fetch(context.Background(), "../x", 0, io.Discard); !errors.As(err, new(*NameError)) {
		t.Errorf("fetch outside: %v", err)
	}
	for _, folder := range []string{"", "a//b", "a/../../b", `a\b`} {
		if err := r.Move(context.Background(), "x", folder, "y"); !errors.As(err, new(*NameError)) {
			t.Errorf("move into %q: %v", folder, err)
		}
	}
	if err := r.Move(context.Background(), "x", "../archive", "y"); !errors.As(err, new(*NameError)) {
		t.Errorf("move outside: %v", err)
	}
}
