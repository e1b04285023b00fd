// Package cli is the command line: subcommands, flags, exit codes and what people read in the terminal. One file holds one
// command. It guarantees that every failure ends with a message that names place and way out, and with the documented exit code.
package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// app is what the commands of one process share: its streams, its clock and the flags that every command takes.
type app struct {
	stdin   io.Reader
	input   *term.Input // standard input, whose wait ends with an interrupt
	stdout  *term.Stream
	stderr  *term.Stream
	now     func() time.Time
	remarks []string // what was remarked while machines listen

	dir      string // working folder
	json     bool
	quiet    bool
	noColor  bool
	version  bool
	zoneTold bool // that the configuration cannot be read for its zone
	logLevel string
}

// Run executes one command line and returns its exit code. The context ends when the user interrupts.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, input: term.NewInput(ctx, stdin), stdout: term.NewStream(stdout), stderr: term.NewStream(stderr), now: killpoint.Now}
	a.stdout.KeepTabs(len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd))
	root := newRoot(a)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	return a.finish(ctx, root.ExecuteContext(ctx))
}

func newRoot(a *app) *cobra.Command {
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
		Args:          knownCommand,
		RunE: func(cmd *cobra.Command, args []string) error {
			if a.version {
				return a.showVersion()
			}
			return help(cmd, args)
		},
	}
	flags := root.PersistentFlags()
	flags.StringVarP(&a.dir, "dir", "C", ".", "working `folder`, where fisbridge.yaml lies; files that you name are looked for from where you are")
	flags.BoolVar(&a.json, "json", false, "write JSON for machines instead of text for people")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "no progress and no remarks, only results and errors")
	flags.BoolVar(&a.noColor, "no-color", false, "no colours in the terminal (also: NO_COLOR)")
	flags.StringVar(&a.logLevel, "log-level", "", "debug, info, warn or error; overrides the configuration")
	root.Flags().BoolVar(&a.version, "version", false, "show the version of this program")
	root.AddCommand(commands(a)...)
	completions(a, root)
	helpful(root)
	return root
}

// help is what a command does that has only subcommands.
func help(cmd *cobra.Command, _ []string) error { return cmd.Help() }

// knownCommand refuses words that are no subcommand, with the nearest one.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	hint := "commands: " + strings.Join(names, ", ")
	if near := wording.Nearest(args[0], names); near != "" {
		hint = "did you mean " + near + "?"
	}
	return &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("%s has no command %q", cmd.CommandPath(), args[0]), Hint: hint}
}

// commands lists every subcommand in the order of the help.
func commands(a *app) []*cobra.Command {
	return []*cobra.Command{
		newInit(a), newCheck(a), newAuth(a),
		newDemo(a), newRun(a), newWatch(a),
		newStatus(a), newList(a), newShow(a), newReport(a), newAudit(a), newBackup(a),
		newHold(a), newRelease(a), newReject(a), newRetry(a), newReissue(a), newMark(a), newRestored(a), newRefetch(a), newForget(a),
		newMapping(a), newExplain(a), newRender(a), newSim(a), newVersion(a),
	}
}

// action is the body of a command: what it returns ends as a message and an exit code.
func (a *app) action(body func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := body(cmd.Context(), args)
		if err == nil && a.interrupted() {
			err = cmd.Context().Err() // it ended early because its input did
		}
		return desk.WithExit(err)
	}
}

// place is the working folder for a command that acts under its name; "" is one that only looks.
func (a *app) place(command string) desk.Place {
	p := desk.Place{Dir: a.dir, Now: a.now, Log: a.newLog, Remark: func(text string) { a.remark("%s", text) }, Agent: "fisbridge/" + thisVersion().Version}
	if command != "" {
		p.Command, p.Actor = command, actor(command)
	}
	return p
}

// interrupted reports whether an interrupt cut standard input short.
func (a *app) interrupted() bool {
	return a.input != nil && a.input.Cut()
}

// width is how many columns there are to write into.
func (a *app) width() int { return a.stdout.Width() }

// colors reports whether output to people may be coloured.
func (a *app) colors() bool {
	return !a.noColor && os.Getenv("NO_COLOR") == "" && a.stdout.IsTerminal()
}
