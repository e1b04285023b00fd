package fleet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/check"
	companyfolder "github.com/fisbridge/fisbridge/internal/fleet"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func trimmed(b []byte) []byte { return bytes.TrimSpace(b) }

func newPublish(a *room) *cobra.Command {
	var reason string
	cmd := frame.ReasonFlag(&cobra.Command{
		Use:   "publish FOLDER --reason …",
		Short: "Check a company's folder and put it into the database as its next version",
		Long: `Takes what a company is made of (fisbridge.yaml, mappings, templates, lists, keys and secrets that it names), checks it as fisbridge check does without calling anybody, and
puts it into the database as the next version of the company, in force at once. The company's name is journal.schema. Secrets leave the folder only sealed for the
recipients of fleet.yaml.

What could touch another company is refused: files outside of the folder, secrets in variables, another's schema, document types that another company takes already.`,
		Example: `  fisbridge -C node fleet publish companies/acme --reason "new cost centres"`,
		Args:    frame.WantArgs(1, 1),
	}, &reason)
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error { return a.publish(ctx, args[0], reason) })
	return cmd
}

// published is what a machine reads of a publication.
type published struct {
	Company string   `json:"company"`
	Version int64    `json:"version"`
	State   string   `json:"state"`
	Hash    string   `json:"hash"`
	Files   []string `json:"files"`
	Secrets []string `json:"secrets"`
}

func (a *room) publish(ctx context.Context, dir, reason string) error {
	return a.with(ctx, func(f *config.Fleet, b *companies.Book) error {
		cfg, err := config.Load(dir)
		if errors.Is(err, config.ErrNoConfig) {
			return desk.Invalid(err, "name the folder of a company, where fisbridge.yaml lies")
		}
		if err != nil {
			return err
		}
		if _, is := cfg.Concur.TokenKey.File(); is { // the key that seals the login goes with the company
			if _, err := desk.TokenKeys(cfg)(true); err != nil {
				return err
			}
		}
		p, err := companyfolder.Pack(f, dir)
		if err != nil {
			return err
		}
		if err := b.Name(ctx, p.Company); err != nil {
			return err
		}
		if err := a.checked(ctx, dir); err != nil {
			return err
		}
		again, err := companyfolder.Pack(f, dir) // what is published is what was checked
		if err != nil {
			return err
		}
		if !p.Same(again) {
			return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s was changed while it was checked", dir), Hint: "nothing was published; give the command again when nobody writes there"}
		}
		v, state, err := b.Publish(ctx, p.Company, p.Content, who(a, "fleet publish", reason))
		if err != nil {
			return err
		}
		if a.JSON {
			return a.WriteJSON(published{p.Company, v.Number, state, v.Hash, p.Files, p.Secrets})
		}
		a.Say("%s: version %d is in force: %s and %s, hash %s", p.Company, v.Number, wording.Counted(len(p.Files), "file"), wording.Counted(len(p.Secrets), "sealed secret"), wording.Short(v.Hash))
		if state == companies.Disabled {
			a.Warn("%s is disabled: no node works for it before fisbridge fleet enable %s --reason …", p.Company, p.Company)
		}
		return nil
	})
}

// checked looks at the folder as check does, without calling anybody. That nobody has logged in yet is no obstacle: that may be done later.
func (a *room) checked(ctx context.Context, dir string) error {
	place := a.Place("fleet publish")
	place.Dir = dir
	var problems config.Problems
	for _, found := range check.Run(ctx, place, true, false) {
		switch {
		case found.Place == "login" && found.Severity == check.Problem:
			a.Warn("%s: %s; fisbridge -C %s auth login", filepath.Base(dir), found.Text, dir)
		case found.Severity == check.Problem:
			problems = append(problems, config.Problem{File: filepath.Join(dir, config.FileName), Field: found.Place, Reason: found.Text.String(), Hint: found.Hint.String()})
		case found.Severity == check.Warning:
			a.Warn("%s: %s", found.Place, found.Text)
		}
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}

func newRevert(a *room) *cobra.Command {
	var reason string
	var to int64
	cmd := frame.ReasonFlag(&cobra.Command{
		Use:     "revert COMPANY --reason …",
		Short:   "Put an earlier version of a company in force again",
		Long:    "The content of the version before, or of --to, becomes the next version, in force at once. A pass that is under way ends with what it began with.",
		Example: `  fisbridge -C node fleet revert acme --reason "the new mapping books taxis to travel"`,
		Args:    frame.WantArgs(1, 1),
	}, &reason)
	cmd.Flags().Int64Var(&to, "to", 0, "the `version` to go back to; the one before unless given")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		if to < 0 {
			return desk.Usage(errors.New("--to: versions begin at 1"))
		}
		return a.with(ctx, func(_ *config.Fleet, b *companies.Book) error {
			if _, err := b.Find(ctx, args[0]); err != nil {
				return err
			}
			v, of, err := b.Revert(ctx, args[0], to, who(a, "fleet revert", reason), companyfolder.Consumers)
			if err != nil {
				return err
			}
			if a.JSON {
				return a.WriteJSON(map[string]any{"company": args[0], "version": v.Number, "of": of, "hash": v.Hash})
			}
			a.Say("%s: version %d is in force, with the content of version %d", args[0], v.Number, of)
			return nil
		})
	})
	return cmd
}

func newDisable(a *room) *cobra.Command {
	var reason string
	cmd := frame.ReasonFlag(&cobra.Command{
		Use:     "disable COMPANY --reason …",
		Short:   "Keep all nodes from working for a company, at once",
		Long:    "A pass that is under way writes nothing more and ends. What is half done is finished when the company is enabled again.",
		Example: `  fisbridge -C node fleet disable acme --reason "their ERP is being replaced"`,
		Args:    frame.WantArgs(1, 1),
	}, &reason)
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		return a.with(ctx, func(_ *config.Fleet, b *companies.Book) error {
			return a.done(args[0], "disabled", already(b.Disable(ctx, args[0], who(a, "fleet disable", reason))))
		})
	})
	return cmd
}

func newEnable(a *room) *cobra.Command {
	var reason string
	cmd := frame.ReasonFlag(&cobra.Command{
		Use:     "enable COMPANY --reason …",
		Short:   "Let nodes work for a company again",
		Example: `  fisbridge -C node fleet enable acme --reason "their ERP is up again"`,
		Args:    frame.WantArgs(1, 1),
	}, &reason)
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		return a.with(ctx, func(_ *config.Fleet, b *companies.Book) error {
			return a.done(args[0], "enabled", already(b.Enable(ctx, args[0], who(a, "fleet enable", reason))))
		})
	})
	return cmd
}

// already words that a company is in the wanted state.
func already(err error) error {
	var state *companies.StateError
	if errors.As(err, &state) {
		return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%w already", state), Hint: "nothing was done"}
	}
	return err
}

func (a *room) done(company, what string, err error) error {
	if err != nil || a.JSON {
		return err
	}
	a.Say("%s is %s", company, what)
	return nil
}

func newErase(a *room) *cobra.Command {
	var reason, confirm string
	var unfinished bool
	cmd := frame.ReasonFlag(&cobra.Command{
		Use:   "erase COMPANY --confirm COMPANY --reason …",
		Short: "Remove a disabled company from the database for good",
		Long: `Removes the company's schema with its whole journal, and all its versions with their secrets. What people did with the company (published, disabled, erased: who, when, why) is
kept, and of the journal how much it was and the hash of its last row, so that a copy kept elsewhere can be recognized. What law asks to keep (import files, postings) is taken along before: audit pack,
or journal move to a file. Nodes remove their folders of the company within minutes; the server's own backups hold it as long as they are kept.

The company must be disabled. Unfinished work (documents that are locked in Concur and not confirmed) is refused, unless --unfinished says that nobody will finish it.`,
		Example: `  fisbridge -C node fleet erase acme --confirm acme --reason "contract ended on 31 March"`,
		Args:    frame.WantArgs(1, 1),
	}, &reason)
	cmd.Flags().StringVar(&confirm, "confirm", "", "the `company` once more")
	cmd.Flags().BoolVar(&unfinished, "unfinished", false, "although there is unfinished work")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		if confirm != args[0] {
			return desk.Usage(fmt.Errorf("what is erased cannot be brought back: say which company it is with --confirm %s", args[0]))
		}
		return a.with(ctx, func(f *config.Fleet, b *companies.Book) error { return a.erase(ctx, f, b, args[0], unfinished, reason) })
	})
	return cmd
}

func (a *room) erase(ctx context.Context, f *config.Fleet, b *companies.Book, company string, unfinished bool, reason string) error {
	c, err := b.Find(ctx, company)
	if err != nil {
		return err
	}
	if c.State == companies.Active {
		return &desk.Error{Code: desk.ExitFailed, Err: errors.New("company " + company + " is active"), Hint: say.Plain("first fisbridge fleet disable " + company + " --reason …")}
	}
	may := func(ctx context.Context) error {
		left, err := companyfolder.Unfinished(ctx, f, company, a.Now)
		if err == nil && left > 0 {
			err = &desk.Error{Code: desk.ExitNeedsPerson, Err: fmt.Errorf("company %s has %s of unfinished work", company, wording.Counted(left, "piece")),
				Hint: "enable it and let its nodes finish, or settle it by hand; --unfinished erases it all the same"}
		}
		return err
	}
	if unfinished {
		may = nil
	}
	left, err := b.Erase(ctx, company, who(a, "fleet erase", reason), may)
	if err != nil {
		return err
	}
	if a.JSON {
		return a.WriteJSON(left)
	}
	a.Say("%s is erased: %s, %s, %s and a history of %s", company, wording.Counted(int(left.Versions), "version"), wording.Counted(int(left.Documents), "document"), wording.Counted(int(left.Files), "import file"), wording.Counted(int(left.HistoryRows), "row"))
	if left.LastHash != "" {
		a.Say("its last row, of %s, had the hash %s", left.Last, left.LastHash)
	}
	return nil
}

// when is a time for people, or a dash.
func when(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04")
}
