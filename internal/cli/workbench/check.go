package workbench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/docfiles"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// mappingCheckOptions are the flags of mapping check.
type mappingCheckOptions struct {
	documents []string
	journal   string
	annotate  bool
	fix       bool
}

func newMappingCheck(a *bench) *cobra.Command {
	o := mappingCheckOptions{}
	cmd := &cobra.Command{
		Use:   "check MAPPING|FOLDER...",
		Short: "Tell everything that is wrong with a mapping, by sheet and cell",
		Long: `check reads mappings as a run would and tells everything that is wrong at once, sorted by sheet and cell: what stands there, what is wrong
with it, and the nearest name that there is. Errors keep a mapping from being used; warnings are about what is allowed but looks like a mistake.
It runs the tests of the Tests sheet.

It also tries the mapping on documents: codes that no row maps to, documents that would be held, codes that occur in none. In a working folder
these are the documents of the last 30 days that the journal has of the mapping's routes; the tests find theirs there, too. Where the mapping
says something else than the version in force, check also tells what keeps it from going live by itself.

With --annotate the findings become notes of the cells they are about, in place of those of the last time; everything else in the workbook stays.
Close it in Excel before. With --fix a copy beside the workbook, NAME-fixed.xlsx, has texts where numbers were pasted into columns of codes; a code
that may have lost zeros or figures is left to you, and told.

Exit code 0 when no finding is an error, 4 when one is, 3 when documents could not be read.`,
		Example: `  fisbridge mapping check mappings/
  fisbridge mapping check mappings/acme.xlsx --from-journal 90d
  fisbridge mapping check mappings/acme.xlsx --documents documents/ --annotate`,
		Args: frame.WantArgs(1, -1),
	}
	f := cmd.Flags()
	f.BoolVar(&o.annotate, "annotate", false, "write the findings into the workbook, as notes of the cells")
	f.BoolVar(&o.fix, "fix", false, "write a copy NAME-fixed.xlsx in which pasted number cells are texts with the same digits")
	f.StringSliceVar(&o.documents, "documents", nil, "`folder` or file of documents to try the mapping on")
	f.StringVar(&o.journal, "from-journal", "", "try it on the documents that the journal received in this `time` (in a working folder: 30d): 90d, 12h, or since a day: 2026-03-01")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		if len(o.documents) > 0 && o.journal != "" {
			return desk.Usage(errors.New("--documents and --from-journal are two places: give one"))
		}
		return a.mappingCheck(ctx, o, args)
	})
	return cmd
}

// mappingCheck checks each mapping and tells all of them.
func (a *bench) mappingCheck(ctx context.Context, o mappingCheckOptions, args []string) (err error) {
	paths, err := workshop.Files(args)
	if err != nil {
		return err
	}
	s := &mappingSource{bench: a, unread: &docfiles.LeftOut{Frame: a.Frame}}
	if err := s.open(ctx, o); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	wrong := 0
	reports := []*workshop.Report{}
	for _, path := range paths {
		r, err := a.checkOne(ctx, o, s, path)
		if err != nil {
			return err
		}
		reports = append(reports, r)
		wrong += len(r.Findings.Errors())
	}
	if a.JSON {
		if err := a.WriteJSON(map[string]any{"mappings": reports, "errors": wrong}); err != nil {
			return err
		}
	}
	if wrong > 0 {
		return &desk.Error{Code: desk.ExitInvalid}
	}
	if s.unread.Count > 0 {
		return desk.NeedsPerson()
	}
	return nil
}

// checkOne checks a mapping, tells what is wrong with it, and writes what was asked for.
func (a *bench) checkOne(ctx context.Context, o mappingCheckOptions, s *mappingSource, path string) (*workshop.Report, error) {
	c := workshop.Checking{Templates: a.ownTemplates(path), Space: s.space, Documents: s.documents(o), Since: s.since, At: a.Now().In(a.Zone())}
	r, data, err := workshop.ReadAndCheck(ctx, c, path)
	if err != nil {
		return r, err
	}
	if !a.JSON {
		a.tellChecked(r)
	}
	if lock := workshop.OpenElsewhere(path); lock != "" {
		a.Warn("%s is open in Excel or LibreOffice (%s): this is its last saved state, and no run takes it up before it is closed", path, lock)
	}
	if o.fix {
		if err := a.fixCells(path, data, r); err != nil {
			return r, err
		}
	}
	if o.annotate {
		return r, a.annotate(path, data, r)
	}
	return r, nil
}

// mappingSource is where documents for checks come from: files, or the journal of the working folder.
type mappingSource struct {
	*bench
	space *desk.Workspace // nil without a journal
	since time.Time
	// unread are documents that cannot be read.
	unread *docfiles.LeftOut
}

// usualTrial is how far back documents are looked at when nothing else was said.
const usualTrial = "30d"

// open opens the journal; without --from-journal it need not be there.
func (s *mappingSource) open(ctx context.Context, o mappingCheckOptions) error {
	w, err := desk.Look(ctx, s.Place(""))
	if err != nil {
		if o.journal != "" {
			return err
		}
		return nil // no working folder, or nothing has run in it
	}
	s.space = w
	if s.since, err = desk.SinceTime(cmp.Or(o.journal, usualTrial), s.Now().In(s.Zone())); err != nil {
		return errors.Join(desk.Usage(fmt.Errorf("--from-journal: %w", err)), s.close())
	}
	return nil
}

func (s *mappingSource) close() error {
	if s.space == nil {
		return nil
	}
	return s.space.Close()
}

// documents are those that were asked for, nil when none were. What cannot be read is told and passed over.
func (s *mappingSource) documents(o mappingCheckOptions) iter.Seq2[fis.Envelope, error] {
	if len(o.documents) == 0 {
		return nil
	}
	return func(yield func(fis.Envelope, error) bool) {
		for env, err := range docfiles.In(s.Frame, o.documents) {
			if err != nil {
				s.unread.Tell(fis.Envelope{}, err)
				continue
			}
			if !yield(env, nil) {
				return
			}
		}
	}
}
