package workbench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/docfiles"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// mappingFieldsOptions are the flags of mapping fields.
type mappingFieldsOptions struct {
	documents []string
	journal   string
}

func newMappingFields(a *bench) *cobra.Command {
	o := mappingFieldsOptions{}
	cmd := &cobra.Command{
		Use:   "fields MAPPING",
		Short: "Show in a mapping what your own documents have in each field",
		Long: `fields writes into the sheet Fields of a workbook how many of your documents fill each field and with what, so that you see which of the custom fields is
the cost centre. The lists to choose from show the same behind each name. Fields that are always blank come last. Of people's names, numbers and free
texts only the form is shown: letters as x, digits as 9.

Fields that your documents have and FIS's reference does not are named in the sheet Settings, under Further fields: their names may be Values from then on,
and mapping check says so. A YAML mapping gets these alone.

Nothing else in the workbook is touched; the one before is kept as .bak. Close it in Excel before. Without --documents and --from-journal the documents are
those of the last 30 days of the working folder's journal.`,
		Example: `  fisbridge mapping fields mappings/acme.xlsx
  fisbridge mapping fields mappings/acme.xlsx --documents documents/`,
		Args: frame.WantArgs(1, 1),
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.documents, "documents", nil, "`folder` or file of documents")
	f.StringVar(&o.journal, "from-journal", "", "the documents that the journal received in this `time`: 90d, 12h, or since a day: 2026-03-01")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error { return a.mappingFields(ctx, o, args[0]) })
	return cmd
}

func (a *bench) mappingFields(ctx context.Context, o mappingFieldsOptions, path string) error {
	m, err := workshop.ReadFieldable(a.ownTemplates(path), path)
	if err != nil {
		return err
	}
	if err := notOpen(path, ""); err != nil {
		return err
	}
	documents, left, err := a.seenFields(ctx, o.documents, o.journal, true)
	if err != nil {
		return err
	}
	if documents.Documents == 0 {
		return &desk.Error{Code: desk.ExitFailed, Err: errors.New("no documents, so nothing to show"), Hint: "give some with --documents, or a longer time with --from-journal"}
	}
	text, err := m.WithFields(documents)
	if err != nil {
		return err
	}
	if err := ReplaceWorkbook(path, m.Bytes, text); err != nil {
		return err
	}
	if a.JSON {
		if err := a.WriteJSON(map[string]any{"mapping": path, "documents": documents.Documents, "further": furtherOf(documents)}); err != nil {
			return err
		}
		return leftOver(left)
	}
	a.tellSeen(documents)
	a.Say("wrote %s", path)
	return leftOver(left)
}

// furtherOf are the fields that no reference has.
func furtherOf(documents *workshop.SeenFields) []string {
	out := []string{}
	for _, f := range documents.Further() {
		out = append(out, f.Path)
	}
	return out
}

// tellSeen says what the sheet Fields shows, and which fields are there beside those of the reference.
func (a *bench) tellSeen(documents *workshop.SeenFields) {
	a.Say("looked at %s; the sheet Fields shows what they have in each field", wording.Counted(documents.Documents, "document"))
	further := documents.Further()
	const most = 20
	for i, f := range further {
		if i == most {
			a.Say("  and %d more", len(further)-most)
			break
		}
		a.Say("  %s is in %s and not in FIS's reference: its name may be a Value (%s, sheet Settings)", wording.Visible(f.Path), wording.Counted(f.Documents, "document"), workshop.FurtherFields)
	}
}

// seenFields looks at documents of files, or of the journal; nil when none were asked for and they need not be.
func (a *bench) seenFields(ctx context.Context, files []string, journal string, must bool) (out *workshop.SeenFields, left *docfiles.LeftOut, err error) {
	left = &docfiles.LeftOut{Frame: a.Frame}
	var documents iter.Seq2[fis.Envelope, error]
	switch {
	case len(files) > 0 && journal != "":
		return nil, left, desk.Usage(errors.New("--documents and --from-journal are two places: give one"))
	case len(files) > 0:
		documents = docfiles.In(a.Frame, files)
	case journal != "" || must:
		w, err := desk.Look(ctx, a.Place(""))
		if err != nil {
			return nil, left, err
		}
		defer func() { err = errors.Join(err, w.Close()) }()
		since, err := desk.SinceTime(cmp.Or(journal, usualTrial), a.Now().In(a.Zone()))
		if err != nil {
			return nil, left, desk.Usage(fmt.Errorf("--from-journal: %w", err))
		}
		documents = w.Recent(ctx, nil, since)
	default:
		return nil, left, nil
	}
	out, err = workshop.Seen(ctx, documents, left.Tell)
	return out, left, err
}

// leftOver is exit code 3 when documents could not be read.
func leftOver(left *docfiles.LeftOut) error {
	if left.Count > 0 {
		return desk.NeedsPerson()
	}
	return nil
}
