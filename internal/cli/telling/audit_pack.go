package telling

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/evidence"
	"github.com/fisbridge/fisbridge/internal/web"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words"
)

func newAuditPack(a *room, version string) *cobra.Command {
	var days period
	var documents []string
	var idsOnly bool
	var reason string
	cmd := &cobra.Command{
		Use:   "pack FILE",
		Short: "Write an evidence pack: a zip that proves what happened in a period, without the journal",
		Long: `The pack holds the documents that were received in the period (their payloads and posting lines), the import and result files, what
Concur was told, the versions of mappings with who asked and who agreed, the people and their roles, the rows of the history with their
hashes, and the reconciliation. index.html opens in a browser without a network; sha256sum -c SHA256SUMS and fisbridge audit verify FILE
tell whether it is what was made, on any machine.

With --ids-only no name and no text of a person is in it: people are numbers, and payloads, files, workbooks and reasons are told by their hashes.
Without it the pack holds personal data: keep it as safe as the journal. That it was made, its hash and the reason stand in the history.`,
		Example: "  fisbridge audit pack october.zip --since 2026-10-01 --until 2026-10-31 --reason \"year-end audit\"\n  fisbridge audit pack october.zip --since 2026-10-01 --ids-only --reason \"for the group\"",
		Args:    frame.WantArgs(1, 1),
	}
	f := cmd.Flags()
	f.StringVar(&days.since, "since", "", "only documents received from this `day` on (yyyy-MM-dd)")
	f.StringVar(&days.until, "until", "", "only up to and with this `day`")
	f.StringVar(&days.route, "route", "", "only this route")
	f.StringArrayVar(&documents, "document", nil, "only this `document`, in place of a period; may be given several times")
	f.BoolVar(&idsOnly, "ids-only", false, "no name and no text of a person")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		sel, err := days.selection(a.Zone())
		if err != nil {
			return err
		}
		if len(documents) > 0 && (days.since != "" || days.until != "" || days.route != "") {
			return desk.Usage(errors.New("--document: the pack is of these documents, so give no period and no route"))
		}
		o := evidence.Options{Since: sel.Since, Until: sel.Until, Route: sel.Route, IDsOnly: idsOnly, Version: version}
		return a.pack(ctx, o, documents, args[0], reason)
	})
	return frame.ReasonFlag(cmd, &reason)
}

func (a *room) pack(ctx context.Context, o evidence.Options, documents []string, path, reason string) error {
	place := a.Place("audit pack")
	o.By = place.Actor
	return desk.Beside(ctx, place, func(w *desk.Workspace) error {
		if err := w.KnownRoute(ctx, o.Route); err != nil {
			return err
		}
		for _, word := range documents {
			d, err := w.Document(ctx, word)
			if err != nil {
				return err
			}
			o.Documents = append(o.Documents, d.ID)
		}
		short, err := a.ShortName()
		if err != nil {
			return err
		}
		o.Company = w.Config.Console.Name
		catalogue, err := words.Load()
		if err != nil {
			return err
		}
		lang := catalogue.Of(w.Config.Language, "")
		o.Words, o.Language = lang, lang.Code
		if o.People, err = web.PeopleOf(ctx, w, a.Now, short); err != nil {
			return err
		}
		k, err := evidence.Write(ctx, w, o, path, reason)
		if err != nil {
			return err
		}
		if a.JSON {
			return a.WriteJSON(k)
		}
		a.Say("%s: %s, %s bytes, SHA-256 %s", path, wording.Counted(k.Documents, "document"), wording.Grouped(fmt.Sprint(k.Size)), k.SHA256)
		if !k.IDsOnly {
			a.Remark("it holds names and texts of persons; --ids-only leaves them out")
		}
		return nil
	})
}

// verifyPack checks a pack, and holds it against the SHA-256 that was noted when it was made, where one is given. Where
// there is a journal beside it, it tells whether the pack was made of it.
func (a *room) verifyPack(ctx context.Context, path, expect string) error {
	c, err := evidence.Check(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("there is no pack at %s", path), Hint: "give the zip, or the folder into which it was unpacked"}
	case errors.Is(err, evidence.ErrNoPack):
		return &desk.Error{Code: desk.ExitFailed, Err: err, Hint: "fisbridge audit pack writes one; without a name, audit verify looks at the journal"}
	case err != nil:
		return err
	}
	if expect != "" && c.SHA256 != expect {
		c.Problems = append(c.Problems, wording.Either(c.SHA256 == "", "the SHA-256 that was noted is that of the zip, and this is a folder: give the zip", "the zip has another SHA-256 than the one that was noted"))
	}
	origin := ""
	_ = desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) error { // whoever has no journal here learns the same of the pack
		is, k, err := evidence.Known(ctx, w, c)
		switch {
		case err != nil:
			origin = fmt.Sprintf("it cannot be asked: %s", err)
		case is == evidence.Here:
			origin = fmt.Sprintf("made of this journal on %s by %s", wording.At(k.Made, w.Config.Schedule.Zone()), strings.TrimPrefix(k.By, "fisbridge "))
		case is == evidence.Unpacked:
			origin = "its last row of the history is in this journal, which knows the SHA-256 of the zip only: give the zip to compare"
		case is == evidence.Changed:
			origin = "NOT made of this journal as it is"
			c.Problems = append(c.Problems, "the pack says that it was made of this journal, whose history knows no pack with this SHA-256: it was changed after it was made, or zipped anew")
		default:
			origin = "this pack was not made of the journal here"
		}
		return nil
	})
	if origin == "" && expect == "" {
		origin = "none here. Whoever changes a pack and makes SHA256SUMS anew is found by the SHA-256 alone: compare it with the one noted when the pack was made (--expect), or ask where the journal is"
	}
	if a.JSON {
		if err := a.WriteJSON(c); err != nil {
			return err
		}
	} else {
		l := term.Lines{Out: a.Stdout, Width: a.Width(), Label: 10}
		l.Put("pack", "%s, %s, made %s by %s%s", filepath.Base(path), wording.Counted(c.Documents, "document"), wording.At(c.Made, a.Zone()), c.By, wording.Either(c.IDsOnly, ", ids only", ""))
		l.Put("files", "%s, %s", wording.Counted(c.Files, "file"), wording.Either(len(c.Problems) == 0, "each one as SHA256SUMS has it, and they agree with each other", "not all as they were made"))
		l.Put("history", "%s%s", wording.Counted(c.Rows, "row"), wording.Either(c.IDsOnly, "; with ids only their hashes cannot be computed again", ""))
		if c.SHA256 != "" {
			l.Put("SHA-256", "%s", c.SHA256)
		}
		if expect != "" && c.SHA256 == expect {
			l.Put("expected", "it is the SHA-256 that was noted")
		}
		if origin != "" {
			l.Put("journal", "%s", origin)
		}
		for i, p := range c.Problems {
			if i == mostBreaks {
				l.Put("", "and %d more", len(c.Problems)-i)
				break
			}
			l.Put("changed", "%s", p)
		}
	}
	if err := c.Broken(); err != nil {
		return &desk.Error{Code: desk.ExitFailed, Err: err, Hint: "take the pack anew from where it was made, and compare its SHA-256 with the one in the history there"}
	}
	return nil
}
