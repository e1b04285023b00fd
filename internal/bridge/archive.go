package bridge

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// archive moves a file that is done with out of the return folder: to the archive, or to the failed ones with a note
// that says why.
func (b *Bridge) archive(ctx context.Context, in *inbox, res records.ResultFile, claimed string) error {
	folder := in.target.Archive
	if res.State == records.Unreadable || res.Counts.Listed > 0 {
		folder = in.target.Failed
	}
	as := archiveName(res.Name, res.Collected, res.SHA256)
	if folder == in.target.Failed {
		note, err := b.noteFor(ctx, res)
		if err != nil {
			return err
		}
		if err := in.WriteNote(ctx, folder, as+".txt", note); err != nil {
			return fmt.Errorf("write the note beside it: %w", err)
		}
		killpoint.Here("archive.noted")
	}
	killpoint.Here("archive.intended")
	if err := in.Move(ctx, claimed, folder, as); err != nil {
		if errors.Is(err, os.ErrPermission) || errors.Is(err, exchange.ErrRefused) {
			return nil // it stays where it is; its content is known, so that it changes nothing when it is seen again
		}
		return fmt.Errorf("move to %s: %w", folder, err)
	}
	killpoint.Here("archive.acted")
	if res.MovedTo != "" {
		return nil
	}
	if err := b.j.ResultMoved(context.WithoutCancel(ctx), res.ID, path.Join(folder, as)); err != nil {
		return err
	}
	killpoint.Here("archive.done")
	return nil
}

// about names the document of a line, where the reason does not.
func about(row records.ResultRow) string {
	if row.DocID == "" || strings.Contains(row.Problem, row.DocID) {
		return ""
	}
	return " (document " + row.DocID + ")"
}

// noteFor tells a person what is wrong with a result file, line by line.
func (b *Bridge) noteFor(ctx context.Context, res records.ResultFile) ([]byte, error) {
	var text strings.Builder
	if res.State == records.Unreadable {
		fmt.Fprintf(&text, `fisbridge could not read the result file %s (result %d). Nothing in it was used.

%s

What to do: if the ERP wrote the file wrongly, have it written again under the same or another name; fisbridge takes it from the return folder.
If the file is as it should be, mend the Results sheet of the mapping, then: fisbridge retry result %d --reason "..."
When it is settled otherwise: fisbridge mark result %d settled --reason "..."
`, wording.Visible(res.Name), res.ID, wording.Visible(res.Reason), res.ID, res.ID)
		return []byte(text.String()), nil
	}
	fmt.Fprintf(&text, `fisbridge could not use %d of %d lines of the result file %s (result %d). The other lines were used; do not put the file back for their sake.

What to do: find out for each line below what the ERP did with the document, and say so: fisbridge mark document DOC posted|rejected --reason "..."
or have the ERP answer these lines again in a new file. A payment below that is right all the same: fisbridge mark payment %d#LINE valid --reason "..."
or that is of a document which nobody knows: fisbridge mark payment %d#LINE --document DOC --reason "..."
When all are settled: fisbridge mark result %d settled --reason "..."

`, res.Counts.Listed, res.Counts.Total, wording.Visible(res.Name), res.ID, res.ID, res.ID, res.ID)
	listed := 0
	err := b.j.ResultRows(ctx, res.ID, true, func(row records.ResultRow) error {
		if listed++; listed <= 1000 {
			fmt.Fprintf(&text, "line %d: %s%s\n", row.Line, wording.Visible(row.Problem), about(row))
		}
		return nil
	})
	if listed > 1000 {
		fmt.Fprintf(&text, "and %d more lines; `fisbridge show result %d` lists all\n", listed-1000, res.ID)
	}
	return []byte(text.String()), err
}
