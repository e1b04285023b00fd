package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func newShow(a *app) *cobra.Command {
	var o showFlags
	cmd := &cobra.Command{
		Use:   "show [document|file|result|mapping] NAME",
		Short: "Show the whole life of a document, an import file, a result file or a mapping",
		Long: `show tells everything that is known of one thing on one screen: facts, state, and each event with its time, who did it,
correlation id, file names and lines, and hashes.

document  a docId, report id, report key or report number, the ERP's document number, a payment reference, an employee's id, or the beginning of one of the ids; with --payload its JSON as it came from Concur. Where several are meant, they are listed
file      an import file: name, ROUTE/NUMBER or id; with --bytes the file itself
result    a result file: name or id, with the lines that could not be used; with --bytes the file itself
mapping   a route: the versions of its mapping, the newest first: since when, who ran it, who saved it, which cells changed

Without the first word, show finds out what NAME means.`,
		Example: `  fisbridge show 9FD2A0C1B7E44B70A1C2D3E4F5061728
  fisbridge show file expenses/12 --bytes > expenses-12.csv
  fisbridge show result 17
  fisbridge show mapping expenses`,
		Args: frame.WantArgs(1, 2),
	}
	f := cmd.Flags()
	f.BoolVar(&o.payload, "payload", false, "write the document's JSON as it came, and nothing else")
	f.BoolVar(&o.bytes, "bytes", false, "write the bytes of the import or result file, and nothing else")
	f.BoolVar(&o.all, "all", false, "whole lists, not only their first rows")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		kind, word := "", args[len(args)-1]
		if len(args) == 2 {
			kind = args[0]
		}
		return desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) error {
			return w.Snapshot(ctx, func(w *desk.Workspace) error { return a.show(ctx, w, kind, word, o) })
		})
	})
	return cmd
}

type showFlags struct{ payload, bytes, all bool }

// show finds out what a word means and shows it.
func (a *app) show(ctx context.Context, w *desk.Workspace, kind, word string, o showFlags) error {
	if kind == "" {
		var err error
		if kind, err = w.KindOf(ctx, word); err != nil {
			return err
		}
	}
	if o.payload && kind != "document" {
		return desk.Usage(errors.New("--payload is for documents; --bytes is for files"))
	}
	if o.bytes && kind == "mapping" {
		return desk.Usage(errors.New("--bytes is for import files and result files; fisbridge mapping diff compares versions of a mapping"))
	}
	if o.bytes && kind == "document" {
		return desk.Usage(errors.New("--bytes is for import files and result files; --payload is for documents"))
	}
	switch kind {
	case "document":
		found, err := w.MeantDocuments(ctx, word)
		if err != nil {
			return err
		}
		if len(found) > 1 && !o.payload {
			return a.showSeveral(ctx, w, word, found)
		}
		d, err := desk.OnlyDocument(word, found)
		if err != nil {
			return err
		}
		return a.showDocument(ctx, w, d, o)
	case "file":
		f, err := w.File(ctx, word)
		if err != nil {
			return err
		}
		return a.showFile(ctx, w, f, o)
	case "result":
		r, err := w.Result(ctx, word)
		if err != nil {
			return err
		}
		return a.showResult(ctx, w, r, o)
	case "mapping":
		return a.showMapping(ctx, w, word, o)
	}
	return desk.Usage(fmt.Errorf("show knows document, file, result and mapping, not %q", kind))
}

// showSeveral lists the documents that a word means.
func (a *app) showSeveral(ctx context.Context, w *desk.Workspace, word string, found []desk.Doc) error {
	p, err := w.Listed(ctx, found)
	if err != nil {
		return err
	}
	if a.JSON {
		return a.WriteJSON(p)
	}
	a.Say("%s means %s:", word, wording.Counted(len(found), "document"))
	documentGrid(p.Rows, a.Zone()).Write(a.Stdout, a.Width())
	a.Remark("fisbridge show DOC tells everything about one of them")
	return nil
}

// toStdout copies bytes as they are; a terminal is told what it gets into only by its user.
func (a *app) toStdout(r io.ReadCloser, what string) error {
	defer r.Close() //nolint:errcheck // it was only read
	if _, err := io.Copy(a.Stdout.Bytes(), r); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}
