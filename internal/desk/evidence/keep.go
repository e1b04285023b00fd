package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/ownfile"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Words of packs in the history.
const (
	MadeEvent  = "evidence pack made"
	TakenEvent = "evidence pack taken"
)

// Kept is a pack that was made: its history row, and whether the zip is still there. The row with the hash stays.
type Kept struct {
	Name      string    `json:"name"`
	SHA256    string    `json:"sha256"`
	Size      int64     `json:"size"`
	Since     time.Time `json:"since,omitzero"`
	Until     time.Time `json:"until,omitzero"`
	Route     string    `json:"route,omitempty"`
	Asked     int       `json:"documents_asked_for,omitempty"`
	Documents int       `json:"documents"`
	IDsOnly   bool      `json:"ids_only"`
	Reason    string    `json:"reason"`

	Made  time.Time `json:"-"`
	By    string    `json:"-"`
	There bool      `json:"-"`
}

// KeptFor is how long the zip of a pack is kept.
const KeptFor = 30 * 24 * time.Hour

// Goes is when the zip goes.
func (k Kept) Goes() time.Time { return k.Made.Add(KeptFor) }

// folder is where the console keeps packs: beside the journal, for its owner alone.
func folder(w *desk.Workspace) string { return filepath.Join(filepath.Dir(w.JournalPath()), "packs") }

// Name is what a pack is called, without its ending: evidence-2026-10-01-2026-10-31-expenses-ids. Its last day is in it.
func (o Options) Name(zone *time.Location) string {
	parts := []string{"evidence"}
	if !o.Since.IsZero() {
		parts = append(parts, o.Since.In(zone).Format(time.DateOnly))
	}
	if !o.Until.IsZero() {
		parts = append(parts, o.Until.In(zone).Add(-time.Nanosecond).Format(time.DateOnly))
	}
	if o.Route != "" {
		parts = append(parts, safe(o.Route))
	}
	if n := len(o.Documents); n > 0 {
		parts = append(parts, "documents", num(int64(n)))
	}
	if o.IDsOnly {
		parts = append(parts, "ids")
	}
	return strings.Join(parts, "-")
}

// Write makes a pack as a new file, whole or not at all, and takes its making down. A file that is there is never
// replaced.
func Write(ctx context.Context, w *desk.Workspace, o Options, path, reason string) (Kept, error) {
	return writeNew(ctx, w, o, reason, filepath.Dir(path), func(string) string { return filepath.Base(path) })
}

// Keep makes a pack for the console, which keeps it for 30 days.
func Keep(ctx context.Context, w *desk.Workspace, o Options, reason string) (Kept, error) {
	if err := ownfile.MakeFolder(folder(w)); err != nil {
		return Kept{}, fmt.Errorf("evidence pack: %w", err)
	}
	if err := Sweep(w); err != nil {
		return Kept{}, err
	}
	base := o.Name(w.Config.Schedule.Zone())
	return writeNew(ctx, w, o, reason, folder(w), func(hash string) string { return base + "-" + hash[:8] + ".zip" })
}

func writeNew(ctx context.Context, w *desk.Workspace, o Options, reason, dir string, name func(hash string) string) (k Kept, err error) {
	temp, err := os.CreateTemp(dir, ".evidence-*")
	if err != nil {
		return k, fmt.Errorf("evidence pack: %w", err)
	}
	defer func() { _ = os.Remove(temp.Name()) }() // it has its name by then, or is of no use
	sum := sha256.New()
	m, err := Make(ctx, w, o, io.MultiWriter(temp, sum))
	if err == nil {
		err = errors.Join(temp.Chmod(ownfile.File), temp.Sync())
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return k, err
	}
	info, err := os.Stat(temp.Name())
	if err != nil {
		return k, fmt.Errorf("evidence pack: %w", err)
	}
	k = Kept{SHA256: hashText(sum), Size: info.Size(), Since: o.Since, Until: o.Until, Route: o.Route, Asked: len(o.Documents), Documents: m.Documents, IDsOnly: o.IDsOnly, Reason: reason, Made: w.Now(), By: o.By, There: true}
	k.Name = name(k.SHA256)
	path := filepath.Join(dir, k.Name)
	if err := ownfile.Publish(temp.Name(), path); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return k, &desk.Error{Code: desk.ExitFailed, Err: say.Errorf("evidence pack: %s exists, and a pack never overwrites", path), Hint: "give a new name"}
		}
		return k, fmt.Errorf("evidence pack: %w", err)
	}
	if err := ownfile.SyncFolder(dir); err != nil {
		return k, fmt.Errorf("evidence pack: %w", err)
	}
	d, err := detail(k)
	if err == nil {
		err = w.Journal.Noted(ctx, MadeEvent, d)
	}
	if err != nil { // one that the history does not know is none
		return k, errors.Join(err, os.Remove(path))
	}
	return k, nil
}

func detail(k Kept) (d map[string]any, err error) {
	text, err := json.Marshal(k)
	if err == nil {
		err = json.Unmarshal(text, &d)
	}
	return d, err
}

// List are the packs that were made, the newest first, at most so many.
func List(ctx context.Context, w *desk.Workspace, most int) ([]Kept, error) {
	rows, err := reading.History(ctx, w, reading.Happened{Events: []string{MadeEvent}, Limit: most})
	if err != nil {
		return nil, err
	}
	out := make([]Kept, 0, len(rows))
	for _, e := range rows {
		var k Kept
		if err := json.Unmarshal(e.Detail, &k); err != nil {
			return nil, fmt.Errorf("history row %d: %w", e.Seq, err)
		}
		k.Made, k.By = ledger.Time(e.At), e.Actor
		if info, err := os.Stat(filepath.Join(folder(w), filepath.Base(k.Name))); err == nil && info.Mode().IsRegular() && w.Now().Before(k.Goes()) {
			k.There = true
		}
		out = append(out, k)
	}
	return out, nil
}

// mostListed bounds the packs among which one is looked for.
const mostListed = 1000

// Take opens a pack that the console keeps, and takes down that it was taken. False: there is none of the name, or its
// time is over.
func Take(ctx context.Context, w *desk.Workspace, name string) (io.ReadCloser, Kept, bool, error) {
	list, err := List(ctx, w, mostListed)
	if err != nil {
		return nil, Kept{}, false, err
	}
	i := slices.IndexFunc(list, func(k Kept) bool { return k.Name == name && k.There })
	if i < 0 {
		return nil, Kept{}, false, nil
	}
	f, err := os.Open(filepath.Join(folder(w), filepath.Base(name)))
	if err != nil {
		return nil, Kept{}, false, fmt.Errorf("evidence pack: %w", err)
	}
	if err := w.Journal.Noted(ctx, TakenEvent, map[string]any{"name": name, "sha256": list[i].SHA256}); err != nil {
		return nil, Kept{}, false, errors.Join(err, f.Close())
	}
	return f, list[i], true, nil
}

// Origin is what a journal says of a pack that was checked.
type Origin int

// A pack is Elsewhere's when its last row of the history is not in the journal: another company's, say. It is Changed when
// it says that it was made of this journal, whose history knows no pack of this hash: it was changed, or zipped anew.
// Of an unpacked folder, which has no such hash, no more is known than that its last row is here (Unpacked).
const (
	Elsewhere Origin = iota
	Here
	Changed
	Unpacked
)

// Known tells whether this journal made a pack, and when.
func Known(ctx context.Context, w *desk.Workspace, c Checked) (Origin, Kept, error) {
	list, err := List(ctx, w, mostListed)
	if err != nil {
		return Elsewhere, Kept{}, err
	}
	if i := slices.IndexFunc(list, func(k Kept) bool { return k.SHA256 == c.SHA256 && k.SHA256 != "" }); i >= 0 {
		return Here, list[i], nil
	}
	hash, err := w.Journal.HashAt(ctx, c.Head)
	switch {
	case err != nil || hash == "" || hash != c.HeadHash:
		return Elsewhere, Kept{}, err
	case c.SHA256 == "":
		return Unpacked, Kept{}, nil
	case len(list) == mostListed && c.Made.Before(list[len(list)-1].Made):
		return Elsewhere, Kept{}, nil // older than what was looked at
	}
	return Changed, Kept{}, nil
}

// Sweep takes away the packs whose time is over, and what was left of one whose making was killed.
func Sweep(w *desk.Workspace) error {
	entries, err := os.ReadDir(folder(w))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("evidence packs: %w", err)
	}
	var errs []error
	for _, e := range entries {
		age := 24 * time.Hour // no making takes a day
		switch {
		case strings.HasPrefix(e.Name(), "evidence") && strings.HasSuffix(e.Name(), ".zip"):
			age = KeptFor
		case !strings.HasPrefix(e.Name(), ".evidence-"):
			continue // not ours
		}
		info, err := e.Info()
		if err == nil && w.Now().Sub(info.ModTime()) > age {
			err = os.Remove(filepath.Join(folder(w), e.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("evidence packs: %w", err))
		}
	}
	return errors.Join(errs...)
}
