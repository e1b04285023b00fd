package check

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/bridge/moved"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/diskroom"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/tempfolder"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// checker looks at one valid configuration and all that hangs on it.
type checker struct {
	place desk.Place
	cfg   *config.Config
	found []Finding
	// who can mend what is found now.
	who Who
	// unread: there is no journal that could be read, or none that may be used.
	unread bool
	// unproved: some rights to write can only be seen by writing, which was not asked for.
	unproved bool
}

func (c *checker) add(s Severity, place string, text, hint say.Text) {
	f := Finding{Severity: s, Place: place, Text: text, Hint: hint}
	if s == Problem || s == Warning {
		f.Who = c.who
	}
	c.found = append(c.found, f)
}

// as looks at what somebody else can mend than who mends what is around it.
func (c *checker) as(who Who, look func()) {
	before := c.who
	c.who = who
	look()
	c.who = before
}

// fault adds a problem that somebody else can mend.
func (c *checker) fault(who Who, place string, text, hint say.Text) {
	c.as(who, func() { c.add(Problem, place, text, hint) })
}

// folders looks whether journal, files and the rest can be written.
func (c *checker) folders() {
	for _, f := range []struct{ key, path string }{
		{"journal.path", c.journalFolder()}, {"folders.files", c.cfg.Path(c.cfg.Folders.Files)},
		{"folders.temp", c.cfg.Path(c.cfg.Folders.Temp)},
	} {
		if f.key == "folders.temp" {
			if _, err := tempfolder.Check(c.cfg); err != nil {
				c.add(Problem, f.key, told(strings.TrimPrefix(err.Error(), f.key+": ")), told(exchange.Hint(err)))
				continue
			}
		}
		if f.path == "" {
			continue
		}
		if err := canWrite(f.path); err != nil {
			c.add(Problem, f.key, say.Of(err), "give the account that runs fisbridge the right to write there")
			continue
		}
		c.add(Fine, f.key, say.F("%s can be written", f.path), "")
		c.room(f.key, f.path)
	}
}

// leastRoom is what a disk must have free: a run writes documents, import files with a copy, result files and the log of
// the journal before it knows how large they are.
const leastRoom = 64 << 20

// room warns of a disk that is so full that a run may end half-way: nothing is lost then, but nothing goes out.
func (c *checker) room(key, path string) {
	free, _, err := diskroom.At(path)
	if err != nil || free >= leastRoom { // a system that does not say has nothing to warn of
		return
	}
	c.add(Warning, key, say.F("only %s kB are free on the disk of %s; a run needs some MB, and ends when the disk is full", number(free>>10), path), "delete or move what is not needed there, or use a larger disk")
}

func number(n uint64) say.Number {
	digits := strconv.FormatUint(n, 10)
	return say.Number{Shown: wording.Grouped(digits), Digits: digits}
}

// journal opens the journal for reading, where there is one.
func (c *checker) journal(ctx context.Context) {
	at := desk.JournalPlace(c.cfg)
	if at.Served() && !c.server(ctx, at) {
		return
	}
	j, err := at.OpenRead(ctx, c.place.Now)
	if errors.Is(err, ledger.ErrOlder) {
		if err = c.renew(ctx); err == nil {
			j, err = at.OpenRead(ctx, c.place.Now)
		}
	}
	switch {
	case errors.Is(err, ledger.ErrNoJournal):
		c.unread = true
	case err != nil:
		c.unread = true
		c.add(Problem, desk.JournalKey(c.cfg), say.Of(err), told(desk.JournalHint(err)))
	default:
		defer j.Close() //nolint:errcheck // it was only read
		c.formerSystems(ctx, j)
		c.atHome(ctx, j)
		c.messages(ctx, j)
		c.formerRoutes(ctx, j)
	}
}

// renew brings a journal of an older program up to date, under the lock of the folder: its tables are not changed under
// a run.
func (c *checker) renew(ctx context.Context) error {
	w, err := desk.Open(ctx, c.place, true)
	if err != nil {
		return err
	}
	return w.Close()
}

// atHome tells when runs will refuse the journal. Nothing is tried with its login then: a copy that renews it would
// take it from the journal that works.
func (c *checker) atHome(ctx context.Context, j *journal.Journal) {
	err := moved.AtHome(ctx, c.cfg, j)
	var r *moved.RestoredError
	switch {
	case errors.As(err, &r):
		c.unread = true
		c.add(Problem, desk.JournalKey(c.cfg), say.Of(r), told(desk.RestoredWays(r.Restored)))
	case err != nil:
		c.unread = true
		c.add(Problem, desk.JournalKey(c.cfg), say.Of(err), told(desk.JournalHint(err)))
	}
}

// formerSystems says what a changed system_id means for the documents that were acknowledged before.
func (c *checker) formerSystems(ctx context.Context, j *journal.Journal) {
	const place = "concur.system_id"
	former, err := j.FormerSystems(ctx, c.cfg.Concur.SystemID)
	if err != nil {
		c.add(Problem, desk.JournalKey(c.cfg), say.Of(err), told(desk.JournalHint(err)))
		return
	}
	for _, f := range former {
		text := say.F("is %s now; documents keep the name with which they were acknowledged: what is still open of %s (%s) is confirmed as %s, and payments of %s come under that name too",
			c.cfg.Concur.SystemID, f.ID, say.Counted(f.Open, "document"), f.ID, say.Counted(f.Posted, "posted document"))
		if f.Open == 0 {
			c.add(note, place, text, "")
			continue
		}
		c.add(Warning, place, text, say.F("let no other installation use the name %s; nothing else is to be done", f.ID))
	}
}

// canWrite tells whether a folder, or the nearest one above it that exists, can be written, without writing.
func canWrite(path string) error {
	for at := path; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		switch {
		case errors.Is(err, fs.ErrNotExist) && filepath.Dir(at) != at:
			continue
		case err != nil:
			return err
		case !info.IsDir():
			return fmt.Errorf("%s is not a folder", at)
		}
		return writable(at)
	}
}
