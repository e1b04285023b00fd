package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func newForget(a *app) *cobra.Command {
	var reason string
	var look bool
	cmd := reasonFlag(&cobra.Command{
		Use: "forget employee ID | document DOC", Short: "Take out what says who finished documents are about, as the law may ask", Args: cobra.ExactArgs(2),
		Long: `Take out everything that says who finished documents are about: the documents as Concur sent them, reasons, messages, names of
payees, the bytes of the import files and result files that hold them, archived copies of those result files, and the texts of
their history. Ids, states, amounts, dates, the ERP's document numbers and hashes stay, so that figures add up and
audit verify finds the history sound.

Unfinished work is refused: settle it first. What fisbridge cannot reach is told: backups, the ERP's own files, mapping versions
whose Tests sheet holds real documents.

--look shows what would go, and changes nothing. What is gone cannot be brought back.`,
		Example: `  fisbridge forget employee 1000234 --look --reason "request of 3 March"
  fisbridge forget employee 1000234 --reason "request of 3 March, ticket 4711"`,
	}, &reason)
	cmd.Flags().BoolVar(&look, "look", false, "show what would go, and change nothing")
	cmd.RunE = a.action(func(ctx context.Context, args []string) error { return a.forget(ctx, args, reason, look) })
	return cmd
}

func (a *app) forget(ctx context.Context, args []string, reason string, look bool) error {
	if look {
		return a.looking(ctx, func(w *workspace) error { return a.forgetIn(ctx, w, args, reason, look) })
	}
	return a.exclusively(ctx, "forget", func(w *workspace) error { return a.forgetIn(ctx, w, args, reason, look) })
}

func (a *app) forgetIn(ctx context.Context, w *workspace, args []string, reason string, look bool) error {
	docs, err := a.forgettable(ctx, w, args)
	if err != nil {
		return err
	}
	why, err := w.j.Unfinished(ctx, docs)
	if err != nil {
		return err
	}
	if len(why) > 0 {
		return &Error{Code: ExitNeedsPerson, Err: fmt.Errorf("nothing was changed, for this is not finished:\n%s", strings.Join(why, "\n")),
			Hint: "fisbridge show DOC tells what each waits for; settle it, then try again"}
	}
	if look {
		for _, id := range docs {
			a.say("would go: document %s", id)
		}
		return nil
	}
	copies, err := w.j.CopiesOf(ctx, docs)
	if err != nil {
		return err
	}
	f, err := w.j.Forget(ctx, docs, reason)
	if errors.Is(err, journal.ErrUnfinished) {
		return &Error{Code: ExitNeedsPerson, Err: err, Hint: "fisbridge show DOC tells what it waits for"}
	}
	if err != nil {
		return err
	}
	left, err := a.removeCopies(ctx, w, copies)
	if err != nil {
		return err
	}
	return a.tellForgotten(f, left)
}

// forgettable are the documents that the words name.
func (a *app) forgettable(ctx context.Context, w *workspace, args []string) ([]string, error) {
	switch args[0] {
	case "employee":
		docs, err := w.j.DocumentsOf(ctx, args[1])
		if err == nil && len(docs) == 0 {
			err = &Error{Code: ExitFailed, Err: fmt.Errorf("the journal has no document of employee %s", args[1]), Hint: "the id is the employeeId of the documents; what has aged out is nobody's any more"}
		}
		return docs, err
	case "document":
		d, err := oneDocument(ctx, w.j, args[1])
		if err != nil {
			return nil, err
		}
		return []string{d.ID}, nil
	}
	return nil, usage(fmt.Errorf("%q is not employee or document", args[0]))
}

// removeCopies removes the archived copies; those that cannot be reached are told.
func (a *app) removeCopies(ctx context.Context, w *workspace, copies []journal.ResultFile) ([]string, error) {
	if len(copies) == 0 {
		return nil, nil
	}
	b, err := a.bridge(w, nil)
	if err != nil {
		return nil, err
	}
	return b.RemoveCopies(ctx, copies)
}

func (a *app) tellForgotten(f journal.Forgotten, left []string) error {
	if a.json {
		return a.writeJSON(struct {
			journal.Forgotten
			Left []string `json:"copies_left,omitempty"`
		}{f, left})
	}
	a.say("forgotten: %s; bytes of %s and %s are gone", wording.Counted(len(f.Documents), "document"), wording.Counted(len(f.Files), "import file"), wording.Counted(len(f.Results), "result file"))
	for _, l := range left {
		a.say("still there: %s", l)
	}
	a.say("not reached: backups, the ERP's own files, mapping versions whose Tests sheet holds real documents")
	if len(left) > 0 {
		return &Error{Code: ExitNeedsPerson, Err: errors.New("not every archived copy could be removed"), Hint: "remove by hand what is told as still there"}
	}
	return nil
}
