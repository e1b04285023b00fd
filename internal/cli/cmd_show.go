package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/journal"
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
		Args: wantArgs(1, 2),
	}
	f := cmd.Flags()
	f.BoolVar(&o.payload, "payload", false, "write the document's JSON as it came, and nothing else")
	f.BoolVar(&o.bytes, "bytes", false, "write the bytes of the import or result file, and nothing else")
	f.BoolVar(&o.all, "all", false, "whole lists, not only their first rows")
	cmd.RunE = a.action(func(ctx context.Context, args []string) error {
		kind, word := "", args[len(args)-1]
		if len(args) == 2 {
			kind = args[0]
		}
		return a.looking(ctx, func(w *workspace) error {
			return w.j.Snapshot(ctx, func(j *journal.Journal) error { return a.show(ctx, j, kind, word, o) })
		})
	})
	return cmd
}

type showFlags struct{ payload, bytes, all bool }

// show finds out what a word means and shows it.
func (a *app) show(ctx context.Context, j *journal.Journal, kind, word string, o showFlags) error {
	if kind == "" {
		var err error
		if kind, err = kindOf(ctx, j, word); err != nil {
			return err
		}
	}
	if o.payload && kind != "document" {
		return usage(errors.New("--payload is for documents; --bytes is for files"))
	}
	if o.bytes && kind == "mapping" {
		return usage(errors.New("--bytes is for import files and result files; fisbridge mapping diff compares versions of a mapping"))
	}
	if o.bytes && kind == "document" {
		return usage(errors.New("--bytes is for import files and result files; --payload is for documents"))
	}
	switch kind {
	case "document":
		found, err := meantDocuments(ctx, j, word)
		if err != nil {
			return err
		}
		if len(found) > 1 && !o.payload {
			return a.showSeveral(ctx, j, word, found)
		}
		d, err := onlyDocument(word, found)
		if err != nil {
			return err
		}
		return a.showDocument(ctx, j, d, o)
	case "file":
		f, err := oneFile(ctx, j, word)
		if err != nil {
			return err
		}
		return a.showFile(ctx, j, f, o)
	case "result":
		r, err := oneResult(ctx, j, word)
		if err != nil {
			return err
		}
		return a.showResult(ctx, j, r, o)
	case "mapping":
		return a.showMapping(ctx, j, word, o)
	}
	return usage(fmt.Errorf("show knows document, file, result and mapping, not %q", kind))
}

// kindOf says what a word means: a document, an import file, a result file, or a route with its mapping.
func kindOf(ctx context.Context, j *journal.Journal, word string) (string, error) {
	docs, err := j.FindDocuments(ctx, word)
	if err != nil {
		return "", err
	}
	if len(docs) == 0 {
		if docs, err = j.FindByFacts(ctx, word); err != nil {
			return "", err
		}
	}
	files, err := j.FindFiles(ctx, word)
	if err != nil {
		return "", err
	}
	results, err := j.FindResults(ctx, word)
	if err != nil {
		return "", err
	}
	versions, err := j.MappingVersions(ctx, word)
	if err != nil {
		return "", err
	}
	if len(docs)+len(files)+len(results)+len(versions) == 0 {
		if docs, err = findDocuments(ctx, j, word); err != nil {
			return "", err
		}
	}
	var kinds, hints []string
	for _, k := range []struct {
		kind string
		n    int
	}{{"document", len(docs)}, {"file", len(files)}, {"result", len(results)}, {"mapping", len(versions)}} {
		if k.n > 0 {
			kinds, hints = append(kinds, k.kind), append(hints, "fisbridge show "+k.kind+" "+word)
		}
	}
	switch len(kinds) {
	case 1:
		return kinds[0], nil
	case 0:
		return "", &Error{Code: ExitFailed, Err: fmt.Errorf("nothing is called %q: no document, number, payment or employee, no import file, no result file and no route", word), Hint: "fisbridge list documents --text " + word + "   looks in all texts; fisbridge status lists what is open"}
	}
	return "", &Error{Code: ExitFailed, Err: fmt.Errorf("%q means a %s", word, strings.Join(kinds, " and a ")), Hint: strings.Join(hints, "  or  ")}
}

// meantDocuments gives the documents that a word may mean, by their ids first.
func meantDocuments(ctx context.Context, j *journal.Journal, word string) ([]journal.Doc, error) {
	found, err := j.FindDocuments(ctx, word)
	if err != nil || len(found) > 0 {
		return found, err
	}
	if found, err = j.FindByFacts(ctx, word); err != nil || len(found) > 0 {
		return found, err
	}
	return findDocuments(ctx, j, word)
}

// showSeveral lists the documents that a word means.
func (a *app) showSeveral(ctx context.Context, j *journal.Journal, word string, found []journal.Doc) error {
	p := journal.Page[journal.ListedDoc]{Total: len(found), Rows: []journal.ListedDoc{}}
	for _, d := range found {
		l, err := j.ListedDocument(ctx, d.ID)
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, l)
	}
	if a.json {
		return a.writeJSON(p)
	}
	a.say("%s means %s:", word, wording.Counted(len(found), "document"))
	documentGrid(p.Rows).Write(a.stdout, a.width())
	a.remark("fisbridge show DOC tells everything about one of them")
	return nil
}

// toStdout copies bytes as they are; a terminal is told what it gets into only by its user.
func (a *app) toStdout(r io.ReadCloser, what string) error {
	defer r.Close() //nolint:errcheck // it was only read
	if _, err := io.Copy(a.stdout.Bytes(), r); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}

// agedOut is told where bytes are asked for that the retention rule has taken.
func agedOut(what, elsewhere string) error {
	return &Error{Code: ExitFailed, Err: fmt.Errorf("%s: its bytes are not in the journal any more: they aged out, by the retention rule", what), Hint: elsewhere}
}

// fileLabel is how people name an import file.
func fileLabel(f journal.File) string { return fmt.Sprintf("%s/%d", f.Route, f.Sequence) }

// stateLine tells a state and for how long it has lasted.
func stateLine(state, reason, sinceText, ageText string) string {
	s := fmt.Sprintf("%s since %s (%s)", state, sinceText, ageText)
	if reason != "" {
		s += ": " + reason
	}
	return s
}
