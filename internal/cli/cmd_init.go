package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/interview"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/check"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/secret"
)

func newInit(a *app) *cobra.Command {
	var tpl, language string
	cmd := &cobra.Command{
		Use:   "init [FOLDER]",
		Short: "Make a working folder for an ERP",
		Long: `init makes a working folder: a commented configuration, the template of your ERP's import file, a mapping workbook
for the accountants, and the folders that a run needs. It overwrites nothing. fisbridge templates says which ERP reads which template.

Without --template, at a terminal, it asks: for the company, the ERP, the login to Concur and where files go. Every question
has an answer that an empty line takes. The server's host key is shown to be compared, the login is made, and what was
answered is checked. With --template it asks nothing.`,
		Example: "  fisbridge init\n  fisbridge init --template generic-csv bridge\n  fisbridge -C bridge check",
		Args:    frame.WantArgs(0, 1),
	}
	cmd.Flags().StringVar(&tpl, "template", "", "`name` of the template; fisbridge templates lists them, with the ERPs that read them")
	cmd.Flags().StringVar(&language, "language", "", "`language` of the mapping workbook, of reports and mails: en, de, fr or es (default en)")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		folder := a.Dir
		if len(args) == 1 {
			folder = args[0]
		}
		if len(args) == 1 && !filepath.IsAbs(args[0]) {
			folder = filepath.Join(a.Dir, args[0])
		}
		if tty, is := a.Stdin.(*os.File); is && tpl == "" && !a.JSON && !a.Quiet && term.IsTerminal(tty) && a.Stderr.IsTerminal() {
			return a.guided(ctx, tty, folder, language)
		}
		if folder == "." { // people want to read where that is
			if abs, err := filepath.Abs(folder); err == nil {
				folder = abs
			}
		}
		made, err := workshop.MakeFolder(folder, tpl, workshop.Beginning{Beginning: config.Beginning{Language: language}})
		if err != nil {
			return err
		}
		return a.tellInit(made)
	})
	return cmd
}

// tellInit says what was made and what is next. Scripts that ask for quiet know.
func (a *app) tellInit(made workshop.Folder) error {
	if a.JSON {
		return a.WriteJSON(made)
	}
	a.tellMade(made)
	if a.Quiet {
		return nil
	}
	a.Say("")
	a.Say("what is next:")
	a.Say("  1. fill in what says %s in %s", made.Placeholder, made.Configuration)
	a.Say("  2. set the secrets it names, such as the environment variable FISBRIDGE_CLIENT_SECRET")
	a.Say("  3. fisbridge -C %s auth login", made.Folder)
	a.Say("  4. the accountants fill in %s", made.Mappings)
	a.Say("  5. fisbridge -C %s check, until nothing is wrong; then run", made.Folder)
	return nil
}

// tellMade says what was made.
func (a *app) tellMade(made workshop.Folder) {
	if made.NoKey != nil {
		a.Warn("the key that seals the login was not made (%v): the first auth login makes it", made.NoKey)
	}
	if a.Quiet {
		return
	}
	a.Say("made the working folder %s", made.Folder)
	if made.NoKey == nil {
		a.Say("keep %s in a safe place, apart from backups of the journal: it seals the login to Concur", made.Key)
	}
}

// tellNext says what is left after the dialogue, which check has listed.
func (a *app) tellNext(made workshop.Folder) {
	a.Say("")
	a.Say("what is next:")
	a.Say("  1. mend what is listed above, each by who can; what nobody knew says %s in %s", made.Placeholder, made.Configuration)
	a.Say("  2. the accountants fill in %s", made.Mappings)
	a.Say("  3. fisbridge -C %s check --probe, until nothing is wrong; then run", made.Folder)
}

// guided makes a working folder with the answers of a person at a terminal, logs in and checks.
func (a *app) guided(ctx context.Context, tty *os.File, folder, language string) error {
	q := term.NewQuestions(ctx, tty, a.Input, a.Stderr)
	answers, err := interview.Ask(ctx, q, folder, language)
	if err != nil {
		return err
	}
	made, err := workshop.MakeFolder(answers.Folder, answers.Template, answers.Begin)
	if err != nil {
		return err
	}
	a.tellMade(made)
	a.Dir = made.Folder
	if answers.CanLogIn() {
		if err := a.firstLogin(ctx, q); err != nil {
			return err
		}
	}
	a.Say("")
	a.printFindings(check.Run(ctx, a.Place("check"), false, false))
	a.tellNext(made)
	return nil
}

// firstLogin asks for the request token and logs in. A login that Concur refuses is told, and can be made later.
func (a *app) firstLogin(ctx context.Context, q *term.Questions) error {
	q.Say("")
	token, err := q.Secret("Company request token of Concur, which lives 24 hours")
	if err != nil && !errors.Is(err, term.ErrNoAnswer) || token == "" {
		return err
	}
	w, err := desk.Open(ctx, a.Place("auth login"), false)
	if err != nil {
		a.Complain(err, desk.WayOut(err)) // check tells the rest
		return nil
	}
	status, err := w.LogIn(ctx, secret.Text(token))
	if err := errors.Join(err, w.Close()); err != nil {
		a.Complain(err, desk.WayOut(err))
		return ctx.Err()
	}
	return a.tellAuth(status)
}
