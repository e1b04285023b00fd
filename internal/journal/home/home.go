// Package home knows where a journal lives (promise 11): which file on which machine it is, and which file the note
// beside it is. A copy made by backup carries a mark instead. What is not at home refuses to work until a person has
// said what happened.
package home

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Home is a journal that knows where it lives.
type Home struct{ *ledger.Ledger }

// Names of the rows of meta.
const (
	metaHome    = "home"    // a home
	metaCopy    = "copy"    // a CopyMark
	metaRetired = "retired" // a Retired
)

// home is what a journal knows about where it lives.
type home struct {
	Whereabouts
	// Notes are the files that the note beside the journal may be: the newest, and the one before, for a kill between
	// the two. None: any.
	Notes []string `json:"notes,omitempty"`
	// Since is when a person said last where the journal lives. Of a journal in a server each machine has a note: one that was
	// written before tells nothing new.
	Since string `json:"since,omitempty"`
}

// CopyMark says, inside of a copy, that it is one.
type CopyMark struct {
	At   string      `json:"at"`
	From Whereabouts `json:"from"`
}

// Retired says, inside of a journal, that a person called it a copy that must not work.
type Retired struct {
	At     string `json:"at"`
	Reason string `json:"reason"`
	// To is the place that it is moved to, or was; empty: it is not that.
	To string `json:"to,omitempty"`
}

// SettleIn gives a journal a home that has none: a new one, and one of a version that knew of no home, when its note
// agrees with it. Everything else waits for a person.
func (j *Home) SettleIn(ctx context.Context) error {
	var h home
	var mark CopyMark
	for name, v := range map[string]any{metaHome: &h, metaCopy: &mark} {
		if found, err := ledger.ReadMeta(ctx, ledger.Reads(j.Ledger), name, v); found || err != nil {
			return err
		}
	}
	here, err := j.Here(ctx)
	if err != nil {
		return err
	}
	note, noteErr := j.readNote()
	now, err := j.headNow(ctx)
	if err != nil {
		return err
	}
	switch {
	case errors.Is(noteErr, fs.ErrNotExist) && here.served(): // this machine has not worked for it yet
	case now.Seq == 0 && errors.Is(noteErr, fs.ErrNotExist): // new: the note comes first, for from now on there must be one
		if err := j.writeNote(ctx, here, now); err != nil {
			return err
		}
	case noteErr != nil:
		return nil
	}
	if holds, err := j.holds(ctx, note); err != nil || !holds {
		return err
	}
	return j.in(ctx, "note where the journal lies", func(t *ledger.Tx) error { return t.WriteMeta(metaHome, home{Whereabouts: here}) })
}

// knowNotes keeps which files the note beside the journal may be. The path and a machine that could not be compared are
// those of today.
func (j *Home) knowNotes(ctx context.Context, here Whereabouts, newest, former string) error {
	return j.in(ctx, "note the head", func(t *ledger.Tx) error {
		var h home
		found, err := ledger.ReadMeta(ctx, t, metaHome, &h)
		if err != nil || !found {
			return err
		}
		if !here.sameFile(h.Whereabouts) || !here.sameMachine(h.Whereabouts) {
			return nil // not at home: nothing that a person has not said
		}
		h.Path = here.Path
		if here.Machine != "" {
			h.Machine = here.Machine
		}
		if h.Notes = nil; newest != "" {
			h.Notes = []string{newest}
			if former != "" {
				h.Notes = append(h.Notes, former)
			}
		}
		return t.WriteMeta(metaHome, h)
	})
}

// Displacement is why a journal is not at home.
type Displacement string

// Displacements, in the order in which they are looked for.
const (
	DisplacedRetired  Displacement = "retired"        // a person called it a copy that must not work
	DisplacedBackup   Displacement = "backup"         // it is a copy that backup made
	DisplacedNoNote   Displacement = "no note"        // it has a history, and no note lies beside it
	DisplacedBadNote  Displacement = "bad note"       // the note cannot be read
	DisplacedOlder    Displacement = "older"          // the note is newer than it
	DisplacedFile     Displacement = "other file"     // it is another file than the one it lived in
	DisplacedMachine  Displacement = "other machine"  // it is on another machine
	DisplacedTimeline Displacement = "other timeline" // the server was restored, or another one has taken its place
	DisplacedLaidOver Displacement = "laid over"      // the note is not the file that this journal wrote
)

// Restored tells that a journal is not at home, and what is known about that.
type Restored struct {
	Cause   Displacement
	Note    HeadNote // zero without a note that can be read
	Now     HeadNote // where the database ends
	Was, Is Whereabouts
	Copy    CopyMark
	Retired Retired
	// NumbersKnown: the note is newer than the journal, so it tells the numbers that were used since.
	NumbersKnown bool
}

// MayBeMoved tells whether "it lacks nothing, it only lies elsewhere" can be the truth: nothing is known to be missing
// in it.
func (r *Restored) MayBeMoved() bool { return r.Cause != DisplacedRetired && !r.NumbersKnown }

// Restored compares the journal with the note beside it and with where it lives. Nil: it is at home.
func (j *Home) Restored(ctx context.Context) (r *Restored, err error) {
	for range 5 { // another process may write a note just now
		if r, err = j.restored(ctx); err != nil || r == nil || r.Cause != DisplacedLaidOver {
			return r, err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return r, err
}

func (j *Home) restored(ctx context.Context) (*Restored, error) {
	note, noteErr := j.readNote() // first: the journal never gets older
	if noteErr != nil && !errors.Is(noteErr, fs.ErrNotExist) && !errors.Is(noteErr, ErrNoteUnreadable) {
		return nil, noteErr
	}
	noteFile := fileID(j.HeadFile())
	here, err := j.Here(ctx)
	if err != nil {
		return nil, err
	}
	r := &Restored{Note: note, Is: here}
	var h home
	homed, err := ledger.ReadMeta(ctx, ledger.Reads(j.Ledger), metaHome, &h)
	if err != nil {
		return nil, err
	}
	r.Was = h.Whereabouts
	isCopy, err := ledger.ReadMeta(ctx, ledger.Reads(j.Ledger), metaCopy, &r.Copy)
	if err != nil {
		return nil, err
	}
	isRetired, err := ledger.ReadMeta(ctx, ledger.Reads(j.Ledger), metaRetired, &r.Retired)
	if err != nil {
		return nil, err
	}
	if r.Now, err = j.headNow(ctx); err != nil {
		return nil, err
	}
	holds, err := j.holds(ctx, note)
	if err != nil {
		return nil, err
	}
	if !holds && here.served() && note.At < h.Since { // another machine's note led to what was said
		holds, r.Note = true, HeadNote{}
	}
	r.NumbersKnown = noteErr == nil && !holds
	switch {
	case isRetired:
		r.Cause = DisplacedRetired
	case isCopy:
		r.Cause = DisplacedBackup
	case errors.Is(noteErr, fs.ErrNotExist) && r.Now.Seq == 0:
		return nil, nil
	case errors.Is(noteErr, fs.ErrNotExist) && !here.served():
		r.Cause = DisplacedNoNote
	case noteErr != nil && !here.served():
		r.Cause = DisplacedBadNote
	case !holds:
		r.Cause = DisplacedOlder
	case homed && !r.Is.sameFile(h.Whereabouts):
		r.Cause = DisplacedFile
	case homed && !r.Is.sameMachine(h.Whereabouts):
		r.Cause = DisplacedMachine
	case homed && !r.Is.sameTimeline(h.Whereabouts):
		r.Cause = DisplacedTimeline
	case len(h.Notes) > 0 && noteFile != "" && !slices.Contains(h.Notes, noteFile):
		r.Cause = DisplacedLaidOver
	default:
		return nil, nil
	}
	return r, nil
}

// MoveIn makes the present place the home, and takes the marks off that said that it is none.
func MoveIn(t *ledger.Tx, here Whereabouts) error {
	for _, name := range []string{metaCopy, metaRetired} {
		if _, err := t.Exec(`DELETE FROM meta WHERE name = $1`, name); err != nil {
			return err
		}
	}
	return t.WriteMeta(metaHome, home{Whereabouts: here, Since: t.At})
}

// AcceptMoved lets work go on with a journal that lies elsewhere now and lacks nothing: a person has said that it is
// the only one that works.
func (j *Home) AcceptMoved(ctx context.Context, r Restored, reason string) error {
	return j.in(ctx, "accept the moved journal", func(t *ledger.Tx) error {
		if err := MoveIn(t, r.Is); err != nil {
			return err
		}
		return t.Event("moved journal accepted", ledger.About{}, ledger.Detail{"reason": reason, "cause": r.Cause, "lies_at": r.Is, "lay_at": r.Was})
	})
}

// Retire makes a journal one that never works again: a copy, while another one does the work. Looking at it goes on.
func (j *Home) Retire(ctx context.Context, reason string) error { return j.retire(ctx, reason, "") }

// RetireFor retires a journal that is moved to a place, before it lies there: there are never two that work.
func (j *Home) RetireFor(ctx context.Context, reason, to string) error {
	return j.retire(ctx, "it was moved to "+to+": "+reason, to)
}

// Unretire lets a journal work again whose move has certainly not happened.
func (j *Home) Unretire(ctx context.Context) error {
	return j.in(ctx, "let the journal work again", func(t *ledger.Tx) error {
		if _, err := t.Exec(`DELETE FROM meta WHERE name = $1`, metaRetired); err != nil {
			return err
		}
		return t.Event("journal move given up", ledger.About{}, nil)
	})
}

func (j *Home) retire(ctx context.Context, reason, to string) error {
	here, err := j.Here(ctx)
	if err != nil {
		return err
	}
	return j.in(ctx, "retire the journal", func(t *ledger.Tx) error {
		if err := t.WriteMeta(metaRetired, Retired{At: t.At, Reason: reason, To: to}); err != nil {
			return err
		}
		return t.Event("journal retired", ledger.About{}, ledger.Detail{"reason": reason, "lies_at": here})
	})
}
