package desk

import (
	"context"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/bridge/moved"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/home"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// DefaultSchema is the schema of a journal that is the only one of its database.
const DefaultSchema = config.DefaultSchema

// OldJournal says where a journal lay so far: an SQLite file, or the address, schema and place of the password of a PostgreSQL database.
type OldJournal struct{ Path, URL, Schema, Password string }

// MovedJournal is a journal that lies elsewhere now.
type MovedJournal struct {
	Verified
	From, To     string
	Tables, Rows int64
	// Marked are rows with texts that PostgreSQL keeps with marks alone (U+FFFD).
	Marked int64
	// Already: an earlier command that was ended too early has copied everything.
	Already bool
}

// MoveJournal moves a journal to where the configuration says that it lies: every row, in one transaction, proved by the history's chain and its seals.
// The old one is kept, and never works again.
func MoveJournal(ctx context.Context, p Place, old OldJournal, reason string) (out MovedJournal, err error) {
	from, err := old.place(p)
	if err != nil {
		return out, err
	}
	w, err := Open(ctx, p, true)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if from.Path != "" && from.Path == w.Journal.Path() || from.Served() && from.URL == w.Config.JournalURL() && from.Schema == w.Journal.Path() {
		return out, Usage(errors.New("the old and the new place are the same: fisbridge.yaml says where the journal lies from now on, --from where it lay"))
	}
	if err := from.There(); err != nil {
		return out, err
	}
	from.Holder, from.Disabled = holderOf(w.Config), true // before it is erased, its journal may be taken along
	j, err := from.Open(ctx, p.Now, p.Actor)
	if err != nil {
		return out, takenElsewhere(err)
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	out = MovedJournal{From: j.Name(), To: w.Journal.Name()}
	if out.Already, err = j.WasMovedTo(ctx, w.Journal); err != nil {
		return out, err
	}
	if !out.Already {
		if err := sound(ctx, w, j); err != nil {
			return out, err
		}
		m, err := j.MoveTo(ctx, w.Journal, reason)
		if err != nil {
			return out, inTheWay(ctx, w, err)
		}
		out.Tables, out.Rows, out.Marked, out.Already = m.Tables, m.Rows, m.Marked, m.Already
	}
	if out.Verified, err = verify(ctx, w.Journal, "", true); err != nil {
		return out, err
	}
	return out, out.Broken()
}

// inTheWay says the way on where a journal lies at the new place already: mostly the one that was moved away from there, and kept.
func inTheWay(ctx context.Context, w *Workspace, err error) error {
	if !errors.Is(err, ledger.ErrNotEmpty) {
		return err
	}
	old, oerr := w.Journal.Restored(ctx)
	if oerr != nil {
		return errors.Join(err, oerr)
	}
	retired := old != nil && old.Cause == home.DisplacedRetired
	place, hint := w.Journal.Path(), ""
	switch file := w.Config.JournalURL() == ""; {
	case file && retired:
		hint = fmt.Sprintf("nothing was moved: at journal.path lies the old journal that was kept when it was moved away, and it never works again; move it aside with all files whose names begin so (%s, -wal, -shm), or write another journal.path into fisbridge.yaml, then give the command again", place)
	case file:
		hint = fmt.Sprintf("nothing was moved: a journal that is in use lies at %s; write another journal.path into fisbridge.yaml, then give the command again", place)
	case retired:
		hint = fmt.Sprintf("nothing was moved: in schema %s lies the old journal that was kept when it was moved away, and it never works again; write another journal.schema into fisbridge.yaml, or let an administrator of the database rename the old one (ALTER SCHEMA %s RENAME TO %s_old), then give the command again", place, place, place)
	default:
		hint = fmt.Sprintf("nothing was moved: a journal that is in use lies in schema %s; write another journal.schema into fisbridge.yaml, then give the command again", place)
	}
	return &Error{Code: ExitFailed, Err: err, Hint: say.Plain(hint)}
}

// sound refuses a journal that lies elsewhere than it lives, or that was changed by another hand. One whose move to this place was begun lives nowhere else.
func sound(ctx context.Context, w *Workspace, j *journal.Journal) error {
	r, err := j.Restored(ctx)
	if err != nil {
		return err
	}
	if r != nil && !j.MovesTo(r, w.Journal) {
		return RestoredHint(&moved.RestoredError{Restored: *r})
	}
	v, err := verify(ctx, j, "", true)
	if err == nil {
		err = v.Broken()
	}
	if err != nil {
		return fmt.Errorf("the old journal is not sound, and was not moved: %w", err)
	}
	return nil
}

func (o OldJournal) place(p Place) (journal.Place, error) {
	cfg, err := config.Load(p.Dir)
	if err != nil {
		return journal.Place{}, err
	}
	if o.URL == "" {
		return journal.Place{Path: cfg.Path(o.Path)}, nil
	}
	at := *cfg
	at.Journal = config.Journal{URL: o.URL, Schema: o.Schema}
	if o.Password != "" {
		if at.Journal.Password, err = secret.At(o.Password); err != nil {
			return journal.Place{}, Usage(fmt.Errorf("--password %w: env:NAME, file:path or credential:NAME", err))
		}
	}
	return JournalPlace(&at), nil
}
