package telling

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/web"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// NewAudit proves the history, and makes packs that prove it elsewhere; version is this program's.
func NewAudit(shared *frame.Frame, version string) *cobra.Command {
	a := &room{shared}
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Prove that the history is what was written",
		Args:  frame.KnownCommand,
		RunE:  frame.Help,
	}
	cmd.AddCommand(newAuditVerify(a), newAuditPack(a, version))
	return cmd
}

func newAuditVerify(a *room) *cobra.Command {
	var expect string
	cmd := &cobra.Command{
		Use:   "verify [PACK]",
		Short: "Find every row that was edited, deleted or put in by another hand, in the journal or in an evidence pack",
		Long: `Each row of the history carries a hash over its own content and the hash of the row before. verify computes all of
them again and tells each place that does not fit; exit code 1 when there is one.

The history also holds a seal of every row that people read as fact: documents, import files, result files and their lines,
confirmations, payments, alarms, mapping versions and runs. verify recomputes each, and names the row and the column that was
changed with another program. It reads the payloads, import files and result files that are kept, and holds each against its hash.

The end of the chain is compared with the note that every run leaves beside the journal (journal.path with .head behind it).
Somebody who rewrites the whole chain and the note can hide that, but not from a hash that is kept elsewhere: note the last
hash from time to time (in a ticket, a mail, a printed log), and give it back with --expect. It must still be in the chain, at
whatever row: a chain that has lost it was rewritten, or is a backup older than the note.

With an evidence pack (a zip, or the folder into which it was unpacked) it needs no journal: each file against SHA256SUMS, and what the files say
against each other. It names the file that was changed. Somebody who changes a table and makes SHA256SUMS anew is found by the SHA-256 of
the zip: give the one that audit pack printed, or the console shows, with --expect. Where the journal is at hand it is asked, and a pack that
says it was made of it, and was not made so, is told with exit code 1.`,
		Example: "  fisbridge audit verify\n  fisbridge audit verify --expect 5f0c…\n  fisbridge audit verify october.zip\n  fisbridge audit verify october.zip --expect 9c41…",
		Args:    frame.WantArgs(0, 1),
	}
	cmd.Flags().StringVar(&expect, "expect", "", "a `hash` noted earlier, which must be in the chain; of a pack, the SHA-256 of its zip")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		expect = strings.ToLower(strings.TrimSpace(expect))
		if b, err := hex.DecodeString(expect); expect != "" && (err != nil || len(b) != 32) {
			return desk.Usage(errors.New("--expect: a hash has 64 hexadecimal digits"))
		}
		if len(args) > 0 {
			return a.verifyPack(ctx, args[0], expect)
		}
		return desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) error {
			v, err := w.Verify(ctx, expect)
			if err != nil {
				return err
			}
			rows, broken, have, err := web.VerifyPeople(ctx, w, a.Now)
			if err != nil {
				return err
			}
			if have && !a.JSON {
				a.Say("%-9s %s, %s", "sign-ins", wording.Counted(int(rows), "row"), wording.Either(len(broken) == 0, "each one as it was written", "broken"))
			}
			err = a.tellVerified(v)
			if len(broken) > 0 {
				err = errors.Join(err, &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("the history of sign-ins is not what was written, from row %d on", broken[0]), Hint: "compare console.database with a backup of it"})
			}
			return err
		})
	})
	return cmd
}

func (a *room) tellVerified(v desk.Verified) error {
	if a.JSON {
		if err := a.WriteJSON(v); err != nil {
			return err
		}
	} else {
		a.verifiedText(v)
	}
	if err := v.Broken(); err != nil {
		return &desk.Error{Code: desk.ExitFailed, Err: err, Hint: "stop the runs and compare with a backup: fisbridge backup --help"}
	}
	return nil
}

// mostBreaks bounds the list: when a row is missing at the front, every row behind may be told.
const mostBreaks = 100

func (a *room) verifiedText(v desk.Verified) {
	l := term.Lines{Out: a.Stdout, Width: a.Width(), Label: 10}
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
