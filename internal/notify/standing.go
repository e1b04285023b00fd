package notify

import (
	"context"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/today"
	"github.com/fisbridge/fisbridge/internal/diskroom"
	"github.com/fisbridge/fisbridge/internal/journal/changes"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// What stands badly beside the list of things that need a person: figures, the disk; and what people have decided.

// ties are the figures of this month and the last one, and of older months of which a document changed since, when
// they do not tie out: what was fetched, counted without a look at states, is not what became of it.
func ties(ctx context.Context, w *desk.Workspace, _ time.Time) ([]Matter, error) {
	now := w.Now().In(w.Config.Schedule.Zone())
	since := time.Date(now.Year(), now.Month()-1, 1, 0, 0, 0, 0, now.Location())
	months := []time.Time{since.AddDate(0, 1, 0), since}
	hours, err := w.Journal.ReceivedAndChanged(ctx, since)
	if err != nil {
		return nil, err
	}
	for _, h := range hours {
		h = h.In(now.Location())
		if m := time.Date(h.Year(), h.Month(), 1, 0, 0, 0, 0, now.Location()); !slices.ContainsFunc(months, m.Equal) {
			months = append(months, m)
		}
	}
	slices.SortFunc(months, time.Time.Compare)
	var broken, names []string
	last := "" // day of the first of them
	for _, m := range months {
		e, err := today.Read(ctx, w, desk.Selection{Since: m, Until: m.AddDate(0, 1, 0)})
		if err != nil {
			return nil, err
		}
		if e.TiesOut() {
			continue
		}
		if broken, names = append(broken, m.Format("2006-01")), append(names, m.Format(time.DateOnly)); last == "" {
			last = m.AddDate(0, 1, -1).Format(time.DateOnly)
		}
		for _, c := range e.Currencies {
			if !e.Ties(c) {
				broken = append(broken, c)
			}
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	return []Matter{{Key: "ties", Kind: config.AboutTies, Print: "broken " + strings.Join(broken, " "), Since: now.UTC(), Number: len(names), Values: map[string]string{"months": strings.Join(names, " ")},
		Path: "/?" + url.Values{"since": {names[0]}, "until": {last}}.Encode()}}, nil
}

// leastFree is the part of a disk, in percent, below which people are told.
const leastFree = 10

// disk is the disk of the journal, when little of it is free.
func disk(_ context.Context, w *desk.Workspace, _ time.Time) ([]Matter, error) {
	free, total, err := diskroom.At(filepath.Dir(w.Config.Path(w.Config.Journal.Path)))
	if w.Config.Journal.Path == "" {
		free, total, err = diskroom.At(w.Config.Dir())
	}
	if err != nil || total == 0 || free*100 >= total*leastFree {
		return nil, nil //nolint:nilerr // a system that does not say has no matter to tell
	}
	print := strconv.Itoa(leastFree)
	for _, step := range []uint64{5, 2, 1} { // told again when it gets worse
		if free*100 < total*step {
			print = strconv.FormatUint(step, 10)
		}
	}
	return []Matter{{Key: "disk", Kind: config.AboutDisk, Print: print, Since: w.Now().UTC(), Number: int(free * 100 / total), Path: "/settings"}}, nil
}

// decidedDays is how long a decision is news.
const decidedDays = 7

// decided are changed mappings that somebody has approved or declined.
func decided(ctx context.Context, w *desk.Workspace, began time.Time) (out []Matter, err error) {
	since := w.Now().AddDate(0, 0, -decidedDays)
	if began.After(since) {
		since = began
	}
	seen := map[string]bool{}
	for _, r := range w.Config.Routes {
		if seen[r.Mapping] {
			continue
		}
		seen[r.Mapping] = true
		list, err := w.Journal.ChangesOf(ctx, r.Mapping)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			// What one approves by asking for it, where nobody else must, is no decision that somebody waits for.
			if c.DecidedAt.IsZero() || c.DecidedAt.Before(since) || wording.Person(c.DecidedBy) == wording.Person(c.AskedBy) {
				continue
			}
			verdict := "approved"
			if c.State == changes.Rejected {
				verdict = "declined"
			}
			out = append(out, Matter{Key: "decided " + strconv.FormatInt(c.ID, 10), Kind: config.AboutDecided, Route: r.Name, Print: verdict, Since: c.DecidedAt, Number: 1,
				Values: map[string]string{"id": strconv.FormatInt(c.ID, 10), "verdict": verdict}, Path: "/mappings/" + url.PathEscape(r.Name) + "/changes/" + strconv.FormatInt(c.ID, 10)})
		}
	}
	return out, nil
}
