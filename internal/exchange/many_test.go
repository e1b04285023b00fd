package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/secret"
	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// batch is n files with contents of their own.
func batch(d Drop, n int) (up []Sending, names []Renaming, contents []string) {
	for i := range n {
		final := fmt.Sprintf("f%03d.csv", i)
		temp := d.TempName(final, "1a")
		content := strings.Repeat(fmt.Sprintf("%03d;", i), 10+i*40)
		size, open := text(content)
		up = append(up, Sending{temp, size, open})
		names = append(names, Renaming{temp, final})
		contents = append(contents, content)
	}
	return up, names, contents
}

func noError(t *testing.T, errs []error) {
	t.Helper()
	for i, err := range errs {
		if err != nil {
			t.Fatalf("file %d: %v", i, err)
		}
	}
}

// Many files arrive whole, at every kind of place; a repeat of the whole changes nothing.
func TestManyFiles(t *testing.T) {
	suite(t, func(t *testing.T, target Target) {
		d := openDrop(t, target)
		up, names, contents := batch(d, 100)
		noError(t, d.UploadAll(context.Background(), up))
		noError(t, d.PublishAll(context.Background(), names))
		noError(t, d.PublishAll(context.Background(), names))
		for i, n := range names {
			if got := readBack(t, target, n.Final); got != contents[i] {
				t.Errorf("%s: %d bytes, want %d", n.Final, len(got), len(contents[i]))
			}
		}
	})
}

// finals are the names that renames gave, in the order in which the server did them.
func finals(s *simsftp.Server) []string {
	var out []string
	for _, r := range s.Requests() {
		if r.Op == simsftp.OpRename && r.Fault == "" {
			out = append(out, r.Target[strings.LastIndex(r.Target, "/")+1:])
		}
	}
	return out
}

// Final names are given in the order of the files, and all of them in a few round trips, on one connection.
func TestManyFilesInOrder(t *testing.T) {
	s, target, _ := startSim(t)
	d := openDrop(t, target)
	up, names, _ := batch(d, 100)
	noError(t, d.UploadAll(context.Background(), up))
	noError(t, d.PublishAll(context.Background(), names))
	got := finals(s)
	if len(got) != 100 || !slices.IsSorted(got) {
		t.Errorf("%d renames: %q", len(got), got)
	}
	if n := len(s.Attempts()); n != 1 {
		t.Errorf("%d logins", n)
	}
	first := slices.IndexFunc(s.Requests(), func(r simsftp.Request) bool { return r.Op == simsftp.OpRename })
	for _, r := range s.Requests()[first:] {
		if r.Op != simsftp.OpRename {
			t.Errorf("%s of %s between the renames", r.Op, r.Path)
		}
	}
}

// A name in the middle that is taken stops there: those before it are delivered, those behind it wait under their temporary names.
func TestManyFilesAndATakenName(t *testing.T) {
	suite(t, func(t *testing.T, target Target) {
		d := openDrop(t, target)
		up, names, _ := batch(d, 9)
		noError(t, d.UploadAll(context.Background(), up))
		if err := deliver(d, names[4].Final, "somebody else's"); err != nil {
			t.Fatal(err)
		}
		if err := upload(d, names[4].Temp, "ours"); err != nil {
			t.Fatal(err)
		}
		errs := d.PublishAll(context.Background(), names)
		noError(t, errs[:4])
		var taken *NameTakenError
		if !errors.As(errs[4], &taken) {
			t.Errorf("the taken name: %v", errs[4])
		}
		for i := 5; i < 9; i++ {
			if !errors.Is(errs[i], ErrWaits) {
				t.Errorf("file %d: %v", i, errs[i])
			}
			if found, err := Find(context.Background(), d, names[i].Temp, names[i].Final); err != nil || found != FoundTemp {
				t.Errorf("file %d: %s, %v", i, found, err)
			}
		}
	})
}

// One that was delivered before, in the middle, hinders nobody; one that is nowhere is told as gone, and those behind it go on.
func TestManyFilesAfterACrash(t *testing.T) {
	suite(t, func(t *testing.T, target Target) {
		d := openDrop(t, target)
		up, names, _ := batch(d, 9)
		noError(t, d.UploadAll(context.Background(), up))
		if err := d.Publish(context.Background(), names[3].Temp, names[3].Final); err != nil {
			t.Fatal(err)
		}
		if err := d.Remove(context.Background(), names[6].Temp); err != nil {
			t.Fatal(err)
		}
		for i, err := range d.PublishAll(context.Background(), names) {
			if i == 6 && errors.Is(err, ErrGone) || i != 6 && err == nil {
				continue
			}
			t.Errorf("file %d: %v", i, err)
		}
	})
}

// Two files of a call that get one name: the second is taken for delivered when it has the same bytes; else the first one stays, and it is told.
func TestManyFilesOfOneName(t *testing.T) {
	suite(t, func(t *testing.T, target Target) {
		d := openDrop(t, target)
		up, names, _ := batch(d, 3)
		up[2].Open, up[2].Size = up[0].Open, up[0].Size
		names[1].Final, names[2].Final = names[0].Final, names[0].Final
		noError(t, d.UploadAll(context.Background(), up))
		noError(t, d.PublishAll(context.Background(), []Renaming{names[0], names[2]}))
		var taken *NameTakenError
		if errs := d.PublishAll(context.Background(), []Renaming{names[1]}); !errors.As(errs[0], &taken) {
			t.Error(errs)
		}
		up, names, _ = batch(d, 2)
		for i := range names {
			names[i].Final = "one.csv"
		}
		noError(t, d.UploadAll(context.Background(), up))
		if errs := d.PublishAll(context.Background(), names); errs[0] != nil || !errors.As(errs[1], &taken) {
			t.Error(errs)
		}
	})
}

// Nor on a server whose renames replace what has the name.
func TestManyFilesOfOneNameReplaced(t *testing.T) {
	s, target, _ := startSim(t)
	s.Switch(simsftp.Fault{Op: simsftp.OpRename, Do: simsftp.DoReplace})
	d := openDrop(t, target)
	up, names, _ := batch(d, 2)
	names[1].Final = names[0].Final
	noError(t, d.UploadAll(context.Background(), up))
	var taken *NameTakenError
	if errs := d.PublishAll(context.Background(), names); errs[0] != nil || !errors.As(errs[1], &taken) {
		t.Error(errs)
	}
}

// An upload that fails is told by its own error, and leaves nothing; the others arrive.
func TestOneOfManyUploadsFails(t *testing.T) {
	s, target, in := startSim(t)
	d := openDrop(t, target)
	up, names0, _ := batch(d, 20)
	s.Switch(simsftp.Fault{Op: simsftp.OpWrite, Name: up[7].Temp, Do: simsftp.DoFail})
	for i, err := range d.UploadAll(context.Background(), up) {
		if (err != nil) != (i == 7) {
			t.Errorf("file %d: %v", i, err)
		}
	}
	if list := names(t, in); len(list) != 19 || slices.Contains(list, names0[7].Temp) {
		t.Errorf("%d files: %q", len(list), list)
	}
}

// Whenever the connection breaks, each final name is absent or whole, they are given in order without a gap, and the next attempt ends it.
func TestManyFilesWithABrokenLine(t *testing.T) {
	for _, op := range []simsftp.Op{simsftp.OpOpen, simsftp.OpWrite, simsftp.OpClose, simsftp.OpStat, simsftp.OpRename} {
		for _, do := range []simsftp.Effect{simsftp.DoCut, simsftp.DoCutAfter} {
			for _, nth := range []int{1, 5, 12} {
				t.Run(fmt.Sprintf("%s %s %d", op, do, nth), func(t *testing.T) {
					s, target, in := startSim(t)
					d := openDrop(t, target)
					up, renames, contents := batch(d, 12)
					s.Switch(simsftp.Fault{Op: op, Nth: nth, Do: do})
					uploaded := d.UploadAll(context.Background(), up)
					n := slices.IndexFunc(uploaded, func(err error) bool { return err != nil })
					if n < 0 {
						n = len(up)
					}
					var published []error
					if n > 0 {
						published = d.PublishAll(context.Background(), renames[:n])
					}
					list := names(t, in)
					for i, r := range renames {
						is := slices.Contains(list, r.Final)
						if i < len(published) && published[i] == nil && !is {
							t.Errorf("%s is told as delivered and is not there", r.Final)
						}
						if is && content(t, in, r.Final) != contents[i] {
							t.Errorf("%s is not whole", r.Final)
						}
						if is && i > 0 && !slices.Contains(list, renames[i-1].Final) {
							t.Errorf("%s is there before %s", r.Final, renames[i-1].Final)
						}
					}
					s.Switch()
					for i, r := range renames {
						found, err := Find(context.Background(), d, r.Temp, r.Final)
						if err != nil {
							t.Fatal(err)
						}
						if found == FoundFinal || i < n && found == FoundTemp {
							continue
						}
						// Under a name of its own, as each attempt: what the broken line still does to the former one does it no harm.
						renames[i].Temp = d.TempName(r.Final, "2b")
						if err := d.Upload(context.Background(), renames[i].Temp, up[i].Size, up[i].Open); err != nil {
							t.Fatal(err)
						}
					}
					noError(t, d.PublishAll(context.Background(), renames))
					for i, r := range renames {
						if content(t, in, r.Final) != contents[i] {
							t.Errorf("%s is not whole at the end", r.Final)
						}
					}
					d.Close()
					noGoroutines(t)
				})
			}
		}
	}
}

// A refused login is tried once, however many files wait; so is a server that is away.
func TestManyFilesAndARefusedLogin(t *testing.T) {
	s, target, _ := startSim(t)
	target.Password = secret.Func(func() (string, error) { return "wrong", nil })
	d := openDrop(t, target)
	up, names, _ := batch(d, 50)
	for i, err := range d.UploadAll(context.Background(), up) {
		if !errors.Is(err, ErrLogin) {
			t.Errorf("file %d: %v", i, err)
		}
	}
	if n := len(s.Attempts()); n != 1 {
		t.Errorf("%d logins tried", n)
	}
	if errs := d.PublishAll(context.Background(), names); !errors.Is(errs[0], ErrLogin) || !errors.Is(errs[1], ErrWaits) {
		t.Errorf("%v", errs[:2])
	}
}

// A server that falls silent in the middle of many files ends them all within the limit; so does the end of the context.
func TestManyFilesAndSilence(t *testing.T) {
	for _, op := range []simsftp.Op{simsftp.OpOpen, simsftp.OpWrite, simsftp.OpRename} {
		s, target, _ := startSim(t)
		target.IdleTimeout = 300 * time.Millisecond
		d := openDrop(t, target)
		up, renames, _ := batch(d, 30)
		if op == simsftp.OpRename {
			noError(t, d.UploadAll(context.Background(), up))
		}
		s.Switch(simsftp.Fault{Op: op, Nth: 9, Do: simsftp.DoStall})
		errs := d.UploadAll(context.Background(), up[:1])
		if op == simsftp.OpRename {
			errs = d.PublishAll(context.Background(), renames)
		} else {
			errs = append(errs, d.UploadAll(context.Background(), up)...)
		}
		if err := errors.Join(errs...); !errors.Is(err, ErrConnection) {
			t.Errorf("%s: %v", op, err)
		}
		d.Close()
		s.Close()
		noGoroutines(t)
	}
	s, target, _ := startSim(t)
	d := openDrop(t, target)
	ctx, cancel := context.WithCancel(context.Background())
	up, _, _ := batch(d, 30)
	up[20].Open = func() (io.ReadCloser, error) { cancel(); return io.NopCloser(strings.NewReader("")), nil }
	if err := errors.Join(d.UploadAll(ctx, up)...); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	d.Close()
	s.Close()
	noGoroutines(t)
}
