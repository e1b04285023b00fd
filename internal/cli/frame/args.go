package frame

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Help is what a command does that has only subcommands.
func Help(cmd *cobra.Command, _ []string) error { return cmd.Help() }

// KnownCommand refuses words that are no subcommand, with the nearest one.
func KnownCommand(cmd *cobra.Command, args []string) error {
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
	return &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("%s has no command %q", cmd.CommandPath(), args[0]), Hint: say.Plain(hint)}
}

// ReasonFlag gives a command the flag --reason, which must be given and is made one readable line.
func ReasonFlag(cmd *cobra.Command, reason *string) *cobra.Command {
	cmd.Flags().StringVarP(reason, "reason", "r", "", "why; it goes into the history (required)")
	cmd.PreRunE = func(*cobra.Command, []string) (err error) {
		if *reason, err = wording.Reason(*reason); err != nil {
			return &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("--reason: %w", err), Hint: say.Plain(fmt.Sprintf("%s … --reason \"why\"", cmd.CommandPath()))}
		}
		return nil
	}
	return cmd
}

// Unless asks for what a command wants, unless a flag says that it only looks.
func Unless(looks *bool, wants func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if *looks {
			return nil
		}
		return wants(cmd, args)
	}
}

// Day reads the day that a flag of this name was given, the beginning of it in a zone; empty is the zero time.
func Day(name, text string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return day, desk.Usage(fmt.Errorf("--%s: %q is not a day like 2026-03-01", name, text))
	}
	return day, nil
}

// Each calls do with a command and all below it.
func Each(cmd *cobra.Command, do func(*cobra.Command)) {
	do(cmd)
	for _, c := range cmd.Commands() {
		Each(c, do)
	}
}

// HelpWidth is how wide help is, whatever shows it.
const HelpWidth = 80

// Helpful prepares the help of every command: texts broken at helpWidth, flags too.
func Helpful(root *cobra.Command) {
	Each(root, func(cmd *cobra.Command) { cmd.Long = term.HelpText(cmd.Long, HelpWidth) })
	usage := strings.NewReplacer(".LocalFlags.FlagUsages", fmt.Sprintf("(.LocalFlags.FlagUsagesWrapped %d)", HelpWidth),
		".InheritedFlags.FlagUsages", fmt.Sprintf("(.InheritedFlags.FlagUsagesWrapped %d)", HelpWidth)).Replace(root.UsageTemplate())
	root.SetUsageTemplate(usage)
	root.SetFlagErrorFunc(flagMistake)
}

// flagMistake says in words of ours what is wrong with the flags.
func flagMistake(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var value *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	hint := "fisbridge " + strings.TrimPrefix(cmd.CommandPath(), "fisbridge ") + " --help shows its flags"
	if cmd.Parent() == nil {
		hint = "fisbridge --help shows the flags"
	}
	switch {
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		dashed := "--" + name
		if utf8.RuneCountInString(name) == 1 {
			dashed = "-" + name
		}
		if near := wording.Nearest(name, flagNames(cmd)); near != "" && len(name) > 1 {
			hint = "did you mean --" + near + "?"
		}
		err = fmt.Errorf("%s has no flag %s", cmd.CommandPath(), dashed)
	case errors.As(err, &value):
		err = fmt.Errorf("--%s: %q is not %s", value.GetFlag().Name, value.GetValue(), wanted(value.GetFlag()))
	case errors.As(err, &missing):
		err = fmt.Errorf("--%s wants a value", missing.GetSpecifiedName())
	}
	return &desk.Error{Code: desk.ExitUsage, Err: err, Hint: say.Plain(hint)}
}

func wanted(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "int", "int64":
		return "a whole number"
	case "bool":
		return "true or false"
	case "duration":
		return "a time like 30s or 5m"
	}
	return "a value that it can have"
}

func flagNames(cmd *cobra.Command) (names []string) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	cmd.InheritedFlags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

// arguments checks how many arguments there are, in words of ours; use is what the command wants.
func WantArgs(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		use := cmd.CommandPath() + strings.TrimPrefix(cmd.Use, cmd.Name())
		switch n := len(args); {
		case n < least:
			return &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("%s wants %s, and %s given", cmd.CommandPath(), wording.Counted(least, "argument"), wording.Either(n == 0, "none is", wording.Either(n == 1, "1 is", fmt.Sprintf("%d are", n)))), Hint: say.Plain(use)}
		case most >= 0 && n > most && most == 0:
			return &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("%s takes no argument, and %q is one", cmd.CommandPath(), args[0]), Hint: say.Plain(use)}
		case most >= 0 && n > most:
			return &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("%s does not know what to do with %q", cmd.CommandPath(), args[most]), Hint: say.Plain(use)}
		}
		return nil
	}
}

// OneOf checks that the one argument is one of the words.
func OneOf(command string, words []string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		hint := "one of: " + strings.Join(words, ", ")
		switch {
		case len(args) == 0:
			return &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("%s wants to be told what", command), Hint: say.Plain(hint)}
		case len(args) > 1:
			return &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("%s takes one of its words, not %d", command, len(args)), Hint: say.Plain(hint)}
		}
		for _, w := range words {
			if w == args[0] {
				return nil
			}
		}
		if near := wording.Nearest(args[0], words); near != "" {
			hint = "did you mean " + near + "?"
		}
		return &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("%s does not know %q", command, args[0]), Hint: say.Plain(hint)}
	}
}
