package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fisbridge/fisbridge/internal/cli"
)

// writeManual writes man/fisbridge.1 and one page a command, and completions/fisbridge.{bash,zsh,fish,ps1}, into a
// folder, all made of the commands of the program.
func writeManual(folder, version string, day time.Time) error {
	root := cli.Tree()
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, sub := range []string{"man", "completions"} {
		if err := os.MkdirAll(filepath.Join(folder, sub), 0o755); err != nil { //nolint:gosec // as all that a package holds
			return err
		}
	}
	if err := writePages(root, filepath.Join(folder, "man"), version, day); err != nil {
		return err
	}
	for shell, write := range map[string]func(io.Writer) error{
		"bash": func(w io.Writer) error { return root.GenBashCompletionV2(w, true) }, "zsh": root.GenZshCompletion,
		"fish": func(w io.Writer) error { return root.GenFishCompletion(w, true) }, "ps1": root.GenPowerShellCompletionWithDesc,
	} {
		var text bytes.Buffer
		if err := write(&text); err != nil {
			return fmt.Errorf("completion of %s: %w", shell, err)
		}
		if err := writeFile(filepath.Join(folder, "completions", "fisbridge."+shell), text.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(name string, text []byte) error {
	return os.WriteFile(name, text, 0o644) //nolint:gosec // it is for everybody to read
}

// writePages writes the page of a command and those of the commands below it.
func writePages(cmd *cobra.Command, folder, version string, day time.Time) error {
	if err := writeFile(filepath.Join(folder, pageName(cmd)+".1"), page(cmd, version, day)); err != nil {
		return err
	}
	for _, c := range shown(cmd) {
		if err := writePages(c, folder, version, day); err != nil {
			return err
		}
	}
	return nil
}

// shown are the commands below a command that have pages of their own.
func shown(cmd *cobra.Command) (list []*cobra.Command) {
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() && c.Name() != "help" && cmd.Name() != "completion" {
			list = append(list, c)
		}
	}
	return list
}

func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// page is the manual page of one command, as man(7) wants it.
func page(cmd *cobra.Command, version string, day time.Time) []byte {
	var b bytes.Buffer
	name := pageName(cmd)
	fmt.Fprintf(&b, ".TH %s 1 %s %s %s\n", quoted(strings.ToUpper(name)), day.Format(time.DateOnly), quoted("fisbridge "+version), quoted("fisbridge"))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", escaped(name), escaped(cmd.Short))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.nf\n\\fB%s\\fR\n.fi\n", escaped(cmd.UseLine()))
	b.WriteString(".SH DESCRIPTION\n")
	paragraphs(&b, cmd)
	options(&b, "OPTIONS", cmd.NonInheritedFlags())
	options(&b, "OPTIONS OF ALL COMMANDS", cmd.InheritedFlags())
	if list := shown(cmd); len(list) > 0 {
		b.WriteString(".SH COMMANDS\n")
		for _, c := range list {
			fmt.Fprintf(&b, ".TP\n\\fB%s\\fR(1)\n%s\n", escaped(pageName(c)), escaped(c.Short))
		}
	}
	if cmd.Example != "" {
		fmt.Fprintf(&b, ".SH EXAMPLES\n.nf\n%s\n.fi\n", escaped(unindented(cmd.Example)))
	}
	if !cmd.HasParent() {
		b.WriteString(".SH FILES\n.TP\n\\fIfisbridge.yaml\\fR\nThe configuration of a working folder.\n")
		b.WriteString(".SH SEE ALSO\nThe guides for operators, accountants and integrators in \\fI/usr/share/doc/fisbridge\\fR.\n")
		return b.Bytes()
	}
	fmt.Fprintf(&b, ".SH SEE ALSO\n\\fB%s\\fR(1)\n", escaped(pageName(cmd.Parent())))
	return b.Bytes()
}

// paragraphs writes what a command does. Lines that are indented are kept as they are.
func paragraphs(b *bytes.Buffer, cmd *cobra.Command) {
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	for i, p := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			b.WriteString(".PP\n")
		}
		if strings.Contains("\n"+p, "\n  ") {
			fmt.Fprintf(b, ".nf\n%s\n.fi\n", escaped(p))
			continue
		}
		fmt.Fprintf(b, "%s\n", escaped(p))
	}
}

func options(b *bytes.Buffer, title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	fmt.Fprintf(b, ".SH %s\n", title)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "\\fB" + escaped("--"+f.Name) + "\\fR"
		if f.Shorthand != "" {
			name = "\\fB" + escaped("-"+f.Shorthand) + "\\fR, " + name
		}
		if value != "" {
			name += " \\fI" + escaped(value) + "\\fR"
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" && f.DefValue != "[]" && f.DefValue != "0s" {
			usage += fmt.Sprintf(" (default %s)", f.DefValue)
		}
		fmt.Fprintf(b, ".TP\n%s\n%s\n", name, escaped(usage))
	})
}

// unindented takes the two blanks away that examples have in help.
func unindented(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "  ")
	}
	return strings.Join(lines, "\n")
}

// escaped is text in which nothing is a request or an escape of roff. What is typed keeps its hyphens, which some
// typesetters replace.
func escaped(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "…", "...", "→", `\(->`).Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
		if strings.TrimSpace(line) == "" {
			lines[i] = ".sp"
		}
	}
	return strings.Join(lines, "\n")
}

// quoted is an argument of a request.
func quoted(text string) string { return `"` + strings.ReplaceAll(escaped(text), `"`, `""`) + `"` }
