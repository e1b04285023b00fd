// Package cli is the command line: each subcommand parses its flags, calls desk, and prints what comes back. One file
// holds one command. It guarantees that every failure ends with a message that names place and way out, and with the
// documented exit code.
package cli

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	clifleet "github.com/fisbridge/fisbridge/internal/cli/fleet"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/people"
	"github.com/fisbridge/fisbridge/internal/cli/telling"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/cli/tryout"
	"github.com/fisbridge/fisbridge/internal/cli/workbench"
	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// app has the commands as its methods.
type app struct{ *frame.Frame }

// newApp is the program as it runs in a process.
func newApp(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer) *app {
	return &app{&frame.Frame{Stdin: stdin, Input: term.NewInput(ctx, stdin), Stdout: term.NewStream(stdout), Stderr: term.NewStream(stderr), Now: killpoint.Now,
		Actor: actor, Agent: "fisbridge/" + thisVersion().Version}}
}

// Run executes one command line and returns its exit code. The context ends when the user interrupts.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := newApp(ctx, stdin, stdout, stderr)
	a.Stdout.KeepTabs(len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd))
	root := newRoot(a)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	return a.Finish(ctx, root.ExecuteContext(ctx))
}

// Tree is the command line without a process behind it: its commands, flags and texts, for man pages and completions.
func Tree() *cobra.Command {
	return newRoot(newApp(context.Background(), strings.NewReader(""), io.Discard, io.Discard))
}

func newRoot(a *app) *cobra.Command {
	showVersion := false
	root := &cobra.Command{
		Use:   "fisbridge",
		Short: "Approved Concur documents into your ERP's import file, and the ERP's answers back to Concur",
		Long: `fisbridge fetches approved documents from Concur's Financial Integration Service, writes the import
file that your ERP already knows, drops it, reads what the ERP answers, and tells Concur.

Exit codes: 0 all done, 1 failed, 2 wrong usage, 3 done but something needs a person,
4 configuration or mapping invalid, 5 another run holds the lock, 130 interrupted.`,
		Example: `  fisbridge demo                                   # the whole loop against simulators, no set-up
  fisbridge init --template generic-csv bridge     # a working folder to fill in
  fisbridge -C bridge check                        # is everything in place?
  fisbridge -C bridge run                          # one pass, for a nightly scheduler`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          frame.KnownCommand,
		RunE: func(cmd *cobra.Command, args []string) error {
			if showVersion {
				return a.showVersion()
			}
			return frame.Help(cmd, args)
		},
	}
	flags := root.PersistentFlags()
	flags.StringVarP(&a.Dir, "dir", "C", ".", "working `folder`, where fisbridge.yaml lies; files that you name are looked for from where you are")
	flags.BoolVar(&a.JSON, "json", false, "write JSON for machines instead of text for people")
	flags.BoolVarP(&a.Quiet, "quiet", "q", false, "no progress and no remarks, only results and errors")
	flags.BoolVar(&a.NoColor, "no-color", false, "no colours in the terminal (also: NO_COLOR)")
	flags.StringVar(&a.LogLevel, "log-level", "", "debug, info, warn or error; overrides the configuration")
	root.Flags().BoolVar(&showVersion, "version", false, "show the version of this program")
	root.AddCommand(commands(a)...)
	completions(a, root)
	frame.Helpful(root)
	return root
}

// commands lists every subcommand in the order of the help.
func commands(a *app) []*cobra.Command {
	return []*cobra.Command{
		newInit(a), newTemplates(a), newCheck(a), newAuth(a),
		tryout.NewDemo(a.Frame), newRun(a), newWatch(a), newServe(a), people.NewAlive(a.Frame), newService(a),
		newStatus(a), newList(a), newShow(a), telling.NewReport(a.Frame), telling.NewSwitchover(a.Frame), telling.NewAudit(a.Frame, thisVersion().Version), newBackup(a), newJournal(a), clifleet.New(a.Frame), people.NewPerson(a.Frame),
		telling.NewNotify(a.Frame),
		newHold(a), newRelease(a), newReject(a), newRetry(a), newReissue(a), people.NewRoute(a.Frame), newMark(a), newRestored(a), newRefetch(a), newForget(a),
		workbench.NewMapping(a.Frame), workbench.NewTemplate(a.Frame), newExplain(a), workbench.NewRender(a.Frame), tryout.NewSim(a.Frame), newSchema(a), newVersion(a),
	}
}
