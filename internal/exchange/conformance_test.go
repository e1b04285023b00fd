package exchange

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/sftp"

	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// kinds are all the places that must behave alike. make returns a target whose folder exists and is empty.
func kinds() map[string]func(t *testing.T) Target {
	return map[string]func(t *testing.T) Target{
		"folder":    func(t *testing.T) Target { return Target{Kind: KindFolder, Folder: t.TempDir()} },
		"simulator": func(t *testing.T) Target { _, target, _ := startSim(t); return target },
		"sequential": func(t *testing.T) Target {
			_, target, _ := startSim(t)
			target.SequentialWrites, target.Verify = true, VerifyHash
			return target
		},
		"in memory": func(t *testing.T) Target {
			h := sftp.InMemHandler()
			_, target, _ := startSim(t, func(c *simsftp.Config) { c.Handlers = func() sftp.Handlers { return h } })
			pl := &sftpPlace{t: target.WithDefaults(), log: testLog(t)}
			defer pl.close()
			if err := pl.mkdir(context.Background(), "/in"); err != nil {
				t.Fatal(err)
			}
			return target
		},
		"OpenSSH": func(t *testing.T) Target { return startOpenSSH(t).target() },
	}
}

// suite runs a test for every kind, on an empty folder each time.
func suite(t *testing.T, f func(t *testing.T, target Target)) {
	for name, target := range kinds() {
		t.Run(name, func(t *testing.T) { f(t, target(t)) })
	}
}

// readBack is what a target's folder holds under a name, through the exchange itself.
func readBack(t *testing.T, target Target, name string) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := openReturns(t, target).Fetch(context.Background(), name, 0, &b); err != nil {
		t.Fatalf("read back: %v", err)
	}
	return b.String()
}

var sizes = map[string]int{"empty": 0, "one byte": 1, "a chunk": 32768, "a chunk and a byte": 32769, "many chunks": 1_000_003}

func TestDeliverWhole(t *testing.T) {
	suite(t, func(t *testing.T, target Target) {
		d := openDrop(t, target)
		for name, size := range sizes {
			body := strings.Repeat("0123456789abcdef!", size/17+1)[:size]
			final := strings.ReplaceAll(name, " ", "_") + ".csv"
			if err := deliver(d, final, body); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := readBack(t, target, final); got != body {
				t.Errorf("%s: %d bytes read back differ from the %d sent", name, len(got), size)
			}
			if _, there, err := d.Stat(context.Background(), d.TempName(final, "1a")); there || err != nil {
				t.Errorf("%s: temporary file left: %v %v", name, there, err)
			}
		}
	})
}

func TestEveryStepMayBeRepeated(t *testing.T) {
	suite(t, func(t *testing.T, target Target) {
		ctx := context.Background()
		target.Marker = "{name}.done"
		d := openDrop(t, target)
		temp := d.TempName("a.csv", "1a")
		for _, body := range []string{"an earlier attempt, longer than the next", "content"} {
			if err := upload(d, temp, body); err != nil {
				t.Fatal(err)
			}
		}
		if f, err := Find(ctx, d, temp, "a.csv"); err != nil || f != FoundTemp {
			t.Fatalf("before publishing: %v %v", f, err)
		}
		for range 2 {
			if err := d.Publish(ctx, temp, "a.csv"); err != nil {
				t.Fatal(err)
			}
			if err := d.Mark(ctx, "a.csv"); err != nil {
				t.Fatal(err)
			}
			if err := d.Remove(ctx, temp); err != nil {
				t.Fatal(err)
			}
		}
		if f, err := Find(ctx, d, temp, "a.csv"); err != nil || f != FoundFinal {
			t.Fatalf("after publishing: %v %v", f, err)
		}
		if got := readBack(t, target, "a.csv"); got != "content" {
			t.Errorf("content %q", got)
		}
		if _, there, err := d.Stat(ctx, "a.csv.done"); !there || err != nil {
			t.Errorf("marker: %v %v", there, err)
		}
		if f, err := Find(ctx, d, "x", "y"); err != nil || f != FoundGone {
			t.Errorf("nothing there: %v %v", f, err)
		}
		if err := d.Publish(ctx, "x", "y"); !errors.Is(err, ErrGone) {
			t.Errorf("publish of nothing: %v", err)
		}
	})
}

func TestFinalNameIsNeverReplaced(t *testing.T) {
	suite(t, func(t *testing.T, target Target) {
		ctx := context.Background()
		d := openDrop(t, target)
		if err := deliver(d, "a.csv", "first"); err != nil {
			t.Fatal(err)
		}
		if err := upload(d, "t.part", "other"); err != nil {
			t.Fatal(err)
		}
		err := d.Publish(ctx, "t.part", "a.csv")
		var taken *NameTakenError
		if !errors.As(err, &taken) || retryable(err) {
			t.Fatalf("other content under the final name: %v", err)
		}
		if got := readBack(t, target, "a.csv"); got != "first" {
			t.Errorf("the final file was replaced by %q", got)
		}
		if err := upload(d, "t.part", "first"); err != nil {
			t.Fatal(err)
		}
		if f, err := Find(ctx, d, "t.part", "a.csv"); err != nil || f != FoundBoth {
			t.Fatalf("both there: %v %v", f, err)
		}
		if err := d.Publish(ctx, "t.part", "a.csv"); err != nil {
			t.Fatalf("same content counts as delivered: %v", err)
		}
		if _, there, _ := d.Stat(ctx, "t.part"); there {
			t.Error("the temporary file of a finished delivery stayed")
		}
	})
}

func TestSourceOfAnotherSizeIsNotDelivered(t *testing.T) {
	suite(t, func(t *testing.T, target Target) {
		d := openDrop(t, target)
		_, open := text("four")
		if err := d.Upload(context.Background(), "t.part", 5, open); !errors.Is(err, ErrIncomplete) {
			t.Errorf("short source: %v", err)
		}
		if _, there, err := d.Stat(context.Background(), "t.part"); there || err != nil {
			t.Errorf("discarded upload is still there: %v", err)
		}
	})
}

func TestCollect(t *testing.T) {
	suite(t, func(t *testing.T, target Target) {
		ctx := context.Background()
		d, r := openDrop(t, target), openReturns(t, target)
		for _, name := range []string{"b.csv", "a.csv", "~$a.xlsx", ".~lock.a.csv#", "c.part", "d.filepart", "e.writing"} {
			if err := upload(d, strings.NewReplacer("~$", "x1", "#", "x2").Replace(name), name); err != nil {
				t.Fatal(err)
			}
		}
		for from, to := range map[string]string{"x1a.xlsx": "~$a.xlsx", ".~lock.a.csvx2": ".~lock.a.csv#"} {
			if err := d.Publish(ctx, from, to); err != nil {
				t.Fatal(err)
			}
		}
		list, err := r.List(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) != 2 || list[0].Name != "a.csv" || list[1].Name != "b.csv" || list[0].Size != 5 {
			t.Fatalf("listed %+v", list)
		}
		claimed, ok, err := r.Claim(ctx, "a.csv", "run-1")
		if err != nil || !ok {
			t.Fatalf("claim: %v %v", ok, err)
		}
		if again, ok, err := r.Claim(ctx, "a.csv", "run-1"); err != nil || !ok || again != claimed {
			t.Errorf("claim again by the same: %q %v %v", again, ok, err)
		}
		if _, ok, err := r.Claim(ctx, "a.csv", "run-2"); err != nil || ok {
			t.Errorf("claim by another: %v %v", ok, err)
		}
		claims, err := r.Claimed(ctx)
		if err != nil || len(claims) != 1 || claims[0].Original != "a.csv" || claims[0].Token != "run-1" {
			t.Errorf("claims %+v %v", claims, err)
		}
		for range 2 {
			if err := r.Move(ctx, claimed, "archive", "20260131-a.csv"); err != nil {
				t.Fatal(err)
			}
			if err := r.WriteNote(ctx, "archive", "20260131-a.csv.txt", []byte("note")); err != nil {
				t.Fatal(err)
			}
		}
		sub := target
		sub.Folder += "/archive"
		if got := readBack(t, sub, "20260131-a.csv"); got != "a.csv" {
			t.Errorf("archived %q", got)
		}
		if got := readBack(t, sub, "20260131-a.csv.txt"); got != "note" {
			t.Errorf("note %q", got)
		}
		if err := r.WriteNote(ctx, "failed/2026", "n.txt", []byte("note")); err != nil {
			t.Error(err)
		}
		err = r.Move(ctx, "b.csv", "archive", "20260131-a.csv")
		if taken := new(NameTakenError); !errors.As(err, &taken) {
			t.Errorf("archive name with other content: %v", err)
		}
		list, err = r.List(ctx)
		if err != nil || len(list) != 1 || list[0].Name != "b.csv" {
			t.Errorf("left %+v %v", list, err)
		}
	})
}

func TestMarkersGoWithTheirFiles(t *testing.T) {
	suite(t, func(t *testing.T, target Target) {
		ctx := context.Background()
		target.Marker = "{stem}.ok"
		d, r := openDrop(t, target), openReturns(t, target)
		for _, name := range []string{"a.csv", "b.csv", "a.ok"} {
			if err := upload(d, name, name); err != nil {
				t.Fatal(err)
			}
		}
		list, err := r.List(ctx)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, f := range list {
			got[f.Name] = f.Marker
		}
		if diff := cmp.Diff(map[string]string{"a.csv": "a.ok", "b.csv": ""}, got); diff != "" {
			t.Error(diff)
		}
		if err := r.Move(ctx, "a.csv", "archive", "a.csv"); err != nil {
			t.Fatal(err)
		}
		if _, there, err := d.Stat(ctx, "a.ok"); there || err != nil {
			t.Errorf("marker stayed: %v", err)
		}
	})
}

func TestMissingFolderIsNeverEmpty(t *testing.T) {
	suite(t, func(t *testing.T, target Target) {
		ctx := context.Background()
		target.Folder += "/gone"
		_, err := openReturns(t, target).List(ctx)
		var folder *FolderError
		if !errors.As(err, &folder) || !folder.Missing() {
			t.Errorf("list of a missing folder: %v", err)
		}
		err = upload(openDrop(t, target), "t.part", "x")
		if target.Kind == KindFolder && (!errors.As(err, &folder) || !errors.Is(err, fs.ErrNotExist)) {
			t.Errorf("upload to a missing folder: %v", err)
		}
		if err == nil {
			t.Error("upload to a missing folder succeeded")
		}
		if found, err := Find(ctx, openDrop(t, target), "a", "b"); !errors.As(err, &folder) {
			t.Errorf("crash look-up in a missing folder: %q %v", found, err)
		}
		if err := openReturns(t, target).Move(ctx, "a", "archive", "a"); err == nil {
			t.Error("move in a missing folder succeeded")
		}
		for side, found := range map[string][]Finding{"drop": openDrop(t, target).Check(ctx), "returns": openReturns(t, target).Check(ctx)} {
			if last := found[len(found)-1]; last.Severity != Problem || last.Right != "folder" {
				t.Errorf("check of %s: %+v", side, found)
			}
		}
	})
}

func TestCheckProvesEachRight(t *testing.T) {
	suite(t, func(t *testing.T, target Target) {
		ctx := context.Background()
		before := openDrop(t, target).Check(ctx)
		for _, f := range before {
			if f.Severity != OK || strings.HasPrefix(f.Right, "create") {
				t.Errorf("without probe: %+v", f)
			}
		}
		target.Probe = true
		for _, f := range openDrop(t, target).Check(ctx) {
			if f.Severity != OK {
				t.Errorf("drop: %+v", f)
			}
		}
		for _, f := range openReturns(t, target).Check(ctx) {
			if f.Severity != OK {
				t.Errorf("returns: %+v", f)
			}
		}
		list, err := openReturns(t, target).(*collector).all(ctx)
		for _, f := range list {
			if f.Odd == "" || f.Name != "archive" && f.Name != "failed" {
				t.Errorf("the check left %v", f)
			}
		}
		if err != nil {
			t.Error(err)
		}
	})
}
