package cli

import (
	"context"
	"errors"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/spf13/cobra"
)

func newRetry(a *app) *cobra.Command {
	var reason string
	cmd := frame.ReasonFlag(&cobra.Command{
		Use:   "retry held [ROUTE] | document DOC | result RESULT",
		Short: "Try again: all held documents, a document's stuck confirmation, or the unused lines of a result file",
		Long: `held [ROUTE]     every held document goes into the next import file again, after a mapping was mended
document DOC     a confirmation that Concur refused for good is sent again; a held document is released
result RESULT    a result file that could not be read, or lines of which could not be used, is read again with today's mapping: after a document
                 was brought back with refetch, or a sheet was mended. Lines that were used before change nothing`,
		Example: `  fisbridge retry held --reason "account 6105 added"
  fisbridge retry result 17 --reason "Results sheet mended"`,
		Args: frame.WantArgs(1, 2),
		RunE: a.Action(func(ctx context.Context, args []string) error { return a.retry(ctx, args, reason) }),
	}, &reason)
	return cmd
}

func (a *app) retry(ctx context.Context, args []string, reason string) error {
	word := ""
	if len(args) == 2 {
		word = args[1]
	}
	switch {
	case args[0] == "held":
		return desk.Beside(ctx, a.Place("retry"), func(w *desk.Workspace) error { return a.retryHeld(ctx, w, word, reason) })
	case args[0] == "document" && word != "":
		return a.onDocument(ctx, "retry", word, desk.RetryDocument(reason))
	case args[0] == "result" && word != "":
		return desk.Beside(ctx, a.Place("retry"), func(w *desk.Workspace) error {
			r, err := w.RetryResult(ctx, word, reason)
			if err == nil {
				a.Remark("the next run reads %s again", r.Name)
			}
			return err
		})
	}
	return desk.Usage(errors.New("retry wants: held [ROUTE], document DOC, or result RESULT"))
}

func (a *app) retryHeld(ctx context.Context, w *desk.Workspace, route, reason string) error {
	n, left, err := w.RetryHeld(ctx, route, reason)
	if err != nil {
		return err
	}
	a.Remark("%s into the next import file", wording.Counted(n, "held document")+wording.Either(n == 1, " goes", " go"))
	if left > 0 {
		a.Remark("%s held: a person held them, the ERP may have them or refused their import file, or their report was posted before; release, reject or reissue each by name (fisbridge status)", wording.Counted(left, "document")+wording.Either(left == 1, " stays", " stay"))
	}
	return nil
}
