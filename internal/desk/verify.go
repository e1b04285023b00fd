package desk

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/home"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// noteBreaks is what the note beside the journal says against its history. That the journal lies elsewhere is no break.
func noteBreaks(r *home.Restored, name string) []ledger.Break {
	switch {
	case r.NumbersKnown:
		return []ledger.Break{{Seq: r.Note.Seq, Reason: fmt.Sprintf("the note beside the journal (%s) knows this row with another hash: the history was written anew, or is a backup that was put back", name)}}
	case r.Cause == home.DisplacedBadNote:
		return []ledger.Break{{Seq: r.Now.Seq, Reason: fmt.Sprintf("the note beside the journal (%s) cannot be read: nothing outside of the journal tells where its history ended", name)}}
	}
	return nil
}

// Verified is what verify found.
type Verified struct {
	Rows     int64          `json:"rows"`
	LastHash string         `json:"last_hash"`
	Breaks   []ledger.Break `json:"breaks"`
	// Facts is the number of rows held against their seals, Kept that of payloads and files held against their hashes.
	Facts       int64               `json:"facts"`
	Kept        int64               `json:"kept"`
	Differences []ledger.Difference `json:"differences"`
	Expected    string              `json:"expected,omitempty"`
	// ExpectedAt is the row that has the expected hash, 0 when none has.
	ExpectedAt int64 `json:"expected_at,omitempty"`
}

// verify walks the history; with whole it also looks at everything that the history seals.
func verify(ctx context.Context, j *journal.Journal, expect string, whole bool) (v Verified, err error) {
	err = j.Snapshot(ctx, func(j *journal.Journal) error {
		v = Verified{Expected: expect}
		if v.Rows, v.LastHash, v.Breaks, err = j.VerifyHistory(ctx); err != nil {
			return err
		}
		if whole {
			if err := v.sealed(ctx, j); err != nil {
				return err
			}
		}
		if expect == "" {
			return nil
		}
		v.ExpectedAt, err = j.SeqOf(ctx, expect)
		return err
	})
	return v, err
}

// sealed looks at the rows and bytes that the history seals, and at the sums and keys that follow from them.
func (v *Verified) sealed(ctx context.Context, j *journal.Journal) (err error) {
	if v.Facts, v.Differences, err = j.VerifyFacts(ctx); err != nil {
		return err
	}
	if len(v.Differences) == 0 { // what follows from rows that were changed differs too, and says nothing new
		derived, differences, err := j.VerifyDerived(ctx)
		if err != nil {
			return err
		}
		v.Facts, v.Differences = v.Facts+derived, differences
	}
	kept, differences, err := j.VerifyBytes(ctx)
	v.Kept, v.Differences = kept, append(v.Differences, differences...)
	return err
}

// Broken is what is wrong with the history, nil when it is sound.
func (v Verified) Broken() error {
	switch {
	case len(v.Breaks) > 0:
		return fmt.Errorf("the history is broken in %s", wording.Counted(len(v.Breaks), "place"))
	case len(v.Differences) > 0:
		return fmt.Errorf("the journal was changed by another hand in %s", wording.Counted(len(v.Differences), "place"))
	case v.Expected != "" && v.ExpectedAt == 0:
		return errors.New("no row of the history has the expected hash: the history was rewritten, or it is older than the note")
	}
	return nil
}

// Verify walks the history and everything that it seals, and holds its end against the note beside the journal. expect
// is a hash noted earlier, which must be in the chain; empty: none was noted.
func (w *Workspace) Verify(ctx context.Context, expect string) (Verified, error) {
	v, err := verify(ctx, w.Journal, expect, true)
	if err != nil {
		return v, err
	}
	r, err := w.Journal.Restored(ctx) // after the walk: a run may have written since
	if err == nil && r != nil {
		v.Breaks = append(v.Breaks, noteBreaks(r, filepath.Base(w.Journal.HeadFile()))...)
	}
	return v, err
}
