package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func newJournal(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "journal",
		Short: "Move the journal between an SQLite file and PostgreSQL",
		Args:  frame.KnownCommand,
		RunE:  frame.Help,
	}
	cmd.AddCommand(newJournalMove(a))
	return cmd
}

func newJournalMove(a *app) *cobra.Command {
	var old desk.OldJournal
	var from, reason string
	cmd := &cobra.Command{
		Use:   "move --from PLACE --reason …",
		Short: "Copy the journal to where fisbridge.yaml says that it lies from now on, whole and proved",
		Long: `Write the new place into fisbridge.yaml (journal.path, or journal.url with schema and password), and say with --from where the journal lay: the
path of an SQLite file, or a PostgreSQL address with --schema and --password.

The old journal is looked at first: it must be sound (as by audit verify) and lie where it lives. Everything is copied in one transaction, all of it or nothing; each
row is read back before the commit, and afterwards the history's chain and all seals are computed anew. The old journal is kept as it is and never works again.
PostgreSQL keeps no NUL and no bytes that are no UTF-8 in texts: they are marked with U+FFFD there, and the history tells where (texts marked).
Where the command is ended too early, give it again: it begins anew, or finishes.

Stop watch and serve of the folder first; the lock of the folder is needed.`,
		Example: `  fisbridge journal move --from journal/fisbridge.db --reason "two nodes"
  fisbridge journal move --reason "back to one machine" --schema acme --from postgres://fisbridge@db.example.com/fisbridge --password file:secrets/database`,
		Args: frame.WantArgs(0, 0),
	}
	cmd.Flags().StringVar(&from, "from", "", "`place` where the journal lay: a file, or postgres://user@host/database")
	cmd.Flags().StringVar(&old.Schema, "schema", desk.DefaultSchema, "`name` of the schema where it lay, in PostgreSQL")
	cmd.Flags().StringVar(&old.Password, "password", "", "`place` of that database's password: env:NAME, file:path or credential:NAME")
	cmd.Flags().StringVar(&reason, "reason", "", "`why`, for the history")
	cmd.RunE = a.Action(func(ctx context.Context, _ []string) error {
		if strings.TrimSpace(from) == "" || strings.TrimSpace(reason) == "" {
			return desk.Usage(errors.New("say where the journal lay and why it moves: --from PLACE --reason …"))
		}
		if old.Path = from; strings.HasPrefix(from, "postgres://") || strings.HasPrefix(from, "postgresql://") {
			old.Path, old.URL = "", from
		}
		m, err := desk.MoveJournal(ctx, a.Place("journal move"), old, reason)
		if err != nil {
			return err
		}
		if a.JSON {
			return a.WriteJSON(map[string]any{"from": m.From, "to": m.To, "tables": m.Tables, "rows": m.Rows, "marked": m.Marked, "already": m.Already, "history_rows": m.Verified.Rows, "last_hash": m.LastHash})
		}
		if m.Already {
			a.Say("%s had everything of %s already; the old journal does not work any more", m.To, m.From)
		} else {
			a.Say("%s: %s of %s copied from %s and read back", m.To, wording.Counted(int(m.Rows), "row"), wording.Counted(int(m.Tables), "table"), m.From)
		}
		if m.Marked > 0 {
			a.Say("%s with a NUL or bytes that are no UTF-8 in a text, which PostgreSQL does not keep: there are marks (U+FFFD) in their place; the old journal has the texts as they were, and the history tells which they are (texts marked)", wording.Counted(int(m.Marked), "row"))
		}
		a.Say("history of %s, last hash %s", wording.Counted(int(m.Verified.Rows), "row"), fmt.Sprint(m.LastHash))
		return nil
	})
	return cmd
}
