package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func newAudit(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Prove that the history is what was written",
		Args:  knownCommand,
		RunE:  help,
	}
	cmd.AddCommand(newAuditVerify(a))
	return cmd
}

func newAuditVerify(a *app) *cobra.Command {
	var expect string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Find every row that was edited, deleted or put in by another hand",
		Long: `Each row of the history carries a hash over its own content and the hash of the row before. verify computes all of
them again and tells each place that does not fit; exit code 1 when there is one.

The history also holds a seal of every row that people read as fact: documents, import files, result files and their lines,
confirmations, payments, alarms, mapping versions and runs. verify recomputes each, and names the row and the column that was
changed with another program. It reads the payloads, import files and result files that are kept, and holds each against its hash.

The end of the chain is compared with the note that every run leaves beside the journal (journal.path with .head behind it).
Somebody who rewrites the whole chain and the note can hide that, but not from a hash that is kept elsewhere: note the last
hash from time to time (in a ticket, a mail, a printed log), and give it back with --expect. It must still be in the chain, at
whatever row: a chain that has lost it was rewritten, or is a backup older than the note.`,
		Example: "  fisbridge audit verify\n  fisbridge audit verify --expect 5f0c…",
		Args:    wantArgs(0, 0),
	}
	cmd.Flags().StringVar(&expect, "expect", "", "a `hash` noted earlier, which must be in the chain")
	cmd.RunE = a.action(func(ctx context.Context, _ []string) error {
		expect = strings.ToLower(strings.TrimSpace(expect))
		if b, err := hex.DecodeString(expect); expect != "" && (err != nil || len(b) != 32) {
			return usage(errors.New("--expect: a hash has 64 hexadecimal digits"))
		}
		return a.looking(ctx, func(w *workspace) error {
			v, err := verify(ctx, w.j, expect, true)
			if err != nil {
				return err
			}
			r, err := w.j.Restored(ctx) // after the walk: a run may have written since
			if err != nil {
				return err
			}
			if r != nil {
				v.Breaks = append(v.Breaks, noteBreaks(r, filepath.Base(w.j.HeadFile()))...)
			}
			return a.tellVerified(v)
		})
	})
	return cmd
}

// noteBreaks is what the note beside the journal says against its history. That the journal lies elsewhere is no break.
func noteBreaks(r *journal.Restored, name string) []journal.Break {
	switch {
	case r.NumbersKnown:
		return []journal.Break{{Seq: r.Note.Seq, Reason: fmt.Sprintf("the note beside the journal (%s) knows this row with another hash: the history was written anew, or is a backup that was put back", name)}}
	case r.Cause == journal.DisplacedBadNote:
		return []journal.Break{{Seq: r.Now.Seq, Reason: fmt.Sprintf("the note beside the journal (%s) cannot be read: nothing outside of the journal tells where its history ended", name)}}
	}
	return nil
}

// verified is what verify found.
type verified struct {
	Rows     int64           `json:"rows"`
	LastHash string          `json:"last_hash"`
	Breaks   []journal.Break `json:"breaks"`
	// Facts is the number of rows held against their seals, Kept that of payloads and files held against their hashes.
	Facts       int64                `json:"facts"`
	Kept        int64                `json:"kept"`
	Differences []journal.Difference `json:"differences"`
	Expected    string               `json:"expected,omitempty"`
	// ExpectedAt is the row that has the expected hash, 0 when none has.
	ExpectedAt int64 `json:"expected_at,omitempty"`
}

// verify walks the history; with whole it also looks at everything that the history seals.
func verify(ctx context.Context, j *journal.Journal, expect string, whole bool) (v verified, err error) {
	err = j.Snapshot(ctx, func(j *journal.Journal) error {
		v = verified{Expected: expect}
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

// sealed looks at the rows and bytes that the history seals.
func (v *verified) sealed(ctx context.Context, j *journal.Journal) (err error) {
	if v.Facts, v.Differences, err = j.VerifyFacts(ctx); err != nil {
		return err
	}
	kept, differences, err := j.VerifyBytes(ctx)
	v.Kept, v.Differences = kept, append(v.Differences, differences...)
	return err
}

// err is what is wrong with the history, nil when it is sound.
func (v verified) err() error {
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

func (a *app) tellVerified(v verified) error {
	if a.json {
		if err := a.writeJSON(v); err != nil {
			return err
		}
	} else {
		a.verifiedText(v)
	}
	if err := v.err(); err != nil {
		return &Error{Code: ExitFailed, Err: err, Hint: "stop the runs and compare with a backup: fisbridge backup --help"}
	}
	return nil
}

// mostBreaks bounds the list: when a row is missing at the front, every row behind may be told.
const mostBreaks = 100

func (a *app) verifiedText(v verified) {
	l := term.Lines{Out: a.stdout, Width: a.width(), Label: 10}
	l.Put("history", "%s, %s", wording.Counted(int(v.Rows), "row"), wording.Either(len(v.Breaks) == 0, "each one as it was written", "broken"))
	l.Put("facts", "%s, %s", wording.Counted(int(v.Facts), "row"), wording.Either(len(v.Differences) == 0, "each one as its last step left it", "not all as their last step left them"))
	l.Put("kept", "%s read", wording.Counted(int(v.Kept), "payload and file"))
	l.Put("last hash", "%s", v.LastHash)
	if v.ExpectedAt > 0 {
		l.Put("expected", "found at row %d of %d", v.ExpectedAt, v.Rows)
	}
	for i, b := range v.Breaks {
		if i == mostBreaks {
			l.Put("", "and %d more", len(v.Breaks)-i)
			break
		}
		l.Put(fmt.Sprintf("row %d", b.Seq), "%s", b.Reason)
	}
	for i, d := range v.Differences {
		if i == mostBreaks {
			l.Put("", "and %d more", len(v.Differences)-i)
			break
		}
		l.Put("changed", "%s", d.Reason)
	}
}
