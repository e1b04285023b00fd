package workbench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/docfiles"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// previewOptions are the flags of mapping preview.
type previewOptions struct {
	documents []string
	journal   string
	output    string
	html      string
	limit     int
	created   string
	sequence  int64
	pin       string
	language  string
}

// usualDocuments is how many documents a preview is made of, and shows cell by cell, when nobody says. Of more it shows
// the first ones: nobody looks at thousands.
const usualDocuments, shownOfMany = 200, 100

// shown is how many documents are shown cell by cell, 0 for all.
func (o *previewOptions) shown() int {
	if o.limit > 0 && o.limit <= usualDocuments {
		return 0
	}
	return shownOfMany
}

func newMappingPreview(a *bench) *cobra.Command {
	o := previewOptions{}
	cmd := &cobra.Command{
		Use:   "preview MAPPING",
		Short: "Show what a mapping makes of documents, cell by cell",
		Long: `preview makes the import file that a run would make of some documents, sends nothing, and shows it beside the documents.

It fills the column Example of the sheet Columns and the sheet Preview in the workbook itself (with -o in a copy): each line of the file beside
the debits and credits it came from, totals, and in red what cannot be mapped. Nothing else in the workbook is touched; the one before is kept
as .bak. Close the workbook in Excel before.

With --html it writes the same as one page for the browser, where pointing at a cell lights up the field, the posting line, the formula and the
lookup row it came from. The page needs no network and holds the chosen documents: treat it like them.

With a --limit beyond 200, totals and what would be held are of all documents; the first 100 are shown cell by cell, and as many more that would be
held. The whole import files are written beside the preview then: preview-NAME beside preview.xlsx.

With --pin it adds what a document gives now to the mapping's sheet Tests, before it makes the preview: check then tells when that changes.

Without --documents and --from-journal it takes the documents of the last 30 days where the working folder has a journal, else the sample
documents of this program. Exit code 3 when documents cannot be mapped, 4 when the mapping has mistakes.`,
		Example: `  fisbridge mapping preview mappings/acme.xlsx
  fisbridge mapping preview mappings/acme.xlsx --from-journal 30d --html preview.html
  fisbridge mapping preview mappings/acme.yaml --documents documents/ -o preview.xlsx
  fisbridge mapping preview mappings/acme.xlsx --pin 8B529375F4D95FD281B8,Account`,
		Args: frame.WantArgs(1, 1),
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.documents, "documents", nil, "`folder` or file of documents, - for standard input")
	f.StringVar(&o.journal, "from-journal", "", "the documents that the journal received in this `time`: 30d, 12h, or since a day: 2026-03-01")
	f.StringVarP(&o.output, "output", "o", "", "write the workbook to this `file` instead of into the mapping")
	f.StringVar(&o.html, "html", "", "write a page for the browser to this `file`")
	f.IntVar(&o.limit, "limit", usualDocuments, "most `documents` to make, 0 for all; of more than 200, the first 100 are shown cell by cell")
	f.Int64Var(&o.sequence, "sequence", 1, "sequence `number` of the (first) file")
	f.StringVar(&o.created, "created", "", "`time` that the file says it was made at, as 2026-01-31T09:30:00Z; now when not given")
	f.StringVar(&o.language, "language", "", "`language` of the preview: en, de, fr or es (default that of the workbook; of a mapping in YAML that of fisbridge.yaml)")
	f.StringVar(&o.pin, "pin", "", "add what `DOCUMENT[,COLUMN]` gives now to the tests: a docId, a report id, or a document's file")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		if len(o.documents) > 0 && o.journal != "" {
			return desk.Usage(errors.New("--documents and --from-journal are two places: give one"))
		}
		return a.mappingPreview(ctx, o, args[0])
	})
	return cmd
}

func (a *bench) mappingPreview(ctx context.Context, o previewOptions, path string) error {
	templates := a.ownTemplates(path)
	plan, findings := workshop.Load(templates, path)
	if err := findings.Err(); err != nil {
		return err
	}
	if o.pin != "" && workshop.IsYAML(path) && o.output == "" && o.html == "" {
		_, err := a.pinTests(ctx, o, plan, templates)
		return err
	}
	target, err := a.previewTarget(o, path)
	if err != nil {
		return err
	}
	if o.pin != "" {
		if plan, err = a.pinTests(ctx, o, plan, templates); err != nil {
			return err
		}
	}
	created, err := CreatedAt(a.Frame, o.created)
	if err != nil {
		return err
	}
	left := &docfiles.LeftOut{Frame: a.Frame}
	if o.language == "" && workshop.IsYAML(path) { // which has none of its own
		o.language = desk.LanguageOf(a.Dir)
	}
	how := workshop.Previewing{Templates: templates, Limit: o.limit, Shown: o.shown(), Sequence: o.sequence, Created: created, Warnings: findings, Language: o.language}
	v, err := a.previewOn(ctx, o, plan, how, left)
	if err != nil {
		return err
	}
	if len(v.All) == 0 {
		return &desk.Error{Code: desk.ExitFailed, Err: errors.New("no documents, so nothing to show"), Hint: "give some with --documents, or a longer time with --from-journal"}
	}
	wrote, err := a.writePreview(o, v, plan, target)
	if err != nil {
		return err
	}
	if err := a.tellPreview(v, wrote); err != nil {
		return err
	}
	if left.Count > 0 || len(v.Held()) > 0 {
		return desk.NeedsPerson()
	}
	return nil
}

// previewTarget is the workbook to write, empty for none. One that is open in Excel is refused before any work is done.
func (a *bench) previewTarget(o previewOptions, path string) (string, error) {
	target := o.output
	if target == "" {
		if _, err := os.Stat(path); err == nil && !workshop.IsYAML(path) {
			target = path
		} else if o.html == "" {
			return "", desk.Usage(fmt.Errorf("%s is no workbook that a preview could be written into: say where with -o preview.xlsx or --html preview.html", path))
		}
	}
	if target == "" {
		return "", nil
	}
	if !workshop.IsWorkbook(target) {
		return "", desk.Usage(fmt.Errorf("-o %s: a workbook's name ends in .xlsx (for a page: --html)", target))
	}
	if err := notOpen(target, ", or write into a copy with -o"); err != nil {
		return "", err
	}
	return target, nil
}

// previewOn makes the preview of the documents that were chosen.
func (a *bench) previewOn(ctx context.Context, o previewOptions, plan *workshop.Plan, how workshop.Previewing, left *docfiles.LeftOut) (_ *workshop.Preview, err error) {
	docs, done, err := a.previewDocuments(ctx, o, plan)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	bar := a.NewProgress(-1, "rendering")
	defer func() { _ = bar.Finish() }() // a bar that cannot be drawn is no failure
	return workshop.MakePreview(how, plan, func(yield func(fis.Envelope, error) bool) {
		for env, err := range docs {
			if err != nil { // a file that cannot be read is told, the others are shown
				left.Tell(fis.Envelope{}, err)
				continue
			}
			_ = bar.Add(1)
			if !yield(env, nil) {
				return
			}
		}
	})
}

// previewDocuments are the documents to show: those named, those of the journal, or our samples. done closes what was
// opened for them.
func (a *bench) previewDocuments(ctx context.Context, o previewOptions, plan *workshop.Plan) (docs iter.Seq2[fis.Envelope, error], done func() error, err error) {
	nothing := func() error { return nil }
	if len(o.documents) > 0 {
		return docfiles.In(a.Frame, o.documents), nothing, docfiles.Named(o.documents)
	}
	w, err := desk.Look(ctx, a.Place(""))
	if err != nil && o.journal != "" {
		return nil, nil, err
	}
	if err != nil { // no working folder, or nothing has run in it
		a.Remark("no documents given: these are the sample documents of this program")
		return workshop.Samples(plan), nothing, nil
	}
	since, err := desk.SinceTime(cmp.Or(o.journal, "30d"), a.Now().In(a.Zone()))
	if err != nil {
		return nil, nil, errors.Join(desk.Usage(fmt.Errorf("--from-journal: %w", err)), w.Close())
	}
	routes, err := w.RoutesOf("", plan.Path())
	if err != nil {
		return nil, nil, errors.Join(err, w.Close())
	}
	return w.Recent(context.Background(), routes, since, plan), w.Close, nil
}
